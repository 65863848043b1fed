"""Apply a scenario to the calibrated world: the market of each window, as the measures known in it make it."""

from __future__ import annotations

import numpy as np

from kanmon.errors import InputError, Problem
from kanmon.parts import UNRESTRICTED, plain
from kanmon.scenario.belief import believed_allowance, believed_force
from kanmon.scenario.contracts import contracted, with_contracts
from kanmon.scenario.expand import with_expansions
from kanmon.scenario.market import Market, Pool, State, Usual, base_year
from kanmon.scenario.marks import with_marks
from kanmon.scenario.passing_on import closed, exchanged, lost_flow, passing_on, shut
from kanmon.scenario.schema import EVERY, Kind, Measure, Scenario
from kanmon.scenario.scope import segregate
from kanmon.scenario.stockpiles import ends_that_matter, is_crisis, rate_limits, with_stockpiles
from kanmon.world.holdings import in_quiet_times
from kanmon.world.world import World


def scenario_world(world: World, scenario: Scenario, place: str = "scenario") -> World:
    """The world with separate markets for unrestricted material where a measure has an end-user scope and for hubs' own material where one
    caps what they pass on, with stockpiles and contracts.

    Raises:
        InputError: a cap on what is passed on, a stockpile or a contract does not fit the world.
    """
    measures = (*scenario.in_force, *scenario.measures)
    for measure in measures:
        if measure.industries:
            world = segregate(world, measure)
    problems: list[Problem] = []
    for add in (with_marks, with_stockpiles, with_contracts):
        try:
            world = add(world, scenario, place)
        except InputError as error:
            problems.extend(error.problems)
    if problems:
        raise InputError(problems)
    return world


def information_dates(scenario: Scenario) -> list[int]:
    """Months in which something becomes known; a new window opens in each.

    Announcements; and where the end is not known, every month from the first announcement until all measures have ended, since what
    is seen each month may be a surprise. Where a stockpile is refilled, also when a measure ends.
    """
    announced = sorted({measure.announced for measure in scenario.measures})
    if not announced or not scenario.belief.rolls:
        return sorted({*announced, *ends_that_matter(scenario)})
    last = scenario.start + scenario.months
    ended = max(last if measure.end is None else min(measure.end, last) for measure in scenario.measures)
    return list(range(announced[0], min(ended + 1, last)))


def window_months(scenario: Scenario, first: int) -> int:
    """Length of the window that opens in a month: to the end of the scenario where the market knows what is to come, else as far as it
    looks ahead; the last one to the end as well."""
    left = scenario.start + scenario.months - first
    dates = information_dates(scenario)
    return left if not scenario.belief.rolls or not dates or first >= dates[-1] else min(left, scenario.belief.window)


def open_window(world: World, scenario: Scenario, first: int, state: State, usual: Usual | None = None) -> Market:
    """The market from a month on, with the measures announced by then, what is believed about them, and nothing else known.

    Args:
        world: from :func:`scenario_world`.
        scenario: the scenario.
        first: first month of the window.
        state: stocks and shipments handed over.
        usual: what these months are like without the measures; the base year if left out.
    """
    belief, months = scenario.belief, window_months(scenario, first)
    calendar = range(first, first + months)
    usual = base_year(world, months) if usual is None else usual
    anchor, standing = usual.anchor, usual.standing
    limit = standing.flow_limit.copy()
    export_amount, tariff_amount = standing.export_amount.copy(), standing.tariff_amount.copy()
    export_rate, tariff_rate = standing.export_rate.copy(), standing.tariff_rate.copy()
    rent_to = np.array(standing.rent_to, dtype=object)
    running = np.ones((len(world.activities.keys), months))
    pools = list(standing.pools)
    whole = np.ones((1, months))
    known = [measure for measure in scenario.measures if measure.announced <= first]
    world = world if is_crisis(known, first) else in_quiet_times(world)
    for measure in known:
        lanes = measured_lanes(world, measure)
        chance = believed_force(measure, belief, first, calendar)
        if measure.kind == Kind.OUTAGE:
            hit = np.array([region == measure.exporter and plain(world.nodes.keys[n][1]) in measure.goods for (region, _), n in zip(world.activities.keys, world.activities.output, strict=True)], dtype=bool)
            left = np.minimum(believed_allowance(measure, belief, first, calendar, whole)[0], np.inf)
            running[hit] *= np.where(np.isfinite(left), left, 1.0)
        elif measure.kind in (Kind.BAN, Kind.QUOTA, Kind.LICENCE):
            base = anchor.flow[lanes]
            if measure.surge_limit is not None:
                limit[lanes] = np.minimum(limit[lanes], measure.surge_limit * base)
            if measure.displacement is not None:
                pools.extend(_third_countries(world, measure, believed_allowance(measure, belief, first, calendar, whole)[0], anchor.flow))
            if measure.reexport is not None:
                pools.extend(passing_on(world, measure, believed_allowance(measure, belief, first, calendar, whole)[0], anchor.flow))
            if measure.pooled:
                pools.append(Pool(measure.name, np.flatnonzero(lanes), believed_allowance(measure, belief, first, calendar, base.sum(axis=0, keepdims=True))[0], measure.rent_to or ""))
            else:
                limit[lanes] = np.minimum(limit[lanes], believed_allowance(measure, belief, first, calendar, base))
                rent_to[lanes] = measure.rent_to or ""
        else:
            mask = np.outer(lanes, chance)
            amount, rate = (export_amount, export_rate) if measure.kind == Kind.EXPORT_TAX else (tariff_amount, tariff_rate)
            amount += mask * (-1.0 if measure.kind == Kind.IMPORT_SUBSIDY else 1.0) * (measure.amount or 0.0)
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
        capacity = np.where(running > 0, np.where(ready, anchor.capacity, anchor.restarted) * running, 0.0)
    capacity = np.where(exchanged(world, pools, months), capacity, 0.0)
    limit, pools = shut(world, pools, limit), closed(world, pools)
    release, fill = rate_limits(world, scenario, known, first, calendar)
    named = contracted(world, scenario, calendar, anchor.flow, limit, pools)
    market = Market(
        world, first, months, state, limit, export_amount, tariff_amount, export_rate, tariff_rate, capacity, elasticity, sigma, tuple(pools), tuple(rent_to),
        anchor, release, fill, named,
    )  # fmt: skip
    return with_expansions(market, scenario, announced)


def _third_countries(world: World, measure: Measure, left: np.ndarray, usual: np.ndarray) -> list[Pool]:
    """Caps on what the exporter sells to others: their base, and a share of what the measure takes from its destinations.

    Args:
        world: its lanes.
        measure: with a displacement.
        left: share of the usual flow that is believed to pass in each month; infinite out of force [1].
        usual: flow, lane x month [t/month].
    """
    pools = []
    for good in measure.goods:
        mine = np.array([key[0] == good and key[1] == measure.exporter and key[2] != measure.exporter for key in world.lanes.keys], dtype=bool)
        barred = np.array([key[2] in measure.destinations for key in world.lanes.keys], dtype=bool)
        others = np.flatnonzero(mine & ~barred)
        if not others.size:
            continue
        cap = usual[others].sum(axis=0) + (measure.displacement or 0.0) * lost_flow(world, measure, good, left, usual)
        pools.append(Pool(f"{measure.name}: {good} to others", others, np.where(np.isfinite(left), cap, np.inf), ""))
    return pools


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
