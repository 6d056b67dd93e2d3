"""The North Korea fit in a new process with nothing cached, and how well it meets the arrivals."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from typing import Any

import numpy as np

MODEL = "north-korea"
CHANNEL = "arrivals"
LIMIT_SECONDS = 180.0


def run() -> list[dict[str, Any]]:
    """Seconds of a cold fit, its diagnostics, and the coverage of arrivals by sex and year."""
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "SAFEPASSAGE_CACHE": folder, "NUMBA_CACHE_DIR": folder}
        began = time.perf_counter()
        done = subprocess.run(
            [sys.executable, "-m", "safepassage", "fit", MODEL, "--json"],
            check=True, capture_output=True, text=True, env=environment,
        )  # fmt: skip
        seconds = time.perf_counter() - began
        fit = json.loads(done.stdout)["fit"]
        os.environ["SAFEPASSAGE_CACHE"] = folder
        covered = coverage()
    rows = [_row("cold fit", seconds, "s", "limit", LIMIT_SECONDS)]
    for figure, key, least in (
        ("largest R-hat", "max_rhat", 1.01),
        ("smallest bulk ESS", "min_bulk_ess", 400.0),
        ("smallest tail ESS", "min_tail_ess", 400.0),
        ("divergences", "divergences", 0.0),
    ):
        rows.append(_row(figure, float(fit[key]), "", "limit", least))
    return rows + [_row(name, value, unit, "aim", aim) for name, value, unit, aim in covered]


def coverage() -> list[tuple[str, float, str, float]]:
    """Shares of arrivals by sex and year inside their 90 % predictive intervals."""
    from safepassage.inference.fit import fit
    from safepassage.inference.leave_out import leave_out
    from safepassage.study.loader import load_study

    posterior = fit(load_study(MODEL))
    rows = posterior.channels[CHANNEL].rows
    years: dict[str, list[int]] = {}
    for d, datum in enumerate(posterior.likelihood.data):
        if datum.channel == CHANNEL:
            years.setdefault(datum.start[:4], []).append(d)
    began = time.perf_counter()
    left = leave_out(posterior, list(years.items()))
    for one in left:
        how = "sampled again" if one.refitted else "weights"
        pairs = ", ".join(
            f"{o:.0f} in {lo:.0f}-{hi:.0f}{'' if inside else ' MISSED'}"
            for o, lo, hi, inside in zip(one.observed, one.low, one.high, one.inside, strict=True)
        )
        print(f"  {one.name}: {pairs} (k-hat {one.pareto_k:.2f}, {how})")
    return [
        ("arrivals inside, seen", float(np.mean([r.inside for r in rows])), "share", 0.85),
        (
            "arrivals inside, each year left out",
            float(np.concatenate([one.inside for one in left]).mean()),
            "share", 0.9,
        ),
        ("years sampled again", float(sum(one.refitted for one in left)), "", 0.0),
        ("leaving out", time.perf_counter() - began, "s", 0.0),
    ]  # fmt: skip


def _row(figure: str, value: float, unit: str, baseline: str, base: float) -> dict[str, Any]:
    return {
        "figure": figure, "value": value, "unit": unit, "baseline": baseline,
        "baseline_value": base, "state": "cold",
    }  # fmt: skip
