"""Between the grid points: from good plans downhill on the interpolated objective, along the limit where it binds."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from kanmon.plans.optimise.axes import Axis
from kanmon.plans.optimise.objective import Aim
from kanmon.plans.optimise.surface import Landscape
from kanmon.world.world import Booleans, Floats, Integers

FIRST, LAST = 0.25, 1e-5
"""First and last step, as a share of the range of a lever [1]."""

READABLE = 1e-4
"""Steps that levels are rounded to, as a share of the range of a lever [1]."""

HALVINGS = 30
"""Halvings of the way to the limit."""

LEAST_GAIN = 1e-13
"""Share of the objective below which nothing is gained [1]."""


def descend(landscape: Landscape, aim: Aim, starts: Floats) -> Floats:
    """The best levels found downhill from several plans that meet the aim, by lever.

    From each, every lever is moved up and down by a step, and every pair one up and one down; where that breaks the limit, each other
    lever in turn gives way until it is met again, so that levers are exchanged along the limit. The step is halved when nothing
    is gained. A landscape that bends both ways may hide a better place: a global optimum is proved on the grid only.

    Args:
        landscape: interpolated cost and losses.
        aim: what is minimised, and its limit.
        starts: plan x lever, each of which meets the aim.
    """
    axes, levels = landscape.axes, starts.copy()
    step, best = np.full(len(starts), FIRST), _value(landscape, aim, starts)
    while (running := np.flatnonzero(step > LAST)).size:
        tried, start = _moves(axes, levels[running], step[running])
        given, of = _given_way(landscape, aim, axes, tried)
        tried, start = np.concatenate([tried, given]), running[np.concatenate([start, start[of]])]
        values = _value(landscape, aim, tried)
        order = np.lexsort((values, start))
        found, at = np.unique(start[order], return_index=True)
        place = order[at]
        least = np.where(np.isfinite(best), LEAST_GAIN * np.abs(best), 0.0)
        better = values[place] < best[found] - least[found]
        levels[found[better]], best[found[better]] = tried[place[better]], values[place[better]]
        step[np.setdiff1d(running, found[better])] *= 0.5
    return _rounded(landscape, aim, levels[int(best.argmin())])


def _rounded(landscape: Landscape, aim: Aim, levels: Floats) -> Floats:
    """Levels in steps that can be read, if the aim is met with them."""
    soft = np.array([not axis.lever.whole for axis in landscape.axes])
    step = READABLE * np.array([axis.lever.largest for axis in landscape.axes])
    for way in (np.round, np.floor, np.ceil):
        steps = np.where(soft, np.clip(way(levels / step) * step, *_ends(landscape.axes)), levels)
        if np.isfinite(_value(landscape, aim, steps[None])[0]):
            return np.asarray(steps)
    return levels


def _value(landscape: Landscape, aim: Aim, levels: Floats) -> Floats:
    """What is minimised; infinite where the aim is not met."""
    cost, loss = landscape(levels)
    return np.where(aim.is_met(cost, loss), aim.value(cost, loss), np.inf)


def _moves(axes: Sequence[Axis], levels: Floats, step: Floats) -> tuple[Floats, Integers]:
    """Plans one move away, and which plan each comes from: a lever moves by a share of its range, a whole one by a level."""
    unit = np.eye(len(axes))
    up, down = np.nonzero(unit == 0)
    ways = np.concatenate([unit, -unit, unit[up] - unit[down]])
    size = np.where([axis.lever.whole for axis in axes], 1.0, step[:, None] * np.array([axis.span for axis in axes]))
    moved = np.clip(levels[:, None, :] + ways[None, :, :] * size[:, None, :], *_ends(axes))
    changed = (moved != levels[:, None, :]).any(axis=2)
    return moved[changed], np.nonzero(changed)[0]


def _ends(axes: Sequence[Axis]) -> tuple[Floats, Floats]:
    return np.array([axis.points[0] for axis in axes]), np.array([axis.points[-1] for axis in axes])


def _given_way(landscape: Landscape, aim: Aim, axes: Sequence[Axis], moves: Floats) -> tuple[Floats, Integers]:
    """Of moves that break the limit: the same with one lever that gives way just so far that it is met, and which move each was."""
    broken = np.flatnonzero(~_met(landscape, aim, moves))
    soft = [place for place, axis in enumerate(axes) if not axis.lever.whole]
    ends = np.stack(_ends(axes), axis=1)
    of = np.repeat(broken, 2 * len(soft))
    lever = np.tile(np.repeat(np.array(soft, dtype=int), 2), len(broken))
    plans, rows = moves[of], np.arange(of.size)
    outside, inside = plans[rows, lever], np.tile(ends[soft].reshape(-1), len(broken))
    plans[rows, lever] = inside
    works = _met(landscape, aim, plans)
    plans, of, lever, outside, inside = plans[works], of[works], lever[works], outside[works], inside[works]
    rows = np.arange(of.size)
    for _ in range(HALVINGS if of.size else 0):
        plans[rows, lever] = middle = 0.5 * (outside + inside)
        met = _met(landscape, aim, plans)
        inside, outside = np.where(met, middle, inside), np.where(met, outside, middle)
    plans[rows, lever] = inside
    return plans, of


def _met(landscape: Landscape, aim: Aim, levels: Floats) -> Booleans:
    if not len(levels):
        return np.zeros(0, dtype=bool)
    cost, loss = landscape(levels)
    return aim.is_met(cost, loss)
