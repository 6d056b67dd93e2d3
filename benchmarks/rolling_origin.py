"""Forecasts from earlier years against what came, beside four statistical methods.

The model is fitted as it could have been at the end of each year of `forecast_rules.toml`, the next
years are forecast and scored, and so are the methods on the same splits. Each origin's forecast
is kept when it is done, and a fit goes on where it was: a killed run is started again with the same
command.

    bash benchmarks/rolling_origin_baselines/setup.sh     # once
    .venv/bin/python benchmarks/rolling_origin.py         # about four minutes an origin
    .venv/bin/python benchmarks/rolling_origin.py --baselines-only
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import subprocess
import sys
import tomllib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from safepassage.inference.sampler.settings import Settings
    from safepassage.study.loader import Study

HERE = Path(__file__).resolve().parent
RULES = HERE / "forecast_rules.toml"
MODEL = "north-korea"
OURS = "safepassage"
PARTS = {"arrivals": ("arrivals_women", "arrivals_men")}
"""A series that is published by its parts; its figures are their sums."""
PEERS = HERE / "rolling_origin_baselines"

Row = dict[str, Any]
"""series, origin, year, value, and `draws` by method (None where a method has no forecast)."""


def history(study: Study, series: str) -> dict[int, float]:
    """Published yearly figures of a series, by year."""
    from benchmarks.rolling_origin_models import yearly_figures

    figures = yearly_figures(study)
    own = figures.get(study.model.outputs[series].quantity, {})
    found = {year: float(row.value) for year, row in own.items()}
    parts = [history(study, part) for part in PARTS.get(series, ()) if part in study.model.outputs]
    if parts:
        for year in set.intersection(*(set(part) for part in parts)):
            found.setdefault(year, sum(part[year] for part in parts))
    return dict(sorted(found.items()))


def rows_of(study: Study, rules: dict[str, Any]) -> list[Row]:
    """Every figure that is forecast: of each series, from each origin, so many years ahead."""
    return [
        {"series": series, "origin": origin, "year": origin + h, "value": known[origin + h]}
        for series in rules["targets"]["series"]
        for known in [history(study, series)]
        for origin in rules["splits"]["origins"]
        for h in rules["splits"]["horizons"]
        if origin + h in known
    ]  # fmt: skip


def of_baselines(study: Study, rules: dict[str, Any], rows: Sequence[Row]) -> dict[str, Any]:
    """Draws by method of every row, from the figures known at its origin alone.

    Raises:
        SystemExit: the environment of the methods is not there.
    """
    python = PEERS / ".env" / "bin" / "python"
    if not python.exists():
        raise SystemExit(f"the methods' environment is missing; run bash {PEERS / 'setup.sh'}")
    splits = []
    for series, origin in dict.fromkeys((r["series"], r["origin"]) for r in rows):
        known = {y: v for y, v in history(study, series).items() if y <= origin}
        years = list(known)
        if years != list(range(years[0], origin + 1)):
            raise SystemExit(f"{series}: the years known in {origin} have gaps: {years}")
        splits.append({
            "series": series, "origin": origin, "years": years, "values": list(known.values()),
            "horizon": max(rules["splits"]["horizons"]),
        })  # fmt: skip
    done = subprocess.run(
        [str(python), str(PEERS / "baselines.py")],
        input=json.dumps({"splits": splits}), check=True, capture_output=True, text=True,
    )  # fmt: skip
    return json.loads(done.stdout)


def of_model(
    study: Study,
    rules: dict[str, Any],
    rows: Sequence[Row],
    *,
    settings: Settings | None = None,
    out: Path | None = None,
    say: Callable[[str], None] = print,
    progress: Any = None,
) -> tuple[dict[tuple[str, int, int], np.ndarray], dict[int, Row]]:
    """Draws of every row by (series, origin, year), and each origin's fit; kept as they come."""
    found: dict[tuple[str, int, int], np.ndarray] = {}
    fits: dict[int, Row] = {}
    for origin in dict.fromkeys(row["origin"] for row in rows):
        mine = [row for row in rows if row["origin"] == origin]
        arrays, fits[origin] = _origin(study, rules, origin, mine, settings, out, progress)
        fit = fits[origin]
        say(
            f"{origin}: {'converged' if fit['converged'] else 'NOT CONVERGED'}, "
            f"R-hat {fit['max_rhat']}, {fit['seconds']:.0f} s"
        )
        for row in mine:
            found[row["series"], origin, row["year"]] = arrays[f"{row['series']}_{row['year']}"]
    return found, fits


def _origin(
    study: Study,
    rules: dict[str, Any],
    origin: int,
    rows: Sequence[Row],
    settings: Settings | None,
    out: Path | None,
    progress: Any,
) -> tuple[dict[str, np.ndarray], Row]:
    """Draws of one origin by `series_year`, and the verdict on its fit; taken if kept."""
    from benchmarks.rolling_origin_models import as_of

    from safepassage.inference.sampler.settings import Settings
    from safepassage.store import RunFolder, run_key, run_root, source_hash

    study_then, settings = as_of(study, origin), settings or Settings()
    seed = rules["what_is_known_at_an_origin"]["seed"]
    plan = {
        "rolling": dataclasses.asdict(settings),
        "rules": rules,
        "rows": [[row["series"], row["year"]] for row in rows],
    }
    key = run_key(study_then.identity, study_then.evidence_hash, source_hash(), plan, seed)
    folder = RunFolder(run_root(out), key)
    with folder.lock():
        stored = folder.load_arrays("forecast")
        if stored is None:
            stored = _forecast(study, study_then, rules, rows, settings, out, progress)
            folder.save_arrays("forecast", *stored)
    return dict(stored[0]), stored[1]


