"""The ways by danger: harms, weights, ranks, and agreement with the article's order.

Stochastic multicriteria acceptability analysis (Lahdelma, Hokkanen, Salminen 1998): ranks over the
posterior and over the weights that a reader might give to the harms.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from safepassage.analysis.cohorts import OUTCOMES, Answers, Cohorts
from safepassage.engines.rng.streams import Stream
from safepassage.errors import Fault, InputError, Refused
from safepassage.inference.summary import LABELS, contraction, estimate, label
from safepassage.network.calendar import month_name, month_number
from safepassage.results.parts import Outcomes
from safepassage.results.ranking import (
    FIGURES,
    Acceptability,
    Harm,
    PeoplePerPeriod,
    RankedWay,
    Ranking,
    WayRanks,
)

if TYPE_CHECKING:
    from safepassage.inference.posterior import Posterior

WEIGHTS_PER_DRAW = 24
PRIOR_DRAWS = 480
LEAST_SHARE = 0.002
"""Median share below which an outcome is taken not to happen on a way."""


def rank(
    posterior: Posterior,
    *,
    as_of: str | None = None,
    sex: str | None = None,
    weights: Mapping[str, float] | None = None,
) -> Ranking:
    """Rank the ways of a fitted model by danger.

    Args:
        posterior: the posterior.
        as_of: month whose conditions hold; the model's own date unless given.
        sex: a value of the groups' attribute `sex`; everybody unless given.
        weights: weight of each harm; uniform on the simplex unless given.

    Raises:
        InputError: an unknown sex or harm, or no date.
        Refused: a date outside the fitted calendar.
    """
    model = posterior.study.model
    as_of = model.model.as_of if as_of is None else as_of
    one_sex = None if sex in (None, "all") else sex
    _check(posterior, as_of, one_sex, weights)
    answers = cohorts_at(posterior, as_of).answers(one_sex)
    draws = weightings(list(model.harms), weights, posterior.seed)
    scores = danger(posterior, answers)
    ranks = _ranks(scores, draws)
    narrowed = _contractions(posterior, answers, as_of, one_sex)
    labels = _labels(posterior, answers, scores, narrowed)
    expected = ranks.mean(axis=1)
    positions = np.array([w.article_position for w in model.ways.values()], float)
    order = sorted(range(len(answers.ways)), key=lambda i: float(np.median(expected[:, i])))
    ways = tuple(
        _entry(posterior, answers, i, expected[:, i], ranks[:, :, i], (narrowed[i], labels[i]))
        for i in order
    )
    tau = _tau(ranks, positions)
    harms = {
        name: Harm(title=h.title, measure=h.measure, scale=h.scale)
        for name, h in model.harms.items()
    }
    return Ranking(
        as_of=as_of,
        sex=one_sex or "all",
        ways=ways,
        kendall_tau=estimate(tau),
        harms=harms,
        fit=posterior.verdict,
        provenance=posterior.provenance,
    )


def danger(posterior: Posterior, answers: Answers) -> np.ndarray:
    """(way, harm, B) scaled harms; a harm that nobody of the way can have counts 0."""
    rows = [
        np.nan_to_num(answers.measures[h.measure], nan=0.0) / h.scale
        for h in posterior.study.model.harms.values()
    ]
    return np.stack(rows, axis=1)


def _check(
    posterior: Posterior, as_of: str, sex: str | None, weights: Mapping[str, float] | None
) -> None:
    model, faults = posterior.study.model, []
    first, last = model.model.start, model.model.end
    earliest = month_name(month_number(first) + 11)
    if not re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])", as_of):
        faults.append(
            Fault("call", 0, "as_of", f"{as_of!r}: give a month YYYY-MM, {earliest} to {last}")
        )
    sexes = {g.get("sex") for g in model.groups.values()} - {None}
    if sex is not None and sex not in sexes:
        listed = ", ".join(sorted(str(s) for s in sexes))
        message = f"{sex!r} is no group here; give one of {listed}, all"
        faults.append(Fault("call", 0, "sex", message))
    for name, weight in (weights or {}).items():
        if name not in model.harms:
            message = f"no such harm as {name!r}; give one of {', '.join(model.harms)}"
            faults.append(Fault("call", 0, "weights", message))
        elif not (np.isfinite(weight) and weight >= 0):
            message = f"{name}: give a number of at least 0"
            faults.append(Fault("call", 0, "weights", message))
    if weights and not faults and sum(weights.values()) <= 0:
        faults.append(Fault("call", 0, "weights", "all weights are 0; give one above 0"))
    if faults:
        raise InputError(faults)
    if not earliest <= as_of <= last:
        raise Refused(
            f"as of {as_of} lies outside what was fitted: the twelve months up to the date must "
            f"lie within {first} to {last}; ask for {earliest} to {last}"
        )


def cohorts_at(posterior: Posterior, as_of: str) -> Cohorts:
    """Cohorts at a date, computed once since every sex and weighting uses the same."""
    return posterior.once(
        ("cohorts", as_of),
        lambda: Cohorts(posterior.compiled, posterior.z, posterior.trajectory, as_of),
    )


def prior_run(posterior: Posterior, as_of: str | None = None) -> tuple[Cohorts, np.ndarray]:
    """Cohorts of draws from the prior at a date, and those draws' quantities (Q, T, B)."""
    date = as_of or posterior.study.model.model.as_of
    return posterior.once(("prior run", date), lambda: _prior_run(posterior, date))


