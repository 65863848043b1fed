"""Single formulas with known answers: every figure comes out of the function that a run calls, and a wrong one is caught."""

from __future__ import annotations

import math
import shutil

import pytest

from kanmon.carried import equilibria_folder
from kanmon.errors import InputError
from kanmon.proof.equilibria import COLUMNS as RESULT
from kanmon.proof.formulas import compare_formula, read_formula, read_formulas

CASES = {case.name: case for case in read_formulas()}
ASKED = {
    "ces_acr_gains_from_trade", "ces_armington_3variety_tariff", "ces_dek_hat_algebra_3country", "ces_nested_two_level", "gsim_4x4_francois_hall",
    "io_inoperability_haimes_jiang", "io_miller_blair_2sector",
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(ASKED))
def test_every_figure_of_the_formula_comes_out(name):
    rows = compare_formula(CASES[name])
    assert len(rows) == len(CASES[name].expected) > 0
    failed = [row for row in rows if not row[RESULT.index("passed")]]
    assert not failed, failed


def test_the_list_of_formulas_is_the_folders():
    text = (equilibria_folder() / "README.md").read_text(encoding="utf-8").partition("# Single formulas")[2]
    listed = [line for line in text.splitlines() if line.startswith("| `")]
    assert listed == [f"| `{case.name}` | {case.sheet.title} | {len(case.expected)} |" for case in CASES.values()]
    assert set(CASES) == ASKED


def test_closed_forms_hold_to_a_billionth_and_a_wrong_digit_is_caught(tmp_path):
    folder = shutil.copytree(equilibria_folder() / "io_inoperability_haimes_jiang", tmp_path / "case")
    text = (folder / "expected.csv").read_text(encoding="utf-8")
    assert "0.571428571429" in text
    (folder / "expected.csv").write_text(text.replace("0.571428571429", "0.571428573000"), encoding="utf-8")
    passed = [row[RESULT.index("passed")] for row in compare_formula(read_formula(folder))]
    assert passed.count(False) == 1


def test_a_question_with_unknown_formula_or_inputs_is_named(tmp_path):
    folder = shutil.copytree(equilibria_folder() / "io_inoperability_haimes_jiang", tmp_path / "case")
    question = folder / "case1.toml"
    question.write_text('formula = "magic"\n\n[inputs]\nx = 1\n', encoding="utf-8")
    with pytest.raises(InputError, match=r"'magic' is no formula"):
        read_formula(folder)
    question.write_text('formula = "inoperability"\n\n[inputs]\nperturbation = [1.0]\n', encoding="utf-8")
    rows = compare_formula(read_formula(folder))
    wrong = [row for row in rows if not row[RESULT.index("passed")]]
    assert len(wrong) == 4 and all(math.isnan(row[RESULT.index("computed")]) and "did not run" in row[RESULT.index("quantity")] for row in wrong)
