"""How a question becomes one statement whose result is already the answer's JSON."""
