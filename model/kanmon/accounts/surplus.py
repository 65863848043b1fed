r"""Market surplus by region and account, month by month.

Everybody buys and sells at the market price, so prices paid and received cancel and the accounts add up to what the program
maximises, taxes included: benefit of use less resource cost (:mod:`kanmon.accounts.resources`, computed another way).

.. math::
    \underbrace{B_s(q) - p\,q}_{\text{consumers}} + \underbrace{p\,y - C_a(y)}_{\text{producers}} + \underbrace{p\,(w_{t-1} - w_t) + \Gamma(w)}_{\text{stockholders}}
    + \underbrace{(p_d - p_o - c)\,x}_{\text{traders, quota rent, market power, tax revenue}}

Surplus of use is measured from zero use where the curve meets an axis or a choke, else from the base point; only its change has a
meaning there. Traders pay for a shipment when it leaves and are paid when it lands; what is still under way at the end is booked when it
leaves, at the price that is expected to hold then. Taxes, rents and markups are booked when a shipment leaves.

A national stockpile has two accounts of its owner: the money, with what is left at the end at its market price, and the security that its
reservation price says it is held for (:func:`kanmon.world.holdings.security_value`). What is owed under take-or-pay for tonnes not taken
goes from the importing region to the exporting one; nothing of it is lost.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from kanmon.accounts.areas import area_of_stock, area_of_use, cost_of_flow, cost_of_output, handed_on
from kanmon.certify.certificate import lane_wedge, markup
from kanmon.formulation.given import arrivals, net_price, taxes
from kanmon.scenario.market import Market
from kanmon.scenario.months import month_name
from kanmon.solution.plan import Plan
from kanmon.world.holdings import contract_lanes, contract_prices, is_stockpile
from kanmon.world.world import Floats

CONSUMERS, PRODUCERS, STOCKHOLDERS, TRADERS = "consumers", "producers", "stockholders", "traders"
TAX_REVENUE, QUOTA_RENT, MARKET_POWER = "tax revenue", "quota rent", "market power"
STOCKPILE, SECURITY, TAKE_OR_PAY = "national stockpile", "security of the stockpile", "take-or-pay"
ACCOUNTS = (CONSUMERS, PRODUCERS, STOCKHOLDERS, TRADERS, TAX_REVENUE, QUOTA_RENT, MARKET_POWER, STOCKPILE, SECURITY, TAKE_OR_PAY)


def surplus(plan: Plan, market: Market) -> pd.DataFrame:
    """Surplus of a window by region, account and month.

    Returns:
        columns month, region, account, value [USD/month, undiscounted]; accounts that do not exist in a region are left out.
    """
    world, price = market.world, plan.price
    nodes, lanes = world.nodes, world.lanes
    regions = [region for region, _ in nodes.keys]
    parts: list[tuple[str, list[str], np.ndarray]] = []

    use_regions = [key[0] for key in world.uses.keys]
    parts.append((CONSUMERS, use_regions, area_of_use(plan, market) - net_price(market, price) * plan.use))

    plants = world.activities
    margin = price[plants.output].copy()
    np.add.at(margin, plants.input_activity, -plants.input_ratio[:, None] * price[plants.input_node])
    parts.append((PRODUCERS, [key[0] for key in plants.keys], margin * plan.output - cost_of_output(plan, market)))

    stocks = world.stocks
    kept = np.concatenate([market.state.stock[:, None], (1.0 - stocks.loss[:, None]) * plan.stock[:, :-1]], axis=1)
    held, traded = area_of_stock(plan, market), price[stocks.node] * (kept - plan.stock)
    private = ~is_stockpile(world)
    parts.append((STOCKHOLDERS, [regions[n] for n in stocks.node[private]], (traded + held)[private]))
    parts.extend(_stockpiles(plan, market, traded, held))

    origin, destination = [regions[n] for n in lanes.origin], [regions[n] for n in lanes.destination]
    tax = taxes(market, price)
    sold = arrivals(market, plan.flow) * price[lanes.destination] + handed_on(plan, market)
    gross = sold - (price[lanes.origin] + tax) * plan.flow - cost_of_flow(plan, market)
    power = markup(plan, market) * plan.flow
    limited = np.isfinite(market.flow_limit)
    rent = np.where(limited, np.maximum(lane_wedge(plan, market), 0.0), 0.0) * plan.flow
    holder = [owner or region for owner, region in zip(market.rent_to, origin, strict=True)]
    parts.append((QUOTA_RENT, holder, rent))
    pooled = np.zeros_like(rent)
    for pool, wedge in zip(market.pools, plan.pool_wedge, strict=True):
        share = wedge[None, :] * plan.flow[pool.lanes]
        pooled[pool.lanes] += share
        parts.append((QUOTA_RENT, [pool.rent_to or origin[lane] for lane in pool.lanes], share))
    exported = (market.export_amount + market.export_rate * price[lanes.origin]) * plan.flow
    parts.append((TAX_REVENUE, origin, exported))
    parts.append((TAX_REVENUE, destination, tax * plan.flow - exported))
    parts.append((MARKET_POWER, origin, power))
    owed, signed = contract_prices(world)[:, None] * plan.shortfall, contract_lanes(world)
    parts.append((TAKE_OR_PAY, [origin[lane] for lane in signed], owed))
    parts.append((TAKE_OR_PAY, [destination[lane] for lane in signed], -owed))
    parts.append((TRADERS, destination, gross - rent - pooled - power))
    return _gathered(parts, market)


def _stockpiles(plan: Plan, market: Market, traded: Floats, held: Floats) -> list[tuple[str, list[str], Floats]]:
    """Money and security of each stockpile, apart: sales less purchases and holding cost, with what is left at the end at its market
    price; and what the owner holds it for beyond that."""
    world, owners = market.world, [pile.owner for pile in market.world.stockpiles]
    piles = [pile.stock for pile in world.stockpiles]
    stocks = world.stocks
    money = traded - stocks.holding[:, None] * plan.stock
    money[:, -1] += world.discount * (1.0 - stocks.loss) * market.anchor.ahead[stocks.node, 0] * plan.stock[:, -1]
    return [(STOCKPILE, owners, money[piles]), (SECURITY, owners, (traded + held - money)[piles])]


def _gathered(parts: list[tuple[str, list[str], np.ndarray]], market: Market) -> pd.DataFrame:
    """Rows summed by region and account."""
    total: dict[tuple[str, str], np.ndarray] = {}
    order = {name: place for place, name in enumerate(ACCOUNTS)}
    for account, owners, values in parts:
        for owner, row in zip(owners, values, strict=True):
            key = (owner, account)
            total[key] = total[key] + row if key in total else row
    keys = [key for key in sorted(total, key=lambda key: (market.world.regions.index(key[0]), order[key[1]])) if key[1] in ACCOUNTS[:2] or np.abs(total[key]).max() > 0]
    months = [month_name(market.first + t) for t in range(market.months)]
    return pd.DataFrame(
        {
            "month": months * len(keys),
            "region": [region for region, _ in keys for _ in months],
            "account": [account for _, account in keys for _ in months],
            "value": np.concatenate([total[key] for key in keys]) if keys else np.zeros(0),
        }
    )
