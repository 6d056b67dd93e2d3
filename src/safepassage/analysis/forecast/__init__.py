"""The fitted system past the end of its calendar."""
