"""Tables of the economy: value added lost by rule and by sector, what dearer inputs cost, and the bridge from the market's account to this one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from kanmon.competitiveness.facts import RANGE_DRAWS, Industries
from kanmon.competitiveness.industries import Result
from kanmon.competitiveness.market import MarketMonths
from kanmon.economy.allocation import LEAST_VALUE, PRO_RATA, SHED, UNMET
from kanmon.economy.input_output import coefficients, price_of_cost
from kanmon.economy.national import National
from kanmon.economy.shortage import Shortage, bounds, headline, users_of

ECONOMY_COLUMNS = ["region", "account", "rule", "quantity", "sector", "unit", "low", "central", "high"]
BRIDGE_COLUMNS = ["region", "step", "unit", "value"]
MILLION = "million USD"


class CostChannel(NamedTuple):
    """What dearer inputs cost a region over some months [draw] [USD]: margin and sales lost by users of goods, by industries further down, and what is passed on."""

    margin: np.ndarray
    sales: np.ndarray
    further: np.ndarray
    passed_on: np.ndarray
    idled_further: np.ndarray


def cost_channel(facts: Industries, market: MarketMonths, result: Result, region: str, months: Sequence[str]) -> CostChannel:
    """The cost channel of a region.

    Args:
        facts, market, result: industries and what happens to them.
        region: whose.
        months: months in force.
    """
    r, users = facts.place(region), users_of(facts, region)
    kept = [place for place, month in enumerate(market.months) if month in set(months)]
    others = np.setdiff1d(np.arange(len(facts.industries)), users)
    margin, sales, idled = (values[:, kept][..., r].sum(axis=1) for values in (result.margin_lost, result.sales_lost, result.idled))
    passed = (result.base_output * result.output * (result.price - 1.0))[:, kept][..., r].sum(axis=1)
    return CostChannel(margin[:, users].sum(axis=1), sales[:, users].sum(axis=1), (margin + sales)[:, others].sum(axis=1), passed[:, users].sum(axis=1), idled[:, others].sum(axis=1))


def economy_table(facts: Industries, market: MarketMonths, result: Result, found: Sequence[Shortage], cost: CostChannel, table: National | None, region: str, months: Sequence[str]) -> pd.DataFrame:
    """Value added lost over the months in force, by rule and by sector.

    Returns:
        columns region, account, rule, quantity, sector, unit, low, central, high. Losses are positive.
    """
    rows: list[tuple] = []

    def add(account: str, unit: str, values: tuple[float, float, float], rule: str = "", quantity: str = "", sector: str = "") -> None:
        rows.append((region, account, rule, quantity, sector, unit, *values))

    gdp = None if table is None else table.gdp * len(months)
    for item in found:
        low, central, high = bounds(item)
        add("value added lost, directly", MILLION, _bounds(item.direct.sum(axis=1) / 1e6), item.rule, item.quantity)
        add("value added lost, shortage", MILLION, (low / 1e6, central / 1e6, high / 1e6), item.rule, item.quantity)
        if gdp:
            add("share of GDP, shortage", "%", (100 * low / gdp, 100 * central / gdp, 100 * high / gdp), item.rule, item.quantity)
    channel = cost.margin + cost.sales + cost.further
    for account, values in (("value added lost, cost not passed on", cost.margin), ("value added lost, dearer product sells less", cost.sales), ("value added lost, industries further down", cost.further), ("value added lost, cost channel", channel), ("cost passed on to buyers", cost.passed_on)):
        add(account, MILLION, _bounds(values / 1e6))
    market_rule = headline(found)
    low, middle, high = bounds(market_rule)
    by_key = {(item.rule, item.quantity): item for item in found}
    first, last = by_key.get((LEAST_VALUE, SHED), market_rule), by_key[PRO_RATA, UNMET]
    ranged = _bounds(channel)
    add("value added lost", MILLION, ((bounds(first)[0] + ranged[0]) / 1e6, (middle + ranged[1]) / 1e6, max(bounds(last)[2], high + ranged[2]) / 1e6))
    if gdp and table is not None:
        add("value added", MILLION, (gdp / 1e6,) * 3)
        add("price level of final demand", "%", (100 * price_level(facts, market, result, table, months),) * 3)
        for item in (market_rule, last):
            for name, lost in zip(table.names, item.total, strict=True):
                if abs(lost) > 1e-9 * gdp:
                    add("value added lost, shortage", MILLION, (lost / 1e6,) * 3, item.rule, item.quantity, name)
    return pd.DataFrame(rows, columns=ECONOMY_COLUMNS)


def price_level(facts: Industries, market: MarketMonths, result: Result, table: National, months: Sequence[str]) -> float:
    r"""Rise of the price of final demand when users of goods pass their cost on and all others pass on theirs in full, mean over the months.

    .. math:: \Delta p^\top = \Delta c^\top (I - A)^{-1},\quad \sum_i f_i \Delta p_i / \sum_i f_i \qquad [1]

    Only the users' own rise enters; what reaches industries further down comes from here or from their chain, never from both.
    """
    r, kept = facts.place(table.region), [place for place, month in enumerate(market.months) if month in set(months)]
    rise = np.zeros(len(table.names))
    for place, name in enumerate(table.names[: table.split]):
        rise[place] = (result.price[0, kept, facts.industries.index(name), r] - 1.0).mean()
    prices = price_of_cost(coefficients(table.domestic, table.output), rise)
    final = np.maximum(table.final, 0.0)
    return float(final @ prices / final.sum())


def bridge_table(accounts: pd.DataFrame, tables: dict[str, pd.DataFrame], found: Sequence[Shortage], cost: CostChannel, region: str, months: Sequence[str]) -> pd.DataFrame:
    """From the market surplus that a region loses to the value added that it loses: two accounts of one event, never added.

    Args:
        accounts: surplus by region and account, all months of the run: stocks are bought before a measure and refilled after it.
        tables: realised prices, uses and shed.
        found, cost: what the shortage and dearer inputs cost.
        region: whose.
        months: months in force.

    Returns:
        columns region, step, unit, value; losses positive. The steps from the first line add up to the last.
    """
    mine = accounts[accounts["region"] == region]
    moved = mine["value"].astype(float) - mine["baseline"].astype(float)
    within = mine["month"].isin(set(months))
    change = moved[within].groupby(mine.loc[within, "account"]).sum()
    users = -float(change.get("consumers", 0.0))
    bill, at_choke = dearer_bill(tables, region, months)
    item = headline(found)
    direct, total = float(item.direct[0].sum()), float(item.total.sum())
    steps = [
        ("market surplus lost", -float(moved.sum())),
        ("before and after the measure", float(moved[~within].sum())),
        ("gains of others at home", users + float(change.sum())),
        ("dearer bill of what is still used", -bill),
        ("shed, valued up to the choke", -at_choke),
        ("saving, substitution and scrap", -(users - bill - at_choke)),
        ("cost not passed on", float(cost.margin[0])),
        ("dearer product sells less", float(cost.sales[0])),
        ("industries further down", float(cost.further[0])),
        ("idled for want of material", direct),
        ("suppliers and users", total - direct),
    ]
    rows = [(region, step, MILLION, value / 1e6) for step, value in steps]
    return pd.DataFrame([*rows, (region, "value added lost", MILLION, sum(value for _, _, _, value in rows))], columns=BRIDGE_COLUMNS)


def dearer_bill(tables: dict[str, pd.DataFrame], region: str, months: Sequence[str]) -> tuple[float, float]:
    r"""Rise of the bill for what is still used, and the same price rise on what is shed [USD].

    .. math:: \sum (p - p^0)\, q,\qquad \sum (p - p^0)\, h
    """
    keys = ["region", "good", "month"]
    prices = tables["prices"].set_index(keys)
    rise = (prices["value"] - prices["baseline"]).rename("rise")
    parts = []
    for name in ("uses", "shed"):
        frame = tables[name]
        frame = frame[(frame["region"] == region) & frame["month"].isin(set(months))].join(rise, on=keys)
        parts.append(float((frame["value"] * frame["rise"]).sum()))
    return parts[0], parts[1]


def exporter_table(accounts: pd.DataFrame, tables: dict[str, pd.DataFrame], region: str, goods: Sequence[str], months: Sequence[str]) -> pd.DataFrame:
    """What a measure costs the one who takes it: export revenue, price at home, and surplus by account, over the months in force.

    Returns:
        rows in the columns of :func:`economy_table`; losses positive but for the price.
    """
    within = set(months)
    keys = ["origin", "good", "month"]
    prices = tables["prices"].rename(columns={"region": "origin", "value": "price", "baseline": "base_price"}).set_index(keys)[["price", "base_price"]]
    flows = tables["flows"]
    sold = flows[(flows["origin"] == region) & (flows["destination"] != region) & flows["good"].isin(goods) & flows["month"].isin(within)].join(prices, on=keys)
    rows = [(region, "export revenue lost", "", "", "", MILLION, *((float((sold["baseline"] * sold["base_price"] - sold["value"] * sold["price"]).sum()) / 1e6,) * 3))]
    mine = accounts[(accounts["region"] == region) & accounts["month"].isin(within)]
    change = (mine["value"].astype(float) - mine["baseline"].astype(float)).groupby(mine["account"], sort=False).sum()
    rows += [(region, f"market surplus lost, {account}", "", "", "", MILLION, *((-float(value) / 1e6,) * 3)) for account, value in change.items()]
    rows.append((region, "market surplus lost", "", "", "", MILLION, *((-float(change.sum()) / 1e6,) * 3)))
    home = tables["prices"]
    for good in goods:
        path = home[(home["region"] == region) & (home["good"] == good) & home["month"].isin(within)]
        if len(path):
            rows.append((region, "price at home", "", good, "", "%", *((100 * float((path["value"] / path["baseline"]).mean() - 1.0),) * 3)))
    return pd.DataFrame(rows, columns=ECONOMY_COLUMNS)


def _bounds(values: np.ndarray) -> tuple[float, float, float]:
    drawn = values[RANGE_DRAWS]
    return float(drawn.min()), float(values[0]), float(drawn.max())
