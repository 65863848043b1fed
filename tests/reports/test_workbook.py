"""Results as a workbook: what they say they are, one sheet a table with its units, numbers as numbers and texts as texts."""

from __future__ import annotations

import json
from dataclasses import replace

import openpyxl
import pandas as pd
import pytest
from made_up import answers_found, ensemble_of, plans_compared

from kanmon import steps
from kanmon.runs.compared import compared
from kanmon.workbooks import book as workbook_module
from kanmon.workbooks.book import sheet_names, write_workbook
from kanmon.workbooks.contents import Contents, contents_of


@pytest.fixture(scope="module")
def book(formula, tmp_path_factory):
    return openpyxl.load_workbook(write_workbook(contents_of(formula), tmp_path_factory.mktemp("book") / "report.xlsx"))


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
    sheet = openpyxl.load_workbook(write_workbook(contents_of(replace(formula, reports=tables)), tmp_path / "odd.xlsx"))["headlines"]
    assert sheet["A2"].value == "a\ufffdb"
    assert len(sheet["A3"].value) == 32_767


def test_the_same_run_gives_the_same_cells(book, formula, tmp_path):
    again = openpyxl.load_workbook(write_workbook(contents_of(formula), tmp_path / "again.xlsx"))
    assert cells(again) == cells(book)
    assert again.properties.created == book.properties.created


def test_a_table_that_is_too_long_for_a_sheet_is_named_and_left_out(monkeypatch, tmp_path):
    monkeypatch.setattr(workbook_module, "MOST_ROWS", 2)
    tables = {"long": pd.DataFrame({"value": [1, 2, 3]}), "short": pd.DataFrame({"value": [1, 2]})}
    written = openpyxl.load_workbook(write_workbook(Contents("t", "2026-01-01T00:00:00+00:00", [], tables), tmp_path / "long.xlsx"))
    assert written.sheetnames == ["about", "short"]
    assert ("sheet long", "3 rows, too long for a sheet: see the file") in [row[:2] for row in written["about"].iter_rows(values_only=True)]


@pytest.fixture(scope="module")
def results(ban, pack, formula):
    """Results of every other kind; the title of a plan and the reason of a future start like formulas."""
    plans = plans_compared()
    manifest = plans.manifest | {"plans": {key: plan | {"title": "=1+2"} for key, plan in plans.manifest["plans"].items()}}
    tables = {**plans.tables, "futures": plans.tables["futures"].assign(reason="+reason")}
    return {"plans": replace(plans, manifest=manifest, tables=tables), "optimise": answers_found(), "ensemble": ensemble_of(ban, pack), "comparison": compared([ban, formula])}


@pytest.mark.parametrize("kind", ["plans", "optimise", "ensemble"])
def test_results_of_every_kind_have_a_sheet_for_each_table_and_say_what_they_are(kind, results, tmp_path):
    content = contents_of(results[kind])
    written = openpyxl.load_workbook(write_workbook(content, tmp_path / "book.xlsx"))
    shown = {name for name, frame in results[kind].tables.items() if len(frame.columns)}
    assert len(shown) >= 9
    assert set(written.sheetnames) == {"about", *shown}
    assert all(written[name].max_row == 1 + len(results[kind].tables[name]) for name in shown)
    said = {str(row[0]): str(row[1]) for row in written["about"].iter_rows(values_only=True) if row[0]}
    assert {"title", "made", "data pack, sha256", "version of highspy", "note"} <= set(said)


def test_texts_of_plans_that_start_like_formulas_are_texts(results, tmp_path):
    written = openpyxl.load_workbook(write_workbook(contents_of(results["plans"]), tmp_path / "book.xlsx"))
    found = [cell for name in ("about", "futures") for row in written[name].iter_rows() for cell in row if cell.value in ("=1+2", "+reason")]
    assert {cell.value for cell in found} == {"=1+2", "+reason"}
    assert all(cell.data_type == "s" and cell.quotePrefix for cell in found)


def test_a_comparison_has_the_tables_of_all_runs_one_below_the_other(results, ban, formula, tmp_path):
    """Both runs have the same name, so that their places tell them apart."""
    written = openpyxl.load_workbook(write_workbook(contents_of(results["comparison"]), tmp_path / "book.xlsx"))
    sheet = written["headlines"]
    assert [cell.value for cell in sheet[1]] == ["run", *ban.reports["headlines"].columns]
    assert sheet.max_row == 1 + len(ban.reports["headlines"]) + len(formula.reports["headlines"])
    assert [cell.value for cell in sheet["A"]][1:] == [f"1: {ban.name}"] * len(ban.reports["headlines"]) + [f"2: {ban.name}"] * len(formula.reports["headlines"])
    said = [row[:2] for row in written["about"].iter_rows(values_only=True)]
    assert [text for name, text in said if name == "title"] == ["Scenarios side by side", ban.scenario.title, formula.scenario.title]


def test_all_tables_of_a_folder_are_in_the_workbook_those_that_no_page_reads_too(results, tmp_path):
    plans = results["plans"]
    (tmp_path / "tables").mkdir()
    for name, frame in {**plans.tables, "more": pd.DataFrame({"value": [1.5]})}.items():
        frame.to_csv(tmp_path / "tables" / f"{name}.csv", index=False, float_format="%.17g")
    (tmp_path / "manifest.json").write_text(json.dumps(plans.manifest), encoding="utf-8")
    written = openpyxl.load_workbook(steps.workbook(tmp_path))
    assert set(written.sheetnames) == {"about", "more", *plans.tables}
    assert written["more"]["A2"].value == 1.5
