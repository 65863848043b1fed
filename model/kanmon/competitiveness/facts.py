"""What a pack says about industries, as arrays: central values, and one draw for each end of each range.

Axes: draw e, industry i, region r (origin o, destination d), good g. Money is USD a month.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from graphlib import CycleError, TopologicalSorter

import numpy as np

from kanmon.errors import InputError, Problem
from kanmon.pack.load import Pack, Row

CENTRAL = "central"
MEDIUM, LONG = "medium run", "long run"
RANGED = ("output", "value_added_share", "pass_through", "dependent_share", "cost_share", "replaceable", "sigma", "demand_elasticity", "thrift")
"""What is drawn at both ends of its range, one at a time; thrift is the elasticity of use of the pack's demand table."""

DRAWS = (CENTRAL, MEDIUM, LONG, *(f"{name} {end}" for name in RANGED for end in ("low", "high")))
"""Draws: all central; all central with the elasticities between origins of the medium and of the long run; then one end at a time."""

RANGE_DRAWS = np.array([name not in (MEDIUM, LONG) for name in DRAWS])


@dataclass(frozen=True)
class Industries:
    """Industries of a pack.

    Attributes:
        industries, regions, goods: names, in the order of the axes.
        output: sales, nil where the industry is not there [e, i, r] [USD/month].
        value_added_share, pass_through, dependent_share: [e, i, r] [1].
        thrift: elasticity of the use of goods [e, i, r] [1].
        nest_sigma: substitution between the goods of an industry [i, r] [1].
        base_use: use in the base year [i, r, g] [t/month].
        scrap_ratio, scrap_good: scrap a tonne used leaves, and the place of its good, -1 for none [i, r, g].
        sales_share: where an origin sells [i, o, d] [1].
        cost_share, replaceable: of a home industry's input k in industry i [e, i, k, r] [1].
        sigma, demand_elasticity: [e, i] [1]; supply_elasticity [i] [1].
        order: places of the industries, inputs before those that use them.
    """

    industries: tuple[str, ...]
    regions: tuple[str, ...]
    goods: tuple[str, ...]
    output: np.ndarray
    value_added_share: np.ndarray
    pass_through: np.ndarray
    dependent_share: np.ndarray
    thrift: np.ndarray
    nest_sigma: np.ndarray
    base_use: np.ndarray
    scrap_ratio: np.ndarray
    scrap_good: np.ndarray
    sales_share: np.ndarray
    cost_share: np.ndarray
    replaceable: np.ndarray
    sigma: np.ndarray
    demand_elasticity: np.ndarray
    supply_elasticity: np.ndarray
    order: tuple[int, ...]

    @property
    def trade(self) -> np.ndarray:
        """Sales by origin and destination [e, i, o, d] [USD/month]."""
        return self.output[..., None] * self.sales_share

    def place(self, region: str) -> int:
        return self.regions.index(region)

    @property
    def central(self) -> Industries:
        """The same with the first draw alone: every fact at its central value."""
        return replace(self, **{name: getattr(self, name)[:1] for name in RANGED})


