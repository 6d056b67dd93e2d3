"""A forecast as text for a terminal."""

from __future__ import annotations

from safepassage.reports.text.forecast import forecast_text
from safepassage.results.forecast import (
    Forecast,
    ForecastPoint,
    PlacesNeeded,
    PlannedSeries,
    PlannerView,
    Quantiles,
)
from safepassage.results.parts import Convergence, Provenance

TITLES = {"people_in_camps": "People who wait in a place with a name that fills the whole line"}
LEVELS = {"low": 1.0, "low_50": 2.0, "median": 3.0, "high_50": 40.0, "high": 12345.0}
FIT = Convergence(
    converged=True, max_rhat=1.0, min_bulk_ess=900.0, min_tail_ess=800.0, divergences=0,
    seconds=1.0, chains=4, draws=100,
)  # fmt: skip
PROVENANCE = Provenance(
    model_hash="m", evidence_hash="e", source_hash="s", version="1", seed=1, run="r"
)


def lines_of(**fields) -> list[str]:
    about = {"last_fitted": "2008-12", "to": 2010, "policies": "stay", "assumptions": ()}
    whole = {**about, "outputs": {}, "fit": FIT, "provenance": PROVENANCE, **fields}
    return forecast_text(Forecast(**whole), TITLES).splitlines()


def test_it_fits_a_terminal_and_marks_what_was_fitted():
    series = (
        ForecastPoint(time="2008", forecast=False, **LEVELS),
        ForecastPoint(time="2009", forecast=True, **LEVELS),
        ForecastPoint(time="2010", forecast=True, **dict.fromkeys(LEVELS)),
    )
    lines = lines_of(
        outputs={"people_in_camps": series},
        assumptions=("Something long is taken for granted here. " * 4,),
    )
    assert max(map(len, lines)) <= 80
    (fitted,) = [line for line in lines if line.startswith("  2008")]
    (later,) = [line for line in lines if line.startswith("  2009")]
    assert fitted.endswith("fitted")
    assert later.split() == ["2009", "3", "2", "to", "40", "1", "to", "12,345"]
    assert not any(line.startswith("  2010") for line in lines)


def planned(title: str, **levels: float) -> PlannedSeries:
    return PlannedSeries(title=title, unit="persons", rows=(Quantiles(time="2009-01", **levels),))


def test_a_planner_reads_months_and_places():
    places = PlacesNeeded(time="2009", **LEVELS, enough_50=1200.0, enough_90=34567.0)
    view = PlannerView(
        start="2009-01",
        flows={"coming": planned("Coming", **LEVELS)},
        stocks={
            "waiting": planned("People who wait in a place with a long name " * 2, **LEVELS),
            "nobody": planned("Nobody", **dict.fromkeys(LEVELS, 0.0)),
        },
        places={"waiting": (places,)},
    )
    lines = lines_of(planner=view)
    assert max(map(len, lines)) <= 80
    assert sum(line.startswith("  2009-01") for line in lines) == 2
    assert "Nobody: none expected" in lines
    (enough,) = [line for line in lines if line.startswith("  2009 ")]
    assert enough.split() == ["2009", "1,200", "34,567"]
    (head,) = [line for line in lines if line.startswith("In the worst month")]
    assert len(enough) <= len(head)


def test_a_model_without_months_says_what_to_declare():
    view = PlannerView(start="2009-01", flows={}, stocks={}, places={})
    assert "declares no output of people by month" in " ".join(lines_of(planner=view))
