"""The answers as tables, long form, one figure a row."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd

from kanmon.plans.optimise.answer import Answer, Answers
from kanmon.plans.optimise.judge import MILLION
from kanmon.plans.optimise.objective import Objective
from kanmon.plans.optimise.worth import StochasticValues
from kanmon.world.world import Floats

MONEY = "million USD"
ALL = ["quantity", "unit", "value"]
WITHOUT = " without a plan"
"""End of the names of figures of doing nothing."""
MOST_ON_FRONTIER = 400
"""Plans that are shown on the frontier at most."""


def tables_of(answers: Answers, futures: Sequence[str]) -> dict[str, pd.DataFrame]:
    """Tables grid, optimum, levels, frontier, near_optimal, values and failures.

    Args:
        answers: of the optimiser.
        futures: their names, in order.
    """
    named = {name_of(item): item for item in answers.answers}
    return {
        "grid": _grid(answers, futures),
        "optimum": pd.DataFrame([(name, *row) for name, item in named.items() for row in _optimum(item, futures, answers.space.none)], columns=["aim", *ALL]),
        "levels": pd.DataFrame([(name, lever, level) for name, item in named.items() for lever, level in item.best.levels.items()], columns=["aim", "lever", "level"]),
        "frontier": _frontier(answers),
        "near_optimal": pd.DataFrame([(name, *row) for name, item in named.items() for row in _near(item, answers.objective)], columns=["aim", "plan", "kind", *ALL]),
        "values": pd.DataFrame([(name, *row) for name, item in named.items() for row in _values(item.values, futures)], columns=["aim", *ALL]),
        "failures": pd.DataFrame([(_text(key), reason) for key, reason in answers.space.record.failures.items()], columns=["plan", "reason"]),
    }


def name_of(item: Answer) -> str:
    """What was asked, in a few words."""
    aim = item.best.aim
    return f"budget {aim.budget / MILLION:g}" if aim.tail_limit is None else f"tail limit {aim.tail_limit / MILLION:g}"


def _text(key: tuple) -> str:
    return ", ".join(f"{name} {level:g}" for name, level in key) or "none"


def _outcome(objective: Objective, cost: float, loss: Floats) -> Iterator[tuple]:
    """Figures of one plan."""
    yield "cost", MONEY, cost / MILLION
    yield "expected loss", MONEY, float(objective.expected(loss)) / MILLION
    yield "tail loss", MONEY, float(objective.tail(loss)) / MILLION
    yield "objective", MONEY, float(objective(np.array(cost), loss)) / MILLION


def _optimum(item: Answer, futures: Sequence[str], none: Floats) -> Iterator[tuple]:
    """Figures of a best plan, and of doing nothing beside it (cost and losses, [USD])."""
    best = item.best
    yield from _outcome(best.aim.objective, best.cost, best.loss)
    for quantity, unit, value in _outcome(best.aim.objective, float(none[0]), none[1:]):
        yield f"{quantity}{WITHOUT}", unit, value
    avoided = float(best.aim.objective.expected(none[1:]) - best.aim.objective.expected(best.loss))
    yield "expected loss avoided", MONEY, avoided / MILLION
    yield "expected net benefit", MONEY, (avoided - best.cost) / MILLION
    for future, loss in zip(futures, best.loss, strict=True):
        yield f"loss: {future}", MONEY, loss / MILLION
    for future, loss in zip(futures, none[1:], strict=True):
        yield f"loss: {future}{WITHOUT}", MONEY, loss / MILLION
    yield "value of the best plan on the grid", MONEY, best.grid_value / MILLION
    yield "value of the plan", MONEY, best.value / MILLION
    yield "engine less interpolation at the last proposal", "1", best.gap
    yield "proposals put to the engine", "1", float(best.asked)
    yield "all groups in one run less their sum, largest", MONEY, float(np.abs(np.append(best.cost, best.loss) - item.together).max()) / MILLION
    if item.shadow is not None:
        yield "fall of the objective for the next unit of budget", "USD per USD", item.shadow.more
        yield "fall of the objective for the last unit of budget", "USD per USD", item.shadow.last


def _values(values: StochasticValues, futures: Sequence[str]) -> Iterator[tuple]:
    yield "objective of the best plan for all futures (RP)", MONEY, values.here_and_now / MILLION
    yield f"objective of the best plan for the likeliest crisis, {futures[values.reference]} (EEV)", MONEY, values.for_reference / MILLION
    yield "objective if each future had its own best plan (WS)", MONEY, values.wait_and_see / MILLION
    yield "value of the stochastic solution (EEV - RP)", MONEY, values.of_the_stochastic_solution / MILLION
    yield "value of perfect information (RP - WS)", MONEY, values.of_perfect_information / MILLION
    for future, value in zip(futures, values.for_each, strict=True):
        yield f"objective of the best plan for {future} alone", MONEY, value / MILLION


def _near(item: Answer, objective: Objective) -> Iterator[tuple]:
    for number, (levels, outcome) in enumerate(zip(item.near, item.near_outcomes, strict=True), start=1):
        for lever, level in levels.items():
            yield number, "level", lever, "level", level
        for quantity, unit, value in _outcome(objective, float(outcome[0]), outcome[1:]):
            yield number, "outcome", quantity, unit, value


def _grid(answers: Answers, futures: Sequence[str]) -> pd.DataFrame:
    """Everything that the engine was asked: a row for each plan and figure."""
    rows = []
    for key, outcome in answers.space.record.known.items():
        for quantity, value in zip(("cost", *(f"loss: {future}" for future in futures)), (outcome.cost, *outcome.loss), strict=True):
            rows.append((_text(key), quantity, MONEY, value / MILLION))
    return pd.DataFrame(rows, columns=["plan", *ALL])


def _frontier(answers: Answers) -> pd.DataFrame:
    """Plans that no cheaper one beats in expected loss, and those that none beats in the tail, of all combinations."""
    plans, objective = answers.space.combinations(), answers.objective
    rows = []
    for measure, worth in (("expected loss", objective.expected(plans.loss)), ("tail loss", objective.tail(plans.loss))):
        order = np.lexsort((worth, plans.cost))
        falling = worth[order] < np.concatenate([[np.inf], np.minimum.accumulate(worth[order])[:-1]])
        kept = order[falling]
        kept = kept[np.unique(np.linspace(0, len(kept) - 1, MOST_ON_FRONTIER).round().astype(int))] if len(kept) > MOST_ON_FRONTIER else kept
        for place in kept:
            plan = _text(tuple((name, level) for name, level in answers.space.named(plans.levels[place]).items() if level))
            rows.append((measure, plan, plans.cost[place] / MILLION, objective.expected(plans.loss[place]) / MILLION, objective.tail(plans.loss[place]) / MILLION, MONEY))
    return pd.DataFrame(rows, columns=["frontier", "plan", "cost", "expected loss", "tail loss", "unit"])
