"""How long the command line and the package take to answer, in a new process."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from typing import Any

REPEATS = 9
BASELINE = "python -c pass"


def seconds(arguments: list[str]) -> float:
    """Median wall time of a new Python process."""
    times = []
    for _ in range(REPEATS):
        start = time.perf_counter()
        subprocess.run([sys.executable, *arguments], check=True, stdout=subprocess.DEVNULL)
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def run() -> list[dict[str, Any]]:
    """Help and import, beside a Python process that does nothing."""
    base = seconds(["-c", "pass"])
    measured = {
        "safepassage --help": ["-m", "safepassage", "--help"],
        "import safepassage": ["-c", "import safepassage"],
    }
    return [
        {
            "figure": figure,
            "value": seconds(arguments),
            "unit": "s",
            "baseline": BASELINE,
            "baseline_value": base,
            "state": "cold",
        }
        for figure, arguments in measured.items()
    ]
