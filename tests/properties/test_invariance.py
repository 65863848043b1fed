"""What the answer must not depend on: the unit of money, the unit of weight, names, and the order in which things are listed."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from random_worlds import QUANTITIES, assert_same, few, number, random_measures, random_worlds, solved

import worlds
from kanmon.solution.plan import Plan
from kanmon.world.world import World


def in_other_units(world: World, money: float, weight: float) -> World:
    """The same world with money counted in units of 1/``money`` USD and weight in units of 1/``weight`` tonnes."""
    price, steepness = money / weight, money / weight**2
    nodes, plants, lanes, uses, stocks = world.nodes, world.activities, world.lanes, world.uses, world.stocks

    def times(part, **factors):
        return replace(part, **{name: getattr(part, name) * factor for name, factor in factors.items()})

    return replace(
        world,
        nodes=times(nodes, price=price, closing_price=price, throughput=weight, resale=weight),
        activities=times(plants, base=weight, capacity=weight, cost=price, intercept=price, slope=steepness),
        lanes=times(lanes, base=weight, scale=weight, capacity=weight, margin=price, friction=price, congestion=steepness),
        uses=times(uses, base=weight, price=price, choke=price, slope=steepness),
        stocks=times(stocks, base=weight, minimum=weight, capacity=weight, release_limit=weight, fill_limit=weight, scale=weight, convenience=price, holding=price),
    )


def in_own_units(measure: dict, money: float, weight: float) -> dict:
    """A measure with its tonnes and its specific tax in the other units."""
    factors = {"limit": weight, "amount": money / weight}
    return measure | {name: tuple(part * factor for part in np.atleast_1d(measure[name])) if name == "limit" else measure[name] * factor for name, factor in factors.items() if name in measure}


def back(plan: Plan, money: float, weight: float) -> Plan:
    """The plan of the other world in USD and tonnes."""
    quantities = {name: getattr(plan, name) / weight for name in QUANTITIES}
    return replace(plan, price=plan.price * weight / money, pool_wedge=plan.pool_wedge * weight / money, **quantities)


@few(30)
@given(random_worlds(), st.integers(1, 3), st.sampled_from((1e-3, 0.1, 7.0, 150.0, 1e4)), st.data())
def test_money_times_k_gives_prices_times_k_and_the_same_quantities(world, months, money, data):
    measures = data.draw(random_measures(months))
    plan = solved(worlds.market(world, *measures, months=months))
    other = solved(worlds.market(in_other_units(world, money, 1.0), *(in_own_units(item, money, 1.0) for item in measures), months=months))
    assert_same(plan, back(other, money, 1.0), world)
    # Two pools on the same lanes share one wedge between them as they like: the sum is what a tonne pays.
    np.testing.assert_allclose(other.pool_wedge.sum(axis=0) / money, plan.pool_wedge.sum(axis=0), atol=1e-6 * world.nodes.price.max())


@few(30)
@given(random_worlds(), st.integers(1, 3), st.data())
def test_kilograms_instead_of_tonnes_give_the_same_answer(world, months, data):
    measures = data.draw(random_measures(months))
    plan = solved(worlds.market(world, *measures, months=months))
    other = solved(worlds.market(in_other_units(world, 1.0, 1000.0), *(in_own_units(item, 1.0, 1000.0) for item in measures), months=months))
    assert_same(plan, back(other, 1.0, 1000.0), world)


def renamed(world: World, names: dict[str, str], order: dict[str, list[int]]) -> World:
    """The same world with regions, goods and industries under other names, and every table in another order.

    Args:
        names: new name of each region and good; plants and industries get a prefix.
        order: for nodes, activities, lanes, uses and stocks, the old place of each row.
    """
    place = np.argsort(order["nodes"])  # new place of each old node

    def taken(part, rows: list[int], **changed):
        columns = {name: value[rows] for name, value in vars(part).items() if isinstance(value, np.ndarray) and value.size == len(rows) and name not in changed}
        return replace(part, **columns, **changed)

    plants, lanes, uses, stocks = world.activities, world.lanes, world.uses, world.stocks
    rows, plant_place = order["activities"], np.argsort(order["activities"])
    entries = np.arange(plants.input_activity.size)[::-1]
    return replace(
        world,
        regions=tuple(names[region] for region in reversed(world.regions)),
        goods=tuple(names[good] for good in reversed(world.goods)),
        nodes=taken(world.nodes, order["nodes"], keys=tuple((names[region], names[good]) for region, good in (world.nodes.keys[n] for n in order["nodes"]))),
        activities=taken(
            plants, rows, keys=tuple((names[region], f"new {name}") for region, name in (plants.keys[a] for a in rows)), output=place[plants.output[rows]],
            input_activity=plant_place[plants.input_activity[entries]], input_node=place[plants.input_node[entries]], input_ratio=plants.input_ratio[entries],
        ),
        lanes=taken(
            lanes, order["lanes"], keys=tuple(tuple(names[part] for part in lanes.keys[lane]) for lane in order["lanes"]),
            origin=place[lanes.origin[order["lanes"]]], destination=place[lanes.destination[order["lanes"]]],
        ),
        uses=taken(uses, order["uses"], keys=tuple((names[region], f"new {industry}", names[good]) for region, industry, good in (uses.keys[s] for s in order["uses"])), node=place[uses.node[order["uses"]]]),
        stocks=taken(stocks, order["stocks"], node=place[stocks.node[order["stocks"]]]),
    )  # fmt: skip


@few(30)
@given(random_worlds(), st.integers(1, 3), st.data())
def test_other_names_in_another_order_change_nothing(world, months, data):
    names = dict(zip("ABCD", ("Zulu", "Yankee", "Xray", "Whiskey"), strict=True)) | dict(zip(("metal", "powder", "ore", "flux"), ("iron", "dust", "rock", "salt"), strict=True))
    sizes = {"nodes": len(world.nodes.keys), "activities": len(world.activities.keys), "lanes": len(world.lanes.keys), "uses": len(world.uses.keys), "stocks": world.stocks.node.size}
    order = {table: data.draw(st.permutations(range(size))) for table, size in sizes.items()}
    measures = data.draw(random_measures(months))
    theirs = [item | {"exporter": names["A"], "goods": [names[good] for good in item["goods"]], "destinations": [names.get(region, region) for region in item["destinations"]]} for item in measures]
    plan = solved(worlds.market(world, *measures, months=months))
    other = solved(worlds.market(renamed(world, names, order), *theirs, months=months))
    rows = {"price": "nodes", **QUANTITIES}
    assert_same(plan, replace(other, **{name: getattr(other, name)[np.argsort(order[table])] for name, table in rows.items()}), world)


@few(15)
@given(random_worlds(), number(1.5, 4.0), st.data())
def test_a_world_twice_as_large_has_the_same_prices(world, factor, data):
    """Constant returns: every base quantity, capacity and limit times k gives quantities times k at the same prices."""
    measures = data.draw(random_measures(2))
    larger = in_other_units(world, factor, factor)
    plan = solved(worlds.market(world, *measures, months=2))
    other = solved(worlds.market(larger, *(in_own_units(item, factor, factor) for item in measures), months=2))
    assert_same(plan, back(other, factor, factor), world)
