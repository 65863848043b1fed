"""Known answers of single formulas as folders: the functions that a run uses downstream of the market, with inputs from a file.

A case is a folder with ``formula.toml`` (title, source, url, evidence, note, as in ``case.toml``), one TOML file a question (the name of
a formula and its inputs), and ``expected.csv``, one figure a row.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, field_validator

from kanmon.carried import equilibria_folder
from kanmon.competitiveness.rivals import compete, first_order, gain_from_trade
from kanmon.competitiveness.substitution import nested
from kanmon.economy.input_output import (
    coefficients,
    ghosh_inverse,
    inoperability,
    leontief_inverse,
    output_for,
    output_of_supply,
    output_shares,
    price_of_cost,
)
from kanmon.errors import InputError, Problem
from kanmon.evidence import folders_with, read_all, rows_of, sheet_of, text_of, validated
from kanmon.proof.cases import EXPECTED, Sheet, Text

GUIDE = "tests/equilibria/README.md describes the files of a formula"
SHEET = "formula.toml"

FORMULAS: dict[str, Callable] = {
    function.__name__: function
    for function in (nested, compete, first_order, gain_from_trade, coefficients, leontief_inverse, output_for, price_of_cost, output_shares, output_of_supply, ghosh_inverse, inoperability)
}  # fmt: skip
"""Formulas that a question may name."""

TOLERANCE = {"closed": 1e-9, "exact": 1e-6, "rounded": 1e-12}
"""Largest relative error of a figure in closed form, of one found by iteration, and beyond the rounding of a printed one [1]."""

WHOLE = "value"
"""Name of the result of a formula that returns one array."""

Number = float | int
Nested2 = Number | list[Number] | list[list[Number]]


class Question(BaseModel):
    """One TOML file of a case: a formula and its inputs."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    formula: str = Field(description="name of the formula")
    inputs: dict[str, bool | Nested2] = Field(description="its arguments by name: numbers, lists, or lists of lists")

    @field_validator("formula")
    @classmethod
    def _known(cls, value: str) -> str:
        if value not in FORMULAS:
            raise ValueError(f"{value[:40]!r} is no formula; use one of {', '.join(FORMULAS)}")
        return value


class ExpectedNumber(BaseModel):
    """One expected figure of a formula."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)

    question: Text = Field(description="question of the case, without .toml")
    result: Text = Field(description="which result of the formula; value where it has one")
    place: str = Field(description="position in the result, from 1: 2, or 2 3 for row 2, column 3; empty for a single number", pattern=r"^(\d+( \d+)*)?$")
    expected: str = Field(description="the figure, as many digits as are known", pattern=r"^-?\d+(\.\d+)?(e-?\d+)?$")
    precision: Literal["closed", "exact", "rounded"] = Field(description="closed: relative error up to 1e-9; exact: up to 1e-6; rounded: it rounds to the figure as printed")
    note: str = Field(description="rule of the figure, or how it is printed", max_length=400)
    line: int = Field(description="line of the row in expected.csv")

    @property
    def half_unit(self) -> float:
        """What rounding may hide."""
        return 0.5 * 10.0 ** -len(self.expected.partition(".")[2]) if self.precision == "rounded" else 0.0


COLUMNS = tuple(name for name in ExpectedNumber.model_fields if name != "line")
"""Header of ``expected.csv`` of a formula."""


@dataclass(frozen=True)
class FormulaCase:
    """A known answer: its folder's name, sheet, questions by name, and expected figures in file order."""

    name: str
    sheet: Sheet
    questions: dict[str, Question]
    expected: tuple[ExpectedNumber, ...]


def read_formulas(folder: Path | None = None) -> list[FormulaCase]:
    """All formula cases of a folder; those that come with the package if none is given.

    Raises:
        InputError: there is no case, or every problem of every case.
    """
    return read_all(folders_with(SHEET, equilibria_folder() if folder is None else folder), read_formula)


