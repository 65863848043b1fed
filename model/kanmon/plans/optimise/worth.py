"""What more budget, reckoning with several futures, and knowing the future would be worth."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from kanmon.plans.optimise.choice import Combinations, Evaluated, combined
from kanmon.plans.optimise.descent import descend
from kanmon.plans.optimise.objective import Aim
from kanmon.plans.optimise.search import STARTS
from kanmon.plans.optimise.surface import Landscape
from kanmon.world.world import Floats

STEP = 0.02
"""Change of the budget from which its shadow value is read, as a share of it [1]."""


@dataclass(frozen=True)
class ShadowValue:
    """Fall of the objective for a unit of budget more and, so far, for the last unit of it; USD per USD [1]."""

    more: float
    last: float


def value_function(landscape: Landscape, aim: Aim, budgets: Sequence[float]) -> Floats:
    """Least objective within each budget, interpolated; budgets in ascending order [USD]. It never rises with the budget."""
    plans = combined(landscape.none, [Evaluated(surface.points, surface.values) for surface in landscape.surfaces], thinned=True)
    values: list[float] = []
    found = np.zeros((0, plans.levels.shape[1]))
    for budget in budgets:
        within = replace(aim, budget=budget)
        starts = np.concatenate([plans.levels[plans.best(within, STARTS)], found])
        if not len(starts):
            values.append(np.inf)
            continue
        found = descend(landscape, within, starts)[None]
        values.append(float(within.value(*landscape(found))[0]))
    return np.array(values)


def shadow_value(landscape: Landscape, aim: Aim) -> ShadowValue:
    """What a unit of budget is worth, on either side of the budget of an aim."""
    step = STEP * aim.budget
    less, here, more = value_function(landscape, aim, [aim.budget - step, aim.budget, aim.budget + step])
    return ShadowValue((here - more) / step, (less - here) / step)


@dataclass(frozen=True)
class StochasticValues:
    """What it is worth to reckon with several futures, and what knowing the future would be worth.

    Attributes:
        here_and_now: objective of the plan that is best for all futures together (RP) [USD].
        reference: future that one might plan for alone.
        for_reference: objective of the plan that is best for that one (EEV) [USD].
        wait_and_see: objective if each future had the plan that is best for it (WS) [USD].
        for_each: objective of the plan that is best for each future alone, by future [USD].
    """

    here_and_now: float
    reference: int
    for_reference: float
    wait_and_see: float
    for_each: Floats

    @property
    def of_the_stochastic_solution(self) -> float:
        """EEV less RP: lost by whoever plans for the reference future alone [USD]."""
        return self.for_reference - self.here_and_now

    @property
    def of_perfect_information(self) -> float:
        """RP less WS: most that knowing the future would be worth [USD]."""
        return self.here_and_now - self.wait_and_see


def stochastic_values(plans: Combinations, aim: Aim, reference: int) -> StochasticValues:
    """The two values, over the same plans, so that neither can be negative.

    A mean of unlike futures (a ban of one good, of another, none) is no future; what stands for it is a reference future, and beside
    it every other one. With a weight on the tail the objective is that of the losses that each future is left with: it rises
    in each of them, so that nothing beats the best plan of each.

    Args:
        plans: those to choose from.
        aim: budget and objective.
        reference: place of the future that stands for the expected one.
    """
    met = np.flatnonzero(aim.is_met(plans.cost, plans.loss))
    cost, loss = plans.cost[met], plans.loss[met]
    value, total = aim.objective(cost, loss), aim.objective.total(cost, loss)
    best_for = np.array([np.lexsort((value, cost, total[:, future]))[0] for future in range(total.shape[1])])
    own = total[best_for, np.arange(total.shape[1])]
    for_each = value[best_for]
    wait_and_see = float(replace(aim.objective, counts_cost=False)(np.zeros(1), own[None])[0])
    return StochasticValues(float(value.min()), reference, float(for_each[reference]), wait_and_see, for_each)
