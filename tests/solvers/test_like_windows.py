"""Windows alike share equations: what is filled in equals what Pyomo builds and compiles anew, to the last bit, and nothing stale is served."""

from __future__ import annotations

import sys
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import worlds
from kanmon.carried import data_folder, scenario_folder
from kanmon.formulation.given import base_point, given_at
from kanmon.formulation.model import build_model
from kanmon.pack.load import load_pack
from kanmon.scenario.apply import information_dates, open_window, scenario_world
from kanmon.scenario.assume import assume
from kanmon.scenario.load import load_scenario
from kanmon.scenario.market import Market, base_state
from kanmon.scenario.stockpiles import with_holding_costs
from kanmon.solve import structure
from kanmon.solve.matrix import read_system
from kanmon.solve.structure import same, structure_key, structure_of, system_of, without_store
from kanmon.world.calibrate import calibrate

sys.path.insert(0, str(Path(__file__).parents[1] / "properties"))
from random_worlds import few, hard_stocks, random_measures, random_worlds, with_player
from test_added_capacity import expanding

SHIPPED = ("both-on-japan", "everything-on", "end-user-measure-2026", "half-quota-on-japan", "both-on-japan-at-2026-prices", "gallium-stock-180-days")


@pytest.fixture(autouse=True)
def _nothing_kept():
    """Every test begins with no structure, and leaves none."""
    structure._STRUCTURES.clear()
    yield
    structure._STRUCTURES.clear()


def other_numbers(market: Market, seed: int = 1) -> Market:
    """The same window with every number drawn anew that is not zero or without end."""
    random = np.random.default_rng(seed)

    def drawn(values: np.ndarray) -> np.ndarray:
        return np.where(np.isfinite(values), values * random.uniform(0.8, 1.2, values.shape), values)

    def part(of, *names: str):
        return replace(of, **{name: drawn(getattr(of, name)) for name in names})

    world = market.world
    lanes, memory = part(world.lanes, "capacity"), world.lanes.memory
    if memory is not None:  # a month's memory is none
        lanes = replace(lanes, memory=np.where(memory > 1.5, drawn(memory), memory))
    world = replace(
        world, lanes=lanes, nodes=part(world.nodes, "resale"), activities=part(world.activities, "input_ratio"), uses=part(world.uses, "scrap_ratio", "choke"),
        stocks=part(world.stocks, "loss", "minimum", "capacity"), expansions=part(world.expansions, "largest"),
    )  # fmt: skip
    pools = tuple(part(pool, "limit") for pool in market.pools)
    market = replace(market, world=world, pools=pools, state=part(market.state, "stock", "under_way", "trailing", "committed"), anchor=part(market.anchor, "use", "use_price"))
    return part(market, "flow_limit", "capacity", "release_limit", "fill_limit", "contracted", "carried")


def anew(market: Market):
    return read_system(build_model(market, given_at(market, base_point(market))))


def served(market: Market):
    return system_of(market, given_at(market, base_point(market)))


def assert_filled_in(market: Market) -> None:
    """A window of other numbers is served from the structure of the first, and is what is built anew."""
    first = served(market)
    assert len(structure._STRUCTURES) == 1
    other = other_numbers(market)
    assert structure_key(other) == structure_key(market)
    found = served(other)
    assert len(structure._STRUCTURES) == 1 and found.kept is first.kept
    assert same(found, anew(other))
    assert same(served(market), first)


@cache
def pack():
    return load_pack(data_folder())


