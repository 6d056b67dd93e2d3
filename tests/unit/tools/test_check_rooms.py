"""The house rules are kept by a script; here it is shown to notice each breach."""

import importlib.util
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[3] / "tools" / "check_rooms.py"


@pytest.fixture(scope="module")
def rules():
    spec = importlib.util.spec_from_file_location("check_rooms", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def package(tmp_path):
    package = tmp_path / "safepassage"
    for room in ["model", "network", "views", "models/island"]:
        (package / room).mkdir(parents=True)
    (package / "models" / "island" / "model.yaml").write_text(
        "places:\n"
        "  ruritania: {title: Ruritania, kind: country}\n"
        "  north_sea: {title: the Sea of Borduria, kind: sea}\n"
        "  abroad: {title: Other countries, kind: country}\n"
    )
    return package


@pytest.mark.parametrize(
    "line",
    [
        "from safepassage.network import arrays",
        "import safepassage.network.arrays",
        "from safepassage import network",
        "from safepassage import rank",
        "from safepassage import verbs",
        "from ..network import arrays",
        "def late():\n    from safepassage.reports import table",
    ],
)
def test_an_import_to_the_right_is_noticed(rules, package, line):
    path = package / "model" / "states.py"
    path.write_text(line + "\n")
    [breach] = rules.breaches_of_order(package)
    assert breach.startswith("safepassage/model/states.py:")


def test_imports_to_the_left_within_and_outside_are_free(rules, package):
    (package / "views" / "table.py").write_text(
        "import numpy\nfrom safepassage.network import arrays\nfrom . import labels\n"
        "from safepassage import __version__\nfrom ..model import faults\n"
    )
    (package / "verbs.py").write_text("from safepassage.reports import table\n")
    assert rules.breaches_of_order(package) == []


@pytest.mark.parametrize(
    "line",
    ["left_ruritania = 1", "# the RURITANIA border", "'Sea of Borduria'", "sea_of_borduria()"],
)
def test_a_place_named_outside_its_folder_is_noticed(rules, package, line):
    (package / "views" / "map.py").write_text(f"x = 1\n{line}\n")
    [breach] = rules.breaches_of_generality(package)
    assert breach.startswith("safepassage/views/map.py:2:")


def test_common_words_and_the_model_folder_itself_are_free(rules, package):
    (package / "views" / "map.py").write_text("# north of other countries, at sea, abroad\n")
    assert rules.breaches_of_generality(package) == []


def test_the_project_keeps_its_rules(rules):
    assert rules.breaches_of_order() == []
