"""What one viewer may ask, and that nobody else pays for it."""
