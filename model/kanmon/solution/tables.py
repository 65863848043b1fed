"""From the arrays of an equilibrium to long tables, and back.

Every table has the columns ``window`` (the month in which the plan was made), ``month``, ``unit``, ``value`` and ``baseline`` (the same
without measures). A plan reaches to the end of the scenario; what happens is, for each month, the plan made last (:func:`realised`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields

import numpy as np
import pandas as pd

from kanmon.errors import InputError, Problem
from kanmon.scenario.market import Market
from kanmon.scenario.months import month_name
from kanmon.solution.layout import PLAN_TABLES, Tables
from kanmon.solution.plan import Plan
from kanmon.solve.equilibrium import Equilibrium
from kanmon.world.holdings import is_stockpile
from kanmon.world.world import World

UNITS = {"prices": "USD/t", "stocks": "t", "stockpiles": "t", "stockpile_wedges": "USD/t", "contract_wedges": "USD/t", "pool_wedges": "USD/t", "stock_wedges": "USD/t", "resale_wedges": "USD/t"}
"""Units that differ from t/month."""

TRADED = 1e-9
"""Throughput of a market, over its base, below which nothing is traded there and its price is only a bound [1]."""


def row_keys(world: World, pools: tuple[str, ...]) -> dict[str, list[tuple[str, ...]]]:
    """Names of the rows of each array, table by table."""
    piles: list[tuple[str, ...]] = [(pile.name, pile.region, pile.good) for pile in world.stockpiles]
    contracts: list[tuple[str, ...]] = [(contract.name,) for contract in world.contracts]
    return {
        "prices": list(world.nodes.keys),
        "uses": list(world.uses.keys),
        "shed": list(world.uses.keys),
        "outputs": list(world.activities.keys),
        "flows": list(world.lanes.keys),
        "stocks": [world.nodes.keys[n] for n in world.stocks.node[~is_stockpile(world)]],
        "stockpiles": piles,
        "shortfalls": contracts,
        "disposals": [key for key, free in zip(world.nodes.keys, world.nodes.disposable, strict=True) if free],
        "pool_wedges": [(pool,) for pool in pools],
        "stock_wedges": [world.nodes.keys[n] for n in world.stocks.node[_is_rated(world)]],
        "stockpile_wedges": piles,
        "contract_wedges": contracts,
        "resale_wedges": [world.nodes.keys[n] for n in np.flatnonzero(np.isfinite(world.nodes.resale))],
    }


def has_rate_limit(world: World) -> np.ndarray:
    """Stocks that cannot be drawn or filled at any speed (mask); stockpiles may be barred from buying in any month."""
    return np.isfinite(world.stocks.release_limit) | np.isfinite(world.stocks.fill_limit) | is_stockpile(world)


def _is_rated(world: World) -> np.ndarray:
    """Stocks with a limit on their rate that are not stockpiles (mask)."""
    return has_rate_limit(world) & ~is_stockpile(world)


def _arrays(plan: Plan, world: World) -> dict[str, np.ndarray]:
    piles = [pile.stock for pile in world.stockpiles]
    return {
        "prices": plan.price,
        "uses": plan.use,
        "shed": plan.shed,
        "outputs": plan.output,
        "flows": plan.flow,
        "stocks": plan.stock[~is_stockpile(world)],
        "stockpiles": plan.stock[piles],
        "shortfalls": plan.shortfall,
        "disposals": plan.disposal[world.nodes.disposable],
        "pool_wedges": plan.pool_wedge,
        "stock_wedges": plan.stock_wedge[_is_rated(world)],
        "stockpile_wedges": plan.stock_wedge[piles],
        "contract_wedges": plan.contract_wedge,
        "resale_wedges": plan.resale_wedge[np.isfinite(world.nodes.resale)],
    }


def base_plan(world: World, months: int) -> Plan:
    """The base year in every month: the baseline of the stationary path."""
    every, nodes = np.ones((1, months)), len(world.nodes.keys)

    def path(values: np.ndarray) -> np.ndarray:
        return values[:, None] * every

    uses, stocks = world.uses, world.stocks
    nothing = np.zeros((nodes, months))
    return Plan(
        path(world.nodes.price), path(uses.base), np.zeros((len(uses.keys), months)), path(world.activities.base), path(world.lanes.base), path(stocks.base),
        nothing, np.zeros((0, months)), np.zeros((stocks.node.size, months)), nothing, *(np.zeros((len(world.contracts), months)) for _ in range(2)),
    )  # fmt: skip


def base_tables(world: World, first: int, months: int, baseline: Plan) -> Tables:
    """The baseline itself: what is seen before anything is announced.

    Args:
        world: its markets.
        first: first month.
        months: how many of them.
        baseline: from the first month on, without measures.
    """
    return _tables(between(baseline, 0, months), world, (), first, baseline)


def window_tables(equilibrium: Equilibrium, baseline: Plan | None = None) -> Tables:
    """The tables of one solved window. Prices carry ``traded``: False where nothing passes through the market in that month.

    Args:
        equilibrium: the window.
        baseline: without measures, from the first month of the window on; the base year if left out.
    """
    market = equilibrium.market
    without = base_plan(market.world, market.months) if baseline is None else baseline
    return _tables(equilibrium, market.world, tuple(pool.measure for pool in market.pools), market.first, without)


def read_baseline(tables: Tables, market: Market) -> Plan:
    """What the tables say would be without measures, from the first month of a scenario to the last.

    Args:
        tables: tables of all windows.
        market: the market of all months without measures.

    Raises:
        InputError: a row is missing or is not a number.
    """
    window = month_name(market.first)
    once = {name: frame.drop_duplicates([*PLAN_TABLES[name], "month"]).assign(window=window) for name, frame in tables.items() if name in PLAN_TABLES}
    return read_plan(once, market, "baseline")


def from_month(plan: Plan, month: int) -> Plan:
    """A plan from one of its months on."""
    return between(plan, month, plan.price.shape[1])


def between(plan: Plan, first: int, last: int) -> Plan:
    """The months of a plan from one to another, the last one left out."""
    return Plan(**{item.name: getattr(plan, item.name)[:, first:last] for item in fields(Plan)})


def _tables(plan: Plan, world: World, pools: tuple[str, ...], first: int, baseline: Plan) -> Tables:
    tables, names, base = {}, row_keys(world, pools), _arrays(baseline, world)
    for table, array in _arrays(plan, world).items():
        keys, months = names[table], array.shape[1]
        frame = pd.DataFrame({column: np.repeat(np.array([key[place] for key in keys], dtype=object), months) for place, column in enumerate(PLAN_TABLES[table])})
        frame.insert(0, "window", month_name(first))
        frame["month"] = np.array([month_name(first + t) for t in range(months)] * len(keys), dtype=object)
        frame["unit"] = UNITS.get(table, "t/month")
        frame["value"] = array.reshape(-1)
        frame["baseline"] = (base[table][:, :months] if table != "pool_wedges" else np.zeros_like(array)).reshape(-1)
        if table == "prices":
            frame["traded"] = (_throughput(plan, world) > TRADED).reshape(-1)
        tables[table] = frame
    return tables


def _throughput(plan: Plan, world: World) -> np.ndarray:
    """Quantity that leaves each market in a month over its base throughput [1]."""
    out = np.zeros_like(plan.price)
    np.add.at(out, world.uses.node, plan.use)
    np.add.at(out, world.lanes.origin, plan.flow)
    np.add.at(out, world.activities.input_node, plan.output[world.activities.input_activity] * world.activities.input_ratio[:, None])
    np.add.at(out, world.stocks.node, plan.stock)
    out += plan.disposal
    return out / np.maximum(world.nodes.throughput, 1e-12)[:, None]


def join(windows: Iterable[Tables]) -> Tables:
    """The tables of all windows of a run, one below the other."""
    windows = list(windows)
    return {name: pd.concat([tables[name] for tables in windows], ignore_index=True) for name in PLAN_TABLES}


def realised(tables: Tables) -> Tables:
    """What happens: for each month, the plan made last."""
    out = {}
    for name, frame in tables.items():
        latest = frame.loc[frame["window"] <= frame["month"]].groupby("month")["window"].max()
        out[name] = frame[frame["window"] == frame["month"].map(latest)].reset_index(drop=True)
    return out


def read_plan(tables: Tables, market: Market, column: str = "value") -> Plan:
    """The arrays of one window, looked up in tables by name and month.

    Args:
        tables: tables of all windows.
        market: the window.
        column: ``value`` for what is planned, ``baseline`` for the same without measures.

    Raises:
        InputError: a row is missing, stands twice, or is not a number.
    """
    window, months = month_name(market.first), [month_name(market.first + t) for t in range(market.months)]
    problems: list[Problem] = []
    arrays = {}
    for name, keys in row_keys(market.world, tuple(pool.measure for pool in market.pools)).items():
        frame = tables[name]
        frame = frame[frame["window"] == window]
        columns = [*PLAN_TABLES[name], "month"]
        if frame.duplicated(columns).any():
            problems.append(Problem(f"tables/{name}.csv", f"a row of window {window} stands twice", "run the scenario again"))
            continue
        series = pd.Series(pd.to_numeric(frame[column], errors="coerce").to_numpy(), index=pd.MultiIndex.from_frame(frame[columns]))
        wanted = pd.MultiIndex.from_tuples([(*key, month) for key in keys for month in months], names=columns) if keys else series.index[:0]
        values = series.reindex(wanted).to_numpy(dtype=float).reshape(len(keys), market.months)
        if not np.isfinite(values).all():
            missing = wanted[int(np.flatnonzero(~np.isfinite(values.reshape(-1)))[0])]
            problems.append(Problem(f"tables/{name}.csv", f"no number for {', '.join(missing)} in window {window}", "run the scenario again"))
        arrays[name] = values
    if problems:
        raise InputError(problems)
    world = market.world
    disposal, resale = np.zeros((len(world.nodes.keys), market.months)), np.zeros((len(world.nodes.keys), market.months))
    stock, rate = np.zeros((world.stocks.node.size, market.months)), np.zeros((world.stocks.node.size, market.months))
    disposal[world.nodes.disposable], resale[np.isfinite(world.nodes.resale)] = arrays["disposals"], arrays["resale_wedges"]
    stock[~is_stockpile(world)], rate[_is_rated(world)] = arrays["stocks"], arrays["stock_wedges"]
    piles = [pile.stock for pile in world.stockpiles]
    stock[piles], rate[piles] = arrays["stockpiles"], arrays["stockpile_wedges"]
    return Plan(
        arrays["prices"], arrays["uses"], arrays["shed"], arrays["outputs"], arrays["flows"], stock, disposal, arrays["pool_wedges"], rate, resale,
        arrays["shortfalls"], arrays["contract_wedges"],
    )  # fmt: skip
