"""Simulation-based calibration as plain text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from safepassage.analysis.checks.sbc import AGREED
from safepassage.analysis.checks.sbc_bands import LEVEL

if TYPE_CHECKING:
    from safepassage.analysis.checks.sbc import Calibration

BARS = " ▁▂▃▄▅▆▇█"


def sbc_text(found: Calibration) -> str:
    """How often intervals hold the truth, and the ranks of each parameter as bars."""
    told = found.to_dict()
    fits = told["fits"]
    least = min(row["kept_draws"] for row in told["parameters"])
    lines = [
        f"{fits} fits to figures made by the model, of {told['chains']} chains with "
        f"{told['draws']} draws each.",
        f"{told['converged']} converged by the rule for answers;",
        f"in {told['chains_agreed']} the chains agreed (R-hat below {AGREED}, no divergence).",
        f"The truth lies in {told['inside_90']:.1%} of the 90 % intervals",
        f"and in {told['inside_50']:.1%} of the 50 % intervals.",
        "Each rank is among draws thinned to the parameter's effective number",
        f"(median of the least informed: {least:.0f}).",
        "Ranks of the truth should be even; p is of unevenness, the smallest first.",
        f"Chance alone gives {(1 - LEVEL) * len(told['parameters']) * 2:.1f} parameters a * "
        "(outside a 99 % band).",
    ]
    size = max(len(name) for name in found.names)
    for row in told["parameters"]:
        most = max(max(row["histogram"]), 1)
        bars = "".join(BARS[round(8 * n / most)] for n in row["histogram"])
        lines.append(
            f"{' ' if row['even'] else '*'} {row['name'].ljust(size)} {bars} "
            f"p {row['p_uniform']:.3f}, 90 %: {row['inside_90']:.0%}"
        )
    return "\n".join(lines)
