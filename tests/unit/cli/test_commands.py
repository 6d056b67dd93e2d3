"""Every command runs end to end on a small model, and prints its answer as text and as JSON."""

import json
from pathlib import Path

import pytest
import xarray
from tests.flee_folders import write_folder
from tests.unit.cli.conftest import raising

from safepassage.cli.answer import convergence_line
from safepassage.cli.posterior import FITTING
from safepassage.errors import Refused
from safepassage.store.keys import run_root

VERBS = {
    "check": [],
    "check --fit": [],
    "simulate": [],
    "fit": [],
    "rank": [],
    "forecast": ["--to", "2010"],
    "compare": ["fewer-arrests", "--draws", "20"],
    "plan": ["--budget", "1e5", "--horizon", "2010", "--draws", "16"],
    "trace": ["over_the_border"],
    "report": [],
    "run": [],
    "figures": ["--out", "drawn"],
    "export": ["--out", "fit.zarr"],
}
"""Every command on a model but `explore`, with the arguments that it needs."""
FITTED = [verb for verb in VERBS if verb not in ("check", "simulate")]
WRITERS = ("report", "run", "figures", "export")
"""Those whose text names the files that they wrote."""
OWN_ROW = "MINE,MINE,,teaching,,departures,351,,,persons per year,2001,2001,all,C,,Mine,Me,2009,"


def command(verb, model):
    """The arguments of a command."""
    name, *flags = verb.split()
    return [name, model, *VERBS[verb], *flags]


@pytest.mark.parametrize("verb", VERBS)
def test_json_is_one_object_and_a_stored_fit_is_loaded(model, page, cli, monkeypatch, verb):
    monkeypatch.setattr("safepassage.inference.fit.check_start", raising(RuntimeError("fitted")))
    code, out, err = cli(*command(verb, model), "--json")
    assert code == 0, err
    assert isinstance(json.loads(out), dict)
    assert out.count("\n") == 1
    assert FITTING not in err


@pytest.mark.parametrize("verb", [verb for verb in VERBS if verb not in WRITERS])
def test_text_is_not_json_and_fits_a_terminal(model, cli, verb):
    code, out, err = cli(*command(verb, model))
    assert code == 0, err
    assert out and not out.lstrip().startswith("{")
    if verb != "fit":
        assert max(map(len, out.splitlines())) <= 80


@pytest.mark.parametrize("verb", FITTED)
def test_evidence_seed_and_folder_of_runs_reach_the_fit(model, page, cli, monkeypatch, verb):
    header = (model / "evidence.csv").read_text().splitlines()[0]
    Path("mine.csv").write_text(f"{header}\n{OWN_ROW}\n")
    calls = []

    def fit(study, *, seed, **_):
        calls.append((study.path, "MINE" in study.evidence.rows, seed, run_root()))
        raise Refused("enough seen")

    monkeypatch.setattr("safepassage.inference.fit.fit", fit)
    own = ("--evidence", "mine.csv", "--seed", "7", "--runs", "mine")
    code, _, err = cli(*command(verb, model), *own)
    assert (code, calls) == (3, [(model, True, 7, Path.cwd() / "mine")])
    assert err.splitlines() == [FITTING, "refused: enough seen"]
    assert run_root() != Path.cwd() / "mine", "the folder of runs is that of one command"


def test_evidence_and_seed_reach_what_is_not_fitted(model, cli):
    header = (model / "evidence.csv").read_text().splitlines()[0]
    Path("mine.csv").write_text(f"{header}\n{OWN_ROW}\n")
    rows = [
        json.loads(cli("check", model, *more, "--json").out)["counts"]["evidence_rows"]
        for more in ([], ["--evidence", "mine.csv"])
    ]
    assert rows[1] == rows[0] + 1
    people = [
        json.loads(cli("simulate", model, "--engine", "counts", "--seed", s, "--json").out)
        for s in (7, 8)
    ]
    assert [value["seed"] for value in people] == [7, 8]
    assert people[0]["outputs"] != people[1]["outputs"]
    assert cli("simulate", model, "--evidence", "none.csv").code == 2


def test_a_fit_is_announced_interrupted_and_resumed(model, cli, monkeypatch):
    with monkeypatch.context() as patched:
        progress = "safepassage.cli.progress.Progress.__call__"

        def stop_while_sampling(self, stage, done, total):
            if stage == "sampling":
                raise KeyboardInterrupt

        patched.setattr(progress, stop_while_sampling)
        code, out, err = cli("rank", model, "--runs", "mine")
    assert (code, out) == (130, "")
    assert err.splitlines()[0] == FITTING and "interrupted" in err
    assert list(Path("mine").glob("*/*.npz")) and not list(Path("mine").glob("*/finished.json"))
    code, out, err = cli("rank", model, "--runs", "mine")
    assert code == 0 and "Over the border" in out
    assert err.splitlines()[0] == FITTING and "finding the mode" not in err
    assert list(Path("mine").glob("*/finished.json"))
    assert cli("rank", model, "--runs", "mine") == (0, out, "")


