"""What comes in: from the bytes at the door to the rows of the mirror and its journal."""
