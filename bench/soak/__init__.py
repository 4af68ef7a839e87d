"""Hours of ordinary work: whether memory, files and tasks stay as they are."""
