"""The key of a run changes with everything that its result depends on, and with nothing else."""

import pytest

from safepassage.store import run_key, run_root, source_hash

SAME = {
    "model_hash": "m",
    "evidence_hash": "e",
    "source_hash": "s",
    "settings": {"chains": 4, "draws": 500},
    "seed": 1,
}


def test_sixteen_digits_and_the_order_of_settings_is_nothing():
    key = run_key(**SAME)
    assert len(key) == 16
    assert int(key, 16) >= 0
    assert run_key(**{**SAME, "settings": {"draws": 500, "chains": 4}}) == key


@pytest.mark.parametrize(
    ("part", "value"),
    [
        ("model_hash", "n"),
        ("evidence_hash", "f"),
        ("source_hash", "t"),
        ("settings", {"chains": 4, "draws": 501}),
        ("settings", {}),
        ("seed", 2),
    ],
)
def test_any_changed_part_gives_another_key(part, value):
    assert run_key(**{**SAME, part: value}) != run_key(**SAME)


def test_a_changed_renamed_or_new_source_file_changes_the_hash(tmp_path):
    (tmp_path / "room").mkdir()
    source = tmp_path / "room" / "a.py"
    source.write_text("x = 1\n")
    hashes = [source_hash(tmp_path)]
    (tmp_path / "notes.md").write_text("not code")
    assert source_hash(tmp_path) == hashes[0]
    source.write_text("x = 2\n")
    hashes.append(source_hash(tmp_path))
    source.rename(tmp_path / "room" / "b.py")
    hashes.append(source_hash(tmp_path))
    (tmp_path / "c.py").write_text("")
    hashes.append(source_hash(tmp_path))
    assert len(set(hashes)) == 4


def test_the_roots_in_their_order(tmp_path, monkeypatch):
    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.delenv("SAFEPASSAGE_CACHE", raising=False)
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    assert run_root() == tmp_path / "home" / ".cache" / "safepassage"
    monkeypatch.setenv("XDG_CACHE_HOME", "relative/is/ignored")
    assert run_root() == tmp_path / "home" / ".cache" / "safepassage"
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
    assert run_root() == tmp_path / "xdg" / "safepassage"
    monkeypatch.setenv("SAFEPASSAGE_CACHE", str(tmp_path / "own"))
    assert run_root() == tmp_path / "own"
    assert run_root(tmp_path / "out") == tmp_path / "out" / "runs"
