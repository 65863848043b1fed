"""The path of a plan: it leaves that of doing nothing when the plan is decided, not before; what it pays and buys is booked."""

from __future__ import annotations

import numpy as np
import pytest
from invented import nothing, plan, world

from kanmon.accounts.surplus import surplus
from kanmon.errors import InputError
from kanmon.plans.apply import apply_plan
from kanmon.plans.effects import Changed
from kanmon.plans.levers import levers_of
from kanmon.plans.outcome import quiet_path
from kanmon.runs.baseline import Baseline
from kanmon.runs.brief import brief_run
from kanmon.runs.leaving import leaving
from kanmon.scenario.schema import Measure
from kanmon.solution.tables import realised


def path_of(**levels: float) -> Baseline:
    pack, futures = world()
    changed = apply_plan(plan(**levels), futures.quiet, pack, levers_of(pack), nothing().usual)
    return quiet_path(changed, nothing().leaving[""])


def test_a_path_that_leaves_with_nothing_new_goes_on_as_it_was():
    pack, futures = world()
    whole = quiet_path(Changed(futures.quiet, pack))
    left = quiet_path(Changed(futures.quiet, pack), leaving(whole, futures.counted_from))
    assert left.path[0].market.first == futures.counted_from > whole.path[0].market.first
    assert np.allclose(left.plan.price, whole.plan.price, rtol=1e-6)
    assert np.allclose(left.state.stock, whole.state.stock, rtol=1e-5)
    assert np.allclose(left.state.trailing, whole.state.trailing, rtol=1e-5, atol=1e-8)


def test_a_plan_of_no_levers_gives_back_the_very_scenario_and_pack():
    pack, futures = world()
    scenario = futures.scenarios["short"]
    changed = apply_plan(plan(stock=0.0), scenario, pack, levers_of(pack), nothing().usual)
    assert changed.scenario is scenario and changed.pack is pack


def test_a_stock_is_bought_to_schedule():
    found = path_of(stock=6.0).path[-1]
    (pile,) = found.market.world.stockpiles
    size = found.market.world.stocks.capacity[pile.stock]
    assert found.stock[pile.stock, :7] == pytest.approx(np.minimum(np.arange(1, 8) / 6, 1.0) * size, rel=1e-6)


def test_a_stock_sells_in_a_crisis_at_its_trigger_though_it_would_buy_dearer_before():
    pack, futures = world()
    changed = apply_plan(plan(stock=60.0), futures.scenarios["long"], pack, levers_of(pack), nothing().usual)
    terms = changed.scenario.stockpiles[0]
    assert terms.buy_price > terms.trigger_price
    run = brief_run(changed.scenario, changed.pack, "long", downstream=False, after=nothing().leaving["long"])
    held = realised(run.rolled.plans)["stockpiles"].set_index("month")["value"]
    assert held["2026-12"] > 0 and held["2027-09"] < 0.01 * held["2026-12"]


def test_an_import_subsidy_is_a_tax_that_the_destination_pays():
    pack, futures = world()
    terms = {"name": "bounty", "kind": "import_subsidy", "exporter": "CCC", "goods": ["examplium"], "destinations": ["BBB"], "amount": 5.0, "announced": "2026-06", "effective": "2026-06"}
    scenario = futures.quiet.model_copy(update={"in_force": (Measure.model_validate(terms),)})
    found = quiet_path(Changed(scenario, pack)).path[-1]
    lane = found.market.world.lanes.keys.index(("examplium", "CCC", "BBB"))
    assert found.market.tariff_amount[lane] == pytest.approx(-5.0)
    assert found.flow[lane].min() > 0
    accounts = surplus(found, found.market)
    tax = accounts[(accounts["region"] == "BBB") & (accounts["account"] == "tax revenue")]["value"].to_numpy()
    assert tax == pytest.approx(-5.0 * found.flow[lane], rel=1e-9)


def test_a_project_that_stands_before_the_decision_cannot_be_made_likelier():
    pack, futures = world()
    late = plan("2026-12", surer=1.0)
    levers = levers_of(pack)
    early = levers["surer"].effects[0]
    assert early.item == "Hilltop smelter"  # expected in 2027-07, after both decisions
    apply_plan(late, futures.quiet, pack, levers, nothing().usual)
    with pytest.raises(InputError, match="before the lever is pulled"):
        apply_plan(plan("2028-01", surer=1.0), futures.quiet, pack, levers, nothing().usual)
