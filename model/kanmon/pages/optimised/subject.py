"""What the page of an optimisation is about: the best plan for each budget or limit."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from kanmon.pages.numbers import significant
from kanmon.pages.of_plans import OfPlans


@dataclass(frozen=True)
class Found(OfPlans):
    """Answers as their page sees them."""

    @cached_property
    def aims(self) -> list[str]:
        """What was asked, in the order of the tables."""
        return list(dict.fromkeys(self.tables["optimum"]["aim"]))

    def aim(self, key: str) -> str:
        """An aim in words."""
        kind, _, amount = key.rpartition(" ")
        return self.say(f"optimise.aim.{kind.replace(' ', '_')}", amount=self.money.amount(float(amount)))

    def figure(self, aim: str, quantity: str) -> float | None:
        """A figure of the best plan for an aim; None where there is none."""
        table = self.tables["optimum"]
        rows = table[(table["aim"] == aim) & (table["quantity"] == quantity)]["value"]
        return float(rows.iloc[0]) if len(rows) and rows.notna().iloc[0] else None

    def plan(self, text: str) -> str:
        """Levers and levels of a plan, as the tables write them (``lever level, lever level``), by name."""
        parts = [part.rpartition(" ") for part in text.split(", ") if " " in part]
        return self.say.series([self.say("optimise.level", lever=self.lever(lever), level=level) for lever, _, level in parts]) or self.say("plans.no_lever")

    def amount(self, value: float | None) -> str:
        """An amount [million USD] in the unit of the tables."""
        return "–" if value is None else significant(self.money.size(value), 3, 5e-7)
