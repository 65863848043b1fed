"""What use is worth and what resources it takes: the total that the accounts divide, by region of who bears it.

What a stock is worth at the end, and its convenience, count against the cost of holding it, which may so be negative.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from kanmon.accounts.areas import area_of_stock, area_of_use, cost_of_output, cost_of_shipping, cost_of_switching, handed_on
from kanmon.scenario.market import Market
from kanmon.scenario.months import month_name
from kanmon.solution.plan import Plan

BENEFIT, HANDED_ON, OUTPUT, SHIPPING, SWITCHING, HOLDING = "benefit of use", "goods under way at the end", "cost of output", "cost of shipping", "cost of switching", "cost of holding"


def resources(plan: Plan, market: Market) -> pd.DataFrame:
    """Benefit of use, worth of what is under way at the end, and resource costs of a window. Costs are positive; a stock whose
    convenience, or a stockpile whose security, exceeds its cost counts negative.

    Returns:
        columns month, region, item, value [USD/month, undiscounted].
    """
    world = market.world
    regions = [region for region, _ in world.nodes.keys]
    destination = [regions[n] for n in world.lanes.destination]
    holders = [regions[n] for n in world.stocks.node]
    for pile in world.stockpiles:
        holders[pile.stock] = pile.owner
    parts = [
        (BENEFIT, [key[0] for key in world.uses.keys], area_of_use(plan, market)),
        (HANDED_ON, destination, handed_on(plan, market)),
        (OUTPUT, [key[0] for key in world.activities.keys], cost_of_output(plan, market)),
        (SHIPPING, destination, cost_of_shipping(plan, market)),
        (SWITCHING, destination, cost_of_switching(plan, market)),
        (HOLDING, holders, -area_of_stock(plan, market)),
    ]
    months = [month_name(market.first + t) for t in range(market.months)]
    rows = []
    for item, owners, values in parts:
        for region in world.regions:
            mine = np.array([owner == region for owner in owners], dtype=bool)
            if mine.any():
                rows.append(pd.DataFrame({"month": months, "region": region, "item": item, "value": values[mine].sum(axis=0)}))
    return pd.concat(rows, ignore_index=True) if rows else pd.DataFrame(columns=["month", "region", "item", "value"])
