"""Index sets and variables of the market model, and which arcs meet in which market."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

import numpy as np
import pyomo.environ as pyo

from kanmon.formulation.constants import bounds
from kanmon.formulation.given import Given
from kanmon.formulation.units import Units, declared
from kanmon.scenario.market import Market


@dataclass(frozen=True)
class Incidence:
    """Who meets in a market: for each node, the arcs that supply it and those that draw on it."""

    outputs: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))
    inputs: dict[int, list[tuple[int, float]]] = field(default_factory=lambda: defaultdict(list))
    arriving: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))
    leaving: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))
    uses: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))
    scrap: dict[int, list[tuple[int, float]]] = field(default_factory=lambda: defaultdict(list))
    stocks: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))


def incidence(market: Market) -> Incidence:
    """Sort activities, lanes, uses and stocks by the market they meet in."""
    world, meet = market.world, Incidence()
    for a, n in enumerate(world.activities.output.tolist()):
        meet.outputs[n].append(a)
    for a, n, ratio in zip(world.activities.input_activity.tolist(), world.activities.input_node.tolist(), world.activities.input_ratio.tolist(), strict=True):
        meet.inputs[n].append((a, ratio))
    for lane, (o, d) in enumerate(zip(world.lanes.origin.tolist(), world.lanes.destination.tolist(), strict=True)):
        meet.leaving[o].append(lane)
        meet.arriving[d].append(lane)
    for s, n in enumerate(world.uses.node.tolist()):
        meet.uses[n].append(s)
    for s, n, ratio in zip(world.uses.scrap_use.tolist(), world.uses.scrap_node.tolist(), world.uses.scrap_ratio.tolist(), strict=True):
        meet.scrap[n].append((s, ratio))
    for k, n in enumerate(world.stocks.node.tolist()):
        meet.stocks[n].append(k)
    return meet


def declare(m: pyo.ConcreteModel, market: Market, given: Given, units: Units) -> None:
    """Declare the sets, the units, and the variables with their physical bounds."""
    world = market.world
    m.MONTHS = pyo.RangeSet(0, market.months - 1)
    m.NODES = pyo.RangeSet(0, len(world.nodes.keys) - 1)
    m.ACTIVITIES = pyo.RangeSet(0, len(world.activities.keys) - 1)
    m.LANES = pyo.RangeSet(0, len(world.lanes.keys) - 1)
    m.STOCKS = pyo.RangeSet(0, len(world.stocks.node) - 1)
    m.PLAIN_USES = pyo.Set(initialize=np.flatnonzero(~world.uses.in_nest).tolist())
    m.NESTED_USES = pyo.Set(initialize=np.flatnonzero(world.uses.in_nest).tolist())
    m.DISPOSABLES = pyo.Set(initialize=np.flatnonzero(world.nodes.disposable).tolist())
    m.REMEMBERED = pyo.Set(initialize=np.flatnonzero((world.lanes.persistence > 0) & (world.lanes.friction > 0)).tolist())
    m.POOLS = pyo.RangeSet(0, len(market.pools) - 1)
    m.EXPANSIONS = pyo.RangeSet(0, len(world.expansions.keys) - 1)
    m.ADDED = pyo.Set(dimen=2, initialize=[(int(e), int(t)) for e, t in zip(*np.nonzero(market.is_open), strict=True)])
    m.STARTED = pyo.Set(dimen=2, initialize=[(int(e), int(t)) for e, t in zip(*np.nonzero(market.can_come), strict=True)])
    m.RUNNING_CONTRACTS = pyo.Set(initialize=[(int(j), int(t)) for j, t in zip(*np.nonzero(market.contracted), strict=True)], dimen=2)
    m.unit = units
    flow, stock = declared(units.flow), declared(units.tonne)
    within = bounds(market, given)

    def limits(family: str):
        least, most = within[family]
        return lambda m, place, t: (least[place, t].item(), _bound(float(most[place, t])))

    m.v_flexible_use = pyo.Var(m.PLAIN_USES, m.MONTHS, bounds=limits("flexible_use"), units=flow, doc="use that answers the price [t/month]")
    m.v_core_use = pyo.Var(m.PLAIN_USES, m.MONTHS, bounds=limits("core_use"), units=flow, doc="use given up only at the choke [t/month]")
    m.v_need = pyo.Var(m.NESTED_USES, m.MONTHS, bounds=limits("need"), units=flow, doc="need for a good within a nest, met or shed [t/month]")
    m.v_shed = pyo.Var(m.NESTED_USES, m.MONTHS, bounds=limits("shed"), units=flow, doc="need shed at the choke [t/month]")
    m.v_output = pyo.Var(m.ACTIVITIES, m.MONTHS, bounds=limits("output"), units=flow, doc="output [t/month]")
    m.v_flow = pyo.Var(m.LANES, m.MONTHS, bounds=limits("flow"), units=flow, doc="dispatch on a lane [t/month]")
    m.v_trailing_flow = pyo.Var(m.REMEMBERED, m.MONTHS, bounds=limits("trailing_flow"), units=flow, doc="what a lane with a memory has shipped, the recent months counting most [t/month]")
    m.v_closing_stock = pyo.Var(m.STOCKS, m.MONTHS, bounds=limits("closing_stock"), units=stock, doc="stock at the end of a month [t]")
    m.v_disposal = pyo.Var(m.DISPOSABLES, m.MONTHS, bounds=limits("disposal"), units=flow, doc="by-product thrown away [t/month]")
    m.v_shortfall = pyo.Var(m.RUNNING_CONTRACTS, bounds=limits("shortfall"), units=flow, doc="what is not taken of a contract [t/month]")
    m.v_added = pyo.Var(m.ADDED, bounds=limits("added"), units=flow, doc="capacity added and on line [t/month]")
    m.v_started = pyo.Var(m.STARTED, bounds=limits("started"), units=flow, doc="capacity that comes on line in a month, started some months before [t/month]")


def _bound(value: float) -> float | None:
    """An upper bound as Pyomo takes it."""
    return float(value) if np.isfinite(value) else None
