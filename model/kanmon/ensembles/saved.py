"""An ensemble as its folder holds it: what its page is drawn from, without solving."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pandas as pd
from pydantic import ValidationError

from kanmon.ensembles.manifest import MANIFEST, read_manifest
from kanmon.errors import InputError, Problem
from kanmon.runs.saved import scenario_digest
from kanmon.scenario.schema import Scenario
from kanmon.solution.layout import Tables

NEEDED = ("bands", "tornado", "indices", "screening", "rank_first", "failures", "factors", "labels", "facts")
"""Tables that a page reads."""

OPTIONAL = ("switching",)
"""Tables that only ensembles of plans have."""

TEXTS = {"month": str, "note": str, "currency_year": str, "keys": str}


@dataclass(frozen=True)
class SavedEnsemble:
    """An ensemble as its folder holds it.

    Attributes:
        folder: where it was read.
        manifest: what was asked, versions, hashes, how it went.
        scenario: the question, as asked; None where plans are compared.
        tables: by name, numbers as numbers.
    """

    folder: Path
    manifest: dict
    scenario: Scenario | None
    tables: Tables

    @property
    def name(self) -> str:
        return str(self.manifest["name"])


def read_ensemble(folder: Path) -> SavedEnsemble:
    """Read an ensemble that has been finished.

    Raises:
        InputError: there is none, or it was stopped before its tables were drawn up.
    """
    manifest = read_manifest(folder)
    if manifest is None:
        raise InputError([Problem(str(folder), "holds no ensemble", "give a folder that kanmon ensemble wrote")])
    try:
        asked = manifest["question"]["scenario"]
        scenario = None if asked is None else Scenario.model_validate(asked)
    except (KeyError, TypeError, ValidationError):
        raise InputError([Problem(str(folder / MANIFEST), "its scenario is not one", "run the ensemble again")]) from None
    problems: list[Problem] = []
    tables = {name: _table(folder, name, problems) for name in NEEDED}
    tables |= {name: _table(folder, name, problems) for name in OPTIONAL if (folder / "tables" / f"{name}.csv").is_file()}
    if problems:
        raise InputError(problems)
    return SavedEnsemble(folder, manifest, scenario, tables)


def question_digest(scenario: Scenario) -> str:
    """Digest of what a scenario asks, whatever is shown beside it: a run and an ensemble of one question have the same."""
    return scenario_digest(scenario.model_copy(update={"beside": (), "contributions": False}))


def _table(folder: Path, name: str, problems: list[Problem]) -> pd.DataFrame:
    """One table; empty cells are empty texts in columns of texts and no number in columns of numbers."""
    path = folder / "tables" / f"{name}.csv"
    try:
        frame = pd.read_csv(path, dtype=TEXTS)
    except (OSError, ValueError) as error:
        problems.append(Problem(str(path), f"cannot be read ({type(error).__name__})", "carry the ensemble on with --resume; it then draws up its tables"))
        return pd.DataFrame()
    return frame.fillna({column: "" for column in frame if not pd.api.types.is_numeric_dtype(frame[column])})
