"""Known equilibria, published or worked out by hand: every figure comes out, and a wrong one is caught."""

from __future__ import annotations

import csv
import math
import shutil
from pathlib import Path

import pytest

from kanmon.carried import equilibria_folder
from kanmon.errors import InputError
from kanmon.evidence import folders_with
from kanmon.pack.load import load_pack
from kanmon.proof.cases import COLUMNS, EXPECTED, FIRST_LINE, KEYS, SHEET, Case, read_case, read_cases
from kanmon.proof.equilibria import COLUMNS as RESULT
from kanmon.proof.equilibria import compare_case, compare_cases

FOLDER = equilibria_folder()

FIGURES = {
    "cournot_epecsolve_duopoly": (13, "prices uses outputs flows accounts"),
    "cournot_gabriel_coal_market": (79, "prices uses outputs measures accounts"),
    "cournot_linear_80_30": (22, "prices uses outputs flows accounts"),
    "cournot_murphy_sherali_soyster5": (22, "prices uses outputs flows accounts"),
    "dominant_firm_fringe": (27, "prices uses outputs flows accounts"),
    "quota_krugman_obstfeld_peanuts": (38, "prices uses outputs flows measures accounts resources"),
    "spe_compecon_demslv14": (24, "prices uses outputs flows net_exports"),
    "spe_nagurney_2x2_asym": (12, "prices uses outputs flows"),
    "spe_pies_energy": (48, "prices uses outputs flows resources"),
    "spe_spatequ_takayama_judge1964": (31, "prices uses outputs flows resources"),
    "spe_transmcp": (38, "prices uses flows resources"),
    "storage_hotelling_choke_closed_form": (64, "prices uses stocks accounts"),
    "storage_stockpile_release_disruption": (28, "prices uses outputs stocks accounts resources"),
    "storage_tietenberg_two_period": (22, "prices uses outputs stocks accounts"),
    "storage_wheat_two_period": (13, "prices uses flows stocks resources"),
    "tariff_krugman_obstfeld_wheat": (79, "prices uses outputs flows measures accounts resources"),
}
"""Figures that each case must at least compare, and the tables they are read from."""

SMALL = "storage_tietenberg_two_period"


@pytest.fixture
def copy(tmp_path) -> Path:
    """A copy of a small case that a test may spoil."""
    return Path(shutil.copytree(FOLDER / SMALL, tmp_path / SMALL))


def spoil(case: Path, line: int, **cells: str) -> Case:
    """The case with other cells in one line of its expected figures."""
    path = case / EXPECTED
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    rows[line - FIRST_LINE].update(cells)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        writer.writerows(rows)
    return read_case(case)


def failed(case: Case) -> list[str]:
    return [row[RESULT.index("quantity")] for row in compare_case(case) if not row[RESULT.index("passed")]]


def messages(case: Path) -> list[str]:
    with pytest.raises(InputError) as caught:
        read_case(case)
    return [str(problem) for problem in caught.value.problems]


@pytest.mark.parametrize("path", folders_with(SHEET, FOLDER), ids=lambda path: path.name)
def test_every_figure_of_the_equilibrium_comes_out(path):
    case = read_case(path)
    table = compare_cases([case])
    assert tuple(table.columns) == RESULT
    assert len(table) == len(case.expected) > 0
    assert table["passed"].all(), "\n" + table.loc[~table["passed"], ["quantity", "expected", "computed", "error"]].to_string(index=False)


def test_every_case_compares_the_figures_that_are_known():
    cases = {case.name: case for case in read_cases(FOLDER)}
    assert set(cases) == set(FIGURES)
    for name, (least, tables) in FIGURES.items():
        assert len(cases[name].expected) >= least, name
        assert {row.table for row in cases[name].expected} >= set(tables.split()), name
    assert {row.table for case in cases.values() for row in case.expected} == set(KEYS)


def test_every_case_names_its_source_and_says_what_was_read():
    for case in read_cases(FOLDER):
        assert len(case.sheet.source) > 20, case.name
        assert any(word in case.sheet.evidence for word in ("recomputed", "computed", "recomputation")), case.name
        assert case.sheet.note, case.name
        assert case.sheet.url.startswith("https://"), case.name


def test_every_fact_of_a_case_is_reported_or_derived_with_its_rule():
    for case in read_cases(FOLDER):
        facts = [row.fact for rows in load_pack(case.pack).rows.values() for row in rows]
        assert facts, case.name
        for fact in facts:
            assert fact.low == fact.value == fact.high, (case.name, fact)
            assert fact.quality == "reported" or (fact.quality == "derived" and fact.note), (case.name, fact)


def test_the_list_of_cases_is_the_cases():
    text = (FOLDER / "README.md").read_text(encoding="utf-8").partition("## A case")[0]
    listed = [line for line in text.splitlines() if line.startswith("| `")]
    assert listed == [f"| `{case.name}` | {case.sheet.title} | {len(case.expected)} |" for case in read_cases(FOLDER)]


