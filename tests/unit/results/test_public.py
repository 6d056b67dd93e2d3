"""What `import safepassage` serves: representations of every class, and names of 0.1."""

from __future__ import annotations

import inspect

import pytest

import safepassage
from safepassage.errors import InputError, Refused

FAULTS = (InputError, Refused, safepassage.Fault)
MAKERS = {
    "Study": lambda posterior, out: posterior.study,
    "Posterior": lambda posterior, out: posterior,
    "Ranking": lambda posterior, out: safepassage.rank(posterior),
    "Trace": lambda posterior, out: safepassage.trace(posterior, "hidden_people"),
    "Diff": lambda posterior, out: safepassage.diff(posterior, posterior.path),
    "Export": lambda posterior, out: safepassage.export(posterior, out / "fit.nc"),
    "Forecast": lambda posterior, out: safepassage.forecast(posterior, 2010),
    "Comparison": lambda posterior, out: safepassage.compare(posterior, draws=8),
    "BudgetPlan": lambda posterior, out: safepassage.plan(posterior, 1e5, 2010, draws=16),
}
CLASSES = [
    name
    for name in safepassage.__all__
    if inspect.isclass(getattr(safepassage, name)) and getattr(safepassage, name) not in FAULTS
]


@pytest.mark.parametrize("name", CLASSES)
def test_every_public_class_fits_one_screen(name, posterior, tmp_path):
    one = MAKERS[name](posterior, tmp_path)
    assert isinstance(one, getattr(safepassage, name))
    assert len(repr(one)) < 2000
    assert max(map(len, repr(one).splitlines())) <= 80
    assert "<table" in one._repr_html_()


def test_a_study_says_what_it_is_about_and_how_much_it_declares():
    study = safepassage.load("tests/models/three_states")
    text = " ".join(repr(study).split())
    for part in ("Three states (three_states), 2001-01 to 2008-12", "parameters 12", "ways 1"):
        assert part in text
    assert study.to_frame().height == study.summary().counts.evidence_rows == 17


@pytest.mark.parametrize(
    "old, new", [("Loaded", "Study"), ("Fitted", "Posterior"), ("Planned", "BudgetPlan")]
)
def test_a_name_of_the_last_release_is_served_with_a_warning(old, new):
    with pytest.warns(DeprecationWarning, match=f"{old} is deprecated: its name is {new}") as told:
        assert getattr(safepassage, old) is getattr(safepassage, new)
    assert told[0].filename == __file__
    space: dict[str, object] = {}
    with pytest.warns(DeprecationWarning, match=f"its name is {new}"):
        exec(f"from safepassage import {old}", space)
    assert space[old] is getattr(safepassage, new)
    assert old not in dir(safepassage)


def test_a_keyword_of_the_last_release_is_accepted_with_a_warning(three_states):
    from safepassage.parallel import LOCAL

    with pytest.warns(DeprecationWarning, match=r"simulate\(hands=\).*write executor=") as told:
        old = safepassage.simulate(three_states, hands=LOCAL)
    assert told[0].filename == __file__
    new = safepassage.simulate(three_states, executor=LOCAL)
    assert type(old) is type(new)
    assert "executor" in inspect.signature(safepassage.compare).parameters
