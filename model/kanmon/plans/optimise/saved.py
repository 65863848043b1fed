"""The optimiser's answers as their folder holds them: what their page is drawn from, without solving."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from kanmon.errors import InputError, Problem
from kanmon.runs.page_tables import page_tables
from kanmon.solution.layout import Tables

NEEDED = ("optimum", "levels", "frontier", "near_optimal", "values", "world", "failures", "labels", "facts", "lever_names")
"""Tables that a page reads."""

TEXTS = {"note": str, "currency_year": str, "keys": str, "aim": str, "quantity": str}


@dataclass(frozen=True)
class SavedAnswers:
    """Answers of the optimiser.

    Attributes:
        folder: where they were read; None for ones not yet written.
        manifest: the question, futures, versions, hashes.
        tables: by name, numbers as numbers.
    """

    folder: Path | None
    manifest: dict
    tables: Tables


def read_answers(folder: Path) -> SavedAnswers:
    """Read the folder of the optimiser's answers.

    Raises:
        InputError: it is none, or a table is missing.
    """
    try:
        manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        known = isinstance(manifest, dict) and manifest["kanmon"] == "optimise" and "focus" in manifest
    except (OSError, ValueError, KeyError):
        known = False
    if not known:
        raise InputError([Problem(str(folder), "is not the folder of an optimisation", "give a folder that kanmon plans optimise wrote")])
    problems: list[Problem] = []
    tables = page_tables(folder, NEEDED, TEXTS, "optimise again", problems)
    if problems:
        raise InputError(problems)
    return SavedAnswers(folder, manifest, tables)

