"""What the page of an optimisation is about: the best plan for each budget or limit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from kanmon.pages.money import Money
from kanmon.pages.names import Names
from kanmon.pages.numbers import significant
from kanmon.pages.wording import Wording


@dataclass(frozen=True)
class Found:
    """Answers as their page sees them.

    Attributes:
        tables: of the optimisation, numbers as numbers.
        manifest: its record.
        names: of regions and goods.
        say: texts.
        money: how amounts are written.
    """

    tables: Mapping[str, pd.DataFrame]
    manifest: dict
    names: Names
    say: Wording
    money: Money

    @property
    def focus(self) -> str:
        """Region whose loss is minimised."""
        return self.names.region(str(self.manifest["focus"]))

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

    def lever(self, key: str) -> str:
        """Name of a lever."""
        table = self.tables["lever_names"]
        column = f"name_{self.say.language}"
        rows = table[table["lever"] == key]
        return str(rows[column if column in rows else "name_en"].iloc[0]) if len(rows) else key

    def unit_of(self, key: str) -> str:
        """What a level of one of a lever is."""
        rows = self.tables["lever_names"]
        rows = rows[rows["lever"] == key]["level"]
        return str(rows.iloc[0]) if len(rows) else ""

    def future(self, key: str) -> str:
        """Short name of a future."""
        return self.say.or_else(f"plans.future.{key}", key)

    def amount(self, value: float | None) -> str:
        """An amount [million USD] in the unit of the tables."""
        return "–" if value is None else significant(self.money.size(value), 3, 5e-7)

    @property
    def unit(self) -> str:
        return self.money.unit("title")
