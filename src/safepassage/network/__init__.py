"""Declarations and parameter values compiled to flat arrays that every engine reads."""
