r"""The accounts of all regions add up to what the program maximises, computed another way.

Everybody buys and sells at the market price, so that prices paid and received cancel where markets clear. What remains of all
accounts, taxes, rents and market power included, is benefit of use less the cost of resources, with what is handed on at the end:
the objective of the Pyomo model with taxes and market power taken out. Benefit along a nest's curve is measured from the base
point; the constant of integration drops out of changes between two plans of the same world, and changes are compared.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pyomo.environ as pyo
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from random_worlds import few, hard_stocks, markup_share, random_measures, random_worlds, solved, with_player

import worlds
from kanmon.accounts.resources import BENEFIT, HANDED_ON
from kanmon.accounts.surplus import MARKET_POWER, QUOTA_RENT, TAX_REVENUE, surplus
from kanmon.formulation.given import Given, base_point, given_at, use_at_choke
from kanmon.formulation.model import add_surplus, build_model
from kanmon.runs.run import run_scenario
from kanmon.scenario.apply import open_window, scenario_world
from kanmon.scenario.assume import assume as with_assumptions
from kanmon.scenario.market import Market, base_state
from kanmon.scenario.months import month_name
from kanmon.scenario.schema import Assumption, Player
from kanmon.solution.plan import Plan
from kanmon.world.calibrate import calibrate

CLOSE = 1e-7
"""Error of a sum of accounts over the value of all use [1]."""


def resource_terms(market: Market) -> Given:
    """What the program takes as given when nobody taxes and nobody has market power: congestion alone."""
    plain = given_at(market, base_point(market))
    slope = np.broadcast_to(market.world.lanes.congestion[:, None], plain.lane_slope.shape)
    return replace(plain, lane_cost=np.zeros_like(plain.lane_cost), lane_slope=slope)


def objective_at(plan: Plan, market: Market) -> float:
    """Benefit less resource cost, as the Pyomo objective has it [USD, discounted]."""
    given_terms = resource_terms(market)
    m = build_model(market, given_terms)
    add_surplus(m, market, given_terms)
    core = np.minimum(plan.use, use_at_choke(market, given_terms.use_base))
    values = {
        m.v_core_use: core, m.v_flexible_use: plan.use - core, m.v_need: plan.use + plan.shed, m.v_shed: plan.shed,
        m.v_output: plan.output, m.v_flow: plan.flow, m.v_closing_stock: plan.stock, m.v_disposal: plan.disposal,
        m.v_added: plan.added, m.v_started: plan.started,
    }  # fmt: skip
    for family, array in values.items():
        for row, t in family:
            family[row, t].set_value(float(array[row, t]), skip_validation=True)
    return pyo.value(m.surplus)


def all_accounts(plan: Plan, market: Market) -> float:
    """Sum over regions, accounts and months [USD, discounted]."""
    table = surplus(plan, market)
    weight = {month_name(market.first + t): value for t, value in enumerate(market.discounting)}
    return float((table["value"] * table["month"].map(weight)).sum())


def assert_accounts_add_up(plan: Plan, market: Market, quiet: Plan, without: Market) -> None:
    """The change of all accounts equals the change of the objective, on the same curves."""
    uses = market.world.uses
    size = float((uses.price * uses.base).sum() * market.months)
    change = all_accounts(plan, market) - all_accounts(quiet, without)
    assert change == pytest.approx(objective_at(plan, market) - objective_at(quiet, without), abs=CLOSE * size)


def both(world, measures, months: int) -> tuple[Plan, Market, Plan, Market]:
    """A window with measures, and one without on the same curves."""
    market, without = worlds.market(world, *measures, months=months), worlds.market(world, months=months)
    without = replace(without, elasticity=market.elasticity, sigma=market.sigma)
    return solved(market), market, solved(without), without


@few(40)
@given(random_worlds(), st.integers(1, 4), st.data())
def test_accounts_add_up_to_benefit_less_resource_cost(world, months, data):
    """Bans, quotas, pooled quotas, specific and ad-valorem taxes; stocks, some leaky and limited; nests, recipes, shipments under way."""
    world = data.draw(hard_stocks(world)) if world.stocks.node.size and data.draw(st.booleans()) else world
    plan, market, quiet, without = both(world, data.draw(random_measures(months)), months)
    assert_accounts_add_up(plan, market, quiet, without)


@few(25)
@given(random_worlds(linear=True, nests=False), st.integers(1, 3), st.sampled_from((0.3, 1.0)), st.sampled_from((0.0, 1.0)), st.data())
def test_accounts_add_up_with_market_power(world, months, conduct, fringe_response, data):
    world = with_player(world, conduct, fringe_response)
    assume(markup_share(world) < 0.6)
    plan, market, quiet, without = both(world, data.draw(random_measures(months)), months)
    power = surplus(quiet, without).query(f"account == '{MARKET_POWER}'")
    assert (power["value"] > 0).any()
    assert_accounts_add_up(plan, market, quiet, without)


@few(25)
@given(random_worlds(), st.integers(1, 3), st.data())
def test_rents_and_revenues_are_paid_by_nobody_twice(world, months, data):
    """Rent is wedge times flow and goes to its holder; revenue is tax times flow, by hand; neither is ever negative."""
    measures = data.draw(random_measures(months, kinds=("quota", "pooled", "specific", "export_tax"), most=1))
    market = worlds.market(world, *measures, months=months)
    plan = solved(market)
    table = surplus(plan, market)
    assert (table.loc[table["account"].isin([QUOTA_RENT, TAX_REVENUE]), "value"] >= 0).all()
    by_hand = np.zeros(months)
    for lane, (_, origin, _) in enumerate(world.lanes.keys):
        rate = market.export_amount[lane] + market.export_rate[lane] * plan.price[world.lanes.origin[lane]]
        assert origin == "A" or not rate.any()
        by_hand += rate * plan.flow[lane]
    paid = table.loc[(table["account"] == TAX_REVENUE) & (table["region"] == "A"), "value"]
    np.testing.assert_allclose(paid if len(paid) else np.zeros(months), by_hand, rtol=1e-9, atol=1e-9)


def examplium_windows(players: tuple[Player, ...]) -> tuple[Plan, Market, Plan, Market]:
    """The made-up metal under an announced quota of AAA, with its scrap loop, nest, idle plants and slow lane."""
    pack = worlds.examplium()
    quota = worlds.measure("quota", exporter="AAA", goods=["examplium"], destinations=["BBB"], share=0.4, effective="2030-03", end="2030-08")
    tax = worlds.measure("export_tax", exporter="AAA", goods=["examplium_powder"], destinations=["*"], rate=0.2)
    asked = worlds.scenario(quota, tax, months=12, players=players)
    world = calibrate(with_assumptions(pack, asked)).world
    market = open_window(scenario_world(world, asked), asked, asked.start, base_state(world))
    quiet = open_window(world, asked.model_copy(update={"measures": ()}), asked.start, base_state(world))
    quiet = replace(quiet, elasticity=market.elasticity, sigma=market.sigma)
    return solved(market), market, solved(quiet), quiet


@pytest.mark.parametrize("conduct", [0.0, 0.1])
def test_accounts_of_a_whole_pack_add_up(conduct):
    """With scrap that is sold by whoever uses the metal, a by-product thrown away at no price, and a market of standing stocks."""
    plan, market, quiet, without = examplium_windows((Player(region="AAA", goods=("examplium",), conduct=conduct),) if conduct else ())
    assert market.world.uses.scrap_ratio.size and market.world.stocks.node.size and (market.world.lanes.transit > 0).any()
    assert_accounts_add_up(plan, market, quiet, without)


def ban_and(*others: dict, transit: bool) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Accounts and resources of a ban on the made-up metal; the slow lane may be made a fast one. Every month is discounted."""
    ban = worlds.measure(exporter="AAA", goods=["examplium"], destinations=["BBB"], announced="2030-02", effective="2030-03", end="2030-09")
    fast = () if transit else (Assumption(table="routes", quantity="transit", value=0.0),)
    reports = run_scenario(worlds.scenario(ban, *others, months=24, assumptions=fast), worlds.examplium()).reports
    return reports["accounts"], reports["resources"]


