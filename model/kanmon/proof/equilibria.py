"""Run every known equilibrium as a user runs a scenario, and compare what comes out with what must."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pandas as pd

from kanmon.carried import equilibria_folder
from kanmon.errors import InputError, KanmonError
from kanmon.pack.load import load_pack
from kanmon.proof.cases import TOLERANCE, Case, Expected, read_cases
from kanmon.proof.formulas import SHEET as FORMULA
from kanmon.proof.formulas import compare_formula, read_formulas
from kanmon.runs.run import run_scenario
from kanmon.scenario.load import check_against, load_scenario
from kanmon.solution.layout import Tables

COLUMNS = ("case", "source", "quantity", "expected", "computed", "error", "passed")
NOTHING = float("nan")

ONE_ROW = frozenset({("prices", "value"), ("prices", "change"), ("measures", "wedge")})
"""What cannot be added up: the keys must name a single row."""

REPORTED = frozenset({"measures", "accounts", "resources"})
"""Tables drawn up after the run; the others tell what happens month by month."""


def verify_equilibria(folder: Path | None = None) -> pd.DataFrame:
    """Every figure of every known equilibrium, expected and computed.

    Args:
        folder: folder of the cases; those that come with the package if left out.

    Single formulas that a run uses downstream of the market (:mod:`kanmon.proof.formulas`) stand below them.

    Returns:
        columns case, source, quantity, expected, computed, error [1], passed. A scenario that does not run has computed figures
        that are not numbers, and the reason in ``quantity``.

    Raises:
        InputError: a case cannot be read.
    """
    place = equilibria_folder() if folder is None else folder
    formulas = [row for case in read_formulas(place) for row in compare_formula(case)] if any(place.glob(f"**/{FORMULA}")) else []
    return pd.concat([compare_cases(read_cases(place)), pd.DataFrame(formulas, columns=list(COLUMNS))], ignore_index=True) if formulas else compare_cases(read_cases(place))


def compare_cases(cases: Iterable[Case]) -> pd.DataFrame:
    """The same for cases that have been read."""
    rows = [row for case in cases for row in compare_case(case)]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def compare_case(case: Case) -> list[tuple]:
    """Rows of one case, in the order of its expected figures by scenario."""
    rows: list[tuple] = []
    for name, path in case.scenarios.items():
        wanted = [row for row in case.expected if row.scenario == name]
        try:
            tables = run_tables(path, case.pack)
        except KanmonError as error:
            reason = " ".join(str(error).split())[:300]
            rows.extend((case.name, case.sheet.source, f"{row.quantity}: did not run, {reason}", row.expected, NOTHING, NOTHING, False) for row in wanted)
            continue
        rows.extend(_compared(case, row, look_up(tables, row), _size(row, wanted)) for row in wanted)
    return rows


def run_tables(scenario: Path, folder: Path) -> Tables:
    """The tables that figures are read from, of a scenario on the data pack in a folder.

    Raises:
        KanmonError: pack or scenario is unusable, or the solution fails its certificate.
    """
    pack, asked = load_pack(folder), load_scenario(scenario)
    problems = check_against(asked, pack, scenario.name)
    if problems:
        raise InputError(problems)
    result = run_scenario(asked, pack, scenario.stem)
    tables = result.realised | {name: result.reports[name] for name in REPORTED}
    return tables | {"net_exports": net_exports(tables["flows"]), "resources": tables["resources"].rename(columns={"item": "account"})}


def net_exports(flows: pd.DataFrame) -> pd.DataFrame:
    """Flows [t/month] with their sign by region: out of the origin, into the destination."""
    signed = {"origin": 1.0, "destination": -1.0}
    return pd.concat([flows.assign(region=flows[end], value=sign * flows["value"], baseline=sign * flows["baseline"]) for end, sign in signed.items()], ignore_index=True)


def look_up(tables: Tables, row: Expected) -> float:
    """The computed figure; not a number if the keys name no row, or several where figures cannot be added up."""
    frame = tables[row.table]
    for column, key in row.keys.items():
        frame = frame[frame[column] == key]
    if frame.empty or (len(frame) > 1 and (row.table, row.value_of) in ONE_ROW):
        return NOTHING
    if row.value_of == "change":
        return float((frame["value"] - frame["baseline"]).sum())
    return float(frame[row.value_of].sum())


def _size(row: Expected, wanted: list[Expected]) -> float:
    """Size that an error is measured against: the figure, or, where nil is expected, the largest such figure of the scenario, or 1."""
    alike = (abs(other.expected) for other in wanted if (other.table, other.value_of) == (row.table, row.value_of))
    return abs(row.expected) or max(alike) or 1.0


def _compared(case: Case, row: Expected, computed: float, size: float) -> tuple:
    error = abs(computed - row.expected) / size
    return case.name, case.sheet.source, row.quantity, row.expected, computed, error, bool(error <= TOLERANCE[row.precision])
