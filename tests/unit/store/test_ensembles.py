"""Replicates on disk: blocks, the journal, what a kill leaves."""

from __future__ import annotations

import json

import numpy as np
import pytest

from safepassage.store.ensembles import EnsembleStore

JOURNAL = "ensemble.json"
QUANTITIES, MONTHS = ["a", "b"], ["2000-01", "2000-02", "2000-03"]


def opened(folder) -> EnsembleStore:
    return EnsembleStore(folder, QUANTITIES, MONTHS, 4, {"seed": 1})


def block(first: int, count: int) -> tuple[np.ndarray, np.ndarray]:
    numbers = np.arange(first, first + count)
    quantities = 1000 * np.arange(6).reshape(2, 3)[:, :, None] + numbers
    people = 100 * np.arange(9).reshape(3, 3)[:, :, None] + numbers
    return quantities.astype(float), people.astype(float)


def test_what_is_written_is_read_back(tmp_path):
    store = opened(tmp_path)
    for first in (4, 0):  # in any order
        store.keep(first, *block(first, 4))
    again = opened(tmp_path)
    assert again.missing(8) == []
    np.testing.assert_array_equal(again.quantity("b", 8), block(0, 8)[0][1])
    np.testing.assert_array_equal(again.people(8), block(0, 8)[1])
    np.testing.assert_array_equal(again.quantity("a", 3), block(0, 3)[0][0])


def test_more_replicates_later_add_to_those_that_are_there(tmp_path):
    store = opened(tmp_path)
    assert store.missing(6) == [range(0, 4), range(4, 6)]
    store.keep(0, *block(0, 4))
    store.keep(4, *block(4, 2))
    assert opened(tmp_path).missing(6) == []
    assert opened(tmp_path).missing(9) == [range(4, 8), range(8, 9)]  # a short block is made anew


def test_a_block_that_is_not_in_the_journal_is_missing(tmp_path):
    store = opened(tmp_path)
    store.keep(0, *block(0, 4))
    journal = (tmp_path / JOURNAL).read_text()
    store.keep(4, *block(4, 4))
    (tmp_path / JOURNAL).write_text(journal)  # as if killed between the two writes
    again = opened(tmp_path)
    assert again.missing(8) == [range(4, 8)]
    again.keep(4, *block(4, 4))
    np.testing.assert_array_equal(again.quantity("a", 8), block(0, 8)[0][0])


@pytest.mark.parametrize("spoilt", ["", "{", json.dumps({"block": 8, "finished": {"0": 8}})])
def test_a_journal_that_does_not_fit_counts_as_none(tmp_path, spoilt):
    opened(tmp_path).keep(0, *block(0, 4))
    (tmp_path / JOURNAL).write_text(spoilt)
    assert opened(tmp_path).missing(4) == [range(0, 4)]


def test_only_whole_blocks_are_taken(tmp_path):
    with pytest.raises(ValueError, match="no block"):
        opened(tmp_path).keep(2, *block(2, 2))
    with pytest.raises(ValueError, match="no block"):
        opened(tmp_path).keep(0, *block(0, 5))


def test_xarray_opens_it(tmp_path):
    import xarray as xr

    store = opened(tmp_path)
    store.keep(0, *block(0, 3))
    data = xr.open_zarr(store.path, consolidated=False)
    assert dict(data.sizes) == {"replicate": 3, "quantity": 2, "time": 3, "measure": 3}
    found = data.quantities.sel(quantity="b", time="2000-02", replicate=2)
    assert int(found) == int(block(0, 3)[0][1, 1, 2])
    assert data.attrs["seed"] == 1