def read_formula(folder: Path) -> FormulaCase:
    """Read one formula case.

    Raises:
        InputError: file and row of every problem.
    """
    problems: list[Problem] = []
    name = folder.resolve().name
    sheet = sheet_of(Sheet, folder / SHEET, f"{name}/{SHEET}", GUIDE, problems)
    questions = {path.stem: _question(path, f"{name}/{path.name}", problems) for path in sorted(folder.glob("*.toml")) if path.name != SHEET}
    place = f"{name}/{EXPECTED}"
    expected = tuple(_expected(text_of(folder / EXPECTED, place, problems), place, problems))
    problems.extend(Problem(f"{place}:{row.line}", f"there is no question {row.question!r}", f"use one of {', '.join(questions) or '(the case has none)'}") for row in expected if row.question not in questions)
    asked = {row.question for row in expected}
    problems.extend(Problem(f"{name}/{key}.toml", f"no row of {EXPECTED} expects anything of this question", "add its figures or delete the file") for key in questions if key not in asked)
    if problems or sheet is None:
        raise InputError(problems)
    return FormulaCase(name, sheet, {key: question for key, question in questions.items() if question is not None}, expected)


def _question(path: Path, place: str, problems: list[Problem]) -> Question | None:
    try:
        content = tomllib.loads(text_of(path, place, problems))
    except (ValueError, RecursionError) as error:
        problems.append(Problem(place, f"not readable as TOML ({str(error)[:200]})", "mend the line named"))
        return None
    return validated(Question, content, place, GUIDE, problems)


def _expected(text: str, place: str, problems: list[Problem]) -> Iterator[ExpectedNumber]:
    for line, record in rows_of(text, place, COLUMNS, problems):
        row = validated(ExpectedNumber, {**record, "line": line}, f"{place}:{line}", GUIDE, problems)
        if row is not None:
            yield row


def answer(question: Question) -> dict[str, np.ndarray]:
    """Results of a question by name.

    Raises:
        InputError: the inputs are not what the formula takes.
    """
    try:
        result = FORMULAS[question.formula](**{key: value if isinstance(value, bool) else np.array(value, dtype=float) for key, value in question.inputs.items()})
    except (TypeError, ValueError, ArithmeticError, np.linalg.LinAlgError) as error:
        raise InputError([Problem(question.formula, f"cannot be computed ({str(error)[:200]})", "check names and shapes of its inputs")]) from None
    return {key: np.asarray(value) for key, value in (result._asdict() if hasattr(result, "_asdict") else {WHOLE: result}).items()}


def compare_formula(case: FormulaCase) -> list[tuple]:
    """Rows of one case: case, source, quantity, expected, computed, error, passed."""
    rows: list[tuple] = []
    answers: dict[str, dict[str, np.ndarray]] = {}
    reasons: dict[str, str] = {}
    for key, question in case.questions.items():
        try:
            answers[key] = answer(question)
        except InputError as error:
            reasons[key] = f": did not run, {' '.join(str(error).split())[:300]}"
    sizes = {key: max((abs(float(row.expected)) for row in case.expected if row.question == key), default=1.0) or 1.0 for key in case.questions}
    for row in case.expected:
        expected = float(row.expected)
        computed = _look_up(answers.get(row.question, {}), row)
        off = max(abs(computed - expected) - row.half_unit, 0.0) / (abs(expected) or sizes[row.question]) if np.isfinite(computed) else float("nan")
        quantity = f"{row.question}: {row.result} ({row.place or 'all'}) [{EXPECTED}:{row.line}]{reasons.get(row.question, '')}"
        rows.append((case.name, case.sheet.source, quantity, expected, computed, off, bool(off <= TOLERANCE[row.precision])))
    return rows


def _look_up(results: dict[str, np.ndarray], row: ExpectedNumber) -> float:
    """The computed figure; not a number if the place is not in the result."""
    array = results.get(row.result)
    place = tuple(int(part) - 1 for part in row.place.split())
    if array is None or array.ndim != len(place) or any(not 0 <= index < size for index, size in zip(place, array.shape, strict=True)):
        return float("nan")
    return float(array[place])
