"""A mechanism is switched off without touching the model that it is taken from."""

from __future__ import annotations

import pytest
from tests.teaching import parameter, small_model

from safepassage.model.ablation import without


def model_with(**mechanism):
    claim = {"title": "M", "ways": [], "shows_in": "x", **mechanism}
    return small_model(
        branches={
            "fork": {"title": "F", "outcomes": {"on": {"to": "home", "odds": ["ratio"]},
                                                "off": {"to": "out", "odds": [2, "ratio"]}}}
        },
        entries={"enters": {"title": "E", "to": "fork", "persons_per_year": 10}},
        parameters={"ratio": parameter(), "slope": parameter("normal", -1, 1)},
        trends={"t": {"title": "T", "knots": {2000: 1}}},
        responses={"r": {"title": "R", "driver": "t", "reference": 1, "elasticity": "slope"}},
        mechanisms={"it": claim},
    )  # fmt: skip


def test_what_is_removed_is_gone_and_the_whole_model_stays():
    model = model_with(remove=["fork.off", "leaves", "there", "enters"])
    cut = without(model, "it")
    assert set(cut.branches["fork"].outcomes) == {"on"}
    assert not cut.transitions and not cut.initial and not cut.entries
    assert set(model.branches["fork"].outcomes) == {"on", "off"} and model.transitions


def test_what_is_neutral_becomes_one():
    cut = without(model_with(neutral="ratio"), "it")
    outcomes = cut.branches["fork"].outcomes
    assert outcomes["on"].odds == (1.0,) and outcomes["off"].odds == (2.0,)
    assert "ratio" in cut.parameters


@pytest.mark.parametrize(
    "claim, says",
    [
        ({"remove": ["fork.on", "fork.off"]}, "no outcome"),
        ({"remove": "nowhere"}, "nowhere, which is not there"),
        ({"neutral": "slope"}, "slope stands in no product"),
    ],
)
def test_what_cannot_be_switched_off_is_refused(claim, says):
    with pytest.raises(ValueError, match=says):
        without(model_with(**claim), "it")


def test_an_unknown_mechanism_is_a_key_error():
    with pytest.raises(KeyError):
        without(model_with(remove="leaves"), "other")
