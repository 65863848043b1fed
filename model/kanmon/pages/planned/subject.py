"""What the page of a comparison of plans is about: plans in the order of their worth, futures with their probabilities, names and money."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from kanmon.pages.numbers import MINUS, NBSP, significant
from kanmon.pages.of_plans import OfPlans
from kanmon.pages.palette import SCENARIOS

LARGE = 200.0
"""Amounts that reach this, in the unit shown, are written without decimals."""


@dataclass(frozen=True)
class Shown:
    """A plan or a future as the page names it."""

    key: str
    label: str
    title: str
    colour: str = ""
    probability: float = 0.0


@dataclass(frozen=True)
class Choice(OfPlans):
    """Plans compared, as their page sees them."""

    @cached_property
    def ranking(self) -> pd.DataFrame:
        """A row for each plan that has a number, the best one first."""
        table = self.tables["ranking"]
        return table[table["expected_net"].notna()].sort_values("rank", kind="stable")

    @cached_property
    def plans(self) -> list[Shown]:
        """Plans that have numbers, the best one first."""
        return [Shown(str(key), self.plan(str(key)), self.word_of(self.manifest["plans"][key], "title"), SCENARIOS[place % len(SCENARIOS)]) for place, key in enumerate(self.ranking["plan"])]

    @cached_property
    def futures(self) -> list[Shown]:
        """Futures, in the order of their file."""
        rows = self.tables["futures"].to_dict("records")
        return [Shown(str(row["future"]), self.future(str(row["future"])), self.text_of(row, "title"), probability=float(row["probability"])) for row in rows]

    @cached_property
    def disturbed(self) -> list[Shown]:
        """Futures in which something happens."""
        happens = set(self.tables["prices"]["future"])
        return [future for future in self.futures if future.key in happens]

    def plan(self, key: str) -> str:
        """Short name of a plan: its title, unless the catalogue has a shorter one."""
        known = self.manifest["plans"].get(key)
        return self.say.or_else(f"plans.name.{key}", self.word_of(known, "title") if known else key)

    def row(self, plan: str) -> dict:
        """A plan's row of the ranking."""
        return dict(self.ranking[self.ranking["plan"] == plan].to_dict("records")[0])

    @property
    def best(self) -> Shown:
        return self.plans[0]

    @property
    def idle(self) -> list[str]:
        """Plans that do nothing."""
        return [key for key, plan in self.manifest["plans"].items() if not any(step["level"] > 0 for step in plan["levers"])]

    @cached_property
    def net(self) -> pd.DataFrame:
        """Net benefit, plan x future [million USD]."""
        table = self.tables["by_future"].pivot(index="plan", columns="future", values="net")
        return table.reindex(index=[plan.key for plan in self.plans], columns=[future.key for future in self.futures])

    @cached_property
    def decimals(self) -> int:
        """Decimals of amounts: the same on the whole page, so that they can be added up and compared by eye."""
        figures = self.ranking[["cost", "expected_loss", "expected_avoided", "expected_net", "tail_loss"]].abs().max(axis=None)
        largest = abs(self.money.size(float(figures))) if figures == figures else 0.0
        return 0 if largest >= LARGE else 1 if largest >= LARGE / 10 else 2

    def amounts(self, values: Sequence[float]) -> list[str]:
        """Amounts [million USD] with the decimals of the page."""
        return [fixed(self.money.size(value), self.decimals) for value in values]

    def expected(self, table: pd.DataFrame, by: Sequence[str]) -> pd.DataFrame:
        """Sums of values weighted by the probability of their future."""
        weight = {future.key: future.probability for future in self.futures}
        weighed = table.assign(value=table["value"] * table["future"].map(weight))
        return weighed.groupby(list(by), sort=False)["value"].sum().reset_index()


def fixed(value: float, decimals: int) -> str:
    """A number with fixed decimals and a true minus; nothing for no number."""
    if value != value:
        return "–"
    text = f"{abs(value):,.{decimals}f}"
    return f"{MINUS}{text}" if value < 0 and float(text.replace(",", "")) != 0 else text


def probability(value: float) -> str:
    """A probability in per cent."""
    return f"{significant(100 * value, 2)}{NBSP}%"
