"""The mean field of Flee's day, with slopes."""
