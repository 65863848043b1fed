"""Marked re-export and extraterritorial reach, by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

import kanmon
import worlds
from kanmon.accounts.resources import resources
from kanmon.accounts.surplus import QUOTA_RENT, surplus
from kanmon.certify.certificate import certify_plan
from kanmon.errors import InputError
from kanmon.formulation.given import given_at
from kanmon.pack.load import load_pack
from kanmon.pages.page import render_run
from kanmon.runs.audit import recertify
from kanmon.runs.saved import read_run
from kanmon.scenario.apply import open_window, scenario_world
from kanmon.scenario.load import check_against, load_scenario
from kanmon.scenario.market import Market, base_state
from kanmon.scenario.schema import Scenario
from kanmon.solution.tables import base_plan
from kanmon.solve.equilibrium import Equilibrium
from kanmon.solve.round_trips import without_round_trips
from kanmon.solve.window import solve_window
from kanmon.world.calibrate import calibrate
from kanmon.world.trends import trends
from kanmon.world.world import World
from worlds import floats, ints


def hub(own: float = 0.0) -> World:
    """E mines at 100 whatever the quantity, and ships to K and to J at 10 a tonne; each uses 10 at an elasticity of a half.

    K may ship to J at 20, and does not. Of what K uses it makes some itself, and hardly more whatever the price.
    """
    mines = worlds.plants(
        (("E", "mine"), ("K", "mine")),
        ints(0, 1),
        floats(30 - own, own),
        floats(90, own),
        floats(100, 110),
        floats(np.inf, 0.1 if own else np.inf),
    )
    return World(
        ("E", "K", "J"),
        ("metal",),
        1.0,
        True,
        worlds.nodes((("E", "metal"), ("K", "metal"), ("J", "metal")), floats(100, 110, 110), floats(30, 10, 10)),
        mines,
        replace(
            worlds.lanes(
                (("metal", "E", "K"), ("metal", "E", "J"), ("metal", "K", "J")),
                ints(0, 0, 1),
                ints(1, 2, 2),
                floats(10 - own, 10, 0),
                floats(10, 10, 20),
                ints(0, 0, 0),
            ),
            scale=floats(10, 10, 10),
        ),
        worlds.plain_uses(
            (("E", "lamps", "metal"), ("K", "lamps", "metal"), ("J", "lamps", "metal")),
            ints(0, 1, 2),
            floats(10, 10, 10),
            floats(100, 110, 110),
            0.5,
        ),
        worlds.no_stocks(),
    )


def chain() -> World:
    """E mines ore at 100 and makes powder at 250; K takes 14 of its ore, mines 6 itself, at capacity, and mills 2 t into one of powder at 50.

    J uses 10 of powder, half from E and half from K, each delivered at 10; K uses 5 itself.
    """
    mills = worlds.plants(
        (("E", "mine"), ("E", "works"), ("K", "mine"), ("K", "mill")), ints(0, 1, 2, 3), floats(14, 5, 6, 10), floats(90, 90, 6, 40), floats(100, 250, 100, 50), floats(np.inf, np.inf, np.inf, np.inf),
    )  # fmt: skip
    return World(
        ("E", "K", "J"),
        ("ore", "powder"),
        1.0,
        True,
        worlds.nodes(
            (("E", "ore"), ("E", "powder"), ("K", "ore"), ("K", "powder"), ("J", "powder")),
            floats(100, 250, 100, 250, 260),
            floats(14, 5, 20, 10, 10),
        ),
        replace(mills, input_activity=ints(3), input_node=ints(2), input_ratio=floats(2)),
        worlds.lanes(
            (("ore", "E", "K"), ("powder", "E", "J"), ("powder", "K", "J")),
            ints(0, 1, 3),
            ints(2, 4, 4),
            floats(14, 5, 5),
            floats(0, 10, 10),
            ints(0, 0, 0),
        ),
        worlds.plain_uses((("K", "cells", "powder"), ("J", "cells", "powder")), ints(3, 4), floats(5, 10), floats(250, 260), 0.5),
        worlds.no_stocks(),
    )


def solved(market: Market) -> Equilibrium:
    found = solve_window(market)
    certify_plan(found, market).demand()
    return found


def price(found: Equilibrium, region: str, good: str = "metal") -> float:
    return float(found.price[found.market.world.nodes.index()[region, good], 0])


def flow(found: Equilibrium, *key: str) -> float:
    return float(found.flow[found.market.world.lanes.keys.index(key), 0])


def flow_of_base(world: World, *key: str) -> float:
    return float(world.lanes.base[world.lanes.keys.index(key)])


def barred(world: World, months: int = 1, **more) -> Equilibrium:
    return solved(worlds.market(world, worlds.measure(goods=world.goods, **more), months=months))


def test_the_cap_on_passing_on_binds_and_its_rent_is_the_hubs():
    """J loses 10 and gets 0.64 of it: it pays 110 / 0.64^2 = 268.55. K sells at 20 less what it buys at 110: a rent of 138.55 a tonne."""
    found = barred(hub(), reexport=0.64)
    assert price(found, "J") == pytest.approx(110 / 0.64**2, rel=1e-6)
    assert price(found, "K") == pytest.approx(110, rel=1e-6)
    assert flow(found, "metal (own)", "K", "K") == pytest.approx(6.4, rel=1e-6)
    wedge = 110 / 0.64**2 - 20 - 110
    assert found.pool_wedge[-1, 0] == pytest.approx(wedge, rel=1e-6)
    rents = surplus(found, found.market).set_index(["region", "account"])["value"]
    assert rents["K", QUOTA_RENT] == pytest.approx(wedge * 6.4, rel=1e-6)


def test_programs_in_sequence_find_the_same_prices():
    market = worlds.market(chain(), worlds.measure(goods=["ore", "powder"], reexport=0.2, reach=["powder"]))
    one, other = (solve_window(market, method) for method in ("newton", "sequence"))
    assert one.price[market.world.nodes.index()["J", "powder"]] > 600
    assert other.price == pytest.approx(one.price, rel=1e-7)


def test_what_the_accounts_divide_is_benefit_less_resources():
    found = barred(hub(4.0), reexport=0.3)
    divided, items = surplus(found, found.market)["value"].sum(), resources(found, found.market).groupby("item")["value"].sum()
    assert items["benefit of use"] > 0
    assert divided == pytest.approx(2 * items["benefit of use"] - items.sum(), rel=1e-9)


@pytest.mark.parametrize("own", [0.0, 4.0])
def test_a_share_that_does_not_bind_is_as_good_as_none(own):
    free, wide = barred(hub(own)), barred(hub(own), reexport=9.0)
    assert price(free, "J") > 110 * 1.05
    for region in ("E", "K", "J"):
        assert price(wide, region) == pytest.approx(price(free, region), rel=1e-9)


def test_marking_does_nothing_where_the_hub_has_enough_of_its_own():
    """K makes the 10 that it uses. Barred, E's metal is used in K, and K's own goes to J: at 20 more than in K, as if nothing were marked."""
    free, marked = barred(hub(10.0)), barred(hub(10.0), reexport=0.0)
    assert flow(marked, "metal", "K", "J") > 5
    assert price(marked, "J") == pytest.approx(130, rel=1e-6)
    assert price(marked, "J") == pytest.approx(price(free, "J"), rel=1e-9)


def test_the_cap_of_a_hub_counts_what_it_passed_on_in_the_base_year():
    """K ships 3 to J and makes 1 of them: 2 were E's, and 2 may still be passed on beside a share of the 10 that are lost."""
    world = hub(1.0)
    lanes = replace(world.lanes, base=floats(12, 10, 3), margin=floats(10, 10, 0))
    activities = replace(world.activities, base=floats(32, 1))
    world = replace(world, lanes=lanes, activities=activities, uses=replace(world.uses, base=floats(10, 10, 13)))
    market = worlds.market(world, worlds.measure(reexport=0.3))
    (pool,) = market.pools
    assert pool.limit.tolist() == pytest.approx([2 + 0.3 * 10])
    quiet = worlds.market(world, worlds.measure(reexport=0.3, announced="2030-02", effective="2030-02"), months=2)
    assert flow_of_base(quiet.world, "metal (own)", "K", "K") == 2
    assert certify_plan(base_plan(quiet.world, 2), quiet).worst < 1e-12


