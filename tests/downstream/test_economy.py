"""The economy of an invented region: its table split, the program by hand, rules of rationing, the bridge between the accounts."""

from __future__ import annotations

import numpy as np
import pytest

from downstream.invented import MONTHS, market_tables, pack_in, surplus_accounts
from kanmon.competitiveness.facts import industries_of
from kanmon.competitiveness.industries import follow
from kanmon.competitiveness.market import months_of
from kanmon.economy.allocation import LEAST_VALUE, MARKET, PRIORITY, PRO_RATA, QUANTITIES, RULES, SHED, UNMET, share_out
from kanmon.economy.input_output import coefficients, output_for
from kanmon.economy.national import national_table
from kanmon.economy.rationing import Material, Rules, ration
from kanmon.economy.shortage import bounds, headline, rules_of, shortages, table_of
from kanmon.economy.tables import bridge_table, cost_channel, economy_table
from kanmon.errors import InputError


@pytest.fixture(scope="module")
def pack(tmp_path_factory):
    return pack_in(tmp_path_factory.mktemp("invented") / "pack")


@pytest.fixture(scope="module")
def facts(pack):
    return industries_of(pack)


@pytest.fixture(scope="module")
def table(pack, facts):
    return table_of(pack, facts, "aland")


def lost(pack, facts, **shock):
    """Shortages of aland by (rule, quantity), with what they were computed from."""
    tables = market_tables(**shock)
    market = months_of(tables, facts)
    result = follow(facts, market)
    found = shortages(facts, market, result, tables["uses"], tables["shed"], "aland", MONTHS, table_of(pack, facts, "aland"), rules_of(pack))
    return {(item.rule, item.quantity): item for item in found}, tables, market, result


def test_the_split_table_is_the_table(table):
    """Sector goods: 400 million a year, lamps 120 and cars 240 of it; inputs and value added still fill every column, sales every row."""
    assert table.names == ("lamps", "cars", "goods", "services") and table.split == 2
    assert table.output * 12 / 1e6 == pytest.approx([120, 240, 40, 400])
    assert table.domestic.sum(axis=0) + table.imported.sum(axis=0) + table.value_added == pytest.approx(table.output)
    assert table.domestic.sum(axis=1) + table.final == pytest.approx(table.output)
    assert table.gdp * 12 / 1e6 == pytest.approx(460.0)
    assert (table.value_added / table.output)[:2] == pytest.approx([0.4, 0.25])


def test_industries_larger_than_their_sector_are_named(pack):
    with pytest.raises(InputError, match=r"lamps, cars in aland together are larger than the sector goods"):
        national_table(pack.matrices["input_output"], "aland", 1e6 / 12, ["lamps", "cars"], ["goods", "goods"], np.array([200e6, 300e6]) / 12, np.array([0.4, 0.25]))


def test_without_a_shortage_the_economy_is_the_base_year(table):
    done = ration(table, np.ones((1, 2)), Rules(spare=0.2))
    assert done.output[0] == pytest.approx(1.0, abs=1e-9) and done.final[0] == pytest.approx(1.0, abs=1e-9)


def test_an_idle_industry_takes_its_suppliers_with_it_by_hand(table):
    """Lamps at 60 %, all of the lack replaced for their users: output of the others is what final demand and lamps still need."""
    done = ration(table, np.array([[0.6, 1.0]]))
    share = coefficients(table.domestic, table.output)
    others = slice(1, None)
    by_hand = output_for(share[others, others], table.final[others] + share[others, 0] * 0.6 * table.output[0])
    assert done.output[0, others] * table.output[others] == pytest.approx(by_hand, rel=1e-8)
    assert done.output[0, 0] == pytest.approx(0.6, abs=1e-9)


def test_a_floor_that_cannot_be_served_is_a_problem_and_not_a_number(table):
    with pytest.raises(InputError, match="final_demand_floor"):
        ration(table, np.array([[0.0, 1.0]]), Rules(floor=0.9, replaceable=0.0))


def test_bottlenecks_cost_more_the_less_can_be_replaced(table):
    value = [float(ration(table, np.array([[0.3, 1.0]]), Rules(replaceable=share)).output[0] @ table.value_added) for share in (1.0, 0.2, 0.0)]
    assert value[0] > value[1] > value[2]


