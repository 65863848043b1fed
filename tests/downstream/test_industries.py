"""An invented world of two industries and three regions, by hand: cost, shortage, chains, and nothing counted twice."""

from __future__ import annotations

import numpy as np
import pytest

from downstream.invented import MONTHS, REGIONS, market_tables, pack_in
from kanmon.competitiveness.facts import CENTRAL, DRAWS, industries_of
from kanmon.competitiveness.industries import follow
from kanmon.competitiveness.market import months_of
from kanmon.competitiveness.tables import industry_table, share_table

LAMPS, CARS = 0, 1
A, B, C = range(3)


@pytest.fixture(scope="module")
def facts(tmp_path_factory):
    return industries_of(pack_in(tmp_path_factory.mktemp("invented") / "pack"))


def after(facts, **shock):
    return follow(facts, months_of(market_tables(**shock), facts))


def test_the_facts_are_those_of_the_pack(facts):
    assert facts.industries == ("lamps", "cars") and facts.regions == REGIONS
    assert facts.output[0, LAMPS, A] == pytest.approx(10e6)
    assert facts.trade[0, LAMPS, A] == pytest.approx([5e6, 2.5e6, 2.5e6])
    assert facts.order == (LAMPS, CARS)


def test_without_a_shock_nothing_moves_in_any_draw(facts):
    result = after(facts)
    for hat in (result.cost, result.price, result.wanted, result.output):
        assert np.abs(hat - 1.0).max() == 0.0
    assert np.abs(result.margin_lost).max() == np.abs(result.sales_lost).max() == np.abs(result.idled).max() == 0.0
    assert result.trade == pytest.approx(result.base_trade, rel=1e-13)


def test_cost_price_and_value_added_by_hand(facts):
    """Ore is 100 t x 10,000 USD of 10 million: 10 % of the cost of lamps. Its price doubles at home: cost +10 %, half passed on, price
    +5 %. The margin falls by 5 % of sales; sales in each market follow share and demand."""
    result = after(facts, price={"aland": 2.0})
    assert result.cost_weight[0, 0, LAMPS] == pytest.approx([0.1, 0.1, 0.1])
    assert result.cost[0, 0, LAMPS] == pytest.approx([1.1, 1.0, 1.0], rel=1e-14)
    assert result.price[0, 0, LAMPS, A] == pytest.approx(1.05, rel=1e-14)
    share = 5.0 / 8.0  # aland's lamps in every market: 10 of 16 million
    index = (share * 1.05**-0.5 + (1 - share)) ** (1 / -0.5)
    wanted = (1.05 / index) ** -1.5 * index**-0.5
    assert result.wanted[0, 0, LAMPS, A] == pytest.approx(wanted, rel=1e-12)
    assert result.margin_lost[0, 0, LAMPS, A] == pytest.approx(10e6 * wanted * 0.05, rel=1e-12)
    assert result.sales_lost[0, 0, LAMPS, A] == pytest.approx(10e6 * 0.4 * (1 - wanted), rel=1e-12)
    assert result.cost[0, 0, CARS] == pytest.approx(np.full(3, 1 + 0.2 * (index - 1)), rel=1e-12)


def test_rivals_with_material_sell_more_than_before(facts):
    result = after(facts, price={"aland": 2.0})
    assert (result.output[0, 0, LAMPS, [B, C]] > 1.0).all() and result.output[0, 0, LAMPS, A] < 1.0
    assert result.trade[0, 0, LAMPS, B].sum() > result.base_trade[0, 0, LAMPS, B].sum()


def test_equal_price_rises_everywhere_leave_every_share_unchanged(facts):
    result = after(facts, price=dict.fromkeys(REGIONS, 3.0))
    assert result.cost[0, 0, LAMPS] == pytest.approx([1.2] * 3)
    share = result.trade / result.trade.sum(axis=-2, keepdims=True)
    assert share == pytest.approx(result.base_trade / result.base_trade.sum(axis=-2, keepdims=True), rel=1e-12)


