"""Read a data pack: every table validated, every problem collected, values converted to the engine's units."""

from __future__ import annotations

import csv
import hashlib
import io
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import product
from pathlib import Path

from pydantic import ValidationError

from kanmon.errors import InputError, Problem
from kanmon.pack.matrix import Flows, read_flows
from kanmon.pack.schema import ANY, FACTS, LABELS, MATRICES, MONTH, STATED, Fact, FactTable, LabelTable
from kanmon.pack.units import ENGINE_UNIT, UNITS, units_of

LARGEST_TABLE = 20_000_000
"""Largest table file accepted [bytes]; a larger one is a mistake, and would be read into memory whole."""

GENERATED = "reconciliation"
"""List that is generated from a pack and may lie beside its tables."""

REJECTED = "rejected"
FACT_COLUMNS = tuple(Fact.model_fields)


@dataclass(frozen=True)
class Row:
    """One fact: keys, value and range in the engine's units, and the row as it stands in the file; line 0 where a scenario states it."""

    table: str
    line: int
    keys: tuple[str, ...]
    value: float
    low: float
    high: float
    fact: Fact

    @property
    def place(self) -> str:
        return f"{self.table}.csv:{self.line}" if self.line else f"{self.fact.source} {self.fact.place}"

    @property
    def engine_unit(self) -> str:
        return ENGINE_UNIT[UNITS[self.fact.unit].dimension]


@dataclass(frozen=True)
class Pack:
    """A validated data pack.

    Attributes:
        name: name of the folder.
        digest: SHA-256 over the tables, to name the data in a manifest.
        labels: label table -> key -> its columns.
        rows: fact table -> its rows, in file order.
        variants: names of the alternatives chosen, first choice first.
        matrices: matrix -> its flows, for those that the pack has.
    """

    name: str
    digest: str
    labels: dict[str, dict[str, dict[str, str]]]
    rows: dict[str, tuple[Row, ...]]
    variants: tuple[str, ...] = ()
    matrices: dict[str, Flows] = field(default_factory=dict)

    def choose(self, variants: tuple[str, ...]) -> Pack:
        """The same pack, reading rows of these variants before the rows without one."""
        return replace(self, variants=variants)

    def facts(self, table: str, quantity: str) -> list[Row]:
        """Rows in force of one quantity, one for each combination of keys, in file order."""
        return list(self._in_force(table).get(quantity, {}).values())

    def find(self, table: str, quantity: str, *keys: str) -> Row | None:
        """The row in force for these keys: the most specific one, ``*`` standing for any key; None if there is none."""
        known = self._in_force(table).get(quantity, {})
        for pattern in _patterns(len(keys)):
            row = known.get(tuple(key if named else ANY for key, named in zip(keys, pattern, strict=True)))
            if row is not None:
                return row
        return None

    def label(self, table: str, key: str, language: str = "en") -> str:
        """Name of a region, good, industry or activity in a language."""
        return self.labels[table][key].get(f"name_{language}") or key

    def _in_force(self, table: str) -> dict[str, dict[tuple[str, ...], Row]]:
        cache = self.__dict__.setdefault("_cache", {})
        if table not in cache:
            rank = {variant: -place for place, variant in enumerate(self.variants, start=1)} | {"": -len(self.variants) - 1}
            chosen: dict[str, dict[tuple[str, ...], Row]] = {}
            for row in self.rows.get(table, ()):
                if row.fact.variant not in rank:
                    continue
                known = chosen.setdefault(row.fact.quantity, {})
                other = known.get(row.keys)
                if other is None or rank[row.fact.variant] > rank[other.fact.variant]:
                    known[row.keys] = row
            cache[table] = chosen
        return cache[table]

    def __getstate__(self) -> dict:
        return {key: value for key, value in self.__dict__.items() if key != "_cache"}