def _prior_run(posterior: Posterior, date: str) -> tuple[Cohorts, np.ndarray]:
    from safepassage.engines.expected.solve import solve

    rng = Stream.PRIOR.generator(posterior.seed)
    z = rng.standard_normal((len(posterior.compiled.parameters), PRIOR_DRAWS))
    run = solve(posterior.compiled.network, posterior.compiled.program.tables(z))
    return Cohorts(posterior.compiled, z, run, date), run.quantities


def weightings(harms: Sequence[str], weights: Mapping[str, float] | None, seed: int) -> np.ndarray:
    """(W, harm) weights that sum to 1: the reader's own, or draws uniform on the simplex."""
    if weights:
        own = np.array([weights.get(name, 0.0) for name in harms])
        return (own / own.sum())[None, :]
    rng = Stream.WEIGHTS.generator(seed)
    return rng.dirichlet(np.ones(len(harms)), size=WEIGHTS_PER_DRAW)


def acceptability(
    scores: np.ndarray, weights: np.ndarray, positions: Sequence[float]
) -> Acceptability:
    """Ranks of stored draws under weights, and their agreement with the article's order.

    Args:
        scores: (way, harm, B) of `danger`.
        weights: (W, harm) of `weightings`.
        positions: the ways' positions in the article.
    """
    ranks = _ranks(scores, weights)
    expected = ranks.mean(axis=1)
    return Acceptability(
        ways=tuple(
            WayRanks(
                expected_rank=estimate(expected[:, i]),
                rank_acceptability=_shares(ranks[:, :, i], len(positions)),
            )
            for i in range(len(positions))
        ),
        kendall_tau=estimate(_tau(ranks, np.array(positions, float))),
    )


def _shares(ranks: np.ndarray, count: int) -> tuple[float, ...]:
    """Share of draws and weightings in which a way has rank 1, 2, ..."""
    return tuple(float((ranks == k).mean()) for k in range(1, count + 1))


