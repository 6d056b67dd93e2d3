"""Where people are lost on a way: the shares and those who come through add up."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from tests.forward import outcomes, walk

from safepassage.analysis.cohorts import Cohorts
from safepassage.analysis.losses import losses


@pytest.fixture(scope="module")
def single(posterior):
    """The fit with one draw, so that medians add up, and one horizon for every way."""
    draws = posterior.draws
    first = dataclasses.replace(
        draws,
        **{n: getattr(draws, n)[:1, :1] for n in ("z", "acceptance", "divergent", "log_density")},
    )
    model = posterior.study.model
    ways = {n: w.model_copy(update={"horizon_months": 60}) for n, w in model.ways.items()}
    model = model.model_copy(update={"ways": ways})
    study = dataclasses.replace(posterior.study, model=model)
    compiled = dataclasses.replace(posterior.compiled, model=model)
    return dataclasses.replace(posterior, draws=first, study=study, compiled=compiled)


@pytest.mark.parametrize("way", ["over_the_border", "let_go", "second_try"])
def test_losses_and_those_safe_without_a_return_are_everybody(single, way):
    compiled = single.compiled
    last = int(compiled.network.month_of_step[-1])
    where, _ = walk(
        compiled, single.z, single.trajectory, way, 0, last=last, ends=("detained",)
    )  # fmt: skip
    safe = where[outcomes(compiled) == "safe"].sum()
    lost = sum(row.share.median for row in losses(single)[way])
    # rows below a thousandth are not listed
    assert lost + safe == pytest.approx(1.0, abs=0.004)


def test_a_loss_says_where_and_how(posterior):
    rows = losses(posterior)["over_the_border"]
    shares = {(row.step, row.outcome): row.share for row in rows}
    assert set(shares) == {
        ("The border is crossed", "dead"),
        ("In hiding", "dead"),
        ("In hiding", "returned"),
        ("In hiding", "limbo"),
    }
    medians = [row.share.median for row in rows]
    assert medians == sorted(medians, reverse=True)
    assert all(0 <= s.low <= s.median <= s.high <= 1 for s in shares.values())


def test_a_first_return_is_what_the_ranking_calls_ever_returned(posterior):
    answers = Cohorts(
        posterior.compiled, posterior.z, posterior.trajectory, posterior.study.model.model.as_of
    ).answers()
    returned = np.median(answers.measures["ever_returned"][answers.ways.index("over_the_border")])
    rows = losses(posterior)["over_the_border"]
    total = sum(row.share.median for row in rows if row.outcome == "returned")
    # A sum of medians against the median of a sum: near, and not equal.
    assert total == pytest.approx(returned, rel=0.25)
