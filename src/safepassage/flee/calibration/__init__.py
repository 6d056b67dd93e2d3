"""Flee's movement parameters from a scenario's reports."""
