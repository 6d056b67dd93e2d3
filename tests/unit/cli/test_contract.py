"""The contract of the command line: exit codes, and what goes to which stream."""

import errno
import os
import signal
import subprocess
import sys
import warnings
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from tests.planting import change, copy_of_three_states
from tests.unit.cli.conftest import raising

import safepassage
from safepassage.cli.answer import plain
from safepassage.errors import InputError, Refused


@pytest.mark.parametrize("extra", [[], ["--json"]])
def test_each_fault_on_its_own_line_and_code_2(cli, tmp_path, no_fit, extra):
    folder = copy_of_three_states(tmp_path)
    change(folder, "model.yaml", "from: hidden\n    to: safe", "from: hidden\n    to: saff")
    change(folder, "model.yaml", "start: 2001-01", "start: 2001-13")
    code, out, err = cli("run", folder, "--out", "mine", *extra)
    assert code == 2
    assert out == ""
    first, second = err.splitlines()
    assert first.startswith(f"{folder}/model.yaml:7: model.start: ")
    assert second.startswith(f"{folder}/model.yaml:") and "'saff'" in second
    assert not Path("mine").exists()
    assert not Path("safepassage-out").exists()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["frobnicate"], "frobnicate"),
        (["rank"], "MODEL"),
        (["rank", "island", "--sed", "3"], "--sed"),
        (["rank", "island", "--seed", "x"], "x"),
        (["rank", "island", "--seed", "-1"], "-1"),
        (["check", "island", "true"], "true"),
        (["simulate", "island", "--engine", "magic"], "magic"),
        (["rank", "island", "--weight", "dead"], "HARM=NUMBER"),
        (["check", "island", "--evidence", "none.csv"], "none.csv"),
        (["diff", "island", "nowhere"], "nowhere"),
    ],
)
def test_wrong_arguments_are_one_line_and_code_2(model, no_fit, cli, arguments, said):
    code, out, err = cli(*(model if a == "island" else a for a in arguments))
    assert code == 2
    assert out == ""
    assert err.count("\n") == 1
    assert said in err


def test_an_unknown_model_is_one_line_and_code_2(cli):
    code, out, err = cli("check", "nowhere")
    assert (code, out) == (2, "")
    assert err.startswith("nowhere: ")
    assert err.count("\n") == 1


@pytest.mark.parametrize("option", ["--out", "--runs"])
def test_a_folder_to_write_to_must_not_be_a_file(model, no_fit, cli, option):
    Path("taken").write_text("")
    code, out, err = cli("fit", model, option, "taken")
    assert (code, out) == (2, "")
    assert err.count("\n") == 1
    assert "taken" in err


def test_a_refusal_is_code_3_with_its_reason(model, cli):
    code, out, err = cli("rank", model, "--as-of", "1999-01", "--json")
    assert (code, out) == (3, "")
    assert err.startswith("refused: as of 1999-01 lies outside") and err.count("\n") == 1


def test_a_defect_is_code_1_in_one_line_with_a_hint(model, cli, monkeypatch):
    monkeypatch.delenv("SAFEPASSAGE_DEBUG", raising=False)
    monkeypatch.setattr("safepassage.analysis.ranking.rank", raising(RuntimeError("two\nlines")))
    code, out, err = cli("rank", model)
    assert (code, out) == (1, "")
    assert err.count("\n") == 1
    assert "RuntimeError: two lines" in err
    assert "SAFEPASSAGE_DEBUG=1" in err
    monkeypatch.setenv("SAFEPASSAGE_DEBUG", "1")
    assert "Traceback" in cli("rank", model).err


def test_a_full_disk_is_one_line(model, cli, monkeypatch):
    full = OSError(errno.ENOSPC, "No space left on device")
    monkeypatch.setattr("safepassage.store.atomic.os.fsync", raising(full))
    code, out, err = cli("check", model, "--out", "mine")
    assert (code, out) == (1, "")
    assert err.count("\n") == 1 and "No space left on device" in err
    assert not Path("mine/check.json").exists()


