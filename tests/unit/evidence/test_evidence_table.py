"""Reading evidence: what is kept, and which fault each wrong input gives."""

from pathlib import Path

import pytest

from safepassage.errors import Fault, InputError
from safepassage.evidence.table import MAX_BYTES, EvidenceTable, read_evidence

HEADER = "id,quantity,value,low,high,unit,year_from,grade,source_title,ids,overlaps,source_url\n"
GOOD = "T1,arrivals,10,8,12,persons,2019,A,Ministry,T1;T9,,https://example.org/a\n"


def write(folder: Path, text: str | bytes, name: str = "evidence.csv") -> Path:
    path = folder / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def read(folder: Path, text: str | bytes) -> EvidenceTable:
    return read_evidence([write(folder, text)])


def faults(folder: Path, text: str | bytes) -> tuple[Fault, ...]:
    with pytest.raises(InputError) as caught:
        read(folder, text)
    return caught.value.faults


def row(**changes: str) -> str:
    cells = dict(zip(HEADER.strip().split(","), GOOD.strip().split(","), strict=True))
    return ",".join((cells | changes).values()) + "\n"


def test_a_row_keeps_its_numbers_its_place_and_its_merged_ids(tmp_path: Path) -> None:
    table = read(tmp_path, HEADER + GOOD)
    found = table.resolve("T9")
    assert found is table.rows["T1"]
    assert (found.value, found.interval, found.year_from) == (10.0, (8.0, 12.0), 2019)
    assert (found.line, found.file) == (2, str(tmp_path / "evidence.csv"))
    assert table.resolve("nobody") is None


def test_an_empty_value_is_a_gap_and_one_bound_is_no_interval(tmp_path: Path) -> None:
    table = read(tmp_path, HEADER + row(value="", high=""))
    assert table.rows["T1"].value is None
    assert table.rows["T1"].interval is None


def test_the_line_of_a_row_counts_the_lines_inside_quotes(tmp_path: Path) -> None:
    text = HEADER + row(source_title='"two\nlines"') + row(id="T2", ids="")
    assert read(tmp_path, text).rows["T2"].line == 4


def test_overlaps_hold_both_ways_and_through_merged_ids(tmp_path: Path) -> None:
    table = read(tmp_path, HEADER + GOOD + row(id="T2", ids="", overlaps="T9"))
    assert table.overlapping("T1") == {"T2"}
    assert table.overlapping("T9") == {"T2"}
    assert table.overlapping("T2") == {"T1"}


def test_a_source_is_cited_once(tmp_path: Path) -> None:
    text = HEADER + GOOD + row(id="T2", ids="") + row(id="T3", ids="", source_title="Survey")
    cited = read(tmp_path, text).citations(["T2", "T9", "T3", "T1"])
    assert [(source.title, source.ids) for source in cited] == [
        ("Ministry", ("T2", "T1")),
        ("Survey", ("T3",)),
    ]


def test_the_hash_is_of_what_the_rows_say(tmp_path: Path) -> None:
    one, two = GOOD, row(id="T2", ids="")
    first = read(tmp_path, HEADER + one + two).sha256
    assert read(tmp_path, (HEADER + two + one).replace("\n", "\r\n")).sha256 == first
    assert read(tmp_path, HEADER + one + row(id="T2", ids="", value="11")).sha256 != first


def test_a_users_file_adds_rows_with_few_columns(tmp_path: Path) -> None:
    extra = "id,quantity,value,unit,grade,source_title\nmine-1,price,5,USD,D,Notes\n"
    paths = [write(tmp_path, HEADER + GOOD), write(tmp_path, extra, "extra.csv")]
    table = read_evidence(paths)
    assert table.rows["mine-1"].ids == ("mine-1",)
    assert table.rows["mine-1"].source_url == ""


@pytest.mark.parametrize("taken", ["T1", "T9"])
def test_a_users_file_may_not_reuse_an_id(tmp_path: Path, taken: str) -> None:
    extra = f"id,quantity,value,unit,grade,source_title\n{taken},price,5,USD,D,Notes\n"
    paths = [write(tmp_path, HEADER + GOOD), write(tmp_path, extra, "extra.csv")]
    with pytest.raises(InputError, match=rf"extra\.csv:2: id: {taken} was already given"):
        read_evidence(paths)


@pytest.mark.parametrize(
    ("changes", "field", "message"),
    [
        ({"value": "NaN"}, "value", "must be a finite number"),
        ({"high": "inf"}, "high", "must be a finite number"),
        ({"value": "1e999"}, "value", "must be a finite number"),
        ({"value": "about 10"}, "value", "into the note"),
        ({"value": "10%"}, "value", "share of 1"),
        ({"low": "13"}, "low", "above high"),
        ({"value": "13"}, "value", "outside its own interval"),
        ({"value": "7", "high": ""}, "value", "outside its own interval"),
        ({"grade": "E"}, "grade", "one of A, B, C, D"),
        ({"grade": ""}, "grade", "empty"),
        ({"source_title": ""}, "source_title", "empty"),
        ({"year_from": "in 2019"}, "year_from", "no year"),
        ({"ids": "T9"}, "ids", "own id"),
        ({"overlaps": "T77"}, "overlaps", "no row's id"),
        ({"source_url": "javascript:alert(1)"}, "source_url", "http"),
        ({"id": "=1+1", "ids": ""}, "id", "no id"),
    ],
)
def test_a_wrong_cell_gives_one_fault_with_its_place(
    tmp_path: Path, changes: dict[str, str], field: str, message: str
) -> None:
    (fault,) = faults(tmp_path, HEADER + row(**changes))
    assert (fault.line, fault.field) == (2, field)
    assert message in fault.message


def test_all_faults_are_reported_at_once(tmp_path: Path) -> None:
    text = HEADER + row(grade="E", value="x") + row(id="T2", ids="", low="99") + GOOD + GOOD
    found = faults(tmp_path, text)
    assert [(fault.line, fault.field) for fault in found] == [
        (2, "grade"),
        (2, "value"),
        (3, "low"),
        (5, "id"),
        (5, "ids"),
    ]


def test_missing_unknown_and_double_columns(tmp_path: Path) -> None:
    found = faults(tmp_path, "id,quantity,value,unit,unit,colour\n")
    assert [(fault.line, fault.field) for fault in found] == [
        (1, "colour"),
        (1, "grade"),
        (1, "source_title"),
        (1, "unit"),
    ]


def test_a_wrong_number_of_fields_names_the_line(tmp_path: Path) -> None:
    (fault,) = faults(tmp_path, HEADER + GOOD + "T2,arrivals,10\n")
    assert fault.line == 3
    assert "has 3 cells under 12 columns" in fault.message


@pytest.mark.parametrize(
    ("content", "line", "message"),
    [
        (b"", 0, "is empty"),
        (b"id,quantity\nT1,\xff\xfe\n", 2, "not UTF-8"),
        (b"x" * (MAX_BYTES + 1), 0, "larger than 5,000,000 bytes"),
        (HEADER.encode() + b'T1,"arr"ivals\n', 2, "mend the quotes"),
    ],
)
def test_a_file_that_is_no_table(tmp_path: Path, content: bytes, line: int, message: str) -> None:
    (fault,) = faults(tmp_path, content)
    assert fault.line == line
    assert message in fault.message


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"gone\.csv: is missing"):
        read_evidence([tmp_path / "gone.csv"])