@pytest.mark.parametrize("name", SHIPPED)
def test_a_window_of_a_shipped_scenario_is_filled_in(name):
    scenario = load_scenario(scenario_folder() / f"{name}.toml")
    data = assume(pack(), scenario, name)
    scenario = with_holding_costs(scenario, data)
    world = scenario_world(calibrate(data, *scenario.calibration).world, scenario, name)
    openings = information_dates(scenario)
    assert_filled_in(open_window(world, scenario, openings[len(openings) // 2], base_state(world)))


TINY = {
    "stock": lambda: worlds.market(worlds.two_regions(stock=20, transit=1), worlds.measure("quota", share=0.4), months=3),
    "pool": lambda: worlds.market(worlds.two_regions(), worlds.measure("quota", share=0.4, pooled=True), months=2),
    "nest": lambda: worlds.market(worlds.nested(), months=2),
    "stockpile, player, loss": lambda: worlds.market(worlds.stated(), months=3),
    "plants to be built": lambda: worlds.market(worlds.with_investment(worlds.two_regions()), worlds.measure(), months=4),
    "suppliers to be qualified": lambda: worlds.market(worlds.three_regions(delay=1), worlds.measure(), months=4),
    "contract": lambda: worlds.market(worlds.two_regions(), contracts=[{"name": "supply", "good": "metal", "origin": "E", "destination": "J", "share": 0.8, "price": 100.0}]),
    "memory": lambda: worlds.market(remembering(), worlds.measure(), months=3),
    "recipe, scrap, transit": lambda: worlds.market(calibrate(worlds.examplium()).world, months=3, start="2026-12"),
}


def remembering(months: float = 4.0):
    world = worlds.two_regions()
    return replace(world, lanes=replace(world.lanes, friction=worlds.floats(55), memory=worlds.floats(months)))


@pytest.mark.parametrize("kind", TINY)
def test_a_tiny_window_with_each_kind_of_equation_is_filled_in(kind):
    assert_filled_in(TINY[kind]())


@few(25)
@given(data=st.data(), months=st.integers(1, 4), seed=st.integers(0, 99))
def test_any_random_window_is_filled_in(data, months, seed):
    structure._STRUCTURES.clear()
    world = data.draw(random_worlds())
    world = data.draw(hard_stocks(world)) if data.draw(st.booleans()) else world
    world = data.draw(expanding(world)) if data.draw(st.booleans()) else with_player(world)
    market = worlds.market(world, *data.draw(random_measures(months)), months=months)
    served(market)
    other = other_numbers(market, seed)
    assert same(served(other), anew(other))


def test_coefficients_that_change_are_those_of_the_window():
    """Recipe 1.2 instead of what the pack says, a tenth of the scrap, two per cent of the stocks lost: the matrix has them."""
    market = TINY["recipe, scrap, transit"]()
    first = served(market)
    world = market.world
    recipe = np.full_like(world.activities.input_ratio, 1.2)
    changed = replace(market, world=replace(world, activities=replace(world.activities, input_ratio=recipe), uses=replace(world.uses, scrap_ratio=0.1 * world.uses.scrap_ratio)))
    found = served(changed)
    assert (found.matrix.data == 1.2).sum() == recipe.size * market.months
    assert not np.array_equal(found.matrix.data, first.matrix.data)
    assert same(found, anew(changed))
    lossy = replace(market, world=replace(world, stocks=replace(world.stocks, loss=np.full_like(world.stocks.loss, 0.02))))
    assert (served(lossy).matrix.data == -0.98).any() and same(served(lossy), anew(lossy))


def test_a_recipe_that_uses_its_own_product_has_a_structure_of_its_own():
    """A plant that takes a tenth of what it makes: one coefficient of two numbers, which is part of what structures are told apart by."""
    market = TINY["stock"]()
    plants = market.world.activities

    def taking(share: float) -> Market:
        own = replace(plants, input_activity=worlds.ints(0), input_node=plants.output[:1], input_ratio=worlds.floats(share))
        return replace(market, world=replace(market.world, activities=own))

    assert structure_key(taking(0.1)) != structure_key(taking(0.2))
    for share in (0.1, 0.2):
        assert same(served(taking(share)), anew(taking(share)))


@pytest.mark.parametrize("change", ["transit", "a bound month of a pool", "a limit on drawing", "one month more"])
def test_what_decides_rows_or_columns_is_part_of_the_key(change):
    market = {"a limit on drawing": TINY["stockpile, player, loss"], "a bound month of a pool": TINY["pool"]}.get(change, TINY["stock"])()
    lanes = market.world.lanes
    other = {
        "transit": lambda: replace(market, world=replace(market.world, lanes=replace(lanes, transit=lanes.transit + 1))),
        "a bound month of a pool": lambda: replace(market, pools=tuple(replace(pool, limit=np.append(pool.limit[:-1], np.inf)) for pool in market.pools)),
        "a limit on drawing": lambda: replace(market, release_limit=np.full_like(market.release_limit, np.inf)),
        "one month more": lambda: worlds.market(worlds.two_regions(stock=20, transit=1), worlds.measure("quota", share=0.4), months=4),
    }[change]()
    assert structure_key(other) != structure_key(market)


def test_a_matrix_with_a_coefficient_that_nobody_fills_in_is_not_kept():
    market = TINY["stock"]()
    system = anew(market)
    assert structure_of(system, market) is not None
    strange = system.matrix.copy()
    strange.data[0] = 3.0
    assert structure_of(replace(system, matrix=strange), market) is None


def test_no_more_structures_are_kept_than_said_and_none_where_switched_off(monkeypatch):
    monkeypatch.setattr(structure, "KEPT", 2)
    for months in (1, 2, 3):
        served(worlds.market(worlds.two_regions(), months=months))
    assert len(structure._STRUCTURES) == 2
    structure._STRUCTURES.clear()
    with without_store():
        served(TINY["stock"]())
    assert not structure._STRUCTURES