def test_check_counts_what_was_read(model, cli):
    value = json.loads(cli("check", model, "--json").out)
    assert value["ok"] is True
    assert value["counts"]["ways"] == 1 and value["counts"]["parameters"] == 12
    assert "no faults" in cli("check", model).out


def test_check_of_a_fit_says_what_it_rests_on(model, cli):
    value = json.loads(cli("check", model, "--fit", "--json").out)
    assert {"tension", "contradictions", "answers"} <= set(value["checks"])
    assert value["parameters"]["departures"]["evidence"] == ["T01"]
    assert cli("check", model, "--fit").out.startswith("Three states: no faults.")


@pytest.mark.parametrize("engine", ["expected", "counts", "individuals"])
def test_every_engine_simulates_about_the_same(model, cli, engine):
    code, out, err = cli("simulate", model, "--engine", engine, "--json")
    assert code == 0, err
    value = json.loads(out)
    assert value["engine"] == engine
    mean = json.loads(cli("simulate", model, "--json").out)["outputs"]["hidden_people"][-1]
    last = value["outputs"]["hidden_people"][-1]
    assert last["time"] == "2008"
    assert last["median"] == pytest.approx(mean["median"], rel=0.1)
    assert "People in hiding, 2008: 1," in cli("simulate", model, "--engine", engine).out


def test_replicates_are_stored_in_the_folder_of_runs(model, cli):
    arguments = ("simulate", model, "--engine", "counts", "--replicates", "3", "--runs", "mine")
    value = json.loads(cli(*arguments, "--out", "answers", "--json").out)
    assert Path(value["ensemble"]).is_relative_to(Path.cwd() / "mine")
    assert [p.name for p in Path("answers").iterdir()] == ["simulate.json"]
    assert "90 % interval of 3 runs" in cli(*arguments).out


def test_an_unconverged_fit_says_so_in_its_first_line(model, cli):
    first = cli("fit", model).out.splitlines()[0]
    assert first.startswith("THE FIT HAS NOT CONVERGED; do not rely on these figures")
    assert cli("rank", model).out.startswith("WARNING: the fit has not converged")
    assert "THE FIT HAS NOT CONVERGED" in cli("compare", model, "as-it-was", "--draws", "9").out
    fit = {"converged": False, "max_rhat": None, "divergences": 3}
    assert "R-hat unknown" in convergence_line(fit)
    assert convergence_line({**fit, "converged": True}).startswith("The fit has converged")


def test_fit_says_what_it_holds(model, cli):
    out = cli("fit", model, "--out", "mine").out
    assert "12 parameters, 2 data series, 1 outputs" in out and "seed 1." in out
    assert Path("mine/compared.csv").read_text().startswith("output,")
    value = json.loads(Path("mine/fit.json").read_text())
    assert value["provenance"]["seed"] == 1 and len(value["parameters"]) == 12


def test_rank_takes_date_sex_and_weights(model, cli):
    value = json.loads(cli("rank", model, "--as-of", "2004-12", "--sex", "female", "--json").out)
    assert (value["as_of"], value["sex"]) == ("2004-12", "female")
    assert [way["id"] for way in value["ways"]] == ["over_the_border"]


def test_weights_reach_the_ranking_and_are_said_in_words(model, cli, monkeypatch):
    from safepassage.analysis import ranking

    real, calls = ranking.rank, []

    def rank(posterior, **how):
        calls.append(how["weights"])
        return real(posterior, **how)

    monkeypatch.setattr(ranking, "rank", rank)
    out = cli("rank", model, "--weight", "death=2").out
    assert "Weights used: Death 2, Return 0." in " ".join(out.split())
    cli("rank", model, "--weight", "death=2", "--weight", "return=.5")
    out = cli("rank", model).out
    assert "averaged over all possible weights" in " ".join(out.split())
    assert calls == [{"death": 2.0}, {"death": 2.0, "return": 0.5}, None]


@pytest.mark.parametrize("verb", ["rank", "plan"])
def test_a_harm_that_the_model_lacks_is_named_with_those_that_it_has(model, no_fit, cli, verb):
    wrong = ("--weight", "deth=2", "--weight", "return=1", "--weight", "return=2")
    code, out, err = cli(*command(verb, model), *wrong)
    assert (code, out) == (2, "")
    assert err.splitlines() == [
        "command line: --weight: return is given twice; drop one",
        "command line: --weight: this model has no harm 'deth'; "
        "give one of death (Death), return (Return)",
    ]


def test_trace_leads_to_evidence_and_source(model, cli):
    out = cli("trace", model, "departures").out
    assert "T01" in out and "A made-up yearbook" in out
    assert json.loads(cli("trace", model, "departures", "--json").out)["kind"] == "parameter"
    code, _, err = cli("trace", model, "departure")
    assert code == 2 and "departures" in err


