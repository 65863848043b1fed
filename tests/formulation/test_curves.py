"""The surplus that Pyomo maximises and the curves that the solver answers with are the same mathematics."""

from __future__ import annotations

import numpy as np
import pyomo.environ as pyo
import pytest
import scipy.sparse as sparse
from pyomo.core.expr.calculus.derivatives import Modes, differentiate
from scipy.integrate import quad

import worlds
from kanmon.formulation.curves import friction_area, friction_inverse, friction_marginal, friction_slope, isoelastic_area
from kanmon.formulation.given import base_point, given_at
from kanmon.formulation.model import add_surplus, build_model
from kanmon.scenario.schema import Scenario
from kanmon.solve.matrix import FAMILIES, read_system
from kanmon.solve.sorting import build_terms
from kanmon.world.calibrate import calibrate


@pytest.fixture(scope="module")
def examplium_window():
    """The made-up metal with an export tax, three months: every kind of column is there."""
    world = calibrate(worlds.examplium()).world
    tax = {"name": "tax", "kind": "export_tax", "amount": 7.0, "exporter": "AAA", "goods": ["examplium"], "destinations": ["BBB"], "announced": "2026-12", "effective": "2026-12"}
    quota = {"name": "quota", "kind": "quota", "share": 0.9, "pooled": True, "exporter": "AAA", "goods": ["examplium"], "destinations": ["*"], "announced": "2026-12", "effective": "2026-12"}
    market = worlds.market(world, tax, quota, months=5, start="2026-12")
    assert isinstance(Scenario, type)
    model = build_model(market)
    add_surplus(model, market)
    return market, model, read_system(model_without_objective(model))


def model_without_objective(model: pyo.ConcreteModel) -> pyo.ConcreteModel:
    model.surplus.deactivate()
    return model


def test_marginal_values_of_all_columns_are_the_derivatives_of_the_pyomo_objective(examplium_window):
    market, model, system = examplium_window
    assert all(len(system.columns[family]) for family in ("flexible_use", "core_use", "need", "shed", "output", "flow", "closing_stock", "disposal"))
    terms = build_terms(market, system, given_at(market, base_point(market)))
    rng = np.random.default_rng(1)
    x = terms.quantity * rng.uniform(0.5, 1.5, terms.quantity.size)
    variables = {}
    for family in FAMILIES:
        for column, index in zip(system.columns[family], system.indices[family], strict=True):
            variable = getattr(model, f"v_{family}")[tuple(int(part) for part in index)]
            variable.set_value(float(x[column]), skip_validation=True)
            variables[int(column)] = variable
    listed = list(variables.values())
    derivative = differentiate(model.surplus.expr, wrt_list=listed, mode=Modes.reverse_numeric)
    mine = (terms.weight * terms.marginal(x))[list(variables)]
    assert len(derivative) == mine.size > 100
    np.testing.assert_allclose(mine, derivative, rtol=1e-9, atol=1e-9)


def test_slopes_are_the_derivatives_of_marginal_values(examplium_window):
    market, _, system = examplium_window
    terms = build_terms(market, system, given_at(market, base_point(market)))
    x = terms.quantity * np.random.default_rng(2).uniform(0.6, 1.4, terms.quantity.size)
    curvature = terms.curvature(x).toarray()
    step = 1e-6 * terms.quantity
    for column in np.random.default_rng(3).choice(x.size, 60, replace=False):
        up, down = x.copy(), x.copy()
        up[column] += step[column]
        down[column] -= step[column]
        numeric = terms.weight * (terms.marginal(up) - terms.marginal(down)) / (2 * step[column])
        np.testing.assert_allclose(curvature[:, column], numeric, rtol=2e-4, atol=1e-6 * np.abs(curvature).max())


def test_columns_answer_their_own_marginal_value(examplium_window):
    """answer(marginal(x)) = x for every curve, and the nest as a block."""
    market, _, system = examplium_window
    terms = build_terms(market, system, given_at(market, base_point(market)))
    x = terms.quantity * np.random.default_rng(4).uniform(0.7, 1.3, terms.quantity.size)
    for group in terms.curved:
        answered, slope = group.answer(group.marginal(x[group.columns]))
        np.testing.assert_allclose(answered, x[group.columns], rtol=1e-9, atol=1e-12)
        np.testing.assert_allclose(slope * -group.slope(x[group.columns]), 1.0, rtol=1e-8)
    nests = terms.nests
    answered, derivative = nests.answer(nests.marginal(x[nests.columns]))
    np.testing.assert_allclose(answered, x[nests.columns], rtol=1e-9)
    matrix = sparse.csr_array((derivative, nests.pairs))
    np.testing.assert_allclose((matrix @ -nests.hessian(x[nests.columns])).toarray(), np.eye(nests.columns.size), atol=1e-8)


@pytest.mark.parametrize("change", [-1.0, -0.3, -0.01, 0.0, 0.005, 0.4, 3.0])
def test_friction_has_one_value_slope_and_inverse(change):
    area, _ = quad(friction_marginal, 0.0, change, args=(0.05, 0.02))
    assert friction_area(change, 0.05, 0.02) == pytest.approx(area, abs=1e-9)
    back, slope = friction_inverse(friction_marginal(change, 0.05, 0.02), 0.05, 0.02)
    assert back == pytest.approx(change, abs=1e-9)
    assert slope * friction_slope(change, 0.05, 0.02) == pytest.approx(1.0)


def test_friction_is_nothing_at_the_base_flow():
    assert friction_area(0.0, 0.05, 0.02) == pytest.approx(0.0, abs=1e-15)
    assert friction_marginal(0.0, 0.05, 0.02) == pytest.approx(0.0, abs=1e-15)


@pytest.mark.parametrize("elasticity", [0.1, 0.5, 1.0, 2.0])
def test_the_area_under_an_isoelastic_curve_is_its_integral(elasticity):
    area, _ = quad(lambda z: z ** (-1 / elasticity), 1.0, 0.6)
    assert isoelastic_area(0.6, elasticity) == pytest.approx(area, rel=1e-9)
