"""The catalogue of runs: found by path, name, key or digits; named, exported, deleted."""

from __future__ import annotations

import fcntl
import json
import zipfile

import pytest

from safepassage.errors import InputError
from safepassage.store.catalogue import NAMES, Catalogue
from safepassage.store.folder import LOCK, RunFolder

ONE, OTHER = "0123456789abcdef", "0123ffffffffffff"


@pytest.fixture
def catalogue(tmp_path):
    for key, model in ((ONE, "island"), (OTHER, "coast")):
        folder = RunFolder(tmp_path, key)
        folder.save_json("fit", {"fit": {}})
        folder.finish(model, {"provenance": {"seed": 3}})
    (tmp_path / "feed0123feed0123").mkdir()  # not finished
    (tmp_path / "elsewhere").mkdir()  # no run
    return Catalogue(tmp_path)


def test_every_run_is_listed_the_latest_first_and_unfinished_ones_last(catalogue):
    entries = catalogue.entries()
    assert [one.key for one in entries] == [OTHER, ONE, "feed0123feed0123"]
    assert [one.mark and one.mark["model_id"] for one in entries] == ["coast", "island", None]
    assert entries[0].size > 0


def test_a_folder_that_is_not_there_holds_nothing(tmp_path):
    assert Catalogue(tmp_path / "nowhere").entries() == []
    assert not (tmp_path / "nowhere").exists()


@pytest.mark.parametrize("run", [ONE, "01234", "best"])
def test_a_run_is_found_by_key_digits_and_name(catalogue, run):
    catalogue.rename(ONE, "best")
    assert catalogue.find(run, "run").name == ONE


def test_a_folder_is_found_by_its_path(catalogue, tmp_path):
    assert catalogue.find(str(tmp_path / ONE), "run") == tmp_path / ONE


@pytest.mark.parametrize(
    "run, says", [("0123", "2 runs begin so"), ("best", "lists what is stored"), ("9", "no run")]
)
def test_what_is_not_one_run_is_a_fault(catalogue, run, says):
    with pytest.raises(InputError, match=says):
        catalogue.find(run, "run")


def test_a_name_passes_to_another_run_and_a_run_has_one_name(catalogue):
    catalogue.rename(ONE, "best")
    catalogue.rename(OTHER, "best")
    assert catalogue.names() == {"best": OTHER}
    catalogue.rename(OTHER, "better")
    assert catalogue.names() == {"better": OTHER}


@pytest.mark.parametrize("name", ["", "Best", "0abc", "a" * 41, "a b", "../x", "feedfeedfeedfeed"])
def test_what_is_no_name_is_refused(catalogue, name):
    with pytest.raises(InputError, match="no name for a run"):
        catalogue.rename(ONE, name)
    assert catalogue.names() == {}


def test_a_damaged_file_of_names_counts_as_none(catalogue, tmp_path):
    (tmp_path / NAMES).write_text("{")
    assert catalogue.names() == {}
    catalogue.rename(ONE, "best")
    assert json.loads((tmp_path / NAMES).read_text()) == {"best": ONE}


def test_a_deleted_run_is_gone_with_its_name(catalogue, tmp_path):
    catalogue.rename(ONE, "best")
    catalogue.delete("best")
    assert not (tmp_path / ONE).exists() and catalogue.names() == {}
    assert [p.name for p in tmp_path.iterdir() if p.name.startswith(".deleted")] == []


def test_a_run_that_is_worked_on_is_not_deleted(catalogue, tmp_path):
    with (tmp_path / ONE / LOCK).open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        with pytest.raises(InputError, match="another process"):
            catalogue.delete(ONE)
    assert (tmp_path / ONE).exists()


def test_what_lies_elsewhere_is_not_deleted(catalogue, tmp_path):
    other = tmp_path / "elsewhere"
    with pytest.raises(InputError, match="does not lie in the folder of runs"):
        catalogue.delete(str(other))
    assert other.exists()


def test_an_export_holds_every_file_but_the_lock(catalogue, tmp_path):
    (tmp_path / ONE / LOCK).write_text("")
    target = catalogue.export(ONE, tmp_path / "out" / "run.zip")
    with zipfile.ZipFile(target) as archive:
        assert sorted(archive.namelist()) == [f"{ONE}/finished.json", f"{ONE}/fit.json"]
    assert [p.name for p in target.parent.iterdir()] == ["run.zip"]


@pytest.mark.parametrize(
    "run, name, says",
    [(ONE, "run.tar", "ends in .zip"), ("feed0123feed0123", "run.zip", "not finished")],
)
def test_what_cannot_be_exported_is_a_fault(catalogue, tmp_path, run, name, says):
    with pytest.raises(InputError, match=says):
        catalogue.export(run, tmp_path / name)
    assert not (tmp_path / name).exists()
