"""National stockpiles, by hand: when they sell, how fast, to whom, and what they leave alone.

In the world of two regions a ban leaves J with what it makes. At a multiple r of the base price 110 it makes 5 r and uses 10 r^-0.5; a
stockpile sells the difference. Nothing is discounted.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

import worlds
from kanmon.accounts.statement import without_measures
from kanmon.accounts.surplus import SECURITY, STOCKPILE, surplus
from kanmon.certify.certificate import certify, certify_plan
from kanmon.errors import InputError
from kanmon.runs.baseline import baseline
from kanmon.runs.path import baseline_path
from kanmon.runs.run import run_scenario
from kanmon.runs.zero_shock import zero_shock_deviation
from kanmon.scenario.apply import information_dates, open_window, scenario_world
from kanmon.scenario.market import Market, base_state, base_year, unrestricted
from kanmon.scenario.schema import Scenario
from kanmon.solution.tables import window_tables
from kanmon.solve.equilibrium import Equilibrium
from kanmon.solve.window import solve_window
from kanmon.world.calibrate import calibrate

J, CHOKE, PRICE = 1, 1100.0, 110.0


def pile(**more) -> dict:
    """Ten tonnes in J, sold where the price is 21 % above normal."""
    return {
        "name": "stock",
        "owner": "J",
        "region": "J",
        "good": "metal",
        "tonnes": 10.0,
        "release": "price",
        "trigger": 1.21,
        "refill": False,
        "holding_cost": 0.01,
    } | more


def window(*measures: dict, months: int = 2, world=None, **more) -> Market:
    return worlds.market(worlds.two_regions() if world is None else world, *measures, months=months, **more)


def solved(market: Market) -> Equilibrium:
    """The equilibrium, certified from its tables."""
    found = solve_window(market)
    certify(window_tables(found), market).demand()
    return found


def sold(found: Equilibrium, k: int = 0) -> np.ndarray:
    return -np.diff(found.stock[k], prepend=found.market.state.stock[k])


def test_it_sells_what_is_missing_at_its_trigger():
    """At 1.21: makes 6.05, uses 10 / 1.1 = 9.0909; 3.0409 t are sold in each of two months."""
    found = solved(window(worlds.measure(), stockpiles=[pile()]))
    np.testing.assert_allclose(found.price[J], 1.21 * PRICE, rtol=1e-7)
    np.testing.assert_allclose(sold(found), 10 / 1.1 - 6.05, rtol=1e-6)


def test_it_sells_no_faster_than_its_release_rate():
    """At 1.44: makes 7.2, uses 10 / 1.2; a rate of 1.1333 t a month leaves the price there."""
    rate = 10 / 1.2 - 7.2
    found = solved(window(worlds.measure(), stockpiles=[pile(release_per_month=rate)]))
    np.testing.assert_allclose(sold(found), rate, rtol=1e-6)
    np.testing.assert_allclose(found.price[J], 1.44 * PRICE, rtol=1e-6)
    np.testing.assert_allclose(found.stock_wedge[0], (1.44 - 1.21) * PRICE, rtol=1e-5)


def test_a_stock_that_will_not_last_is_spread_over_the_months():
    """Two months at 1.44 take 2.2667 t; without discounting both are worth the same."""
    found = solved(window(worlds.measure(), stockpiles=[pile(tonnes=2 * (10 / 1.2 - 7.2))]))
    np.testing.assert_allclose(found.price[J], 1.44 * PRICE, rtol=1e-6)
    assert found.stock[0, -1] == pytest.approx(0, abs=1e-6)


@pytest.mark.parametrize("terms", [{"release": "none", "trigger": None}, {"trigger": 2.0}, {"release": "shortage", "trigger": None}])
def test_where_it_is_not_released_nothing_changes(terms):
    """A ban raises the price to 2^(2/3) = 1.587 times: below a trigger of twice the price, and far below the choke."""
    without, held = solved(window(worlds.measure())), solved(window(worlds.measure(), stockpiles=[pile(**terms)]))
    assert without.price[J] == pytest.approx(2 ** (2 / 3) * PRICE, rel=1e-6)
    np.testing.assert_allclose(held.price, without.price, rtol=1e-7)
    np.testing.assert_allclose(held.stock, 10.0)


def test_at_shortage_it_sells_to_those_who_would_stop():
    """With its own plant down as well J has nothing. Just below the choke, at 9.9, use is 10 x 9.9^-0.5 = 3.178 t; a stock of 2 t is gone
    at the choke itself."""
    outage = worlds.measure("outage", destinations=(), exporter="J", share=0.0) | {"name": "outage"}
    kept_for = {"release": "shortage", "trigger": 0.99}
    ample = solved(window(worlds.measure(), outage, months=1, stockpiles=[pile(**kept_for)]))
    assert ample.price[J, 0] == pytest.approx(0.99 * CHOKE)
    assert sold(ample)[0] == pytest.approx(10 * 9.9**-0.5)
    scarce = solved(window(worlds.measure(), outage, months=1, stockpiles=[pile(tonnes=2.0, **kept_for)]))
    assert scarce.price[J, 0] == pytest.approx(CHOKE)
    assert scarce.shed[J, 0] == pytest.approx(10**0.5 - 2)


def two_industries():
    """J's ten tonnes used by two industries, six and four."""
    world = worlds.two_regions()
    uses = world.uses
    twice = [0, 1, 1]
    columns = {
        name: getattr(uses, name)[twice]
        for name in (
            "node",
            "price",
            "choke",
            "elasticity_short",
            "elasticity_long",
            "half_life",
            "slope",
            "nest",
            "sigma_short",
            "sigma_long",
        )
    }
    return replace(
        world,
        uses=replace(uses, keys=(uses.keys[0], ("J", "radar", "metal"), ("J", "lamps", "metal")), base=worlds.floats(10, 4, 6), **columns),
    )


