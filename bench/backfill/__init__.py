"""A first load: how fast, in how many calls, in how much memory, and what deliveries notice of it."""
