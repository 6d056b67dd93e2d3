"""Effective draws per second of samplers on one density: ours, NumPyro's NUTS, nutpie.

    bash benchmarks/samplers/setup.sh
    python benchmarks/run.py sampling

Each runs by itself in `samplers/.env`, one after the other, so that the seconds are its own.
`SAMPLERS_LIMIT` is how many seconds each NUTS may take (1200).
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent / "samplers"
MODEL = "north-korea"
OTHERS = {
    "nutpie": ("--warmup", "150", "--draws", "150"),
    "numpyro-diagonal": ("--warmup", "100", "--draws", "100"),
}


def run() -> Iterator[dict[str, Any]]:
    """Rows for `benchmarks/run.py`."""
    python = HERE / ".env" / "bin" / "python"
    if not python.exists():
        print("sampling: no environment; run `bash benchmarks/samplers/setup.sh`")
        return
    limit = os.environ.get("SAMPLERS_LIMIT", "1200")
    ours = _sampled(python, "ours")
    yield from _rows(ours, "none", {})
    for name, requested in OTHERS.items():
        yield from _rows(_sampled(python, name, *requested, "--limit", limit), "ours", ours)


def _sampled(python: Path, *requested: str) -> dict[str, Any]:
    done = subprocess.run(
        [str(python), str(HERE / "run_one.py"), *requested, "--model", MODEL],
        check=True, stdout=subprocess.PIPE, stderr=sys.stderr, text=True,
    )  # fmt: skip
    return json.loads(done.stdout.splitlines()[-1])


def _rows(row: dict[str, Any], baseline: str, ours: dict[str, Any]) -> Iterator[dict[str, Any]]:
    rest = {key: value for key, value in row.items() if not key.startswith("ess_per")}
    for key, unit in (("ess_per_second", "1/s"), ("ess_per_1000_gradients", "")):
        yield {
            "figure": f"{MODEL}, {row['sampler']}: smallest bulk ESS "
            + key.removeprefix("ess_").replace("_", " "),
            "value": row[key],
            "unit": unit,
            "baseline": baseline,
            "baseline_value": ours.get(key, 0.0),
            "state": "warm",
            **rest,
        }
