"""What holds for every typed result."""

from __future__ import annotations

import json

import pytest
from pydantic import ValidationError

from safepassage.results.base import Record, Result


def check_result(result: Result) -> None:
    """JSON that comes back, frozen, described, on one screen, and as tables with dimensions."""
    value = result.to_dict()
    assert value == json.loads(json.dumps(value, allow_nan=False))
    assert type(result).from_dict(value) == result
    with pytest.raises(ValidationError, match="frozen"):
        setattr(result, next(iter(type(result).model_fields)), None)
    assert undescribed(type(result)) == []
    text = repr(result)
    assert len(text) < 2000 and max(map(len, text.splitlines())) <= 80, text
    assert result._repr_html_().startswith("<div>")
    frame = result.to_frame()
    assert frame.height == len(result.rows()) == len(result.to_pandas())
    dataset = result.to_xarray()
    assert set(dataset.sizes) == set(result.index)
    assert set(dataset.data_vars) == set(frame.columns) - set(result.index)
    for name, unit in result.units.items():
        assert dataset[name].attrs["units"] == unit


def undescribed(record: type[Record]) -> list[str]:
    """Fields of a record without a description, its own and those of the records in it."""
    definitions = record.model_json_schema(mode="serialization")
    records = [definitions, *definitions.get("$defs", {}).values()]
    return [
        f"{one.get('title')}.{name}"
        for one in records
        for name, field in one.get("properties", {}).items()
        if "description" not in field
    ]
