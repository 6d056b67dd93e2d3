"""Reading `model.yaml`: faults of the file, of its syntax and of single declarations."""

from pathlib import Path

import pytest
from tests.planting import (
    THREE_STATES,
    Planted,
    assert_reported,
    change,
    copy_of_three_states,
    faults_of,
)

from safepassage.errors import Fault, InputError
from safepassage.model.reader import read_model
from safepassage.model.yaml.file import LARGEST_BYTES
from safepassage.study.loader import load_study

CASES = {
    "unknown field": Planted(
        "    completes: true\n",
        "    completes: true\n    hazrd: 1\n",
        "transitions.recognised.hazrd",
        "did you mean 'hazard'?",
        at="hazrd",
    ),
    "unknown field within": Planted(
        "high: 600}",
        "high: 600, hihg: 2}",
        "parameters.departures.prior.hihg",
        "did you mean 'high'?",
    ),
    "text with a comma": Planted(
        "title: Homeland,",
        "title: Home, sweet home,",
        "places.homeland.sweet home",
        "put a text with a comma in quotes",
    ),
    "missing field": Planted(
        "    unit: persons per year\n",
        "",
        "parameters.departures.unit",
        "is missing; add 'unit:'",
        at="  departures:",
    ),
    "unknown section": Planted("harms:\n", "harm: {}\nharms:\n", "harm", "did you mean 'harms'?"),
    "bad name": Planted(
        "  death_in_hiding: {",
        "  Death-in-hiding: {",
        "transitions.Death-in-hiding",
        "a name holds small letters",
    ),
    "number for a text": Planted(
        "title: Homeland,", "title: 1998,", "places.homeland.title", "put it in quotes"
    ),
    "text for a switch": Planted(
        "completes: true", "completes: 1.5", "transitions.recognised.completes", "true or false"
    ),
    "fraction for a whole number": Planted(
        "phases: 2", "phases: 2.5", "states.hidden.phases", "a whole number"
    ),
    "number for a list": Planted(
        "also_as_of: [2004-12]", "also_as_of: 2004-12", "model.also_as_of", "must be a list"
    ),
    "number for a declaration": Planted(
        "  death: {title: Death, measure: dead, scale: 0.5}",
        "  death: 0.5",
        "harms.death",
        "must be fields with values",
    ),
    "list for a section": Planted(
        "payments:\n  to_broker: {title: The broker is paid, when: crossing.across, usd: price}",
        "payments: [1, 2]",
        "payments",
        "must hold declarations",
    ),
    "duplicate key": Planted(
        "  safe:\n    title: Safe\n",
        "  safe:\n    title: Safe\n    title: Twice\n",
        "states.safe.title",
        "stands twice, first in line",
        at="title: Twice",
    ),
    "duplicate declaration": Planted(
        "payments:\n",
        "payments:\n  to_broker: {title: Too, when: departure, usd: 1}\n",
        "payments.to_broker",
        "stands twice",
        at="title: The broker is paid",
    ),
    "custom tag": Planted(
        "title: Homeland,",
        "title: !!python/object:os.system Homeland,",
        "places.homeland.title",
        "remove the tag",
    ),
    "unknown alias": Planted(
        "  death: {title: Death,",
        "  death: {title: *nowhere ,",
        "harms.death.title",
        "no '&' before it defines",
    ),
    "merge key": Planted(
        "  death: {title: Death,",
        "  death: {<<: {scale: 1}, title: Death,",
        "harms.death",
        "write the fields out",
    ),
    "two documents": Planted("payments:\n", "---\npayments:\n", "", "more than one YAML document"),
    "key that is a list": Planted(
        "  death: {title: Death,",
        "  death: {[1, 2]: 3, title: Death,",
        "harms.death",
        "write a plain name",
    ),
    "control character": Planted(
        "title: Homeland,", 'title: "Home\\bland",', "places.homeland.title", "U+0008; remove it"
    ),
    "half a character": Planted(
        "title: Homeland,", 'title: "Home\\ud800land",', "places.homeland.title", "U+D800"
    ),
    "broken YAML": Planted(
        "  death: {title: Death,", "  death: {title: Death: x,", "", "broken YAML at column"
    ),
    "tab": Planted(
        "  death: {title: Death,", "\tdeath: {title: Death,", "", "broken YAML at column"
    ),
}


@pytest.mark.parametrize("planted", CASES.values(), ids=CASES.keys())
def test_fault_is_reported(tmp_path, planted):
    assert_reported(tmp_path, planted)


def test_teaching_model_declares_one_of_everything():
    model = load_study(THREE_STATES).model
    empty = {name for name in type(model).model_fields if not getattr(model, name)}
    # what only the engine of individuals reads is declared in tests/families.py
    assert empty == {"parties", "ties"}


def test_lines_fall_back_to_the_nearest_parent():
    lines = read_model(THREE_STATES).lines
    text = (THREE_STATES / "model.yaml").read_text().splitlines()
    assert text[lines.of("transitions.arrest.hazard") - 1].strip().startswith("hazard: [arrest")
    assert lines.of("transitions.arrest.nothing") == lines.of("transitions.arrest")
    assert lines.of("transitions.nothing") == text.index("transitions:") + 1
    assert lines.of("nothing") == 0


def test_yaml_is_of_version_1_2(tmp_path):
    folder = copy_of_three_states(tmp_path)
    change(folder, "model.yaml", "title: Homeland,", "title: no,")
    assert read_model(folder).model.places["homeland"].title == "no"


def test_missing_folder():
    with pytest.raises(InputError) as caught:
        read_model(Path("nowhere"))
    assert caught.value.faults == (
        Fault("nowhere", 0, "", "is not a folder; give the path of a model folder"),
    )


