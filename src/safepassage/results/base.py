"""The base of all results: frozen records with JSON, tables, and one-screen representations."""

from __future__ import annotations

import json
import math
import warnings
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Self, TypeVar

from pydantic import (
    AliasChoices,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    WithJsonSchema,
)

from safepassage.results.screen import html_screen, text_screen

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl
    import xarray as xr

V = TypeVar("V")
Row = Mapping[str, "str | int | float | bool | None"]
"""One row of a result's table."""


def _is_none(value: object) -> bool:
    return value is None


OMITTED_IF_NONE: Any = Field(default=None, exclude_if=_is_none)
"""Default of a field that the JSON leaves out where there is nothing to say."""


START: Any = Field(validation_alias=AliasChoices("from", "start"), serialization_alias="from")
"""A field that the JSON calls `from`, which Python keeps for itself."""
END: Any = Field(validation_alias=AliasChoices("to", "end"), serialization_alias="to")
"""Its end, which the JSON calls `to`."""


def _none_as_nan(value: object) -> object:
    return math.nan if value is None else value


Diagnostic = Annotated[
    float,
    BeforeValidator(_none_as_nan),
    WithJsonSchema({"anyOf": [{"type": "number"}, {"type": "null"}]}),
]
"""A statistic that a bad fit can make infinite or NaN: null in the JSON, NaN when read back."""


class Record(BaseModel):
    """A part of a result: frozen, with nothing but what is declared."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        populate_by_name=True,
        serialize_by_alias=True,
        use_attribute_docstrings=True,
        ser_json_inf_nan="null",
    )

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON values, by the names of the JSON; what is not finite is None."""
        return json.loads(self.model_dump_json())

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Self:
        """The record of which `to_dict` gave these values.

        Raises:
            ValidationError: They are no such record.
        """
        return cls.model_validate(values)

    def __getitem__(self, name: str) -> Any:
        """A field by its JSON name, as in 0.1; deprecated."""
        field = self._field(name)
        warnings.warn(
            f"{type(self).__name__}[{name!r}] is deprecated: write .{field}",
            DeprecationWarning,
            stacklevel=2,
        )
        return getattr(self, field)

    @classmethod
    def _field(cls, name: str) -> str:
        for field, info in cls.model_fields.items():
            if name in (field, info.serialization_alias):
                return field
        raise KeyError(name)


class Result(Record):
    """What a verb gives."""

    index: ClassVar[tuple[str, ...]] = ()
    """Columns of the table that name its rows; dimensions of the xarray form."""
    units: ClassVar[Mapping[str, str]] = {}
    """Unit of a column of the table, where it is the same in all rows."""

    def headline(self) -> str:
        """One sentence on what this is."""
        raise NotImplementedError

    def rows(self) -> list[Row]:
        """The main content as rows of a table, all with the same columns."""
        raise NotImplementedError

    def to_frame(self) -> pl.DataFrame:
        """The main content as a polars table, one row for each combination of `index`."""
        import polars as pl

        return pl.DataFrame(self.rows(), infer_schema_length=None)

    def to_pandas(self) -> pd.DataFrame:
        """The same as a pandas table."""
        return to_pandas(self.to_frame())

    def to_xarray(self) -> xr.Dataset:
        """The same as an xarray data set: its dimensions are `index`, units are attributes."""
        return dataset(self.to_pandas(), self.index, self.units)

    def to_json(self) -> dict[str, Any]:
        """The object of the command's `--json`, as in 0.1; deprecated."""
        name = type(self).__name__
        message = f"{name}.to_json is deprecated: use to_dict"
        warnings.warn(message, DeprecationWarning, stacklevel=2)
        return self.to_dict()

    def __repr__(self) -> str:
        return text_screen(self.headline(), self.to_frame())

    def __str__(self) -> str:
        return repr(self)

    def _repr_html_(self) -> str:
        return html_screen(self.headline(), self.to_frame())


class ByName(dict[str, V]):
    """Records by name, which show themselves as one table.

    Args:
        records: The records.
        rows: One row, or several, of the table for a name and its record.
    """

    def __init__(self, records: Mapping[str, V], rows: Callable[[str, V], Row | list[Row]]):
        super().__init__(records)
        self._rows = rows

    def __call__(self) -> Self:
        """As in 0.1, when it was a method; deprecated."""
        message = "this is no method any more: leave out the ()"
        warnings.warn(message, DeprecationWarning, stacklevel=2)
        return self

    def to_frame(self) -> pl.DataFrame:
        """All records as one polars table."""
        import polars as pl

        table: list[Row] = []
        for name, record in self.items():
            rows = self._rows(name, record)
            table += rows if isinstance(rows, list) else [rows]
        return pl.DataFrame(table, infer_schema_length=None)

    def __repr__(self) -> str:
        return text_screen(f"{len(self)} by name.", self.to_frame())

    def _repr_html_(self) -> str:
        return html_screen(f"{len(self)} by name.", self.to_frame())


def to_pandas(frame: pl.DataFrame) -> pd.DataFrame:
    """A polars table as a pandas table, without Arrow."""
    import pandas as pd

    return pd.DataFrame({column.name: column.to_list() for column in frame.iter_columns()})


def dataset(
    frame: pd.DataFrame, index: tuple[str, ...], units: Mapping[str, str] | None = None
) -> xr.Dataset:
    """A table as an xarray data set.

    Args:
        frame: The table.
        index: Columns that become dimensions, one value for each combination of them.
        units: Units of columns, stored as the attribute `units`.
    """
    made = frame.set_index(list(index)).to_xarray()
    for name, unit in (units or {}).items():
        if name in made:
            made[name].attrs["units"] = unit
    return made
