"""The rules that declarations keep among themselves, one family per file."""
