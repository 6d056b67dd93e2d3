"""Sample the joint density of a model with one sampler; print what an effective draw costs.

    benchmarks/samplers/.env/bin/python benchmarks/samplers/run_one.py SAMPLER
        [--model north-korea] [--warmup 300] [--draws 300] [--limit SECONDS]

SAMPLER is `ours`, `numpyro` (NUTS with a dense mass matrix), `numpyro-diagonal` or `nutpie`. All
call the same function for density and gradient: ours 16 lanes at once, NUTS four chains. Ours takes
its own settings. What counts is the smallest bulk effective sample size of any unknown, by the same
code for every sampler; seconds are of the wall, from the start of the sampler to its last draw,
compiled code warm. A gradient of 16 lanes counts as 16. NUTS stops at the limit with the draws that
it has by then (NumPyro: after the piece of ten draws in hand).
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path

import numpy as np

import safepassage as sp
from safepassage.inference.density import Density
from safepassage.inference.diagnostics import diagnose
from safepassage.inference.fit import compile_study

CHAINS = 4
PIECE = 10
"""Draws of NumPyro between two looks at the clock."""


def _serve(model: str, pipe: Connection) -> None:
    """Answer points with densities and gradients until nothing more is asked."""
    study = sp.load(model)
    density = Density(study, compile_study(study))
    while (z := pipe.recv()) is not None:
        pipe.send(density(z))


@contextmanager
def elsewhere(model: str) -> Iterator[Callable[[np.ndarray], tuple[np.ndarray, np.ndarray]]]:
    """The density in a process of its own.

    It calls jax, which must not be called from within a callback of jax: that may never return.
    """
    here, there = multiprocessing.get_context("spawn").Pipe()
    server = multiprocessing.get_context("spawn").Process(target=_serve, args=(model, there))
    server.start()

    def density(z: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        here.send(z)
        return here.recv()

    try:
        yield density
    finally:
        here.send(None)
        server.join()


@dataclass(frozen=True)
class Budget:
    """How long NUTS is to run."""

    warmup: int
    draws: int
    limit: float


class Counted:
    """The density, with the number of gradients that were asked of it."""

    def __init__(self, density: Density):
        """Wrap a density."""
        self.density, self.count = density, 0
        self.call: Callable[[np.ndarray], tuple[np.ndarray, np.ndarray]] = density

    def __call__(self, z: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """As the density itself."""
        self.count += z.shape[1]
        return self.call(z)

    def __getattr__(self, name: str) -> object:
        """What else a sampler asks of the density."""
        return getattr(self.density, name)


def ours(density: Counted, _budget: Budget) -> tuple[np.ndarray, int]:
    """(chain, draw, P) by this project's sampler as it comes, and its divergences."""
    from safepassage.inference.blas_threads import settled
    from safepassage.inference.sampler.warmup import Settings, sample
    from safepassage.store import RunFolder

    with tempfile.TemporaryDirectory() as scratch, settled():
        folder = RunFolder(Path(scratch), "ours")
        sampled = sample(density, Settings(), seed=1, folder=folder, progress=lambda *_: None)
    return sampled.z, int(sampled.divergent.sum())


