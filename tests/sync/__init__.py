"""What Voucherify has becomes what the mirror shows."""
