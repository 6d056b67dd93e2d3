"""Checks of a fit: tension, sensitivity, published estimates, simulation-based calibration."""
