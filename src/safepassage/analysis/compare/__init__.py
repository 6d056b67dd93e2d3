"""Scenarios against the baseline, paired draw by draw."""
