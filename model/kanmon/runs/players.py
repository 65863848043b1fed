"""Solve a window in which a dominant exporter may have more than one top of its profit, and take the higher one."""

from __future__ import annotations

import numpy as np

from kanmon.accounts.surplus import MARKET_POWER, PRODUCERS, surplus
from kanmon.certify.certificate import certify_plan
from kanmon.scenario.market import Market
from kanmon.solve.equilibrium import Equilibrium
from kanmon.solve.window import solve_window


def solve_for_players(market: Market, method: str = "newton", near: Equilibrium | None = None) -> Equilibrium:
    """The equilibrium of a window; where exporters reckon with a fringe, the one of two that earns them more.

    A fringe that stands at capacity answers no price, one that stands below it does. The window is solved from either guess. Of several
    such players the joint profit decides; that none of them would leave it alone is not tested.
    """
    found = solve_window(market, method, near)
    lanes = market.world.lanes
    if not ((lanes.conduct > 0) & (lanes.fringe_response > 0)).any():
        return found
    other = solve_window(market, method, near, at_limits=True)
    return other if certify_plan(other, market).passed and profit_of_players(other, market) > profit_of_players(found, market) else found


def profit_of_players(found: Equilibrium, market: Market) -> float:
    """Discounted producers' surplus and markup of the regions that have market power [USD]."""
    players = {key[1] for key, conduct in zip(market.world.lanes.keys, market.world.lanes.conduct, strict=True) if conduct > 0}
    table = surplus(found, market)
    mine = table[table["region"].isin(players) & table["account"].isin([PRODUCERS, MARKET_POWER])]
    by_month = mine.groupby("month")["value"].sum().sort_index().to_numpy()
    return float(market.discounting[: by_month.size] @ np.asarray(by_month))
