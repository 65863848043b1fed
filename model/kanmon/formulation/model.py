"""The market model as one Pyomo program: this function is the table of contents of the mathematics."""

from __future__ import annotations

import numpy as np
import pyomo.environ as pyo

from kanmon.formulation.balance import market_balance
from kanmon.formulation.constants import right_sides
from kanmon.formulation.contracts import cost_of_shortfall, take_or_pay
from kanmon.formulation.demand import benefit_of_nest, benefit_of_use, shed_within_need
from kanmon.formulation.expansion import added_capacity, capacity_limit, cost_of_expansion
from kanmon.formulation.given import Given, base_point, given_at
from kanmon.formulation.sets import declare, incidence
from kanmon.formulation.storage import fill_limit, release_limit, value_of_stock
from kanmon.formulation.supply import cost_of_output
from kanmon.formulation.switching import trailing_flow
from kanmon.formulation.trade import cost_of_shipping, cost_of_switching, measure_limit, no_resale, pooled_quota
from kanmon.formulation.units import PLAIN, Units
from kanmon.scenario.market import Market


def build_model(market: Market, given: Given | None = None, units: Units = PLAIN) -> pyo.ConcreteModel:
    """The constraints of one window. Indices are positions in the arrays of the market.

    Every component is one equation with one function of the same name; :func:`add_surplus` adds what is maximised.

    Args:
        market: the window.
        given: what depends on prices; at the base point if left out. Only core use of uses with cross prices depends on it.
        units: numbers, or Pyomo units to check that they agree.
    """
    given = given_at(market, base_point(market)) if given is None else given
    m = pyo.ConcreteModel(name="kanmon_market")
    declare(m, market, given, units)
    meet, numbers = incidence(market), right_sides(market)

    def right(name: str, place: int, t: int) -> float:
        return float(numbers[name][place, t])

    limited = _pairs(np.isfinite(market.flow_limit))
    pooled = [(p, int(t)) for p, pool in enumerate(market.pools) for t in np.flatnonzero(np.isfinite(pool.limit))]
    released, filled = (_pairs(np.isfinite(limit)) for limit in (market.release_limit, market.fill_limit))
    served = np.flatnonzero(np.isfinite(market.world.nodes.resale)).tolist()
    m.market_balance = pyo.Constraint(m.NODES, m.MONTHS, rule=lambda m, n, t: market_balance(m, market, meet, right("market_balance", n, t), n, t))
    m.shed_within_need = pyo.Constraint(m.NESTED_USES, m.MONTHS, rule=shed_within_need)
    m.measure_limit = pyo.Constraint(limited, rule=lambda m, lane, t: measure_limit(m, right("measure_limit", lane, t), lane, t))
    m.trailing_flow = pyo.Constraint(m.REMEMBERED, m.MONTHS, rule=lambda m, lane, t: trailing_flow(m, market, right("trailing_flow", lane, t), lane, t))
    m.pooled_quota = pyo.Constraint(pooled, rule=lambda m, p, t: pooled_quota(m, market, right("pooled_quota", p, t), p, t))
    m.release_limit = pyo.Constraint(released, rule=lambda m, k, t: release_limit(m, market, right("release_limit", k, t), k, t))
    m.fill_limit = pyo.Constraint(filled, rule=lambda m, k, t: fill_limit(m, market, right("fill_limit", k, t), k, t))
    m.no_resale = pyo.Constraint([n for n in served if meet.leaving[n]], m.MONTHS, rule=lambda m, n, t: no_resale(m, meet, right("no_resale", n, t), n, t))
    m.added_capacity = pyo.Constraint(m.ADDED, rule=lambda m, e, t: added_capacity(m, right("added_capacity", e, t), e, t))
    m.capacity_limit = pyo.Constraint(m.ADDED, rule=lambda m, e, t: capacity_limit(m, market, right("capacity_limit", e, t), e, t))
    m.take_or_pay = pyo.Constraint(m.RUNNING_CONTRACTS, rule=lambda m, j, t: take_or_pay(m, market, right("take_or_pay", j, t), j, t))
    return m


def _pairs(mask: np.ndarray) -> list[tuple[int, int]]:
    """Place and month of what holds."""
    return [(int(place), int(t)) for place, t in zip(*np.nonzero(mask), strict=True)]


def add_surplus(m: pyo.ConcreteModel, market: Market, given: Given | None = None) -> None:
    r"""What is maximised: the discounted surplus of all regions.

    .. math::
        \max \sum_t \beta^t \Big[\sum_s B_s(q_{st}) - \sum_a C_a(y_{at}) - \sum_l \big((c_l + \phi_{lt})\, x_{lt} + \tfrac{1}{2} b_{lt} x_{lt}^2\big)
        - \sum_l \Phi_l(x_{lt}) + \sum_k \Gamma_k(w_{kt}) - \sum_j \bar P_j u_{jt} - \sum_e E_e(z_{et}, K_{et})\Big] \qquad [\mathrm{USD}]

    Its optimum is the competitive equilibrium (Samuelson 1952). What depends on prices (ad-valorem taxes, answers to prices of
    other markets, market power) enters as it is at the last point, and the certificate tests the true condition.

    Args:
        m: model from :func:`build_model`.
        market: the window.
        given: what depends on prices; at the base point if left out.
    """
    given = given_at(market, base_point(market)) if given is None else given
    weight = [float(value) for value in market.discounting]
    nests = range(int(market.world.uses.nest.max(initial=-1)) + 1)
    m.surplus = pyo.Objective(
        sense=pyo.maximize,
        expr=sum(
            weight[t]
            * (
                sum(benefit_of_use(m, market, s, t, given) for s in m.PLAIN_USES)
                + sum(benefit_of_nest(m, market, nest, t) for nest in nests)
                - sum(cost_of_output(m, market, a, t, given) for a in m.ACTIVITIES)
                - sum(cost_of_shipping(m, market, lane, t, given) + cost_of_switching(m, market, lane, t) for lane in m.LANES)
                + sum(value_of_stock(m, market, k, t) for k in m.STOCKS)
                - sum(cost_of_expansion(m, market, e, t) for e in m.EXPANSIONS)
            )
            for t in m.MONTHS
        )
        - sum(weight[t] * cost_of_shortfall(m, market, j, t) for j, t in m.RUNNING_CONTRACTS),
    )
