"""Each command asks the right room and prints its answer, as text and as JSON."""

import json
from pathlib import Path

import pytest

from safepassage.errors import Fault

ON_MODEL = ["check", "simulate", "fit", "rank", "report", "run"]


def called(rooms, name):
    found = [(args, kwargs) for call, args, kwargs in rooms.calls if call == name]
    assert len(found) == 1, f"{name} was called {len(found)} times"
    return found[0]


@pytest.mark.parametrize("verb", [*ON_MODEL, "trace"])
def test_json_is_one_object_and_nothing_else(rooms, cli, verb):
    more = ["hidden"] if verb == "trace" else []
    code, out, err = cli(verb, "island", *more, "--json")
    assert code == 0
    assert isinstance(json.loads(out), dict)
    assert out.count("\n") == 1
    assert err == ""


@pytest.mark.parametrize("verb", ON_MODEL)
def test_evidence_seed_and_model_reach_the_rooms(rooms, cli, verb):
    Path("a.csv").write_text("")
    Path("b.csv").write_text("")
    code, _, _ = cli(verb, "island", "--evidence", "a.csv", "--evidence", "b.csv", "--seed", "7")
    assert code == 0
    args, kwargs = called(rooms, "load_folder")
    assert args == ("island",)
    assert kwargs == {"extra_evidence": [Path("a.csv"), Path("b.csv")]}
    if verb in {"fit", "rank", "report", "run"}:
        assert called(rooms, "fit")[1]["seed"] == 7
        assert called(rooms, "fit")[1]["out"] is None
    if verb == "simulate":
        assert called(rooms, "simulate_model")[0][1].seed == 7


def test_run_prints_the_table_and_where_the_report_lies(rooms, cli):
    code, out, _ = cli("run", "island")
    path = Path("safepassage-out/island/report.html")
    assert code == 0
    assert out == f"the table\n\nReport: {path}\n"
    assert path.read_text() == "<html></html>"
    assert called(rooms, "ranking_table")[0][1] == 80
    assert [name for name, _, _ in rooms.calls] == [
        "load_folder",
        "catalogue",
        "levers_of",
        "fit",
        "rank",
        "read_page",
        "read_shown",
        "keep_shown",
        "keep_grid",
        "embedded",
        "write_report",
        "ranking_table",
    ]


def test_without_the_page_run_still_ranks_and_report_says_what_to_do(rooms, cli):
    def missing():
        raise rooms.report.PageNotBuilt([Fault("report", 0, "", "the page is not built: do so")])

    rooms.report.read_page = missing
    code, out, _ = cli("run", "island")
    assert code == 0
    assert out == "the table\n\nReport: none; the page is not built: do so\n"
    assert json.loads(cli("run", "island", "--json").out)["report"] is None
    code, _, err = cli("report", "island")
    assert code == 2 and "the page is not built: do so" in err


def test_out_takes_the_run_the_report_and_the_answer(rooms, cli):
    code, out, _ = cli("run", "island", "--out", "mine", "--json")
    assert code == 0
    assert json.loads(out)["report"] == "mine/report.html"
    assert json.loads(Path("mine/run.json").read_text()) == json.loads(out)
    assert called(rooms, "fit")[1]["out"] == Path("mine")
    assert not Path("safepassage-out").exists()


def test_rank_passes_date_sex_and_weights(rooms, cli):
    cli("rank", "island", "--as-of", "2009-12", "--sex", "women", "--weight", "dead=2", "--weight",
        "returned=.5")  # fmt: skip
    assert called(rooms, "rank")[1] == {
        "as_of": "2009-12",
        "sex": "women",
        "weights": {"dead": 2.0, "returned": 0.5},
    }


def test_without_weights_all_weightings_count(rooms, cli):
    cli("rank", "island")
    assert called(rooms, "rank")[1] == {"as_of": None, "sex": None, "weights": None}


def test_trace_names_its_figure_and_prints_its_words(rooms, cli):
    code, out, _ = cli("trace", "island", "hidden")
    assert (code, out) == (0, "the trace in words\n")
    assert called(rooms, "trace")[0][1] == "hidden"


def test_diff_takes_folders_and_keys(rooms, cli, monkeypatch, tmp_path):
    monkeypatch.setenv("SAFEPASSAGE_CACHE", str(tmp_path / "cache"))
    (tmp_path / "cache" / "abc").mkdir(parents=True)
    code, out, _ = cli("diff", "island", "abc", "--json")
    assert code == 0
    assert json.loads(out) == {"changed": ["seed"]}
    assert called(rooms, "diff")[0] == (Path("island"), tmp_path / "cache" / "abc")


def test_an_unconverged_fit_says_so_in_its_first_line(rooms, cli):
    assert cli("fit", "island").out.startswith("The fit has converged: largest R-hat 1.004")
    value = rooms.inference.fit().to_dict()
    value["fit"] = {**value["fit"], "converged": False, "max_rhat": None}
    first = cli("fit", "island").out.splitlines()[0]
    assert first.startswith("THE FIT HAS NOT CONVERGED")
    assert "R-hat unknown" in first


def test_check_counts_what_was_read(rooms, cli):
    value = json.loads(cli("check", "island", "--json").out)
    assert value["ok"] is True
    assert value["counts"]["evidence_rows"] == 2
    assert "no faults" in cli("check", "island").out
