"""Areas under the curves of a plan: benefit of use, cost of output, shipping and stocks, rows x months [USD/month]."""

from __future__ import annotations

import numpy as np

from kanmon.formulation.curves import friction_area, isoelastic_area, log_aggregate
from kanmon.formulation.given import cross_answer, price_after, shifted_use, use_at_choke
from kanmon.formulation.storage import stock_terms
from kanmon.formulation.switching import trailing
from kanmon.scenario.market import Market
from kanmon.solution.plan import Plan


def area_of_use(plan: Plan, market: Market) -> np.ndarray:
    """Benefit of each use; that of a nest is divided over its members by their outlay (:mod:`kanmon.formulation.demand`)."""
    uses = market.world.uses
    base = shifted_use(market, plan.price)
    core, price, slope, choke = use_at_choke(market, base), market.anchor.use_price, uses.slope[:, None], uses.choke[:, None]
    elasticity = np.broadcast_to(market.elasticity, plan.use.shape)
    flexible = np.maximum(plan.use - core, 0.0)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        straight = (price - slope * (core - base)) * flexible - slope * flexible**2 / 2
        answering = np.where(elasticity > 0, elasticity, 1.0)
        start = np.where(core > 0, isoelastic_area(np.where(core > 0, core / base, 1.0), answering), 0.0)
        curved = np.where(elasticity > 0, price * base * (isoelastic_area((core + flexible) / base, answering) - start), 0.0)
    rationed = np.where(core > 0, np.where(np.isfinite(choke), choke, 0.0) * np.minimum(plan.use, core), 0.0)
    area = rationed + np.where(np.isfinite(slope), straight, curved)
    return np.where(uses.in_nest[:, None], _area_of_nests(plan, market), area) if uses.in_nest.any() else area


def _area_of_nests(plan: Plan, market: Market) -> np.ndarray:
    """Benefit of nests from the base point on, less what is shed at the choke."""
    uses, area = market.world.uses, np.zeros_like(plan.use)
    need = plan.use + plan.shed
    for nest in range(int(uses.nest.max()) + 1):
        members = np.flatnonzero(uses.nest == nest)
        outlay = market.anchor.use_price[members] * market.anchor.use[members]
        total = outlay.sum(axis=0)
        share = outlay / total
        ratio = np.maximum(need[members] / market.anchor.use[members], 1e-12)
        sigma, elasticity = market.sigma[members[0]], market.elasticity[members[0]]
        area[members] = share * total * isoelastic_area(np.exp(log_aggregate(share, ratio, sigma)), elasticity) - uses.choke[members][:, None] * plan.shed[members]
    return area


def cost_of_output(plan: Plan, market: Market) -> np.ndarray:
    """Cost of each activity, inputs apart (:func:`kanmon.formulation.supply.cost_of_output`)."""
    plants = market.world.activities
    shift = cross_answer(plants.cross, plan.price, len(plants.keys))
    straight = (plants.intercept[:, None] - plants.slope[:, None] * shift) * plan.output + plants.slope[:, None] * plan.output**2 / 2
    base = np.where(plants.is_isoelastic[:, None], market.anchor.output, 1.0)
    power = np.where(plants.is_isoelastic, 1.0 + 1.0 / plants.elasticity, 1.0)[:, None]
    return straight + plants.cost[:, None] * base / power * (np.maximum(plan.output, 0.0) / base) ** power


def cost_of_switching(plan: Plan, market: Market) -> np.ndarray:
    """Friction of each lane (:func:`kanmon.formulation.trade.cost_of_switching`)."""
    lanes = market.world.lanes
    anchor = market.anchor
    change = (trailing(plan.flow, market.state.trailing, lanes.persistence) - anchor.trailing) / anchor.scale
    area = friction_area(change, lanes.below_weight[:, None], lanes.smoothing[:, None])
    return np.where(market.is_forced_down, 0.0, anchor.friction * anchor.scale * area)


def cost_of_shipping(plan: Plan, market: Market) -> np.ndarray:
    """Margin and congestion of each lane; taxes, friction and market power apart."""
    lanes = market.world.lanes
    caused = np.zeros_like(plan.flow)
    np.add.at(caused, lanes.cross_lane, lanes.cross_congestion[:, None] * plan.flow[lanes.cross_other])
    return (market.anchor.margin + caused) * plan.flow + lanes.congestion[:, None] * plan.flow**2 / 2


def cost_of_flow(plan: Plan, market: Market) -> np.ndarray:
    """Shipping and switching together."""
    return cost_of_shipping(plan, market) + cost_of_switching(plan, market)


def handed_on(plan: Plan, market: Market) -> np.ndarray:
    """Worth, when they leave, of shipments that arrive after the last month, lane x month [USD/month]."""
    return price_after(market) * plan.flow


def area_of_stock(plan: Plan, market: Market) -> np.ndarray:
    """Convenience of each stock, of a stockpile its security, less its holding cost; in the last month with what is handed on (:mod:`kanmon.formulation.storage`)."""
    stocks = market.world.stocks
    worth, holding = stock_terms(market, np.arange(market.months))
    base = np.where(market.anchor.stock > 0, market.anchor.stock, 1.0)
    ratio = np.where(worth > 0, np.maximum(plan.stock, 1e-12) / base, 1.0)
    return worth * base * isoelastic_area(ratio, np.broadcast_to(1.0 / stocks.exponent[:, None], ratio.shape)) - holding * plan.stock