def test_priority_industries_alone_buy_what_it_sells():
    """Radar uses 4 t. In the ban the general price is 1.587 and above its trigger; radar pays 1.21, uses 4 / 1.1 and takes it all from the
    stock, so that the six tonnes of lamps meet the five of the mine: 5 r = 6 r^-0.5, r = 1.2^(2/3) = 1.129 < 1.21: the transfer serves radar too."""
    asked = window(worlds.measure(), world=two_industries(), stockpiles=[pile(industries=["radar"], tonnes=40.0, trigger=1.1)])
    found = solved(asked)
    names = dict(zip(asked.world.nodes.keys, range(len(asked.world.nodes.keys)), strict=True))
    general, priority = found.price[names["J", "metal"]] / PRICE, found.price[names["J", "metal (priority)"]] / PRICE
    np.testing.assert_allclose(priority, 1.1, rtol=1e-6)
    np.testing.assert_allclose(general, 1.2 ** (2 / 3), rtol=1e-6)
    np.testing.assert_allclose(sold(found), 4 * 1.1**-0.5, rtol=1e-6)
    open_to_all = solved(window(worlds.measure(), world=two_industries(), stockpiles=[pile(tonnes=40.0, trigger=1.1)]))
    assert (sold(open_to_all) > sold(found)).all()


def test_a_priority_market_changes_nothing_before_a_measure():
    quiet = solved(window(world=two_industries(), stockpiles=[pile(industries=["radar"])]))
    np.testing.assert_allclose(quiet.price[J], PRICE)
    np.testing.assert_allclose(quiet.price[-1], PRICE)
    np.testing.assert_allclose(sold(quiet), 0, atol=1e-9)


def test_it_does_not_sell_ahead_of_a_lower_price():
    """The ban ends after the first of three months; in the window in which it holds nothing is bought back, whatever comes."""
    cheap = pile(trigger=3.0, refill=True, fill_per_month=5.0)
    market = window(worlds.measure(end="2030-02"), months=3, stockpiles=[cheap])
    assert (market.fill_limit == 0).all()
    np.testing.assert_allclose(sold(solved(market)), 0, atol=1e-9)


def test_after_the_crisis_it_is_refilled_at_its_rate():
    asked = worlds.scenario(worlds.measure(end="2030-02"), months=4, stockpiles=[pile(refill=True, fill_per_month=0.5)])
    january = asked.start
    assert information_dates(asked) == [january, january + 1]
    world = scenario_world(worlds.two_regions(), asked)
    first = solved(open_window(world, asked, january, base_state(world)))
    used = sold(first)[0]
    assert used == pytest.approx(10 / 1.1 - 6.05, rel=1e-6)
    after = open_window(world, asked, january + 1, replace(base_state(world), stock=first.stock[:, 0]))
    assert (after.release_limit == 0).all()
    np.testing.assert_allclose(sold(solved(after)), -0.5, rtol=1e-6)


