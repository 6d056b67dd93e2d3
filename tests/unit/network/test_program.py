"""Tables are the same over both array modules, and their pullback is their gradient."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from tests.teaching import parameter, small_model

from safepassage.network.compile import compile_model

jax.config.update("jax_enable_x64", True)

FIELDS = ("scale", "series", "entries", "initial", "capacity")


@pytest.fixture(scope="module")
def awkward():
    """What neither model folder has: a random walk, a shared start, a response to a trend."""
    return compile_model(
        small_model(
            parameters={"a": parameter(), "b": parameter(low=2, high=9),
                        "p": parameter("probability", 0.1, 0.7),
                        "e": parameter("normal", -1, 0.5)},
            transitions={"leaves": {"from": "out", "to": "home", "hazard": ["a", "w", "p"]}},
            branches={"fork": {"title": "F", "outcomes": {
                "in": {"to": "out", "odds": ["b", "w"]}, "back": {"to": "home", "odds": "p"}}}},
            entries={"enters": {"title": "E", "to": "fork", "counted_at": "out",
                                "persons_per_year": ["b", "r", "crowd"]}},
            initial={"there": {"state": "out", "persons": ["a", "w", 3]},
                     "too": {"state": "out", "persons": ["p", 10], "groups": {"sex": "men"}}},
            innovations={"w": {"title": "W", "kind": "random_walk", "scale": 0.3, "by": "sex",
                               "from": 2000, "to": 2002}},
            trends={"t": {"title": "T", "knots": {2000: "a", 2002: ["b", 2]}}},
            responses={"r": {"title": "R", "driver": "t", "reference": 3, "elasticity": "e",
                             "sign": -1}},
            feedbacks={"crowd": {"title": "C", "kind": "saturating", "states": "out",
                                 "capacity": ["b", "t"]}},
        )
    )  # fmt: skip


@pytest.fixture(params=["three_states_compiled", "awkward", "north_korea_compiled"], scope="module")
def compiled(request):
    return request.getfixturevalue(request.param)


@pytest.fixture(scope="module")
def z(compiled):
    return np.random.default_rng(5).standard_normal((len(compiled.parameters), 2))


@pytest.fixture(scope="module")
def differentiated(compiled, z):
    """The tables over jax.numpy, and what pulls gradients back through them."""
    return jax.vjp(jax.jit(lambda point: compiled.program.tables(point, jnp)), jnp.asarray(z))


def test_numpy_and_jax_agree(compiled, z, differentiated):
    for name, a, b in zip(FIELDS, compiled.program.tables(z), differentiated[0], strict=True):
        np.testing.assert_allclose(a, np.asarray(b), rtol=1e-11, err_msg=name)


def test_one_lane_is_a_lane_of_many(compiled, z):
    many = compiled.program.tables(z)
    for b in range(2):
        for one, of_many in zip(compiled.program.tables(z[:, b]), many, strict=True):
            np.testing.assert_allclose(one, of_many[..., b], rtol=1e-13)


def test_shapes_are_those_of_the_network(compiled, z):
    network, tables = compiled.network, compiled.program.tables(z)
    months = int(network.month_of_step[-1]) + 1
    assert tables.scale.shape == (len(network.edge_target), 2)
    assert tables.series.shape[1:] == (months, 2)
    assert network.edge_series.max() < len(tables.series)
    assert tables.entries.shape == (len(network.entry_target), months, 2)
    assert tables.initial.shape == (len(network.cells), 2)
    assert tables.capacity.shape == (len(network.feedback_kind), months, 2)


@pytest.mark.parametrize("only", FIELDS)
def test_the_pullback_is_the_gradient(compiled, z, differentiated, only):
    """Each table by itself, so that no large one hides a wrong small one."""
    program = compiled.program
    tables = program.tables(z)
    rng = np.random.default_rng(6)
    # weights over the tables' own sizes: every entry counts about alike
    weights = type(tables)(
        *(
            np.where(t > 0, rng.standard_normal(t.shape) / np.where(t > 0, t, 1.0), 0.0)
            * (name == only)
            for name, t in zip(FIELDS, tables, strict=True)
        )
    )
    made, pull_back = differentiated
    cotangent = type(made)(*(jnp.asarray(w) for w in weights))
    wanted = np.asarray(pull_back(cotangent)[0])
    pulled = program.pull(z, tables, weights)
    scale = np.abs(wanted).max()
    varies = not np.allclose(getattr(tables, only), getattr(program.tables(0 * z), only))
    assert (scale > 0) == varies
    np.testing.assert_allclose(pulled, wanted, rtol=1e-8, atol=1e-10 * scale)


def test_the_first_logarithm_pads_and_the_rest_are_logarithms(compiled, z):
    logs = compiled.program.logarithms(z)
    count = len(compiled.parameters)
    assert (logs[0] == 0).all()
    kinds = np.array(compiled.parameters.kinds)
    values = compiled.parameters.constrained(z.T).T
    ratio = kinds == "lognormal"
    np.testing.assert_allclose(np.exp(logs[1 : 1 + count][ratio]), values[ratio], rtol=1e-12)
    shares = logs[1 + count : 1 + count + (kinds == "probability").sum()]
    np.testing.assert_allclose(np.exp(shares), values[kinds == "probability"], rtol=1e-12)


def test_extras_are_money_and_relatives_of_a_month(three_states_compiled):
    compiled = three_states_compiled
    z = np.zeros((len(compiled.parameters), 3))
    extras = dict(
        zip(compiled.program.extra_names, compiled.program.extras(z, 54), strict=True)
    )  # fmt: skip
    # the price is 800 in mid-2001 and 2400 in mid-2008; row 54 is July 2005
    price = 800 * 3 ** (4 / 7)
    np.testing.assert_allclose(extras["payment", "to_broker", "men"], [price] * 3, rtol=1e-9)
    np.testing.assert_allclose(extras["relatives", "over_the_border", "soldiers"], [0.2] * 3)
    assert set(n for kind, n, _ in extras if kind == "payment") == {"to_broker"}
