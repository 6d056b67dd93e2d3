"""What lies behind those who move, against closed forms and against people followed one by one."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from tests.networks import Sketch, lanes, random_network

from safepassage.engines import expected, individuals
from safepassage.engines.memory import by_having_been, by_time_of_coming
from safepassage.inference.memories import remember
from safepassage.model.declarations import Memory
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
    run = expected.solve(network, tables)
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


def test_classes_add_up_to_the_mean_flows():
    network, tables = random_network(3, cells=14, steps=30, quantities=20)
    many = lanes(tables, 11)
    run = expected.solve(network, many)
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
        expected.solve(network, type(tables)(*(t[..., 4] for t in many))), flows, cells,
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
    }
    # nobody is there at the start: how long they have been there is not known
    model = three_states.model.model_copy(update={"memories": memories, "initial": {}})
    compiled = compile_model(model, three_states.covariates)
    z = np.zeros(len(compiled.parameters))
    tables = compiled.program.tables(z)
    folder = tmp_path_factory.mktemp("moves")
    writer = HistoryWriter(folder, compiled.network, end="2030-12")  # months to the end
    individuals.run(
        compiled.network, tables, replicates=60, persons=persons_of(compiled, z), histories=writer
    )
    lanes_of_one = type(tables)(*(t[..., None] for t in tables))
    run = expected.solve(compiled.network, lanes_of_one)
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