def change_of(table: pd.DataFrame) -> float:
    """Discounted change against the baseline [USD]; resource costs count negative."""
    discount = 1.1 ** (-1 / 12)
    sign = np.where(table["item"].isin([BENEFIT, HANDED_ON]), 1.0, -1.0) if "item" in table else 1.0
    month = pd.factorize(table["month"], sort=True)[0]
    return float(((table["value"] - table["baseline"]) * sign * discount**month).sum())


NEWS = {"name": "news", "kind": "quota", "exporter": "AAA", "goods": ["examplium"], "destinations": ["CCC"], "announced": "2030-05", "effective": "2030-05", "end": "2030-07", "share": 9.0}
"""A quota that does not bind, announced under the ban: it opens a window and changes nothing."""


@pytest.mark.parametrize("transit", [False, True])
@pytest.mark.parametrize("others", [(), (NEWS,)])
def test_accounts_of_a_run_add_up_over_its_windows(others, transit):
    """Stocks and shipments are handed from window to window; the accounts add up to benefit less resource cost."""
    accounts, resource = ban_and(*others, transit=transit)
    assert change_of(accounts) == pytest.approx(change_of(resource), rel=1e-6)


def test_news_that_changes_nothing_changes_no_account():
    """With a lane that takes a month: what is under way when a window opens is paid for when it lands, once."""
    (alone, _), (told, _) = ban_and(transit=True), ban_and(NEWS, transit=True)
    assert change_of(told) == pytest.approx(change_of(alone), rel=1e-4)
