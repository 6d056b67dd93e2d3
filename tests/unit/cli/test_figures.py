"""`figures` and `report --pdf` on a stored fit: files, messages, nothing heavy loaded."""

import json
import subprocess
import sys

import pytest

import safepassage as sp
from safepassage.cli.main import main
from safepassage.errors import InputError


@pytest.fixture(scope="module")
def artifacts(posterior):
    from safepassage.reports.data.artifacts import store_artifacts

    return store_artifacts(posterior)


@pytest.fixture
def stored_model(posterior, artifacts, monkeypatch):
    """The small fit, found under the key that the commands look for."""
    monkeypatch.setattr(
        "safepassage.inference.sampler.settings.fit_key", lambda *_, **__: posterior.path.name
    )
    monkeypatch.setenv("SAFEPASSAGE_CACHE", str(posterior.path.parent))
    return str(posterior.study.path)


def test_figures_and_tables_are_written_as_a_whole(stored_model, tmp_path, capsys):
    out = tmp_path / "out"
    assert main(["figures", stored_model, "--out", str(out), "--tables", "both", "--json"]) == 0
    printed = json.loads(capsys.readouterr().out)
    index = json.loads((out / "figures.json").read_text())
    files = sorted(p.relative_to(out).as_posix() for p in out.rglob("*") if p.is_file())
    assert files == index["files"] and len(files) == printed["files"]
    assert {f["name"] for f in index["figures"]} == set(printed["figures"])
    assert (out / "tables" / "outputs.parquet").is_file()
    assert main(["figures", stored_model, "--out", str(out)]) == 0
    assert "figures with their data" in capsys.readouterr().out
    assert not (out / "tables").exists()


def test_a_folder_with_other_files_is_left_alone(stored_model, tmp_path, capsys):
    (tmp_path / "letter.txt").write_text("mine")
    assert main(["figures", stored_model, "--out", str(tmp_path)]) == 2
    said = capsys.readouterr()
    assert said.out == "" and "letter.txt" in said.err and said.err.count("\n") == 1
    assert [p.name for p in tmp_path.iterdir()] == ["letter.txt"]


@pytest.mark.parametrize(
    ("more", "said"),
    [(["--tables", "xls"], "xls"), (["--what-if", "nobody"], "nobody"), ([], "--out")],
)
def test_what_is_wrong_is_one_message(stored_model, tmp_path, capsys, more, said):
    out = ["--out", str(tmp_path / "out")] if more else []
    assert main(["figures", stored_model, *out, *more]) == 2
    err = capsys.readouterr().err
    assert said in err and "Traceback" not in err
    assert not (tmp_path / "out").exists()


def test_python_writes_the_same_with_what_ifs(posterior, artifacts, tmp_path):
    comparison = sp.compare(posterior, ["fewer_arrests"], draws=20)
    written = sp.figures(posterior, tmp_path / "a", comparison=comparison)
    assert written.folder == str(tmp_path / "a") and written.index_file.endswith("figures.json")
    assert "what_if" in written.figures and (tmp_path / "a" / "what_if.svg").is_file()
    sp.figures(artifacts, tmp_path / "b")
    assert (tmp_path / "a" / "ways.svg").read_bytes() == (tmp_path / "b" / "ways.svg").read_bytes()
    with pytest.raises(InputError, match="xls"):
        sp.figures(artifacts, tmp_path / "c", tables="xls")


def test_the_pdf_lies_where_the_report_would(stored_model, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main(["report", stored_model, "--pdf"]) == 0
    path = tmp_path / capsys.readouterr().out.removeprefix("Report: ").strip()
    assert path.name == "report.pdf" and path.read_bytes().startswith(b"%PDF-")
    assert main(["report", stored_model, "--pdf-path", "deep/mine.pdf"]) == 0
    assert (tmp_path / "deep" / "mine.pdf").read_bytes() == path.read_bytes()
    assert main(["report", stored_model, "--pdf-path", "deep"]) == 2
    assert "deep" in capsys.readouterr().err


def test_without_typst_nothing_is_begun(stored_model, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr("safepassage.reports.pdf.find_spec", lambda name: None)
    assert main(["report", stored_model, "--pdf", "--out", str(tmp_path / "x")]) == 2
    assert "safepassage[pdf]" in capsys.readouterr().err and not (tmp_path / "x").exists()


def test_stored_figures_load_nothing_heavy(posterior, artifacts, tmp_path):
    program = f"""
import sys
from pathlib import Path
from safepassage.study.loader import load_study
from safepassage.reports.data.artifacts import read_artifacts
import safepassage as sp
stored = read_artifacts(Path({str(posterior.path)!r}), load_study({str(posterior.study.path)!r}))
sp.figures(stored, {str(tmp_path / "out")!r}, tables="csv")
print([name for name in ("jax", "numba", "xarray", "polars", "scipy") if name in sys.modules])
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.stdout.strip() == "[]", done.stderr
