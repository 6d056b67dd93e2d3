"""Persons one by one, in parties, with sponsors and money."""
