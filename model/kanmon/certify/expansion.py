"""Conditions of capacity that is added: what is on line was started, what is started pays, and limits have a rent only where they bind."""

from __future__ import annotations

import numpy as np
import pandas as pd

from kanmon.certify.residual import by_place, natural_residual
from kanmon.formulation.expansion import capital_scale, charges, expansion_scales, price_of_start
from kanmon.scenario.market import Market
from kanmon.solution.plan import Plan


def added_capacity(plan: Plan, market: Market) -> pd.DataFrame:
    r"""Growth of capacity, and the gains from starting it and from having it.

    .. math:: g(z_{et}) = \nu_{et} - \beta^{-\delta_e} c_e, \qquad g(K_{et}) = \mu_{et} - a_{et} + \beta \nu_{e,t+1} - \nu_{et}

    with the rent of capacity :math:`\mu` and its worth from a month on :math:`\nu`. Where nothing started in the window can be on line,
    capacity is what earlier windows have committed, and has neither.
    """
    quantity, price = (scale[:, None] for scale in expansion_scales(market))
    capital = capital_scale(market)[:, None]
    grown = np.abs(plan.added - market.committed - np.cumsum(plan.started, axis=1)) / quantity
    starts = natural_residual(plan.started, plan.capacity_worth - price_of_start(market)[:, None], 0.0, np.inf, quantity, capital)
    ahead = np.concatenate([plan.capacity_worth[:, 1:], np.zeros((plan.added.shape[0], 1))], axis=1)
    gain = plan.capacity_wedge - charges(market) + market.world.discount * ahead - plan.capacity_worth
    holds = natural_residual(plan.added, gain, 0.0, market.world.expansions.largest[:, None], quantity, capital)
    early = (np.abs(plan.started) / quantity, np.maximum(np.abs(plan.capacity_wedge) / price, np.abs(plan.capacity_worth) / capital))
    if market.can_come.size:
        early = (np.where(market.can_come, starts, early[0]), np.where(market.is_open, holds, early[1]))
    return by_place("added capacity", market, _names(market), np.maximum(grown, np.maximum(*early)))


def capacity_limit(plan: Plan, market: Market) -> pd.DataFrame:
    """Lanes and plants stay within their base and what is added; where they are below it, it has no rent."""
    added = market.world.expansions
    quantity, price = (scale[:, None] for scale in expansion_scales(market))
    carried = np.zeros_like(plan.added)
    lanes, plants = added.lane >= 0, added.activity >= 0
    carried[lanes], carried[plants] = plan.flow[added.lane[lanes]], plan.output[added.activity[plants]]
    allowed = market.carried if market.carried.size else np.full(plan.added.shape, np.inf)
    room, wedge = (allowed + plan.added - carried) / quantity, plan.capacity_wedge / price
    return by_place("capacity limit", market, _names(market), np.where(market.is_open, np.abs(np.minimum(wedge, room)), np.maximum(-room, 0.0)))


def _names(market: Market) -> list[str]:
    return [f"{kind} of {good} by {source}, {region}" for kind, region, good, source in market.world.expansions.keys]
