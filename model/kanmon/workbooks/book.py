"""Results as a workbook: a first sheet that says what they are, then one sheet a table, as the tables are, with their units."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from kanmon.workbooks.contents import Contents

FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What a text may start with that a spreadsheet would compute."""

LONGEST_NAME, LONGEST_TEXT = 31, 32_767
"""Most characters of a sheet's name and of a cell."""

NARROWEST, WIDEST = 9, 60
"""Widths of columns [characters]."""

MOST_ROWS = 1_048_575
"""Most rows of a sheet below its head."""

ABOUT = "about"


def write_workbook(contents: Contents, path: Path) -> Path:
    """Write results as an XLSX file; returns it.

    Args:
        contents: what they are, and their tables. A table that is too long for a sheet is left out, and the first sheet says so.
        path: the file; it is replaced whole or left as it is.
    """
    book = Workbook(write_only=True)
    book.properties.title, book.properties.creator = _text(contents.title), "Kanmon"
    book.properties.created = datetime.fromisoformat(contents.created).astimezone(UTC).replace(tzinfo=None)
    tables = {name: frame for name, frame in contents.tables.items() if len(frame.columns)}
    names = sheet_names([ABOUT, *tables])
    listed = [(f"sheet {names[name]}", f"{len(frame):,} rows" + (", too long for a sheet: see the file" if len(frame) > MOST_ROWS else "")) for name, frame in tables.items()]
    _fill(book, names[ABOUT], ["", ""], [*contents.about, ("", ""), *listed])
    for name, frame in tables.items():
        if len(frame) <= MOST_ROWS:
            _fill(book, names[name], [str(column) for column in frame.columns], _rows(frame))
    fresh = path.with_name(f".{path.name}.partial")
    book.save(fresh)
    fresh.replace(path)
    return path


def sheet_names(names: Sequence[str]) -> dict[str, str]:
    """A name of at most 31 permitted characters for each table, no two alike whatever their case."""
    given: dict[str, str] = {}
    for name in names:
        plain = re.sub(r"[\[\]:*?/\\']", "_", name) or "_"
        candidate, number = plain[:LONGEST_NAME], 2
        while candidate.lower() in {other.lower() for other in given.values()}:
            suffix = f"_{number}"
            candidate, number = plain[: LONGEST_NAME - len(suffix)] + suffix, number + 1
        given[name] = candidate
    return given


def _rows(frame: pd.DataFrame) -> Iterable[Sequence[object]]:
    """Rows with numbers where every cell of a column that is not empty is one."""
    columns = []
    for name in frame.columns:
        texts = frame[name].astype(str).where(frame[name].notna(), "")
        numbers = pd.to_numeric(texts.where(texts != ""), errors="coerce")
        columns.append(numbers.tolist() if numbers.notna().sum() == (texts != "").sum() else texts.tolist())
    return zip(*columns, strict=True)


def _fill(book: Workbook, name: str, head: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """A sheet with its first row frozen and its columns as wide as their first cells."""
    sheet = book.create_sheet(name)
    content = [tuple(row) for row in rows]
    for place, title in enumerate(head):
        longest = max((len(f"{row[place]:.6g}" if isinstance(row[place], float) else str(row[place])) for row in content[:200]), default=0)
        sheet.column_dimensions[get_column_letter(place + 1)].width = min(max(longest, len(title), NARROWEST) + 2, WIDEST)
    if any(head):
        sheet.freeze_panes = "A2"
        sheet.auto_filter.ref = f"A1:{get_column_letter(len(head))}{len(content) + 1}"
        sheet.append([_cell(sheet, title, bold=True) for title in head])
    for row in content:
        sheet.append([_cell(sheet, value) for value in row])


def _cell(sheet: object, value: object, bold: bool = False) -> WriteOnlyCell:
    """A number as a number, a text as a text: one that starts like a formula is marked as a spreadsheet's user would, with a quote."""
    if isinstance(value, float):
        return WriteOnlyCell(sheet, None if pd.isna(value) else int(value) if value.is_integer() and abs(value) < 2**53 else value)
    text = _text(str(value))
    cell = WriteOnlyCell(sheet, text or None)
    if text:
        cell.data_type = "s"
        cell.quotePrefix = text.startswith(FORMULA)
    if bold:
        cell.font = Font(bold=True)
    return cell


def _text(value: str) -> str:
    """A text that the format can hold."""
    return ILLEGAL_CHARACTERS_RE.sub("\ufffd", value)[:LONGEST_TEXT]
