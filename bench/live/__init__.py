"""`python -m bench live`: what it costs to tell many of what changes."""