def _ranks(scores: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """(B, W, way) ranks, 1 = most dangerous."""
    total = np.einsum("ihb,wh->bwi", scores, weights)
    return (-total).argsort(axis=2).argsort(axis=2) + 1.0


def _tau(ranks: np.ndarray, positions: np.ndarray) -> np.ndarray:
    """Kendall's tau of every draw and weighting with the article's order (1 = most dangerous).

    NaN where there is a single way, which has no order.
    """
    if len(positions) < 2:
        return np.full(ranks.shape[0] * ranks.shape[1], np.nan)
    upper = np.triu_indices(len(positions), 1)
    article = np.sign(positions[upper[0]] - positions[upper[1]])
    ours = np.sign(ranks[:, :, upper[0]] - ranks[:, :, upper[1]])
    return (ours * article).mean(axis=2).ravel()


def _contractions(
    posterior: Posterior, answers: Answers, as_of: str, sex: str | None
) -> np.ndarray:
    """(way,) contraction of each way's outcomes: the mean over its outcomes, on the logit scale.

    Spreads are the middle 80 %, since a wide prior has draws far out. An outcome that never
    happens on a way says nothing and is left out.
    """
    before = prior_run(posterior, as_of)[0].answers(sex)
    means: list[float] = []
    for i in range(len(answers.ways)):
        each = [
            contraction(_spread(before.measures[o][i]) ** 2, _spread(answers.measures[o][i]) ** 2)
            for o in OUTCOMES
            if np.nanmedian(before.measures[o][i]) > LEAST_SHARE
        ]
        means.append(float(np.mean(each)) if each else 0.0)
    return np.array(means)


def _spread(shares: np.ndarray) -> float:
    """The middle 80 % of shares on the logit scale."""
    p = np.clip(shares[np.isfinite(shares)], 1e-6, 1 - 1e-6)
    return float(np.subtract(*np.quantile(np.log(p / (1 - p)), (0.9, 0.1)))) if p.size else 0.0


def _labels(
    posterior: Posterior, answers: Answers, scores: np.ndarray, narrowed: np.ndarray
) -> list[str]:
    """How far the data moved each way's outcomes, and what its danger depends on if little."""
    after = scores.mean(axis=1)
    return [
        label_of(posterior, after[i], narrowed[i], way=way) for i, way in enumerate(answers.ways)
    ]


def label_of(
    posterior: Posterior, values: np.ndarray, narrowed: float, *, way: str | None = None
) -> str:
    """How far the data moved an answer (B,), and what it depends on if little.

    An answer of a way is labelled no better than the parameters that the way is declared to be
    based on.
    """
    own = label(narrowed, assumed=assumed_share(posterior, values) > 0.5)
    rests_on = posterior.study.model.ways[way].rests_on if way else ()
    named = [posterior.labels[parameter] for parameter in rests_on]
    return max([own, *named], key=LABELS.index)


def influences(posterior: Posterior, values: np.ndarray, z: np.ndarray | None = None) -> np.ndarray:
    """(P,) squared correlation of each parameter with an answer (B,) over the posterior.

    The answer is of the draws `z` (P, B); of the fit's own answering draws unless given.
    """
    drawn = posterior.z if z is None else z
    x = drawn - drawn.mean(axis=1, keepdims=True)
    y = values - values.mean()
    scale = (x**2).sum(axis=1) * (y**2).sum()
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.nan_to_num((x @ y) ** 2 / scale)


def assumed_share(posterior: Posterior, values: np.ndarray, z: np.ndarray | None = None) -> float:
    """Share of an answer's explained variance that is carried by parameters without evidence."""
    squared = influences(posterior, values, z)
    squared = np.where(squared > 4 / len(values), squared, 0.0)
    declared = posterior.study.model.parameters
    assumed = np.array(
        [
            declared[n].assumed is not None if n in declared else True
            for n in posterior.compiled.parameters.names
        ]
    )
    return float(squared[assumed].sum() / max(squared.sum(), 1e-12))


def _entry(
    posterior: Posterior,
    answers: Answers,
    i: int,
    expected: np.ndarray,
    ranks: np.ndarray,
    narrowed: tuple[float, str],
) -> RankedWay:
    way = answers.ways[i]
    declared = posterior.study.model.ways[way]
    return RankedWay(
        id=way,
        title=declared.title,
        article_position=declared.article_position,
        denominator=declared.denominator,
        caveat=declared.caveat,
        outcomes=Outcomes(**{o: estimate(answers.measures[o][i]) for o in OUTCOMES}),
        **{m: estimate(answers.measures[m][i]) for m in FIGURES},
        attempts_per_year=estimate(answers.attempts_per_year[i]),
        people=_people(posterior, answers, i),
        expected_rank=estimate(expected),
        rank_acceptability=_shares(ranks, len(answers.ways)),
        contraction=narrowed[0],
        label=narrowed[1],
    )


def _people(posterior: Posterior, answers: Answers, i: int) -> PeoplePerPeriod:
    """Whole people in as many years as the way is pooled over, chance included.

    How many set out, and how many of them meet each outcome at the way's horizon.
    """
    from safepassage.engines.rng.split import draw_split

    way = answers.ways[i]
    years = posterior.study.model.ways[way].pooled_years
    shares = np.nan_to_num(np.stack([answers.measures[o][i] for o in OUTCOMES]))
    mean = np.nan_to_num(answers.attempts_per_year[i]) * years
    people, parts = draw_split(mean, shares, seed=posterior.seed, name=way)
    return PeoplePerPeriod(
        years=years,
        set_out=estimate(people),
        **{o: estimate(part) for o, part in zip(OUTCOMES, parts, strict=True)},
    )
