"""What a person may type: one module per command."""
