"""Flee's movement parameters learned on the first days of each scenario, scored on the rest.

    FLEE_SCENARIOS=... python benchmarks/flee_calibration.py [--table-only]

Splits and methods are those of `flee_calibration_rules.toml`. Writes `flee_calibration_table.json`
and `.md`; `--table-only` writes the latter anew. `run.py` reports the kept table.
"""

from __future__ import annotations

import json
import os
import sys
import time
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from safepassage.flee import read_scenario
from safepassage.flee.calibration import posterior as learn
from safepassage.flee.calibration import scores as scoring
from safepassage.flee.calibration.training import Training, training
from safepassage.inference.summary import contraction, estimate

HERE = Path(__file__).resolve().parent
TABLE = HERE / "flee_calibration_table.json"
ALONE = ("flee_defaults", "published", "calibrated", "shared")
"""Run from the first day, as Flee is."""
KNOWN = tuple(f"{method}_from_report" for method in ALONE)
"""Run from the last report of the training days on."""
METHODS = (*ALONE, "persistence", *KNOWN)


def run() -> Iterator[dict[str, Any]]:
    """Rows of the kept table: it takes half an hour to make."""
    if not TABLE.exists():
        print("flee_calibration: no table is kept; nothing is reported")
        return
    table = json.loads(TABLE.read_text())
    for method in METHODS[1:]:
        for figure in ("ardr", "crps"):
            yield {
                "figure": f"held-out {figure}, {method}, mean over scenarios",
                "value": mean_of(table["scenarios"], method, figure),
                "unit": "",
                "baseline": "Flee's defaults",
                "baseline_value": mean_of(table["scenarios"], METHODS[0], figure),
                "state": "kept",
                "command": "python benchmarks/flee_calibration.py",
            }


def mean_of(rows: Sequence[Mapping[str, Any]], method: str, figure: str) -> float:
    """The mean over scenarios of one figure of one method."""
    return float(np.mean([row["scores"][method][figure] for row in rows]))


def measure(rules: Mapping[str, Any], folder: Path) -> dict[str, Any]:
    """Fit and score everything."""
    trainings = {
        name: training(read_scenario(folder / name), days, rules["learning"]["report_gap_days"])
        for name, days in rules["training_days"].items()
    }
    rows = [alone(name, one, rules) for name, one in trainings.items()]
    for row in rows:
        others = [one for name, one in trainings.items() if name != row["scenario"]]
        row |= elsewhere(row, trainings[row["scenario"]], others, rules)
    return {"rules": dict(rules), "scenarios": rows}


def alone(name: str, one: Training, rules: Mapping[str, Any]) -> dict[str, Any]:
    """A scenario by itself: every method but the shared one."""
    how, scoring = rules["learning"], rules["scoring"]
    begin, used = time.perf_counter(), time.process_time()
    posterior = learn.calibrate(
        [one], rules["parameters"], seed=how["seed"], out=cache(),
        learning=learning(rules, how["warm_up"], how["draws"]),
    )  # fmt: skip
    took = {"seconds": time.perf_counter() - begin, "cpu_seconds": time.process_time() - used}
    z, many = posterior.some(scoring["posterior_draws"]), scoring["replicates"]
    settings = {"published": one.scenario.settings}
    settings["flee_defaults"] = scoring.flees_defaults(one.scenario.settings)
    runs = {"persistence": scoring.persistence(one)} | at_draws(one, posterior, z, "calibrated")
    for method, each in settings.items():
        for name_, later in ((method, False), (f"{method}_from_report", True)):
            runs[name_] = scoring.with_settings(one.scenario, each, one, many, from_report=later)
    row = {
        "scenario": name, "days": one.scenario.days, "training_days": one.days,
        "dates": len(one.dates), "camps": len(one.counted), "fit": fit_json(posterior) | took,
        "scores": {method: vars(scoring.score(found, one)) for method, found in runs.items()},
    }  # fmt: skip
    say(row)
    return row


def elsewhere(
    row: Mapping[str, Any], one: Training, others: Sequence[Training],
    rules: Mapping[str, Any],
) -> dict[str, Any]:  # fmt: skip
    """What the other scenarios teach, on this one."""
    how = rules["learning"]
    posterior = learn.calibrate_roughly(
        others, rules["parameters"], seed=how["seed"],
        learning=learning(rules, how["warm_up"], how["draws"]),
    )  # fmt: skip
    z = posterior.some(rules["scoring"]["posterior_draws"])
    runs = at_draws(one, posterior, z, "shared")
    scores = row["scores"] | {
        method: vars(scoring.score(found, one)) for method, found in runs.items()
    }
    found = {"scores": scores, "shared_fit": fit_json(posterior)}
    say({"scenario": row["scenario"], **found})
    return found


def at_draws(
    one: Training, posterior: learn.Calibrated, z: np.ndarray, name: str
) -> dict[str, np.ndarray]:
    """Runs at draws of a posterior, from the first day and from the last report on."""
    return {
        name: scoring.at_draws(one, posterior, z),
        f"{name}_from_report": scoring.at_draws(one, posterior, z, from_report=True),
    }


