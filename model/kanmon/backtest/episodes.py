"""Episodes of the past as folders: a data pack of the time before, scenarios, and what was observed.

An episode is a folder with ``episode.toml``, ``pack/``, one TOML file a scenario, and ``observed.csv``, one observed figure a row. A figure
is either an input of the scenarios or scored against what they predict, or neither; never both. ``tests/backtests/README.md`` describes
the format.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from kanmon.carried import backtests_folder
from kanmon.errors import InputError, Problem
from kanmon.evidence import folders_with, read_all, rows_of, sheet_of, text_of, validated
from kanmon.pack.load import Pack, Row, load_pack
from kanmon.pack.schema import Quality
from kanmon.scenario.fields import Language
from kanmon.scenario.load import check_against, find_scenarios, load_scenario
from kanmon.scenario.months import Month, month_name
from kanmon.scenario.schema import Assumption, Scenario

GUIDE = "tests/backtests/README.md describes the files of an episode"
SHEET, OBSERVED, PACK = "episode.toml", "observed.csv", "pack"

LATER = "Later source"
"""How the note of a fact begins whose source appeared after the announcement; what follows says why it may be used."""

OWN = "own"
"""Reading of sources that are the judgement or arithmetic of the pack's author: they have no date of their own."""

SEVERAL = "+"
"""Joins the names of several rows that a figure is the sum of."""

KEYS = {
    "prices": ("region", "good"),
    "unit_values": ("good", "origin", "destination"),
    "flows": ("good", "origin", "destination"),
    "uses": ("region", "industry", "good"),
    "outputs": ("region", "activity"),
    "stocks": ("region", "good"),
}
"""Tables that a figure may be compared with, with the columns that name their rows."""

PRICES = frozenset({"prices", "unit_values"})
"""Tables that hold prices: the mean over months is compared, elsewhere the sum."""

LABELS_OF = {"region": "regions", "origin": "regions", "destination": "regions", "good": "goods", "industry": "industries", "activity": "processes"}

Table = Literal["prices", "unit_values", "flows", "uses", "outputs", "stocks"]
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000)]
Key = Annotated[str, StringConstraints(max_length=200)]
Answer = Literal["yes", "no"]

_UNIT_OF_RATIO = "1"
_DATED_KEY = re.compile(r"-(\d{4})-(\d{2})(?:-\d{2})?$")


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


class Naive(_Strict):
    """The forecast that moves a price with the lost share of supply."""

    elasticity: float = Field(gt=0, le=20, description="price rises by the lost share of supply over this elasticity")
    place: Text = Field(description="where the elasticity comes from")


class EpisodeWords(_Strict):
    """The words of an episode in another language than English. They change nothing but reports."""

    title: Text | None = Field(None, description="title")
    series: dict[str, Text] = Field(default_factory=dict, description="names of the scored series, by the name that they have in observed.csv")


class Range(_Strict):
    """An uncertain parameter whose low and high ends widen the band."""

    name: Text = Field(description="short name")
    table: Text = Field(description="fact table of the pack")
    quantity: Text = Field(description="quantity of that table")
    where: dict[str, str] = Field(default_factory=dict, description="keys that the facts must have; those left out match all")

    def end(self, take: Literal["low", "high"]) -> Assumption:
        """The assumption that takes one end."""
        return Assumption.model_validate({"table": self.table, "quantity": self.quantity, "where": self.where, "take": take})


class Sheet(_Strict):
    """What ``episode.toml`` says about an episode."""

    title: Text = Field(description="what happened, in a few words")
    question: Text = Field(description="the question in one sentence")
    source: Text = Field(description="sources of what was observed, in short; each row names its own")
    url: str = Field(description="address of the main source; empty if there is none", max_length=400)
    announced: datetime.date = Field(description="day of the announcement: nothing in the pack may be known only later")
    in_force: datetime.date = Field(description="day from which the measure holds")
    base: Text = Field(description="base period of the pack")
    central: Text = Field(description="scenario whose result is the prediction")
    beliefs: tuple[Text, ...] = Field((), description="other scenarios, which differ in what the market believes and widen the band")
    apart: tuple[Text, ...] = Field((), description="scenarios informed by the episode: shown apart, not scored")
    inputs: Text = Field(description="what is taken from the episode itself as an input")
    scored: Text = Field(description="what is compared")
    limits: tuple[Text, ...] = Field(min_length=1, description="known limits, one a line")
    naive: Naive = Field(description="the second naive forecast")
    ranges: tuple[Range, ...] = Field(min_length=1, description="parameters whose ends widen the band")
    why: dict[str, Text] = Field(default_factory=dict, description="series -> why it is missed, where it is")
    words: dict[Language, EpisodeWords] = Field(default_factory=dict, description="[words.ja]: title and names of series in the language of that code")

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.in_force < self.announced:
            raise ValueError("in_force comes before announced; put the dates in order")
        named = [self.central, *self.beliefs, *self.apart]
        if len(set(named)) < len(named):
            raise ValueError("a scenario is named twice among central, beliefs and apart")
        if len({item.name for item in self.ranges}) < len(self.ranges):
            raise ValueError("two ranges have the same name")
        return self


