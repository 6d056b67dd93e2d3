"""Exact draws of whole people, as counts per cell."""
