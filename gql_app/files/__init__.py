"""Files that people bring, exports and dumps: read row by row, so that their size does not matter."""
