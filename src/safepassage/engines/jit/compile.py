"""How the kernels of this room are compiled and cached.

Numba's cache on disk looks only at the file of the outermost function: after a change in a helper's
file it would still run the old machine code. `kernel` makes the entry depend on every file that
goes into the machine code, and does without a cache where none can be written.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

_CODE: dict[str, Any] = {
    "nogil": True,
    "error_model": "numpy",  # a Python-style check for division by zero costs a branch each
    "fastmath": {"contract"},  # fused multiply-add only: `stay_and_gain` needs its rounding
}

_BORROWED: dict[str, Any] = {"_nrt": False}
"""No reference counts: they are atomic additions, and took half of a run's time. Such code borrows
its arrays from the caller and cannot make any."""
inline: Any = njit(**_CODE, **_BORROWED, forceinline=True)
"""For helpers of a kernel: a call that passes a network's arrays costs more than its work."""


allocating: Any = njit(**_CODE, forceinline=True)
"""For helpers that make arrays."""
called: Any = njit(**_CODE, **_BORROWED, forceinline=False)
"""For long helpers: without a word Numba lets them inherit their caller's `forceinline`."""


def kernel(function: Callable[..., Any]) -> Any:
    """Compile a function at its first call and cache the machine code on disk."""
    return _cached(function, forceinline=False)


def borrowing_kernel(function: Callable[..., Any]) -> Any:
    """A kernel that counts no references: all its arrays are made by its caller."""
    return _cached(function, forceinline=False, **_BORROWED)


def _cached(function: Callable[..., Any], **options: Any) -> Any:
    try:
        compiled: Any = njit(**_CODE, **options, cache=True)(function)
        file = compiled._cache._cache_file
        file._source_stamp = (file._source_stamp, _stamp(Path(function.__code__.co_filename)))
    except (RuntimeError, OSError, AttributeError):
        # no folder to write to, or a Numba that caches differently: compile in every process
        return njit(**_CODE, **options)(function)
    return compiled


@cache
def _stamp(source: Path) -> str:
    """Hash of the sources that the machine code of a file's kernels may be made of.

    These are the engines, the arrays of a network, and the file's own room, or its own folder
    where it lies outside the package.
    """
    package = Path(__file__).parents[2]
    inside = package in source.parents
    own = package / source.relative_to(package).parts[0] if inside else source.parent
    files = [f for room in sorted({package / "engines", own}) for f in sorted(room.rglob("*.py"))]
    files.append(package / "network" / "arrays.py")
    return sha256(b"\0".join(file.read_bytes() for file in files)).hexdigest()


def read_only(array: NDArray[Any]) -> NDArray[Any]:
    """A view that cannot be written.

    Numba compiles a kernel anew for arrays that cannot be written (those that come from JAX, or
    that someone froze), which takes seconds: hand over all inputs as such, and there is one kind.
    """
    view = np.asarray(array).view()
    view.flags.writeable = False
    return view


def integers(values: Any) -> NDArray[np.int32]:
    """Whole numbers in the type that the kernels are compiled for."""
    return read_only(np.ascontiguousarray(values, dtype=np.int32))
