"""Real runs of the command line on the teaching model, which share one small stored fit."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from tests.teaching import small_settings

from safepassage.cli.main import main


class Outcome(NamedTuple):
    """What a command left behind."""

    code: int
    out: str
    err: str


@pytest.fixture(scope="session")
def run_root(tmp_path_factory) -> Path:
    """The folder in which these tests store their runs, unless they name another."""
    return tmp_path_factory.mktemp("runs")


@pytest.fixture
def quick(monkeypatch, run_root) -> None:
    """Fits take seconds, and are stored where all tests find them."""
    settings = small_settings()
    for home in ("safepassage.inference.fit", "safepassage.inference.sampler.settings"):
        monkeypatch.setattr(f"{home}.Settings", lambda: settings)
    monkeypatch.setenv("SAFEPASSAGE_CACHE", str(run_root))


@pytest.fixture
def cli(capsys, monkeypatch, tmp_path, quick) -> Callable[..., Outcome]:
    """Run the command line in an empty folder."""
    monkeypatch.chdir(tmp_path)

    def run(*arguments: object) -> Outcome:
        code = main([str(argument) for argument in arguments])
        return Outcome(code, *capsys.readouterr())

    return run


@pytest.fixture(scope="session")
def model(three_states, run_root) -> Path:
    """The folder of the teaching model, whose fit is stored."""
    from safepassage.inference.fit import fit

    fit(three_states, root=run_root, settings=small_settings())
    return three_states.path


@pytest.fixture
def no_fit(monkeypatch) -> None:
    """A test in which nothing may be fitted or loaded."""
    monkeypatch.setattr("safepassage.inference.fit.fit", lambda *_, **__: pytest.fail("fitted"))


@pytest.fixture
def page(monkeypatch) -> None:
    """A page of one line in place of the built one, which a clone need not have."""
    built = ("document.title = 1", "p { color: red }", "as they are")
    monkeypatch.setattr("safepassage.reports.html.read_page", lambda *_: built)


def raising(error: BaseException) -> Callable[..., Any]:
    """A function that does nothing but fail."""

    def call(*_: Any, **__: Any) -> Any:
        raise error

    return call
