"""A costless opening stock never lowers the value of a window, and one that nobody sells changes nothing but its own worth."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from random_worlds import METAL, few, number, random_measures, random_worlds, solved
from test_value_of_measures import CLOSE, assert_rises_and_is_concave, size_of, value_of

import worlds
from kanmon.world.holdings import security_value

MONTHS = 4


def pile_in(region: str, **more) -> dict:
    return {"name": "stock", "owner": region, "region": region, "good": METAL, "tonnes": 60.0, "release": "price", "trigger": 1.1, "refill": False, "holding_cost": 0.0} | more


@few(12)
@given(random_worlds(), st.sampled_from("AB"), random_measures(MONTHS, kinds=("ban", "quota"), most=1), number(1.02, 1.5), st.tuples(number(0, 20), number(1, 10)))
def test_a_tonne_more_in_store_never_lowers_the_value_and_adds_less_and_less(world, region, measures, trigger, drawn):
    """At three evenly spaced opening stocks, none of which is filled."""
    start, step = drawn
    market = worlds.market(world, *measures, months=MONTHS, stockpiles=[pile_in(region, trigger=trigger)])
    values, k = [], market.world.stockpiles[0].stock
    for opening in (start, start + step, start + 2 * step):
        stock = market.state.stock.copy()
        stock[k] = opening
        held = replace(market, state=replace(market.state, stock=stock))
        values.append(value_of(solved(held), held))
    assert_rises_and_is_concave(values, size_of(market))


@few(12)
@given(random_worlds(), st.sampled_from("AB"), random_measures(MONTHS, kinds=("ban", "quota"), most=1))
def test_a_stock_that_is_kept_changes_no_price(world, region, measures):
    without, kept = (worlds.market(world, *measures, months=MONTHS, stockpiles=piles) for piles in ([], [pile_in(region, release="none", trigger=None)]))
    plan, other = solved(without), solved(kept)
    assert other.stock[-1].tolist() == [60.0] * MONTHS
    worth = value_of(other, kept) - value_of(plan, without)
    reservation = kept.world.stockpiles[0].reservation
    months = np.power(kept.world.discount, np.arange(MONTHS))
    expected = 60 * (security_value(kept.world)[-1] * months.sum() + kept.world.discount**MONTHS * reservation)
    assert abs(worth - expected) <= CLOSE * size_of(kept)
