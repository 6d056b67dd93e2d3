"""What ties change, and what they must not: whole parties, sponsors, debts, histories."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from tests.families import INFLATION, SIZES, families_model

from safepassage.engines.individuals import draw
from safepassage.engines.individuals.measure import MONEY
from safepassage.network.compile import compile_model
from safepassage.network.persons import OUTCOMES, persons_of
from safepassage.store.histories import HistoryWriter, scan

Z = np.zeros(0)
"""The model has no unknowns."""
REPLICATES = 4000
SAFE = OUTCOMES.index("safe")


def without_chain(model):
    """The same model without those who are brought out, so that nothing feeds back."""
    entries = {n: e for n, e in model.entries.items() if n != "brought"}
    return model.model_copy(update={"entries": entries, "ties": {}, "initial": {}})


def arrivals(model, *, replicates=REPLICATES, scale=1.0, **options):
    """(R,) arrivals by the end, and the run."""
    compiled = compile_model(model)
    tables = compiled.program.tables(Z)
    run = draw.run(
        compiled.network, tables._replace(entries=scale * tables.entries), replicates=replicates,
        persons=persons_of(compiled, Z), keep_counts=True, **options,
    )  # fmt: skip
    home = [cell.state == "home" for cell in compiled.network.cells]
    return run.ensemble.counts[-1, home].sum(axis=0), run, compiled


@pytest.fixture(scope="module")
def together():
    return arrivals(without_chain(families_model()))


@pytest.fixture(scope="module")
def alone():
    model = without_chain(families_model())
    return arrivals(model.model_copy(update={"parties": {}}))


@pytest.fixture(scope="module")
def tied():
    return arrivals(families_model(), replicates=300)


@pytest.fixture(scope="module")
def histories(tmp_path_factory):
    folder = tmp_path_factory.mktemp("histories")
    compiled = compile_model(families_model(apart=("held",)))
    tables, persons = compiled.program.tables(Z), persons_of(compiled, Z)
    run = draw.run(
        compiled.network, tables, replicates=3, persons=persons, keep_counts=True,
        histories=HistoryWriter(folder, compiled.network),
    )  # fmt: skip
    return compiled, run, scan(folder).collect()


def test_parties_leave_the_mean_and_inflate_the_variance(together, alone):
    families, singles = together[0], alone[0]
    error = np.sqrt((families.var() + singles.var()) / REPLICATES)
    assert abs(families.mean() - singles.mean()) < 4 * error
    for seen, ratio in ((singles, 1.0), (families, INFLATION)):
        # a Poisson number of parties that share one fate: variance / mean = E[S^2] / E[S]
        off = (seen - seen.mean()) ** 2
        assert abs(seen.var() - ratio * seen.mean()) < 4 * off.std() / np.sqrt(REPLICATES)


def test_each_member_fares_as_one_alone_would(together, alone):
    counts, others = together[1].ensemble.counts[-1], alone[1].ensemble.counts[-1]
    error = np.sqrt((counts.var(axis=1) + others.var(axis=1)) / REPLICATES)
    moving = error > 0
    z = (counts.mean(axis=1) - others.mean(axis=1))[moving] / error[moving]
    assert np.abs(z).max() < 4.2


def test_members_are_caught_together_until_they_come_apart(tmp_path):
    def returns_by_party(apart, folder):
        compiled = compile_model(without_chain(families_model(apart=apart)))
        draw.run(
            compiled.network, compiled.program.tables(Z), persons=persons_of(compiled, Z),
            histories=HistoryWriter(folder, compiled.network),
        )  # fmt: skip
        rows = scan(folder).collect()
        size = rows.group_by("party").agg(pl.col("person").n_unique().alias("size"))
        ends = rows.filter(pl.col("to").is_in(["home", "lost"])).unique(["person"], keep="last")
        fates = ends.group_by("party").agg(
            pl.col("to").n_unique().alias("fates"), pl.len().alias("ended")
        )
        return fates.join(size, on="party").filter(pl.col("size") > 1)

    whole = returns_by_party((), tmp_path / "whole")
    assert (whole["fates"] == 1).all() and (whole["ended"] == whole["size"]).all()
    assert len(whole) > 20
    parted = returns_by_party(("out",), tmp_path / "parted")
    assert (parted["fates"] == 2).any()


def test_sizes_of_parties_are_those_declared(histories):
    _, _, rows = histories
    came = rows.filter(pl.col("from") == "outside").group_by("replicate", "party").len()
    counted = dict(came["len"].value_counts().iter_rows())
    total = sum(counted.values())
    assert set(counted) == set(SIZES) and total > 300
    for size, share in SIZES.items():
        assert abs(counted[size] / total - share) < 4 * np.sqrt(share * (1 - share) / total)


def test_sponsors_pay_and_debts_are_paid_back(tied):
    summary = tied[1].summary
    assert summary.total_paid_by_relatives[SAFE].sum() > 0
    others = [o for o in range(len(OUTCOMES)) if o != SAFE]
    assert not summary.total_paid_by_relatives[others].any()  # nobody leaves `home`
    assert not summary.total_owed[SAFE].any()
    assert summary.total_owed[OUTCOMES.index("dead")].sum() > 0
    # those at home from the start never arrive; everyone else owes boat and broker when they do
    arrived = summary.persons[SAFE].sum() - 24 * 300
    owed = np.searchsorted(MONEY, 350.0, side="right")
    assert summary.owed_at_arrival[owed].sum() == summary.owed_at_arrival.sum() == arrived > 10_000


def test_summaries_agree_with_the_histories(histories):
    _, run, rows = histories
    summary, r = run.summary, pl.col("replicate") == 1
    paid = rows.filter(r & (pl.col("payer") == "self"))["cost"].sum()
    assert paid == pytest.approx(summary.total_paid[:, 1].sum(), rel=1e-5)
    relatives = rows.filter(r & (pl.col("payer") == "relative"))["cost"].sum()
    assert relatives == pytest.approx(summary.total_paid_by_relatives[:, 1].sum(), rel=1e-5)
    assert relatives > 0
    owed = rows.filter(r & (pl.col("payer") == "owed"))["cost"].sum()
    repaid = rows.filter(r & (pl.col("cause") == "repayment"))["cost"].sum()
    assert owed - repaid == pytest.approx(summary.total_owed[:, 1].sum(), rel=1e-5)
    tries = rows.filter(r & pl.col("cause").is_in(["alone_or_not", "brought", "tries_again"]))
    number = np.arange(summary.attempts.shape[1])
    assert tries.height == (summary.attempts[:, :, 1] * number[None, :]).sum()
    assert summary.persons[:, 1].sum() == rows.filter(r)["person"].n_unique()
    assert tries.group_by("person").len()["len"].max() > 2


def test_relatives_punished_have_their_mean(tied):
    summary = tied[1].summary
    number = np.arange(summary.attempts.shape[1])
    attempts = (summary.attempts * number[None, :, None]).sum()
    punished = summary.total_relatives.sum()
    assert attempts > 20_000
    assert abs(punished - 0.25 * attempts) < 4 * np.sqrt(0.25 * attempts)


def test_histories_add_up_to_the_counts(histories):
    compiled, run, rows = histories
    states = [cell.state for cell in compiled.network.cells]
    counts = run.ensemble.counts
    for replicate in range(3):
        mine = rows.filter(pl.col("replicate") == replicate)
        came = dict(mine["to"].value_counts().iter_rows())
        went = dict(mine["from"].value_counts().iter_rows())
        for state in set(states):
            cells = [c for c, name in enumerate(states) if name == state]
            ended = counts[-1, cells, replicate].sum()
            assert came.get(state, 0) - went.get(state, 0) == ended
    assert rows["simulated"].all()


def test_the_last_two_calendar_years_carry_no_month(histories):
    _, _, rows = histories
    times = set(rows["time"])
    assert {"2002", "2003"} <= times and "2001-12" in times and "2000-01" in times
    assert not [t for t in times if t[:4] in ("2002", "2003") and len(t) > 4]


@pytest.mark.parametrize("apart", [(), ("held",)])
def test_any_split_gives_the_same_people(apart):
    model = families_model(apart=apart)
    _, whole, _ = arrivals(model, replicates=5, threads=1)
    _, spread, _ = arrivals(model, replicates=5, threads=2)
    _, late, _ = arrivals(model, replicates=2, first=3)
    for one, other, last in zip(whole.summary, spread.summary, late.summary, strict=True):
        np.testing.assert_array_equal(one, other)
        np.testing.assert_array_equal(one[..., 3:], last)
    np.testing.assert_array_equal(whole.ensemble.counts, spread.ensemble.counts)


def test_a_full_buffer_or_scarce_records_change_nothing(tmp_path, monkeypatch):
    model = without_chain(families_model(apart=("held",)))
    _, roomy, compiled = arrivals(model, replicates=2, scale=100)
    monkeypatch.setattr(draw, "_ROWS", 1)
    monkeypatch.setattr(draw, "_SPARE", 1)
    writer = HistoryWriter(tmp_path, compiled.network)
    _, tight, _ = arrivals(model, replicates=2, scale=100, histories=writer)
    assert len(list(tmp_path.glob("replicate-000001-*.parquet"))) > 2
    np.testing.assert_array_equal(roomy.ensemble.counts, tight.ensemble.counts)
    for one, other in zip(roomy.summary, tight.summary, strict=True):
        np.testing.assert_array_equal(one, other)