def test_missing_model_file(tmp_path):
    folder = copy_of_three_states(tmp_path)
    (folder / "model.yaml").unlink()
    (fault,) = faults_of(folder)
    assert (
        str(fault)
        == f"{folder / 'model.yaml'}: is missing; add it: every model folder holds a model.yaml"
    )


@pytest.mark.parametrize("text", ["", "# nothing\n", "[1, 2]\n", "word\n"])
def test_file_without_sections(tmp_path, text):
    folder = copy_of_three_states(tmp_path)
    (folder / "model.yaml").write_text(text)
    (fault,) = faults_of(folder)
    assert "holds no sections; write" in fault.message


def test_missing_sections_are_each_reported(tmp_path):
    folder = copy_of_three_states(tmp_path)
    (folder / "model.yaml").write_text("places: {}\n")
    assert {f.field for f in faults_of(folder)} == {"model", "grades", "groups", "states"}


def test_not_utf_8(tmp_path):
    folder = copy_of_three_states(tmp_path)
    path = folder / "model.yaml"
    path.write_bytes(path.read_bytes().replace(b"title: Homeland", b"title: H\xff\xfe"))
    (fault,) = faults_of(folder)
    assert "is not UTF-8 text there; save" in fault.message
    assert b"\xff" in path.read_bytes().splitlines()[fault.line - 1]


def test_over_large_file(tmp_path):
    folder = copy_of_three_states(tmp_path)
    with (folder / "model.yaml").open("a") as stream:
        stream.write("#" * LARGEST_BYTES)
    (fault,) = faults_of(folder)
    assert "is larger than 2,000,000 bytes; shorten it" in fault.message


def test_deeply_nested_file(tmp_path):
    folder = copy_of_three_states(tmp_path)
    change(folder, "model.yaml", "title: Homeland,", f"title: {'[' * 5000}{']' * 5000},")
    (fault,) = faults_of(folder)
    assert "nested deeper than 20 levels; flatten it" in fault.message


@pytest.mark.parametrize("leaf", ["[x, x, x, x, x, x, x, x, x, x]", "a" * 100_000])
def test_aliases_that_multiply(tmp_path, leaf):
    folder = copy_of_three_states(tmp_path)
    bomb = [f"a0: &a0 {leaf}"]
    bomb += [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 10)}]" for i in range(1, 12)]
    with (folder / "model.yaml").open("a") as stream:
        stream.write("\n".join(["", *bomb, ""]))
    (fault,) = faults_of(folder)
    assert "holds more than 200000 values (aliases counted); shorten it" in fault.message


def test_an_alias_stands_for_its_value(tmp_path):
    folder = copy_of_three_states(tmp_path)
    change(folder, "model.yaml", "title: Homeland,", "title: &home Homeland,")
    change(folder, "model.yaml", "title: Refuge,", "title: *home ,")
    places = read_model(folder).model.places
    assert places["refuge"].title == places["homeland"].title == "Homeland"


def test_too_many_groups(tmp_path):
    folder = copy_of_three_states(tmp_path)
    more = "".join(f"  g{i}: {{sex: male, position: civilian}}\n" for i in range(300))
    change(folder, "model.yaml", "groups:\n  women", f"groups:\n{more}  women")
    (fault,) = faults_of(folder)
    assert (fault.field, "more than 200; merge" in fault.message) == ("groups", True)


def test_faults_of_all_files_are_reported_at_once(tmp_path):
    folder = copy_of_three_states(tmp_path)
    change(folder, "model.yaml", "hazard: 0.01", "hazard: -0.01")
    change(folder, "model.yaml", "to: detained\n", "to: detaned\n")
    change(folder, "model.yaml", "low: 200, high: 600", "low: 600, high: 200")
    change(folder, "model.yaml", "latitude: 12}", "latitude: 12.1}")
    change(folder, "model.yaml", "effective_n: 200}", "effective: 200}")
    change(folder, "model.yaml", "[T02, T03]", "[T02, T99]")
    change(folder, "observations/arrivals.csv", ",100,", ",nan,")
    change(folder, "observations/price.csv", "2008,2400", "2008,-2400")
    assert [(Path(f.file).name, f.field) for f in faults_of(folder)] == [
        ("model.yaml", "places.refuge.latitude"),
        ("model.yaml", "transitions.arrest.to"),
        ("model.yaml", "transitions.death_in_hiding.hazard.0"),
        ("model.yaml", "parameters.departures.prior.low"),
        ("model.yaml", "parameters.recognition.evidence"),
        ("model.yaml", "channels.women_among_arrivals.reporting.effective"),
        ("arrivals.csv", "value"),
        ("price.csv", "usd"),
    ]


def test_a_faulty_declaration_hides_no_name(tmp_path):
    """What refers to a declaration that did not parse is not told as unknown, nor as unused."""
    folder = copy_of_three_states(tmp_path)
    for end, title in (("\n", "Safe"), ("\n", "The border is crossed"),
                       (",", "Arrivals in safety"), (",", "Price holds back")):  # fmt: skip
        change(folder, "model.yaml", f"title: {title}{end}", f"titel: {title}{end}")
    assert {f.field for f in faults_of(folder)} == {
        f"{place}.{field}"
        for place in ("states.safe", "branches.crossing", "quantities.arrivals",
                      "responses.price_response")
        for field in ("title", "titel")
    }  # fmt: skip


def test_reading_is_the_same_each_time():
    first, second = load_study(THREE_STATES), load_study(str(THREE_STATES))
    assert first.model == second.model
    assert first.model_hash == second.model_hash
    assert len(first.model_hash) == len(first.evidence_hash) == 64
