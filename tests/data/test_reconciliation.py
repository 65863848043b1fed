"""The balanced year is the nearest one: rebuilt, compared with the list that is published, and checked against least squares."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.sparse as sparse

import worlds
from kanmon.carried import data_folder
from kanmon.documents import reconciliation_page
from kanmon.pack.load import load_pack
from kanmon.pack.schema import RELATIVE_ERROR
from kanmon.runs.provenance import adjustment_table
from kanmon.world.calibrate import calibrate
from kanmon.world.reconcile import reconcile


@pytest.fixture(scope="module")
def default():
    return calibrate(load_pack(data_folder()))


def test_every_market_of_the_default_pack_balances_to_rounding(default):
    world = default.world
    net = np.zeros(len(world.nodes.keys))
    np.add.at(net, world.uses.node, -world.uses.base)
    np.add.at(net, world.uses.scrap_node, world.uses.scrap_ratio * world.uses.base[world.uses.scrap_use])
    np.add.at(net, world.activities.output, world.activities.base)
    np.add.at(net, world.activities.input_node, -world.activities.input_ratio * world.activities.base[world.activities.input_activity])
    np.add.at(net, world.lanes.origin, -world.lanes.base)
    np.add.at(net, world.lanes.destination, world.lanes.base)
    assert len(net) > 50
    assert np.abs(net / np.maximum(world.nodes.throughput, 1e-9)).max() < 1e-10


def test_the_published_list_of_adjustments_is_what_a_rebuild_gives():
    published = (data_folder() / "reconciliation.csv").read_text(encoding="utf-8")
    assert published == reconciliation_page()


def test_figures_that_moved_are_marked_derived(default):
    table = adjustment_table(default)
    moved = table[table["relative"].abs() > 1e-6]
    assert len(moved) > 10
    assert (moved["quality_after"] == "derived").all()
    assert table["relative"].abs().max() < 0.25


def test_the_reconciled_year_is_the_weighted_least_squares_solution():
    """Two reported flows of 10 and 7 into a use of 20: the gap of 3 is shared as the squares of 3 % x 10, 3 % x 7 and 25 % x 20."""
    rows = [worlds.row("trade", "reported", 10.0), worlds.row("trade", "reported", 7.0), worlds.row("uses", "estimated", 20.0)]
    balance = sparse.csr_array(np.array([[1.0, 1.0, -1.0]]))
    result = reconcile(rows, balance, np.full(3, np.inf))
    error = np.array([RELATIVE_ERROR["reported"] * 10, RELATIVE_ERROR["reported"] * 7, RELATIVE_ERROR["estimated"] * 20]) ** 2
    by_hand = np.array([10, 7, 20]) + error / error.sum() * 3 * np.array([1, 1, -1])
    np.testing.assert_allclose([item.reconciled for item in result], by_hand, rtol=1e-8)