def test_run_prints_the_table_and_where_the_report_is(model, page, cli):
    code, out, _ = cli("run", model)
    path = Path("safepassage-out/three_states/report.html")
    assert code == 0
    assert out == f"{cli('rank', model).out}\nReport: {path}\n"
    assert "<title>Three states</title>" in path.read_text()
    assert cli("report", model).out == f"Report: {path}\n"


def test_without_the_page_run_still_ranks_and_report_says_what_to_do(model, cli, monkeypatch):
    from safepassage.reports.html import HOW_TO_BUILD, read_page

    monkeypatch.setattr("safepassage.reports.html.read_page", lambda *_: read_page(Path("none")))
    code, out, _ = cli("run", model)
    assert code == 0
    assert out == f"{cli('rank', model).out}\nReport: none; {HOW_TO_BUILD}\n"
    assert json.loads(cli("run", model, "--json").out)["report"] is None
    code, _, err = cli("report", model)
    assert code == 2 and HOW_TO_BUILD in err


def test_out_takes_the_answer_and_the_report_but_no_run(model, page, cli):
    code, out, err = cli("run", model, "--out", "mine", "--json")
    assert code == 0 and "No stored fit" not in err
    assert json.loads(out)["report"] == "mine/report.html"
    assert json.loads(Path("mine/run.json").read_text()) == json.loads(out)
    assert sorted(p.name for p in Path("mine").iterdir()) == ["report.html", "run.json"]
    assert not Path("safepassage-out").exists()


def test_figures_and_export_write_where_out_says(model, cli):
    code, out, _ = cli("figures", model, "--out", "drawn")
    assert code == 0 and out.startswith("drawn: ")
    index = json.loads(Path("drawn/figures.json").read_text())
    assert all(Path("drawn", name).is_file() for name in index["files"])
    code, out, _ = cli("export", model, "--out", "fit.zarr")
    assert code == 0 and "NOT CONVERGED" in out
    tree = xarray.open_datatree("fit.zarr", engine="zarr")
    assert tree["posterior"].sizes["chain"] == 8 and tree["posterior"].sizes["draw"] == 60


def test_the_older_name_of_the_folder_of_runs_still_works(model, cli, run_root):
    Path("old").mkdir()
    Path("old/runs").symlink_to(run_root)
    for verb in ("figures", "export"):
        code, _, err = cli(*command(verb, model), "--fitted-in", "old", "--runs", "old/runs")
        assert code == 2 and "--fitted-in: is the older form of --runs" in err
    code, _, err = cli(*command("figures", model), "--fitted-in", "old")
    assert code == 0 and err.startswith("note: --fitted-in is deprecated; use --runs old/runs\n")
    assert "No stored fit" not in err
    assert "--fitted-in" not in cli(verb, "--help").out


def test_diff_takes_folders_and_keys(model, cli, run_root):
    assert cli("fit", model, "--seed", "2").code == 0
    first, second = sorted(
        (path.parent for path in run_root.glob("*/fit.json")),
        key=lambda path: json.loads((path / "fit.json").read_text())["provenance"]["seed"],
    )
    code, out, _ = cli("diff", first, second.name, "--json")
    value = json.loads(out)
    assert code == 0 and value["runs"] == [str(first), str(second)]
    assert value["provenance"]["seed"] == [1, 2]
    assert len(value["parameters"]) == 12
    code, out, _ = cli("diff", first.name, second.name, "--runs", run_root)
    assert code == 0
    assert max(map(len, out.splitlines())) <= 80
    assert "Both runs have NOT CONVERGED" in out and "and 2 more parameters" in out
    code, out, err = cli("diff", first.name, second.name, "--runs", "elsewhere")
    assert (code, out) == (2, "") and len(err.splitlines()) == 2 and "elsewhere" in err


def test_flee_simulates_a_folder_and_what_ifs(cli, tmp_path):
    folder = write_folder(tmp_path / "small", days=12)
    code, out, _ = cli("flee", folder, "--replicates", "2", "--speed", "2", "--out", "answer")
    assert code == 0
    assert "small: 12 days, 2 runs with seed 1" in out and "Effect of the change" in out
    assert max(map(len, out.splitlines())) <= 80
    assert {p.name for p in Path("answer").iterdir()} == {"camps.csv", "camps.html", "flee.json"}


def test_flee_converts_to_a_model_that_check_passes(cli, tmp_path):
    folder = write_folder(tmp_path / "small")
    assert cli("convert", "flee", folder, "made").code == 0
    assert cli("check", "made").code == 0


def test_what_a_verb_reads_wrong_is_said_before_it_fits(model, no_fit, cli):
    Path("drawn").mkdir()
    Path("drawn/letter.txt").write_text("mine")
    for arguments in (["export", model, "--out", "fit.txt"], ["figures", model, "--out", "drawn"]):
        assert cli(*arguments).code == 2


def test_a_failing_report_leaves_no_half_answer(model, page, cli, monkeypatch):
    monkeypatch.setattr("safepassage.reports.html.write_report", raising(OSError(28, "No space")))
    code, out, _ = cli("run", model, "--out", "mine", "--json")
    assert (code, out) == (1, "")
    assert not Path("mine/run.json").exists()
