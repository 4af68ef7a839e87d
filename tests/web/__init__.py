"""The doors, through a real server."""
