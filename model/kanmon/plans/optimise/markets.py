"""The markets of all futures without the levers, and the levers as a program takes them: what the world's optimum is found from.

A lever of stocks and plants alone is linear in the program. Its stock is there when the futures part, bought at the price of the month
before; its plant has the capacity that is expected of it. The paths of the futures hold all such levers at a thousandth of their
largest level, so that the program knows their stocks and plants, and curves pass through a path as good as without them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from kanmon.extensive.model import Built, FirstStage, FutureMarket, Opening
from kanmon.extensive.program import future_market
from kanmon.pack.load import Pack
from kanmon.plans.apply import apply_plan
from kanmon.plans.costs import monthly_factor, outside_costs
from kanmon.plans.effects import Pulled, name_of
from kanmon.plans.levers import Kind, Lever
from kanmon.plans.optimise.axes import Lever as Choice
from kanmon.plans.optimise.judge import MILLION, Judge, plan_of
from kanmon.runs.baseline import Baseline, handed_over
from kanmon.runs.path import baseline_path
from kanmon.scenario.apply import open_window, scenario_world
from kanmon.scenario.assume import assume
from kanmon.scenario.market import Market
from kanmon.scenario.schema import Belief, Scenario
from kanmon.scenario.stockpiles import with_holding_costs
from kanmon.world.calibrate import calibrate
from kanmon.world.trends import additions
from kanmon.world.world import World

SMALL = 1e-3
"""Share of their largest level that the levers stand at on the paths [1]."""

LINEAR = (Kind.STOCKPILE, Kind.PLANT)
"""Effects that enter the program as they are."""


def linear_levers(choices: Sequence[Choice], levers: Mapping[str, Lever]) -> list[Choice]:
    """Levers of stocks and plants alone."""
    return [choice for choice in choices if levers[choice.name].effects and all(effect.kind in LINEAR for effect in levers[choice.name].effects)]


@dataclass(frozen=True)
class Departure:
    """One future from the month in which the futures part: the scenario, its path, the pack, and the market without the levers."""

    scenario: Scenario
    without: Baseline
    pack: Pack
    market: Market


def future_markets(judge: Judge, choices: Sequence[Choice], charges: Mapping[str, float]) -> tuple[list[FutureMarket], list[FirstStage]]:
    """What :func:`kanmon.extensive.program.world_optimum` asks for.

    Args:
        judge: futures, pack, levers.
        choices: levers that are linear in the program.
        charges: what a level takes of the budget, by lever [USD].
    """
    small = {choice.name: SMALL * choice.largest for choice in choices}
    futures = {name: scenario for name, scenario in judge.futures.scenarios.items() if judge.futures.probability[name] > 0}
    parting = min(measure.announced for scenario in futures.values() for measure in scenario.measures)
    departures = {name: _departure(judge, name, scenario, small, parting) for name, scenario in futures.items()}
    markets = [future_market(judge.futures.probability[name], departure.market) for name, departure in departures.items()]
    first = next(iter(departures.values()))
    return markets, [_first_stage(judge, choice, first, small, charges[choice.name], parting) for choice in choices]


def _departure(judge: Judge, name: str, scenario: Scenario, small: Mapping[str, float], parting: int) -> Departure:
    """A future with the levers at next to nothing on its path, and at nothing from then on."""
    changed = apply_plan(plan_of(small, judge.decided), scenario, judge.pack, judge.levers, judge.usual)
    scenario = changed.scenario.model_copy(update={"belief": Belief.model_validate({}), "beside": ()})
    pack = assume(changed.pack, scenario)
    scenario = with_holding_costs(scenario, pack)
    left = judge.nothing.leaving
    without = baseline_path(scenario_world(calibrate(pack, *scenario.calibration).world, scenario), scenario, pack, after=left.get(name, left.get("")))
    past = parting - scenario.start
    state = handed_over(without.plan, without.market(scenario), past)
    market = open_window(without.world, scenario, parting, state, without.usual_from(past, scenario.months - past))
    return Departure(scenario, without, pack, _emptied(market, small))


def _emptied(market: Market, small: Mapping[str, float]) -> Market:
    """The market with the stockpiles of the levers empty, sold for money alone, and bought no more."""
    world = market.world
    mine = [pile.stock for pile in world.stockpiles if pile.name.split(", ")[0] in small]
    stock, release, fill, room = market.state.stock.copy(), market.release_limit.copy(), market.fill_limit.copy(), world.stocks.capacity.copy()
    stock[mine], release[mine], fill[mine], room[mine] = 0.0, np.where(np.isfinite(release[mine]), 0.0, np.inf), 0.0, np.inf
    free = replace(world, stocks=replace(world.stocks, capacity=room), stockpiles=tuple(pile for pile in world.stockpiles if pile.stock not in mine))
    return replace(market, world=free, state=replace(market.state, stock=stock), release_limit=release, fill_limit=fill)


def _first_stage(judge: Judge, choice: Choice, departure: Departure, small: Mapping[str, float], charge: float, parting: int) -> FirstStage:
    """A lever as the program takes it: what a level puts in store and builds, and what that costs all regions, in money of the parting month."""
    lever, world, usual = judge.levers[choice.name], departure.without.world, judge.usual
    factor, last = monthly_factor(judge.pack), judge.futures.quiet.start + judge.futures.quiet.months
    outside = outside_costs(plan_of({choice.name: 1.0}, judge.decided), judge.levers, judge.futures.counted_from, last, factor)["value"].sum()
    cost = MILLION * float(outside) / factor ** (parting - judge.futures.counted_from)
    openings: list[Opening] = []
    pulled = Pulled(lever, small[choice.name], judge.decided, usual)
    names = {name_of(pulled, effect) for effect in lever.effects if effect.kind == Kind.STOCKPILE}
    for pile in (pile for pile in world.stockpiles if pile.name in names):
        tonnes, release = (float(values[pile.stock]) / small[choice.name] for values in (world.stocks.capacity, world.stocks.release_limit))
        openings.append(Opening(pile.stock, tonnes, release))
        cost += tonnes * (usual.at((pile.region, pile.good), parting - 1) or 0.0)
    return FirstStage(choice.name, choice.largest, cost, charge, tuple(openings), tuple(_built(judge, choice, departure, world, small, parting)))


def _built(judge: Judge, choice: Choice, departure: Departure, world: World, small: Mapping[str, float], parting: int) -> list[Built]:
    """Capacity that a level adds to plants: what is expected of the project at twice the small level, less that at the small one."""
    start, months = departure.scenario.path.start if departure.scenario.path else departure.scenario.start, departure.market.months
    twice = apply_plan(plan_of({**small, choice.name: 2 * small[choice.name]}, judge.decided), judge.futures.quiet, judge.pack, judge.levers, judge.usual)
    span = parting - start + months
    added = additions(world, assume(twice.pack, departure.scenario), start, span)[0] - additions(world, departure.pack, start, span)[0]
    per_level = added[:, parting - start :] / small[choice.name]
    return [Built(int(a), per_level[a]) for a in np.flatnonzero(per_level.max(axis=1, initial=0.0) > 0)]
