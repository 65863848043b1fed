"""A market of their own for the industries that a stockpile is kept for.

Nobody but they can buy there. A costless transfer feeds it from the market in which they bought before, never back: in normal times the
two prices are one, and what the stockpile sells is not bought away by others.
"""

from __future__ import annotations

from dataclasses import fields, replace

import numpy as np

from kanmon.world.world import Lanes, Nodes, World

PRIORITY = " (priority)"


def uses_of(world: World, region: str, good: str, industries: tuple[str, ...]) -> np.ndarray:
    """Places of the uses of a good in a region; of these industries, or of all if none is named."""
    named = [place for place, key in enumerate(world.uses.keys) if key[0] == region and key[2] == good]
    return np.array([place for place in named if not industries or world.uses.keys[place][1].split(" (")[0] in industries], dtype=np.int64)


def with_priority(world: World, uses: np.ndarray, good: str) -> World:
    """The world with uses of one market moved to a priority market of their own, which is its last node.

    Args:
        world: before.
        uses: places of the uses; all buy from one market.
        good: name of the good, without marks.
    """
    source, priority = int(world.uses.node[uses[0]]), len(world.nodes.keys)
    region, size = world.nodes.keys[source][0], float(world.uses.base[uses].sum())
    nodes, lanes = world.nodes, world.lanes
    added = {
        "price": nodes.price[source], "throughput": max(size, 1e-9), "disposable": False, "closing_price": nodes.closing_price[source], "resale": np.inf,
    }  # fmt: skip
    node = world.uses.node.copy()
    node[uses] = priority
    name = f"{good}{PRIORITY}"
    feed = {"origin": source, "destination": priority, "base": size, "smoothing": 1.0, "scale": max(size, 1e-9), "capacity": np.inf}
    return replace(
        world,
        nodes=Nodes((*nodes.keys, (region, name)), **{column: np.append(getattr(nodes, column), value) for column, value in added.items()}),
        lanes=_with_lane(lanes, (name, region, region), feed),
        uses=replace(world.uses, node=node),
    )


def _with_lane(lanes: Lanes, key: tuple[str, str, str], values: dict[str, float]) -> Lanes:
    """The lanes with one more; what is not given of it is zero."""
    columns = {item.name: getattr(lanes, item.name) for item in fields(Lanes) if item.name != "keys"}
    longer = {
        name: np.append(column, np.array([values.get(name, 0.0)], dtype=column.dtype))
        for name, column in columns.items()
        if column is not None and not name.startswith("cross_")
    }
    return replace(lanes, keys=(*lanes.keys, key), **longer)
