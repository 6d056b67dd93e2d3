"""Simulation-based calibration: how often intervals hold the truth, and the ranks of the truth."""

from __future__ import annotations

from typing import ClassVar

from pydantic import AliasChoices, Field

from safepassage.results.base import Record, Result, Row


class CalibratedParameter(Record):
    """Ranks of a parameter's truth over all fits."""

    name: str
    """Name of the parameter."""
    inside_50: float
    """Share of fits whose central 50 % interval holds the truth, 0 to 1."""
    inside_90: float
    """Share of fits whose central 90 % interval holds the truth, 0 to 1."""
    p_uniform: float
    """p-value of the Kolmogorov-Smirnov test that ranks are uniform."""
    even: bool
    """Whether histogram and curve lie in bands that hold 99 % of uniform ranks."""
    contraction: float
    """Mean contraction over the fits, 0 to 1."""
    thinned_draws: float = Field(
        validation_alias=AliasChoices("kept_draws", "thinned_draws"),
        serialization_alias="kept_draws",
    )
    """Draws of a fit after thinning, among which the truth is ranked: the median over the fits."""
    histogram: tuple[int, ...]
    """Fits by rank of the truth, in tenths."""


class Calibration(Result):
    """Fits to simulated figures whose truth is known."""

    fits: int
    """Number of fits."""
    chains: int
    """Chains of each fit."""
    draws: int
    """Draws of each chain."""
    converged: int
    """Fits that converged by the rule for answers."""
    chains_agreed: int
    """Fits whose chains agree (R-hat below 1.05) without a divergence."""
    inside_50: float
    """Share of all central 50 % intervals that hold the truth, 0 to 1."""
    inside_90: float
    """Share of all central 90 % intervals that hold the truth, 0 to 1."""
    parameters: tuple[CalibratedParameter, ...]
    """Those with the least uniform ranks first."""

    index: ClassVar = ("parameter",)
    units: ClassVar = {"inside_50": "share", "inside_90": "share", "thinned_draws": "draws"}

    def headline(self) -> str:
        """How many fits, and how often their intervals hold the truth."""
        return (
            f"{self.fits} fits to simulated figures: the truth lies in {self.inside_90:.1%} of the "
            f"90 % intervals and in {self.inside_50:.1%} of the 50 % intervals."
        )

    def rows(self) -> list[Row]:
        """One row for each parameter."""
        return [
            {
                "parameter": one.name, "inside_50": one.inside_50, "inside_90": one.inside_90,
                "p_uniform": one.p_uniform, "even": one.even, "contraction": one.contraction,
                "thinned_draws": one.thinned_draws,
            }
            for one in self.parameters
        ]  # fmt: skip


class RankPlot(Record):
    """What is drawn of one parameter."""

    name: str
    """Name of the parameter."""
    histogram: tuple[int, ...]
    """Fits by rank of the truth, in tenths."""
    curve: tuple[float, ...]
    """Cumulative share of ranks less the rank itself, at each point of the grid."""
    even_bars: bool
    """Whether every bar lies in its band."""
    even_curve: bool
    """Whether the curve lies in its band everywhere."""


class RankPlots(Record):
    """What rank plots draw: histograms and curves of every parameter, and their bands."""

    fits: int
    """Number of fits."""
    bar_band: tuple[int, int]
    """Fewest and most fits in any bar, with probability 99 % where ranks are uniform."""
    grid: tuple[float, ...]
    """Ranks at which curves are drawn, between 0 and 1."""
    curve_band: tuple[tuple[float, ...], tuple[float, ...]]
    """Lower and upper bound of a curve at each point of the grid, together with 99 %."""
    inside_90: float
    """Share of all central 90 % intervals that hold the truth, 0 to 1."""
    inside_50: float
    """Share of all central 50 % intervals that hold the truth, 0 to 1."""
    parameters: tuple[RankPlot, ...]
    """In the order of the model."""
