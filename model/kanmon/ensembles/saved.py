"""An ensemble as its folder holds it: what its page is drawn from, without solving."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from kanmon.ensembles.manifest import MANIFEST, read_manifest
from kanmon.errors import InputError, Problem
from kanmon.runs.page_tables import page_tables
from kanmon.runs.saved import scenario_digest
from kanmon.scenario.belief import with_foresight
from kanmon.scenario.schema import Scenario
from kanmon.solution.layout import Tables

NEEDED = ("bands", "tornado", "indices", "screening", "rank_first", "failures", "factors", "labels", "facts")
"""Tables that a page reads."""

OPTIONAL = ("switching",)
"""Tables that only ensembles of plans have."""

TEXTS = {"month": str, "note": str, "currency_year": str, "keys": str, "together": str}


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
    tables = page_tables(folder, NEEDED, TEXTS, "carry the ensemble on with --resume; it then draws up its tables", problems, OPTIONAL)
    if problems:
        raise InputError(problems)
    return SavedEnsemble(folder, manifest, scenario, tables)


def question_digest(scenario: Scenario) -> str:
    """Digest of what a scenario asks, whatever is believed about the end and shown beside it: a run and an ensemble of one question have the same."""
    return scenario_digest(with_foresight(scenario).model_copy(update={"contributions": False}))

