"""Plans that are nearly as good as the best and yet different: the choice that the numbers leave open."""

from __future__ import annotations

import numpy as np
from scipy.stats import qmc

from kanmon.plans.optimise.choice import Combinations, combined
from kanmon.plans.optimise.objective import Aim
from kanmon.plans.optimise.search import Best, Space
from kanmon.plans.optimise.surface import Landscape
from kanmon.world.world import Floats

SAMPLES, SEED = 4096, 20270101
"""Plans between the grid points that are looked at, and the seed they are drawn with."""

HALVINGS = 40
"""Halvings of the way back to the limit."""


def near_optimal(space: Space, landscape: Landscape, best: Best, within: float = 0.05, count: int = 3) -> list[dict[str, float]]:
    """Plans that give up no more than a share of the gain of the best plan, as far apart as can be, levels by lever.

    The first is the farthest from the best one, each next the farthest from all before (maximin distance, each lever over its range).
    Looked at are all combinations of points that the engine has evaluated, and a Sobol sample between them, each drawn back to the
    limit. Fewer than asked for come back where there are fewer that differ by more than a twentieth of the range of some lever.

    Args:
        space: levers, and what has been evaluated.
        landscape: interpolated cost and losses.
        best: the plan that they are compared with.
        within: share of its gain over no plan that may be given up [1].
        count: how many are asked for.
    """
    aim = best.aim
    worst = _least_good(space, best, within)
    span = np.array([lever.largest for lever in space.levers])
    plans = space.combinations(thinned=False) if _is_countable(space) else combined(space.none, space.evaluated(), thinned=True)
    good = plans.levels[_is_good(aim, plans, worst)]
    sampled = _sample(landscape, aim)
    cost, loss = landscape(sampled)
    good = np.concatenate([good, sampled[_is_good(aim, Combinations(sampled, cost, loss), worst)]]) / span
    chosen = [np.array([best.levels[lever.name] for lever in space.levers]) / span]
    for _ in range(count if len(good) else 0):
        distance = np.min([np.linalg.norm(good - other, axis=1) for other in chosen], axis=0)
        if distance.max() < 0.05:
            break
        chosen.append(good[int(distance.argmax())])
    return [space.named(levels * span) for levels in chosen[1:]]


def _is_countable(space: Space) -> bool:
    """Whether all combinations are few enough to be looked at one by one."""
    return bool(np.prod([float(len(levels)) for levels in space.seen]) <= 500_000)


def _least_good(space: Space, best: Best, within: float) -> float:
    """The value down to which a plan is nearly as good [USD]."""
    none = float(best.aim.value(space.none[:1], space.none[None, 1:])[0])
    return best.value + within * abs(none - best.value)


def _is_good(aim: Aim, plans: Combinations, worst: float) -> np.ndarray:
    return aim.is_met(plans.cost, plans.loss) & (aim.value(plans.cost, plans.loss) <= worst)


def _sample(landscape: Landscape, aim: Aim) -> Floats:
    """Plans spread over lever space, drawn back towards no plan until they meet the aim, plan x lever; those that never do are left out."""
    axes = landscape.axes
    span = np.array([axis.points[-1] for axis in axes])
    whole = np.array([axis.lever.whole for axis in axes])
    plans = qmc.Sobol(len(axes), rng=SEED).random(SAMPLES) * span
    low, high = np.zeros(SAMPLES), np.ones(SAMPLES)

    def scaled(share: Floats) -> Floats:
        levels = share[:, None] * plans
        return np.where(whole, np.floor(levels), levels)

    def met(share: Floats) -> np.ndarray:
        cost, loss = landscape(scaled(share))
        return np.asarray(aim.is_met(cost, loss))

    full = met(high)
    for _ in range(HALVINGS):
        middle = 0.5 * (low + high)
        inside = met(middle)
        low, high = np.where(inside, middle, low), np.where(inside, high, middle)
    share = np.where(full, 1.0, low)
    return scaled(share)[met(share)]
