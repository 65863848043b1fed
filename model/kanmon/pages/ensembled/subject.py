"""What the page of an ensemble is about: its numbers with their names and units, and the facts that were drawn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import pandas as pd

from kanmon.indicators.prices import EXPORTER, FOCUS, THIRD
from kanmon.indicators.view import View, plain_good
from kanmon.pages.headline import Headline
from kanmon.pages.money import Money, is_money
from kanmon.pages.names import Names
from kanmon.pages.numbers import percent, significant
from kanmon.pages.wording import Wording

HEADLINE, PATH, SURPLUS, VALUE_ADDED, PLAN = "headline", "price path", "surplus", "value added", "plan"
"""Kinds of outcomes, as the tables of an ensemble write them."""

ALL_ACCOUNTS, LOST = "all accounts", "value added lost"
"""The two accounts of the focus region: the sum of its surplus, and its value added under the rule of the headline."""

NET = "net benefit, expected"
"""What plans are ranked by."""

DOLLARS, MULTIPLE, SHARE = "million USD", "x baseline", "%"
GOODS_SHOWN = 5
"""Goods whose numbers stand in view."""

OF_GOODS = (Headline.MEAN, Headline.UNMET_SHARE, Headline.COVER, Headline.RECOVERY)
"""Headlines of a good that stand in view."""

STILL = 1e-3
"""A price whose percentiles all lie within this of its baseline does not move [1]."""


@dataclass(frozen=True)
class Number:
    """One number that every draw has.

    Attributes:
        row: its row of the table of bands.
        name: what it is, as a reader sees it.
        sign: -1 where the table counts gains and the page losses.
        say, money: how it is written.
    """

    row: Mapping
    name: str
    sign: int
    say: Wording
    money: Money

    @property
    def key(self) -> tuple[str, str, str]:
        return str(self.row["kind"]), str(self.row["quantity"]), str(self.row["subject"])

    @property
    def place(self) -> str:
        """A name for elements of the page."""
        return "-".join("".join(letter if letter.isalnum() else "-" for letter in part) for part in self.key)

    def at(self, column: str) -> float:
        """A percentile, or the central run; 5 % of the losses lie below minus the 95th percentile of the gains."""
        mirrored = {"p5": "p95", "p25": "p75", "p75": "p25", "p95": "p5"} if self.sign < 0 else {}
        return self.sign * float(self.row[mirrored.get(column, column)])

    def text(self, value: float) -> str:
        """A value with its unit."""
        unit = str(self.row["unit"])
        if value != value:
            return "–"
        if unit == MULTIPLE:
            return self.say.multiple(value)
        if unit == SHARE:
            return percent(value)
        if unit == DOLLARS:
            return self.money.amount(value)
        return self.say("ensemble.with_unit", value=significant(value), unit=self.say.or_else(f"unit.{unit}", unit))

    def apart(self, value: float) -> tuple[str, str]:
        """A value, and its unit where that does not fit beside it."""
        if self.row["unit"] == DOLLARS:
            return self.money.millions(value), self.money.unit("column")
        return self.text(value), ""

    def drawn(self, value: float) -> float:
        """A value in the unit of its axis."""
        return self.money.size(value) if self.row["unit"] == DOLLARS else value

    @property
    def axis(self) -> str:
        """Unit of the axis."""
        unit = str(self.row["unit"])
        if unit == MULTIPLE:
            return self.say("ensemble.axis_multiple")
        return self.money.unit("title") if unit == DOLLARS else self.say.or_else(f"unit.{unit}", unit)


@dataclass(frozen=True)
class Drawn:
    """Draws as a page sees them.

    Attributes:
        tables: of the ensemble, numbers as numbers.
        view: focus region, exporter, restricted goods, dates.
        names: names of regions, goods, industries.
        say: texts.
        money: how amounts are written.
        titles: of plans, by language.
    """

    tables: Mapping[str, pd.DataFrame]
    view: View
    names: Names
    say: Wording
    money: Money
    titles: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    @property
    def focus(self) -> str:
        return self.names.region(self.view.focus or "")

    @property
    def groups(self) -> dict[str, str]:
        """Groups of regions in the price paths and their names."""
        exporter = self.names.region(self.view.exporter) if self.view.exporter else self.say("region.every_exporter")
        return {FOCUS: self.focus, EXPORTER: exporter, THIRD: self.say("region.third")}

    @property
    def draws(self) -> int:
        """Draws that have a solution."""
        bands = self.tables["bands"]
        return int(bands["draws"].max()) if len(bands) else 0

    @cached_property
    def goods(self) -> list[str]:
        """Restricted goods whose price moves, the one that moves most first."""
        bands = self.tables["bands"]
        means = bands[(bands["kind"] == HEADLINE) & (bands["quantity"] == Headline.MEAN) & bands["subject"].map(lambda good: plain_good(str(good)) in self.view.restricted)]
        away = (means[["p5", "p95"]] - 1.0).abs().max(axis=1)
        moved = means[away > STILL].assign(away=away).sort_values("p50", ascending=False, kind="stable")
        return [str(good) for good in moved["subject"]][:GOODS_SHOWN]

    @cached_property
    def numbers(self) -> list[Number]:
        """The numbers in view: those of goods, then the two accounts of the focus region."""
        found = [self.number(HEADLINE, headline, good) for headline in OF_GOODS for good in self.goods]
        region = self.view.focus or ""
        found += [self.number(SURPLUS, ALL_ACCOUNTS, region), self.number(VALUE_ADDED, LOST, region)]
        plans = self.tables["bands"]
        plans = plans[(plans["kind"] == PLAN) & (plans["quantity"] == NET)]
        found += [self.number(PLAN, NET, str(plan)) for plan in plans["subject"]]
        return [item for item in found if item is not None]

    @cached_property
    def decided(self) -> list[Number]:
        """Numbers whose drivers are shown: mean prices and the two accounts."""
        return [item for item in self.numbers if item.key[1] in (Headline.MEAN, ALL_ACCOUNTS, LOST, NET)]

    def number(self, kind: str, quantity: str, subject: str) -> Number | None:
        """A number by what it is; None where no draw has it."""
        bands = self.tables["bands"]
        rows = bands[(bands["kind"] == kind) & (bands["quantity"] == quantity) & (bands["subject"] == subject) & (bands["month"] == "")]
        if rows.empty:
            return None
        return Number(rows.to_dict("records")[0], self._name(kind, quantity, subject), -1 if kind == SURPLUS else 1, self.say, self.money)

    def _name(self, kind: str, quantity: str, subject: str) -> str:
        if kind == HEADLINE:
            return self.say("ensemble.of_good", good=self.names.good(subject), headline=self.say.or_else(f"ensemble.headline.{quantity}", quantity))
        return self.say(f"ensemble.account.{kind}", region=self.plan(subject) if kind == PLAN else self.names.region(subject))

    def plan(self, key: str) -> str:
        """Short name of a plan: its title, unless the catalogue has a shorter one."""
        titles = self.titles.get(key, {})
        return self.say.or_else(f"plans.name.{key}", titles.get(self.say.language) or titles.get("en") or key)

    def path(self, good: str, group: str = FOCUS) -> pd.DataFrame:
        """Percentiles of a price path by month."""
        bands = self.tables["bands"]
        return bands[(bands["kind"] == PATH) & (bands["quantity"] == group) & (bands["subject"] == good)].sort_values("month")

    @cached_property
    def facts(self) -> dict[str, dict]:
        """What is known of every fact, by the name of its factor."""
        return {str(row["factor"]): row for row in self.tables["facts"].to_dict("records") if row["factor"]}

    def fact(self, factor: str) -> str:
        """Name of a fact: the quantity, and what it is about."""
        quantity, about = self.fact_lines(factor)
        return self.say("ensemble.fact", quantity=quantity, about=about) if about else quantity

    def fact_lines(self, factor: str) -> tuple[str, str]:
        """The same in two lines; the second is empty for a fact about everything."""
        row = self.facts.get(factor)
        if row is None:
            return factor, ""
        quantity = self.say.or_else(f"quantity.{row['quantity']}.name", str(row["quantity"]).replace("_", " "))
        about = [self.names.any(key) for key in str(row["keys"]).split(", ") if key not in ("all", row["quantity"])]
        return quantity, self.say("keys.joiner").join(about)

    def cause(self, factor: str) -> str:
        """Cause that a fact shares with others; empty where it is drawn by itself or the table does not say."""
        cause = self.facts.get(factor, {}).get("together", "")
        return cause if isinstance(cause, str) else ""

    def stated(self, values: Sequence[float], unit: str) -> tuple[list[str], str]:
        """Figures of a fact of the pack, and their unit; money in the currency of the page."""
        if is_money(unit):
            return self.money.stated(values, unit)
        return [significant(value) for value in values], "" if unit == "1" else self.say.or_else(f"unit.{unit}", unit)

    def rows(self, table: str, number: Number) -> pd.DataFrame:
        """Rows of the table of tornado or indices about a number, strongest first."""
        frame = self.tables[table]
        kind, quantity, subject = number.key
        return frame[(frame["kind"] == kind) & (frame["quantity"] == quantity) & (frame["subject"] == subject)]