def test_the_program_is_worth_no_less_the_more_may_be_passed_on():
    """A theorem: within one window the share only widens what is possible."""
    worth = []
    for share in (0.0, 0.2, 0.4, 0.8):
        found = barred(hub(2.0), reexport=share)
        items = resources(found, found.market).groupby("item")["value"].sum()
        worth.append(2 * items["benefit of use"] - items.sum())
    assert (np.diff(worth) > 0).all()


def test_reach_lets_a_mill_in_the_hub_ship_only_what_it_makes_of_the_hubs_own_ore():
    """J loses 5 of 10. K's 6 of ore make 3; of the 5 it ships, 2 were E's and go on, and a fifth of the 5 lost: 6 in all.

    J pays 260 / 0.6^2; a tonne of powder that counts as K's own is worth 10 less, and a tonne of its ore half of what that is above 250.
    """
    found = barred(chain(), reexport=0.2, reach=["powder"])
    dear = 260 / 0.6**2
    assert price(found, "J", "powder") == pytest.approx(dear, rel=1e-6)
    assert price(found, "K", "powder (own)") == pytest.approx(dear - 10, rel=1e-6)
    assert price(found, "K", "powder") == pytest.approx(250, rel=1e-6)
    assert price(found, "K", "ore (own)") == pytest.approx(100 + (dear - 260) / 2, rel=1e-6)
    exchange = found.market.world.activities.keys.index(("K", "mill (own)"))
    assert found.output[exchange, 0] == pytest.approx(3, rel=1e-6)
    assert flow(found, "powder (own)", "K", "K") == pytest.approx(3, rel=1e-6)
    assert flow(found, "powder", "K", "J") == pytest.approx(6, rel=1e-6)


