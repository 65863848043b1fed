"""A run as a workbook: what it says it is, one sheet a table with its units, numbers as numbers and texts as texts."""

from __future__ import annotations

from dataclasses import replace

import openpyxl
import pandas as pd
import pytest
from kanmon.runs.workbook import sheet_names, write_workbook


@pytest.fixture(scope="module")
def book(formula, tmp_path_factory):
    return openpyxl.load_workbook(write_workbook(formula, tmp_path_factory.mktemp("book") / "report.xlsx"))


def cells(book) -> dict[str, list[tuple]]:
    return {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in book}


def test_the_first_sheet_says_what_the_run_answers_and_was_made_with(book, formula):
    said = {str(name): str(value) for name, value, *_ in book.worksheets[0].iter_rows(values_only=True) if name}
    assert book.worksheets[0].title == "about"
    assert said["title"] == formula.scenario.title
    assert said["question"] == formula.scenario.question
    assert said["data pack, sha256"] == formula.manifest["data"]["sha256"]
    assert said["scenario, sha256"] == formula.manifest["scenario_sha256"]
    assert said["version of highspy"] == formula.manifest["versions"]["highspy"]
    assert said["certificate"].startswith("passed")
    assert "note" in said


def test_every_table_has_a_sheet_with_a_frozen_head_and_its_units(book, formula):
    tables = {name: frame for name, frame in formula.reports.items() if len(frame.columns)}
    assert len(tables) > 20
    assert book.sheetnames == ["about", *tables]
    for name, frame in tables.items():
        sheet = book[name]
        assert sheet.freeze_panes == "A2"
        assert [cell.value for cell in sheet[1]] == list(frame.columns)
        assert sheet.max_row == 1 + len(frame)
    assert {"unit", "value"} <= {cell.value for cell in book["headlines"][1]}


def test_numbers_are_numbers_with_all_their_digits(book, formula):
    table = formula.reports["price_paths"]
    columns = [cell.value for cell in book["price_paths"][1]]
    written = [row[columns.index("multiple")] for row in book["price_paths"].iter_rows(min_row=2, values_only=True)]
    assert written == pytest.approx(list(pd.to_numeric(table["multiple"])), rel=1e-15)
    assert all(isinstance(value, (int, float)) for value in written)


def test_a_text_that_starts_a_formula_is_a_text(book):
    found = [cell for sheet in book for row in sheet.iter_rows() for cell in row if isinstance(cell.value, str) and cell.value.startswith(("=", "+", "@"))]
    assert {"=1+1", '=HYPERLINK("http://example.org","pay")'} <= {cell.value for cell in found}
    assert all(cell.data_type == "s" and cell.quotePrefix for cell in found)


def test_names_of_sheets_are_short_permitted_and_different():
    long = "a_table_with_a_name_that_no_sheet_may_have"
    names = sheet_names(["about", "About", f"{long}_1", f"{long}_2", "a/b:c", "a\\b?c"])
    assert all(0 < len(name) <= 31 for name in names.values())
    assert not any(character in name for name in names.values() for character in "[]:*?/\\")
    assert len({name.lower() for name in names.values()}) == len(names)


def test_a_character_that_the_format_cannot_hold_is_replaced(formula, tmp_path):
    tables = {"headlines": pd.DataFrame({"note": ["a\x0bb", "c" * 40_000]})}
    sheet = openpyxl.load_workbook(write_workbook(replace(formula, reports=tables), tmp_path / "odd.xlsx"))["headlines"]
    assert sheet["A2"].value == "a\ufffdb"
    assert len(sheet["A3"].value) == 32_767


def test_the_same_run_gives_the_same_cells(book, formula, tmp_path):
    again = openpyxl.load_workbook(write_workbook(formula, tmp_path / "again.xlsx"))
    assert cells(again) == cells(book)
    assert again.properties.created == book.properties.created
