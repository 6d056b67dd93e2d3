"""`diff`: what changed between two kept fits."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from safepassage.errors import Fault, InputError
from safepassage.store import run_root

HALF_WIDTH_90 = 1.645


def diff(first: str | Path, second: str | Path) -> dict[str, Any]:
    """Compare two runs.

    Args:
        first: folder of a run, or its key in the cache.
        second: likewise.

    Returns:
        `provenance` (what differs), `fit` of both, `parameters` and `outputs` whose medians moved,
        most first; `shift` is in posterior standard deviations of the first run.

    Raises:
        InputError: a run is not there or not finished.
    """
    one, two = _load(first), _load(second)
    keys = sorted({*one["provenance"], *two["provenance"]})
    return {
        "runs": [str(first), str(second)],
        "provenance": {
            k: [one["provenance"].get(k), two["provenance"].get(k)]
            for k in keys
            if one["provenance"].get(k) != two["provenance"].get(k)
        },
        "fit": [one["fit"], two["fit"]],
        "parameters": _parameters(one, two),
        "outputs": _outputs(one, two),
    }


def _load(run: str | Path) -> dict[str, Any]:
    candidates = [Path(run) / "fit.json", run_root() / str(run) / "fit.json", Path(run)]
    for path in candidates:
        if path.is_file():
            try:
                value = json.loads(path.read_text(encoding="utf-8"))
            except ValueError:
                break
            if isinstance(value, dict) and {"fit", "parameters", "outputs"} <= set(value):
                return value
    message = "no finished run here; give the folder of a run or its key, as `fit` prints it"
    raise InputError([Fault(str(run), 0, "", message)])


def _shift(before: dict[str, Any], after: dict[str, Any]) -> float | None:
    if None in (before["median"], after["median"], before["low"], before["high"]):
        return None
    spread = (before["high"] - before["low"]) / (2 * HALF_WIDTH_90)
    moved = after["median"] - before["median"]
    if moved == 0:
        return 0.0
    return float(moved / spread) if spread > 0 else None


def _parameters(one: dict[str, Any], two: dict[str, Any]) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    for name in dict.fromkeys([*one["parameters"], *two["parameters"]]):
        a, b = one["parameters"].get(name), two["parameters"].get(name)
        rows.append(
            {
                "name": name,
                "first": a and a["posterior"],
                "second": b and b["posterior"],
                "shift": _shift(a["posterior"], b["posterior"]) if a and b else None,
            }
        )
    return sorted(rows, key=lambda r: -abs(r["shift"] if r["shift"] is not None else 1e9))


def _outputs(one: dict[str, Any], two: dict[str, Any]) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    for name in dict.fromkeys([*one["outputs"], *two["outputs"]]):
        a = {p["time"]: p for p in one["outputs"].get(name, [])}
        b = {p["time"]: p for p in two["outputs"].get(name, [])}
        shifts = [(t, _shift(a[t], b[t])) for t in a if t in b]
        known = [(t, s) for t, s in shifts if s is not None]
        time, largest = max(known, key=lambda p: abs(p[1]), default=(None, None))
        rows.append({"name": name, "time": time, "shift": largest})
    return sorted(rows, key=lambda r: -abs(r["shift"] if r["shift"] is not None else 1e9))
