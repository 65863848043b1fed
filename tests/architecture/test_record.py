"""The record of the known equilibria that reports carry was made by this engine on these cases, and all figures were met."""

from __future__ import annotations

from kanmon.proof.cases import TOLERANCE, read_cases
from kanmon.proof.formulas import read_formulas
from kanmon.proof.record import read_record


def test_the_record_is_that_of_this_engine():
    assert read_record()["current"], "run make pages"


def test_the_record_holds_every_case_and_every_figure_was_met():
    entries = {entry["case"]: entry for entry in read_record()["cases"]}
    cases = [*read_cases(), *read_formulas()]
    assert {case.name: len(case.expected) for case in cases} == {name: entry["figures"] for name, entry in entries.items()}
    assert all(entry["met"] == entry["figures"] and entry["worst"] <= TOLERANCE["printed"] for entry in entries.values())
