"""A day of Flee, exact on counts."""
