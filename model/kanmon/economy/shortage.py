"""Value added lost for want of material, rule by rule: first-round shocks enter the input-output table once, for the industries that use the material."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from kanmon.competitiveness.facts import RANGE_DRAWS, Industries
from kanmon.competitiveness.industries import NOTHING, Result
from kanmon.competitiveness.market import MarketMonths, share_of_need
from kanmon.economy.allocation import LEAST_VALUE, MARKET, PRO_RATA, QUANTITIES, RULES, SHED, share_out
from kanmon.economy.national import National, national_table
from kanmon.economy.rationing import Material, Rules, ration
from kanmon.pack.load import Pack

TABLE = "input_output"

REFERENCE = 0.01
"""Share of output of a small loss, from which a multiplier is read where there is no other [1]."""


@dataclass(frozen=True)
class Shortage:
    """What one rule costs a region over some months [USD].

    Attributes:
        rule, quantity: who goes without, and of what (:mod:`kanmon.economy.allocation`).
        direct: value added of the industries that use the material [draw, industry].
        total: value added of all, by name of the national table; central draw. Direct alone where the region has no table.
        multiplier: total over direct; where next to nothing is lost, that of a small loss of every user.
    """

    rule: str
    quantity: str
    direct: np.ndarray
    total: np.ndarray
    multiplier: float = 1.0


def users_of(facts: Industries, region: str) -> np.ndarray:
    """Places of the industries of a region that use goods themselves."""
    r = facts.place(region)
    return np.flatnonzero((facts.output[0, :, r] > 0) & facts.base_use[:, r].any(axis=-1))


def table_of(pack: Pack, facts: Industries, region: str) -> National | None:
    """The region's input-output table with its industries split off, at the level of its product; None if the pack has none for it.

    Raises:
        InputError: industries do not fit into their sectors.
    """
    flows = pack.matrices.get(TABLE)
    if flows is None or region not in flows.regions:
        return None
    r = facts.place(region)
    places = [i for i in np.flatnonzero(facts.output[0, :, r] > 0) if pack.labels["industry_sectors"].get(facts.industries[i], {}).get("sector") in flows.sectors]
    names = [facts.industries[i] for i in places]
    product = pack.find("economies", "gdp", region)
    unit = 1e6 / 12 if product is None else product.value / float(flows.value_added[flows.regions.index(region)].sum())
    return national_table(flows, region, unit, names, [pack.labels["industry_sectors"][name]["sector"] for name in names], facts.output[0, places, r], facts.value_added_share[0, places, r])


def rules_of(pack: Pack) -> Rules:
    """Floor, spare capacity and replacement as the pack states them."""
    rows = (pack.find("parameters", name, name) for name in ("final_demand_floor", "spare_capacity", "intermediate_replaceable"))
    default = Rules()
    floor, spare, replaceable = (fallback if row is None else row.value for row, fallback in zip(rows, (default.floor, default.spare, default.replaceable), strict=True))
    return Rules(floor, spare, replaceable)


def shortages(facts: Industries, market: MarketMonths, result: Result, uses: pd.DataFrame, shed: pd.DataFrame, region: str, months: Sequence[str], table: National | None, rules: Rules) -> list[Shortage]:
    """Every rule on both quantities; without an input-output table the rule of least value is left out.

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
    price, base = market.base_price[kept][:, users, r], market.base[kept][:, users, r]
    output, share = result.base_output[:, kept][:, :, users, r], facts.value_added_share[:, None, users, r]
    wanted = result.wanted[:, kept][:, :, users, r]
    members = [pool.index(facts.industries[i]) for i in users]
    direct: dict[tuple[str, str], np.ndarray] = {}
    first_round: dict[tuple[str, str], np.ndarray] = {}
    for quantity in QUANTITIES:
        for rule in RULES[1:]:
            without = share_out(lacking[quantity], need, value, rule)[:, members]
            idle = np.clip(share_of_need(without, base, price), 0.0, 1.0)[None] * facts.dependent_share[:, None, users, r]
            sells = wanted if quantity == SHED else np.ones_like(wanted)
            lost = np.where(idle > NOTHING, sells - np.minimum(sells, 1.0 - idle), 0.0)
            first_round[rule, quantity] = np.where(lost[0] > NOTHING, lost[0], 0.0)
            direct[rule, quantity] = (output * share * np.where(lost > NOTHING, lost, 0.0)).sum(axis=1)
    if table is None:
        return [Shortage(rule, quantity, values, values[0]) for (rule, quantity), values in direct.items()]
    return _propagated(facts, region, users, table, rules, pool, lacking, need, direct, first_round)


