"""Words that several kinds of report share."""

from __future__ import annotations

MEASURE_TITLES = {
    "safe": "people who reach safety",
    "returned": "people returned or turned back",
    "dead": "deaths",
    "limbo": "hidden, held, on the way at end",
    "relatives_punished": "relatives punished",
    "money_usd": "money paid (USD)",
}
