"""A fit that cannot start says which figure and parameter are at fault; nothing is written."""

from __future__ import annotations

import pytest
from tests.planting import change, copy_of_three_states
from tests.teaching import small_settings

from safepassage.errors import InputError
from safepassage.inference.density import Density
from safepassage.inference.fit import compile_study, fit
from safepassage.inference.start_check import check_start
from safepassage.study.loader import load_study

ARRIVALS = "observations/arrivals.csv"
LAST = "T12,women_arriving,2004-01,2004-12,70,,,women only"


def faults_at_start(folder, tmp_path):
    out = tmp_path / "out"
    with pytest.raises(InputError) as caught:
        fit(load_study(folder), out=out, settings=small_settings())
    assert not out.exists(), "something was written"
    return caught.value.faults


def prior(folder, name, low, high):
    text = (folder / "model.yaml").read_text()
    head, rest = text.split(f"\n  {name}:\n", 1)
    line = next(x for x in rest.splitlines() if "prior:" in x)
    new = f"    prior: {{kind: lognormal, low: {low}, high: {high}}}"
    (folder / "model.yaml").write_text(f"{head}\n  {name}:\n" + rest.replace(line, new, 1))
    return next(
        n for n, x in enumerate((folder / "model.yaml").read_text().splitlines(), 1) if x == new
    )


@pytest.fixture
def sound(three_states, three_states_compiled):
    check_start(Density(three_states, three_states_compiled), three_states)


def test_the_teaching_model_starts(sound):
    assert sound is None


def test_a_figure_of_nobody_names_its_row_and_quantity(tmp_path):
    folder = copy_of_three_states(tmp_path)
    change(folder, "model.yaml", "  crossings: {title: Crossings, flow: [crossing.across",
           "  never: {title: Crossings, flow: release, groups: {position: soldier}}\n"
           "  crossings: {title: Crossings, flow: [crossing.across")  # fmt: skip
    change(folder, ARRIVALS, LAST, "T12,never,2004-01,2004-12,70,,,women only")
    (fault,) = faults_at_start(folder, tmp_path)
    assert (fault.file, fault.line, fault.field) == (str(folder / ARRIVALS), 4, "quantity")
    assert "expects 0 of 'never' from 2004-01 to 2004-12" in fault.message
    assert "'arrivals_counted' cannot learn from the figure 70;" in fault.message


def test_a_zero_of_nobody_is_reported_only_where_the_whole_channel_is_so(tmp_path):
    folder = copy_of_three_states(tmp_path)
    change(folder, "model.yaml", "  crossings: {title: Crossings, flow: [crossing.across",
           "  never: {title: Crossings, flow: release, groups: {position: soldier}}\n"
           "  crossings: {title: Crossings, flow: [crossing.across")  # fmt: skip
    change(folder, ARRIVALS, LAST, "T12,never,2004-01,2004-12,0,,,")
    study = load_study(folder)
    check_start(Density(study, compile_study(study)), study)
    for start in ("T10,", "T11,"):
        text = (folder / ARRIVALS).read_text()
        line = next(x for x in text.splitlines() if x.startswith(start))
        change(folder, ARRIVALS, line + "\n", "")
    (fault,) = faults_at_start(folder, tmp_path)
    assert "cannot learn from the figure 0 in any of its rows" in fault.message


def test_a_prior_that_overflows_is_named_with_its_line(tmp_path):
    folder = copy_of_three_states(tmp_path)
    line = prior(folder, "arrivals_spread", "1e-200", "1e-180")
    (fault,) = faults_at_start(folder, tmp_path)
    assert (fault.file, fault.line, fault.field) == (str(folder / ARRIVALS), 2, "value")
    assert "the log density of the figure 100 (and of 2 more figures) is not finite" in (
        fault.message
    )
    assert f"'arrivals_spread' (line {line} of model.yaml, 1e-190 there) is responsible" in (
        fault.message
    )


def test_a_gradient_that_overflows_names_the_parameter(tmp_path):
    folder = copy_of_three_states(tmp_path)
    line = prior(folder, "arrivals_spread", "1e-130", "1e-110")
    (fault,) = faults_at_start(folder, tmp_path)
    assert (fault.line, fault.field) == (2, "value")
    assert "gradient of the log density of the figure 100" in fault.message
    assert f"'arrivals_spread' (line {line} of model.yaml" in fault.message


def test_a_figure_that_no_parameter_can_mend(tmp_path):
    folder = copy_of_three_states(tmp_path)
    change(folder, ARRIVALS, ",130,", ",1e308,")
    (fault,) = faults_at_start(folder, tmp_path)
    assert fault.line == 3
    assert "no parameter alone is responsible: correct the figure" in fault.message


def test_every_fault_is_reported_at_once(tmp_path):
    folder = copy_of_three_states(tmp_path)
    change(folder, ARRIVALS, ",130,", ",1e308,")
    change(folder, ARRIVALS, ",100,", ",1e307,")
    faults = faults_at_start(folder, tmp_path)
    assert [f.line for f in faults] == [2, 3]
    assert "the figure 1e+307 is not finite" in faults[0].message
