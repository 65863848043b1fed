"""What pages about plans share: names of levers and futures, whose loss is counted, and how amounts are written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from kanmon.pages.money import Money
from kanmon.pages.names import Names
from kanmon.pages.wording import Wording


@dataclass(frozen=True)
class OfPlans:
    """Results about plans as their page sees them.

    Attributes:
        tables: of the results, numbers as numbers.
        manifest: their record.
        names: of regions, goods, industries.
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
        """Region whose loss is counted."""
        return self.names.region(str(self.manifest["focus"]))

    @property
    def unit(self) -> str:
        """Unit of the amounts in tables and on axes."""
        return self.money.unit("title")

    def lever(self, key: str) -> str:
        """Name of a lever."""
        table = self.tables["lever_names"]
        column = f"name_{self.say.language}"
        rows = table[table["lever"] == key]
        return str(rows[column if column in rows else "name_en"].iloc[0]) if len(rows) else key

    def future(self, key: str) -> str:
        """Short name of a future."""
        return self.say.or_else(f"plans.future.{key}", key)
