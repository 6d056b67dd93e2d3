"""What must be the same in two processes for their results to be the same to the bit."""

from __future__ import annotations

import platform
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.metadata import PackageNotFoundError, version

from safepassage.errors import Fault, InputError
from safepassage.store import source_hash

PACKAGES = ("numpy", "scipy", "numba", "llvmlite", "jax", "jaxlib")
"""Packages that results may depend on in their last digits."""


@cache
def fingerprint() -> dict[str, str]:
    """The hash of this process's sources, the versions beneath them, and the processor's kind."""
    versions = {"sources": source_hash(), "python": platform.python_version()}
    for package in PACKAGES:
        try:
            versions[package] = version(package)
        except PackageNotFoundError:
            versions[package] = "none"
    return {**versions, "processor": f"{platform.machine()} {_processor()}"}


def refuse_others(ours: Mapping[str, str], theirs: Mapping[str, Mapping[str, str]]) -> list[str]:
    """Refuse workers whose results may differ; return those that have another processor.

    Args:
        ours: `fingerprint` of this process.
        theirs: that of each worker, by its address.

    Raises:
        InputError: other sources or other versions, with what to do.
    """
    faults: list[Fault] = []
    for address, other in sorted(theirs.items()):
        differ = [name for name in ours if name != "processor" and other.get(name) != ours[name]]
        if "sources" in differ:
            message = (
                f"the worker {address} runs other sources of safepassage "
                f"({_short(other)}, here {_short(ours)}); install the same on both, and start "
                "the workers again"
            )
            faults.append(Fault("call", 0, "where", message))
        elif differ:
            differences = ", ".join(
                f"{name} {other.get(name)} (here {ours[name]})" for name in differ
            )
            message = f"the worker {address} has {differences}; install the same versions on both"
            faults.append(Fault("call", 0, "where", message))
    if faults:
        raise InputError(faults)
    return [a for a, other in theirs.items() if other.get("processor") != ours["processor"]]


def _short(identity: Mapping[str, str]) -> str:
    return identity.get("sources", "unknown")[:12]


def _processor() -> str:
    """The processor as compilers see it: machine code, and so last digits, depend on it."""
    from llvmlite import binding

    features: Iterable[tuple[str, bool]] = binding.get_host_cpu_features().items()
    return f"{binding.get_host_cpu_name()} {' '.join(sorted(n for n, on in features if on))}"
