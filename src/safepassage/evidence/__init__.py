"""Evidence rows: reading, checking and citing them."""
