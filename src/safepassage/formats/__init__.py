"""Doors to other people's data: their folders as they are, read and checked."""
