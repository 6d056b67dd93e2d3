"""What the checks of a model, a fit and the method report."""
