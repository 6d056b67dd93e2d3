"""The rooms behind the command line, replaced by recorders: here only the door is tested."""

import importlib
import sys
import types
from collections import namedtuple
from pathlib import Path
from types import SimpleNamespace

import pytest

from safepassage.analysis.simulation.simulate import Plan
from safepassage.cli.main import main
from safepassage.errors import InputError

FIT = {
    "converged": True,
    "max_rhat": 1.004,
    "min_bulk_ess": 900.0,
    "min_tail_ess": 800.0,
    "divergences": 0,
    "seconds": 61.0,
}
PROVENANCE = {
    "model_hash": "m" * 64,
    "evidence_hash": "e" * 64,
    "source_hash": "s" * 64,
    "version": "0.1.0",
    "seed": 1,
}


class Study:
    """As little of a loaded model as the commands look at."""

    def __init__(self):
        kinds = [
            "states",
            "branches",
            "transitions",
            "parameters",
            "channels",
            "ways",
            "outputs",
            "mechanisms",
        ]
        self.model = SimpleNamespace(
            model=SimpleNamespace(id="island", title="The island"),
            **{kind: {"one": None} for kind in [*kinds, "mechanisms"]},
        )
        self.evidence = SimpleNamespace(rows={"e1": None, "e2": None})


def as_json(value, text=""):
    return SimpleNamespace(
        to_dict=lambda: value, to_text=lambda: text, path=Path("run"), study=Study()
    )


Outcome = namedtuple("Outcome", "code out err")


@pytest.fixture
def rooms(monkeypatch):
    """Fake rooms; `rooms.calls` lists what was called, and each function may be replaced."""
    calls = []

    def recorder(name, result):
        def call(*args, **kwargs):
            calls.append((name, args, kwargs))
            return result() if callable(result) else result

        return call

    class PageNotBuilt(InputError):
        pass

    def write_report(pieces, path):
        calls.append(("write_report", (pieces, path), {}))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("<html></html>")

    fit_json = {
        "fit": FIT,
        "parameters": [1, 2],
        "channels": [1],
        "outputs": {},
        "provenance": PROVENANCE,
    }
    fakes = {
        "safepassage.study.loader": {
            "Loaded": Study,
            "load_folder": recorder("load_folder", Study),
        },
        "safepassage.study.scenarios": {"catalogue": recorder("catalogue", None)},
        "safepassage.study.levers": {"levers_of": recorder("levers_of", None)},
        "safepassage.inference": {"fit": recorder("fit", as_json(fit_json))},
        "safepassage.analysis": {
            "rank": recorder("rank", as_json({"ways": [], "fit": FIT})),
            "trace": recorder("trace", as_json({"name": "x"}, "the trace in words")),
            "diff": recorder("diff", {"changed": ["seed"]}),
            "Plan": Plan,
            "compared": recorder("compared", []),
            "compared_csv": recorder("compared_csv", "output,part\n"),
            "simulate_model": recorder(
                "simulate_model",
                {
                    "replicates": 1,
                    "ensemble": None,
                    "outputs": {"hidden": [{"time": "2020", "median": 2.0}]},
                },
            ),
        },
        "safepassage.analysis.checks.tension": {
            "checks": recorder("checks", {"tension": [], "contradictions": [], "answers": {}}),
        },
        "safepassage.reports.data.artifacts": {
            "read_shown": recorder("read_shown", None),
            "keep_shown": recorder("keep_shown", "shown"),
            "keep_grid": recorder("keep_grid", {}),
            "embedded": recorder("embedded", {"model": {}}),
        },
        "safepassage.reports.html": {
            "PageNotBuilt": PageNotBuilt,
            "read_page": recorder("read_page", ("", "", "")),
            "write_report": write_report,
        },
        "safepassage.reports.text.ranking": {
            "ranking_table": recorder("ranking_table", "the table")
        },
    }
    modules = {}
    for name, members in fakes.items():
        module = types.ModuleType(name)
        vars(module).update(members)
        parent, _, last = name.rpartition(".")
        monkeypatch.setitem(sys.modules, name, module)
        monkeypatch.setattr(importlib.import_module(parent), last, module, raising=False)
        modules[last] = module
    return SimpleNamespace(calls=calls, **modules)


@pytest.fixture
def cli(capsys, monkeypatch, tmp_path):
    """Run the command line in an empty folder that holds one model, `island`."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "island").mkdir()

    def run(*arguments):
        code = main([str(argument) for argument in arguments])
        return Outcome(code, *capsys.readouterr())

    return run
