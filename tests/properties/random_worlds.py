r"""Small random worlds whose base year is an equilibrium by construction, and random measures on them.

Regions A, B, ... trade one to three goods: ``metal``; ``metal`` and ``powder``; or ``metal`` smelted from ``ore`` and ``flux``. Every
region uses every good, and makes what its uses, its smelter and its exports need beyond its imports, so that quantities balance;
marginal costs, lane margins and the convenience of stocks are set to base prices, so that the base year repeats itself.

Two choices make the answers unique, so that two solves of the same question may be compared. Lanes without friction leave A only and
take no time, as do lanes under a measure, which are charged no friction: no circle of lanes is free of curvature. (Two slow lanes
without friction would be such a circle in the last month, for what lands later is credited at a fixed price.) And every good has end
users everywhere, whose curves fall, so that a price is unique wherever something is used. (A region without plants of its own may be cut
off: its price is then any above the choke, and is not compared.)
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
from hypothesis import settings
from hypothesis import strategies as st

import worlds
from kanmon.certify.certificate import certify_plan
from kanmon.scenario.market import Market
from kanmon.solution.plan import Plan
from kanmon.solve.window import solve_window
from kanmon.world.conduct import answer_of_output, answer_of_use, perceived_slope
from kanmon.world.supply_side import resale_limit
from kanmon.world.world import Activities, Lanes, Nodes, Stocks, Uses, World, no_cross_prices, no_stocks

METAL, POWDER, ORE, FLUX = "metal", "powder", "ore", "flux"
GOODS = {1: (METAL,), 2: (METAL, POWDER), 3: (METAL, ORE, FLUX)}
RECIPE = {ORE: 1.5, FLUX: 0.4}
PRICE = {METAL: (90.0, 160.0), POWDER: (40.0, 90.0), ORE: (15.0, 30.0), FLUX: (8.0, 20.0)}
"""Range of base prices [USD/t]: metal is always worth more than its recipe."""

NOTHING = 1e-6
"""Use over its base below which a market counts as idle, so that its price is not compared [1]."""


def few(examples: int) -> settings:
    """Settings of a property: the same examples each time, and no clock."""
    return settings(max_examples=examples, deadline=None, derandomize=True, database=None)


def number(low: float, high: float) -> st.SearchStrategy[float]:
    """One of 21 evenly spaced numbers; fails at the lowest that it can."""
    return st.integers(0, 20).map(lambda step: round(low + (high - low) * step / 20, 6))


@dataclass
class _Draft:
    """Rows of a world that is being drawn, market by market."""

    price: dict[tuple[str, str], float] = field(default_factory=dict)
    need: dict[tuple[str, str], float] = field(default_factory=dict)
    plants: list[tuple[str, str, float, float, float]] = field(default_factory=list)
    idle: list[tuple[str, float, float, int]] = field(default_factory=list)
    lanes: list[tuple[str, str, str, float, float, int, float]] = field(default_factory=list)
    uses: list[tuple[str, str, str, float]] = field(default_factory=list)
    curves: dict[tuple[str, str], dict[str, float]] = field(default_factory=dict)
    stocks: list[tuple[str, float, float, float]] = field(default_factory=list)


@st.composite
def random_worlds(draw, goods=(1, 2, 3), stocks: bool | None = None, transit: bool = True, linear: bool | None = None, nests: bool = True, plantless: bool = True) -> World:
    """A world. ``None`` leaves a feature to chance; ``linear=True`` gives elastic straight curves and nothing else."""
    regions = "ABCD"[: draw(st.integers(2, 4))]
    names = GOODS[draw(st.sampled_from(goods))]
    draft = _Draft()
    for good in names:
        level = draw(number(*PRICE[good]))
        for region in regions:
            draft.price[region, good] = round(level * draw(number(0.85, 1.15)), 4)
    nested = nests and len(names) > 1 and draw(st.booleans())
    if nested:
        _draw_nest(draw, draft, draw(st.sampled_from(regions)), names[:2])
    for good in names:
        _draw_market(draw, draft, regions, good, transit, linear, plantless and good == METAL and len(names) < 3)
    if draw(st.booleans()) if stocks is None else stocks:
        for region in regions:
            if region == regions[-1] or draw(st.booleans()):
                draft.stocks.append((region, draw(number(0.3, 2.0)), draw(number(0.005, 0.02)), draw(st.sampled_from((1.0, 0.5, 2.0, 3.0)))))
    return _assembled(draft, regions, names, draw(st.sampled_from((0.99, 1.0, 0.96))))


def _draw_nest(draw, draft: _Draft, region: str, pair: tuple[str, ...]) -> None:
    """One industry that combines two goods."""
    curve = {"short": draw(number(0.15, 0.9)), "long": draw(number(0.3, 1.5)), "multiple": draw(number(3, 8)), "sigma": draw(number(0.4, 1.4)), "sigma_long": draw(number(1.0, 3.0))}
    draft.curves[region, "cells"] = curve
    for good in pair:
        draft.uses.append((region, "cells", good, draw(number(1, 5))))
        draft.need[region, good] = draft.uses[-1][3]


def _draw_market(draw, draft: _Draft, regions: str, good: str, transit: bool, linear: bool | None, plantless: bool) -> None:
    """Lanes, lamps and plants of one good; what its plants need is drawn afterwards."""
    net = {region: draft.need.get((region, good), 0.0) for region in regions}
    for origin in regions:
        for destination in regions:
            ways = ("used",) if (origin, destination, good) == ("A", "B", METAL) else ("none", "used", "new") if origin < destination else ("none", "none", "new", "used")
            way = draw(st.sampled_from(ways)) if origin != destination else "none"
            if way != "none":
                flow = draw(number(1, 5)) if way == "used" else 0.0
                theta = draw(st.sampled_from((0.4, 0.0, 1.0))) if origin == "A" else draw(number(0.2, 1.0))
                months = draw(st.integers(0, 1)) if transit and theta > 0 else 0
                draft.lanes.append((good, origin, destination, flow, theta, months, draw(number(0.05, 0.3))))
                net[origin] += flow
                net[destination] -= flow
    for region in regions:
        use = draw(number(2, 12))
        straight = draw(st.booleans()) if linear is None else linear
        curve = {"short": draw(number(0.1, 0.8)), "long": draw(number(0.3, 1.5)), "multiple": draw(number(3, 10))}
        if straight:
            elasticity = draw(number(2, 4)) if linear else draw(number(0.3, 2))
            curve |= {"point": elasticity, "multiple": 10.0 if linear else draw(st.sampled_from((10.0, 1.4)))}
        draft.curves[region, f"lamps of {good}"] = curve
        without = plantless and region != "A" and net[region] <= -1 and draw(st.booleans())
        if without:
            use = -net[region]
        made = max(use + net[region], 0.0) if without else max(use + net[region], 1.0)
        draft.uses.append((region, f"lamps of {good}", good, made - net[region]))
        if not without:
            draft.plants.append((region, good, made, made * draw(number(1.2, 3.0)), draw(number(0.3, 2.0))))
            if good == METAL and ORE in (key[1] for key in draft.price):
                for part, ratio in RECIPE.items():
                    draft.need[region, part] = draft.need.get((region, part), 0.0) + ratio * made
            if good == METAL and region != "A" and draw(st.booleans()):
                draft.idle.append((region, draw(number(0.5, 3)), draw(number(1.05, 2.0)), draw(st.integers(0, 2))))


def _assembled(draft: _Draft, regions: str, goods: tuple[str, ...], discount: float) -> World:
    """The arrays of a draft, with every cost set to base prices."""
    keys = tuple((region, good) for region in regions for good in goods)
    node = {key: place for place, key in enumerate(keys)}
    price = np.array([draft.price[key] for key in keys])
    through = np.zeros(len(keys))
    for region, _, good, quantity in draft.uses:
        through[node[region, good]] += quantity
    for good, origin, _, flow, *_ in draft.lanes:
        through[node[origin, good]] += flow
    smelts = ORE in goods
    for region, good, made, *_ in draft.plants:
        if good == METAL and smelts:
            for part, ratio in RECIPE.items():
                through[node[region, part]] += ratio * made
    return World(
        tuple(regions), goods, discount, True,
        Nodes(keys, price, through, np.zeros(len(keys), dtype=bool), price.copy(), np.full(len(keys), np.inf)),
        _plants(draft, node, price, smelts), _lanes(draft, node, price, through, discount), _uses(draft, node, price), _stocks(draft, node, price, through, discount),
    )  # fmt: skip


def _plants(draft: _Draft, node: dict, price: np.ndarray, smelts: bool) -> Activities:
    rows = [(region, good, made, capacity, elasticity, 1.0, 0) for region, good, made, capacity, elasticity in draft.plants]
    rows += [(region, METAL, 0.0, capacity, np.inf, factor, delay) for region, capacity, factor, delay in draft.idle]
    output, cost, inputs = [], [], []
    for place, (region, good, _, _, _, factor, _) in enumerate(rows):
        output.append(node[region, good])
        recipe = {node[region, part]: ratio for part, ratio in RECIPE.items()} if good == METAL and smelts else {}
        cost.append(factor * (price[output[-1]] - sum(ratio * price[part] for part, ratio in recipe.items())))
        inputs += [(place, part, ratio) for part, ratio in recipe.items()]
    names = tuple((region, f"{good} plant{' (idle)' if np.isinf(elasticity) else ''}") for region, good, _, _, elasticity, _, _ in rows)
    made, capacity, elasticity = (np.array([row[column] for row in rows]) for column in (2, 3, 4))
    nothing, parts = np.zeros(len(rows)), np.array(inputs).reshape(-1, 3)
    return Activities(
        names, worlds.ints(*output), made, capacity, np.array(cost), elasticity, nothing, nothing, np.isinf(elasticity), worlds.ints(*(row[6] for row in rows)),
        parts[:, 0].astype(np.int64), parts[:, 1].astype(np.int64), parts[:, 2], no_cross_prices(),
    )  # fmt: skip


def _lanes(draft: _Draft, node: dict, price: np.ndarray, through: np.ndarray, discount: float) -> Lanes:
    origin = worlds.ints(*(node[row[1], row[0]] for row in draft.lanes))
    destination = worlds.ints(*(node[row[2], row[0]] for row in draft.lanes))
    flow, theta, premium = (np.array([row[column] for row in draft.lanes]) for column in (3, 4, 6))
    months = worlds.ints(*(row[5] for row in draft.lanes))
    gap = discount**months * price[destination] - price[origin]
    margin = np.where(flow > 0, gap, np.maximum(gap, 0.0) + premium * price[destination])
    nothing, one = np.zeros(flow.size), np.ones(flow.size)
    scale = np.maximum(flow, 0.25 * np.minimum(through[origin], through[destination]))
    return Lanes(
        tuple((good, start, end) for good, start, end, *_ in draft.lanes), origin, destination, flow, margin, months, theta * price[destination], 0.05 * one, 0.02 * one, scale,
        np.inf * one, nothing, nothing, worlds.ints(), worlds.ints(), worlds.floats(), nothing, nothing,
    )  # fmt: skip


def _uses(draft: _Draft, node: dict, price: np.ndarray) -> Uses:
    places = worlds.ints(*(node[region, good] for region, _, good, _ in draft.uses))
    base, paid = np.array([row[3] for row in draft.uses]), price[places]
    curves = [draft.curves[region, industry] for region, industry, _, _ in draft.uses]
    short, long, multiple, point, sigma, sigma_long = (np.array([curve.get(name, np.nan) for curve in curves]) for name in ("short", "long", "multiple", "point", "sigma", "sigma_long"))
    return Uses(
        tuple(row[:3] for row in draft.uses), places, base, paid, multiple * paid, short, long, 12 + 0 * base, paid / (point * base),
        np.where(np.isfinite(sigma), 0, -1), sigma, sigma_long, worlds.ints(), worlds.ints(), worlds.floats(), no_cross_prices(),
    )  # fmt: skip


def _stocks(draft: _Draft, node: dict, price: np.ndarray, through: np.ndarray, discount: float) -> Stocks:
    if not draft.stocks:
        return no_stocks()
    places = worlds.ints(*(node[row[0], METAL] for row in draft.stocks))
    months, share, exponent = (np.array([row[column] for row in draft.stocks]) for column in (1, 2, 3))
    base, holding, endless = months * through[places], share * price[places], np.full(places.size, np.inf)
    return Stocks(places, base, 0.05 * base, endless, (1 - discount) * price[places] + holding, exponent, holding, 0 * base, endless, endless, base)


def with_player(world: World, conduct: float = 1.0, fringe_response: float = 0.0) -> World:
    """The same base year with A a player in metal: its markup is taken out of its margins, and its customers do not resell."""
    lanes, uses, plants = world.lanes, world.uses, world.activities
    plays = np.array([good == METAL and origin == "A" for good, origin, _ in lanes.keys])
    lanes = replace(lanes, conduct=np.where(plays, conduct, 0.0), fringe_response=np.where(plays, fringe_response, 0.0))
    fall = answer_of_use(uses, uses.base[:, None], np.zeros((len(uses.keys), 1)), uses.price[:, None], uses.elasticity_short[:, None], uses.sigma_short[:, None])
    rise = answer_of_output(plants, plants.base[:, None], plants.base[:, None], plants.capacity[:, None])
    slope = perceived_slope(lanes, uses, plants, world.discount, fall, rise, len(world.nodes.keys))[:, 0]
    lanes = replace(lanes, margin=lanes.margin - slope * lanes.base)
    return replace(world, nodes=replace(world.nodes, resale=resale_limit(world.nodes, plants, lanes)), lanes=lanes)


def markup_share(world: World) -> float:
    """Largest base markup of a player over its price: what its margins lost against those of a price taker [1]."""
    lanes, price = world.lanes, world.nodes.price
    gap = world.discount**lanes.transit * price[lanes.destination] - price[lanes.origin]
    sells = (lanes.conduct > 0) & (lanes.base > 0)
    return float(((gap - lanes.margin) / price[lanes.destination])[sells].max(initial=0.0))


@st.composite
def random_measures(draw, months: int, kinds=("ban", "quota", "tonnes", "pooled", "export_tax", "tariff", "specific"), most: int = 2) -> tuple[dict, ...]:
    """Measures of A on metal, announced in the first month."""
    return tuple(_measure(draw, f"{number} {kind}", kind, months) for number, kind in enumerate(draw(st.lists(st.sampled_from(kinds), min_size=1, max_size=most))))


def _measure(draw, name: str, kind: str, months: int) -> dict:
    begins = draw(st.integers(0, months - 1))
    dates: dict = {"effective": f"2030-{1 + begins:02d}"}
    if begins + 1 < months and draw(st.booleans()):
        dates["end"] = f"2030-{2 + begins:02d}"
    share = tuple(draw(st.lists(number(0.05, 0.95), min_size=1, max_size=2)))
    level = draw(number(0.05, 0.5))
    destinations = draw(st.sampled_from((("B",), ("*",))))
    terms = {
        "ban": {},
        "quota": {"share": share},
        "tonnes": {"limit": tuple(5 * part for part in share)},
        "pooled": {"share": share, "pooled": True},
        "export_tax": {"rate": level},
        "tariff": {"rate": level},
        "specific": {"amount": 60 * level},
    }[kind]
    return worlds.measure({"tonnes": "quota", "pooled": "quota", "specific": "export_tax"}.get(kind, kind), exporter="A", destinations=destinations, goods=(METAL,), name=name, **dates, **terms)


def solved(market: Market) -> Plan:
    """The plan of a window, certified."""
    equilibrium = solve_window(market)
    plan = Plan(**{name: getattr(equilibrium, name) for name in Plan.__dataclass_fields__})
    certify_plan(plan, market).demand()
    return plan


QUANTITIES = {"use": "uses", "shed": "uses", "output": "activities", "flow": "lanes", "stock": "stocks"}


def scale_of(world: World, name: str) -> np.ndarray:
    """Size that the rows of an array of a plan are measured in: base price, or what passes through the market [USD/t, t/month]."""
    nodes = world.nodes
    place = {"price": np.arange(nodes.price.size), "use": world.uses.node, "shed": world.uses.node, "output": world.activities.output, "flow": world.lanes.destination, "stock": world.stocks.node}[name]
    size = nodes.price if name == "price" else np.maximum(nodes.throughput, world.nodes.throughput.max() * 1e-6)
    return size[place][:, None]


def is_priced(plan: Plan, world: World) -> np.ndarray:
    """Markets where something is used, so that the price is unique, node x month (mask)."""
    used = np.zeros_like(plan.price)
    np.add.at(used, world.uses.node, plan.use / world.uses.base[:, None])
    return used > NOTHING


def assert_same(plan: Plan, other: Plan, world: World, tolerance: float = 1e-6) -> None:
    """The same prices, where they are unique, and quantities, over the scales of their markets."""
    both = is_priced(plan, world) & is_priced(other, world)
    assert both.any()
    for name in ("price", *QUANTITIES):
        gap = np.abs(getattr(plan, name) - getattr(other, name)) / scale_of(world, name)
        gap = np.where(both, gap, 0.0) if name == "price" else gap
        assert gap.max(initial=0.0) <= tolerance, (name, gap.max())


@st.composite
def hard_stocks(draw, world: World) -> World:
    """The same world with stocks that lose some of what they hold, and cannot be filled or drawn at any speed or to any height."""
    stocks, one = world.stocks, np.ones(world.stocks.node.size)
    largest, rates = draw(number(1.0, 1.6)), draw(st.tuples(number(0.05, 0.6), number(0.05, 0.6)))
    loss = draw(st.sampled_from((0.0, 0.02, 0.1)))
    return replace(world, stocks=replace(stocks, loss=loss * one, capacity=largest * stocks.base, release_limit=(rates[0] + loss) * stocks.base, fill_limit=rates[1] * stocks.base))