def test_a_capped_stock_that_lasts_takes_away_the_reason_to_hoard():
    """Known a month ahead, the ban makes private holders want more than their usual 5 t. Where the price will not pass the cap they do
    not, and nothing is sold before anything is short; a stock that gives too little a month leaves them a reason."""
    known = worlds.measure(announced="2030-01", effective="2030-02", end="2030-05")
    world = worlds.two_regions(stock=5)
    terms = {"tonnes": 40.0, "trigger": 1.01}
    capped = solved(window(known, months=12, world=world, stockpiles=[pile(release="price_cap", **terms)]))
    slow = solved(window(known, months=12, world=world, stockpiles=[pile(release_per_month=0.5, **terms)]))
    without = solved(window(known, months=12, world=world))
    np.testing.assert_allclose(capped.price[J, 1:4], 1.01 * PRICE, rtol=1e-6)
    assert sold(capped, 1)[0] == pytest.approx(0, abs=1e-6)
    assert without.stock[0, 0] > slow.stock[0, 0] > capped.stock[0, 0] + 0.1
    assert without.price[J, 0] > slow.price[J, 0] > 1.01 * PRICE > capped.price[J, 0]


def test_an_owner_who_foresees_is_not_bought_out():
    """Salant and Henderson (1978): a small stock offered to all comers at its trigger would pass into private hands before the ban. Its
    owner keeps it for the months in which it is worth more, as they would, and saves their cost of holding: none is sold before."""
    known = worlds.measure(announced="2030-01", effective="2030-02", end="2030-05")
    found = solved(
        window(known, months=12, world=worlds.two_regions(stock=5), stockpiles=[pile(release="price_cap", tonnes=4.0, trigger=1.02)])
    )
    assert found.price[J, 0] > 1.02 * PRICE
    assert sold(found, 1)[0] == pytest.approx(0, abs=1e-6)
    assert sold(found, 1)[1:4].sum() == pytest.approx(4, rel=1e-6)


def test_money_and_security_are_two_accounts_of_its_owner():
    """Two months at 133.1: 3.0409 t a month are sold, and what is left is worth the closing price 110. Holding costs 1.1 a tonne. The
    owner, who need not be where the stock lies, values a tonne at 133.1: 1.1 a month while it is held, 23.1 more at the end."""
    market = window(worlds.measure(), stockpiles=[pile(owner="E")])
    found = solved(market)
    table = surplus(found, market).query("region == 'E'").pivot_table(index="account", columns="month", values="value", sort=False)
    amount = 10 / 1.1 - 6.05
    left = np.array([10 - amount, 10 - 2 * amount])
    money = amount * 1.21 * PRICE - 1.1 * left + np.array([0, PRICE * left[1]])
    np.testing.assert_allclose(table.loc[STOCKPILE], money, rtol=1e-6)
    np.testing.assert_allclose(table.loc[SECURITY], 1.1 * left + np.array([0, 0.21 * PRICE * left[1]]), rtol=1e-6)


def test_without_measures_it_stands_still_and_the_base_year_stands():
    asked = worlds.scenario(months=3, stockpiles=[pile()])
    without = baseline(scenario_world(worlds.two_regions(), asked), asked)
    assert certify_plan(without.plan, without.market(asked)).passed
    np.testing.assert_allclose(without.plan.stock, 10.0)


def test_it_is_filled_by_its_plan_and_the_baseline_says_what_that_costs():
    """From half full, one tonne a month from January on, as the price lets it: the price rises while it does, and a ban is compared with that."""
    terms = {
        "name": "stock",
        "owner": "BBB",
        "region": "BBB",
        "good": "examplium",
        "tonnes": 6.0,
        "opening": 0.5,
        "fill_from": "2027-01",
        "fill_per_month": 1.0,
        "release": "price",
        "trigger": 1.5,
    }
    ban = {
        "name": "ban",
        "kind": "ban",
        "exporter": "AAA",
        "goods": ["examplium"],
        "destinations": ["BBB"],
        "announced": "2027-06",
        "effective": "2027-06",
        "end": "2027-10",
    }
    asked = Scenario.model_validate(
        {"title": "t", "question": "q?", "start": "2026-11", "months": 24, "stockpiles": [terms], "measures": [ban]}
    )
    pack = worlds.examplium()
    run = run_scenario(asked, pack)
    path = run.reports["releases"].set_index("month")
    assert path["baseline"].iloc[:6].tolist() == pytest.approx([3, 3, 4, 5, 6, 6], rel=1e-3)
    price = run.realised["prices"].query("region == 'BBB' and good == 'examplium'").set_index("month")["baseline"]
    assert price["2027-02"] > 1.001 * price["2027-05"]
    assert path["stock"].min() < 5.9
    assert zero_shock_deviation(asked, pack) < 1e-6
    same = baseline_path(scenario_world(calibrate(pack).world, asked), asked, pack)
    np.testing.assert_allclose(same.plan.stock[-1, :4], [3, 3, 4, 5], rtol=1e-6)


