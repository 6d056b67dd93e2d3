"""A fit goes on where it was, notices damage, and has a key of all that it depends on."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path

import numpy as np
import pytest
from tests.planting import change
from tests.teaching import small_settings, teaching_folder

from safepassage.inference.fit import fit
from safepassage.inference.sampler.warmup import Stage
from safepassage.study.loader import load_study

TINY = {"chains": 3, "draws": 9, "block": 4, "mode_iterations": 30,
        "stages": (Stage(5, 0.8, True), Stage(3, 0.8, False))}  # fmt: skip


SOURCE = "5" * 64


@pytest.fixture(scope="module", autouse=True)
def unchanging_sources():
    """A source file that somebody edits meanwhile must not change the keys between two lines."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("safepassage.inference.fit.source_hash", lambda: SOURCE)
        patch.setattr("safepassage.store.source_hash", lambda: SOURCE)
        yield


class Interrupted(Exception):
    """The person at the keyboard has had enough."""


@pytest.fixture(scope="module")
def settings():
    return small_settings(**TINY)


@pytest.fixture(scope="module")
def whole(three_states, settings, tmp_path_factory):
    """A fit that nothing disturbed."""
    return fit(three_states, seed=3, out=tmp_path_factory.mktemp("whole"), settings=settings)


def stopping(at: int):
    """A progress callback that raises at its nth call after the mode was found."""
    calls = iter(range(1, 10_000))

    def report(stage, done, total):
        assert 0 <= done <= total
        if stage != "finding the mode" and next(calls) == at:
            raise Interrupted

    return report


def same(a, b) -> None:
    np.testing.assert_array_equal(a.draws.z, b.draws.z)
    np.testing.assert_array_equal(a.draws.log_density, b.draws.log_density)
    np.testing.assert_array_equal(a.draws.mode, b.draws.mode)
    assert {**dict(a.verdict), "seconds": 0} == {**dict(b.verdict), "seconds": 0}


def test_a_fit_interrupted_again_and_again_is_the_same_fit(three_states, settings, whole, tmp_path):
    for at in (7, 3):  # in the second stretch of warm-up, then in the first block
        with pytest.raises(Interrupted):
            fit(three_states, seed=3, out=tmp_path, settings=settings, progress=stopping(at))
        assert not list(tmp_path.glob("runs/*/finished.json"))
    same(fit(three_states, seed=3, out=tmp_path, settings=settings), whole)
    assert list(tmp_path.glob("runs/*/finished.json"))


def test_finished_parts_are_not_made_again(three_states, settings, whole, tmp_path):
    def recorder(progress_of):
        return lambda stage, done, total: progress_of.append((stage, done))

    with pytest.raises(Interrupted):
        fit(three_states, seed=3, out=tmp_path, settings=settings, progress=stopping(13))
    seen: list[tuple[str, float]] = []
    fit(three_states, seed=3, out=tmp_path, settings=settings, progress=recorder(seen))
    # 8 of warm-up and a block of 4 were kept; one more draw was lost with its block
    assert [done for _, done in seen] == [13, 14, 15, 16, 17]
    seen.clear()
    out = whole.path.parents[1]
    fit(three_states, seed=3, out=out, settings=settings, progress=recorder(seen))
    assert seen == []


def test_how_often_draws_are_kept_does_not_change_them(three_states, whole, tmp_path):
    often = small_settings(**{**TINY, "block": 2})
    np.testing.assert_array_equal(
        fit(three_states, seed=3, out=tmp_path, settings=often).draws.z, whole.draws.z
    )


