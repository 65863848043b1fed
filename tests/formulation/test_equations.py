"""Each constraint is the algebra that its docstring states: sums done by hand, and a golden LP that a person can read."""

from __future__ import annotations

import io
from pathlib import Path

import pyomo.environ as pyo
import pytest

import worlds
from kanmon.formulation.model import build_model

GOLDEN = Path(__file__).parent / "golden"


def lp(model: pyo.ConcreteModel) -> str:
    """The model as an LP file with readable names and an empty objective."""
    model.nothing = pyo.Objective(expr=0)
    out = io.StringIO()
    from pyomo.repn.plugins.lp_writer import LPWriter

    LPWriter().write(model, out, symbolic_solver_labels=True)
    return out.getvalue()


CASES = {
    "market_balance": lambda: worlds.market(worlds.two_regions(stock=20, transit=1), months=2),
    "measure_limit": lambda: worlds.market(worlds.two_regions(), worlds.measure("quota", share=0.4)),
    "pooled_quota": lambda: worlds.market(worlds.two_regions(), worlds.measure("quota", share=0.4, pooled=True)),
    "shed_within_need": lambda: worlds.market(worlds.nested()),
}


@pytest.mark.parametrize("name", CASES)
def test_the_model_of_a_tiny_world_is_its_golden_lp(name):
    assert lp(build_model(CASES[name]())) == (GOLDEN / f"{name}.lp").read_text()


def test_every_constraint_family_has_a_golden_lp():
    families = {component.local_name for component in build_model(CASES["market_balance"]()).component_objects(pyo.Constraint)}
    assert families == {path.stem for path in GOLDEN.glob("*.lp")}


def test_a_market_clears_when_supply_meets_use_by_hand():
    """J in month 0: it makes 5, 5 arrive from before, it opens with 20 t; it uses 2 + 7 and keeps 21: 9 + 21 = 5 + 5 + 20."""
    m = build_model(worlds.market(worlds.two_regions(stock=20, transit=1), months=2))
    values = [(m.v_output[1, 0], 5), (m.v_core_use[1, 0], 2), (m.v_flexible_use[1, 0], 7), (m.v_closing_stock[0, 0], 21)]
    for variable, value in values:
        variable.set_value(value, skip_validation=True)
    constraint = m.market_balance[1, 0]
    assert pyo.value(constraint.body) == pytest.approx(pyo.value(constraint.upper))
    m.v_flexible_use[1, 0].set_value(8, skip_validation=True)
    assert pyo.value(constraint.body) - pyo.value(constraint.upper) == pytest.approx(1)


def test_a_shipment_arrives_after_its_months_under_way():
    m = build_model(worlds.market(worlds.two_regions(transit=1), months=2))
    arriving = {str(variable) for variable in _variables(m.market_balance[1, 1])}
    assert "v_flow[0,0]" in arriving
    assert "v_flow[0,1]" not in arriving


def test_the_limit_of_a_quota_is_its_share_of_the_base_flow():
    """40 % of 5 t a month is 2."""
    m = build_model(worlds.market(worlds.two_regions(), worlds.measure("quota", share=0.4)))
    assert pyo.value(m.measure_limit[0, 0].upper) == pytest.approx(2)


def test_core_use_is_what_is_bought_at_the_choke():
    """Elasticity 0.5 and a choke of ten times the base price: 10 x 10^-0.5 = 3.1623 t a month."""
    m = build_model(worlds.market(worlds.two_regions()))
    assert m.v_core_use[1, 0].ub == pytest.approx(10 * 10**-0.5)


def _variables(constraint):
    from pyomo.core.expr.visitor import identify_variables

    return list(identify_variables(constraint.body))