class Figure(_Strict):
    """One observed figure and how it maps onto the tables of a run."""

    series: Text = Field(description="series that the figure belongs to; a scored series is judged as a whole")
    date: Text = Field(description="date or period as the source gives it")
    first: Month = Field(description="month of the run that it is compared with, as 2023-10")
    last: Month | None = Field(description="last month, where it covers several: prices are averaged, quantities added up")
    table: Table = Field(description="prices (delivered; exporters free on board), unit_values (what shipments are worth at their destination, per tonne), flows, uses, outputs or stocks")
    region: Key = Field(description="key; empty: all. Several joined by +")
    industry: Key = Field(description="key; empty: all")
    good: Key = Field(description="key; empty: all")
    activity: Key = Field(description="key; empty: all")
    origin: Key = Field(description="key; empty: all")
    destination: Key = Field(description="key; empty: all")
    value: float = Field(description="observed figure", allow_inf_nan=False)
    unit: Text = Field(description="unit of value, low, high and base_value; 1 for a ratio to the base period")
    base_value: float = Field(description="the same figure in the base period or just before the event; 1 for a ratio", gt=0, allow_inf_nan=False)
    low: float = Field(description="low end of what the source allows", allow_inf_nan=False)
    high: float = Field(description="high end", allow_inf_nan=False)
    source: Text = Field(description="key in sources.csv of the pack")
    place: Text = Field(description="where in the source")
    quality: Quality = Field(description="reported, derived, estimated or assumed")
    is_input: Answer = Field(description="yes: the scenarios hold it")
    scored: Answer = Field(description="yes: predictions are compared with it")
    note: str = Field(description="rule, scope, what makes it hard to compare", max_length=1000)
    line: int = Field(description="line of the row in observed.csv")

    @model_validator(mode="after")
    def _of_its_table(self) -> Self:
        foreign = [key for key in ALL_KEYS if getattr(self, key) and key not in KEYS[self.table]]
        if foreign:
            raise ValueError(f"{self.table} has no column {' or '.join(foreign)}; its rows are named by {', '.join(KEYS[self.table])}")
        if self.table == "prices" and not (self.region and self.good and SEVERAL not in self.region + self.good):
            raise ValueError("a price belongs to one good in one region; name both")
        if self.is_input == "yes" and self.scored == "yes":
            raise ValueError("an input cannot be scored: it would be compared with itself")
        if not self.low <= self.value <= self.high:
            raise ValueError(f"value {self.value:g} is outside its range {self.low:g} to {self.high:g}")
        if self.unit == _UNIT_OF_RATIO and self.base_value != 1:
            raise ValueError("a ratio has base_value 1")
        if self.last is not None and self.last < self.first:
            raise ValueError("last comes before first")
        return self

    @property
    def keys(self) -> dict[str, tuple[str, ...]]:
        """Key columns that the row names, with their names."""
        return {key: tuple(value.split(SEVERAL)) for key in KEYS[self.table] if (value := str(getattr(self, key)))}

    @property
    def months(self) -> range:
        """Months that it covers."""
        return range(self.first, (self.last or self.first) + 1)

    @property
    def period(self) -> str:
        """The months in words."""
        return month_name(self.first) + (f" to {month_name(self.last)}" if self.last and self.last > self.first else "")

    def ratio(self, value: float) -> float:
        """A figure in the unit of the row, relative to the base [1]."""
        return value / self.base_value


ALL_KEYS = tuple(dict.fromkeys(key for keys in KEYS.values() for key in keys))
COLUMNS = tuple(name for name in Figure.model_fields if name != "line")
"""Header of ``observed.csv``."""


@dataclass(frozen=True)
class Episode:
    """An episode of the past.

    Attributes:
        name: name of its folder.
        sheet: what ``episode.toml`` says.
        pack: data of the time before.
        scenarios: by name.
        observed: observed figures, in file order.
    """

    name: str
    sheet: Sheet
    pack: Pack
    scenarios: dict[str, Scenario]
    observed: tuple[Figure, ...]

    @property
    def scored(self) -> list[Figure]:
        """Figures that predictions are compared with."""
        return [row for row in self.observed if row.scored == "yes"]


def read_episodes(folder: Path | None = None) -> list[Episode]:
    """All episodes of a folder, or the one in it; those that come with the package if no folder is given.

    Raises:
        InputError: there is none, or every problem of every episode.
    """
    return read_all(folders_with(SHEET, backtests_folder() if folder is None else folder), read_episode)


