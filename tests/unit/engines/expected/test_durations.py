"""What lies behind those who move, against closed forms and against people followed one by one."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from tests.networks import Sketch, lanes, random_network

from safepassage.engines.expected import solve
from safepassage.engines.expected.durations import by_having_been, by_time_of_coming, longer_than
from safepassage.engines.individuals import draw
from safepassage.inference.durations import remember
from safepassage.model.schema import Memory
from safepassage.network.arrays import STOCK
from safepassage.network.compile import compile_model
from safepassage.network.persons import persons_of
from safepassage.store.histories import HistoryWriter, scan


def steady(rate: float, steps: int = 600):
    """A constant inflow into one state, which is left at one hazard."""
    sketch = Sketch(steps=steps)
    sketch.cell("away").cell("home").edge("away", "home", rate).entry("away", 1200.0)
    return sketch.quantity("arrivals", ("edge", "away>home")).build()


@pytest.mark.parametrize("rate", [0.4, 2.0, 9.0])
def test_a_steady_stay_is_as_long_as_its_hazard_says(rate):
    network, tables = steady(rate)
    run = solve.solve(network, tables)
    cells = np.array([True, False])
    (moved,), class_of = by_time_of_coming(network, tables, run, [0], cells)
    share = moved[-1, :, 0] / moved[-1].sum()
    stay = np.exp(-rate / 12)
    # who leaves in the last step and came k half-years ago: a geometric law, summed by classes
    last = network.steps - 1
    law = np.zeros(moved.shape[1])
    for since in range(1, network.steps):
        law[class_of[last - since]] += (1 - stay) * stay ** (since - 1)
    np.testing.assert_allclose(share, law / law.sum(), atol=1e-12)


@pytest.mark.parametrize("months", [1, 12, 30, 17.25])
def test_a_steady_stock_is_as_old_as_its_hazard_says(months):
    sketch = Sketch(steps=400).cell("away").cell("home").edge("away", "home", 0.7)
    network, tables = sketch.entry("away", 1200.0).quantity("hidden", ("stock", "away")).build()
    run = solve.solve(network, tables)
    (long,) = longer_than(network, tables, run, [0], np.array([True, False]), months)
    stay, count = np.exp(-0.7 / 12), np.arange(400)
    for step in (0, 5, 40, 399):
        # who came k months ago is k to k + 1 months here at the end of the month
        there = 100 * stay ** count[: step + 1]
        over = np.clip(count[: step + 1] + 1 - months, 0, 1)
        assert long[step, 0] == pytest.approx(there @ over, rel=1e-12, abs=1e-9), step


def test_classes_of_stocks_add_up_too():
    network, tables = random_network(5, cells=12, steps=40, quantities=20)
    many = lanes(tables, 5)
    run = solve.solve(network, many)
    spans = zip(network.tap_start[:-1], network.tap_start[1:], strict=True)
    stocks = [
        q for q, (a, b) in enumerate(spans)
        if b > a and (network.tap_kind[a:b] == STOCK).all()
        and len(set(network.tap_index[a:b].tolist())) == b - a
    ]  # fmt: skip
    assert stocks
    cells = np.arange(12) % 2 == 0
    came, _ = by_time_of_coming(network, many, run, stocks, cells)
    np.testing.assert_allclose(came.sum(axis=2), run.quantities[stocks], rtol=1e-9, atol=1e-9)
    been = by_having_been(network, many, run, stocks, cells)
    np.testing.assert_allclose(been.sum(axis=2), run.quantities[stocks], rtol=1e-9, atol=1e-9)
    # half-years end with June and December: there the months say the same
    long = longer_than(network, many, run, stocks, cells, 12)
    for step in (23, 29, 35):
        half_years = 1 + (step - 12) // 6
        old = came[:, step, 1 : half_years + 1].sum(axis=1)
        np.testing.assert_allclose(long[:, step], old, rtol=1e-9, atol=1e-9)


def test_classes_add_up_to_the_mean_flows():
    network, tables = random_network(3, cells=14, steps=30, quantities=20)
    many = lanes(tables, 11)
    run = solve.solve(network, many)
    # no model counts moves with stocks, or a move twice
    taps = [
        list(zip(network.tap_kind[a:b].tolist(), network.tap_index[a:b].tolist(), strict=True))
        for a, b in zip(network.tap_start[:-1], network.tap_start[1:], strict=True)
    ]
    flows = [
        q for q, own in enumerate(taps)
        if len(set(own)) == len(own) and all(kind != STOCK for kind, _ in own)
    ]  # fmt: skip
    assert flows
    cells = np.arange(14) % 3 == 0
    moved, _ = by_time_of_coming(network, many, run, flows, cells, threads=2)
    np.testing.assert_allclose(moved.sum(axis=2), run.quantities[flows], rtol=1e-9, atol=1e-9)
    been = by_having_been(network, many, run, flows, cells)
    np.testing.assert_allclose(been.sum(axis=2), run.quantities[flows], rtol=1e-9, atol=1e-9)
    alone, _ = by_time_of_coming(
        network, type(tables)(*(t[..., 4] for t in many)),
        solve.solve(network, type(tables)(*(t[..., 4] for t in many))), flows, cells,
    )  # fmt: skip
    np.testing.assert_allclose(alone[..., 0], moved[..., 4], rtol=1e-12)


@pytest.fixture(scope="module")
def followed(three_states, tmp_path_factory):
    """The teaching model with memories, and every move of everybody in 60 replicates."""
    memories = {
        "years": Memory(title="Years", among="arrivals", years_in=("hidden", "detained")),
        "long": Memory(
            title="Long", among="arrivals", years_in=("hidden", "detained"), over_years=1.0
        ),
        "caught": Memory(title="Caught", among="arrivals", ever_in=("detained",)),
        "there": Memory(title="Years", among="hidden_stock", years_in=("hidden", "detained")),
        "long_there": Memory(
            title="Long", among="hidden_stock", years_in=("hidden", "detained"), over_years=1.5
        ),
        "once_caught": Memory(title="Caught", among="hidden_stock", ever_in=("detained",)),
    }
    # nobody is there at the start: how long they have been there is not known
    model = three_states.model.model_copy(update={"memories": memories, "initial": {}})
    compiled = compile_model(model, three_states.covariates)
    z = np.zeros(len(compiled.parameters))
    tables = compiled.program.tables(z)
    folder = tmp_path_factory.mktemp("moves")
    writer = HistoryWriter(folder, compiled.network, end="2030-12")  # months to the end
    draw.run(
        compiled.network, tables, replicates=60, persons=persons_of(compiled, z), histories=writer
    )
    lanes_of_one = type(tables)(*(t[..., None] for t in tables))
    run = solve.solve(compiled.network, lanes_of_one)
    return remember(compiled, lanes_of_one, run), scan(folder).collect(), compiled


def month(column: str) -> pl.Expr:
    text = pl.col(column)
    return text.str.slice(0, 4).cast(pl.Int32) * 12 + text.str.slice(5, 2).cast(pl.Int32)


def arrivals_of(rows: pl.DataFrame) -> pl.DataFrame:
    """One row per arrival: months since the last coming from outside, and whether ever caught."""
    moves = rows.filter(pl.col("from") != pl.col("to")).with_row_index("order")
    moves = moves.with_columns(month("time").alias("month"))
    who = ["replicate", "person"]
    inside = ["hidden", "detained"]
    came = moves.filter(pl.col("to").is_in(inside) & ~pl.col("from").is_in(inside))
    came = came.group_by(who).agg(pl.col("month").max().alias("came"))
    caught = moves.filter(pl.col("to") == "detained").select(who).unique()
    safe = moves.filter(pl.col("to") == "safe").join(came, on=who, how="left")
    return safe.join(
        caught.with_columns(pl.lit(True).alias("caught")), on=who, how="left"
    ).with_columns((pl.col("month") - pl.col("came")).alias("since"))


def test_people_followed_one_by_one_have_the_same_behind_them(followed):
    remembered, rows, compiled = followed
    found = arrivals_of(rows)
    months = found["month"].to_numpy() - 2001 * 12 - 1
    late = months >= 36  # half-year classes are exact enough once stays are long
    seen = {
        "years": found["since"].to_numpy()[late] / 12,
        "long": (found["since"].to_numpy()[late] > 12).astype(float),
        "caught": found["caught"].fill_null(False).to_numpy()[late].astype(float),
    }
    steps = compiled.network.month_of_step >= 36
    for name, values in seen.items():
        top, bottom = (values_[steps, 0].sum() for values_ in remembered[name])
        error = values.std() / np.sqrt(len(values))
        slack = 0.01 if name == "long" else 0.003 * values.mean()
        assert len(values) > 5000
        assert top / bottom == pytest.approx(values.mean(), abs=4 * error + slack), name


def hidden_at(rows: pl.DataFrame, at: int) -> pl.DataFrame:
    """One row per person in hiding at the end of a month: since when, and whether ever caught."""
    moves = rows.filter(pl.col("from") != pl.col("to")).with_row_index("order")
    moves = moves.with_columns(month("time").alias("month")).filter(pl.col("month") <= at)
    who, inside = ["replicate", "person"], ["hidden", "detained"]
    now = moves.sort("order").group_by(who).agg(pl.col("to").last())
    came = moves.filter(pl.col("to").is_in(inside) & ~pl.col("from").is_in(inside))
    came = came.group_by(who).agg(pl.col("month").max().alias("came"))
    caught = moves.filter(pl.col("to") == "detained").select(who).unique()
    return (
        now.filter(pl.col("to") == "hidden")
        .join(came, on=who)
        .join(caught.with_columns(pl.lit(True).alias("caught")), on=who, how="left")
    )


@pytest.mark.parametrize("step", [40, 65, 90])
def test_people_followed_one_by_one_are_there_for_as_long(followed, step):
    remembered, rows, compiled = followed
    (t,) = np.flatnonzero(compiled.network.month_of_step == step)
    found = hidden_at(rows, 2001 * 12 + 1 + step)
    since = step + 2001 * 12 + 1 - found["came"].to_numpy() + 0.5  # months, in the middle of one
    seen = {
        "there": since / 12,
        "long_there": (since > 18).astype(float),
        "once_caught": found["caught"].fill_null(False).to_numpy().astype(float),
    }
    for name, values in seen.items():
        top, bottom = (part[t, 0] for part in remembered[name])
        assert len(values) > 2000
        error = values.std() / np.sqrt(len(values))
        # within a half-year more of the late comers are still there; a long stay is told by months
        slack = 0.015 * values.mean() if name == "there" else 0.0
        assert len(values) / 60 == pytest.approx(bottom, rel=0.03), name
        assert top / bottom == pytest.approx(values.mean(), abs=4 * error + slack), name
