"""Tables of the baseline path: complete, in order of dates, sourced; what is derived is what its rule gives."""

from __future__ import annotations

import pytest

from kanmon.carried import data_folder
from kanmon.pack.load import Pack, Row, load_pack
from kanmon.pack.units import MONTHS_PER_YEAR
from kanmon.scenario.months import parse_month


@pytest.fixture(scope="module")
def pack() -> Pack:
    return load_pack(data_folder())


def value(pack: Pack, table: str, quantity: str, *keys: str) -> float:
    row = pack.find(table, quantity, *keys)
    assert row is not None, (table, quantity, keys)
    return row.value


def projects(pack: Pack) -> list[tuple[str, ...]]:
    return [row.keys for row in pack.facts("projects", "capacity")]


def test_every_use_has_a_growth_and_every_growth_a_range(pack: Pack):
    uses = pack.facts("uses", "base_use")
    assert len(uses) > 80
    for use in uses:
        assert pack.find("growth", "growth", *use.keys) is not None, use.keys
    for row in (*pack.facts("growth", "growth"), *pack.facts("trends", "trend")):
        assert row.low < row.high, row.place
        assert -0.9 <= row.low <= row.value <= row.high < 0.5, row.place


@pytest.mark.parametrize(
    ("region", "activity"),
    [("JPN", "gallium_recycling"), ("EUU", "gallium_recycling"), ("KOR", "gallium_recycling_other"), ("TWN", "gallium_recycling_other")],
)
def test_recyclers_keep_pace_with_the_use_of_their_region(pack: Pack, region: str, activity: str):
    uses = [row for row in pack.facts("uses", "base_use") if row.keys[0] == region and row.keys[2] == "gallium"]
    assert len(uses) > 3
    grown = sum(row.value * value(pack, "growth", "growth", *row.keys) for row in uses)
    assert value(pack, "trends", "trend", region, activity) == pytest.approx(grown / sum(row.value for row in uses), abs=0.001)


def test_projects_are_whole_and_in_order_of_dates(pack: Pack):
    assert len(projects(pack)) > 30
    for keys in projects(pack):
        first, full = (value(pack, "projects", quantity, *keys) for quantity in ("first_output", "full_output"))
        assert 2020 < first <= full < 2040, keys
        assert 0 < value(pack, "projects", "probability", *keys) <= 1
        assert pack.find("projects", "slip", *keys) is not None, keys


def test_a_project_without_plants_to_go_by_states_what_running_costs(pack: Pack):
    """Plants that ran, or stood idle, in the calibration year have a cost; elsewhere the project gives it."""
    known = {row.keys for quantity in ("base_output", "idle_capacity") for row in pack.facts("activities", quantity) if row.value > 0}
    new = [keys for keys in projects(pack) if keys[1:] not in known]
    assert len(new) > 10
    for keys in new:
        assert value(pack, "projects", "operating_cost", *keys) > 0


def expected(pack: Pack, *names: str) -> float:
    """Capacity of projects that is expected to run once complete [t/year]."""
    keys = [key for key in projects(pack) if key[0] in names]
    assert len(keys) == len(names)
    return MONTHS_PER_YEAR * sum(
        value(pack, "projects", "capacity", *key)
        * value(pack, "projects", "probability", *key)
        * value(pack, "projects", "utilisation", *key)
        for key in keys
    )


def test_expansions_bring_reported_capacity_and_output(pack: Pack):
    """China 2025: 1,600 t of capacity, 900 t of output; Tanzania 2025: 75 kt."""
    base, capacity = (
        MONTHS_PER_YEAR * value(pack, "activities", quantity, "CHN", "gallium_primary") for quantity in ("base_output", "capacity")
    )
    expansions = ("china_expansion_2024", "china_expansion_2025")
    added = sum(MONTHS_PER_YEAR * value(pack, "projects", "capacity", name, "CHN", "gallium_primary") for name in expansions)
    assert capacity + added == pytest.approx(1600)
    assert base + expected(pack, *expansions) == pytest.approx(900, rel=0.005)
    mines = MONTHS_PER_YEAR * value(pack, "activities", "base_output", "TZA", "flake_mine")
    assert mines + expected(pack, "lindi_jumbo", "tanzania_2025") == pytest.approx(75_000, rel=0.005)


def observed(pack: Pack) -> list[Row]:
    return list(pack.rows["observed"])


def test_observations_come_from_outside_and_lie_in_the_past(pack: Pack):
    rows = observed(pack)
    assert len(rows) > 150
    for row in rows:
        assert pack.labels["sources"][row.fact.source]["reading"] != "own", row.place
        assert row.fact.quality != "assumed", row.place
        assert parse_month("2021-01") <= parse_month(row.keys[3]) <= parse_month("2026-11"), row.place
        assert not row.fact.quantity.endswith("_of_year") or row.keys[3].endswith("-12") or "twelve months" in row.fact.place, row.place


def test_exports_of_a_year_are_not_less_than_those_to_one_partner(pack: Pack):
    """And Japan's share of Chinese gallium in 2025 is the three fifths of the source."""
    total = value(pack, "observed", "exports_of_year", "CHN", "gallium", "*", "2025-12")
    assert value(pack, "observed", "imports_of_year", "JPN", "gallium", "CHN", "2025-12") / total == pytest.approx(0.6, abs=0.005)
    partners = [row for row in observed(pack) if row.fact.quantity == "exports" and row.keys[2] != "*"]
    assert len(partners) > 10
    for row in partners:
        region, good, _, month = row.keys
        assert row.value <= value(pack, "observed", "exports", region, good, "*", month) * 1.001, row.place


def test_gallium_outside_china_stood_at_six_to_seven_times_its_price_before_the_controls(pack: Pack):
    before = value(pack, "observed", "price", "EUU", "gallium", "*", "2023-06")
    for month in ("2026-01", "2026-03"):
        assert 6 < value(pack, "observed", "price", "EUU", "gallium", "*", month) / before < 7
