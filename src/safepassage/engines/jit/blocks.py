"""A batch in blocks of lanes: tables filled to whole blocks, and blocks spread over threads."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache

import numpy as np

from safepassage.engines.jit.compile import read_only
from safepassage.engines.jit.simd import SIMD_WIDTH
from safepassage.engines.jit.threads import thread_limit
from safepassage.network.arrays import Floats, Network, Tables

_LINE = 64
"""Bytes in a cache line: lanes that straddle two of them cost twice as much."""
PLAIN = Tables(scale=1, series=2, entries=2, initial=1, capacity=2)
"""Axes of each table without lanes."""


def stranded(network: Network, step: int, cell: int) -> str:
    """What to say where people reach a cell that they cannot pass."""
    state, group, _ = network.cells[cell]
    return (
        f"in step {step} people of group '{group}' reach '{state}', whose odds are all zero: "
        "give one of its outcomes odds above zero, or let nobody go there"
    )


def batch_size_of(tables: Tables) -> int | None:
    """The common size of the tables' batch axis, or None if no table has one."""
    sizes = {
        np.shape(table)[-1]
        for table, axes in zip(tables, PLAIN, strict=True)
        if np.ndim(table) > axes
    }
    if len(sizes) > 1:
        raise ValueError(f"tables differ in their number of lanes: {sorted(sizes)}")
    return sizes.pop() if sizes else None


def padded_tables(network: Network, tables: Tables, lanes: int) -> Tables:
    """The tables as float64 with a lane axis of whole blocks, checked against the network."""
    months = int(network.month_of_step.max(initial=-1)) + 1
    sizes = Tables(
        scale=len(network.edge_target),
        series=int(network.edge_series.max(initial=-1)) + 1,
        entries=len(network.entry_target),
        initial=len(network.cells),
        capacity=len(network.feedback_kind),
    )
    padded: list[Floats] = []
    for name, table, axes, size in zip(Tables._fields, tables, PLAIN, sizes, strict=True):
        array = np.asarray(table, dtype=np.float64)
        if array.ndim not in (axes, axes + 1) or any(
            have < need for have, need in zip(array.shape, (size, months)[:axes], strict=False)
        ):
            needed = (size, months)[:axes]
            raise ValueError(f"tables.{name} has shape {array.shape}, needs {needed} and lanes")
        padded.append(blocks_of(array, axes + 1, lanes))
    return Tables(*padded)


def blocks_of(array: Floats, axes: int, lanes: int) -> Floats:
    """The array with `axes` axes, the last of them filled to whole blocks with the last lane."""
    if array.ndim < axes:
        array = array[..., None]
    width = -(-lanes // SIMD_WIDTH) * SIMD_WIDTH
    in_place = array.flags.c_contiguous and array.ctypes.data % _LINE == 0
    if array.shape[-1] != width or not in_place:
        filled = aligned((*array.shape[:-1], width))
        filled[..., :lanes] = array
        filled[..., lanes:] = array[..., -1:]
        array = filled
    return read_only(array)


def aligned(shape: tuple[int, ...], *, zero: bool = False) -> Floats:
    """An array that starts on a cache line."""
    size = int(np.prod(shape))
    buffer = np.zeros(size + SIMD_WIDTH) if zero else np.empty(size + SIMD_WIDTH)
    skip = (-buffer.ctypes.data % _LINE) // 8
    return buffer[skip : skip + size].reshape(shape)


@cache
def _pool(workers: int) -> ThreadPoolExecutor:
    return ThreadPoolExecutor(workers, thread_name_prefix="safepassage-lanes")


os.register_at_fork(after_in_child=_pool.cache_clear)  # threads do not survive a fork


def over_blocks(work: Callable[[int], None], lanes: int, threads: int | None) -> None:
    """Call `work(first)` for every block of lanes, on at most `threads` threads."""
    firsts = range(0, lanes, SIMD_WIDTH)
    workers = thread_limit(len(firsts), threads)
    if workers == 1:
        for first in firsts:
            work(first)
    else:
        for _ in _pool(workers).map(work, firsts):
            pass
