"""Value added lost for want of material, rule by rule: first-round shocks enter the input-output table once, for the industries that use the material."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from kanmon.competitiveness.facts import RANGE_DRAWS, Industries
from kanmon.competitiveness.industries import Result
from kanmon.competitiveness.market import MarketMonths, share_of_need
from kanmon.economy.allocation import MARKET, QUANTITIES, RULES, SHED, share_out
from kanmon.economy.national import National, national_table
from kanmon.economy.rationing import Rules, ration
from kanmon.pack.load import Pack

TABLE = "input_output"


@dataclass(frozen=True)
class Shortage:
    """What one rule costs a region over some months [USD].

    Attributes:
        rule, quantity: who goes without, and of what (:mod:`kanmon.economy.allocation`).
        direct: value added of the industries that use the material [draw, industry].
        total: value added of all, by name of the national table; central draw. Direct alone where the region has no table.
    """

    rule: str
    quantity: str
    direct: np.ndarray
    total: np.ndarray


def users_of(facts: Industries, region: str) -> np.ndarray:
    """Places of the industries of a region that use goods themselves."""
    r = facts.place(region)
    return np.flatnonzero((facts.output[0, :, r] > 0) & facts.base_use[:, r].any(axis=-1))


def table_of(pack: Pack, facts: Industries, region: str) -> National | None:
    """The region's input-output table with its users of goods split off, at the level of its product; None if the pack has none for it.

    Raises:
        InputError: industries do not fit into their sectors.
    """
    flows = pack.matrices.get(TABLE)
    if flows is None or region not in flows.regions:
        return None
    places = [i for i in users_of(facts, region) if pack.labels["industry_sectors"].get(facts.industries[i], {}).get("sector") in flows.sectors]
    names = [facts.industries[i] for i in places]
    product = pack.find("economies", "gdp", region)
    unit = 1e6 / 12 if product is None else product.value / float(flows.value_added[flows.regions.index(region)].sum())
    r = facts.place(region)
    return national_table(flows, region, unit, names, [pack.labels["industry_sectors"][name]["sector"] for name in names], facts.output[0, places, r], facts.value_added_share[0, places, r])


def rules_of(pack: Pack) -> Rules:
    """Floor, spare capacity and replacement as the pack states them."""
    rows = (pack.find("parameters", name, name) for name in ("final_demand_floor", "spare_capacity", "intermediate_replaceable"))
    default = Rules()
    floor, spare, replaceable = (fallback if row is None else row.value for row, fallback in zip(rows, (default.floor, default.spare, default.replaceable), strict=True))
    return Rules(floor, spare, replaceable)


def shortages(facts: Industries, market: MarketMonths, result: Result, uses: pd.DataFrame, shed: pd.DataFrame, region: str, months: Sequence[str], table: National | None, rules: Rules) -> list[Shortage]:
    """Every rule on both quantities.

    Args:
        facts, market, result: industries and what happens to them.
        uses, shed: realised tables, for the industries about which the pack says nothing: they share in what is lacking.
        region: whose economy.
        months: months in force.
        table: its input-output table, if there is one.
        rules: what it can do.
    """
    r, users = facts.place(region), users_of(facts, region)
    kept = [place for place, month in enumerate(market.months) if month in set(months)]
    pool, lacking, need = _pool(facts, uses, shed, region, [market.months[t] for t in kept])
    value = _value_per_tonne(facts, r, pool)
    price = market.base_price[kept][:, users, r]
    base = market.base[kept][:, users, r]
    output = result.base_output[:, kept][:, :, users, r]
    share = facts.value_added_share[:, None, users, r]
    wanted = result.wanted[:, kept][:, :, users, r]
    members = [pool.index(facts.industries[i]) for i in users]
    found, first_round = [], []
    for quantity in QUANTITIES:
        for rule in RULES:
            without = share_out(lacking[quantity], need, value, rule)[:, members]
            idle = np.clip(share_of_need(without, base, price), 0.0, 1.0)[None] * facts.dependent_share[:, None, users, r]
            sells = wanted if quantity == SHED else 1.0
            lost = sells - np.minimum(sells, 1.0 - idle)
            found.append((rule, quantity, (output * share * lost).sum(axis=1)))
            first_round.append(lost[0])
    if table is None:
        return [Shortage(rule, quantity, direct, direct[0]) for rule, quantity, direct in found]
    inside = [place for place, i in enumerate(users) if facts.industries[i] in table.names[: table.split]]
    cases, where = np.unique(1.0 - np.concatenate(first_round)[:, inside], axis=0, return_inverse=True)
    short = (cases < 1.0).any(axis=1)
    lost = np.zeros((len(cases), len(table.names)))
    lost[short] = (1.0 - ration(table, cases[short], rules).output) * table.value_added
    loss = lost[where.ravel()].reshape(len(found), len(kept), -1).sum(axis=1)
    return [Shortage(rule, quantity, direct, total) for (rule, quantity, direct), total in zip(found, loss, strict=True)]


def headline(found: Sequence[Shortage]) -> Shortage:
    """The rule of the headline: what the market sheds, where it sheds it."""
    return next(item for item in found if (item.rule, item.quantity) == (MARKET, SHED))


def bounds(item: Shortage) -> tuple[float, float, float]:
    """Low, central and high of the total [USD]: the range of the direct loss, with what follows from it in proportion."""
    direct = item.direct.sum(axis=1)
    central = float(item.total.sum())
    factor = central / direct[0] if direct[0] > 0 else 1.0
    drawn = direct[RANGE_DRAWS] * factor
    return float(drawn.min()), central, float(drawn.max())


def _pool(facts: Industries, uses: pd.DataFrame, shed: pd.DataFrame, region: str, months: list[str]) -> tuple[list[str], dict[str, np.ndarray], np.ndarray]:
    """All uses of a region by industry [t, s, g]: what is shed, what is not met, and the need."""
    frames = {}
    for name, frame, column in (("met", uses, "value"), ("need", uses, "baseline"), ("shed", shed, "value")):
        mine = frame[frame["region"] == region]
        keys = [mine["month"], mine["industry"].str.partition(" (")[0], mine["good"].str.partition(" (")[0]]
        frames[name] = mine[column].astype(float).groupby(keys).sum()
    pool = list(dict.fromkeys([*facts.industries, *frames["need"].index.get_level_values(1)]))
    index = pd.MultiIndex.from_product([months, pool, facts.goods])
    met, need, missing = (frames[name].reindex(index, fill_value=0.0).to_numpy().reshape(len(months), len(pool), len(facts.goods)) for name in ("met", "need", "shed"))
    return pool, dict(zip(QUANTITIES, (missing, need - met), strict=True)), need


def _value_per_tonne(facts: Industries, r: int, pool: list[str]) -> np.ndarray:
    """Value added that a tonne carries, by use; nil where the pack does not say [USD/t]."""
    tonnes = facts.base_use[:, r].sum(axis=-1)
    value = np.divide(facts.output[0, :, r] * facts.value_added_share[0, :, r] * facts.dependent_share[0, :, r], tonnes, out=np.zeros_like(tonnes), where=tonnes > 0)
    known = dict(zip(facts.industries, value, strict=True))
    return np.array([known.get(name, 0.0) for name in pool])
