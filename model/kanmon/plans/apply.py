"""Apply a plan: the same question asked of a market in which its levers have been pulled beforehand."""

from __future__ import annotations

from collections.abc import Mapping

from kanmon.errors import InputError
from kanmon.pack.load import Pack
from kanmon.plans.effects import EFFECTS, Changed, Pulled
from kanmon.plans.levers import Lever
from kanmon.plans.schema import Plan
from kanmon.plans.usual import UsualPrices
from kanmon.scenario.schema import Scenario


def apply_plan(plan: Plan, scenario: Scenario, pack: Pack, levers: Mapping[str, Lever], usual: UsualPrices) -> Changed:
    """A scenario and a data pack as a plan changes them. A plan that pulls no lever changes nothing: it gives back what it was given.

    Args:
        plan: what is decided.
        scenario: the question.
        pack: a validated data pack.
        levers: of that pack (:func:`kanmon.plans.levers.levers_of`).
        usual: prices on the path without a plan.

    Raises:
        InputError: an effect does not fit the pack; every problem.
    """
    changed = Changed(scenario, pack.choose(scenario.market.variants) if plan.pulled else pack)
    problems = []
    for step in plan.pulled:
        pulled = Pulled(levers[step.name], step.level, plan.start_of(step), usual)
        for effect in pulled.lever.effects:
            try:
                changed = EFFECTS[effect.kind](changed, pulled, effect)
            except InputError as error:
                problems.extend(error.problems)
    if problems:
        raise InputError(problems)
    return changed
