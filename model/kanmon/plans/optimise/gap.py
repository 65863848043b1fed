"""The plan that is best for all regions together beside the one that is best for the focus region, both judged by the engine."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import pandas as pd

from kanmon.extensive.program import WorldOptimum, world_optimum
from kanmon.plans.costs import MILLION as MONEY
from kanmon.plans.evaluate import Evaluation, doing_nothing, evaluate
from kanmon.plans.optimise.answer import Answer, Answers
from kanmon.plans.optimise.judge import Judge, plan_of
from kanmon.plans.optimise.markets import future_markets, linear_levers
from kanmon.plans.optimise.objective import Objective
from kanmon.plans.optimise.tables import name_of
from kanmon.plans.outcome import Outcome
from kanmon.plans.reading import Futures, foreseen

COLUMNS = ["aim", "plan", "region", "quantity", "unit", "value"]
ALL_REGIONS = "all regions"
LEVEL = "level: "
"""Start of the names of the levels of levers."""

BELIEVED, FORESIGHT = "as believed", "with foresight"


@dataclass(frozen=True)
class Gap:
    """The world's optimum for one budget, and both plans judged by the engine."""

    optimum: WorldOptimum
    levels: dict[str, float]
    table: pd.DataFrame


def world_gaps(judge: Judge, answers: Answers, workers: int | None) -> list[Gap]:
    """The world's optimum at every budget, and what either side gives up in the other's plan.

    Levers that are not linear in the program stay at the focus region's levels. What they cost is taken off the budget.
    """
    choices = linear_levers(answers.space.levers, judge.levers)
    if not choices:
        return []
    charges = {}
    for choice in choices:
        one = answers.space.record.at([{choice.name: choice.largest}])[0]
        charges[choice.name] = one.cost / choice.largest
    markets, stage = future_markets(judge, choices, charges)
    views, gaps = _views(judge), []
    for item in (item for item in answers.answers if item.best.aim.tail_limit is None):
        fixed = {name: level for name, level in item.best.levels.items() if name not in charges}
        left = item.best.aim.budget - answers.space.record.at([fixed])[0].cost
        usable = [replace(lever, charge=max(lever.charge, 0.0)) for lever in stage]
        optimum = world_optimum(markets, usable, max(left, 0.0))
        levels = {**fixed, **optimum.levels}
        gaps.append(Gap(optimum, levels, _compared(judge, views, item, levels, answers.objective, workers)))
    return gaps


def _views(judge: Judge) -> dict[str, tuple[Futures, Outcome]]:
    """The futures as they are believed, and with foresight, which is what the program has; each with what comes of doing nothing."""
    known = foreseen(judge.futures)
    if known == judge.futures:
        return {FORESIGHT: (known, judge.nothing)}
    return {BELIEVED: (judge.futures, judge.nothing), FORESIGHT: (known, doing_nothing(known, judge.pack, judge.levers, downstream=False))}


def _compared(judge: Judge, views: Mapping[str, tuple[Futures, Outcome]], item: Answer, levels: dict[str, float], objective: Objective, workers: int | None) -> pd.DataFrame:
    """Both plans by the engine, in every view of the futures."""
    both = {"best for the focus region": item.best.levels, "best for all regions": levels}
    plans = {plan: plan_of(mine, judge.decided) for plan, mine in both.items()}
    rows: list[tuple] = [(name_of(item), plan, "", f"{LEVEL}{lever}", "level", level) for plan, mine in both.items() for lever, level in mine.items()]
    for label, (futures, nothing) in views.items():
        evaluation = evaluate(plans, futures, judge.pack, workers=workers, reference=nothing, downstream=False)
        for plan in plans:
            for region in (evaluation.focus, ALL_REGIONS):
                rows.extend((name_of(item), plan, region, f"{quantity}, {label}", MONEY, value) for quantity, value in _figures(evaluation, plan, region, objective))
    return pd.DataFrame(rows, columns=COLUMNS)


def _figures(evaluation: Evaluation, plan: str, region: str, objective: Objective) -> list[tuple[str, float]]:
    """Cost, expected and tail loss, and both together, of one region or of all [million USD]."""
    losses, path = (table[table["plan"] == plan] for table in (evaluation.losses, evaluation.path))
    if region != ALL_REGIONS:
        losses, path = losses[losses["region"] == region], path[path["region"] == region]
    by_future = losses.groupby("future")["value"].sum().reindex(list(evaluation.futures.scenarios), fill_value=0.0).to_numpy(dtype=float)
    outside = float(evaluation.costs.loc[evaluation.costs["plan"] == plan, "value"].sum())
    cost = outside - float(path["value"].sum())
    expected, tail = float(objective.expected(by_future)), float(objective.tail(by_future))
    return [("cost", cost), ("expected loss", expected), ("tail loss", tail), ("cost and expected loss", cost + expected)]
