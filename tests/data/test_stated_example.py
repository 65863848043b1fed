"""The example of the data dictionary is a pack and a scenario that run as they stand, and come out as by hand."""

from __future__ import annotations

from pathlib import Path

import pytest

import kanmon
from worlds import documented_example


@pytest.fixture(scope="module")
def example(tmp_path_factory) -> tuple[Path, Path]:
    """Folder of the example pack, and its scenario file."""
    return documented_example(tmp_path_factory.mktemp("example"))


def test_the_example_is_in_order(example):
    folder, scenario = example
    assert kanmon.check([str(scenario)], folder) == []


def test_the_example_comes_out_as_by_hand(example):
    """Without measures a Cournot player meets demand 100 - p - y with y = p: marginal revenue 100 - y - 2 x = 10, so p = 110/3.

    Under the quota of 5 t, p = y and p = 100 - y - 5 - what the store gives. Where the store is carried on, the price rises by what is
    lost and what holding costs: 0.98 p' = p + 1.
    """
    folder, scenario = example
    run = kanmon.run(str(scenario), folder)
    prices = run.realised["prices"]
    south = prices[prices["region"] == "south"].set_index("month")
    assert south["baseline"].to_numpy() == pytest.approx([110 / 3] * 4, rel=1e-7)
    stock = run.realised["stocks"].set_index("month")["value"]
    path = south["value"]
    for month, following in zip(path.index, path.index[1:], strict=False):
        if stock[month] > 1e-6:
            assert 0.98 * path[following] == pytest.approx(path[month] + 1, rel=1e-7)
    assert stock.iloc[0] > 1
    flows = run.realised["flows"].set_index("month")["value"]
    assert flows["2030-03"] == pytest.approx(5, rel=1e-7)
