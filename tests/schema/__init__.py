"""What may be asked, and what becomes of documents."""