def _forecast(
    study: Study,
    study_then: Study,
    rules: dict[str, Any],
    rows: Sequence[Row],
    settings: Settings,
    out: Path | None,
    progress: Any,
) -> tuple[dict[str, np.ndarray], Row]:
    from benchmarks.rolling_origin_models import figures_ahead

    from safepassage.analysis.forecast.projection import project
    from safepassage.inference.fit import fit

    rule = rules["what_is_known_at_an_origin"]
    posterior = fit(study_then, seed=rule["seed"], out=out, settings=settings, progress=progress)
    ahead = project(posterior, max(row["year"] for row in rows), policies=rule["policies"])
    if ahead.z.shape[1] != rule["draws"]:
        raise SystemExit(f"the rules ask for {rule['draws']} draws, not {ahead.z.shape[1]}")
    names = {part for row in rows for part in PARTS.get(row["series"], (row["series"],))}
    outputs = study.model.outputs
    quantity = {name: outputs[name].quantity for name in sorted(names)}
    drawn = {
        (target.quantity, target.year): target.draws
        for target in figures_ahead(study, ahead, list(quantity.values()))
    }
    arrays = {
        f"{row['series']}_{row['year']}": np.sum(
            [
                drawn[quantity[part], row["year"]]
                for part in PARTS.get(row["series"], (row["series"],))
            ],
            axis=0,
        )
        for row in rows
    }
    return arrays, posterior.verdict.to_dict()


def evaluate(
    study: Study, rules: dict[str, Any], *, ours: bool = True, **how: Any
) -> tuple[list[Row], dict[int, Row], str]:
    """Rows with draws by method, the fits by origin, and the package of the methods."""
    rows = rows_of(study, rules)
    baselines = of_baselines(study, rules, rows)
    by_split = {(s["series"], s["origin"]): s["methods"] for s in baselines["splits"]}
    drawn, fits = of_model(study, rules, rows, **how) if ours else ({}, {})
    for row in rows:
        at = row["series"], row["origin"], row["year"]
        row["draws"] = {OURS: drawn[at]} if ours else {}
        for name, method in by_split[at[:2]].items():
            ahead = method["draws"]
            row["draws"][name] = ahead and np.array(ahead[row["year"] - row["origin"] - 1])
    return rows, fits, f"{rules['baselines']['package']} {baselines['version']}"


def run() -> list[dict[str, Any]]:
    """The mean CRPS of the whole table against each method, for `make bench`."""
    from _rolling_origin_table import totals

    rows, _ = _all(_arguments([]))
    every = {t["method"]: t for t in totals(rows) if t["series"] == "all"}
    return [
        {
            "figure": f"mean CRPS of log(1 + persons), {every[OURS]['figures']} forecasts",
            "value": every[OURS]["crps_log1p"], "unit": "", "baseline": name,
            "baseline_value": total["crps_log1p"], "state": "warm",
        }
        for name, total in every.items()
        if name != OURS
    ]  # fmt: skip


def _all(options: argparse.Namespace) -> tuple[list[Row], str]:
    """Evaluate, print the whole table, and write it."""
    from _rolling_origin_table import as_json, as_markdown

    from safepassage.cli.progress import Progress
    from safepassage.inference.sampler.settings import Settings
    from safepassage.study.loader import load_study

    rules = tomllib.loads(options.rules.read_text())
    settings = Settings(draws=options.draws) if options.draws else Settings()
    how: dict[str, Any] = {} if options.baselines_only else {
        "settings": settings, "out": options.out, "say": lambda t: print(t, file=sys.stderr),
    }  # fmt: skip
    with Progress() as progress:
        if how:
            how["progress"] = progress
        study = load_study(options.model)
        rows, fits, package = evaluate(study, rules, ours=not options.baselines_only, **how)
    about = {
        "model": study.model.model.id, "rules": options.rules.name, "package": package,
        "chains": settings.chains, "draws_per_chain": settings.draws, "fits": fits,
    }  # fmt: skip
    table = as_markdown(rows, about)
    print(table)
    stem = options.write or HERE / (
        "rolling_origin_baselines_table" if options.baselines_only else "rolling_origin_table"
    )
    stem.with_suffix(".md").write_text(table + "\n")
    stem.with_suffix(".json").write_text(json.dumps(as_json(rows, about), indent=1) + "\n")
    return rows, table


def _arguments(words: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--model", default=MODEL)
    parser.add_argument("--rules", type=Path, default=RULES)
    parser.add_argument("--draws", type=int, help="draws a chain, if not the default of a fit")
    parser.add_argument("--baselines-only", action="store_true", help="no fits")
    parser.add_argument("--out", type=Path, help="folder of the fits; the cache unless given")
    parser.add_argument("--write", type=Path, help="where the table goes, without its suffix")
    return parser.parse_args(words)


if __name__ == "__main__":
    _all(_arguments(None))
