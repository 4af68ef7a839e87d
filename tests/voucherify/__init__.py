"""A fake Voucherify: a shop that lives, the REST API that shows it, and the webhooks that tell of it."""
