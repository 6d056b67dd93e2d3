"""The command line: one file per command, thin; no science here."""
