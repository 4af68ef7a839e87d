"""How what Voucherify has becomes what it says: fetched in bounded parts, told like events."""
