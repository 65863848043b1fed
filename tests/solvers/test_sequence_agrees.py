"""Two ways to one equilibrium: Newton on the prices, and quadratic programs with a polish."""

from __future__ import annotations

import numpy as np
import pytest

import worlds
from kanmon.carried import scenario_folder
from kanmon.certify.certificate import PASS, certify
from kanmon.formulation.given import base_point, given_at
from kanmon.formulation.model import build_model
from kanmon.pack.load import load_pack
from kanmon.scenario.apply import information_dates, open_window, scenario_world
from kanmon.scenario.load import load_scenario
from kanmon.scenario.market import Market, base_state
from kanmon.solution.tables import window_tables
from kanmon.solve.equilibrium import Equilibrium
from kanmon.solve.matrix import read_system
from kanmon.solve.polish import natural_residual, polish
from kanmon.solve.sequence import FLATTER, ascent, quadratic_step
from kanmon.solve.sorting import build_terms
from kanmon.solve.window import row_scales, solve_window, start
from kanmon.steps import DEFAULT_SCENARIO
from kanmon.world.calibrate import calibrate


def shipped(name: str) -> Market:
    """The first window of a shipped scenario."""
    scenario = load_scenario(scenario_folder() / f"{name}.toml")
    calibration = calibrate(load_pack(scenario_folder().parent / "data"), scenario.market.scrap_loop, scenario.market.private_stocks)
    world = scenario_world(calibration.world, scenario)
    return open_window(world, scenario, information_dates(scenario)[0], base_state(world))


def examplium() -> Market:
    """The ban on the made-up metal: a recipe, a nest, a scrap loop, idle capacity, a lane of one month."""
    scenario = load_scenario(worlds.SCENARIOS / "examplium-ban.toml")
    calibration = calibrate(worlds.examplium(), scenario.market.scrap_loop, scenario.market.private_stocks)
    world = scenario_world(calibration.world, scenario)
    return open_window(world, scenario, information_dates(scenario)[0], base_state(world))


MARKETS = {
    DEFAULT_SCENARIO: lambda: shipped(DEFAULT_SCENARIO),
    "gallium-ban-usgs-anchor": lambda: shipped("gallium-ban-usgs-anchor"),
    "both-on-everyone": lambda: shipped("both-on-everyone"),
    "examplium": examplium,
    "ban": lambda: worlds.market(worlds.two_regions(), worlds.measure()),
    "ban with friction": lambda: worlds.market(worlds.with_friction(worlds.two_regions()), worlds.measure()),
    "rationing": lambda: worlds.market(worlds.two_regions(demand=0.05, supply=4.0), worlds.measure()),
    "stock": lambda: worlds.market(worlds.two_regions(stock=20), worlds.measure(effective="2030-03"), months=12),
    "tax": lambda: worlds.market(worlds.two_regions(), worlds.measure("export_tax", rate=0.2)),
    "pooled quota": lambda: worlds.market(worlds.two_regions(), worlds.measure("quota", share=0.5, pooled=True)),
    "nest": lambda: worlds.market(worlds.nested()),
}


def worst(equilibrium: Equilibrium) -> float:
    return certify(window_tables(equilibrium), equilibrium.market).worst


@pytest.mark.parametrize("name", MARKETS)
def test_polished_quadratic_programs_and_newton_reach_one_equilibrium(name):
    market = MARKETS[name]()
    newton, programs = (solve_window(market, method) for method in ("newton", "sequence"))
    assert newton.effort.programs == 1
    assert programs.effort.steps == 0
    assert worst(newton) <= PASS
    assert worst(programs) <= PASS
    traded = window_tables(newton)["prices"]["traded"].to_numpy(dtype=bool).reshape(newton.price.shape)
    base = np.broadcast_to(market.world.nodes.price[:, None], newton.price.shape)
    np.testing.assert_allclose((programs.price / base)[traded], (newton.price / base)[traded], rtol=1e-5, atol=1e-9)


def parts(market: Market):
    system = read_system(build_model(market))
    return system, build_terms(market, system, given_at(market, base_point(market))), *row_scales(market, system)


def test_a_step_is_followed_no_further_than_the_surplus_rises():
    """From the base year, which a tax leaves feasible."""
    market = worlds.market(worlds.with_friction(worlds.two_regions()), worlds.measure("export_tax", amount=15.0))
    system, terms, row_quantity, _ = parts(market)
    x, _ = start(market, system)
    step = quadratic_step(system, terms, row_quantity, x).primal - x
    for longer in (1.0, 5.0):
        length = ascent(terms, x, longer * step)
        slope = (terms.weight * terms.marginal(x + length * longer * step)) @ step
        first = (terms.weight * terms.marginal(x)) @ step
        assert first > 0
        assert 0 < length <= 1
        assert (length == 1 and slope > 0) or abs(slope) <= FLATTER * first


def test_polishing_mends_a_small_error_and_never_gives_back_a_worse_point():
    market = MARKETS["examplium"]()
    system, terms, row_quantity, row_price = parts(market)
    x, y = start(market, system)
    for _ in range(3):
        point = quadratic_step(system, terms, row_quantity, x)
        x, y = point.primal, point.dual
    x, y, residual = polish(system, terms, row_quantity, row_price, x, y)
    assert residual < 1e-10
    shaken = np.random.default_rng(1).uniform(0.999, 1.001, x.size) * x
    assert natural_residual(system, terms, row_quantity, shaken, y) > 1e-5
    assert polish(system, terms, row_quantity, row_price, shaken, y)[2] < 1e-9
    far, far_y = start(market, system)
    assert polish(system, terms, row_quantity, row_price, far, 0 * far_y)[2] <= natural_residual(system, terms, row_quantity, far, 0 * far_y)
