"""A Flee scenario as flat arrays."""