def test_what_is_shed_idles_the_dependent_part_and_cars_wait_for_home_lamps(facts):
    """40 % of the ore is shed; half of the lamps depend on it: 20 % idle. Home lamps are 5/8 of what cars use and half of a lack is
    replaced: cars stop by 20 % x 5/8 x 1/2."""
    result = after(facts, shed={("aland", "lamps"): 0.4}, met={("aland", "lamps"): 0.6})
    assert result.makes[0, 0, LAMPS] == pytest.approx([0.8, np.inf, np.inf])
    assert result.makes[0, 0, CARS] == pytest.approx([1 - 0.2 * 0.625 * 0.5, np.inf, np.inf])
    assert result.idled[0, 0, LAMPS, A] == pytest.approx(10e6 * 0.4 * 0.2)
    assert result.margin_lost[0].max() == 0.0


def test_a_shed_that_would_not_have_been_sold_anyway_idles_nothing_more(facts):
    """The price takes more from sales than the material would: output is the smaller of the two, not their sum."""
    dear = after(facts, price={"aland": 5.0})
    wanted = dear.wanted[0, 0, LAMPS, A]
    both = after(facts, price={"aland": 5.0}, shed={("aland", "lamps"): 1.9 * (1 - wanted)})
    assert wanted < 1 - 0.95 * (1 - wanted) < 1.0
    assert both.output[0, 0, LAMPS, A] == wanted and both.idled[0, 0, LAMPS, A] == 0.0
    deeper = after(facts, price={"aland": 5.0}, shed={("aland", "lamps"): 0.9})
    assert deeper.output[0, 0, LAMPS, A] == pytest.approx(0.55) and deeper.idled[0, 0, LAMPS, A] > 0


def test_a_shortage_priced_at_the_choke_enters_value_added_once(facts):
    """Base value added less the three losses is what is left; pricing the idled output as well would break it."""
    result = after(facts, price={"aland": 5.0}, shed={("aland", "lamps"): 0.9}, met={("aland", "lamps"): 0.1})
    base = result.base_output * result.value_added_share[:, None]
    lost = result.margin_lost + result.sales_lost + result.idled
    assert result.idled[0, 0, LAMPS, A] > 0 and result.margin_lost[0, 0, LAMPS, A] > 0
    assert base - lost == pytest.approx(result.value_added, rel=1e-12, abs=1e-6)
    priced_too = result.base_output * (result.cost - result.price)
    twice = priced_too + result.sales_lost + result.idled
    assert (base - twice)[0, 0, LAMPS, A] < result.value_added[0, 0, LAMPS, A] - 1e5


def test_every_range_holds_its_central_figure_and_names_what_moves_it(facts):
    market = months_of(market_tables(price={"aland": 2.0}), facts)
    table = industry_table(facts, market, follow(facts, market), MONTHS)
    assert (table["low"] <= table["central"] + 1e-12).all() and (table["central"] <= table["high"] + 1e-12).all()
    lamps = table[(table["region"] == "aland") & (table["industry"] == "lamps")].set_index(["variable", "channel", "rival"])
    assert lamps.loc[("cost_change", "both", ""), ["low", "central", "high"]].tolist() == pytest.approx([10.0] * 3)
    price = lamps.loc[("price_change", "cost", "")]
    assert price[["low", "central", "high"]].tolist() == pytest.approx([2.5, 5.0, 10.0]) and price["driver"] == "pass_through high"
    assert lamps.loc[("cost_gap", "cost", "bland"), "central"] == pytest.approx(10.0)
    assert DRAWS[0] == CENTRAL


def test_shares_by_destination_add_up_and_the_long_run_moves_more(facts):
    market = months_of(market_tables(price={"aland": 2.0}), facts)
    table = share_table(facts, market, follow(facts, market), MONTHS)
    assert set(table["horizon"]) == {"short run", "medium run", "long run"}
    total = table.groupby(["industry", "destination", "horizon"])[["baseline", "value"]].sum()
    assert total.to_numpy() == pytest.approx(100.0)
    own = table[(table["industry"] == "lamps") & (table["origin"] == "aland") & (table["destination"] == "bland")].set_index("horizon")["change"]
    assert own["long run"] < own["medium run"] < own["short run"] < 0