@cache
def _patterns(size: int) -> list[tuple[bool, ...]]:
    """Which keys are named, most specific first; among equals the leftmost named key wins."""
    return sorted(product((True, False), repeat=size), key=lambda named: (-sum(named), [not name for name in named]))


def load_pack(folder: Path) -> Pack:
    """Read and validate the data pack in a folder.

    Args:
        folder: folder with the CSV tables of :mod:`kanmon.pack.schema`.

    Raises:
        InputError: listing every problem found in every table.
    """
    if not folder.is_dir():
        raise InputError([Problem(str(folder), "there is no such folder", "give the folder of a data pack with --data")])
    problems: list[Problem] = []
    known_files = {f"{name}.csv" for name in (*LABELS, *FACTS, *MATRICES, GENERATED)}
    for path in sorted(folder.glob("*.csv")):
        if path.name not in known_files:
            problems.append(Problem(path.name, "no table has this name", f"use one of {', '.join(sorted(known_files))}"))
    digest = hashlib.sha256()
    labels: dict[str, dict[str, dict[str, str]]] = {}
    unread: set[str] = set()
    for name, spec in LABELS.items():
        before = len(problems)
        content = _read(folder, name, spec.required, digest, problems)
        labels[name] = {} if content is None else _labels(name, spec, content, labels, problems)
        if not labels[name] and len(problems) > before:
            unread.add(name)
    rows: dict[str, tuple[Row, ...]] = {}
    contents = {name: _read(folder, name, table.required, digest, problems) for name, table in FACTS.items()}
    # Which kind of pack it is shows in the text itself, so that a broken row does not make it the other kind.
    stated = any(f",{quantity}," in (contents[table] or "") for table, quantity in STATED)
    for name, table in FACTS.items():
        content = contents[name]
        rows[name] = () if content is None else tuple(_facts(name, table, content, {key: label for key, label in labels.items() if key not in unread}, problems))
        if table.of_base_year and not stated and content is None and not (folder / f"{name}.csv").is_file():
            problems.append(Problem(f"{name}.csv", "the table is missing", "add it; data/README.md lists its columns"))
    _check_duplicates(rows, problems)
    matrices = {}
    for name in MATRICES:
        content = _read(folder, name, False, digest, problems)
        if content is not None:
            matrices[name] = read_flows(name, content, labels, problems)
    if problems:
        raise InputError(problems)
    return Pack(folder.resolve().name, digest.hexdigest(), labels, rows, (), matrices)


def _read(folder: Path, name: str, required: bool, digest, problems: list[Problem]) -> str | None:
    path = folder / f"{name}.csv"
    if not path.is_file():
        if required:
            problems.append(Problem(path.name, "the table is missing", "add it; data/README.md lists its columns"))
        return None
    if path.stat().st_size > LARGEST_TABLE:
        problems.append(Problem(path.name, f"the file has more than {LARGEST_TABLE // 10**6} MB", "it is not a table of a data pack; check what was saved"))
        return None
    content = path.read_bytes()
    digest.update(name.encode() + b"\0" + content + b"\0")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        problems.append(Problem(path.name, f"byte {error.start} is not UTF-8", "save the table as UTF-8"))
        return None
    if "\0" in text:
        problems.append(Problem(path.name, "the file holds a NUL character", "save the table as plain text"))
        return None
    return text