def test_the_program_lets_those_go_without_who_carry_least(table):
    """A tenth of a good is missing; lamps use 40 % of it, cars 60 %. The program finds the tenth and loses no more than if either went
    without alone; users nobody knows of go first."""
    known = Material(np.ones(2), np.array([[0.4, 0.6]]), np.zeros(1), np.zeros((2, 2)))
    done = ration(table, np.ones((1, 2)), material=known, missing=np.array([[0.1]]))
    singly = [float((1 - ration(table, np.array([cut])).output[0]) @ table.value_added) for cut in ([0.75, 1.0], [1.0, 1 - 1 / 6])]
    assert done.without[0] @ known.need[0] == pytest.approx(0.1, rel=1e-9)
    assert 0.0 < float((1 - done.output[0]) @ table.value_added) <= min(singly) * (1 + 1e-9)
    unknown = Material(np.ones(2), np.array([[0.4, 0.4]]), np.array([0.2]), np.zeros((2, 2)))
    assert ration(table, np.ones((1, 2)), material=unknown, missing=np.array([[0.1]])).output[0] == pytest.approx(1.0, abs=1e-9)


def test_an_industry_waits_for_its_home_supplier_in_the_program(table):
    linked = Material(np.ones(2), np.zeros((0, 2)), np.zeros(0), np.array([[0.0, 0.0], [0.3, 0.0]]))
    assert ration(table, np.array([[0.5, 1.0]]), material=linked).output[0, 1] <= 1 - 0.3 * 0.5 + 1e-9


def test_rules_of_rationing_by_hand():
    """60 t are missing of 100, 100 and 200 t; a tonne carries 5, 1 and 3."""
    lacking, need, value = np.array([[[10.0], [20.0], [30.0]]]), np.array([[[100.0], [100.0], [200.0]]]), np.array([5.0, 1.0, 3.0])
    assert share_out(lacking, need, value, MARKET).ravel().tolist() == [10.0, 20.0, 30.0]
    assert share_out(lacking, need, value, PRO_RATA).ravel() == pytest.approx([15.0, 15.0, 30.0])
    assert share_out(lacking, need, value, PRIORITY).ravel().tolist() == [0.0, 60.0, 0.0]
    assert share_out(3 * lacking, need, value, PRIORITY).ravel().tolist() == [0.0, 100.0, 80.0]
    with pytest.raises(ValueError, match="no rule"):
        share_out(lacking, need, value, "first come")


def test_a_good_of_which_more_is_used_has_nothing_to_share_out():
    lacking, need = np.array([[[-10.0], [4.0]]]), np.array([[[100.0], [100.0]]])
    for rule in (PRO_RATA, PRIORITY):
        assert share_out(lacking, need, np.ones(2), rule).tolist() == lacking.tolist()


def test_every_rule_shares_out_the_same_tonnes_and_the_program_loses_least(pack, facts):
    found, *_ = lost(pack, facts, met={("aland", "lamps"): 0.9, ("aland", "other"): 0.7}, shed={("aland", "lamps"): 0.05, ("aland", "other"): 0.1})
    assert set(found) == {(rule, quantity) for rule in RULES for quantity in QUANTITIES}
    total = {key: item.total.sum() for key, item in found.items()}
    for quantity in QUANTITIES:
        assert all(total[LEAST_VALUE, quantity] <= total[rule, quantity] + 1e-3 for rule in RULES)
    assert total[PRO_RATA, UNMET] > total[MARKET, UNMET] > 0.0
    assert headline(list(found.values())) is found[MARKET, SHED]
    # by hand: 5 % shed, half of lamps depend on it, value added 4 million a month, three months
    assert found[MARKET, SHED].direct[0].sum() == pytest.approx(0.05 * 0.5 * 4e6 * 3)
    # 20 % of all ore missing pro rata; the other use carries nothing that is counted
    assert found[PRO_RATA, UNMET].direct[0].sum() == pytest.approx(0.2 * 0.5 * 4e6 * 3)
    for item in found.values():
        low, central, high = bounds(item)
        assert low <= central <= high


