"""Asking Voucherify: its REST API, within the calls that it allows."""
