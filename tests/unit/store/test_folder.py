"""A run's folder: what is kept comes back exactly, damage is noticed, two runs take turns."""

import io
import json
import subprocess
import sys
import time

import numpy as np
import pytest

from safepassage.store import RunFolder, latest_run
from safepassage.store.arrays import CorruptFile, pack, unpack

ARRAYS = {
    "draws": np.linspace(0, 1, 600).reshape(4, 150),
    "names": np.array(["hazard", "délai"]),
    "empty": np.zeros((0, 3)),
    "single": np.float64(3.5),
    "flags": np.array([True, False]),
}
META = {"step": 3, "note": "warm-up", "nested": {"a": [1, None]}}


@pytest.fixture
def folder(tmp_path):
    folder = RunFolder(tmp_path, "key", notify=lambda line: said.append(line))
    said: list[str] = []
    folder.said = said
    return folder


def test_arrays_and_meta_come_back_exactly(folder):
    folder.save_arrays("chains", ARRAYS, META)
    arrays, meta = folder.load_arrays("chains")
    assert meta == META
    assert set(arrays) == set(ARRAYS)
    for name, array in ARRAYS.items():
        assert arrays[name].dtype == np.asarray(array).dtype
        assert arrays[name].shape == np.shape(array)
        assert np.array_equal(arrays[name], array)
    assert folder.load_arrays("other") is None
    assert folder.said == []


def test_objects_and_the_reserved_name_are_refused():
    with pytest.raises(TypeError, match="objects"):
        pack({"x": np.array([object()])}, {})
    with pytest.raises(ValueError, match="reserved"):
        pack({"__meta__": np.zeros(1)}, {})


@pytest.mark.parametrize("share", [0.0, 0.3, 0.95, 0.999])
def test_a_truncated_part_is_set_aside_and_made_anew(folder, share):
    path = folder.save_arrays("chains", ARRAYS, META)
    folder.finish("m")
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * share)])
    assert folder.load_arrays("chains") is None
    assert len(folder.said) == 1
    assert "chains.corrupt" in folder.said[0]
    assert "\n" not in folder.said[0]
    assert not path.exists()
    assert (folder.path / "chains.corrupt").exists()
    assert folder.finished is None
    folder.save_arrays("chains", ARRAYS, META)
    assert folder.load_arrays("chains") is not None


def test_no_changed_byte_gives_other_figures():
    content = pack({"x": np.arange(40.0)}, {"n": 1})
    noticed = 0
    for at in range(0, len(content), 3):
        changed = bytearray(content)
        changed[at] ^= 0x40
        try:
            arrays, meta = unpack(bytes(changed))
        except CorruptFile:
            noticed += 1
        else:  # a byte that carries no figure, such as a file time
            assert np.array_equal(arrays["x"], np.arange(40.0))
            assert meta == {"n": 1}
    assert noticed > len(content) / 3 / 2


def test_the_checksum_covers_what_zip_does_not(folder):
    sound = pack({"x": np.arange(4.0)}, {})
    with np.load(io.BytesIO(sound)) as members:
        head = members["__meta__"]
    path = folder.path / "chains.npz"
    path.parent.mkdir()
    np.savez(path, x=np.arange(4.0) + 1, __meta__=head)
    assert folder.load_arrays("chains") is None
    assert "checksum" in folder.said[0]


def test_another_schema_version_is_made_anew_and_not_called_damage(folder, monkeypatch):
    monkeypatch.setattr("safepassage.store.arrays.SCHEMA_VERSION", 0)
    folder.save_arrays("chains", ARRAYS)
    monkeypatch.undo()
    assert folder.load_arrays("chains") is None
    assert "schema version 0" in folder.said[0]
    assert not (folder.path / "chains.corrupt").exists()


def test_damage_is_a_warning_unless_someone_listens(tmp_path):
    folder = RunFolder(tmp_path, "key")
    folder.save_arrays("chains", ARRAYS).write_bytes(b"no")
    with pytest.warns(UserWarning, match="damaged"):
        assert folder.load_arrays("chains") is None


def test_the_latest_finished_run_of_a_model(tmp_path, monkeypatch):
    assert latest_run(tmp_path, "m") is None
    clock = iter([30.0, 10.0, 20.0, 99.0])
    monkeypatch.setattr("time.time", lambda: next(clock))
    for key, model in [("a", "m"), ("b", "m"), ("c", "m"), ("d", "other")]:
        RunFolder(tmp_path, key).finish(model, {"seed": 1})
    (tmp_path / "unfinished").mkdir()
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "finished.json").write_text("{")
    assert latest_run(tmp_path, "m") == tmp_path / "a"
    assert RunFolder(tmp_path, "a").finished["seed"] == 1
    RunFolder(tmp_path, "a").unfinish()
    assert latest_run(tmp_path, "m") == tmp_path / "c"


def test_of_two_processes_the_second_waits_and_uses_the_result(tmp_path):
    program = f"""
import json, sys, time
import numpy as np
from safepassage.store import RunFolder
said = []
folder = RunFolder({str(tmp_path)!r}, "key", notify=said.append)
worked = False
with folder.lock():
    print("in", flush=True)
    if not folder.finished:
        time.sleep(1.0)
        folder.save_arrays("chains", {{"x": np.ones(2)}})
        folder.finish("m")
        worked = True
arrays, _ = folder.load_arrays("chains")
print(json.dumps([worked, said, arrays["x"].tolist()]))
"""
    command = [sys.executable, "-c", program]
    first = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert first.stdout.readline() == "in\n"
    start = time.monotonic()
    second = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    assert time.monotonic() - start < 60
    results = [json.loads(first.communicate()[0]), json.loads(second.stdout.splitlines()[1])]
    assert [worked for worked, _, _ in results] == [True, False]
    assert results[0][1] == []
    assert len(results[1][1]) == 1
    assert "waiting" in results[1][1][0]
    assert results[0][2] == results[1][2] == [1, 1]
