"""Apply a scenario to the calibrated world: the market of each window, as the measures known in it make it."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from kanmon.scenario.market import Market, Pool, State
from kanmon.scenario.schema import EVERY, Kind, Measure, Scenario
from kanmon.scenario.scope import UNRESTRICTED, segregate
from kanmon.world.world import Floats, World


def scenario_world(world: World, scenario: Scenario) -> World:
    """The world with separate markets for unrestricted material where a measure has an end-user scope."""
    for measure in scenario.measures:
        if measure.industries:
            world = segregate(world, measure)
    return world


def information_dates(scenario: Scenario) -> list[int]:
    """Months in which something becomes known; a new window opens in each."""
    return sorted({measure.announced for measure in scenario.measures})


def open_window(world: World, scenario: Scenario, first: int, state: State) -> Market:
    """The market from a month on, with the measures announced by then and nothing else known.

    Args:
        world: from :func:`scenario_world`.
        scenario: the scenario.
        first: first month of the window.
        state: stocks and shipments handed over.
    """
    months = scenario.start + scenario.months - first
    calendar = range(first, first + months)
    shape = (len(world.lanes.keys), months)
    limit = np.full(shape, np.inf)
    export_amount, tariff_amount, export_rate = np.zeros(shape), np.zeros(shape), np.zeros(shape)
    tariff_rate = np.repeat(world.lanes.tariff[:, None], months, axis=1)
    rent_to = np.full(len(world.lanes.keys), "", dtype=object)
    running = np.ones((len(world.activities.keys), months))
    pools: list[Pool] = []
    known = [measure for measure in scenario.measures if measure.announced <= first]
    for measure in known:
        lanes = measured_lanes(world, measure)
        force = np.array([measure.in_force(month) for month in calendar])
        if measure.kind == Kind.OUTAGE:
            hit = np.array([region == measure.exporter and world.nodes.keys[n][1] in measure.goods for (region, _), n in zip(world.activities.keys, world.activities.output, strict=True)], dtype=bool)
            left = np.array([measure.share_in(month) if on else 1.0 for month, on in zip(calendar, force, strict=True)])
            running[hit] *= left
        elif measure.kind in (Kind.BAN, Kind.QUOTA):
            base = world.lanes.base[lanes]
            if measure.pooled:
                pools.append(Pool(measure.name, np.flatnonzero(lanes), _allowed(measure, base.sum(keepdims=True), calendar)[0], measure.rent_to or ""))
            else:
                limit[lanes] = np.minimum(limit[lanes], _allowed(measure, base, calendar))
                rent_to[lanes] = measure.rent_to or ""
        else:
            mask = np.outer(lanes, force)
            amount, rate = (export_amount, export_rate) if measure.kind == Kind.EXPORT_TAX else (tariff_amount, tariff_rate)
            amount += mask * (measure.amount or 0.0)
            rate += mask * (measure.rate or 0.0)
    announced = min((measure.announced for measure in known), default=None)
    elapsed = np.maximum(np.array(calendar) - announced, 0) if announced is not None else np.zeros(months, dtype=int)
    plants = world.activities
    ready = np.ones((len(plants.keys), months), dtype=bool)
    if announced is None:
        ready[plants.idle] = False
    else:
        ready[plants.idle] = elapsed[None, :] >= plants.delay[plants.idle, None]
    uses = world.uses
    gone = 1.0 - 0.5 ** (elapsed[None, :] / uses.half_life[:, None]) if len(uses.keys) else np.zeros((0, months))
    elasticity = uses.elasticity_short[:, None] + gone * (uses.elasticity_long - uses.elasticity_short)[:, None]
    sigma = uses.sigma_short[:, None] + gone * (uses.sigma_long - uses.sigma_short)[:, None]
    with np.errstate(invalid="ignore"):
        capacity = np.where(ready & (running > 0), plants.capacity[:, None] * running, 0.0)
    return Market(world, first, months, state, limit, export_amount, tariff_amount, export_rate, tariff_rate, capacity, elasticity, sigma, tuple(pools), tuple(rent_to))


def _allowed(measure: Measure, base: Floats, calendar: Iterable[int]) -> Floats:
    """What a ban or quota lets pass, rows of base flow x month [t/month]; infinite out of force."""
    columns = []
    for month in calendar:
        tonnes = measure.limit_in(month)
        columns.append(np.full(base.size, np.inf) if not measure.in_force(month) else base * measure.share_in(month) if tonnes is None else np.full(base.size, tonnes))
    return np.stack(columns, axis=1)


def measured_lanes(world: World, measure: Measure) -> np.ndarray:
    """Which lanes a measure bears on (mask). With an end-user scope: the doors through which restricted material would
    reach the industries in scope."""
    goods = {f"{good}{UNRESTRICTED}" for good in measure.goods} if measure.industries else set(measure.goods)
    mask = np.zeros(len(world.lanes.keys), dtype=bool)
    for place, (good, origin, destination) in enumerate(world.lanes.keys):
        chosen = destination in measure.destinations or EVERY in measure.destinations
        if measure.industries:
            mask[place] = good in goods and origin == destination and chosen and world.nodes.keys[world.lanes.destination[place]][1] == good
        else:
            mask[place] = good.removesuffix(UNRESTRICTED) in goods and origin != destination and origin in (measure.exporter, *((origin,) if measure.exporter == EVERY else ())) and chosen
    return mask
