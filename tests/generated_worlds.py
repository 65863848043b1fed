"""Random worlds of any size with every feature of the market model, calibrated so that their base year is an equilibrium.

Goods come in groups of four: an *ore*, a *metal* made from it, a *mineral* whose use leaves scrap that is recycled, and an *anode* material
made from ore and mineral together. Metal and anode are combined by one industry in a nest. The first region is the largest exporter
of every good and the last region, which makes nothing, depends on it; the question is what happens when it stops selling to it.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from kanmon.scenario.apply import open_window
from kanmon.scenario.market import Market, base_state
from kanmon.scenario.schema import Scenario
from kanmon.world.world import Activities, Lanes, Nodes, Stocks, Uses, World, integers, no_cross_prices

SMALL = (5, 4, 12, 12)
"""Regions, goods, months and lanes for each good of a world for tests."""

SIZES = ((15, 4, 24, 70), (20, 8, 36, 110), (30, 10, 48, 150))
"""The same for the worlds of the benchmark."""

GROUP = ("ore", "metal", "mineral", "anode")
RECIPES = {1: ((0, 1.2),), 3: ((0, 0.8), (2, 0.3))}
"""Inputs by place in the group: (place of the input, t per t of output [1])."""

SCRAP_RATIO, SCRAP_NEED, SCRAP_PRICE = 0.3, 1.1, 0.3
"""Scrap left per tonne of mineral used, needed per tonne recycled, and its price over that of the mineral [1]."""

DISCOUNT = 0.9 ** (1 / 12)
BELOW_WEIGHT, SMOOTHING, SCALE_SHARE, NEW_LANE_PREMIUM = 0.05, 0.02, 0.25, 0.1
LARGEST, DEPENDENT = 8.0, 40.0
"""How much more attractive the first region is as a supplier than others, to most regions and to the last one [1]."""

BAN_MONTHS = 12


@dataclass
class _Draw:
    """What has been drawn so far: prices and balances by node; rows of each table."""

    random: np.random.Generator
    regions: int
    goods: int
    price: np.ndarray
    produces: np.ndarray
    use: np.ndarray
    taken: np.ndarray
    plants: list[dict] = field(default_factory=list)
    recipes: list[tuple[int, int, float]] = field(default_factory=list)
    lanes: list[tuple[int, int, int, float]] = field(default_factory=list)

    def node(self, region, good):
        return good * self.regions + region

    def plant(self, region: int, name: str, node: int, base: float, inputs: tuple[tuple[int, float], ...], **more) -> None:
        """Note a plant and what it takes from its markets; running plants earn their base margin."""
        margin = self.price[node] - sum(ratio * self.price[source] for source, ratio in inputs)
        place = len(self.plants)
        self.plants.append({"key": (f"R{region:02d}", name), "node": node, "base": base, "cost": margin} | more)
        for source, ratio in inputs:
            self.recipes.append((place, source, ratio))
            self.taken[source] += ratio * base


def generated_world(regions: int, goods: int, months: int, lanes_per_good: int, seed: int) -> tuple[World, Scenario]:
    """A world and the question put to it.

    Args:
        regions, goods: their number; the markets for scrap come on top.
        months: length of the window.
        lanes_per_good: lanes of each good, about three in five of them in use in the base year.
        seed: of the random numbers.
    """
    draw = _prices_and_uses(np.random.default_rng(seed), regions, goods)
    for good in reversed(range(goods)):  # what is made of a good is drawn before the good itself
        _good(draw, good, lanes_per_good)
    world = _assemble(draw)
    last = 1 + min(BAN_MONTHS, months // 2)
    ban = {
        "name": "Ban on the dependent region", "kind": "ban", "exporter": "R00", "goods": [_name(good) for good in range(goods)],
        "destinations": [f"R{regions - 1:02d}"], "announced": "2030-01", "effective": "2030-02", "end": f"{2030 + last // 12}-{last % 12 + 1:02d}",
    }  # fmt: skip
    return world, Scenario(title="Generated", question="What does a ban do?", start="2030-01", months=months, measures=(ban,))


def generated_market(regions: int, goods: int, months: int, lanes_per_good: int, seed: int, with_ban: bool = True) -> Market:
    """The window that opens when the ban of a generated world is announced; without the ban, the base year."""
    world, scenario = generated_world(regions, goods, months, lanes_per_good, seed)
    if not with_ban:
        scenario = scenario.model_copy(update={"measures": ()})
    return open_window(world, scenario, scenario.start, base_state(world))


def _name(good: int) -> str:
    return f"{GROUP[good % 4]} {good // 4}"


def _prices_and_uses(random: np.random.Generator, regions: int, goods: int) -> _Draw:
    """Prices near a world price, a little higher where a good is not made; use of every good in every region."""
    level = {0: 100.0, 1: 1000.0, 2: 300.0, 3: 900.0}
    produces = random.random((goods, regions)) < 0.4
    produces[:, 0] = True
    produces[:, -1] = False
    world_price = np.array([level[good % 4] * np.exp(random.normal(0.0, 0.1)) for good in range(goods)])
    price = world_price[:, None] * np.where(produces, 1.0, 1.06) * (1.0 + random.uniform(-0.04, 0.04, (goods, regions)))
    scrap = np.array([SCRAP_PRICE * price[good] for good in range(goods) if good % 4 == 2]).reshape(-1, regions)
    use = np.exp(random.normal(np.log(100.0), 0.8, (goods, regions)))
    count = price.size + scrap.size
    return _Draw(random, regions, goods, np.concatenate([price.ravel(), scrap.ravel()]), produces, use.ravel(), np.zeros(count))


def _scrap_node(draw: _Draw, region: int, good: int) -> int:
    return (draw.goods + good // 4) * draw.regions + region


def _good(draw: _Draw, good: int, lanes_per_good: int) -> None:
    """Lanes and plants of one good: regions that do not make it import all of what they need, makers a little of it."""
    random, regions = draw.random, draw.regions
    need = draw.use[draw.node(0, good) : draw.node(0, good) + regions] + draw.taken[draw.node(0, good) : draw.node(0, good) + regions]
    recycled = np.zeros(regions)
    if good % 4 == 2:
        recycled = SCRAP_RATIO / SCRAP_NEED * draw.use[draw.node(0, good) : draw.node(0, good) + regions]
        for region in range(regions):
            draw.plant(region, f"recycle {_name(good)}", draw.node(region, good), float(recycled[region]), ((_scrap_node(draw, region, good), SCRAP_NEED),))
    makers = np.flatnonzero(draw.produces[good])
    pairs = [(origin, destination) for origin in makers.tolist() for destination in range(regions) if origin != destination]
    first = [(int(random.choice(makers)), destination) for destination in range(regions - 1) if destination not in makers] + [(0, regions - 1)]
    others = [pair for pair in pairs if pair not in set(first)]
    more = max(0, min(len(others), round(0.6 * lanes_per_good) - len(first)))
    in_use = first + [others[place] for place in random.choice(len(others), more, replace=False)]
    attraction = [1.0 if origin else DEPENDENT if destination == regions - 1 else LARGEST for origin, destination in in_use]
    weight = random.uniform(0.2, 1.0, len(in_use)) * np.array(attraction)
    wanted = (need - recycled) * np.where(draw.produces[good], 0.2, 1.0)
    total = np.bincount([destination for _, destination in in_use], weight, minlength=regions)
    imports, exports = np.zeros(regions), np.zeros(regions)
    for (origin, destination), share in zip(in_use, weight, strict=True):
        flow = float(wanted[destination] * share / total[destination])
        draw.lanes.append((good, origin, destination, flow))
        imports[destination] += flow
        exports[origin] += flow
    unused = [(o, d) for o in range(regions) for d in range(regions) if o != d and (o, d) not in set(in_use)]
    for place in random.choice(len(unused), min(len(unused), max(0, lanes_per_good - len(in_use))), replace=False):
        draw.lanes.append((good, *unused[place], 0.0))
    inputs = [(good - good % 4 + source, ratio) for source, ratio in RECIPES.get(good % 4, ())]
    for region in makers.tolist():
        base = float(need[region] - recycled[region] - imports[region] + exports[region])
        recipe = tuple((draw.node(region, source), ratio) for source, ratio in inputs)
        draw.plant(region, f"make {_name(good)}", draw.node(region, good), base, recipe)
    for region in range(regions):
        if random.random() < 0.15:
            recipe = tuple((draw.node(region, source), ratio) for source, ratio in inputs)
            size = float(need[region] * random.uniform(0.05, 0.3))
            draw.plant(region, f"make {_name(good)} (idle)", draw.node(region, good), 0.0, recipe, idle=size)


def _assemble(draw: _Draw) -> World:
    """The arrays of the world, every cost set so that the base year is an equilibrium."""
    random, count = draw.random, draw.price.size
    names = [_name(good) for good in range(draw.goods)] + [f"scrap of {_name(good)}" for good in range(draw.goods) if good % 4 == 2]
    keys = tuple((f"R{region:02d}", name) for name in names for region in range(draw.regions))
    through = draw.taken.copy()
    through[: draw.use.size] += draw.use
    for good, origin, _, base in draw.lanes:
        through[draw.node(origin, good)] += base
    disposable = np.arange(count) >= draw.goods * draw.regions
    nodes = Nodes(keys, draw.price, through, disposable, draw.price.copy(), np.full(count, np.inf))
    return World(tuple(f"R{region:02d}" for region in range(draw.regions)), tuple(names), DISCOUNT, True, nodes, _plants(draw), _lanes(draw, nodes), _uses(draw), _stocks(draw, random))


def _plants(draw: _Draw) -> Activities:
    random, rows = draw.random, draw.plants
    idle = np.array(["idle" in row for row in rows])
    base, margin, node = (np.array([row[name] for row in rows]) for name in ("base", "cost", "node"))
    cost = np.where(idle, margin + draw.price[node] * random.uniform(0.1, 0.8, idle.size), margin)
    capacity = np.where(idle, [row.get("idle", 0.0) for row in rows], base * random.uniform(1.05, 1.5, idle.size))
    elasticity = np.where(idle, np.inf, random.uniform(0.2, 1.0, idle.size))
    delay = np.where(idle, random.integers(0, 7, idle.size), 0)
    nothing, part = np.zeros(idle.size), list(zip(*draw.recipes, strict=True))
    return Activities(
        tuple(row["key"] for row in rows), node, base, capacity, cost, elasticity, nothing, nothing, idle, delay,
        integers(part[0]), integers(part[1]), np.array(part[2]), no_cross_prices(),
    )  # fmt: skip


def _lanes(draw: _Draw, nodes: Nodes) -> Lanes:
    random, rows = draw.random, sorted(draw.lanes)
    good, origin, destination = (integers(row[place] for row in rows) for place in range(3))
    base, one = np.array([row[3] for row in rows]), np.ones(len(rows))
    start, end = draw.node(origin, good), draw.node(destination, good)
    transit = random.integers(0, 3, base.size)
    gap = DISCOUNT**transit * nodes.price[end] - nodes.price[start]
    freight = 0.05 * nodes.price[end]
    margin = np.where(base > 0, gap, np.maximum(gap, freight) + NEW_LANE_PREMIUM * nodes.price[end])
    scale = np.maximum(base, SCALE_SHARE * np.minimum(nodes.throughput[start], nodes.throughput[end]))
    theta = np.repeat(random.uniform(0.2, 0.8, draw.goods), np.bincount(good, minlength=draw.goods))
    keys = tuple((_name(g), f"R{o:02d}", f"R{d:02d}") for g, o, d in zip(good.tolist(), origin.tolist(), destination.tolist(), strict=True))
    return Lanes(
        keys, start, end, base, margin, transit, theta * nodes.price[end], BELOW_WEIGHT * one, SMOOTHING * one, scale,
        np.inf * one, 0 * one, 0 * one, integers(()), integers(()), np.zeros(0), 0 * one, 0 * one,
    )  # fmt: skip


def _uses(draw: _Draw) -> Uses:
    """Metal and anode of a group go to one industry in part, as a nest; the rest to industries that use one good."""
    random = draw.random
    keys, node, base, nest, scrap = [], [], [], [], []
    nests = 0
    for region in range(draw.regions):
        for group in range(0, draw.goods, 4):
            has_nest = group + 3 < draw.goods and random.random() < 0.6
            for good in range(group, min(group + 4, draw.goods)):
                market = draw.node(region, good)
                total = draw.use[market]
                if has_nest and good % 4 in (1, 3):
                    keys.append((f"R{region:02d}", f"cells {group // 4}", _name(good)))
                    node.append(market), base.append(0.5 * total), nest.append(nests)
                    total *= 0.5
                split = random.uniform(0.3, 0.7) if random.random() < 0.5 else 1.0
                for share, industry in ((split, "lamps"), (1.0 - split, "magnets")):
                    if share > 0:
                        if good % 4 == 2:
                            scrap.append((len(keys), _scrap_node(draw, region, good)))
                        keys.append((f"R{region:02d}", f"{industry} {good}", _name(good)))
                        node.append(market), base.append(share * total), nest.append(-1)
            nests += has_nest
    place, count = np.array(nest), len(keys)
    short = np.where(place >= 0, np.append(random.uniform(0.1, 0.4, nests), 0.0)[place], random.uniform(0.05, 0.4, count))
    sigma = np.append(random.uniform(0.5, 0.9, nests), np.nan)[place]
    price = draw.price[np.array(node)].copy()
    used, source = integers(use for use, _ in scrap), integers(market for _, market in scrap)
    np.add.at(price, used, -SCRAP_RATIO * draw.price[source])
    return Uses(
        tuple(keys), np.array(node), np.array(base), price, price * random.uniform(2.0, 6.0, count), short, 2.0 * short, np.full(count, 12.0),
        np.full(count, np.nan), place, sigma, 2.5 * sigma, used, source, np.full(used.size, SCRAP_RATIO), no_cross_prices(),
    )  # fmt: skip


def _stocks(draw: _Draw, random: np.random.Generator) -> Stocks:
    """One month and a half of what is used or processed, in seven markets of ten."""
    drawn = draw.taken.copy()
    drawn[: draw.use.size] += draw.use
    node = np.flatnonzero((np.arange(drawn.size) < draw.use.size) & (random.random(drawn.size) < 0.7))
    base, price, one = drawn[node] * random.uniform(1.0, 2.0, node.size), draw.price[node], np.ones(node.size)
    holding = random.uniform(0.002, 0.006, node.size) * price
    return Stocks(node, base, 0.2 * base, np.inf * one, (1 - DISCOUNT) * price + holding, random.uniform(1.2, 2.5, node.size), holding, 0 * one, np.inf * one, np.inf * one, base)
