"""`explore` before anything is served: no fit, a port that is taken, a host that others reach."""

import contextlib
import json
import os
import pty
import select
import shutil
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest
from tests.serving import served

from safepassage.cli.main import main
from safepassage.server.run import bind

HEAVY = ("jax", "numba", "xarray", "polars", "scipy")


@pytest.fixture
def stored_model(posterior, monkeypatch):
    """The small fit, found under the key that `explore` looks for."""
    from safepassage.reports.data.artifacts import store_artifacts

    store_artifacts(posterior)
    monkeypatch.setattr(
        "safepassage.inference.sampler.settings.fit_key", lambda *_, **__: posterior.path.name
    )
    monkeypatch.setenv("SAFEPASSAGE_CACHE", str(posterior.path.parent))
    return str(posterior.study.path)


def test_without_a_fit_the_command_to_run_is_said(teaching, tmp_path, capsys):
    folder = str(teaching.path)
    arguments = ["explore", folder, "--runs", str(tmp_path), "--seed", "3", "--no-browser"]
    assert main(arguments) == 2
    said = capsys.readouterr().err
    assert "no stored fit" in said
    assert f"safepassage run {folder} --seed 3 --runs {tmp_path}" in said
    assert list(tmp_path.iterdir()) == []


def test_a_port_that_is_taken_is_said(stored_model, capsys):
    with bind("127.0.0.1", None) as taken:
        port = taken.getsockname()[1]
        assert main(["explore", stored_model, "--port", str(port), "--no-browser"]) == 2
    assert f"port {port} is taken" in capsys.readouterr().err


@pytest.mark.parametrize("option", ["--json", "--out"])
def test_a_page_is_no_answer_to_write(stored_model, capsys, option):
    assert main(["explore", stored_model, "--no-browser", option, "mine"]) == 2
    assert f"Unknown option: {option}" in " ".join(capsys.readouterr().err.replace('"', "").split())


@pytest.mark.parametrize("port", ["0", "70000", "x"])
def test_a_port_that_is_none_is_said(stored_model, capsys, port):
    assert main(["explore", stored_model, "--port", port, "--no-browser"]) == 2
    assert "port" in capsys.readouterr().err.lower()


def test_others_are_not_let_in_without_a_token(stored_model, capsys):
    assert main(["explore", stored_model, "--host", "0.0.0.0", "--no-browser"]) == 2
    assert "--token" in capsys.readouterr().err


