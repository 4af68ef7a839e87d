"""The doors: HTTP and WebSocket in, status codes out."""
