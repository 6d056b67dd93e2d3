"""Run every benchmark of this folder and write the figures to `benchmarks/results.json`.

A benchmark is a module beside this one with `run() -> list[dict]`. Each dictionary has `figure`
(what was measured), `value`, `unit`, `baseline` (its name), `baseline_value`, and `state`
(`cold` or `warm`); the ratio, the command and the versions are added here.

    python benchmarks/run.py [NAME ...]
"""

from __future__ import annotations

import importlib
import json
import os
import platform
import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
NEEDED = {"figure", "value", "unit", "baseline", "baseline_value", "state"}
PACKAGES = ("safepassage", "numpy", "scipy", "numba", "jax")


def versions() -> dict[str, str]:
    """Versions of Python and of the packages that the figures depend on."""
    found = {"python": platform.python_version()}
    for package in PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    return found


def measure(name: str) -> list[dict[str, Any]]:
    """Rows of one benchmark, completed and checked."""
    rows: list[dict[str, Any]] = []
    for row in importlib.import_module(name).run():
        missing = NEEDED - set(row)
        if missing:
            raise SystemExit(f"benchmarks/{name}.py: a row lacks {', '.join(sorted(missing))}")
        base = row["baseline_value"]
        ratio = row["value"] / base if base else None
        command = row.get("command", f"make bench ARGS={name}")
        rows.append({"benchmark": name, **row, "ratio": ratio, "command": command})
        against = f"; {row['baseline']}: {base:.4g} (ratio {ratio:.3g})" if ratio else ""
        print(f"{row['figure']}: {row['value']:.4g} {row['unit']} [{row['state']}]{against}")
    return rows


def main(names: list[str]) -> None:
    """Measure the named benchmarks, or all; rows of the others are kept from the last time."""
    sys.path.insert(0, str(HERE))
    all_names = sorted(p.stem for p in HERE.glob("*.py") if p.stem != "run" and p.stem[0] != "_")
    unknown = set(names) - set(all_names)
    if unknown:
        raise SystemExit(f"no such benchmark: {', '.join(sorted(unknown))}")
    results = HERE / "results.json"
    kept: list[dict[str, Any]] = []
    if names and results.exists():
        kept = [r for r in json.loads(results.read_text())["rows"] if r["benchmark"] not in names]
    rows = kept + [row for name in names or all_names for row in measure(name)]
    machine = {"cores": os.cpu_count(), "machine": platform.machine(), "system": platform.system()}
    content = {"versions": versions(), "machine": machine, "rows": rows}
    results.write_text(json.dumps(content, indent=1) + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])
