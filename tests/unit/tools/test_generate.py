"""What is made from the result classes is as they say, and says every field in words."""

import importlib.util
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def generate():
    spec = importlib.util.spec_from_file_location("generate", ROOT / "tools" / "generate.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_schema_types_and_docs_are_as_the_classes_say(generate):
    for path, text in generate.files().items():
        assert path.read_text(encoding="utf-8") == text, f"run tools/generate.py for {path.name}"


def test_every_class_and_field_is_described(generate):
    for name, one in generate.schema()["$defs"].items():
        assert one.get("description"), name
        for field, part in one["properties"].items():
            words = part.get("description") or "$ref" in str(part)
            assert words, f"{name}.{field}"


def test_nothing_in_a_result_is_a_bag(generate):
    """Every object has declared values; outlines alone are as a model gives them."""
    for name, one in generate.schema()["$defs"].items():
        for field, part in one["properties"].items():
            if part.get("type") == "object":
                declared = part.get("additionalProperties")
                assert isinstance(declared, dict) or field == "region", f"{name}.{field}"


def test_a_renamed_field_changes_the_types(generate):
    answers = generate.schema()
    types = generate.typescript(answers)
    assert "export interface Ranking {" in types and "  kendall_tau: Estimate;" in types
    ranking = answers["$defs"]["Ranking"]
    ranking["properties"]["rank_correlation"] = ranking["properties"].pop("kendall_tau")
    assert "  kendall_tau: Estimate;" not in generate.typescript(
        {**answers, "$defs": {"Ranking": ranking}}
    )


def test_what_may_be_absent_is_optional(generate):
    types = generate.typescript(generate.schema())
    assert "  checks?: FitChecks | null;" in types
    assert "  from: string;" in types
