"""Every equation adds like to like: Pyomo checks the units of constraints and objective on small worlds that have every component."""

from __future__ import annotations

from dataclasses import replace

import pyomo.environ as pyo
import pytest
from pyomo.util.check_units import assert_units_consistent, assert_units_equivalent

import worlds
from kanmon.formulation.model import add_surplus, build_model
from kanmon.formulation.units import Units
from kanmon.scenario.market import Market
from kanmon.world.calibrate import calibrate
from kanmon.world.expansion import together

pytest.importorskip("pint")


@pytest.fixture(scope="module")
def units() -> Units:
    pyo.units.load_definitions_from_strings(["USD = [currency]"])
    return Units(pyo.units.tonne, pyo.units.month, pyo.units.USD)


def examplium_market() -> Market:
    """Nest, recipe, scrap, idle plant, stocks, transit, friction, taxes and quotas."""
    common = {"exporter": "AAA", "goods": ["examplium"], "announced": "2026-12", "effective": "2026-12"}
    tax = {"name": "tax", "kind": "export_tax", "amount": 7.0, "destinations": ["BBB"]} | common
    quota = {"name": "quota", "kind": "quota", "share": 0.9, "pooled": True, "destinations": ["*"]} | common
    cap = {"name": "cap", "kind": "quota", "share": 0.5, "destinations": ["CCC"]} | common
    return worlds.market(calibrate(worlds.examplium()).world, tax, quota, cap, months=3, start="2026-12")


def stockpile_market() -> Market:
    """A stockpile with loss and limits, a player, linear curves, congestion and resale barred."""
    return worlds.market(worlds.stated(), months=2)


def expansion_market() -> Market:
    """A supplier who can be qualified and a plant that can be built, from the second month on; in the first what is committed."""
    world = worlds.two_regions()
    both = replace(worlds.with_investment(world), expansions=together(worlds.with_qualification(world, delay=1).expansions, worlds.with_investment(world).expansions))
    return worlds.market(both, worlds.measure(), months=3)


def national_market() -> Market:
    """A national stockpile and a take-or-pay contract."""
    pile = {"name": "stock", "owner": "J", "region": "J", "good": "metal", "tonnes": 9.0, "release": "price", "trigger": 1.5, "fill_per_month": 1.0}
    contract = {"name": "supply", "good": "metal", "origin": "E", "destination": "J", "share": 0.8, "price": 100.0}
    return worlds.market(worlds.two_regions(), worlds.measure("quota", share=0.9), months=2, stockpiles=[pile], contracts=[contract])


@pytest.mark.parametrize("market", [examplium_market, stockpile_market, national_market, expansion_market])
def test_units_agree_in_every_equation(units, market):
    window = market()
    model = build_model(window, units=units)
    add_surplus(model, window)
    assert_units_consistent(model)
    assert_units_equivalent(model.surplus, units.dollar / units.month)


def test_a_wrong_unit_is_found(units):
    window = stockpile_market()
    model = build_model(window, units=units)
    model.wrong = pyo.Constraint(expr=model.v_closing_stock[0, 0] <= model.v_output[0, 0])
    with pytest.raises(Exception, match="units"):
        assert_units_consistent(model)

