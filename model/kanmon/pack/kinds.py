"""What a data pack consists of: facts with their source and range, and the kinds of table that hold them.

A data pack is a folder of CSV files. *Label tables* name things (regions, goods, industries, activities, sources).
*Fact tables* hold one number a row: key columns, the name of the quantity, its value with unit and range, and where it
comes from. A *matrix* is a published table that is taken over as it stands.

A key column marked as open accepts ``*`` for "every one not named more specifically"; of the rows that match, the one
with the fewest ``*`` is used (ties: the leftmost key that is named wins).
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

ANY = "*"
"""Key value that stands for every member not named in a more specific row."""

MONTH = "month"
"""What a key column refers to that holds a month, as YYYY-MM."""

Quality = Literal["reported", "derived", "estimated", "assumed"]
"""reported: printed in the source. derived: arithmetic on reported figures, rule in the note. estimated: a judgement
that leans on reported figures. assumed: a guess, to be read with its range."""

STATED = (("demand", "intercept"), ("demand", "reference_use"))
"""Quantities that make a pack one that states its curves outright, without a base year."""

RELATIVE_ERROR = {"reported": 0.03, "derived": 0.10, "estimated": 0.25, "assumed": 0.60}
"""Standard error that the reconciliation gives a figure of each quality, as a share of the figure [1]."""

Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=80)]


class Fact(BaseModel):
    """The columns that every row of a fact table has beside its keys."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    quantity: Name = Field(description="which number this is; the accepted names are listed for each table")
    value: float = Field(description="the figure used", allow_inf_nan=False)
    unit: Name = Field(description="unit of value, low and high")
    currency_year: int | None = Field(description="year of the money, for prices and costs; empty otherwise", ge=1900, le=2100)
    low: float = Field(description="low end of the plausible range, not above value", allow_inf_nan=False)
    high: float = Field(description="high end of the plausible range, not below value", allow_inf_nan=False)
    source: Name = Field(description="key in sources.csv")
    place: str = Field(description="where in the source: page, table, date, file and row", max_length=400)
    quality: Quality = Field(description="reported, derived, estimated or assumed")
    variant: str = Field(
        description="empty: used. Otherwise the name of an alternative that a scenario may choose; "
        "'rejected' marks a conflicting figure kept on record and never used, with the reason in the note",
        max_length=40,
    )
    note: str = Field(description="rule of a derived figure, reason of a choice, caveat", max_length=1000)


@dataclass(frozen=True)
class Quantity:
    """One number that a fact table may hold: dimension, accepted interval (engine units), meaning, whether only whole numbers make sense."""

    dimension: str
    meaning: str
    lowest: float = 0.0
    highest: float = math.inf
    lowest_excluded: bool = False
    whole: bool = False


@dataclass(frozen=True)
class LabelTable:
    """A table that names things: its columns with their meaning; the first one is the key."""

    meaning: str
    columns: dict[str, str]
    required: bool = True


@dataclass(frozen=True)
class Matrix:
    """A published matrix: wide, in one unit and the money of one year, with one record of where it comes from (a row of parameters)."""

    meaning: str
    unit: str
    record: str


@dataclass(frozen=True)
class FactTable:
    """A table of facts: its keys (column -> label table it refers to, a month, or nothing for a name of its own), the open ones, and its
    quantities. One of the base year is required where the pack has one, and not where it states its curves outright."""

    meaning: str
    keys: dict[str, str]
    quantities: dict[str, Quantity]
    open_keys: frozenset[str] = field(default_factory=frozenset)
    required: bool = True
    of_base_year: bool = False
