"""What the page's types declare stands in the JSON: a field renamed on one side alone is seen."""

import re
from pathlib import Path

import pytest

from safepassage.results.comparison import (
    Difference,
    GridAnswer,
    LiveAnswer,
    MedianAnswer,
    WayDifference,
    WithheldWay,
)
from safepassage.results.explorer import (
    ModelText,
    OutputText,
    Place,
    RouteText,
    ScenarioText,
    SeriesData,
    SliderText,
)
from safepassage.results.fit import (
    Channel,
    ChannelRow,
    ContradictingFigure,
    FitChecks,
    HeadlineSensitivity,
    Parameter,
    PublishedComparison,
    PublishedFigure,
    Shift,
    Shifts,
)
from safepassage.results.forecast import Forecast, ForecastPoint
from safepassage.results.parts import Estimate, TimedEstimate
from safepassage.results.ranking import Loss, RankedWay, Ranking, RankingByWeights
from safepassage.results.trace import AnswerParameter, EvidenceRow, TraceAnswer
from safepassage.server.schemas import Health

TYPES = Path(__file__).parents[4] / "web" / "src" / "lib" / "types.ts"
RECORDS = {
    "Estimate": Estimate, "Timed": TimedEstimate, "RankedWay": RankedWay, "Ranking": Ranking,
    "Ranked": RankingByWeights, "Way": RouteText, "Place": Place, "Output": OutputText,
    "Slider": SliderText, "ScenarioText": ScenarioText, "Model": ModelText, "Loss": Loss,
    "Published": PublishedFigure, "FitRow": ChannelRow, "Channel": Channel,
    "Compared": PublishedComparison, "Series": SeriesData, "ForecastRow": ForecastPoint,
    "Forecast": Forecast, "Evidence": EvidenceRow, "Parameter": Parameter,
    "TracedParameter": AnswerParameter, "Moved": Shift, "Moves": Shifts,
    "Headline": HeadlineSensitivity, "Contradicting": ContradictingFigure, "Checks": FitChecks,
    "Trace": TraceAnswer, "Middle": MedianAnswer, "Difference": Difference,
    "Health": Health,
}  # fmt: skip
OF_SEVERAL = {"Answer": (LiveAnswer, GridAnswer), "WayDifference": (WayDifference, WithheldWay)}
ONLY_THE_PAGE_S = {"Ranked": {"draws"}}
"""What the page adds itself: a report's ranks are over fewer draws."""
NO_RECORD = {"Known"}
"""An estimate that the page has looked into."""


def interfaces():
    """Every exported interface: what it extends, and its text between the braces."""
    text = re.sub(r"/\*.*?\*/|//[^\n]*", "", TYPES.read_text(encoding="utf-8"), flags=re.DOTALL)
    pattern = r"export interface (\w+)(?: extends (\w+))? \{(.*?)\n\}"
    return {name: (base, body) for name, base, body in re.findall(pattern, text, re.DOTALL)}


INTERFACES = interfaces()


EACH = "*"
"""Stands for every name of a `Record<..., {...}>`."""


def declared(body):
    """Names of the properties, each with the names inside its own braces."""
    properties = {}
    path, last = [properties], properties
    for name, values, brace in re.findall(r"(\w+)\??:|(Record<[^<>{}]*\{)|([{}])", body):
        if name:
            last = path[-1].setdefault(name, {})
        elif values:
            path.append(last.setdefault(EACH, {}))
        elif brace == "{":
            path.append(last)
        else:
            path.pop()
    return properties


def resolved(schema, whole):
    """A schema without references; of a list its items, of several the one with properties."""
    if "$ref" in schema:
        return resolved(whole["$defs"][schema["$ref"].rsplit("/", 1)[1]], whole)
    if isinstance(schema.get("items"), dict):
        return resolved(schema["items"], whole)
    choices = [resolved(one, whole) for one in schema.get("anyOf", ())]
    return next((one for one in choices if "properties" in one), schema)


def absent(properties, schema, whole, where=""):
    """Declared names that the JSON lacks."""
    schema = resolved(schema, whole)
    lacks = []
    for name, inner in properties.items():
        names = schema.get("properties", {})
        place = f"{where}.{name}"
        if name == EACH:
            values = schema.get("additionalProperties")
            for one in [values] if isinstance(values, dict) else names.values():
                lacks += absent(inner, one, whole, place)
        elif name in names:
            lacks += absent(inner, names[name], whole, place)
        else:
            lacks.append(place)
    return lacks


def missing(name, *records):
    """Declared names that none of these records has."""
    properties = {}
    base: str = name
    while base:
        base, body = INTERFACES[base]
        properties |= declared(body)
    for word in ONLY_THE_PAGE_S.get(name, ()):
        del properties[word]
    schemas = [record.model_json_schema(mode="serialization") for record in records]
    lacks = [set(absent(properties, schema, schema, name)) for schema in schemas]
    return sorted(set.intersection(*lacks))


def test_every_interface_has_its_record():
    assert {*INTERFACES} == {*RECORDS, *OF_SEVERAL, *NO_RECORD}
    assert len(declared(INTERFACES["RankedWay"][1])) > 10


@pytest.mark.parametrize("name", RECORDS)
def test_the_json_has_what_the_page_reads(name):
    assert missing(name, RECORDS[name]) == []


def test_an_answer_has_it_live_and_answered_ahead():
    for record in OF_SEVERAL["Answer"]:
        assert missing("Answer", record) == []


def test_a_way_is_either_answered_or_withheld():
    assert missing("WayDifference", *OF_SEVERAL["WayDifference"]) == []


def test_a_name_that_is_absent_is_noticed_however_deep():
    body = INTERFACES["Checks"][1]
    schema = FitChecks.model_json_schema(mode="serialization")
    assert absent(declared(body), schema, schema) == []
    renamed = declared(body.replace("distance: number", "away: number"))
    assert absent(renamed, schema, schema) == [".contradictions.away"]
    schema = MedianAnswer.model_json_schema(mode="serialization")
    properties = declared(INTERFACES["Middle"][1].replace("time: string", "year: string"))
    assert {*absent(properties, schema, schema)} == {".differences.*.by_year.year"}
    schema = ModelText.model_json_schema(mode="serialization")
    properties = declared(INTERFACES["Model"][1].replace("measure: string", "figure: string"))
    assert absent(properties, schema, schema) == [".harms.*.figure"]
