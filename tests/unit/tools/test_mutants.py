"""The list of mutants fits the sources and tests as they are, and the verdicts are strict."""

import importlib.util
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]


def load():
    spec = importlib.util.spec_from_file_location("mutants", ROOT / "tools" / "mutants.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules["mutants"] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


tool = load()
MUTANTS = tool.read_list()


@pytest.mark.parametrize("mutant", MUTANTS, ids=[m.name for m in MUTANTS])
def test_every_mutant_fits_its_file_and_names_a_test(mutant):
    source = (ROOT / "src" / "safepassage" / mutant.file).read_text()
    assert source.count(mutant.old) == 1 and mutant.new != mutant.old
    compile(source.replace(mutant.old, mutant.new), mutant.file, "exec")
    path, name = mutant.test.split("::")
    assert f"def {name.split('[')[0]}(" in (ROOT / "tests" / path).read_text()


def test_names_are_distinct():
    assert len({m.name for m in MUTANTS}) == len(MUTANTS) >= 10


def test_a_passage_that_is_gone_or_there_twice_is_a_fault(tmp_path):
    (tmp_path / "a.py").write_text("x = 1\nx = 1\ny = 2\n")
    for old, times in (("z = 3", 0), ("x = 1", 2)):
        with pytest.raises(ValueError, match=f"occurs {times} times in a.py"):
            tool.Mutant("m", "a.py", old, "", "t").break_it(tmp_path)
    original = tool.Mutant("m", "a.py", "y = 2", "y = 3", "t").break_it(tmp_path)
    assert original.endswith("y = 2\n")
    assert (tmp_path / "a.py").read_text().endswith("y = 3\n")


@pytest.mark.parametrize(
    ("code", "output", "said"),
    [
        (0, "1 passed", "SURVIVED"),
        (1, "E   AssertionError: Arrays are not equal", "noticed"),
        (1, "E   assert 3.4 < 2.5", "noticed"),
        (1, "E   Failed: DID NOT RAISE <class 'ValueError'>", "noticed"),
        (1, "E   numba.core.errors.TypingError: no", "BROKEN"),
        (2, "E   AssertionError", "BROKEN"),
        (4, "ERROR: not found: tests/a.py::test_b", "BROKEN"),
        (-1, "ran longer than 300 s", "BROKEN"),
    ],
)
def test_only_a_failed_assertion_counts_as_noticed(code, output, said):
    assert tool.verdict(code, output).startswith(said)
