"""A write is all or nothing, whatever stops it."""

import errno
import json
import os
import signal
import subprocess
import sys
import time

import pytest

from safepassage.store import atomic


def test_the_new_content_replaces_the_old(tmp_path):
    path = tmp_path / "deep" / "figure.json"
    atomic.atomic_write_json(path, {"b": 1})
    atomic.atomic_write_json(path, {"b": 2, "a": "é"})
    assert json.loads(path.read_text()) == {"a": "é", "b": 2}
    assert [p.name for p in path.parent.iterdir()] == ["figure.json"]


def test_an_ordinary_mode_not_that_of_temporary_files(tmp_path):
    ordinary = tmp_path / "ordinary"
    ordinary.write_text("")
    written = atomic.atomic_write_text(tmp_path / "written", "x")
    assert written.stat().st_mode == ordinary.stat().st_mode


@pytest.mark.parametrize("stage", ["write", "sync"])
def test_a_full_disk_leaves_the_old_file_and_nothing_else(tmp_path, monkeypatch, stage):
    path = tmp_path / "part.bin"
    path.write_bytes(b"old")

    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    if stage == "write":
        monkeypatch.setattr(atomic, "_write", full)
    else:
        monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        atomic.atomic_write_bytes(path, b"new" * 1000)
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_nan_is_refused_before_anything_is_written(tmp_path):
    with pytest.raises(ValueError, match="JSON"):
        atomic.atomic_write_json(tmp_path / "x.json", {"x": float("nan")})
    assert list(tmp_path.iterdir()) == []


def test_kill_in_mid_write_loses_no_finished_part(tmp_path):
    program = f"""
import time, numpy as np
from safepassage.store import RunFolder, atomic
folder = RunFolder({str(tmp_path)!r}, "key")
with folder.lock():
    folder.save_arrays("first", {{"x": np.arange(5.0)}}, {{"done": 1}})
    folder.save_arrays("second", {{"x": np.zeros(3)}})
    def slow(handle, content):
        handle.write(content[: len(content) // 2])
        handle.flush()
        print("half", flush=True)
        time.sleep(60)
    atomic._write = slow
    folder.save_arrays("second", {{"x": np.ones(3)}})
"""
    child = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True)
    assert child.stdout.readline() == "half\n"
    child.send_signal(signal.SIGKILL)
    child.wait()
    child.stdout.close()

    from safepassage.store import RunFolder

    said = []
    folder = RunFolder(tmp_path, "key", notify=said.append)
    assert list(folder.path.glob(f".*{atomic.PART_SUFFIX}")), "the kill came too late to test"
    start = time.monotonic()
    with folder.lock():
        assert time.monotonic() - start < 5, "the killed process still holds the lock"
        first, meta = folder.load_arrays("first")
        second, _ = folder.load_arrays("second")
        assert not list(folder.path.glob(f".*{atomic.PART_SUFFIX}"))
    assert first["x"].tolist() == [0, 1, 2, 3, 4]
    assert meta == {"done": 1}
    assert second["x"].tolist() == [0, 0, 0]
    assert said == []
