"""The optimiser's answer: the best plan for every budget or limit, and what is said about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from kanmon.plans.optimise.alternatives import near_optimal
from kanmon.plans.optimise.axes import Lever
from kanmon.plans.optimise.judge import MILLION
from kanmon.plans.optimise.objective import Aim, Objective
from kanmon.plans.optimise.outcomes import Record, table_of
from kanmon.plans.optimise.question import Question
from kanmon.plans.optimise.search import Best, Progress, Space, find_best, first_axes
from kanmon.plans.optimise.surface import Landscape
from kanmon.plans.optimise.worth import ShadowValue, StochasticValues, shadow_value, stochastic_values
from kanmon.world.world import Floats


@dataclass(frozen=True)
class Answer:
    """The best plan for one aim.

    Attributes:
        best: the plan.
        shadow: what budget is worth there; None where a limit was asked for.
        values: of the stochastic solution and of perfect information.
        near: nearly as good and different, levels by lever.
        near_outcomes: cost and losses of those, by the engine, plan x (cost, futures) [USD].
        together: cost and losses of the best plan with all groups in one run, (cost, futures) [USD].
    """

    best: Best
    shadow: ShadowValue | None
    values: StochasticValues
    near: list[dict[str, float]]
    near_outcomes: Floats
    together: Floats


@dataclass(frozen=True)
class Answers:
    """All answers to one question, with what the engine has said.

    Attributes:
        space: levers, groups, outcomes.
        objective: what was minimised.
        answers: one for each budget, then one for each limit.
    """

    space: Space
    objective: Objective
    answers: tuple[Answer, ...]

    @property
    def additivity(self) -> float:
        """Largest difference between a run of all groups together and the sum over groups, over the largest loss without a plan [1]."""
        size = max(float(np.abs(self.space.none[1:]).max()), 1e-300)
        apart = [np.append(answer.best.cost, answer.best.loss) for answer in self.answers]
        return max(float(np.abs(one - answer.together).max()) for one, answer in zip(apart, self.answers, strict=True)) / size


def aims_of(question: Question, objective: Objective) -> list[Aim]:
    """What is asked: budgets in ascending order, then limits."""
    budgets = [Aim(objective, MILLION * budget) for budget in sorted(question.budgets)]
    return budgets + [Aim(objective, tail_limit=MILLION * limit) for limit in sorted(question.tail_limits)]


def answer(question: Question, groups: Sequence[Sequence[Lever]], record: Record, objective: Objective, progress: Progress) -> Answers:
    """Search for the best plan of every aim, and draw up what is said about it.

    Args:
        question: how finely to look, and what is asked.
        groups: levers that have to be judged together.
        record: outcomes of the engine.
        objective: what is minimised.
        progress: called with what is being done.

    Raises:
        InputError: a lever has nothing to choose, the grid is too large, or an aim cannot be met.
    """
    space = Space(groups, record, progress)
    landscape = space.over(first_axes(groups, question.points))
    found = [find_best(space, landscape, aim, question.rounds, question.finer) for aim in aims_of(question, objective)]
    for best in found:  # what is looked at for one aim, or as an alternative, may serve another
        for levels in near_optimal(space, space.refined(landscape), best):
            space.of_plan(levels)
    found = [_best_of_all(space, best) for best in found]
    return Answers(space, objective, tuple(_answer(space, space.refined(landscape), best) for best in found))


def _best_of_all(space: Space, best: Best) -> Best:
    """The best plan for an aim among everything that has been evaluated since."""
    every = space.combinations()
    place = every.best(best.aim)
    value = float(best.aim.value(every.cost[place], every.loss[place])[0])
    return best if value >= best.value else replace(best, levels=space.named(every.levels[place[0]]), cost=float(every.cost[place[0]]), loss=every.loss[place[0]], value=value)


def _answer(space: Space, landscape: Landscape, best: Best) -> Answer:
    reference = int(np.argmax(np.where(space.none[1:] > 0, best.aim.objective.probability, -1.0)))
    near = near_optimal(space, landscape, best)
    outcomes = np.array([space.of_plan(levels) for levels in near]).reshape(len(near), space.none.size)
    together = table_of(space.record.at([best.levels], space.progress))[0]
    shadow = shadow_value(landscape, best.aim) if best.aim.tail_limit is None and best.aim.budget > 0 else None
    return Answer(best, shadow, stochastic_values(space.combinations(), best.aim, reference), near, outcomes, together)
