"""Tiny worlds built in code: they fit in the head, and their optimum can be done by hand."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import numpy as np

from kanmon.pack.load import Pack, Row, load_pack
from kanmon.pack.schema import Fact
from kanmon.scenario.apply import open_window, scenario_world
from kanmon.scenario.market import Market, base_state
from kanmon.scenario.schema import Scenario
from kanmon.world.world import Activities, Expansions, Lanes, Nodes, Stocks, Uses, World, no_cross_prices, no_stocks

PACKS = Path(__file__).parent / "packs"
SCENARIOS = Path(__file__).parent / "scenarios"


def examplium() -> Pack:
    """The made-up metal: three regions, a recipe, a nest, a scrap loop, idle capacity, a lane of one month."""
    return load_pack(PACKS / "examplium")


def documented_example(folder: Path) -> tuple[Path, Path]:
    """The pack and the scenario that the data dictionary prints as its example, written into a folder."""
    text = (Path(__file__).parents[1] / "data" / "README.md").read_text(encoding="utf-8")
    tables = re.findall(r"`(\w+\.csv)`\n\n```csv\n(.*?)```", text, re.DOTALL)
    assert len(tables) == 10
    (folder / "pack").mkdir()
    for name, content in tables:
        (folder / "pack" / name).write_text(content, encoding="utf-8")
    scenario = folder / "quota.toml"
    scenario.write_text(re.search(r"`quota.toml`:\n\n```toml\n(.*?)```", text, re.DOTALL)[1], encoding="utf-8")
    return folder / "pack", scenario


def ints(*values: int) -> np.ndarray:
    return np.array(values, dtype=np.int64)


def floats(*values: float) -> np.ndarray:
    return np.array(values, dtype=float)


def two_regions(demand: float = 0.5, supply: float = 1.0, stock: float = 0.0, transit: int = 0) -> World:
    """An exporter E and an importer J trade one good.

    Each uses 10 t a month. E makes 15 and ships 5; J makes 5. Price 100 in E, 110 in J. No friction, choke at ten times the base
    price, no discounting. With a stock, J holds that many tonnes.
    """
    one, endless = floats(1), floats(np.inf)
    stocks = Stocks(ints(1), stock * one, 0.1 * stock * one, endless, 2.2 * one, 2.0 * one, 2.2 * one, 0 * one, endless, endless, stock * one) if stock else no_stocks()
    return World(
        ("E", "J"),
        ("metal",),
        1.0,
        True,
        nodes((("E", "metal"), ("J", "metal")), floats(100, 110), floats(15, 10)),
        plants((("E", "mine"), ("J", "mine")), ints(0, 1), floats(15, 5), floats(40, 8), floats(100, 110), floats(supply, supply)),
        lanes((("metal", "E", "J"),), ints(0), ints(1), floats(5), floats(10), ints(transit)),
        plain_uses((("E", "lamps", "metal"), ("J", "lamps", "metal")), ints(0, 1), floats(10, 10), floats(100, 110), demand),
        stocks,
    )


def plain_uses(keys, node, base, price, elasticity: float) -> Uses:
    """Isoelastic uses outside nests, with one elasticity at all times and a choke at ten times the base price."""
    one = np.ones(len(keys))
    return Uses(keys, node, base, price, 10 * price, elasticity * one, elasticity * one, 12 * one, np.nan * one, ints(*([-1] * len(keys))), np.nan * one, np.nan * one, ints(), ints(), floats(), no_cross_prices())


def nodes(keys, price, throughput) -> Nodes:
    """Markets where nothing may be thrown away and everything may be sold on."""
    return Nodes(keys, price, throughput, np.zeros(len(keys), dtype=bool), price.copy(), np.full(len(keys), np.inf))


def plants(keys, output, base, capacity, cost, elasticity) -> Activities:
    """Running plants without inputs, on isoelastic cost curves."""
    nothing = np.zeros(len(keys))
    return Activities(keys, output, base, capacity, cost, elasticity, nothing, nothing, nothing > 0, ints(*([0] * len(keys))), ints(), ints(), floats(), no_cross_prices())


def lanes(keys, origin, destination, base, margin, transit) -> Lanes:
    """Lanes without friction whose exporters take prices as given."""
    nothing, one = np.zeros(len(keys)), np.ones(len(keys))
    return Lanes(keys, origin, destination, base, margin, transit, nothing, 0.05 * one, 0.02 * one, base, np.inf * one, nothing, nothing, ints(), ints(), floats(), nothing, nothing)


def no_uses() -> Uses:
    return Uses((), ints(), *(floats() for _ in range(7)), ints(), floats(), floats(), ints(), ints(), floats(), no_cross_prices())


def nested() -> World:
    """One region, one industry that combines two goods: 6 t of natural at 5 and 4 t of synthetic at 10, elasticity 0.2, sigma 0.8."""
    uses = Uses(
        (("J", "cells", "natural"), ("J", "cells", "synthetic")), ints(0, 1), floats(6, 4), floats(5, 10), floats(25, 50),
        floats(0.2, 0.2), floats(0.4, 0.4), floats(12, 12), floats(np.nan, np.nan), ints(0, 0), floats(0.8, 0.8), floats(3, 3), ints(), ints(), floats(), no_cross_prices(),
    )  # fmt: skip
    return World(
        ("J",),
        ("natural", "synthetic"),
        1.0,
        True,
        nodes((("J", "natural"), ("J", "synthetic")), floats(5, 10), floats(6, 4)),
        plants((("J", "mine"), ("J", "kiln")), ints(0, 1), floats(6, 4), floats(9, 9), floats(5, 10), floats(0.5, 0.5)),
        lanes((), ints(), ints(), floats(), floats(), ints()),
        uses,
        no_stocks(),
    )


def scenario(*measures: dict, months: int = 1, start: str = "2030-01", **more) -> Scenario:
    return Scenario(title="test", question="test?", start=start, months=months, measures=measures, **more)


def measure(kind: str = "ban", destinations=("J",), goods=("metal",), exporter: str = "E", **more) -> dict:
    """A measure known and in force from the first month."""
    return {"name": kind, "kind": kind, "exporter": exporter, "goods": list(goods), "destinations": list(destinations), "announced": "2030-01", "effective": "2030-01"} | more


def market(world: World, *measures: dict, months: int = 1, **more) -> Market:
    """The market of a window that opens with the scenario."""
    asked = scenario(*measures, months=months, **more)
    world = scenario_world(world, asked)
    return open_window(world, asked, asked.start, base_state(world))


def stated() -> World:
    """Curves stated outright: E sells to J as a Cournot player, J makes some itself, could ship it back, and holds a stockpile.

    Use in J is 100 - p, supply in J is p, E's cost is 10; the way there costs 2 and 0.1 more for each tonne. J's store opens with 6 t,
    loses a tenth a month, costs 1 a tonne to hold, gives at most 3 t and takes at most 1 t a month.
    """
    one, nothing, none = floats(1, 1), floats(0, 0), ints()
    uses = Uses((("J", "lamps", "metal"),), ints(1), floats(50), floats(50), floats(np.inf), *(floats(1),) * 2, floats(12), floats(1), ints(-1), *(floats(np.nan),) * 2, none, none, floats(), no_cross_prices())
    made = Activities(
        (("E", "mine"), ("J", "mine")), ints(0, 1), nothing, np.inf * one, nothing, np.inf * one, floats(10, 0), floats(0, 1), one < 0, ints(0, 0), none, none, floats(), no_cross_prices(),
    )  # fmt: skip
    ways = Lanes(
        (("metal", "E", "J"), ("metal", "J", "E")), ints(0, 1), ints(1, 0), nothing, floats(2, 2), ints(0, 0), nothing, one, one, 30 * one, np.inf * one, nothing, floats(0.1, 0),
        none, none, floats(), floats(1, 0), nothing,
    )  # fmt: skip
    store = Stocks(ints(1), floats(6), floats(0), floats(np.inf), floats(0), floats(1), floats(1), floats(0.1), floats(3), floats(1), floats(30))
    places = Nodes((("E", "metal"), ("J", "metal")), floats(10, 40), floats(30, 60), one < 0, nothing, floats(np.inf, 0))
    return World(("E", "J"), ("metal",), 1.0, False, places, made, ways, uses, store)


def with_friction(world: World, theta: float = 0.5) -> World:
    """The same world with friction on its lanes."""
    return replace(world, lanes=replace(world.lanes, friction=theta * world.nodes.price[world.lanes.destination]))


def row(table: str, quality: str, value: float) -> Row:
    """A row of the base year with a figure of some quality [t/month]."""
    fact = Fact(quantity="q", value=value, unit="t/month", currency_year=None, low=value, high=value, source="s", place="", quality=quality, variant="", note="")
    return Row(table, 2, ("k",), value, value, value, fact)


def with_qualification(world: World, delay: int = 2, cost: float = 12.0, headroom: float = 0.1, users: float = 1.0) -> World:
    """The same world, in which more than the base flow of each lane, and a tenth on top, has to be qualified first."""
    ways = world.lanes
    one, count = np.ones(len(ways.keys)), len(ways.keys)
    keys = tuple(("qualification", destination, good, origin) for good, origin, destination in ways.keys)
    added = Expansions(keys, np.arange(count), ints(*([-1] * count)), headroom * one, np.inf * one, ints(*([delay] * count)), cost * one, 0 * one, 0 * one, users * one)
    return replace(world, expansions=added)


def three_regions(delay: int = 2, cost: float = 12.0) -> World:
    """E and K each sell 5 t a month to J at 100, J uses them at 110: K makes as much as is asked at 100, but J has qualified only 5.5 of it.

    No use but in J, none of it elastic below the choke at 1,100; no friction, no discounting, no stocks.
    """
    ways = lanes((("metal", "E", "J"), ("metal", "K", "J")), ints(0, 1), ints(2, 2), floats(5, 5), floats(10, 10), ints(0, 0))
    made = plants((("E", "mine"), ("K", "mine")), ints(0, 1), floats(5, 5), floats(50, 50), floats(100, 100), floats(np.inf, np.inf))
    use = plain_uses((("J", "lamps", "metal"),), ints(2), floats(10), floats(110), 0.5)
    world = World(("E", "K", "J"), ("metal",), 1.0, True, nodes((("E", "metal"), ("K", "metal"), ("J", "metal")), floats(100, 100, 110), floats(5, 5, 10)), made, ways, use, no_stocks())
    return with_qualification(world, delay, cost)


def with_investment(world: World, lead: int = 1, operating: float = 90.0, charge: float = 40.0, life: float = 0.0, largest: float = 100.0) -> World:
    """The same world, in which J may build a mine: it runs at an operating cost and is charged every month [USD/t]."""
    made, one = world.activities, floats(1)
    place = len(made.keys)
    widened = replace(
        made,
        keys=(*made.keys, ("J", "mine (new)")), output=np.append(made.output, world.nodes.index()["J", "metal"]), base=np.append(made.base, 0), capacity=np.append(made.capacity, largest),
        cost=np.append(made.cost, operating), elasticity=np.append(made.elasticity, np.inf), intercept=np.append(made.intercept, 0), slope=np.append(made.slope, 0),
        idle=np.append(made.idle, False), delay=np.append(made.delay, 0),
    )  # fmt: skip
    added = Expansions((("investment", "J", "metal", "mine"),), ints(-1), ints(place), 0 * one, largest * one, ints(lead), 0 * one, charge * one, life * one, 0 * one)
    return replace(world, activities=widened, expansions=added)