def read_episode(folder: Path) -> Episode:
    """Read one episode.

    Raises:
        InputError: file and row of every problem.
    """
    problems: list[Problem] = []
    name = folder.resolve().name
    sheet = sheet_of(Sheet, folder / SHEET, f"{name}/{SHEET}", GUIDE, problems)
    scenarios = _scenarios(folder, name, sheet, problems)
    observed = tuple(_observed(text_of(folder / OBSERVED, f"{name}/{OBSERVED}", problems), f"{name}/{OBSERVED}", problems))
    pack = None
    try:
        pack = load_pack(folder / PACK)
    except InputError as error:
        problems.extend(Problem(f"{name}/{PACK}/{item.place}", item.what, item.remedy) for item in error.problems)
    if sheet is not None and pack is not None:
        problems.extend(_against_pack(name, sheet, pack, scenarios, observed))
    if problems or sheet is None or pack is None:
        raise InputError(problems)
    return Episode(name, sheet, pack, scenarios, observed)


def later_facts(pack: Pack, announced: datetime.date) -> list[Row]:
    """Facts of a pack whose source appeared in the month of the announcement or later, and whose note does not begin with "Later source".

    A source is dated by its key where that ends in a year and a month, else by its year. Judgements and derivations of the pack's author
    have no date.
    """
    found = []
    for rows in pack.rows.values():
        for row in rows:
            source = pack.labels["sources"][row.fact.source]
            if source["reading"] != OWN and _is_later(row.fact.source, source["year"], announced) and not row.fact.note.startswith(LATER):
                found.append(row)
    return found


def _is_later(key: str, year: str, announced: datetime.date) -> bool:
    dated = _DATED_KEY.search(key)
    if dated:
        return (int(dated[1]), int(dated[2])) >= (announced.year, announced.month)
    return not year.isdigit() or int(year) > announced.year


def _against_pack(name: str, sheet: Sheet, pack: Pack, scenarios: dict[str, Scenario], observed: tuple[Figure, ...]) -> Iterator[Problem]:
    """Names that the pack does not know, facts from after the event, months that no scenario reaches."""
    for fact in later_facts(pack, sheet.announced):
        yield Problem(f"{name}/{PACK}/{fact.place}", f"source {fact.fact.source} is later than the announcement", f"use an earlier one, or begin the note with {LATER!r} and say why it may be used")
    for key, scenario in scenarios.items():
        widened = scenario.model_copy(update={"assumptions": (*scenario.assumptions, *(item.end("low") for item in sheet.ranges))}) if key == sheet.central else scenario
        yield from check_against(widened, pack, f"{name}/{key}.toml")
    central = scenarios.get(sheet.central)
    for row in observed:
        here = f"{name}/{OBSERVED}:{row.line}"
        if row.source not in pack.labels["sources"]:
            yield Problem(here, f"source {row.source[:40]!r} is not in sources.csv of the pack", "add it there")
        for key, members in row.keys.items():
            for member in members:
                if member not in pack.labels[LABELS_OF[key]]:
                    yield Problem(here, f"{key} {member[:40]!r} is not in {LABELS_OF[key]}.csv", "correct the name, or add it to the pack")
        if row.scored == "yes" and central is not None and not central.start <= row.first <= row.months[-1] < central.start + central.months:
            yield Problem(here, f"{row.period} is outside the scenario {sheet.central}", "move the row, or lengthen the scenario")
    named = {row.series for row in observed if row.scored == "yes"}
    if not named:
        yield Problem(f"{name}/{OBSERVED}", "no row is scored", "score what the scenarios do not hold")
    translated = [(f"words.{language}.series", series) for language, words in sheet.words.items() for series in words.series]
    for key, series in [*(("why", series) for series in sheet.why), *translated]:
        if series not in named:
            yield Problem(f"{name}/{SHEET} {key}", f"no scored series is called {series[:60]!r}", f"use one of {', '.join(sorted(named))}")


def _scenarios(folder: Path, name: str, sheet: Sheet | None, problems: list[Problem]) -> dict[str, Scenario]:
    """Scenarios that the sheet names; a file that it does not name is a problem."""
    files = {key: path for key, path in find_scenarios(folder).items() if path.name != SHEET}
    asked = [] if sheet is None else [sheet.central, *sheet.beliefs, *sheet.apart]
    problems.extend(Problem(f"{name}/{SHEET}", f"there is no scenario {key!r}", f"use some of {', '.join(files) or '(there is none)'}") for key in asked if key not in files)
    if sheet is not None:
        problems.extend(Problem(f"{name}/{key}.toml", f"{SHEET} does not name it", "name it under central, beliefs or apart, or delete it") for key in files if key not in asked)
    scenarios = {}
    for key in asked:
        if key in files:
            try:
                scenarios[key] = load_scenario(files[key])
            except InputError as error:
                problems.extend(Problem(f"{name}/{item.place}", item.what, item.remedy) for item in error.problems)
    return scenarios


def _observed(text: str, place: str, problems: list[Problem]) -> Iterator[Figure]:
    for line, record in rows_of(text, place, COLUMNS, problems):
        row = validated(Figure, {**record, "last": record["last"] or None, "line": line}, f"{place}:{line}", GUIDE, problems)
        if row is not None:
            yield row


__all__ = ["Episode", "Figure", "Naive", "Range", "Sheet", "later_facts", "read_episode", "read_episodes"]
