"""What the known equilibria came to when they were last run, kept with them so that a report can say it without running them again.

The record names the state of the engine that it was made with; a report made by another state says so.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pandas as pd

from kanmon.carried import equilibria_folder
from kanmon.errors import InputError, Problem
from kanmon.proof.cases import read_cases
from kanmon.proof.equilibria import verify_equilibria
from kanmon.proof.formulas import read_formulas

RECORD = "record.json"

ENGINE = ("pack", "world", "scenario", "formulation", "solve", "certify", "solution", "accounts", "competitiveness", "economy", "runs", "highs.py")
"""Parts of the package that decide what a run computes."""


def engine_digest() -> str:
    """SHA-256 over the source of the engine."""
    root, digest = Path(__file__).parents[1], hashlib.sha256()
    for part in ENGINE:
        for path in sorted((root / part).rglob("*.py")) if (root / part).is_dir() else [root / part]:
            digest.update(path.relative_to(root).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def cases_digest(folder: Path) -> str:
    """SHA-256 over the files of the known equilibria."""
    digest = hashlib.sha256()
    for path in sorted(folder.glob("*/**/*")):
        if path.suffix in (".csv", ".toml"):
            digest.update(path.relative_to(folder).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def summary(figures: pd.DataFrame, titles: dict[str, str]) -> list[dict]:
    """One entry a case: case, title, source, figures, met, worst (largest relative error; None where a scenario did not run)."""
    entries = []
    for case, rows in figures.groupby("case", sort=False):
        worst = rows["error"].max(skipna=False)
        entries.append({"case": str(case), "title": titles[str(case)], "source": str(rows["source"].iloc[0]), "figures": len(rows), "met": int(rows["passed"].sum()), "worst": None if pd.isna(worst) else float(f"{worst:.1e}")})
    return entries


def record_text() -> str:
    """Text of the record: the known equilibria are run for it."""
    content = {"engine_sha256": engine_digest(), "cases_sha256": cases_digest(equilibria_folder()), "cases": summary(verify_equilibria(), {case.name: case.sheet.title for case in read_cases()} | {case.name: case.sheet.title for case in read_formulas()})}
    return json.dumps(content, indent=2, ensure_ascii=False) + "\n"


def read_record() -> dict:
    """The record, with ``current``: whether engine and cases are still those that it was made with.

    Raises:
        InputError: the record cannot be read.
    """
    path = equilibria_folder() / RECORD
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        current = content["engine_sha256"] == engine_digest() and content["cases_sha256"] == cases_digest(path.parent)
        return {"current": current, "cases": list(content["cases"])}
    except (OSError, ValueError, KeyError, TypeError):
        raise InputError([Problem(str(path), "the record of the known equilibria cannot be read", "write it again: make pages in a checkout, or install the package again")]) from None
