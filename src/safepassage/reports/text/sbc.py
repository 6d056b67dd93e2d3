"""Simulation-based calibration as plain text."""

from __future__ import annotations

from safepassage.analysis.checks.sbc import AGREED
from safepassage.analysis.checks.sbc_bands import LEVEL
from safepassage.results.checks.calibration import Calibration

BARS = " ▁▂▃▄▅▆▇█"


def sbc_text(calibration: Calibration) -> str:
    """How often intervals hold the truth, and the ranks of each parameter as bars."""
    least = min(row.thinned_draws for row in calibration.parameters)
    lines = [
        f"{calibration.fits} fits to simulated figures, of {calibration.chains} chains with "
        f"{calibration.draws} draws each.",
        f"{calibration.converged} converged by the rule for answers;",
        f"in {calibration.chains_agreed} the chains agreed (R-hat below {AGREED}, no divergence).",
        f"The truth lies in {calibration.inside_90:.1%} of the 90 % intervals",
        f"and in {calibration.inside_50:.1%} of the 50 % intervals.",
        "Each rank is among draws thinned to the parameter's effective sample size",
        f"(median of the least informed: {least:.0f}).",
        "Ranks of the truth should be uniform; p tests that, the smallest first.",
        f"Chance alone gives {(1 - LEVEL) * len(calibration.parameters) * 2:.1f} parameters a * "
        "(outside a 99 % band).",
    ]
    size = max(len(row.name) for row in calibration.parameters)
    for row in calibration.parameters:
        most = max(*row.histogram, 1)
        bars = "".join(BARS[round(8 * n / most)] for n in row.histogram)
        lines.append(
            f"{' ' if row.even else '*'} {row.name.ljust(size)} {bars} "
            f"p {row.p_uniform:.3f}, 90 %: {row.inside_90:.0%}"
        )
    return "\n".join(lines)
