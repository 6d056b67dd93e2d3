"""Groups of people: which of them a filter admits."""

from __future__ import annotations

from collections.abc import Mapping


def admits(choice: Mapping[str, tuple[str, ...]], attributes: Mapping[str, str]) -> bool:
    """Whether a filter, of attribute to allowed values, admits a group with these attributes."""
    return all(attributes.get(name) in values for name, values in choice.items())
