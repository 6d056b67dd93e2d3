"""The ways by danger: ranks, weights, agreement with the article, and what is refused."""

from __future__ import annotations

import dataclasses
import json

import numpy as np
import pytest

from safepassage.analysis.ranking import acceptability, rank
from safepassage.errors import InputError, Refused

HARMS = {
    "death": lambda w: w.outcomes.dead.median,
    "return": lambda w: w.ever_returned.median,
    "relatives": lambda w: w.relatives_punished.median,
    "money": lambda w: w.cost_usd.median,
}


@pytest.fixture(scope="module")
def ranking(posterior):
    return rank(posterior)


def one_draw(posterior, **positions):
    """The fit as if it had a single draw; the ways at given positions in the article."""
    draws = posterior.draws
    first = dataclasses.replace(
        draws,
        **{n: getattr(draws, n)[:1, :1] for n in ("z", "acceptance", "divergent", "log_density")},
    )
    model = posterior.study.model
    ways = {
        n: w.model_copy(update={"article_position": positions.get(n, w.article_position)})
        for n, w in model.ways.items()
    }
    study = dataclasses.replace(posterior.study, model=model.model_copy(update={"ways": ways}))
    return dataclasses.replace(posterior, draws=first, study=study)


def test_acceptabilities_share_out_every_rank_and_every_way(ranking):
    shares = np.array([w.rank_acceptability for w in ranking.ways])
    assert shares.shape == (4, 4) and (shares >= 0).all()
    np.testing.assert_allclose(shares.sum(axis=0), 1.0)
    np.testing.assert_allclose(shares.sum(axis=1), 1.0)


def test_expected_ranks_lie_between_first_and_last_and_order_the_ways(ranking):
    medians = [w.expected_rank.median for w in ranking.ways]
    assert medians == sorted(medians)
    for way in ranking.ways:
        rank_of = way.expected_rank
        assert 1 <= rank_of.low <= rank_of.median <= rank_of.high <= 4
    mean = [np.dot(w.rank_acceptability, [1, 2, 3, 4]) for w in ranking.ways]
    assert sum(mean) == pytest.approx(10)


def test_one_draw_and_one_harm_give_a_permutation(posterior):
    ranked = rank(one_draw(posterior), weights={"death": 1})
    ranks = [w.expected_rank.median for w in ranked.ways]
    assert ranks == [1, 2, 3, 4]
    assert [w.rank_acceptability.index(1.0) for w in ranked.ways] == [0, 1, 2, 3]


@pytest.mark.parametrize("harm", HARMS)
def test_a_harm_alone_orders_by_that_harm(posterior, harm):
    ranked = rank(one_draw(posterior), weights={harm: 3.0})
    values = [HARMS[harm](w) for w in ranked.ways]
    assert values == sorted(values, reverse=True)
    assert values[0] > values[-1]


def test_weights_are_relative(posterior):
    small = rank(posterior, weights={"death": 0.1, "money": 0.3}).to_dict()
    large = rank(posterior, weights={"death": 1.0, "money": 3.0}).to_dict()
    assert small["ways"] == large["ways"]
    other = rank(posterior, weights={"death": 3.0, "money": 1.0}).to_dict()
    assert small["ways"] != other["ways"]


def test_kendalls_tau_is_one_in_the_articles_order_and_minus_one_against_it(posterior):
    order = [w.id for w in rank(one_draw(posterior), weights={"death": 1}).ways]
    agrees = {way: i + 1 for i, way in enumerate(order)}
    against = {way: 4 - i for i, way in enumerate(order)}
    swapped = {**agrees, order[0]: 2, order[1]: 1}
    for positions, tau in ((agrees, 1.0), (against, -1.0), (swapped, 4 / 6)):
        ranked = rank(one_draw(posterior, **positions), weights={"death": 1})
        assert ranked.kendall_tau.median == pytest.approx(tau)


@pytest.mark.filterwarnings("error")
def test_a_single_way_has_no_order_to_agree_with():
    scores = np.array([[[0.1, 0.2, 0.4], [0.3, 0.1, 0.2]]])
    alone = acceptability(scores, np.array([[0.5, 0.5]]), [1])
    assert alone.kendall_tau.median is None
    assert alone.ways[0].rank_acceptability == (1.0,)


def test_taus_interval_lies_between_minus_one_and_one(ranking):
    tau = ranking.kendall_tau
    assert -1 <= tau.low <= tau.median <= tau.high <= 1


def test_a_date_and_a_sex_are_answered_for(posterior, ranking):
    earlier = rank(posterior, as_of="2003-06", sex="female")
    assert (earlier.as_of, earlier.sex) == ("2003-06", "female")
    assert (ranking.as_of, ranking.sex) == ("2008-12", "all")
    assert rank(posterior, sex="all").to_dict()["ways"] == ranking.to_dict()["ways"]
    now, then = ({w.id: w for w in r.ways} for r in (ranking, earlier))
    way = "over_the_border"
    assert then[way].attempts_per_year.median < now[way].attempts_per_year.median


@pytest.mark.parametrize("date", ["2005", "2005-13", "soon", "2005-1-1"])
def test_what_is_no_date_is_refused_with_the_known_ones(posterior, date):
    with pytest.raises(InputError, match=r"give a month YYYY-MM, 200.-.. to 2008-12"):
        rank(posterior, as_of=date)


@pytest.mark.parametrize("date", ["2009-01", "2001-03", "1999-12"])
def test_a_date_outside_what_was_fitted_is_refused_as_such(posterior, date):
    with pytest.raises(Refused, match=r"ask for 200.-.. to 2008-12"):
        rank(posterior, as_of=date)


def test_an_unknown_sex_is_refused_with_the_known_ones(posterior):
    with pytest.raises(InputError, match="give one of female, male, all"):
        rank(posterior, sex="women")


@pytest.mark.parametrize(
    "weights, says",
    [
        ({"deaths": 1}, "give one of relatives, money, death, return"),
        ({"death": -1}, "at least 0"),
        ({"death": float("nan")}, "at least 0"),
        ({"death": float("inf")}, "at least 0"),
        ({"death": 0, "money": 0}, "give one above 0"),
    ],
)
def test_weights_that_mean_nothing_are_refused(posterior, weights, says):
    with pytest.raises(InputError, match=says):
        rank(posterior, weights=weights)


def test_every_fault_is_reported_at_once(posterior):
    with pytest.raises(InputError) as caught:
        rank(posterior, as_of="never", sex="x", weights={"y": 1})
    assert {fault.field for fault in caught.value.faults} == {"as_of", "sex", "weights"}


def test_the_answer_is_plain_json_with_what_was_promised(ranking):
    value = json.loads(json.dumps(ranking.to_dict()))
    assert {"ways", "as_of", "sex", "kendall_tau", "fit", "provenance"} <= set(value)
    promised = {
        "id", "title", "article_position", "denominator", "outcomes", "ever_returned",
        "months_to_safety", "cost_usd", "relatives_punished", "attempts_per_year",
        "expected_rank", "rank_acceptability", "label",
    }  # fmt: skip
    for way in value["ways"]:
        assert promised <= set(way)
        assert set(way["outcomes"]) == {"dead", "returned", "limbo", "safe"}
        assert way["label"] in ("data-driven", "mixed", "prior-driven", "assumed")


def test_asking_twice_gives_the_same_answer(posterior, ranking):
    again = dataclasses.replace(posterior)  # nothing remembered
    same = rank(again)
    assert (same.ways, same.kendall_tau) == (ranking.ways, ranking.kendall_tau)
