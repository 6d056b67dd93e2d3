"""Evidence rows: reading, checking and citing them, and a whole model folder with its links."""
