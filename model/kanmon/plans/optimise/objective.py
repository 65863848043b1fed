r"""Whose loss is minimised, and how: the expected loss of the focus region and a weight on its tail, under a budget or at least cost.

.. math:: J(p) = \sum_s \pi_s L_s(p) + \omega\, \mathrm{CVaR}_\alpha(L(p)) \quad[+\ C(p)] \qquad [\mathrm{USD}]

with the loss :math:`L_s` of plan p in future s, as the engine finds it, probabilities :math:`\pi` and the cost C of the plan. Levels are
chosen before the future is known.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kanmon.errors import InputError, Problem
from kanmon.plans.risk import worst_mean
from kanmon.world.world import Booleans, Floats


@dataclass(frozen=True)
class Objective:
    """What makes one plan better than another.

    Attributes:
        probability: of each future [1].
        tail_weight: weight of the tail beside the expectation [1].
        tail_share: share of probability that is the tail [1].
        counts_cost: whether the cost of the plan is part of its loss. If not, a budget is spent as long as anything is gained.
    """

    probability: Floats
    tail_weight: float = 0.5
    tail_share: float = 0.2
    counts_cost: bool = False

    def __post_init__(self) -> None:
        wrong = []
        if self.probability.size == 0 or (self.probability < 0).any() or abs(self.probability.sum() - 1.0) > 1e-9:
            wrong.append(Problem("probabilities of the futures", f"they sum to {self.probability.sum():.6g}, or one is negative", "let them sum to 1"))
        if not 0 < self.tail_share <= 1:
            wrong.append(Problem("tail share", f"{self.tail_share} is not a share of probability", "give a number above 0 and up to 1"))
        if not 0 <= self.tail_weight < np.inf:
            wrong.append(Problem("tail weight", f"{self.tail_weight} is no weight", "give a number that is not negative"))
        if wrong:
            raise InputError(wrong)

    def expected(self, loss: Floats) -> Floats:
        """Expected loss, of losses ... x future [USD]; a future of no probability has no say."""
        possible = self.probability > 0
        return np.asarray(loss[..., possible] @ self.probability[possible])

    def tail(self, loss: Floats) -> Floats:
        """Mean of the worst losses [USD]."""
        return worst_mean(loss, self.probability, self.tail_share)

    def __call__(self, cost: Floats, loss: Floats) -> Floats:
        """The objective, of costs ... and losses ... x future [USD]."""
        total = self.total(cost, loss)
        return np.asarray(self.expected(total) + (self.tail_weight * self.tail(total) if self.tail_weight else 0.0))

    def total(self, cost: Floats, loss: Floats) -> Floats:
        """What is lost in each future, ... x future [USD]."""
        return loss + np.asarray(cost)[..., None] if self.counts_cost else loss


@dataclass(frozen=True)
class Aim:
    """What is asked: the least objective within a budget, or the least cost at which the tail stays below a limit.

    Attributes:
        objective: what makes one plan better than another.
        budget: most that a plan may cost [USD].
        tail_limit: most that the tail may be [USD]; None for the least objective.
    """

    objective: Objective
    budget: float = np.inf
    tail_limit: float | None = None

    def value(self, cost: Floats, loss: Floats) -> Floats:
        """What is minimised [USD]."""
        return self.objective(cost, loss) if self.tail_limit is None else np.asarray(cost, dtype=float)

    def is_met(self, cost: Floats, loss: Floats) -> Booleans:
        """Whether a plan stays within the limits; to rounding."""
        met = np.asarray(cost) <= self.budget + 1e-12 * abs(self.budget) if np.isfinite(self.budget) else np.isfinite(np.asarray(cost))
        if self.tail_limit is not None:
            met = met & (self.objective.tail(loss) <= self.tail_limit + 1e-12 * abs(self.tail_limit))
        return met & np.isfinite(loss).all(axis=-1)
