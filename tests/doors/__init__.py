"""Who may come in, at every door, on both databases."""