def test_without_reach_the_hubs_mill_replaces_what_is_lost():
    """K mills E's ore for J at the cost of the base year."""
    found = barred(chain(), reexport=0.2)
    assert flow(found, "powder", "K", "J") == pytest.approx(10, rel=1e-6)
    assert price(found, "J", "powder") == pytest.approx(260, rel=1e-6)


def test_out_of_force_nothing_is_told_apart():
    """A ban in the second of three months: before and after everything passes and costs what it cost."""
    found = barred(chain(), months=3, reexport=0.2, reach=["powder"], effective="2030-02", end="2030-03")
    place = found.market.world.nodes.index()["J", "powder"]
    assert found.price[place] == pytest.approx([260, 260 / 0.6**2, 260], rel=1e-6)


def test_nothing_goes_back_and_forth_between_a_hubs_markets():
    """Out of force any amount could, at no cost: there is none, and K's 4 go where they are used."""
    world = hub(4.0)
    market = worlds.market(world, worlds.measure(reexport=0.3, announced="2030-01", effective="2030-02"), months=2)
    around = replace(
        solved(market), flow=np.array([[base + 7.0 * (origin == destination)] * 2 for (_, origin, destination), base in zip(market.world.lanes.keys, market.world.lanes.base, strict=True)])
    )  # fmt: skip
    left = without_round_trips(around, given_at(market, around.point))
    assert flow(around, "metal (own)", "K", "K") == 7
    assert flow(left, "metal (own)", "K", "K") == 0
    assert flow(left, "metal", "K", "K") == pytest.approx(4)
    assert flow(left, "metal", "E", "K") == flow(around, "metal", "E", "K")


EVERYTHING = {"goods": ["examplium", "examplium_ore"], "reexport": 0.1, "reach": ["examplium"], "displacement": 0.3, "surge_limit": 3.0}


def examplium(**more) -> tuple[World, Scenario]:
    """The pack with its scrap loop, nest, stocks, idle plant and slow lane, C a hub for A's metal."""
    asked = worlds.scenario(
        worlds.measure(exporter="AAA", destinations=["BBB"], goods=["examplium"], announced="2030-02", effective="2030-03", end="2030-07")
        | more,
        months=18,
    )
    return scenario_world(calibrate(worlds.examplium()).world, asked), asked


def test_the_marked_base_year_is_an_equilibrium_of_itself():
    world, asked = examplium(reexport=0.0)
    assert any(good.endswith("(own)") for _, good in world.nodes.keys)
    quiet = open_window(world, asked.model_copy(update={"measures": ()}), asked.start, base_state(world))
    assert certify_plan(base_plan(world, quiet.months), quiet).worst < 1e-9
    found = solved(quiet)
    assert found.price == pytest.approx(base_plan(world, quiet.months).price, rel=1e-7)


def test_a_quota_at_the_usual_flow_changes_nothing_though_nothing_may_be_passed_on():
    world, asked = examplium(kind="quota", share=1.0, reexport=0.0)
    found = solved(open_window(world, asked, asked.measures[0].announced, base_state(world)))
    assert found.price == pytest.approx(base_plan(world, found.market.months).price, rel=1e-6)


