"""Sample events and an endless invented story, told through the real webhook door."""
