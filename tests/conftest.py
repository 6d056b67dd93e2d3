"""What many tests share: the teaching model read, compiled and fitted once."""

from __future__ import annotations

import os
from pathlib import Path

import pytest


def pytest_configure(config):
    """Many tests compile the same small functions, in processes of their own too: keep them."""
    os.environ.setdefault("JAX_COMPILATION_CACHE_DIR", str(config.cache.mkdir("jax")))
    os.environ.setdefault("JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS", "0")
    os.environ.setdefault("JAX_PERSISTENT_CACHE_MIN_ENTRY_SIZE_BYTES", "-1")


@pytest.fixture(scope="session")
def three_states():
    """The teaching model as it stands."""
    from safepassage.study.loader import load_study

    return load_study(Path(__file__).parent / "models" / "three_states")


@pytest.fixture(scope="session")
def three_states_compiled(three_states):
    from safepassage.inference.fit import compile_study

    return compile_study(three_states)


@pytest.fixture(scope="session")
def teaching(tmp_path_factory):
    """The teaching model with four ways and outputs of every kind."""
    from tests.teaching import teaching_folder

    from safepassage.study.loader import load_study

    return load_study(teaching_folder(tmp_path_factory.mktemp("teaching")))


@pytest.fixture(scope="session")
def posterior(teaching, tmp_path_factory):
    """A small fit of it, enough to ask questions of."""
    from tests.teaching import small_settings

    from safepassage.inference.fit import fit

    return fit(teaching, seed=7, out=tmp_path_factory.mktemp("fit"), settings=small_settings())


@pytest.fixture(scope="session")
def north_korea():
    from safepassage.study.loader import load_study

    return load_study("north-korea")


@pytest.fixture(scope="session")
def north_korea_compiled(north_korea):
    from safepassage.inference.fit import compile_study

    return compile_study(north_korea)
