"""The rules on names are checked by a script; here it is shown to notice each breach."""

import importlib.util
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[3] / "tools" / "check_names.py"


@pytest.fixture(scope="module")
def rules():
    spec = importlib.util.spec_from_file_location("check_names", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def package(tmp_path):
    package = tmp_path / "safepassage"
    for room in ["model", "network", "reports", "models/island"]:
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
    ["left_ruritania = 1", "# the RURITANIA border", "'Sea of Borduria'", "sea_of_borduria()"],
)
def test_a_place_named_outside_its_folder_is_noticed(rules, package, line):
    (package / "reports" / "map.py").write_text(f"x = 1\n{line}\n")
    [breach] = rules.breaches_of_generality(package)
    assert breach.startswith("safepassage/reports/map.py:2:")


def test_common_words_and_the_model_folder_itself_are_free(rules, package):
    (package / "reports" / "map.py").write_text("# north of other countries, at sea, abroad\n")
    assert rules.breaches_of_generality(package) == []


@pytest.mark.parametrize(
    "line",
    [
        "class AskedOnce: ...",
        "def answers_told(): ...",
        "def count(hands): ...",
        "def count(*, luck=1): ...",
        "def test_the_luck_is_shared(): ...",
    ],
)
def test_a_banned_word_in_a_name_is_noticed(rules, tmp_path, line):
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "states.py").write_text(line + "\n")
    [breach] = rules.breaches_of_words(tmp_path)
    assert breach.startswith("src/states.py:1: the ")


def test_a_module_may_not_be_named_with_a_banned_word(rules, tmp_path):
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "hands.py").write_text("")
    [breach] = rules.breaches_of_words(tmp_path)
    assert "module 'hands'" in breach


def test_terms_of_the_field_and_sentences_are_free(rules, tmp_path):
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "held_out.py").write_text(
        "class HeldOut: ...\ndef score(found_at_sea): ...\ndef test_what_is_kept_is_found(): ...\n"
    )
    assert rules.breaches_of_words(tmp_path) == []


def test_the_project_keeps_its_rules(rules):
    assert rules.breaches_of_generality() == []
    assert rules.breaches_of_words() == []
