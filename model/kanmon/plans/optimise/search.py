"""The search: a grid of engine runs, the interpolated optimum between its points, the engine there, and so on.

A global optimum is proved on the grid only: over all combinations of points that the engine has evaluated. What lies between them is
found downhill on an interpolated objective, then evaluated by the engine itself, and what it says is put into the interpolation.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from kanmon.errors import InputError, Problem
from kanmon.plans.optimise.axes import Axis, Lever, axis_of, grid_of, size_of
from kanmon.plans.optimise.choice import Combinations, Evaluated, combined
from kanmon.plans.optimise.descent import descend
from kanmon.plans.optimise.objective import Aim
from kanmon.plans.optimise.outcomes import Record, table_of
from kanmon.plans.optimise.surface import Landscape, surface_over
from kanmon.world.world import Floats

STARTS = 8
"""Plans from which the way downhill is tried."""

SETTLED = 1e-6
"""Gap between engine and interpolation, over the objective of no plan, at which the engine need not be asked again [1]."""

MISSES = 3
"""Proposals that may miss the aim before interpolation is left at that."""

MOST_RUNS = 5000
"""Plans that a grid may ask the engine for."""

Progress = Callable[[str], None]


def _quiet(stage: str) -> None:
    """Progress that nobody looks at."""


@dataclass
class Space:
    """The levers in their groups, and what the engine has said about them.

    Attributes:
        groups: levers that have to be judged together; groups solve apart.
        record: outcomes of the engine.
        progress: called with what is being done.
        none: cost and losses without a plan, (cost, futures) [USD].
        seen: levels evaluated so far, by group, point x lever.
    """

    groups: Sequence[Sequence[Lever]]
    record: Record
    progress: Progress = _quiet
    none: Floats = field(init=False)
    seen: list[Floats] = field(init=False)

    def __post_init__(self) -> None:
        self.none = table_of(self.record.at([{}]))[0]
        if not np.isfinite(self.none).all():
            raise InputError([Problem("plan of no levers", self.record.known[()].failure or "has no finite loss", "mend the futures or the data first")])
        self.seen = [np.zeros((1, len(group))) for group in self.groups]

    @property
    def levers(self) -> list[Lever]:
        """All levers, group after group."""
        return [lever for group in self.groups for lever in group]

    def at(self, group: int, levels: Floats) -> Floats:
        """Cost and losses of plans of one group alone, plan x lever to plan x (cost, futures) [USD]."""
        names = [lever.name for lever in self.groups[group]]
        outcomes = self.record.at([dict(zip(names, row.tolist(), strict=True)) for row in levels], self.progress)
        self.seen[group] = np.unique(np.concatenate([self.seen[group], levels]), axis=0)
        return table_of(outcomes)

    def over(self, axes: Sequence[Axis]) -> Landscape:
        """Evaluate a grid of each group, and interpolate between its points."""
        surfaces, begin = [], 0
        for number, group in enumerate(self.groups):
            mine = axes[begin : begin + len(group)]
            begin += len(group)
            points = grid_of(mine)
            surfaces.append(surface_over(mine, points, self.at(number, points) - self.none))
        return Landscape(self.none, tuple(surfaces))

    def refined(self, landscape: Landscape) -> Landscape:
        """The landscape with all that the engine has evaluated."""
        surfaces = zip(landscape.surfaces, self.evaluated(), strict=True)
        return Landscape(self.none, tuple(surface.with_further(found.levels, found.values) for surface, found in surfaces))

    def evaluated(self) -> list[Evaluated]:
        """Every point that the engine has evaluated, by group."""
        return [Evaluated(levels, self.at(number, levels) - self.none) for number, levels in enumerate(self.seen)]

    def combinations(self, thinned: bool = True) -> Combinations:
        """Plans put together of all that the engine has evaluated."""
        return combined(self.none, self.evaluated(), thinned)

    def of_plan(self, levels: dict[str, float]) -> Floats:
        """Cost and losses of a plan as the sum over its groups, each evaluated apart, (cost, futures) [USD]."""
        parts = [np.array([[levels[lever.name] for lever in group]]) for group in self.groups]
        return np.asarray(self.none + sum(self.at(number, mine)[0] - self.none for number, mine in enumerate(parts)))

    def named(self, levels: Floats) -> dict[str, float]:
        """Levels by lever."""
        return {lever.name: float(level) for lever, level in zip(self.levers, levels, strict=True)}


def first_axes(groups: Sequence[Sequence[Lever]], points: int) -> list[Axis]:
    """Axes of the first grid, group after group.

    Raises:
        InputError: a lever has nothing to choose, or the grid asks for too many runs.
    """
    problems, axes = [], []
    for lever in (lever for group in groups for lever in group):
        try:
            axes.append(axis_of(lever, points))
        except InputError as error:
            problems.extend(error.problems)
    if problems:
        raise InputError(problems)
    ends = np.cumsum([len(group) for group in groups]).tolist()
    runs = sum(size_of(axes[end - len(group) : end]) for group, end in zip(groups, ends, strict=True))
    if runs > MOST_RUNS:
        raise InputError([Problem("levers", f"the grid has {runs} plans, more than {MOST_RUNS}", "name fewer levers, or give fewer points")])
    return axes


@dataclass(frozen=True)
class Best:
    """The best plan found for an aim.

    Attributes:
        aim: what was asked.
        levels: by lever.
        cost: of the plan [USD].
        loss: by future [USD].
        value: what was minimised, by the engine [USD].
        grid_value: the same of the best plan on the first grid, where it is proved to be the best [USD].
        grid_levels: levels of that plan.
        gap: engine less interpolation at the last place that interpolation proposed, over the value of no plan [1].
        asked: how often the engine was asked for what interpolation proposed.
    """

    aim: Aim
    levels: dict[str, float]
    cost: float
    loss: Floats
    value: float
    grid_value: float
    grid_levels: dict[str, float]
    gap: float
    asked: int


def find_best(space: Space, landscape: Landscape, aim: Aim, rounds: int = 4, finer: int = 1) -> Best:
    """The best plan for an aim: on the grid, then between its points, then on finer grids around what was found.

    Args:
        space: whose first grid has been evaluated.
        landscape: over that grid.
        aim: what is asked.
        rounds: how often the engine is asked for what interpolation proposes, at most, on each grid.
        finer: grids around the best plan so far, each half as wide as the one before.

    Raises:
        InputError: no plan on the grid meets the aim.
    """
    first = combined(space.none, [Evaluated(surface.points, surface.values) for surface in landscape.surfaces], thinned=True)
    place = first.best(aim)
    if not place.size:
        raise InputError([_out_of_reach(first, aim)])
    grid_value = float(aim.value(first.cost[place], first.loss[place])[0])
    gap, asked = _proposals(space, landscape, aim, rounds)
    for number in range(finer):
        best = _best_so_far(space, aim)
        widths = [0.5**number * 0.5 * float(np.diff(axis.points).max()) for axis in landscape.axes]
        near = space.over([axis.around(level, width) for axis, level, width in zip(landscape.axes, best.levels[0].tolist(), widths, strict=True)])
        gap, more = _proposals(space, near, aim, rounds)
        asked += more
    best = _best_so_far(space, aim)
    value = float(aim.value(best.cost, best.loss)[0])
    return Best(aim, space.named(best.levels[0]), float(best.cost[0]), best.loss[0], value, grid_value, space.named(first.levels[place[0]]), gap, asked)


def _best_so_far(space: Space, aim: Aim) -> Combinations:
    """The best combination of all that the engine has evaluated, alone."""
    every = space.combinations()
    place = every.best(aim)
    return Combinations(every.levels[place], every.cost[place], every.loss[place])


def _proposals(space: Space, landscape: Landscape, aim: Aim, rounds: int) -> tuple[float, int]:
    """Ask the engine for what interpolation proposes until it is right; the last gap [1], and how often it was asked.

    A proposal that the engine finds to miss the aim is followed by another, a few times, whatever the rounds.
    """
    gap = 0.0
    for asked in range(1, rounds + MISSES + 1 if rounds else 0):
        here = space.refined(landscape)
        plans = combined(space.none, [surface.evaluated for surface in here.surfaces], thinned=True)
        starts = plans.levels[plans.best(aim, STARTS)]
        if not len(starts):
            return gap, asked - 1
        gap, met = _gap(space, here, aim, descend(here, aim, starts))
        if abs(gap) <= SETTLED or (asked >= rounds and met):
            return gap, asked
    return gap, rounds + MISSES if rounds else 0


def _gap(space: Space, landscape: Landscape, aim: Aim, levels: Floats) -> tuple[float, bool]:
    """Engine less interpolation of what is minimised, at levels, over the objective of no plan [1]; and whether the aim is met there."""
    engine = space.none + sum(space.at(number, mine) - space.none for number, mine in enumerate(landscape.of_each(levels[None])))
    cost, loss = landscape(levels[None])
    difference = float(aim.value(engine[:, 0], engine[:, 1:])[0] - aim.value(cost, loss)[0])
    size = max(abs(float(aim.objective(space.none[:1], space.none[None, 1:])[0])), 1e-300)
    return difference / size, bool(aim.is_met(engine[:, 0], engine[:, 1:])[0])


def _out_of_reach(plans: Combinations, aim: Aim) -> Problem:
    if aim.tail_limit is None:
        return Problem("budget", f"no plan costs {aim.budget:.4g} USD or less", "raise the budget")
    affordable = plans.cost <= aim.budget
    least = float(aim.objective.tail(plans.loss[affordable]).min()) if affordable.any() else np.inf
    return Problem("tail limit", f"no plan on the grid keeps the tail at {aim.tail_limit:.4g} USD; the lowest is {least:.4g}", "raise the limit, the budget or the levels")
