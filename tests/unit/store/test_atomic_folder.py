"""A folder of files: whole or not at all, and never in the place of somebody else's."""

import json

import pytest

from safepassage.errors import InputError
from safepassage.store import atomic_folder, write_whole_folder

INDEX = "index.json"


def files(**contents):
    names = [*contents, INDEX]
    listed = json.dumps({"files": names}).encode()
    return {**{name: text.encode() for name, text in contents.items()}, INDEX: listed}


def names(folder):
    return sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file())


def test_a_new_an_empty_and_an_earlier_folder_are_written(tmp_path):
    folder = tmp_path / "deep" / "out"
    write_whole_folder(folder, files(**{"a.txt": "1", "t/b.txt": "2"}), INDEX, "--out")
    assert names(folder) == ["a.txt", INDEX, "t/b.txt"]
    write_whole_folder(folder, files(c="3"), INDEX, "--out")
    assert names(folder) == ["c", INDEX]
    (tmp_path / "empty").mkdir()
    write_whole_folder(tmp_path / "empty", files(c="3"), INDEX, "--out")
    assert names(tmp_path / "empty") == ["c", INDEX]
    assert sorted(p.name for p in tmp_path.iterdir()) == ["deep", "empty"]


@pytest.mark.parametrize("with_index", [False, True])
def test_other_people_s_files_stay(tmp_path, with_index):
    folder = tmp_path / "out"
    folder.mkdir()
    if with_index:
        write_whole_folder(folder, files(a="1"), INDEX, "--out")
    (folder / "letter.txt").write_text("mine")
    with pytest.raises(InputError, match=r"letter\.txt.*new or empty") as caught:
        write_whole_folder(folder, files(a="2"), INDEX, "--out")
    assert caught.value.faults[0].field == "--out"
    assert (folder / "letter.txt").read_text() == "mine"
    assert names(folder) == (["a", INDEX, "letter.txt"] if with_index else ["letter.txt"])


@pytest.mark.parametrize("index", ["", "[]", '{"files": 3}', '{"files": ["letter.txt", {}]}'])
def test_an_index_that_is_none_protects_nothing(tmp_path, index):
    folder = tmp_path / "out"
    folder.mkdir()
    (folder / INDEX).write_text(index)
    with pytest.raises(InputError):
        write_whole_folder(folder, files(a="2"), INDEX, "--out")
    assert (folder / INDEX).read_text() == index


def test_a_file_in_its_place_is_said(tmp_path):
    (tmp_path / "out").write_text("")
    with pytest.raises(InputError, match="is a file"):
        write_whole_folder(tmp_path / "out", files(a="1"), INDEX, "--out")
    with pytest.raises(InputError, match="cannot be written"):
        write_whole_folder(tmp_path / "out" / "below", files(a="1"), INDEX, "--out")


def test_half_a_folder_is_never_seen(tmp_path, monkeypatch):
    folder = tmp_path / "out"
    write_whole_folder(folder, files(a="1"), INDEX, "--out")

    def full(path, content, real=atomic_folder.Path.write_bytes):
        if path.name == "b":
            raise OSError(28, "No space left on device")
        return real(path, content)

    monkeypatch.setattr(atomic_folder.Path, "write_bytes", full)
    with pytest.raises(InputError, match="No space left"):
        write_whole_folder(folder, files(a="2", b="3"), INDEX, "--out")
    assert names(folder) == ["a", INDEX] and (folder / "a").read_text() == "1"
    assert [p.name for p in tmp_path.iterdir()] == ["out"]