@pytest.mark.parametrize("parts", [("mode", "draws_002"), ("warm_0", "draws_000")])
def test_damaged_parts_are_noticed_and_the_result_is_the_same(
    three_states, settings, whole, tmp_path, parts
):
    copy = tmp_path / "runs" / whole.path.name
    shutil.copytree(whole.path, copy)
    for part in parts:
        path = copy / f"{part}.npz"
        content = bytearray(path.read_bytes())
        content[len(content) // 2] ^= 0xFF
        path.write_bytes(content)
    with pytest.warns(UserWarning, match=r"npz is damaged") as warned:
        mended = fit(three_states, seed=3, out=tmp_path, settings=settings)
    for part in parts:
        assert any(f"{part}.npz" in str(warning.message) for warning in warned)
    same(mended, whole)
    assert (copy / "finished.json").is_file()
    assert all((copy / f"{part}.npz").is_file() for part in parts)


RUN = """
    import sys
    from pathlib import Path
    from tests.teaching import small_settings
    from tests.unit.inference.test_fit import SOURCE, TINY
    from safepassage.study.loader import load_study
    from safepassage.inference import fit as module
    from safepassage.inference.fit import fit
    module.source_hash = lambda: SOURCE
    study = load_study(sys.argv[1])
    posterior = fit(study, seed=3, out=Path(sys.argv[2]), settings=small_settings(**TINY))
    print(posterior.path)
"""


def test_two_fits_at_once_do_not_harm_each_other(three_states, settings, whole, tmp_path):
    command = [sys.executable, "-c", textwrap.dedent(RUN), str(three_states.path), str(tmp_path)]
    root = Path(__file__).parents[3]
    both = [
        subprocess.Popen(command, cwd=root, text=True, stdout=subprocess.PIPE,
                         stderr=subprocess.PIPE)
        for _ in range(2)
    ]  # fmt: skip
    ends = [process.communicate(timeout=120) for process in both]
    assert [process.returncode for process in both] == [0, 0], ends
    assert {out.strip() for out, _ in ends} == {str(tmp_path / "runs" / whole.path.name)}
    same(fit(three_states, seed=3, out=tmp_path, settings=settings), whole)
    assert not list(tmp_path.rglob("*.corrupt")) and not list(tmp_path.rglob("*.part*"))


def key_of(study, tmp_path, settings, seed=3) -> str:
    """Name of the folder that a fit would work in."""

    def stop(stage, done, total):
        raise Interrupted

    before = set(tmp_path.glob("runs/*"))
    with pytest.raises(Interrupted):
        fit(study, seed=seed, out=tmp_path, settings=settings, progress=stop)
    (made,) = set(tmp_path.glob("runs/*")) - before or before
    return made.name


def test_the_key_changes_with_all_that_the_result_depends_on(tmp_path, settings, monkeypatch):
    folder = teaching_folder(tmp_path)

    def key(name, changed=settings, seed=3):
        return key_of(load_study(folder), tmp_path / name, changed, seed)

    keys = {"first": key("first")}
    assert key("again") == keys["first"]
    keys["seed"] = key("seed", seed=4)
    keys["settings"] = key("settings", small_settings(**{**TINY, "draws": 10}))
    change(folder, "observations/women.csv", "0.55,0.5,0.6", "0.56,0.5,0.6")
    keys["figure"] = key("figure")
    change(folder, "evidence.csv", "departures,350,250,500", "departures,351,250,500")
    keys["evidence"] = key("evidence")
    change(folder, "model.yaml", "hazard: 0.01}", "hazard: 0.02}")
    keys["model"] = key("model")
    monkeypatch.setattr("safepassage.inference.fit.source_hash", lambda: "6" * 64)
    keys["source"] = key("source")
    assert len(set(keys.values())) == len(keys), keys


def test_what_is_stored_is_what_is_reported(whole):
    kept = json.loads((whole.path / "fit.json").read_text())
    value = whole.to_dict()
    assert kept == json.loads(json.dumps(value))
    assert {"fit", "parameters", "channels", "outputs", "provenance"} <= set(kept)
    promised = {"model_hash", "evidence_hash", "source_hash", "version", "seed"}
    assert promised <= set(kept["provenance"])
    assert kept["provenance"]["seed"] == 3


def test_the_posterior_opens_as_groups_of_chains_and_draws(whole, three_states):
    import xarray as xr

    posterior = xr.open_zarr(whole.path / "posterior.zarr", group="posterior")
    names = {*three_states.model.parameters, *three_states.model.innovations}
    assert set(posterior.data_vars) == names
    assert posterior["departures"].shape == (3, 9)
    values = whole.compiled.parameters.constrained(whole.draws.z)
    column = whole.compiled.parameters.index("departures")
    np.testing.assert_allclose(posterior["departures"], values[:, :, column])
    stats = xr.open_zarr(whole.path / "posterior.zarr", group="sample_stats")
    assert {"acceptance_rate", "diverging", "lp"} <= set(stats.data_vars)


def test_a_fit_that_has_not_converged_says_so(whole):
    assert whole.verdict.converged is False
    assert whole.verdict.min_bulk_ess < 400