def test_a_marked_ban_is_certified_with_everything_on():
    world, asked = examplium(**EVERYTHING)
    market = open_window(world, asked, asked.measures[0].announced, base_state(world))
    found = solved(market)
    assert ("CCC", "smelting (own)") in world.activities.keys
    assert {pool.measure for pool in market.pools} >= {
        "ban: examplium to others",
        "ban: examplium passed on",
        "ban: examplium_ore passed on",
    }
    assert (found.pool_wedge[[pool.measure == "ban: examplium passed on" for pool in market.pools]] > 1).any()
    assert found.price[world.nodes.index()["BBB", "examplium"], 2] > 1.05 * world.nodes.price[world.nodes.index()["BBB", "examplium"]]


def test_marked_markets_cannot_be_split_again_by_an_end_user_scope_in_the_hub():
    scope = worlds.measure(name="users", exporter="AAA", destinations=["CCC"], goods=["examplium"], industries=["lamps"])
    marked = worlds.measure(exporter="AAA", destinations=["BBB"], goods=["examplium"], reexport=0.3)
    with pytest.raises(InputError, match="CCC a hub for examplium, where another measure bars some users"):
        scenario_world(calibrate(worlds.examplium()).world, worlds.scenario(scope, marked, months=18))


def test_curves_stated_outright_have_no_flow_to_take_a_share_of(tmp_path):
    folder, path = worlds.documented_example(tmp_path)
    asked = load_scenario(path)
    asked = asked.model_copy(update={"measures": tuple(item.model_copy(update={"reexport": 0.3}) for item in asked.measures)})
    problems = check_against(asked, load_pack(folder), "quota.toml")
    found = [(item.place, item.what) for item in problems]
    assert ("quota.toml measures[0].reexport", "the pack has no base year, so there is no flow to take a share of") in found


def test_growth_of_a_market_split_in_two_is_that_of_the_whole():
    pack = worlds.examplium()
    plain, (marked, _) = calibrate(pack).world, examplium(**EVERYTHING)
    whole, split = (trends(world, pack, 2024 * 12, 25) for world in (plain, marked))
    assert len(marked.lanes.keys) > len(plain.lanes.keys)
    assert split.flow[: len(plain.lanes.keys)] == pytest.approx(whole.flow)
    assert split.output[: len(plain.activities.keys)] == pytest.approx(whole.output)


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    """A marked ban with reach that nobody knows the end of, on a path, written and read back."""
    ban = worlds.measure(exporter="AAA", destinations=["BBB"], announced="2030-02", effective="2030-03", end="2030-06") | EVERYTHING
    asked = worlds.scenario(ban, months=18, belief={"kind": "remaining", "months": 3, "window": 12}, path={"start": "2029-06"})
    run = kanmon.run(asked, worlds.examplium())
    return run, read_run(kanmon.write(run, tmp_path_factory.mktemp("runs")))


def test_a_marked_run_is_certified_in_every_window_and_verifies(told):
    run, read = told
    assert len(run.certificates) == 5
    assert recertify(read, worlds.examplium())["passed"].all()


def test_no_more_is_passed_on_in_a_run_than_the_share_allows(told):
    run, _ = told
    ways = run.reports["ways_round"].set_index(["good", "hub", "way"])
    assert ways.loc[("examplium", "CCC", "passed on"), "share"] == pytest.approx(0.1, rel=1e-6)
    monthly = run.reports["ways_by_month"].groupby("way")["value"].sum()
    assert monthly["passed on"] == pytest.approx(ways.loc[("examplium", "CCC", "passed on"), "value"])


def test_a_page_names_the_cap_the_reach_and_the_ways(told):
    _, read = told
    page = render_run(read)
    assert "may pass on 10 % of the flow that is lost" in page.replace("\u00a0", " ")
    assert "What they make of it counts as the exporter&#39;s too" in page
    assert "The same by month, tonnes" in page


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"kind": "tariff", "rate": 0.1, "reexport": 0.2}, "reexport belongs to"),
        ({"reexport": 0.3, "destinations": ["*"]}, "reexport needs one exporter"),
        ({"kind": "quota", "limit": 2.0, "reexport": 0.3}, "reexport is a share"),
        ({"reexport": 0.3, "industries": ["lamps"]}, "without an end-user scope"),
        ({"reach": ["powder"]}, "reach needs reexport"),
    ],
)
def test_what_reexport_does_not_belong_to_is_refused(more, words):
    with pytest.raises(ValueError, match=words):
        worlds.scenario(worlds.measure(**more))
