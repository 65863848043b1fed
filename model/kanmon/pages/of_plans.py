"""What pages about plans share: names of levers and futures, whose loss is counted, and how amounts are written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

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

    @cached_property
    def levers(self) -> dict[str, dict]:
        """What the tables say of every lever, by its key."""
        return {str(row["lever"]): row for row in self.tables["lever_names"].to_dict("records")}

    def lever(self, key: str) -> str:
        """Name of a lever."""
        row = self.levers.get(key)
        return key if row is None else _said(row.get(f"name_{self.say.language}")) or _said(row["name_en"])

    def level(self, key: str) -> str:
        """What a level of one of a lever is."""
        return self.text_of(self.levers[key], "level") if key in self.levers else ""

    def text_of(self, row: Mapping, column: str) -> str:
        """A text of a row of a table, in the language of the page where the table has it, else as it stands."""
        return _said(row.get(f"{column}_{self.say.language}")) or _said(row[column])

    def word_of(self, sheet: Mapping, key: str) -> str:
        """A text of a plan or of a question, in the language of the page where its file has it, else in English."""
        return str(sheet.get("words", {}).get(self.say.language, {}).get(key) or sheet.get(key) or "")

    def future(self, key: str) -> str:
        """Short name of a future."""
        return self.say.or_else(f"plans.future.{key}", key)


def _said(cell: object) -> str:
    """What a cell says; a column that is empty throughout is read as missing numbers."""
    return "" if cell is None or cell != cell else str(cell)