def test_no_shock_costs_nothing_anywhere(pack, facts):
    found, tables, market, result = lost(pack, facts)
    assert all(item.total.sum() == 0.0 and item.direct.sum() == 0.0 for item in found.values())
    cost = cost_channel(facts, market, result, "aland", MONTHS)
    table = economy_table(facts, market, result, list(found.values()), cost, table_of(pack, facts, "aland"), "aland", MONTHS)
    moved = table[(table["account"] != "value added") & (table[["low", "central", "high"]].abs().max(axis=1) > 0)]
    assert len(table) > 20 and moved.empty
    assert (bridge_table(surplus_accounts(), tables, list(found.values()), cost, "aland", MONTHS)["value"] == 0.0).all()


def test_the_bridge_leads_from_one_account_to_the_other(pack, facts):
    """Consumers lose 3 and producers gain 1 million a month for three months: 6 million of market surplus; every later step is computed
    elsewhere, and the last line is their sum."""
    found, tables, market, result = lost(pack, facts, price={"aland": 2.0}, met={("aland", "lamps"): 0.9}, shed={("aland", "lamps"): 0.1})
    cost = cost_channel(facts, market, result, "aland", MONTHS)
    bridge = bridge_table(surplus_accounts(-3e6, 1e6), tables, list(found.values()), cost, "aland", MONTHS).set_index("step")["value"]
    assert bridge["before and after the measure"] == 0.0
    assert bridge["market surplus lost"] == pytest.approx(6.0) and bridge["gains of others at home"] == pytest.approx(3.0)
    assert bridge["dearer bill of what is still used"] == pytest.approx(-3 * (90 + 100) * 0.01)
    assert bridge["shed, valued up to the choke"] == pytest.approx(-3 * 10 * 0.01)
    item = found[MARKET, SHED]
    expected = (item.total.sum() + cost.margin[0] + cost.sales[0] + cost.further[0]) / 1e6
    assert bridge["value added lost"] == pytest.approx(expected) and bridge["idled for want of material"] > 0


def test_months_outside_the_measure_are_in_the_market_account_alone(pack, facts):
    """The same loss in three months, of which the measure is in force in two: one million of market surplus is left out by a step."""
    found, tables, market, result = lost(pack, facts, price={"aland": 2.0})
    cost = cost_channel(facts, market, result, "aland", MONTHS[:2])
    bridge = bridge_table(surplus_accounts(-3e6, 2e6), tables, list(found.values()), cost, "aland", MONTHS[:2]).set_index("step")["value"]
    assert bridge["market surplus lost"] == pytest.approx(3.0) and bridge["before and after the measure"] == pytest.approx(-1.0)


def test_a_choke_priced_shortage_is_in_each_account_once(pack, facts):
    """Ten tonnes are shed at the choke, five times the price. The market's account values them at the rise of price, value added at what
    they would have carried; the cost channel is that of what is made. Adding the choke value to value added would count them twice."""
    shed, dear = {("aland", "lamps"): 0.1}, {"aland": 5.0}
    found, tables, market, result = lost(pack, facts, price=dear, met={("aland", "lamps"): 0.9}, shed=shed)
    cost = cost_channel(facts, market, result, "aland", MONTHS)
    bridge = bridge_table(surplus_accounts(-5e6), tables, list(found.values()), cost, "aland", MONTHS).set_index("step")["value"]
    choke_value = 3 * 10 * 0.04
    assert bridge["shed, valued up to the choke"] == pytest.approx(-choke_value)
    without, _, market_too, result_too = lost(pack, facts, price=dear)
    same = cost_channel(facts, market_too, result_too, "aland", MONTHS)
    assert result.output[0, 0, 0, 0] == result_too.output[0, 0, 0, 0]  # the price already takes more than the lack would
    assert cost.margin[0] == pytest.approx(same.margin[0], rel=1e-12)
    assert bridge["value added lost"] == pytest.approx((cost.margin[0] + cost.sales[0] + cost.further[0]) / 1e6, rel=1e-9)
    assert without[MARKET, SHED].total.sum() == 0.0
    assert bridge["value added lost"] + choke_value > bridge["value added lost"] + 1.0
