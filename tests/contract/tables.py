"""How far every engine is from the truth, as text: `python -m tests.contract.tables`."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from tests.contract import comparisons, worlds

from safepassage.engines.simulate import ENGINES


def lines_of(engine: str) -> Iterator[str]:
    """The table of one engine that draws whole people."""
    scores = comparisons.independent_scores(engine)
    yield f"{engine}: {comparisons.REPLICATES:,} replicates of {len(scores)} networks of people"
    yield "who do not act on each other, against the closed form; z-scores"
    yield f"  {'':22}{'number':>8}{'mean':>8}{'sd':>8}{'largest':>9}{'bound':>8}"
    for what in comparisons.Scores._fields:
        z = np.concatenate([getattr(one, what) for one in scores.values()])
        most, bound = np.abs(z).max(), comparisons.bound(len(z))
        yield f"  {what:22}{len(z):8,}{z.mean():8.2f}{z.std():8.2f}{most:9.2f}{bound:8.2f}"
    z, _ = comparisons.absorbed(engine)
    most, bound = np.abs(z).max(), comparisons.bound(1)
    yield f"  {'absorption':22}{1:8}{'':16}{most:9.2f}{bound:8.2f}"
    yield ""
    yield "  small crowds of people who act on each other, enumerated; chi-squares of"
    yield f"  all counts at one or two times in {comparisons.ENUMERATED_REPLICATES:,} replicates"
    yield f"  {'':22}{'outcomes':>10}{'chi-square':>12}{'freedom':>9}{'p':>8}"
    for name in worlds.ENUMERATED:
        told = comparisons.enumerated(engine, name)
        chi = told.chi_square
        yield (f"  {name:22}{told.outcomes:10,}{chi.statistic:12.1f}{chi.freedom:9}{chi.p:8.3f}")
    yield ""
    yield "  with feedbacks: largest distance from the mean flows, in square roots of"
    far = [
        f"{880 * factor:,.0f} people {comparisons.far_from_mean(engine, factor, n):.2f}"
        for factor, n in comparisons.CROWDS
    ]
    yield f"  people (bound {comparisons.FAR}): {', '.join(far)}"
    pairing = comparisons.pairing(engine)
    yield (
        f"  same stream: variance of a difference {pairing.paired:.1f} with one seed, "
        f"{pairing.unpaired:.1f} with two"
    )
    yield f"  (ratio {pairing.ratio:.0f})"


def text() -> str:
    """The tables of all engines that draw whole people."""
    whole = [name for name in ENGINES if ENGINES[name].whole]
    return "\n\n".join("\n".join(lines_of(engine)) for engine in whole) + "\n"


if __name__ == "__main__":
    print(text(), end="")
