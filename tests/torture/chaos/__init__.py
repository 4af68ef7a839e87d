"""The service in real trouble, and clients that come and go: what each of them heard is held against the journal."""