def test_an_interruption_is_code_130_and_says_that_work_is_stored(model, cli, monkeypatch):
    monkeypatch.setattr("safepassage.analysis.ranking.rank", raising(KeyboardInterrupt()))
    code, out, err = cli("rank", model)
    assert (code, out) == (130, "")
    assert err.count("\n") == 1
    assert "stored" in err and "resumes" in err


def test_what_is_printed_and_warned_on_the_way_goes_to_standard_error(model, cli, monkeypatch):
    def rank(*_, **__):
        print("chatter")
        warnings.warn("a part is damaged", stacklevel=1)
        raise Refused("enough seen")

    monkeypatch.setattr("safepassage.analysis.ranking.rank", rank)
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        code, out, err = cli("rank", model, "--json")
    assert (code, out) == (3, "")
    assert err.splitlines() == ["chatter", "note: a part is damaged", "refused: enough seen"]


def test_progress_is_sparse_lines_where_there_is_no_terminal(model, cli, monkeypatch):
    from safepassage.inference import fit as home

    real = home.fit

    def fit(*args, progress, **kwargs):
        for step in range(101):
            progress("warm-up", step, 100)
        return real(*args, **kwargs)

    monkeypatch.setattr(home, "fit", fit)
    code, _, err = cli("fit", model, "--json")
    assert code == 0
    assert err.splitlines() == ["warm-up: 0 of 100", "warm-up: 100 of 100"]


def test_plain_json_of_arrays_paths_and_what_is_not_finite():
    value = {"a": np.array([1.0, np.nan]), "b": np.float64(2), 3: (np.inf, True), "p": Path("x")}
    assert plain(value) == {"a": [1.0, None], "b": 2.0, "3": [None, True], "p": "x"}
    with pytest.raises(TypeError, match="no JSON"):
        plain({"a": object()})


def test_version_and_help(cli):
    assert cli("--version").out.strip() == safepassage.__version__
    code, out, _ = cli("--help")
    assert code == 0
    for verb in ["run", "check", "simulate", "fit", "rank", "forecast", "trace", "report", "diff"]:
        assert verb in out
    assert cli("rank", "--help").code == 0


def test_a_reader_who_leaves_before_the_answer_is_no_defect(model, cli, monkeypatch):
    gone = SimpleNamespace(write=raising(BrokenPipeError()), fileno=raising(ValueError()))
    with monkeypatch.context() as patched:
        patched.setattr("sys.stdout", gone)
        code, _, err = cli("check", model)
    assert (code, err) == (128 + signal.SIGPIPE, "")


def test_a_reader_who_leaves_before_the_help_is_no_defect():
    program = "import sys; from safepassage.cli.main import main; sys.exit(main())"
    reader, writer = os.pipe()
    os.close(reader)
    child = subprocess.run(
        [sys.executable, "-c", program, "--version"], stdout=writer, stderr=subprocess.PIPE
    )
    os.close(writer)
    assert child.returncode == 128 + signal.SIGPIPE
    assert child.stderr == b""


HEAVY = {"jax", "numba", "xarray", "polars", "scipy", "zarr"}


@pytest.mark.parametrize(
    "program",
    [
        "import safepassage",
        "import safepassage.cli.main as m; assert m.main(['--help']) == 0",
        "import safepassage.cli.main as m; assert m.main(['rank', '--help']) == 0",
    ],
)
def test_the_package_and_its_help_load_nothing_heavy(program):
    code = f"{program}\nimport sys; print(sorted({HEAVY!r} & set(sys.modules)), file=sys.stderr)"
    child = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert child.stderr == "[]\n"


def test_the_front_door_shows_verbs_and_result_types():
    assert dir(safepassage) == sorted(safepassage.__all__)
    assert safepassage.InputError is InputError
    for verb in ["load", "check", "simulate", "fit", "report"]:
        assert callable(getattr(safepassage, verb))
    with pytest.raises(AttributeError, match="nothing"):
        _ = safepassage.nothing