def _records(name: str, text: str, columns: list[str], problems: list[Problem]) -> Iterator[tuple[int, dict[str, str]]]:
    """Rows of a table with their line number, once the header is right."""
    if not text.strip():
        problems.append(Problem(f"{name}.csv", "the file is empty", f"start it with the header {','.join(columns)}"))
        return
    reader = csv.reader(io.StringIO(text), strict=True)
    try:
        header = [column.strip() for column in next(reader)]
        missing = [column for column in columns if column not in header]
        unknown = [column for column in header if column not in columns]
        for column in missing:
            problems.append(Problem(f"{name}.csv:1", f"column {column} is missing", f"the header is {','.join(columns)}"))
        for column in unknown:
            problems.append(Problem(f"{name}.csv:1", f"column {column[:40]!r} is not known", f"the header is {','.join(columns)}"))
        if len(set(header)) < len(header):
            problems.append(Problem(f"{name}.csv:1", "a column stands twice", f"the header is {','.join(columns)}"))
        if missing or unknown:
            return
        for cells in reader:
            if not any(cell.strip() for cell in cells):
                continue
            if len(cells) != len(header):
                problems.append(Problem(f"{name}.csv:{reader.line_num}", f"{len(cells)} cells where the header has {len(header)}", "check the commas and quotes"))
                continue
            yield reader.line_num, dict(zip(header, (cell.strip() for cell in cells), strict=True))
    except csv.Error as error:
        problems.append(Problem(f"{name}.csv:{reader.line_num}", f"not readable as CSV ({error})", "check quotes and over-long cells"))


def _labels(name: str, spec: LabelTable, text: str, labels: dict, problems: list[Problem]) -> dict[str, dict[str, str]]:
    key_column = next(iter(spec.columns))
    table: dict[str, dict[str, str]] = {}
    for line, record in _records(name, text, list(spec.columns), problems):
        key = record[key_column]
        if not key or key == ANY or len(key) > 80:
            problems.append(Problem(f"{name}.csv:{line}", f"{key_column} = {key[:40]!r} cannot be a key", "give it a short name other than *"))
        elif key in table:
            problems.append(Problem(f"{name}.csv:{line}", f"{key_column} {key} stands twice", "delete one of the rows"))
        else:
            table[key] = record
            if name == "processes" and labels["goods"] and record["output"] not in labels["goods"]:
                problems.append(Problem(f"{name}.csv:{line}", f"output {_short(record['output'])} of {key} is not in goods.csv", "add the good or correct the name"))
            if name == "industry_sectors":
                for column, target in (("industry", "industries"), ("sector", "sectors")):
                    if record[column] not in labels[target]:
                        problems.append(Problem(f"{name}.csv:{line}", f"{column} {_short(record[column])} is not in {target}.csv", "add it there or correct the name"))
            if name == "goods" and record["by_product"] not in ("yes", "no"):
                problems.append(Problem(f"{name}.csv:{line}", f"by_product of {key} is {_short(record['by_product'])}", "write yes or no"))
    return table


def _short(text: str) -> str:
    """A piece of input as a message may show it."""
    return repr(text if len(text) <= 40 else f"{text[:40]}...")


def _facts(name: str, table: FactTable, text: str, labels: dict, problems: list[Problem]) -> Iterator[Row]:
    for line, record in _records(name, text, [*table.keys, *FACT_COLUMNS], problems):
        found = list(_row_problems(name, table, line, record, labels))
        if found:
            problems.extend(found)
            continue
        fact = _fact(record)
        factor = UNITS[fact.unit].factor
        keys = tuple(record[key] for key in table.keys)
        yield Row(name, line, keys, fact.value * factor, fact.low * factor, fact.high * factor, fact)


def _fact(record: dict[str, str]) -> Fact:
    return Fact.model_validate({column: (record[column] or None) if column == "currency_year" else record[column] for column in FACT_COLUMNS})


