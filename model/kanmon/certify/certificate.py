r"""Test a solution against the conditions that make it an equilibrium.

Nothing of the solver is used: quantities and prices are read from the tables and put into the curves of the market model.
Each condition is a *natural residual*: for a quantity x in [l, u] with marginal profit g it is

.. math:: \big|\, x/Q - \mathrm{mid}(l/Q,\; x/Q + g/P,\; u/Q) \,\big|

zero exactly where x is interior and g = 0, or x stands at a bound and g points outwards. Quantities are over the base
throughput Q of the market, prices over its base price P. Floor for markets that were idle in the base year: their capacity.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from kanmon.errors import NotCertified
from kanmon.formulation.curves import log_aggregate
from kanmon.formulation.given import arrivals, given_at, landed_price, market_power, net_price, shifted_use, taxes, use_at_choke
from kanmon.formulation.switching import marginal_switching_cost
from kanmon.scenario.market import Market
from kanmon.scenario.months import month_name
from kanmon.solution.plan import Plan
from kanmon.solution.tables import Tables, has_rate_limit, read_plan
from kanmon.world.holdings import contract_lanes, contract_prices, security_value, worth_at_end

PASS = 1e-6
"""Largest relative residual of a certified run [1]."""

WORST_SHOWN = 8

MEANING = {
    "market balance": "use, input, dispatch and closing stock equal output, arrivals, scrap and opening stock",
    "bounds": "no quantity is negative, above capacity, above a ban or quota, or below the operating minimum",
    "end use": "each industry uses what its demand curve says at the price it pays; at the choke it sheds",
    "activity": "price less inputs equals marginal cost, or the plant stands at zero or at capacity",
    "lane": "price difference equals marginal lane cost and tax, or the flow stands at zero or at its limit",
    "stock": "interest and holding cost equal convenience and the price rise, or the stock is at its minimum",
    "stock rate": "a limit on drawing or filling a stock has a price only where it binds",
    "resale": "no market ships on more than it makes of what a player sells there",
    "take-or-pay": "what falls short of a contract is what is not taken of it, and costs its price; taking saves something only where the contract binds",
    "disposal": "nothing of value is thrown away",
    "pooled quota": "a quota on several lanes has a price only where it binds",
    "complementarity": "value left on the table, summed over all markets and months, over the value of all that is used",
}


@dataclass(frozen=True)
class Certificate:
    """Residuals of one window, worst first.

    Attributes:
        residuals: columns window, condition, where, month, residual.
    """

    residuals: pd.DataFrame

    @property
    def worst(self) -> float:
        return float(self.residuals["residual"].max())

    @property
    def passed(self) -> bool:
        return bool(self.worst <= PASS)

    def summary(self) -> pd.DataFrame:
        """The worst residual of each condition: condition, meaning, where, month, residual, passed."""
        worst = self.residuals.loc[self.residuals.groupby("condition", sort=False)["residual"].idxmax()]
        out = worst.assign(meaning=worst["condition"].map(MEANING), passed=worst["residual"] <= PASS)
        return out[["window", "condition", "meaning", "where", "month", "residual", "passed"]].reset_index(drop=True)

    def demand(self) -> None:
        """Raise unless the certificate holds.

        Raises:
            NotCertified: the worst offenders by market and month, and what to check.
        """
        if self.passed:
            return
        lines = [f"The solution is not an equilibrium to {PASS:g} (worst residual {self.worst:.2g}), so there is no report. Worst offenders:"]
        missed = self.residuals[self.residuals["residual"] > PASS]
        for row in missed.nlargest(WORST_SHOWN, "residual").itertuples():
            lines.append(f"  {row.condition} at {row.where} in {row.month}: {row.residual:.2g} - should hold: {MEANING[row.condition]}")
        lines.append("Check the rows of these markets in the data pack (capacity, prices, curves, measures); kanmon check finds contradictions.")
        raise NotCertified("\n".join(lines))


def certify(tables: Tables, market: Market) -> Certificate:
    """Certificate of one window from its tables."""
    return certify_plan(read_plan(tables, market), market)


def certify_plan(plan: Plan, market: Market) -> Certificate:
    """Certificate of one window from the arrays of its plan."""
    parts = [
        _balance(plan, market),
        _bounds(plan, market),
        _end_use(plan, market),
        _activity(plan, market),
        _lane(plan, market),
        _stock(plan, market),
        _stock_rate(plan, market),
        _resale(plan, market),
        _take_or_pay(plan, market),
        _disposal(plan, market),
        _pooled(plan, market),
        _complementarity(plan, market),
    ]
    frame = pd.concat([part for part in parts if not part.empty], ignore_index=True)
    frame.insert(0, "window", month_name(market.first))
    return Certificate(frame)


def _frame(condition: str, market: Market, names: list[str], residual: np.ndarray) -> pd.DataFrame:
    """The worst month of each row, as a table."""
    if not len(names):
        return pd.DataFrame()
    worst = residual.argmax(axis=1)
    return pd.DataFrame({
        "condition": condition,
        "where": names,
        "month": [month_name(market.first + int(t)) for t in worst],
        "residual": residual[np.arange(len(names)), worst],
    })  # fmt: skip


def _natural(x, gain, lower, upper, quantity, price) -> np.ndarray:
    """Natural residual of quantities with marginal gain, in relative terms."""
    return np.abs(x / quantity - np.clip(x / quantity + gain / price, lower / quantity, upper / quantity))


def _node_names(market: Market) -> list[str]:
    return [f"{good} in {region}" for region, good in market.world.nodes.keys]


def _stock_names(market: Market) -> list[str]:
    names = [_node_names(market)[n] for n in market.world.stocks.node]
    for pile in market.world.stockpiles:
        names[pile.stock] = pile.name
    return names


def _lane_names(market: Market) -> list[str]:
    return [f"{good} {origin} to {destination}" for good, origin, destination in market.world.lanes.keys]


def _use_names(market: Market) -> list[str]:
    return [f"{good} in {industry}, {region}" for region, industry, good in market.world.uses.keys]


def _throughput(market: Market) -> np.ndarray:
    return np.maximum(market.world.nodes.throughput, 1e-9)[:, None]


def _balance(plan: Plan, market: Market) -> pd.DataFrame:
    world, months = market.world, market.months
    net = np.zeros((len(world.nodes.keys), months))
    np.add.at(net, world.uses.node, -plan.use)
    np.add.at(net, world.activities.output, plan.output)
    np.add.at(net, world.activities.input_node, -plan.output[world.activities.input_activity] * world.activities.input_ratio[:, None])
    np.add.at(net, world.uses.scrap_node, plan.use[world.uses.scrap_use] * world.uses.scrap_ratio[:, None])
    np.add.at(net, world.lanes.origin, -plan.flow)
    np.add.at(net, world.lanes.destination, arrivals(market, plan.flow))
    np.add.at(net, world.stocks.node, _kept(plan, market) - plan.stock)
    net -= plan.disposal
    return _frame("market balance", market, _node_names(market), np.abs(net) / _throughput(market))


def _kept(plan: Plan, market: Market) -> np.ndarray:
    """What is left, at the start of each month, of the stock before, stock x month [t]."""
    left = 1.0 - market.world.stocks.loss[:, None]
    return np.concatenate([market.state.stock[:, None], left * plan.stock[:, :-1]], axis=1)


def _bounds(plan: Plan, market: Market) -> pd.DataFrame:
    world = market.world
    lane_scale = _throughput(market)[world.lanes.destination]
    flow = np.maximum(np.maximum(-plan.flow, plan.flow - market.flow_ceiling), 0.0) / lane_scale
    output = np.maximum(np.maximum(-plan.output, plan.output - market.capacity), 0.0) / _throughput(market)[world.activities.output]
    use = np.maximum(np.maximum(-plan.use, -plan.shed), 0.0) / _throughput(market)[world.uses.node]
    stocks = world.stocks
    stock = np.maximum(np.maximum(stocks.minimum[:, None] - plan.stock, plan.stock - stocks.capacity[:, None]), 0.0) / stocks.scale[:, None]
    names = [*_lane_names(market), *(f"{activity} in {region}" for region, activity in world.activities.keys), *_use_names(market)]
    names += [f"stock of {name}" for name in _stock_names(market)]
    return _frame("bounds", market, names, np.concatenate([flow, output, use, stock]))


def _end_use(plan: Plan, market: Market) -> pd.DataFrame:
    uses = market.world.uses
    given = given_at(market, plan.point)
    net, base, price, choke = net_price(market, plan.price), given.use_base, market.anchor.use_price, uses.choke[:, None]
    core = use_at_choke(market, base)
    served = np.maximum(plan.use, core)
    linear, fixed = np.isfinite(uses.slope)[:, None], market.elasticity == 0
    with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
        worth = np.where(linear, price - uses.slope[:, None] * (served - base), price * (served / base) ** (-1.0 / market.elasticity))
        worth = np.where((plan.use <= core) & (core > 0), choke, worth)
    plain = _natural(plan.use, np.where(fixed, choke, worth) - net, 0.0, np.where(fixed, core, np.inf), uses.base[:, None], price)
    plain = np.maximum(plain, np.abs(plan.shed - np.maximum(core - plan.use, 0.0)) / uses.base[:, None])
    residual = plain
    if uses.in_nest.any():
        need = plan.use + plan.shed
        marginal = _nest_marginal(need, market)
        buys = _natural(plan.use, marginal - net, 0.0, np.inf, base, price)
        sheds = _natural(plan.shed, marginal - choke, 0.0, np.inf, base, price)
        residual = np.where(uses.in_nest[:, None], np.maximum(buys, sheds), plain)
    return _frame("end use", market, _use_names(market), residual)


def _nest_marginal(need: np.ndarray, market: Market) -> np.ndarray:
    """Marginal value of each good to the industry that combines it with others, use x month [USD/t]."""
    uses = market.world.uses
    marginal = np.ones_like(need)
    for nest in range(int(uses.nest.max()) + 1):
        members = np.flatnonzero(uses.nest == nest)
        usual, price = market.anchor.use[members], market.anchor.use_price[members]
        share = price * usual / (price * usual).sum(axis=0)
        ratio = np.maximum(need[members] / usual, 1e-12)
        sigma, elasticity = market.sigma[members[0]], market.elasticity[members[0]]
        marginal[members] = price * np.exp((1 / sigma - 1 / elasticity) * log_aggregate(share, ratio, sigma)) * ratio ** (-1 / sigma)
    return marginal


def _activity(plan: Plan, market: Market) -> pd.DataFrame:
    plants = market.world.activities
    revenue = plan.price[plants.output].copy()
    np.add.at(revenue, plants.input_activity, -plants.input_ratio[:, None] * plan.price[plants.input_node])
    revenue += plan.resale_wedge[plants.output]
    given = given_at(market, plan.point)
    base = np.where(plants.is_isoelastic[:, None], market.anchor.output, 1.0)
    power = np.where(plants.is_isoelastic, 1.0 / plants.elasticity, 0.0)[:, None]
    straight = plants.intercept[:, None] + plants.slope[:, None] * (plan.output - given.output_shift)
    cost = straight + plants.cost[:, None] * (np.maximum(plan.output, 0.0) / base) ** power
    price = market.world.nodes.price[plants.output][:, None]
    residual = _natural(plan.output, revenue - cost, 0.0, market.capacity, _throughput(market)[plants.output], price)
    return _frame("activity", market, [f"{activity} in {region}" for region, activity in plants.keys], residual)


def lane_cost(plan: Plan, market: Market) -> np.ndarray:
    """Marginal cost of each lane and month, friction and congestion included; taxes and market power apart [USD/t]."""
    lanes = market.world.lanes
    congestion = lanes.congestion[:, None] * plan.flow
    np.add.at(congestion, lanes.cross_lane, lanes.cross_congestion[:, None] * plan.flow[lanes.cross_other])
    return market.anchor.margin + marginal_switching_cost(plan.flow, market) + congestion


def markup(plan: Plan, market: Market) -> np.ndarray:
    """What an exporter with market power earns on a tonne beyond its cost, lane x month [USD/t]."""
    if not (market.world.lanes.conduct > 0).any():
        return np.zeros_like(plan.flow)
    point = plan.point
    return market_power(market, point, shifted_use(market, point.price)) * plan.flow


def lane_wedge(plan: Plan, market: Market) -> np.ndarray:
    """What a tonne would earn on a lane beyond its cost and taxes: the price of the measure on it, lane x month [USD/t].

    Destination price (discounted from arrival) less origin price, marginal lane cost, a player's markup, taxes, pooled quotas
    and the bar on resale, plus what it saves under a contract. Zero on lanes that run freely; positive where a ban or quota binds; negative where shipping does not pay.
    """
    lanes = market.world.lanes
    gain = landed_price(market, plan.price) - plan.price[lanes.origin] - lane_cost(plan, market) - markup(plan, market) - taxes(market, plan.price)
    gain -= plan.resale_wedge[lanes.origin]
    for pool, wedge in zip(market.pools, plan.pool_wedge, strict=True):
        gain[pool.lanes] -= wedge[None, :]
    gain[contract_lanes(market.world)] += plan.contract_wedge
    return gain


def _lane(plan: Plan, market: Market) -> pd.DataFrame:
    lanes = market.world.lanes
    price = market.world.nodes.price[lanes.destination][:, None]
    residual = _natural(plan.flow, lane_wedge(plan, market), 0.0, market.flow_ceiling, _throughput(market)[lanes.destination], price)
    return _frame("lane", market, _lane_names(market), residual)


def stock_gain(plan: Plan, market: Market) -> np.ndarray:
    """Marginal gain from carrying one more tonne out of a month, at what tonnes are worth in store, stock x month [USD/t]."""
    world, stocks = market.world, market.world.stocks
    bent = (stocks.convenience > 0)[:, None]
    base = np.where(bent, market.anchor.stock, 1.0)
    ratio = np.where(bent, (np.maximum(plan.stock, 1e-12) / base) ** -stocks.exponent[:, None], 1.0)
    closing = np.where(
        bent[:, 0], (np.maximum(plan.stock[:, -1], 1e-12) / np.where(bent[:, 0], market.anchor.closing_stock, 1.0)) ** -stocks.exponent, 1.0
    )
    inside = plan.price[stocks.node] - plan.stock_wedge
    ahead = np.concatenate([inside[:, 1:], (worth_at_end(world, market.anchor.ahead[stocks.node, 0]) * closing)[:, None]], axis=1)
    held = (security_value(world) - stocks.holding)[:, None]
    return stocks.convenience[:, None] * ratio + held - inside + world.discount * (1.0 - stocks.loss[:, None]) * ahead


def _stock(plan: Plan, market: Market) -> pd.DataFrame:
    stocks, world = market.world.stocks, market.world
    price, scale = world.nodes.price[stocks.node][:, None], stocks.scale[:, None]
    residual = _natural(plan.stock, stock_gain(plan, market), stocks.minimum[:, None], stocks.capacity[:, None], scale, price)
    return _frame("stock", market, _stock_names(market), residual)


def _stock_rate(plan: Plan, market: Market) -> pd.DataFrame:
    """A release limit sets a price above the worth in store, a fill limit one below, and only where they bind."""
    world, stocks = market.world, market.world.stocks
    limited = has_rate_limit(world)
    if not limited.any():
        return pd.DataFrame()
    drawn, price = (_kept(plan, market) - plan.stock)[limited], world.nodes.price[stocks.node[limited]][:, None]
    scale, wedge = stocks.scale[limited][:, None], plan.stock_wedge[limited]
    release, fill = (market.release_limit[limited] - drawn) / scale, (market.fill_limit[limited] + drawn) / scale
    residual = np.maximum(np.abs(np.minimum(np.maximum(wedge, 0.0) / price, release)), np.abs(np.minimum(np.maximum(-wedge, 0.0) / price, fill)))
    return _frame("stock rate", market, [name for name, rated in zip(_stock_names(market), limited, strict=True) if rated], residual)


def _resale(plan: Plan, market: Market) -> pd.DataFrame:
    """What leaves a market that a player serves stays within what is made there; its worth is higher only where that binds."""
    world = market.world
    served = np.flatnonzero(np.isfinite(world.nodes.resale))
    if not served.size:
        return pd.DataFrame()
    leaving, made = np.zeros_like(plan.price), np.zeros_like(plan.price)
    np.add.at(leaving, world.lanes.origin, plan.flow)
    np.add.at(made, world.activities.output, plan.output)
    room = (world.nodes.resale[:, None] + made - leaving)[served] / _throughput(market)[served]
    wedge = plan.resale_wedge[served] / world.nodes.price[served][:, None]
    ships = np.isin(served, world.lanes.origin)[:, None]
    return _frame("resale", market, [_node_names(market)[n] for n in served], np.where(ships, np.abs(np.minimum(wedge, room)), np.abs(wedge)))


def _take_or_pay(plan: Plan, market: Market) -> pd.DataFrame:
    """What falls short costs the price of the contract; taking a tonne saves at most that, and nothing where more is taken than named."""
    world = market.world
    if not world.contracts:
        return pd.DataFrame()
    lane, runs = contract_lanes(world), market.contracted > 0
    price, scale = world.nodes.price[world.lanes.destination[lane]][:, None], _throughput(market)[world.lanes.destination[lane]]
    owed = _natural(plan.shortfall, plan.contract_wedge - contract_prices(world)[:, None], 0.0, np.inf, scale, price)
    room = (plan.flow[lane] + plan.shortfall - market.contracted) / scale
    binds = np.abs(np.minimum(plan.contract_wedge / price, room))
    idle = np.maximum(np.abs(plan.shortfall) / scale, np.abs(plan.contract_wedge) / price)
    return _frame("take-or-pay", market, [contract.name for contract in world.contracts], np.where(runs, np.maximum(owed, binds), idle))


def _disposal(plan: Plan, market: Market) -> pd.DataFrame:
    nodes = market.world.nodes
    rows = np.flatnonzero(nodes.disposable)
    residual = _natural(plan.disposal[rows], -plan.price[rows], 0.0, np.inf, _throughput(market)[rows], nodes.price[rows][:, None])
    return _frame("disposal", market, [_node_names(market)[n] for n in rows], residual)


def _pooled(plan: Plan, market: Market) -> pd.DataFrame:
    if not market.pools:
        return pd.DataFrame()
    lanes = market.world.lanes
    residual = []
    for pool, wedge in zip(market.pools, plan.pool_wedge, strict=True):
        total, base = plan.flow[pool.lanes].sum(axis=0), _throughput(market)[lanes.destination[pool.lanes]].sum()
        price = market.world.nodes.price[lanes.destination[pool.lanes]].mean()
        room = np.where(np.isfinite(pool.limit), (pool.limit - total) / base, np.inf)
        residual.append(np.maximum(np.abs(np.minimum(wedge / price, room)), np.maximum(-room, 0.0)))
    return _frame("pooled quota", market, [pool.measure for pool in market.pools], np.array(residual))


def _complementarity(plan: Plan, market: Market) -> pd.DataFrame:
    """Unexploited gains of lanes, activities and stocks, as a share of the value of everything used."""
    world, weight = market.world, market.discounting[None, :]
    left = np.abs(np.minimum(lane_wedge(plan, market), 0.0)) * plan.flow
    carried = np.abs(np.minimum(stock_gain(plan, market), 0.0)) * (plan.stock - world.stocks.minimum[:, None])
    used = (weight * plan.price[world.uses.node] * plan.use).sum()
    total = (weight * left).sum() + (weight * carried).sum()
    return pd.DataFrame({"condition": ["complementarity"], "where": ["all markets"], "month": [month_name(market.first)], "residual": [total / max(used, 1e-9)]})