def numpyro(density: Counted, requested: Budget, *, dense: bool = True) -> tuple[np.ndarray, int]:
    """(chain, draw, P) by NumPyro's NUTS."""
    import jax
    import jax.numpy as jnp

    jax.config.update("jax_enable_x64", True)
    from numpyro.infer import MCMC, NUTS

    size = density.size

    def called(z: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        flat = np.asarray(z, float).reshape(-1, size)
        value, gradient = density(np.ascontiguousarray(flat.T))
        return value.reshape(z.shape[:-1]), gradient.T.reshape(z.shape)

    def both(z: jax.Array) -> tuple[jax.Array, jax.Array]:
        shapes = (
            jax.ShapeDtypeStruct(z.shape[:-1], jnp.float64),
            jax.ShapeDtypeStruct(z.shape, jnp.float64),
        )
        return jax.pure_callback(called, shapes, z, vmap_method="broadcast_all")

    @jax.custom_vjp
    def potential(z: jax.Array) -> jax.Array:
        return -both(z)[0]

    def forward(z: jax.Array) -> tuple[jax.Array, jax.Array]:
        value, gradient = both(z)
        return -value, gradient

    potential.defvjp(forward, lambda gradient, ct: (-ct * gradient,))
    kernel = NUTS(potential_fn=potential, dense_mass=dense)
    chains = MCMC(
        kernel, num_warmup=requested.warmup, num_samples=PIECE, num_chains=CHAINS,
        chain_method="vectorized", progress_bar=False,
    )  # fmt: skip
    first = 0.1 * np.random.default_rng(1).standard_normal((CHAINS, size))
    key, began = jax.random.PRNGKey(1), time.perf_counter()
    chains.warmup(key, init_params=jnp.asarray(first))
    print(f"warm after {time.perf_counter() - began:.0f} s", file=sys.stderr)
    sampled: list[np.ndarray] = []
    divergences = 0
    while not sampled or (
        len(sampled) * PIECE < requested.draws and time.perf_counter() - began < requested.limit
    ):
        if sampled:
            chains.post_warmup_state = chains.last_state
        chains.run(key, extra_fields=("diverging",))
        sampled.append(np.asarray(chains.get_samples(group_by_chain=True)))
        divergences += int(np.asarray(chains.get_extra_fields()["diverging"]).sum())
    return np.concatenate(sampled, axis=1), divergences


def nutpie(density: Counted, requested: Budget) -> tuple[np.ndarray, int]:
    """(chain, draw, P) by nutpie's NUTS as it comes."""
    import nutpie as package
    from nutpie.compiled_pyfunc import from_pyfunc

    def make_logp() -> Callable[[np.ndarray], tuple[float, np.ndarray]]:
        def logp(z: np.ndarray) -> tuple[float, np.ndarray]:
            value, gradient = density(np.asarray(z, float)[:, None])
            return float(value[0]), gradient[:, 0].copy()

        return logp

    def make_expand(*_: object) -> Callable[[np.ndarray], dict[str, np.ndarray]]:
        return lambda z: {"z": np.asarray(z)}

    def first(seed: int) -> np.ndarray:
        return 0.1 * np.random.default_rng(seed % 2**32).standard_normal(density.size)

    model = from_pyfunc(
        density.size, make_logp, make_expand, [np.dtype("float64")], [(density.size,)], ["z"],
        make_initial_point_fn=first,
    )  # fmt: skip
    running = package.sample(
        model, draws=requested.draws, tune=requested.warmup, chains=CHAINS, cores=CHAINS, seed=1,
        progress_bar=False, blocking=False,
    )  # fmt: skip
    try:
        sampled = running.wait(timeout=requested.limit)
    except TimeoutError:
        sampled = running.abort()
    z = np.asarray(sampled.posterior["z"])
    done = int(np.isfinite(z).all(axis=2).sum(axis=1).min())
    if not done:
        raise SystemExit(f"nutpie: still warming up after {requested.limit:.0f} s; give more")
    diverging = np.asarray(sampled.sample_stats["diverging"])[:, :done]
    return z[:, :done], int(diverging.sum())


SAMPLERS = {
    "ours": ours,
    "numpyro": numpyro,
    "numpyro-diagonal": lambda density, requested: numpyro(density, requested, dense=False),
    "nutpie": nutpie,
}


def main() -> None:
    """Sample, and print one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("sampler", choices=SAMPLERS)
    parser.add_argument("--model", default="north-korea")
    parser.add_argument("--warmup", type=int, default=300)
    parser.add_argument("--draws", type=int, default=300)
    parser.add_argument("--limit", type=float, default=3600.0)
    requested = parser.parse_args()
    study = sp.load(requested.model)
    density = Counted(Density(study, compile_study(study)))
    with ExitStack() as stack:
        if requested.sampler.startswith("numpyro"):
            density.call = stack.enter_context(elsewhere(requested.model))
        for lanes in (1, CHAINS, 16):
            density(np.zeros((density.size, lanes)))
        density.count, began = 0, time.perf_counter()
        z, divergences = SAMPLERS[requested.sampler](
            density, Budget(requested.warmup, requested.draws, requested.limit)
        )
        seconds = time.perf_counter() - began
    judged = diagnose(z)
    ess = float(judged.bulk_ess.min())
    print(
        json.dumps(
            {
                "sampler": requested.sampler, "chains": z.shape[0], "draws": z.shape[1],
                "max_rhat": round(float(judged.rhat.max()), 4), "min_bulk_ess": round(ess, 1),
                "divergences": divergences, "seconds": round(seconds, 1),
                "gradients": density.count, "ess_per_second": round(ess / seconds, 3),
                "ess_per_1000_gradients": round(1000 * ess / density.count, 3),
            }
        )
    )  # fmt: skip


if __name__ == "__main__":
    main()
