"""The second calibration: it balances, its wedge and its chokes are what their rules give, and it stands still without measures."""

from __future__ import annotations

import pytest

from kanmon.carried import data_folder
from kanmon.pack.load import Pack, load_pack
from kanmon.pack.units import MONTHS_PER_YEAR
from kanmon.runs.zero_shock import zero_shock_deviation
from kanmon.scenario.schema import MarketOptions
from kanmon.steps import quiet_scenario
from kanmon.world.calibrate import Calibration, calibrate

VARIANT = "calibrated_2026"


@pytest.fixture(scope="module")
def first() -> Pack:
    return load_pack(data_folder())


@pytest.fixture(scope="module")
def second(first: Pack) -> Pack:
    return first.choose((VARIANT,))


@pytest.fixture(scope="module")
def calibrated(second: Pack) -> Calibration:
    return calibrate(second)


def value(pack: Pack, table: str, quantity: str, *keys: str) -> float:
    row = pack.find(table, quantity, *keys)
    assert row is not None, (table, quantity, keys)
    return row.value


@pytest.mark.parametrize("scrap_loop", [True, False])
def test_it_balances_without_moving_any_figure_far(second: Pack, scrap_loop: bool):
    moved = [
        abs(item.reconciled / item.row.value - 1.0) for item in calibrate(second, scrap_loop=scrap_loop).adjustments if item.row.value > 0
    ]
    assert len(moved) > 250
    assert max(moved) < 0.10


def test_its_totals_are_those_reported(second: Pack):
    """62.6 t of Chinese exports, of which 37.6 t to Japan; use of 150 t in Japan, 19.0 t in the United States, 837.4 t in China (900 t of output)."""
    exports = [row for row in second.facts("trade", "base_flow") if row.keys[:2] == ("gallium", "CHN")]
    assert MONTHS_PER_YEAR * sum(row.value for row in exports) == pytest.approx(62.6)
    assert MONTHS_PER_YEAR * value(second, "trade", "base_flow", "gallium", "CHN", "JPN") == pytest.approx(37.6)
    for region, total in (("JPN", 150.0), ("USA", 19.0), ("CHN", 837.4)):
        uses = [row.value for row in second.facts("uses", "base_use") if row.keys[0] == region and row.keys[2] == "gallium"]
        assert MONTHS_PER_YEAR * sum(uses) == pytest.approx(total, rel=2e-3), region


def test_the_wedge_is_the_gap_less_the_lane_margin_of_the_first_calibration(first: Pack, second: Pack):
    lanes = [row.keys for row in second.facts("trade", "base_flow") if row.keys[:2] == ("gallium", "CHN") and row.value > 0]
    assert len(lanes) > 5
    for good, origin, destination in lanes:
        before, now = (
            value(pack, "prices", "price", destination, good) - value(pack, "prices", "price", origin, good) for pack in (first, second)
        )
        assert value(second, "routes", "licence_wedge", good, origin, destination) == pytest.approx(now - before)
    assert first.facts("routes", "licence_wedge") == []


def test_chokes_stay_where_they_were_in_dollars(first: Pack, second: Pack):
    uses = [row.keys for row in second.facts("uses", "base_use") if row.keys[2] == "gallium"]
    assert len(uses) > 20
    for region, industry, good in uses:
        price = [value(pack, "prices", "price", region if region == "CHN" else "EUU", good) for pack in (first, second)]
        multiple = [value(pack, "demand", "choke_multiple", region, industry, good) for pack in (first, second)]
        assert multiple[1] * price[1] == pytest.approx(multiple[0] * price[0], rel=0.005), (region, industry)
        assert multiple[1] > 1.2


def test_plants_that_would_have_to_restart_are_closed(calibrated: Calibration):
    """None is left idle in gallium: it would be there at once at these prices."""
    world = calibrated.world
    goods = {world.nodes.keys[node][1] for node in world.activities.output[world.activities.idle]}
    assert len(goods) and "gallium" not in goods


def test_it_stands_still_without_measures(first: Pack):
    quiet = quiet_scenario(24).model_copy(update={"market": MarketOptions(variants=(VARIANT,))})
    assert zero_shock_deviation(quiet, first) < 1e-6


def test_what_is_built_already_is_not_built_again(first: Pack, second: Pack):
    for name in ("china_expansion_2024", "china_expansion_2025"):
        assert value(first, "projects", "probability", name, "CHN", "gallium_primary") == 1
        assert value(second, "projects", "probability", name, "CHN", "gallium_primary") == 0
