"""YAML with line numbers, and faults in the words of the file."""
