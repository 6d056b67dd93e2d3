"""What `--cluster` may say, and what is said where it cannot be."""

from __future__ import annotations

import json
import socket
import sys
import time

import pytest

from safepassage.cli.main import main
from safepassage.errors import InputError
from safepassage.parallel import LOCAL, TaskSpec, cluster
from safepassage.parallel.fingerprint import fingerprint, refuse_others


def simulated(three_states, out, where: str) -> int:
    arguments = ["simulate", str(three_states.path), "--engine", "counts", "--replicates", "2"]
    return main([*arguments, "--out", str(out), "--cluster", where, "--json"])


@pytest.mark.parametrize(
    "where", ["", "nearby", "local:0", "local:9999", "local:-1", "tcp://", "tcp://a", "tcp://a:0"]
)
def test_what_names_no_cluster_is_refused_with_what_does(three_states, tmp_path, capsys, where):
    assert simulated(three_states, tmp_path / "out", where) == 2
    out, err = capsys.readouterr()
    assert out == "" and len(err.splitlines()) == 1
    assert "is no cluster; give local, local:WORKERS, or the tcp://HOST:PORT" in err
    assert not list(tmp_path.iterdir())


def test_without_dask_the_extra_is_named(three_states, tmp_path, capsys, monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    monkeypatch.delitem(sys.modules, "safepassage.parallel.dask", raising=False)
    monkeypatch.delitem(sys.modules, "safepassage.parallel.worker", raising=False)
    assert simulated(three_states, tmp_path / "out", "local") == 2
    assert "pip install 'safepassage[cluster]'" in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("listens", [False, True], ids=["nobody", "one who never says hello"])
def test_a_scheduler_that_does_not_answer(three_states, tmp_path, capsys, listens):
    pytest.importorskip("distributed")
    with socket.socket() as peer:
        peer.bind(("127.0.0.1", 0))
        if listens:
            peer.listen()
        where = f"tcp://127.0.0.1:{peer.getsockname()[1]}"
        began = time.monotonic()
        assert simulated(three_states, tmp_path / "out", where) == 2
        assert time.monotonic() - began < 15, "it gives up after some seconds"
    out, err = capsys.readouterr()
    assert out == "" and len(err.splitlines()) == 1
    assert f"no Dask scheduler answers at {where}" in err
    assert not list(tmp_path.iterdir())


def test_a_fit_is_not_begun_where_the_cluster_is_wrong(three_states, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr("safepassage.api.fit", lambda *a, **k: pytest.fail("fitted"))
    path = str(three_states.path)
    for arguments in (["compare", path], ["check", path, "--calibration", "2"]):
        assert main([*arguments, "--out", str(tmp_path), "--cluster", "nearby"]) == 2
        assert "nearby" in capsys.readouterr().err
    assert main(["check", path, "--cluster", "local"]) == 2
    assert "--cluster: goes with --calibration" in capsys.readouterr().err


def test_in_this_process_tasks_are_done_in_order():
    with cluster(None) as executor:
        assert executor is LOCAL and not executor.elsewhere
        assert list(executor.each(TaskSpec(pow_of, (2,)), [3, 1])) == [(3, 9), (1, 1)]
        assert list(executor.each(TaskSpec(pow_of, (2,)), [3], lambda key: -key)) == [(3, -3)]
    with cluster(executor) as same:
        assert same is executor


def pow_of(exponent: int):
    return lambda key: key**exponent


def test_what_may_change_a_last_digit_is_refused_or_reported():
    ours = fingerprint()
    json.dumps(ours)
    assert refuse_others(ours, {"a": ours}) == []
    assert refuse_others(ours, {"a": ours, "b": {**ours, "processor": "other"}}) == ["b"]
    with pytest.raises(InputError) as others:
        refuse_others(ours, {"a": {**ours, "numpy": "1.0"}, "b": {**ours, "sources": "0" * 64}})
    reported = [fault.message for fault in others.value.faults]
    assert len(reported) == 2
    assert "the worker a has numpy 1.0 (here" in reported[0]
    assert "the worker b runs other sources of safepassage (000000000000, here" in reported[1]
