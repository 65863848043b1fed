"""What a page is about: the run with its names, and which of its goods have a story."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import pandas as pd

from kanmon.indicators.prices import EXPORTER, FOCUS
from kanmon.indicators.view import View, plain_good, view_of
from kanmon.pages.money import Money
from kanmon.pages.names import Names, names_of
from kanmon.pages.wording import Wording
from kanmon.runs.saved import SavedRun

MOVES = 0.01
"""A price that stays within this share of its baseline hardly moves [1]."""

UNCHANGED = 1e-3
"""Prices and uses within this share of the baseline count as unchanged [1]."""

TRACE = 1e-6
"""Quantities below this share of what they are compared with are noise of the solver [1]."""


@dataclass(frozen=True)
class Subject:
    """A run as its page sees it.

    Attributes:
        run: the tables.
        view: focus region, exporter, restricted goods, dates.
        names: names of regions, goods, industries.
        say: texts.
        money: how amounts are written.
    """

    run: SavedRun
    view: View
    names: Names
    say: Wording
    money: Money

    def table(self, name: str) -> pd.DataFrame:
        """A table of the run that reports read; empty if an older run lacks it."""
        return self.run.reports.get(name, pd.DataFrame())

    @cached_property
    def paths(self) -> pd.DataFrame:
        """Price paths, with numbers as numbers and truth values as truth values."""
        frame = self.table("price_paths").copy()
        for column in ("value", "baseline", "multiple"):
            frame[column] = pd.to_numeric(frame[column])
        frame["at_choke"] = frame["at_choke"].map(lambda value: str(value) == "True").astype(bool)
        return frame

    def path(self, good: str, group: str) -> pd.DataFrame:
        """Price path of a good in a group of regions, in the order of months."""
        return self._path_by_key.get((good, group), self.paths.iloc[:0])

    @cached_property
    def _path_by_key(self) -> dict[tuple[str, str], pd.DataFrame]:
        """All price paths, which pages read again and again."""
        return {(str(good), str(group)): rows.sort_values("month") for (good, group), rows in self.paths.groupby(["good", "group"], sort=False)}

    @cached_property
    def focus_goods(self) -> list[str]:
        """Goods with a price in the focus region: restricted ones first."""
        priced = list(dict.fromkeys(self.paths.loc[self.paths["group"] == FOCUS, "good"]))
        return [good for good in self.view.restricted if good in priced] + [good for good in priced if good not in self.view.restricted]

    @cached_property
    def deviation(self) -> dict[str, float]:
        """Largest distance of a good's price from its baseline, in any group and month [1]."""
        away = (self.paths["multiple"] - 1.0).abs()
        return {str(good): float(value) for good, value in away.groupby(self.paths["good"]).max().items()}

    @cached_property
    def moving(self) -> list[str]:
        """Goods worth a chart: restricted ones, then others whose price moves."""
        return [good for good in self.focus_goods if self._is_restricted(good) or self.deviation[good] >= MOVES]

    @cached_property
    def still(self) -> list[str]:
        """Goods whose price hardly moves."""
        return [good for good in self.focus_goods if good not in self.moving]

    def _is_restricted(self, good: str) -> bool:
        return plain_good(good) in self.view.restricted

    @cached_property
    def restricted(self) -> list[str]:
        """Restricted goods that the focus region buys."""
        return [good for good in self.focus_goods if good in self.view.restricted]

    @cached_property
    def unchanged(self) -> bool:
        """Nothing moves: no measures, or measures that do not bind."""
        if not self.run.scenario.measures:
            return True
        use = self.table("use_by_industry")
        unmet = pd.to_numeric(use["unmet_share"]).abs().max() if len(use) else 0.0
        return bool(max(self.deviation.values(), default=0.0) < UNCHANGED and unmet < UNCHANGED)

    @property
    def capped(self) -> bool:
        """Every measure caps what third countries pass on."""
        measures = self.run.scenario.measures
        return bool(measures) and all(measure.reexport is not None for measure in measures)

    @property
    def title(self) -> str:
        """Title of the scenario, in the language of the page where it has one."""
        words = self.run.scenario.words.get(self.say.language)
        return (words.title if words else None) or self.run.scenario.title

    @property
    def question(self) -> str:
        """The same for its question."""
        words = self.run.scenario.words.get(self.say.language)
        return (words.question if words else None) or self.run.scenario.question

    @property
    def focus(self) -> str:
        return self.names.region(self.view.focus or "")

    @property
    def exporter(self) -> str:
        """Name of the exporter; of all exporters if no single one is restricted."""
        return self.names.region(self.view.exporter) if self.view.exporter else self.say("region.every_exporter")

    def base_price(self, good: str, group: str = FOCUS) -> float:
        """Baseline price of a good in the focus region [USD/t]."""
        path = self.path(plain_good(good), group)
        return float(path["baseline"].iloc[0]) if len(path) else float("nan")

    @property
    def groups(self) -> dict[str, str]:
        """Groups of regions in the price paths and their names."""
        return {FOCUS: self.focus, EXPORTER: self.exporter, "third countries": self.say("region.third")}

    @cached_property
    def months_in_force(self) -> set[str]:
        return set(self.view.in_force)

    @cached_property
    def span(self) -> str:
        """The months in force, in words."""
        months = self.view.in_force
        if not months:
            return ""
        first = self.say.month(months[0])
        return self.say("span.open", first=first) if self.view.end is None else self.say("span.closed", first=first, last=self.say.month(months[-1]))


def readable(run: SavedRun) -> SavedRun:
    """The run with its texts as plain objects: the same tables, in which cells are found and compared faster than in those of Arrow."""
    return replace(run, reports={name: frame.astype({column: object for column, kind in frame.dtypes.items() if kind == "str"}) for name, frame in run.reports.items()})


def subject_of(run: SavedRun, say: Wording, money: Money | None = None) -> Subject:
    """The subject of a run's page; in the money of its tables unless told otherwise."""
    return Subject(run, view_of(run.scenario), names_of(run.reports["labels"], say, run.scenario.words), say, money or Money(say))
