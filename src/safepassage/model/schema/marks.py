"""Marks on declared fields: what a text, a list of names or a product stands for."""

from __future__ import annotations

NOUNS = {
    "attributes": "attribute of a group", "places": "place", "states": "state",
    "branches": "branch", "transitions": "transition", "entries": "entry",
    "outcomes": "`branch.outcome`", "initial": "initial stock",
    "parameters": "parameter", "seasons": "season", "policies": "policy",
    "contrasts": "contrast", "trends": "trend", "innovations": "innovation",
    "covariates": "covariate", "responses": "response", "feedbacks": "feedback",
    "quantities": "quantity", "memories": "memory", "outputs": "output", "channels": "channel",
    "payments": "payment", "ways": "way", "measures": "`way.measure`",
    "transitions with a hazard": "transition with a hazard",
    "transitions with odds": "transition with odds",
    "saturating feedbacks": "saturating feedback",
    "ways that harm relatives": "way whose departures harm relatives",
}  # fmt: skip
"""One of what each section declares. Some are parts of sections, or names made of two."""
FIXED = ("parameters",)
FOR_ALL = (
    *FIXED, "seasons", "policies", "trends", "innovations", "covariates", "responses",
)  # fmt: skip
FOR_A_GROUP = (*FOR_ALL, "contrasts")
FACTORS = (*FOR_A_GROUP, "feedbacks")
"""Sections whose names a product may hold."""


class Mark:
    """What the value of a field is, beyond its type."""


class FreeText(Mark):
    """A text that people read, and that no name or date confines."""


class GroupChoice(Mark):
    """Attributes of groups and the values of them that are allowed."""


class EvidenceIds(Mark):
    """Ids of evidence rows."""

    def __init__(self, *, serves: bool = True):
        self.serves = serves
        """Whether the figures are used up; a date of a law may be cited by many."""


class Ref(Mark):
    """Names of what some sections of a model declare; numbers beside them name nothing."""

    def __init__(self, *sections: str):
        self.sections = sections

    @property
    def what(self) -> str:
        """What a name must be, in words."""
        if len(self.sections) > len(FOR_ALL):
            return "a parameter or factor"
        *others, last = (NOUNS[section] for section in self.sections)
        text = f"{', '.join(others)} or {last}" if others else last
        return f"{'an' if text[0] in 'aeiou' else 'a'} {text}"


class Factors(Ref):
    """A product: numbers, and names of parameters and factors."""

    def __init__(self, *allowed: str, among: tuple[str, ...] = FACTORS, optional: bool = False):
        super().__init__(*among)
        self.allowed = allowed
        """Sections whose names can act here."""
        self.optional = optional
        """Whether it may be empty."""
