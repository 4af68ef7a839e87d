"""Who listens: each distinct question is answered once per change and sent to everyone who asked it."""
