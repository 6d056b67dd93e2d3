"""Scenarios and levers as programs that give tables under the same names."""
