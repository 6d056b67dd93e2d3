"""`explore` before anything is served: no fit, a port that is taken, a host that others reach."""

import subprocess
import sys

import pytest

from safepassage.cli.main import main
from safepassage.server.serving import bind

HEAVY = ("jax", "numba", "xarray", "polars", "scipy")


@pytest.fixture
def kept(fitted, monkeypatch):
    """The small fit, found under the key that `explore` looks for."""
    from safepassage.server.shown import keep_shown

    keep_shown(fitted)
    monkeypatch.setattr("safepassage.inference.settings.fit_key", lambda *_, **__: fitted.path.name)
    monkeypatch.setenv("SAFEPASSAGE_CACHE", str(fitted.path.parent))
    return str(fitted.loaded.path)


def test_without_a_fit_the_command_to_run_is_said(teaching, tmp_path, capsys):
    folder = str(teaching.path)
    assert main(["explore", folder, "--out", str(tmp_path), "--seed", "3", "--no-browser"]) == 2
    said = capsys.readouterr().err
    assert "no fit" in said and f"safepassage run {folder} --seed 3 --out {tmp_path}" in said
    assert list(tmp_path.iterdir()) == []


def test_a_port_that_is_taken_is_said(kept, capsys):
    with bind("127.0.0.1", None) as taken:
        port = taken.getsockname()[1]
        assert main(["explore", kept, "--port", str(port), "--no-browser"]) == 2
    assert f"port {port} is taken" in capsys.readouterr().err


@pytest.mark.parametrize("port", ["0", "70000", "x"])
def test_a_port_that_is_none_is_said(kept, capsys, port):
    assert main(["explore", kept, "--port", port, "--no-browser"]) == 2
    assert "port" in capsys.readouterr().err.lower()


def test_others_are_not_let_in_without_a_token(kept, capsys):
    assert main(["explore", kept, "--host", "0.0.0.0", "--no-browser"]) == 2
    assert "--token" in capsys.readouterr().err


def test_what_is_kept_is_served_without_the_heavy_packages(kept, fitted):
    program = f"""
import sys
from pathlib import Path
from safepassage.evidence.folder import load_folder
from safepassage.inference.settings import Settings, fit_key
from safepassage.server.shown import read_shown
from safepassage.server.serving import bind
from safepassage.server.app import create_app
loaded = load_folder({kept!r})
fit_key(loaded, Settings(), 1)
create_app(read_shown(Path({str(fitted.path)!r}), loaded), load=lambda: None)
print([name for name in {HEAVY!r} if name in sys.modules])
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.stdout.strip() == "[]", done.stderr