def learning(rules: Mapping[str, Any], warm_up: Sequence[int], draws: int) -> learn.Learning:
    """How the rules say to learn."""
    how = rules["learning"]
    sampler = learn.sampler_of(chains=how["chains"], warm_up=warm_up, draws=draws)
    return learn.Learning(how["report_gap_days"], how["bins"], how["soft"], how["least"], sampler)


def fit_json(posterior: learn.Calibrated) -> dict[str, Any]:
    """Parameters with their contraction, and whether the draws can be believed."""
    z, d = posterior.z, posterior.diagnostics
    values = np.array([posterior.density.values(point) for point in z])
    return {
        "parameters": {
            name: estimate(values[:, i]) | {"contraction": contraction(1.0, float(z[:, i].var()))}
            for i, name in enumerate(posterior.density.names)
        },
        "max_rhat": float(d.rhat.max()),
        "min_bulk_ess": float(d.bulk_ess.min()),
        "divergences": int(posterior.draws.divergent.sum()),
    }


def cache() -> Path | None:
    """Where runs are kept."""
    folder = os.environ.get("FLEE_CALIBRATION_RUNS")
    return Path(folder) if folder else None


def say(row: Mapping[str, Any]) -> None:
    figures = ", ".join(f"{m} {s['ardr']:.3f}" for m, s in row["scores"].items())
    print(f"{row['scenario']}: held-out ARDr {figures}", file=sys.stderr, flush=True)


def as_text(table: Mapping[str, Any]) -> str:
    """The whole table, wins and losses."""
    rows, aim = table["scenarios"], table["rules"]["scoring"]["aim"]
    lines = ["# Flee calibrated: held-out days", "",
             "Made by `benchmarks/flee_calibration.py`; methods, splits and figures are those of",
             "`flee_calibration_rules.toml`, fixed before the first run; its head says what was",
             "changed after held-out figures had been seen. Smaller is better; the best of a row",
             "is bold."]  # fmt: skip
    for figure, what in (("ardr", "ARDr"), ("crps", "CRPS over people reported")):
        titles = [m.replace("_", " ").replace("from report", "*") for m in METHODS]
        lines += ["", f"## {what}", "", "\\* from the last report of the training days on.", "",
                  "| scenario | days learned / scored | " + " | ".join(titles) + " |",
                  "|---|---|" + "--:|" * len(METHODS)]  # fmt: skip
        for row in rows:
            values = [row["scores"][m][figure] for m in METHODS]
            span = f"{row['training_days']} / {row['days'] - row['training_days']}"
            lines.append(f"| {row['scenario']} | {span} | {_cells(values)} |")
        means = [mean_of(rows, m, figure) for m in METHODS]
        lines.append(f"| **mean** | | {_cells(means)} |")
        ratios = " | ".join(f"{m / means[0]:.2f}" for m in means)
        lines.append(f"| of Flee's defaults | | {ratios} |")
    ways = {
        "calibrated": "by parameters alone",
        "calibrated_from_report": "from the last report on (a way added afterwards)",
    }
    for method, words in ways.items():
        ratio = mean_of(rows, method, "ardr") / mean_of(rows, "flee_defaults", "ardr")
        met = "met" if ratio <= aim else "missed"
        lines += ["", f"The aim, {aim:.2f} of Flee's defaults, {words}: {met}, {ratio:.2f}."]
    lines += ["", "## What was learned", "",
              "Median [90 %] and contraction, 1 - posterior / prior variance.", ""]  # fmt: skip
    names = list(rows[0]["fit"]["parameters"])
    for key, title in (
        ("fit", "From the scenario itself"),
        ("shared_fit", "From the six others (normal approximation at the mode)"),
    ):
        lines += [f"### {title}", "", "| scenario | " + " | ".join(names) + " | R-hat | ESS |",
                  "|---|" + "--:|" * (len(names) + 2)]  # fmt: skip
        for row in rows:
            cells = [_learned(row[key]["parameters"][name]) for name in names]
            fit = row[key]
            judged = key == "fit"
            cells += (
                [f"{fit['max_rhat']:.2f}", f"{fit['min_bulk_ess']:.0f}"] if judged else ["", ""]
            )
            lines.append(f"| {row['scenario']} | " + " | ".join(cells) + " |")
        lines.append("")
    return "\n".join(lines)


def _cells(values: Sequence[float]) -> str:
    best = min(values)
    return " | ".join(f"**{v:.3f}**" if v == best else f"{v:.3f}" for v in values)


def _learned(p: Mapping[str, float]) -> str:
    return f"{p['median']:.3g} [{p['low']:.2g}, {p['high']:.2g}] {p['contraction']:.2f}"


def main() -> None:
    if "--table-only" not in sys.argv:
        rules = tomllib.loads((HERE / "flee_calibration_rules.toml").read_text())
        folder = Path(os.environ.get("FLEE_SCENARIOS", ""))
        if not folder.is_dir() or not os.environ.get("FLEE_SCENARIOS"):
            raise SystemExit("FLEE_SCENARIOS names no folder of scenarios")
        TABLE.write_text(json.dumps(measure(rules, folder), indent=1) + "\n")
    table = json.loads(TABLE.read_text())
    TABLE.with_suffix(".md").write_text(as_text(table))


if __name__ == "__main__":
    main()
