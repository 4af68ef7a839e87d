"""What Voucherify says, and whether it was Voucherify who said it."""