def _propagated(
    facts: Industries, region: str, users: np.ndarray, table: National, rules: Rules, pool: list[str], lacking: dict[str, np.ndarray], need: np.ndarray, direct: dict[tuple[str, str], np.ndarray], first_round: dict[tuple[str, str], np.ndarray]
) -> list[Shortage]:
    """The same with what follows in the economy; one program for all months and rules."""
    split = table.names[: table.split]
    row = {facts.industries[i]: place for place, i in enumerate(users)}
    inside = [(column, row[name]) for column, name in enumerate(split) if name in row]
    material, chosen = _material(facts, region, split, pool, need)
    months, goods = len(need), len(facts.goods)
    cases = [np.full((1, table.split + goods), 0.0)]
    for column, _ in inside:
        cases[0][:, column] = REFERENCE
    keys: list[tuple[str, str]] = []
    for quantity in QUANTITIES:
        for rule in RULES:
            case = np.zeros((months, table.split + goods))
            of = first_round[MARKET if rule == LEAST_VALUE else rule, quantity]
            for column, place in inside:
                if rule != LEAST_VALUE or not chosen[users[place]]:
                    case[:, column] = of[:, place]
            if rule == LEAST_VALUE:
                free = [s for s in range(len(pool)) if s >= len(facts.industries) or chosen[s]]
                total = need[:, free].sum(axis=1)
                case[:, table.split :] = np.divide(np.maximum(lacking[quantity][:, free].sum(axis=1), 0.0), total, out=np.zeros_like(total), where=total > 0)
            keys.append((rule, quantity))
            cases.append(case)
    distinct, where = np.unique(np.where(np.vstack(cases) > NOTHING, np.vstack(cases), 0.0), axis=0, return_inverse=True)
    short = distinct.any(axis=1)
    done = ration(table, 1.0 - distinct[short, : table.split], rules, material, distinct[short, table.split :])
    loss, without = np.zeros((len(distinct), len(table.names))), np.zeros((len(distinct), table.split))
    loss[short], without[short] = (1.0 - done.output) * table.value_added, done.without
    where = where.ravel()
    reference = float(loss[where[0]].sum()) / max(sum(REFERENCE * table.value_added[column] for column, _ in inside), 1e-300)
    found = []
    for number, (rule, quantity) in enumerate(keys):
        rows = where[1 + number * months : 1 + (number + 1) * months]
        total = loss[rows].sum(axis=0)
        if rule == LEAST_VALUE:
            cut = np.stack([distinct[rows, column] + material.dependent[column] * without[rows, column] for column, _ in inside]) if inside else np.zeros((0, months))
            lost = np.zeros(len(users))
            lost[[place for _, place in inside]] = (cut * np.array([table.value_added[column] for column, _ in inside])[:, None]).sum(axis=1)
            alike = direct[PRO_RATA, quantity]
            values = lost * np.divide(alike, alike[:1], out=np.ones_like(alike), where=alike[:1] > 0)
        else:
            values = direct[rule, quantity]
        central = float(values[0].sum())
        meaningful = central > 1e-6 * float(table.value_added[: table.split].sum()) * months
        found.append(Shortage(rule, quantity, values, total, float(total.sum()) / central if meaningful else reference))
    return found


def _material(facts: Industries, region: str, split: tuple[str, ...], pool: list[str], need: np.ndarray) -> tuple[Material, np.ndarray]:
    """Satellite rows of a region, and which industries the program may tell to go without: those that use one good (a recipe of several
    has its substitution in the market already)."""
    r = facts.place(region)
    chosen = (facts.base_use[:, r] > 0).sum(axis=-1) == 1
    places = [facts.industries.index(name) for name in split]
    use = need.mean(axis=0)
    free = np.array([s >= len(facts.industries) or bool(chosen[s]) for s in range(len(pool))])
    total = (use * free[:, None]).sum(axis=0)
    shares = np.divide(use * free[:, None], total, out=np.zeros_like(use), where=total > 0)
    home = np.array([_home_share(facts, k, r) for k in places])
    chain = (facts.cost_share[0][np.ix_(places, places)][..., r] > 0) * (1.0 - facts.replaceable[0][np.ix_(places, places)][..., r]) * home[None, :]
    return Material(facts.dependent_share[0, places, r], shares[places].T, 1.0 - shares[places].sum(axis=0), chain), chosen


def _home_share(facts: Industries, industry: int, r: int) -> float:
    """Share of the home product in what the region buys of an industry's."""
    bought = facts.trade[0, industry, :, r]
    return float(bought[r] / bought.sum()) if bought.sum() > 0 else 0.0


def headline(found: Sequence[Shortage]) -> Shortage:
    """The rule of the headline: what the market sheds, where it sheds it."""
    return next(item for item in found if (item.rule, item.quantity) == (MARKET, SHED))


def bounds(item: Shortage) -> tuple[float, float, float]:
    """Low, central and high of the total [USD]: the range of the direct loss, with what follows from it in proportion."""
    direct = item.direct.sum(axis=1)
    central = float(item.total.sum())
    drawn = central + (direct[RANGE_DRAWS] - direct[0]) * item.multiplier
    return max(float(drawn.min()), 0.0), central, float(drawn.max())


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
