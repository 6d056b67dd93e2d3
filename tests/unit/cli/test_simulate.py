"""`simulate` on the command line: its text."""

from __future__ import annotations

from safepassage.cli.main import main


def test_the_text_has_the_last_value_of_every_output(three_states, tmp_path, capsys):
    arguments = ["simulate", str(three_states.path), "--engine", "counts", "--out", str(tmp_path)]
    assert main([*arguments, "--replicates", "3"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "Last value of each output, median and 90 % interval of 3 runs:"
    (hidden,) = [line for line in lines if line.startswith("  People in hiding, 2008: ")]
    assert " to " in hidden and hidden.endswith(")")
    assert lines[-1].startswith("All runs by month: ")
    assert (tmp_path / "simulate.json").is_file()
