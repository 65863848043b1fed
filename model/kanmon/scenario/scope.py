"""End-user scope: a separate market for material that the industries in scope may still use.

A ban on some users does not stop a trade; it stops the exporter's material at those users' doors. In each destination the
good gets a second market, *unrestricted*: domestic output and arrivals from other origins land there, and the industries in
scope buy there. A costless transfer leads from it to the general market. The transfer back is open until the measure takes
effect: that is how restricted material reached those industries, and closing it is the measure.
"""

from __future__ import annotations

from dataclasses import fields, replace

import numpy as np

from kanmon.parts import UNRESTRICTED
from kanmon.scenario.schema import EVERY, Measure
from kanmon.scenario.splitting import with_doors, with_market
from kanmon.world.world import Stocks, Uses, World


def segregate(world: World, measure: Measure) -> World:
    """Give every good and destination of a measure with an end-user scope its unrestricted market.

    :func:`kanmon.scenario.load.check_against` has seen to it that uses are in scope and that none belongs to a nest.
    """
    for region, good in world.nodes.keys:
        if good in measure.goods and (region in measure.destinations or EVERY in measure.destinations) and region != measure.exporter:
            in_scope = np.array([key[0] == region and key[1] in measure.industries and key[2] == good for key in world.uses.keys])
            if in_scope.any():
                world = _split(world, world.nodes.index()[region, good], in_scope, measure)
    return world


def _split(world: World, node: int, in_scope: np.ndarray, measure: Measure) -> World:
    good = world.nodes.keys[node][1]
    free = len(world.nodes.keys)
    exporter_ships = np.array([origin == measure.exporter for _, origin, _ in world.lanes.keys], dtype=bool)
    lands = (world.lanes.destination == node) & ~exporter_ships
    made = world.activities.output == node
    uses, scope_base = _split_uses(world.uses, in_scope, node, free, measure.share_of_use)
    supply = world.lanes.base[lands].sum() + world.activities.base[made].sum()
    size = max(supply, scope_base, 1e-9)
    name = f"{good}{UNRESTRICTED}"
    activities = replace(world.activities, output=np.where(made, free, world.activities.output))
    lanes = replace(world.lanes, destination=np.where(lands, free, world.lanes.destination))
    world, _ = with_market(replace(world, lanes=lanes), node, name, size)
    world = with_doors(world, [(good, free, node, max(supply - scope_base, 0.0)), (name, node, free, max(scope_base - supply, 0.0))], size)
    stocks = world.stocks
    held = np.flatnonzero(stocks.node == node)
    if held.size:
        share = scope_base / max(world.uses.base[world.uses.node == node].sum() + _input_of(world, node), 1e-12)
        keep, move = 1.0 - share, share
        sizes = {name: getattr(stocks, name) for name in ("base", "minimum", "capacity", "release_limit", "fill_limit", "scale")}
        rates = {name: getattr(stocks, name) for name in ("convenience", "exponent", "holding", "loss")}
        stocks = Stocks(
            node=np.append(stocks.node, free),
            **{name: np.append(_scaled(values, held, keep), values[held] * move) for name, values in sizes.items()},
            **{name: np.append(values, values[held]) for name, values in rates.items()},
        )
        if keep < 1e-9:
            stocks = Stocks(**{item.name: np.delete(getattr(stocks, item.name), held) for item in fields(Stocks)})
    return replace(world, activities=activities, uses=uses, stocks=stocks)


def _input_of(world: World, node: int) -> float:
    plants = world.activities
    entries = plants.input_node == node
    return float((plants.base[plants.input_activity[entries]] * plants.input_ratio[entries]).sum())


def _scaled(values: np.ndarray, places: np.ndarray, factor: float) -> np.ndarray:
    """The values with some multiplied; what has no limit keeps none, also in a part that holds nothing."""
    scaled = values.copy()
    bounded = places[np.isfinite(values[places])]
    scaled[bounded] *= factor
    return scaled


def _split_uses(uses: Uses, in_scope: np.ndarray, node: int, free: int, share: float) -> tuple[Uses, float]:
    """Move the uses in scope to the unrestricted market; with a share below 1 split them in two."""
    moved = np.flatnonzero(in_scope)
    if share == 1.0:
        return replace(uses, node=np.where(in_scope, free, uses.node)), float(uses.base[moved].sum())
    columns = {name: getattr(uses, name) for name in ("node", "base", "price", "choke", "elasticity_short", "elasticity_long", "half_life", "slope", "nest", "sigma_short", "sigma_long")}
    twin = {name: np.append(values, values[moved]) for name, values in columns.items()}
    count = len(uses.keys)
    twin["node"][count:] = free
    twin["base"][count:] *= share
    twin["base"][moved] *= 1.0 - share
    # A part of a linear curve is as steep as the whole divided by the part.
    twin["slope"][count:] /= share
    twin["slope"][moved] /= 1.0 - share
    keys = (*uses.keys, *((region, f"{industry} (in scope)", good) for region, industry, good in (uses.keys[place] for place in moved)))
    copied = [(count + number, entry) for number, place in enumerate(moved) for entry in np.flatnonzero(uses.scrap_use == place)]
    scrap_use = np.append(uses.scrap_use, np.array([new for new, _ in copied], dtype=np.int64))
    old = np.array([entry for _, entry in copied], dtype=np.int64)
    return (
        Uses(keys, scrap_use=scrap_use, scrap_node=np.append(uses.scrap_node, uses.scrap_node[old]), scrap_ratio=np.append(uses.scrap_ratio, uses.scrap_ratio[old]), cross=uses.cross, **twin),
        float(twin["base"][count:].sum()),
    )