def industries_of(pack: Pack) -> Industries | None:
    """The industries of a pack; None if it says nothing about them.

    Raises:
        InputError: a fact that goes with another is missing, or industries supply each other in a circle.
    """
    outputs = pack.facts("industry_facts", "output")
    if not outputs:
        return None
    problems: list[Problem] = []
    names = tuple(name for name in pack.labels["industries"] if any(row.keys[1] == name for row in outputs))
    flows = pack.matrices.get("input_output")
    known = {row.keys[0] for row in outputs} | {key for row in pack.facts("exports", "sales") for key in row.keys[1:]} | set(flows.regions if flows else ())
    regions = tuple(region for region in pack.labels["regions"] if region in known)
    goods = tuple(pack.labels["goods"])
    shape = len(names), len(regions)
    output, share, passed, dependent, thrift = (np.zeros((len(DRAWS), *shape)) for _ in range(5))
    nest, base_use, ratio, scrap_good = np.ones(shape), np.zeros((*shape, len(goods))), np.zeros((*shape, len(goods))), np.full((*shape, len(goods)), -1)
    cost, replaceable = (np.zeros((len(DRAWS), len(names), *shape)) for _ in range(2))
    for i, industry in enumerate(names):
        for r, region in enumerate(regions):
            row = pack.find("industry_facts", "output", region, industry)
            if row is None:
                continue
            output[:, i, r] = drawn("output", row)
            for target, quantity in ((share, "value_added_share"), (passed, "pass_through")):
                target[:, i, r] = _needed(pack, quantity, row, (region, industry), problems)
            for g, good in enumerate(goods):
                used = pack.find("uses", "base_use", region, industry, good)
                if used is None:
                    continue
                base_use[i, r, g] = used.value
                for scrap, place in ((name, k) for k, name in enumerate(goods)):
                    found = pack.find("scrap", "ratio", region, industry, good, scrap)
                    if found is not None:
                        ratio[i, r, g], scrap_good[i, r, g] = found.value, place
                elasticity = pack.find("demand", "elasticity_short_run", region, industry, good)
                if elasticity is not None:
                    thrift[:, i, r] = drawn("thrift", elasticity)
                substitution = pack.find("demand", "sigma_short_run", region, industry, good)
                nest[i, r] = nest[i, r] if substitution is None else substitution.value
            if base_use[i, r].any():
                dependent[:, i, r] = _needed(pack, "dependent_share", row, (region, industry), problems)
            for k, supplier in enumerate(names):
                link = pack.find("chains", "cost_share", region, industry, supplier)
                if link is not None:
                    cost[:, i, k, r] = drawn("cost_share", link)
                    other = pack.find("chains", "replaceable", region, industry, supplier)
                    replaceable[:, i, k, r] = 0.0 if other is None else drawn("replaceable", other)
    sigma, demand = (np.zeros((len(DRAWS), len(names))) for _ in range(2))
    supply = np.full(len(names), np.inf)
    for i, industry in enumerate(names):
        for quantity in ("sigma_short", "sigma_medium", "sigma_long", "demand_elasticity"):
            row = pack.find("armington", quantity, industry)
            if row is None:
                problems.append(Problem("armington.csv", f"{quantity} of {industry} is missing", "add a row; * stands for every industry"))
            elif quantity == "demand_elasticity":
                demand[:, i] = drawn(quantity, row)
            elif quantity == "sigma_short":
                sigma[:, i] = drawn("sigma", row)
            else:
                sigma[DRAWS.index(MEDIUM if quantity == "sigma_medium" else LONG), i] = row.value
        row = pack.find("armington", "supply_elasticity", industry)
        supply[i] = np.inf if row is None else row.value
    order = _order(names, cost[0].any(axis=2), problems)
    shares = _sales(pack, names, regions, output[0], problems)
    if problems:
        raise InputError(problems)
    return Industries(names, regions, goods, output, share, passed, dependent, thrift, nest, base_use, ratio, scrap_good, shares, cost, replaceable, sigma, demand, supply, order)


def drawn(name: str, row: Row) -> np.ndarray:
    """A fact in every draw: its value, and its ends where they are drawn."""
    values = np.full(len(DRAWS), row.value)
    values[DRAWS.index(f"{name} low")], values[DRAWS.index(f"{name} high")] = row.low, row.high
    return values


def _needed(pack: Pack, quantity: str, row: Row, keys: tuple[str, str], problems: list[Problem]) -> np.ndarray | float:
    found = pack.find("industry_facts", quantity, *keys)
    if found is None:
        problems.append(Problem(row.place, f"{quantity} of {keys[1]} in {keys[0]} is missing", "add a row to industry_facts.csv; * stands for every region"))
        return 0.0
    return drawn(quantity, found)


def _order(names: tuple[str, ...], uses: np.ndarray, problems: list[Problem]) -> tuple[int, ...]:
    """Places with inputs first."""
    try:
        return tuple(TopologicalSorter({i: [int(k) for k in np.flatnonzero(uses[i])] for i in range(len(names))}).static_order())
    except CycleError as error:
        problems.append(Problem("chains.csv", f"industries supply each other in a circle: {', '.join(names[i] for i in error.args[1])}", "delete one link; the input-output table holds such circles"))
        return ()


def _sales(pack: Pack, names: tuple[str, ...], regions: tuple[str, ...], output: np.ndarray, problems: list[Problem]) -> np.ndarray:
    """Shares of destinations in an origin's sales: as stated, the rest as the sector sells in the input-output table, else at home."""
    shares = np.zeros((len(names), len(regions), len(regions)))
    flows = pack.matrices.get("input_output")
    for i, industry in enumerate(names):
        sector = pack.labels["industry_sectors"].get(industry, {}).get("sector")
        for o, origin in enumerate(regions):
            if output[i, o] <= 0:
                continue
            stated = {row.keys[2]: row.value / output[i, o] for row in pack.facts("exports", "sales") if row.keys[:2] == (industry, origin)}
            left = 1.0 - sum(stated.values())
            if left < -1e-9:
                problems.append(Problem("exports.csv", f"sales of {industry} from {origin} exceed its output", "correct one of them"))
                continue
            pattern = np.array([float(region == origin and origin not in stated) for region in regions])
            if flows is not None and sector in flows.sectors and origin in flows.regions:
                sold = dict(zip(flows.regions, flows.destinations(sector)[flows.regions.index(origin)], strict=True))
                pattern = np.array([0.0 if region in stated else sold.get(region, 0.0) for region in regions])
            if left > 1e-9 and pattern.sum() <= 0:
                problems.append(Problem("exports.csv", f"sales of {industry} from {origin} do not add up to its output, and no destination is left for the rest", "state them all, or leave the home market open"))
                continue
            shares[i, o] = [stated.get(region, 0.0) for region in regions]
            shares[i, o] += max(left, 0.0) * pattern / max(pattern.sum(), 1e-300)
    return shares
