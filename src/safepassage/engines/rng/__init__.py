"""Keyed random numbers and the quantiles that turn them into counts."""