@pytest.mark.parametrize("belief", [{"kind": "remaining", "months": 4, "window": 12}, {"kind": "hazard", "hazard": 0.2, "window": 12}])
def test_windows_that_roll_with_a_belief_are_certified_and_sell_at_the_trigger(belief):
    terms = {
        "name": "stock",
        "owner": "BBB",
        "region": "BBB",
        "good": "examplium",
        "days": 90,
        "release": "price",
        "trigger": 1.05,
        "fill_per_month": 10.0,
    }
    ban = {
        "name": "ban",
        "kind": "ban",
        "exporter": "AAA",
        "goods": ["examplium"],
        "destinations": ["BBB"],
        "announced": "2027-01",
        "effective": "2027-02",
        "end": "2027-06",
    }
    asked = Scenario.model_validate(
        {"title": "t", "question": "q?", "start": "2026-12", "months": 18, "belief": belief, "stockpiles": [terms], "measures": [ban]}
    )
    run = run_scenario(asked, worlds.examplium())
    assert all(certificate.passed for certificate in run.certificates)
    path, price = (
        run.reports["releases"].set_index("month"),
        run.realised["prices"].query("region == 'BBB' and good == 'examplium'").set_index("month"),
    )
    selling = path.index[path["sold"] > 1e-6]
    assert len(selling) >= 3
    assert (price.loc[selling, "value"] >= 1.05 * price.loc[selling, "baseline"] * (1 - 1e-6)).all()
    assert path["sold"].sum() == pytest.approx(path["stock"].iloc[0] - path["stock"].iloc[-1])
    assert (path["sold"][path.index >= "2027-06"] <= 1e-9).all()
    accounts, resources = run.reports["accounts"], run.reports["resources"]
    discount = 1.1 ** (-1 / 12)
    change = [
        float(((table["value"] - table["baseline"]) * sign * discount ** table["month"].astype("category").cat.codes).sum())
        for table, sign in (
            (accounts, 1.0),
            (resources, resources["item"].isin(["benefit of use", "goods under way at the end"]) * 2.0 - 1.0),
        )
    ]
    assert change[0] == pytest.approx(change[1], rel=1e-6)


def test_what_lies_idle_is_worth_the_same_without_a_measure():
    """The baseline of a window is valued on the same curves: a stock that stands still has the same accounts in both."""
    asked = worlds.scenario(worlds.measure(share=None), months=2, stockpiles=[pile(release="none", trigger=None)])
    world = scenario_world(worlds.two_regions(), asked)
    market = open_window(world, asked, asked.start, base_state(world), base_year(world, 2))
    found, quiet = solved(market), without_measures(market, unrestricted(world, market.anchor))
    changed = surplus(found, market).query("account == @SECURITY")["value"].to_numpy()
    still = surplus(solve_window(quiet), quiet).query("account == @SECURITY")["value"].to_numpy()
    np.testing.assert_allclose(changed, still)


@pytest.mark.parametrize(
    ("terms", "words"),
    [
        ({"region": "E", "trigger": None, "trigger_price": 90.0}, "would be sold at 90 USD/t, and the base-year price is 100"),
        ({"good": "gas"}, "gas is not traded in J"),
        ({"industries": ["smelting"]}, "none of them uses metal in J"),
    ],
)
def test_a_stockpile_that_does_not_fit_the_world_is_refused(terms, words):
    with pytest.raises(InputError, match=words):
        window(stockpiles=[pile(**terms)])


def test_all_that_is_wrong_with_stockpiles_is_said_at_once():
    with pytest.raises(InputError) as raised:
        window(stockpiles=[pile(good="gas"), pile(name="other", industries=["smelting"])])
    assert len(raised.value.problems) == 2


