"""A model simulated without a fit, and its ensembles on disk."""