def _row_problems(name: str, table: FactTable, line: int, record: dict[str, str], labels: dict) -> Iterator[Problem]:
    keys = ", ".join(record[key][:40] for key in table.keys)
    place = f"{name}.csv:{line}"
    for key, target in table.keys.items():
        value = record[key]
        if value == ANY:
            if key not in table.open_keys:
                yield Problem(place, f"{key} = * is not allowed here", f"name the {key}")
        elif not value:
            yield Problem(place, f"{key} is empty", f"name the {key}" + (" or write *" if key in table.open_keys else ""))
        elif target == MONTH and not re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])", value, re.ASCII):
            yield Problem(place, f"{key} {_short(value)} is not a month", "write it as YYYY-MM, e.g. 2025-12 (also for a year that ends with it)")
        elif target in labels and value not in labels[target]:
            yield Problem(place, f"{key} {_short(value)} is not in {target}.csv", f"add it there or correct the name ({keys})")
    quantity = table.quantities.get(record["quantity"])
    if quantity is None:
        yield Problem(place, f"quantity {_short(record['quantity'])} is not known", f"use one of {', '.join(table.quantities)}")
    if "sources" in labels and record["source"] not in labels["sources"]:
        yield Problem(place, f"source {_short(record['source'])} is not in sources.csv", "add a row to sources.csv; for a judgement of yours one whose reading is own")
    try:
        fact = _fact(record)
    except ValidationError as error:
        for item in error.errors():
            column = str(item["loc"][0])
            yield Problem(place, f"{column} = {_short(record[column])} for ({keys}): {item['msg']}", f"{Fact.model_fields[column].description}")
        return
    if fact.unit not in UNITS:
        accepted = units_of(quantity.dimension) if quantity else list(UNITS)
        yield Problem(place, f"unit {_short(fact.unit)} for ({keys}) is not known", f"use one of {', '.join(accepted)}")
        return
    if not fact.low <= fact.value <= fact.high:
        yield Problem(place, f"value {fact.value:g} for ({keys}) is outside its range {fact.low:g} to {fact.high:g}", "low <= value <= high")
    if quantity is None:
        return
    if not fact.place:
        yield Problem(place, f"place is empty for ({keys})", "say where in the source; for a judgement of yours, that it is one")
    if name == "parameters" and record["parameter"] != fact.quantity:
        yield Problem(place, f"parameter {_short(record['parameter'])} holds the quantity {fact.quantity}", f"the key of a parameter repeats its quantity: {fact.quantity},{fact.quantity},...")
    unit = UNITS[fact.unit]
    if unit.dimension != quantity.dimension:
        yield Problem(place, f"unit {fact.unit} for ({keys}) measures a {unit.dimension}, {fact.quantity} is a {quantity.dimension}", f"use one of {', '.join(units_of(quantity.dimension))}")
        return
    figure = fact.value * unit.factor
    if not math.isfinite(fact.high * unit.factor):
        yield Problem(place, f"{fact.quantity} = {fact.value:g} {fact.unit} for ({keys}) is too large a number", "check value, high and unit")
    elif figure < quantity.lowest or (quantity.lowest_excluded and figure == quantity.lowest) or figure > quantity.highest:
        bound = f"{'above' if quantity.lowest_excluded else 'at least'} {quantity.lowest:g}" + (f" and at most {quantity.highest:g}" if quantity.highest < float("inf") else "")
        yield Problem(place, f"{fact.quantity} = {fact.value:g} {fact.unit} for ({keys})", f"must be {bound} {ENGINE_UNIT[quantity.dimension]}; if it ceased to exist, delete the row and cite why")
    if unit.dimension in ("price", "slope", "capital", "value", "money") and fact.currency_year is None:
        yield Problem(place, f"currency_year is empty for ({keys})", "give the year of the money")


def _check_duplicates(rows: dict[str, tuple[Row, ...]], problems: list[Problem]) -> None:
    for table in rows.values():
        seen: dict[tuple, Row] = {}
        for row in table:
            key = (row.keys, row.fact.quantity, row.fact.variant)
            if row.fact.variant == REJECTED:
                continue
            if key in seen:
                problems.append(Problem(row.place, f"{row.fact.quantity} for ({', '.join(row.keys)}) stands already in line {seen[key].line}", "keep one; mark a conflicting figure with variant rejected"))
            seen.setdefault(key, row)


if __name__ == "__main__":
    import sys

    try:
        print(load_pack(Path(sys.argv[1])).name, "is readable")
    except InputError as error:
        sys.exit(str(error))
