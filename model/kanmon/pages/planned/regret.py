"""Regret: what a plan gains less than the best one of each future, shaded by size."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kanmon.pages.planned.subject import Choice, probability

SHADES = 6
"""Steps of the shading."""


@dataclass(frozen=True)
class Cell:
    """A number and its shade, 0 the palest."""

    text: str
    shade: int


@dataclass(frozen=True)
class Regret:
    """Heat map of plans and futures; the last column holds the largest of a row."""

    caption: str
    columns: Sequence[str]
    rows: Sequence[tuple[str, Sequence[Cell]]]
    sentence: str


def regret(choice: Choice) -> Regret:
    """From the net benefits: the plan with the least of its largest regrets is named."""
    say, net = choice.say, choice.net
    table = net.max(axis=0) - net
    table["largest"] = table.max(axis=1, skipna=False)
    largest = float(table.max().max()) or 1.0
    texts = choice.amounts(list(table.to_numpy(dtype=float).ravel()))
    cells = [Cell(text, _shade(value, largest)) for text, value in zip(texts, table.to_numpy(dtype=float).ravel(), strict=True)]
    width = len(table.columns)
    rows = [(choice.plan(str(plan)), cells[place * width : (place + 1) * width]) for place, plan in enumerate(table.index)]
    columns = [say("plans.column.plan"), *(say("plans.regret.future", future=future.label, share=probability(future.probability)) for future in choice.futures), say("plans.regret.largest")]
    safest = str(table["largest"].idxmin()) if table["largest"].notna().any() else choice.best.key
    text = choice.money.amount(float(table.loc[safest, "largest"]))
    sentence = say("plans.regret.same" if safest == choice.best.key else "plans.regret.other", plan=choice.plan(safest), amount=text)
    return Regret(say("plans.regret.caption", unit=choice.unit), columns, rows, sentence)


def _shade(value: float, largest: float) -> int:
    return 0 if value != value else min(int(SHADES * value / largest), SHADES - 1)
