"""What the keeper sees of the service, and how it begins and ends."""