EXAMPLIUM = {"name": "stock", "owner": "BBB", "region": "BBB", "good": "examplium", "tonnes": 6.0, "release": "price", "trigger": 1.05, "fill_per_month": 0.5}


def examplium_ban(**more) -> dict:
    return {"name": "ban", "kind": "ban", "exporter": "AAA", "goods": ["examplium"], "destinations": ["BBB"], "announced": "2026-06", "effective": "2026-07", "end": "2026-11"} | more


def on_a_path(*measures: dict, **more) -> Scenario:
    licence = examplium_ban(name="licence", kind="licence", review=0, granted=0.9, announced="2025-06", effective="2025-06", end=None)
    contract = {"name": "supply", "good": "examplium", "origin": "AAA", "destination": "CCC", "share": 0.5, "price_multiple": 1.0}
    content = {"title": "t", "question": "q?", "start": "2026-01", "months": 24, "path": {"start": "2025-01"}, "in_force": [licence], "measures": measures, "contracts": [contract]}
    return Scenario.model_validate(content | more)


def test_on_a_path_it_is_filled_whatever_is_in_force_and_nothing_departs_from_it_without_a_measure():
    """Empty in January 2025, half a tonne a month: full after a year, a licence that comes into force in June or not."""
    asked = on_a_path(stockpiles=[EXAMPLIUM | {"opening": 0.0, "trigger": 2.0}])
    run = run_scenario(asked, worlds.examplium())
    path = run.reports["releases"]
    np.testing.assert_allclose(path["stock"], 6.0, rtol=1e-5)
    for name in ("prices", "stocks", "flows", "stockpiles"):
        frame = run.realised[name]
        np.testing.assert_allclose(frame["value"], frame["baseline"], rtol=1e-6, atol=1e-9)


def test_a_ban_on_a_path_is_met_from_the_stock():
    run = run_scenario(on_a_path(examplium_ban(), stockpiles=[EXAMPLIUM], belief={"kind": "remaining", "months": 4, "window": 12}), worlds.examplium())
    assert all(certificate.passed for certificate in run.certificates)
    path = run.reports["releases"].set_index("month")["sold"]
    assert path["2026-07":"2026-10"].max() > 0.01
    assert path["2026-11":].min() < 0


def test_it_serves_those_whom_a_measure_bars_from_the_exporters_material():
    """An end-user ban gives the industries in scope a market of their own; the stock lies there, and may be kept for some of them."""
    market = {
        kind: worlds.market(two_industries(), worlds.measure(industries=["radar", "lamps"]), months=2, stockpiles=[pile(trigger=1.05, **terms)])
        for kind, terms in (("all", {}), ("radar", {"industries": ["radar"]}))
    }
    assert market["all"].world.nodes.keys[market["all"].world.stocks.node[0]] == ("J", "metal (unrestricted)")
    assert market["radar"].world.nodes.keys[market["radar"].world.stocks.node[0]] == ("J", "metal (priority)")
    assert market["radar"].world.lanes.origin[-1] == market["all"].world.stocks.node[0]
    for asked in market.values():
        solved(asked)
    with pytest.raises(InputError, match="do not all buy metal in one market"):
        worlds.market(two_industries(), worlds.measure(industries=["radar"]), stockpiles=[pile(industries=["radar", "lamps"])])


def test_two_stockpiles_of_one_good_sell_the_cheaper_first():
    """At 1.1 the first sells all that is asked for; its rate of 1 t leaves the rest to the second, at 1.21."""
    piles = [pile(trigger=1.1, release_per_month=1.0), pile(name="other", trigger=1.21)]
    found = solved(window(worlds.measure(), stockpiles=piles))
    np.testing.assert_allclose(found.price[J], 1.21 * PRICE, rtol=1e-7)
    np.testing.assert_allclose(sold(found, 0), 1.0, rtol=1e-6)
    np.testing.assert_allclose(sold(found, 1), 10 / 1.1 - 6.05 - 1.0, rtol=1e-5)


def test_quadratic_programs_find_the_same():
    asked = window(worlds.measure(), months=4, world=worlds.two_regions(stock=5), stockpiles=[pile(release_per_month=1.0, tonnes=3.0)])
    newton, sequence = solved(asked), solve_window(asked, method="sequence")
    certify_plan(sequence, asked).demand()
    np.testing.assert_allclose(sequence.price, newton.price, rtol=1e-6)
    np.testing.assert_allclose(sequence.stock, newton.stock, rtol=1e-5, atol=1e-6)
