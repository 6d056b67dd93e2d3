"""The base of all declarations, and the types that their fields share."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from safepassage.model.schema.marks import (
    FACTORS,
    FIXED,
    FOR_A_GROUP,
    FOR_ALL,
    EvidenceIds,
    Factors,
    FreeText,
    GroupChoice,
    Ref,
)


class Declaration(BaseModel):
    """Base of all declarations: frozen, and strict about unknown fields."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", str_strip_whitespace=True, allow_inf_nan=False
    )


def _as_tuple(value: Any) -> Any:
    """A single name or number stands for a list of one."""
    if isinstance(value, (str, int, float)) and not isinstance(value, bool):
        return (value,)
    return tuple(value) if isinstance(value, list) else value  # type: ignore[reportUnknownArgumentType]


Number = Annotated[float, Field(ge=0, allow_inf_nan=False)]
Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=60)]
Product = Annotated[tuple[Number | str, ...], BeforeValidator(_as_tuple), Field(max_length=12)]
Names = Annotated[tuple[str, ...], BeforeValidator(_as_tuple)]
Month = Annotated[str, Field(pattern=r"^\d{4}-(0[1-9]|1[0-2])$")]
Grade = Literal["A", "B", "C", "D"]

Text = Annotated[str, FreeText()]
GroupFilter = Annotated[dict[str, Names], GroupChoice()]
Evidence = Annotated[Names, EvidenceIds()]
Flows = Annotated[Names, Ref("transitions", "entries", "outcomes")]
StateName = Annotated[str, Ref("states")]
States = Annotated[Names, Ref("states")]
Target = Annotated[str, Ref("states", "branches")]
"""Where a move leads."""
Acting = Annotated[Product, Factors(*FACTORS)]
"""A hazard, odds, or people who enter: what a feedback may act on."""
PerPerson = Annotated[Product, Factors(*FOR_A_GROUP)]
ForAll = Annotated[Product, Factors(*FOR_ALL)]
"""A product that is the same for all groups."""
Part = Annotated[Product, Factors(*FIXED)]
"""A part of a season, a policy or a trend: factors do not nest."""