@pytest.mark.parametrize(("precision", "factor", "passes"), [("exact", 1 + 5e-7, True), ("exact", 1 + 2e-6, False), ("printed", 1 + 5e-5, True), ("printed", 1 + 2e-4, False)])
def test_a_changed_figure_fails_beyond_its_precision(copy, precision, factor, passes):
    first = read_case(copy).expected[0]
    case = spoil(copy, first.line, expected=repr(first.expected * factor), precision=precision)
    assert failed(case) == ([] if passes else [case.expected[0].quantity])


def test_a_figure_that_the_run_does_not_have_fails_with_its_file_and_line(copy):
    (quantity,) = failed(spoil(copy, 2, region="nowhere"))
    assert quantity.endswith(f"[{EXPECTED}:2]")
    assert all(math.isnan(row[RESULT.index("computed")]) for row in compare_case(read_case(copy)) if "nowhere" in row[RESULT.index("quantity")])


def test_prices_of_several_months_are_not_added_up(copy):
    """Lines 2 and 3 are use and price in the first month; without a month, use is a sum and the price is none."""
    first = read_case(copy).expected
    assert (first[0].table, first[1].table) == ("uses", "prices")
    assert failed(spoil(copy, 3, month="")) == [read_case(copy).expected[1].quantity]
    case = spoil(copy, 2, month="", expected="20")
    assert case.expected[0].quantity not in failed(case)


def test_nil_is_measured_against_the_largest_figure_of_its_kind(copy):
    """Uses are 215/21 and 205/21: with nil expected in the first month, the error is 215/205."""
    first = compare_case(spoil(copy, 2, expected="0"))[0]
    assert first[RESULT.index("error")] == pytest.approx(215 / 205, rel=1e-8)


def test_a_case_that_does_not_run_is_a_row_that_fails_and_says_why(copy):
    (copy / "pack" / "demand.csv").unlink()
    rows = compare_case(read_case(copy))
    assert len(rows) == len(read_case(copy).expected)
    for row in rows:
        values = dict(zip(RESULT, row, strict=True))
        assert math.isnan(values["computed"]) and not values["passed"]
        assert "demand.csv" in values["quantity"]


@pytest.mark.parametrize(
    ("cells", "message"),
    [
        ({"scenario": "other"}, f"{SMALL}/{EXPECTED}:4: there is no scenario 'other'; use one of discount_10, no_discount"),
        ({"expected": "many"}, f"{SMALL}/{EXPECTED}:4 expected: Input should be a valid number"),
        ({"table": "wages"}, f"{SMALL}/{EXPECTED}:4 table: Input should be 'prices'"),
        ({"activity": "extraction"}, f"{SMALL}/{EXPECTED}:4: prices has no column activity"),
        ({"value_of": "wedge"}, f"{SMALL}/{EXPECTED}:4: prices has no wedge; it has change, value"),
        ({"precision": "rough"}, f"{SMALL}/{EXPECTED}:4 precision: Input should be 'exact' or 'printed'"),
        ({"month": "January"}, f"{SMALL}/{EXPECTED}:4 month: String should match pattern"),
        ({"good": "resource"}, f"{SMALL}/{EXPECTED}:4: the figure stands already in line 3; keep one"),
    ],
)
def test_a_row_that_makes_no_sense_is_refused_with_its_file_and_line(copy, cells, message):
    """Line 4 is the price of the deposit in the first month."""
    assert read_case(copy).expected[2].keys == {"region": "economy", "good": "deposit", "month": "2030-01"}
    with pytest.raises(InputError) as caught:
        spoil(copy, 4, **cells)
    assert str(caught.value.problems[0]).startswith(message)


def test_what_a_case_lacks_is_named(copy):
    (copy / "extra.toml").write_text('title = "x"\n', encoding="utf-8")
    assert messages(copy) == [f"{SMALL}/extra.toml: no row of {EXPECTED} expects anything of this scenario; add its figures or delete the file"]
    (copy / "extra.toml").unlink()
    (copy / EXPECTED).write_text("scenario,table\n", encoding="utf-8")
    assert messages(copy)[0].startswith(f"{SMALL}/{EXPECTED}:1: the header is another one")
    (copy / EXPECTED).unlink()
    assert messages(copy)[0] == f"{SMALL}/{EXPECTED}: the file is missing; add it; every such folder has one"
    (copy / "case.toml").write_text('title = "x"\n', encoding="utf-8")
    assert any(line.startswith(f"{SMALL}/case.toml source: Field required") for line in messages(copy))
    shutil.rmtree(copy / "pack")
    assert any(line.startswith(f"{SMALL}/pack: the data pack is missing") for line in messages(copy))


def test_a_folder_without_cases_is_refused(tmp_path):
    with pytest.raises(InputError, match=r"no folder in it holds the file case\.toml"):
        read_cases(tmp_path)
