"""What viewers may see, and that nothing else reaches them."""
