"""Machine code kept on disk: used again, and never after a source has changed."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import safepassage

CODE = (
    "import numpy as np; from safepassage.engines.expected import solve; "
    "from tests.networks import Sketch; "
    "drawn = Sketch(steps=1).cell('a', persons=1.0).cell('b').edge('a', 'b', 12.0); "
    "print(solve.solve(*drawn.build()).counts[1, 0], "
    "sum(solve.forward.stats.cache_hits.values()))"
)


def test_a_change_in_a_helper_is_noticed(tmp_path):
    shutil.copytree(
        Path(safepassage.__file__).parent,
        tmp_path / "safepassage",
        ignore=shutil.ignore_patterns("__pycache__"),
    )
    root = Path(__file__).resolve().parents[4]
    where = os.pathsep.join([str(tmp_path), str(root)])
    environment = dict(os.environ, PYTHONPATH=where, NUMBA_CACHE_DIR=str(tmp_path / "cache"))

    def run() -> list[str]:
        done = subprocess.run(
            [sys.executable, "-c", CODE],
            capture_output=True, text=True, env=environment, cwd=tmp_path, check=True,
        )  # fmt: skip
        return done.stdout.split()

    first, again = run(), run()
    assert first == ["0.36787944117144233", "0"]
    assert again == ["0.36787944117144233", "1"]
    helper = tmp_path / "safepassage" / "engines" / "expected" / "escape.py"
    helper.write_text(helper.read_text().replace("return power + power * p,", "return power,"))
    changed = run()
    assert changed[0] != first[0]
    assert changed[1] == "0"
