"""Known equilibria as folders: a data pack, scenarios, where the numbers come from, and what must come out.

A case is a folder with ``case.toml`` (title, source, url, evidence, note), ``pack/``, one TOML file a scenario, and
``expected.csv``, one expected figure a row. The key columns of a row name the rows of a table of the run; an empty key
stands for the sum over all of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from kanmon.carried import equilibria_folder
from kanmon.errors import InputError, Problem
from kanmon.evidence import folders_with, read_all, rows_of, sheet_of, text_of, validated
from kanmon.scenario.load import find_scenarios

GUIDE = "tests/equilibria/README.md describes the files of a case"
SHEET, EXPECTED, PACK = "case.toml", "expected.csv", "pack"

FIRST_LINE = 2
"""Line of the first row below the header of a table."""

KEYS = {
    "prices": ("region", "good", "month"),
    "uses": ("region", "industry", "good", "month"),
    "outputs": ("region", "activity", "month"),
    "flows": ("good", "origin", "destination", "month"),
    "net_exports": ("region", "good", "month"),
    "stocks": ("region", "good", "month"),
    "measures": ("measure", "good", "origin", "destination", "month"),
    "accounts": ("region", "account", "month"),
    "resources": ("region", "account", "month"),
}
"""Tables that a figure may be read from, with the columns that may name their rows."""

TOLERANCE = {"exact": 1e-6, "printed": 1e-4}
"""Largest relative error of a figure known exactly, and of one as printed in its source [1]."""

_PLAIN = frozenset({"value", "change"})
VALUES_OF = dict.fromkeys(KEYS, _PLAIN) | {"measures": frozenset({"wedge", "rent"}), "accounts": _PLAIN | {"present_value"}, "resources": _PLAIN | {"present_value"}}
"""What may be read from each table."""

Table = Literal["prices", "uses", "outputs", "flows", "net_exports", "stocks", "measures", "accounts", "resources"]
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000)]
Key = Annotated[str, StringConstraints(max_length=80)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


class Sheet(_Strict):
    """What ``case.toml`` says about a case."""

    title: Text = Field(description="what the case shows, in a few words")
    source: Text = Field(description="published source of the numbers")
    url: str = Field(description="address of the source, or of a page that quotes it; empty if there is none", max_length=400)
    evidence: Text = Field(description="one sentence: what was read in the source and what was recomputed")
    note: str = Field(description="conventions of the translation, what is not compared and why", max_length=2000)


class Expected(_Strict):
    """One expected figure: where it stands in the tables of a run, and how closely it must be met."""

    scenario: Text = Field(description="scenario of the case, without .toml")
    table: Table = Field(description="table of the run; net_exports: flows out of a region less flows into it")
    region: Key = Field(description="key; empty: sum over all")
    industry: Key = Field(description="key; empty: sum over all")
    good: Key = Field(description="key; empty: sum over all")
    activity: Key = Field(description="key; empty: sum over all")
    origin: Key = Field(description="key; empty: sum over all")
    destination: Key = Field(description="key; empty: sum over all")
    measure: Key = Field(description="key; empty: sum over all")
    account: Key = Field(description="key: account of accounts, item of resources; empty: sum over all")
    month: Annotated[str, StringConstraints(pattern=r"^(\d{4}-\d{2})?$")] = Field(description="key, as 2030-01; empty: sum over all")
    value_of: Literal["value", "change", "wedge", "rent", "present_value"] = Field(description="value, change (value less baseline), wedge and rent of measures, present_value of accounts and resources")
    expected: float = Field(description="figure in the unit of the table", allow_inf_nan=False)
    precision: Literal["exact", "printed"] = Field(description="exact: relative error up to 1e-6; printed: up to 1e-4")
    note: str = Field(description="rule of the figure, or how it is printed", max_length=400)
    line: int = Field(description="line of the row in expected.csv")

    @model_validator(mode="after")
    def _of_its_table(self) -> Self:
        foreign = [key for key in ALL_KEYS if getattr(self, key) and key not in KEYS[self.table]]
        if foreign:
            raise ValueError(f"{self.table} has no column {' or '.join(foreign)}; its rows are named by {', '.join(KEYS[self.table])}")
        if self.value_of not in VALUES_OF[self.table]:
            raise ValueError(f"{self.table} has no {self.value_of}; it has {', '.join(sorted(VALUES_OF[self.table]))}")
        if self.table == "net_exports" and not self.region:
            raise ValueError("net exports of all regions are nil; name the region")
        return self

    @property
    def keys(self) -> dict[str, str]:
        """Key columns that the row names."""
        return {key: value for key in KEYS[self.table] if (value := str(getattr(self, key)))}

    @property
    def quantity(self) -> str:
        """The figure in words, with its place in the file."""
        what = self.table if self.value_of == "value" else f"{self.value_of} of {self.table}"
        return f"{self.scenario}: {what} ({', '.join(self.keys.values()) or 'all'}) [{EXPECTED}:{self.line}]"


ALL_KEYS = tuple(dict.fromkeys(key for keys in KEYS.values() for key in keys))
COLUMNS = tuple(name for name in Expected.model_fields if name != "line")
"""Header of ``expected.csv``."""


@dataclass(frozen=True)
class Case:
    """A known equilibrium.

    Attributes:
        name: name of its folder.
        folder: where it lies.
        sheet: title, source, url, evidence and note.
        scenarios: scenario files by name.
        expected: expected figures, in file order.
    """

    name: str
    folder: Path
    sheet: Sheet
    scenarios: dict[str, Path]
    expected: tuple[Expected, ...]

    @property
    def pack(self) -> Path:
        """Folder of the data pack."""
        return self.folder / PACK


def read_cases(folder: Path | None = None) -> list[Case]:
    """All cases of a folder; the known equilibria that come with the package if no folder is given.

    Raises:
        InputError: there is no case, or every problem of every case.
    """
    return read_all(folders_with(SHEET, equilibria_folder() if folder is None else folder), read_case)


def read_case(folder: Path) -> Case:
    """Read one case.

    Raises:
        InputError: file and row of every problem.
    """
    problems: list[Problem] = []
    name = folder.resolve().name
    sheet = sheet_of(Sheet, folder / SHEET, f"{name}/{SHEET}", GUIDE, problems)
    scenarios = {key: path for key, path in find_scenarios(folder).items() if path.name != SHEET}
    place = f"{name}/{EXPECTED}"
    expected = tuple(_expected(text_of(folder / EXPECTED, place, problems), place, problems))
    asked = {row.scenario for row in expected}
    problems.extend(Problem(f"{place}:{row.line}", f"there is no scenario {row.scenario!r}", f"use one of {', '.join(scenarios) or '(the case has none)'}") for row in expected if row.scenario not in scenarios)
    problems.extend(Problem(f"{name}/{key}.toml", f"no row of {EXPECTED} expects anything of this scenario", "add its figures or delete the file") for key in scenarios if key not in asked)
    if not (folder / PACK).is_dir():
        problems.append(Problem(f"{name}/{PACK}", "the data pack is missing", "add a folder with its tables"))
    if problems or sheet is None:
        raise InputError(problems)
    return Case(name, folder, sheet, scenarios, expected)


def _expected(text: str, place: str, problems: list[Problem]) -> Iterator[Expected]:
    """Rows of ``expected.csv``; each figure stands once."""
    seen: dict[tuple, int] = {}
    for line, record in rows_of(text, place, COLUMNS, problems):
        row = validated(Expected, {**record, "line": line}, f"{place}:{line}", GUIDE, problems)
        if row is None:
            continue
        key = (row.scenario, row.table, row.value_of, row.precision, *row.keys.items())
        if key in seen:
            problems.append(Problem(f"{place}:{row.line}", f"the figure stands already in line {seen[key]}", "keep one"))
        seen.setdefault(key, row.line)
        yield row
    if text.count("\n") < FIRST_LINE:
        problems.append(Problem(place, "no figure is expected", "add a row"))
