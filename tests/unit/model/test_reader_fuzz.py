"""Whatever a file holds, reading it ends in a model or in an `InputError`."""

import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.planting import THREE_STATES

from safepassage.errors import InputError
from safepassage.study.loader import load_study

MODEL = (THREE_STATES / "model.yaml").read_text()
LINES = MODEL.splitlines(keepends=True)
FILES = ("model.yaml", "evidence.csv", "observations/arrivals.csv", "observations/price.csv")
JUNK = st.sampled_from(
    [
        "",
        "[",
        "]",
        "{",
        "}",
        ":",
        "- ",
        "&a ",
        "*a ",
        "!t ",
        "? ",
        "|",
        ">",
        "'",
        '"',
        "\\",
        "\t",
        "\0",
        "%",
        "~",
        "null",
        "true",
        "-1",
        ".nan",
        ".inf",
        "1e999",
        "9" * 50,
        "0x1g",
        "\ud7ff",
        "é",
        "<<: ",
        "hidden",
        "crossing",
        "[[[[",
        "2001-01",
        "# ",
        "\n",
        "\r",
        "\u2028",
        "\ufeff",
        '"\\U99999999"',
    ]
)


@pytest.fixture(scope="module")
def folder():
    with tempfile.TemporaryDirectory() as parent:
        copy = Path(parent) / "model"
        shutil.copytree(THREE_STATES, copy)
        yield copy


def read(folder: Path, file: str, content: bytes) -> None:
    """Load with one file's content replaced; anything but an InputError is a defect of ours."""
    path = folder / file
    original = (THREE_STATES / file).read_bytes()
    path.write_bytes(content)
    try:
        load_study(folder)
    except InputError as error:
        assert error.faults
        for fault in error.faults:
            assert str(fault).isprintable(), str(fault)
    finally:
        path.write_bytes(original)


QUICK = settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))


@QUICK
@given(file=st.sampled_from(FILES), content=st.binary(max_size=300))
def test_random_bytes(folder, file, content):
    read(folder, file, content)


@QUICK
@given(content=st.text(max_size=300))
def test_random_text(folder, content):
    read(folder, "model.yaml", content.encode("utf-8", "surrogatepass"))


@QUICK
@given(data=st.data())
def test_junk_in_the_model(folder, data):
    text = MODEL
    for _ in range(data.draw(st.integers(1, 3))):
        start = data.draw(st.integers(0, len(text)))
        length = data.draw(st.integers(0, 40))
        text = text[:start] + data.draw(JUNK) + text[start + length :]
    read(folder, "model.yaml", text.encode("utf-8", "surrogatepass"))


@QUICK
@given(data=st.data())
def test_values_replaced(folder, data):
    """Values of the wrong type or name in the right places."""
    lines = list(LINES)
    for _ in range(data.draw(st.integers(1, 4))):
        index = data.draw(st.integers(0, len(lines) - 1))
        key, colon, _ = lines[index].partition(":")
        lines[index] = f"{key}{colon} {data.draw(JUNK)}\n"
    read(folder, "model.yaml", "".join(lines).encode("utf-8", "surrogatepass"))


@QUICK
@given(data=st.data())
def test_lines_lost_doubled_and_swapped(folder, data):
    lines = list(LINES)
    for _ in range(data.draw(st.integers(1, 4))):
        here, there = (data.draw(st.integers(0, len(lines) - 1)) for _ in range(2))
        kind = data.draw(st.sampled_from(["lose", "double", "swap"]))
        if kind == "lose":
            del lines[here]
        elif kind == "double":
            lines.insert(there, lines[here])
        else:
            lines[here], lines[there] = lines[there], lines[here]
    read(folder, "model.yaml", "".join(lines).encode())
