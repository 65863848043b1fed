"""Every combination of the points that the engine has evaluated: the best of them is the optimum on the grid, proved by counting."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod

import numpy as np

from kanmon.errors import InputError, Problem
from kanmon.plans.optimise.objective import Aim
from kanmon.world.world import Booleans, Floats, Integers

MOST_COMBINATIONS = 5_000_000
"""Combinations that are counted through at most."""


@dataclass(frozen=True)
class Evaluated:
    """Points of one group that the engine has evaluated.

    Attributes:
        levels: point x lever.
        values: cost and losses less those of no plan, point x (cost, futures) [USD].
    """

    levels: Floats
    values: Floats

    def without(self, mask: Booleans) -> Evaluated:
        """The points that are not masked."""
        return Evaluated(self.levels[~mask], self.values[~mask])


@dataclass(frozen=True)
class Combinations:
    """Plans put together of one point of each group.

    Attributes:
        levels: plan x lever, group after group.
        cost: by plan [USD].
        loss: plan x future [USD].
    """

    levels: Floats
    cost: Floats
    loss: Floats

    def best(self, aim: Aim, count: int = 1) -> Integers:
        """Places of the best plans that meet an aim, best first; of equal ones the cheapest. Fewer where fewer meet it."""
        value = np.where(aim.is_met(self.cost, self.loss), aim.value(self.cost, self.loss), np.inf)
        possible = np.flatnonzero(np.isfinite(value))
        size = max(float(np.abs(value[possible]).max(initial=0.0)), 1e-300)
        rounded = np.round(value[possible] / size, 12)
        return possible[np.lexsort((self.cost[possible], rounded))][:count]


def is_dominated(values: Floats) -> Booleans:
    """Points that another one beats or meets in cost and in every future, and beats in one; of equal points all but the first (mask)."""
    mask: Booleans = ~np.asarray(np.isfinite(values).all(axis=1))
    for place in np.lexsort(values.T[::-1]):
        if mask[place]:
            continue
        row = values[place]
        worse = (values >= row).all(axis=1)
        worse[place] = False
        mask |= worse
    return mask


def combined(none: Floats, groups: Sequence[Evaluated], thinned: bool = False) -> Combinations:
    """All combinations of points, one of each group.

    Args:
        none: cost and losses without a plan, (cost, futures) [USD].
        groups: evaluated points of each.
        thinned: whether points that are dominated within their group are left out: none of them can be the best of any aim.

    Raises:
        InputError: there are too many.
    """
    kept = [group.without(is_dominated(group.values)) if thinned else group for group in groups]
    count = prod(len(group.levels) for group in kept)
    if count > MOST_COMBINATIONS:
        raise InputError([Problem("levers", f"{count} combinations of plans are too many to count through", "name fewer levers, or give fewer points")])
    places = np.stack([part.reshape(-1) for part in np.meshgrid(*(np.arange(len(group.levels)) for group in kept), indexing="ij")], axis=-1)
    total = none + sum(group.values[places[:, g]] for g, group in enumerate(kept))
    levels = np.concatenate([group.levels[places[:, g]] for g, group in enumerate(kept)], axis=1)
    return Combinations(levels, total[:, 0], total[:, 1:])
