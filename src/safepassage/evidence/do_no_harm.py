"""Do no harm, as rules on input: no place finer than half a degree, no text with an address.

The rules look for the shapes of addresses and know no country's names. They cannot tell that a
named village is a crossing point; that stays with the people who write and review a model.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from safepassage.errors import Fault
from safepassage.evidence.table import EvidenceTable
from safepassage.model.schema import Place

FINEST_DEGREES = 0.5

_CAPITAL = r"[^\W\d_a-zß-ÿ][\w'.-]*"
_FINE = r"\d{1,3}\.(?!(?:0+|50*)(?!\d))\d+"
"""Decimal degrees that are no multiple of a half."""
_NO_YEAR = r"(?!(?:19|20)\d\d\b)"
_SINGLE_LETTER_END = r"(?![\w.])"

_SHAPES: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("an e-mail address", re.compile(r"[\w.+-]+@[\w-]+\.\w")),
    (
        "a phone number",
        re.compile(
            r"(?<![\w.])\+\d{1,3}[\s.()-]{1,2}\d[\d\s.()-]{5,}\d"
            r"|(?<![\w.])\+\d{9,14}\b"
            r"|(?<![\w.,-])0\d{1,3}[\s.-]\d{3,4}[\s.-]\d{4}(?![\w-])"
            r"|\b(?:tel|telephone|phone|mobile|fax)\b\s*(?:[.:]|no\.?|number)\s*:?\s*"
            r"\(?\+?\d[\d\s.()-]{5,}\d",
            re.IGNORECASE,
        ),
    ),
    (
        "a contact on a messaging service",
        re.compile(
            r"\b(?:wechat|telegram|kakaotalk|whatsapp|viber)\s*(?:id\b\s*:?|:)\s*\S"
            r"|\bt\.me/\w",
            re.IGNORECASE,
        ),
    ),
    (
        "coordinates",
        re.compile(
            r"\d\s*°\s*\d{1,2}(?:\.\d+)?\s*['′’]"
            rf"|\b{_FINE}\s*°\s*[NSEW]{_SINGLE_LETTER_END}"
            rf"|\b{_FINE}[NSEW]{_SINGLE_LETTER_END}"
            r"|\b\d{1,3}\.\d{2,}\s[NSEW]"
            rf"{_SINGLE_LETTER_END}"
            rf"|\b[NS]\s?{_FINE}\W{{1,3}}[EW]\s?{_FINE}"
            rf"|\b(?:[Ll]at|[Ll]on|[Ll]ng|[Ll]atitude|[Ll]ongitude)\b\W{{1,3}}{_FINE}"
            rf"|\b{_FINE}\s?(?:°|degrees)\s*(?:north|south|east|west)\b"
        ),
    ),
    (
        "a street address",
        re.compile(
            # 12 Long Oak Street / Long Oak Street 12
            rf"\b{_NO_YEAR}\d{{1,5}}[a-z]?,?\s+(?:{_CAPITAL}\s+){{1,3}}"
            r"(?:Street|St|Road|Rd|Avenue|Ave|Boulevard|Blvd|Lane|Alley|Highway)\b"
            rf"|\b{_CAPITAL}\s+(?:Street|Road|Avenue|Boulevard|Lane|Alley),?\s+(?:[Nn]o\.?\s*)?"
            rf"{_NO_YEAR}\d{{1,4}}[a-z]?\b(?![,.]\d)"
            r"|\b(?:[Hh]ouse|[Aa]partment|[Ff]lat)\s+(?:[Nn]o\.?|[Nn]umber|#)\s*\d|\b[Aa]pt\.?\s\d"
            r"|\bP\.?\s?O\.?\s?[Bb]ox\s+\d"
            # Hauptstraße 12, rue de X 12, 12 rue de X, Calle X 12, ulitsa X 12
            rf"|\b{_CAPITAL}(?:stra(?:ß|ss)e|str\.)\s*\d"
            rf"|\b\d{{1,4}},?\s+(?:rue|avenue|boulevard)\s+(?:d[eu]s?\s+)?(?:la\s+)?{_CAPITAL}"
            rf"|\b(?:[Cc]alle|[Uu]litsa|[Pp]rospekt)\s+{_CAPITAL},?\s+\d"
            r"|(?:\bул\.|улица)\s*\w+,?\s*\d"
            # Sejong-daero 209, 209 Sejong-daero, Yok-dong 12-3; 路12号, 丁目, 로 12
            r"|\b\w+-(?:ro|gil|daero|dong|ri),?\s+\d|\b\d[\d-]*,?\s+\w+-(?:ro|gil|daero|dong)\b"
            r"|[路街巷胡同道]\s*\d+\s*[号號]|\d\s*(?:丁目|番地)"
            r"|[가-힣](?:대로|로\d*번?길|길)\s\d{1,4}(?![\d가-힣])"
        ),
    ),
    (
        "a postal code",
        re.compile(
            r"\b(?:[Zz][Ii][Pp]|[Pp]ostal|[Pp]ost)[\s-]?[Cc]odes?:?\s*\d{4}"
            r"|〒\s*\d{3}"
            r"|,\s[A-Z]{2}\s\d{5}(?:-\d{4})?\b"
            r"|\b[A-Z]{1,2}\d[A-Z\d]?\s\d[ABD-HJLNP-UW-Z]{2}\b"
            r"|\b[A-Z]\d[A-Z]\s\d[A-Z]\d\b"
        ),
    ),
    (
        "a time of day",
        re.compile(
            r"(?<![\d:])(?:[01]\d|2[0-3]):[0-5]\d(?![\d:])"
            r"|\b(?:1[0-2]|[1-9])(?:[.:][0-5]\d)?\s?[ap]\.?m\b",
            re.IGNORECASE,
        ),
    ),
)
"""What a text must not hold, and its shape. Halves of a degree are coarse enough."""

_PAIR = re.compile(
    r"(?<![\w.,-])(-?\d{1,2}\.\d{2,})(?:\s?[,;/]\s?|\s)(-?\d{1,3}\.\d{2,})(?![\w.%])"
)
_READ_BY_PEOPLE = (
    "topic",
    "route",
    "quantity",
    "unit",
    "group",
    "note",
    "source_title",
    "source_publisher",
    "original_value",
)


def check_places(
    places: Mapping[str, Place], file: str, lines: Mapping[str, int] | None = None
) -> list[Fault]:
    """Faults of places whose coordinates are finer than half a degree.

    Args:
        places: by name, as declared.
        file: where they are declared.
        lines: the 1-based line of each place, as far as there is one.
    """
    return [
        Fault(
            file,
            (lines or {}).get(name, 0),
            f"places.{name}.{axis}",
            f"{degrees:g} is finer than half a degree; round it to a multiple of "
            f"{FINEST_DEGREES:g}: a place is a country, a sea, a province or a border as a whole",
        )
        for name, place in places.items()
        for axis, degrees in (("longitude", place.longitude), ("latitude", place.latitude))
        if not (degrees / FINEST_DEGREES).is_integer()
    ]


def check_text(text: str, file: str, line: int, field: str) -> list[Fault]:
    """Faults of a text that holds an address, a contact, coordinates or a time of day."""
    shapes = [(what, shape.search(text)) for what, shape in _SHAPES]
    shapes.append(("coordinates", _decimal_pair(text)))
    matches = {what: match[0] for what, match in reversed(shapes) if match}
    return [
        Fault(
            file,
            line,
            field,
            f"{match.strip()!r} reads like {what}; take it out: only published aggregates by "
            "country, sea, province or border are published",
        )
        for what, match in matches.items()
    ]


def check_evidence(table: EvidenceTable) -> list[Fault]:
    """Faults of every text of every row; the addresses of web pages are exempt."""
    return [
        fault
        for row in table.rows.values()
        for field in _READ_BY_PEOPLE
        for fault in check_text(getattr(row, field), row.file, row.line, field)
    ]


def _decimal_pair(text: str) -> re.Match[str] | None:
    """Two neighbouring decimals that could be latitude and longitude.

    Statistics come in pairs too, so each needs two decimals at least, and either three of them
    or sizes that ratios and shares seldom have.
    """
    for match in _PAIR.finditer(text):
        first, second = match[1], match[2]
        sizes = abs(float(first)), abs(float(second))
        long = all(len(number.partition(".")[2]) >= 3 for number in (first, second))
        if sizes[0] <= 90 and sizes[1] <= 180 and (long or (sizes[0] >= 10 and sizes[1] >= 10)):
            return match
    return None