def test_what_is_stored_is_served_without_the_heavy_packages(stored_model, posterior):
    program = f"""
import sys
from pathlib import Path
from safepassage.study.loader import load_study
from safepassage.inference.sampler.settings import Settings, fit_key
from safepassage.reports.data.artifacts import read_artifacts
from safepassage.server.run import bind
from safepassage.server.app import create_app
loaded = load_study({stored_model!r})
fit_key(loaded, Settings(), 1)
create_app(read_artifacts(Path({str(posterior.path)!r}), loaded), load=lambda: None)
print([name for name in {HEAVY!r} if name in sys.modules])
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.stdout.strip() == "[]", done.stderr


@pytest.fixture
def run_folder(posterior, tmp_path):
    """The small fit copied elsewhere, with what it stores for the explorer."""
    from safepassage.reports.data.artifacts import store_artifacts

    store_artifacts(posterior)
    return shutil.copytree(posterior.path, tmp_path / "elsewhere" / posterior.path.name)


def opened(folder, options=None):
    from safepassage.cli.explore import serve_model
    from safepassage.cli.options import ON_MODEL

    return serve_model(str(folder), options or ON_MODEL)


def app_of(served_run):
    from safepassage.server.app import create_app

    return create_app(
        served_run.artifacts, load=served_run.load, why_not=served_run.note or "", pages={}
    )


def test_a_run_s_folder_is_shown_and_what_ifs_are_refused_with_the_reason(run_folder, posterior):
    before = {p: p.stat().st_mtime_ns for p in run_folder.rglob("*")}
    run = opened(run_folder)
    assert run.load is None and "not a bundled one" in run.note
    with served(app_of(run)) as address:
        title = httpx.get(f"{address}/api/model").json()["title"]
        assert title == posterior.study.model.model.title
        assert httpx.get(f"{address}/api/health").json()["engine"] == "none"
        for path, body in (("compare", {"scenario": "x"}), ("engine", None)):
            answer = httpx.post(f"{address}/api/{path}", json=body)
            (fault,) = answer.json()["faults"]
            assert answer.status_code == 403 and "explore the model's folder" in fault["message"]
    assert before == {p: p.stat().st_mtime_ns for p in run_folder.rglob("*")}


@pytest.fixture
def bundled(posterior, monkeypatch):
    """The teaching model, as if it came with the package."""
    name = posterior.study.model.model.id.replace("_", "-")
    for home in ("safepassage.study.bundled", "safepassage.reports.data.run_folder"):
        monkeypatch.setattr(f"{home}.bundled_models", lambda: {name: posterior.study.path})
    return name


def test_a_run_of_other_sources_is_shown_with_a_note(run_folder, bundled):
    run = opened(run_folder)
    assert run.load is None
    assert "other sources" in run.note and f"safepassage run {bundled}" in run.note


def test_a_run_of_today_answers_what_ifs_wherever_it_lies(
    run_folder, bundled, posterior, monkeypatch
):
    key = lambda *_, **__: posterior.path.name  # noqa: E731
    monkeypatch.setattr("safepassage.inference.sampler.settings.fit_key", key)
    monkeypatch.setattr("safepassage.inference.fit.fit_key", key)
    run = opened(run_folder)
    assert run.note is None
    assert run.load().path == run_folder.resolve()
    renamed = run_folder.rename(run_folder.with_name("mine"))
    run = opened(renamed)
    assert run.load is None and posterior.path.name in run.note


def damaged(name, change):
    def spoil(folder):
        path = folder / name
        if change is None:
            path.unlink()
        else:
            path.write_bytes(change(path.read_bytes()))

    return spoil


def other_data(content):
    from safepassage.store.arrays import pack, unpack

    arrays, about = unpack(content)
    return pack(arrays, {**about, "schema": 99})


def fewer_parts(content):
    from safepassage.store.arrays import pack, unpack

    arrays, about = unpack(content)
    return pack({n: a for n, a in arrays.items() if n != "piece model"}, about)


def other_mark(content):
    return json.dumps({**json.loads(content), "schema": 99}).encode()


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (damaged("finished.json", None), "not finished"),
        (damaged("finished.json", lambda c: c[:-20]), "is damaged"),
        (damaged("finished.json", lambda c: b"[]"), "is damaged"),
        (damaged("finished.json", other_mark), "another version"),
        (damaged("explorer/shown.npz", None), "stores nothing for the explorer"),
        (damaged("explorer/shown.npz", lambda c: c[:-100]), "is damaged"),
        (damaged("explorer/shown.npz", other_data), "another version"),
        (damaged("explorer/shown.npz", fewer_parts), "lacks model"),
        (shutil.rmtree, "neither a folder nor a bundled model"),
        (lambda f: (shutil.rmtree(f), f.mkdir()), "neither a model's folder"),
    ],
)
def test_a_folder_that_cannot_be_shown_is_one_message(run_folder, capsys, spoil, said):
    spoil(run_folder)
    before = sorted(run_folder.rglob("*"))
    assert main(["explore", str(run_folder), "--no-browser"]) == 2
    err = capsys.readouterr().err
    assert said in err and err.count("\n") == 1, err
    assert sorted(run_folder.rglob("*")) == before


TERMINAL = """
import fcntl, sys, termios
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
import safepassage.inference.fit as fitting
import safepassage.inference.sampler.settings as settings
from tests.teaching import small_settings
quick = small_settings()
fitting.Settings = settings.Settings = lambda: quick
from safepassage.cli.main import main
sys.exit(main(["explore", sys.argv[1], "--runs", sys.argv[2], "--no-browser"]))
"""


@contextlib.contextmanager
def at_a_terminal(*arguments):
    """`explore` of a model without a fit, with somebody at the keys; gives `said` and `typed`."""
    mine, theirs = pty.openpty()
    child = subprocess.Popen(
        [sys.executable, "-c", TERMINAL, *map(str, arguments)],
        stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True, cwd=Path.cwd(),
    )  # fmt: skip
    os.close(theirs)
    heard = ""

    def said(words, seconds=240):
        nonlocal heard
        until = time.monotonic() + seconds
        while words not in heard and time.monotonic() < until:
            if select.select([mine], [], [], 1)[0]:
                try:
                    heard += os.read(mine, 65536).decode(errors="replace")
                except OSError:  # the other end is closed
                    break
        assert words in heard, heard
        return heard

    try:
        yield child, said, lambda keys: os.write(mine, keys)
    finally:
        child.kill()
        child.wait()
        os.close(mine)


@pytest.mark.parametrize(
    ("keys", "words", "code"), [(b"n\n", "safepassage run", 2), (b"\x03", "interrupted", 130)]
)
def test_an_offer_to_fit_can_be_declined(teaching, tmp_path, keys, words, code):
    with at_a_terminal(teaching.path, tmp_path / "runs") as (child, said, typed):
        said("Fit now? [Y/n]")
        typed(keys)
        said(words)
        assert child.wait(60) == code
    assert not list(tmp_path.glob("runs/*/finished.json"))


def test_an_offer_to_fit_that_is_taken_ends_in_a_page(teaching, tmp_path):
    with at_a_terminal(teaching.path, tmp_path / "runs") as (child, said, typed):
        said("Fit now? [Y/n]")
        typed(b"y\n")
        address = said("(Ctrl-C ends it)").split("http://")[1].split()[0]
        title = httpx.get(f"http://{address}api/model").json()["title"]
        assert title == teaching.model.model.title
        typed(b"\x03")
        assert child.wait(60) in (0, 130)
    assert list(tmp_path.glob("runs/*/finished.json"))
