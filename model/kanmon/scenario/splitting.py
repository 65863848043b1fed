"""Markets split in two: a second market for part of a good in a region, the doors between the two, and what exchanges the parts."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from kanmon.world.world import Activities, Lanes, Nodes, World


def with_market(world: World, like: int, name: str, size: float) -> tuple[World, int]:
    """The world with one more market, priced like another in the same region.

    Args:
        world: its markets.
        like: node whose price and region it has.
        name: good, with what marks the part.
        size: scale of its residuals [t/month].

    Returns:
        the world, and the new node. Nothing passes through it yet.
    """
    nodes = world.nodes
    more = Nodes(
        (*nodes.keys, (nodes.keys[like][0], name)),
        np.append(nodes.price, nodes.price[like]),
        np.append(nodes.throughput, size),
        np.append(nodes.disposable, nodes.disposable[like]),
        np.append(nodes.closing_price, nodes.closing_price[like]),
        np.append(nodes.resale, np.inf),
    )
    return replace(world, nodes=more), len(nodes.keys)


def with_doors(world: World, doors: list[tuple[str, int, int, float]], size: float) -> World:
    """The world with costless lanes between markets of a region.

    Args:
        world: its lanes.
        doors: name (as a good of the flow tables), node it leads from, node it leads to, base flow [t/month].
        size: scale of their flows [t/month].
    """
    lanes, count = world.lanes, len(doors)
    names, origin, destination, base = zip(*doors, strict=True)
    regions = [world.nodes.keys[node][0] for node in origin]
    nothing = [0.0] * count
    more = Lanes(
        (*lanes.keys, *((name, region, region) for name, region in zip(names, regions, strict=True))),
        np.append(lanes.origin, origin),
        np.append(lanes.destination, destination),
        np.append(lanes.base, base),
        np.append(lanes.margin, nothing),
        np.append(lanes.transit, [0] * count),
        np.append(lanes.friction, nothing),
        np.append(lanes.below_weight, nothing),
        np.append(lanes.smoothing, [1.0] * count),
        np.append(lanes.scale, [size] * count),
        np.append(lanes.capacity, [np.inf] * count),
        np.append(lanes.tariff, nothing),
        np.append(lanes.congestion, nothing),
        lanes.cross_lane,
        lanes.cross_other,
        lanes.cross_congestion,
        np.append(lanes.conduct, nothing),
        np.append(lanes.fringe_response, nothing),
        None if lanes.memory is None else np.append(lanes.memory, [1.0] * count),
        None if lanes.licensed is None else np.append(lanes.licensed, [False] * count),
    )
    return replace(world, lanes=more)


def with_exchange(world: World, key: tuple[str, str], output: int, recipe: list[tuple[int, float]]) -> World:
    """The world with a plant that only exchanges parts of goods: it costs nothing, has no limit of its own, and does not run in the base year.

    Args:
        world: its plants.
        key: region and name.
        output: node of what comes out.
        recipe: nodes, and tonnes taken for each tonne that comes out; negative for what is put back [1].
    """
    plants, place = world.activities, len(world.activities.keys)
    nodes, ratios = zip(*recipe, strict=True)
    more = Activities(
        (*plants.keys, key),
        np.append(plants.output, output),
        np.append(plants.base, 0.0),
        np.append(plants.capacity, np.inf),
        np.append(plants.cost, 0.0),
        np.append(plants.elasticity, np.inf),
        np.append(plants.intercept, 0.0),
        np.append(plants.slope, 0.0),
        np.append(plants.idle, False),
        np.append(plants.delay, 0),
        np.append(plants.input_activity, [place] * len(recipe)),
        np.append(plants.input_node, nodes),
        np.append(plants.input_ratio, ratios),
        plants.cross,
    )
    return replace(world, activities=more)
