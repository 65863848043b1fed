"""A run as its folder holds it: what reports are drawn from, without solving."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
from pydantic import ValidationError

from kanmon.errors import InputError, Problem
from kanmon.scenario.schema import Scenario
from kanmon.solution.layout import PLAN_TABLES, Tables

REPORT_TABLES = (
    "headlines", "accounts", "resources", "beliefs", "contributions", "price_paths", "prices_paid", "suppliers", "import_shares", "ways_round", "ways_by_month", "use_by_industry", "first_shortage", "cover", "releases", "measures", "additions", "owners", "industries", "export_shares", "economy", "bridge", "published", "certificate", "assumptions", "adjustments",
    "projects", "sources", "labels",
)  # fmt: skip
"""Tables that reports read."""

BORROWED = ("ensemble", "ensemble_bands", "ensemble_tornado", "ensemble_indices", "ensemble_facts")
"""Tables of an ensemble of the same question that a report may draw on; a run that was given none has not got them."""

NEEDED = ("name", "created", "scenario", "scenario_sha256", "data", "versions", "solver", "known_equilibria", "certificate", "seconds")
"""Keys that a manifest must have."""


@dataclass(frozen=True)
class SavedRun:
    """A run as its folder holds it.

    Attributes:
        folder: where it was read, or None for a run not yet written.
        manifest: versions, hashes, certificate, seconds.
        scenario: the scenario, resolved.
        plans: tables of every window.
        reports: tables that reports read.
    """

    folder: Path | None
    manifest: dict
    scenario: Scenario
    plans: Tables
    reports: Tables

    @property
    def name(self) -> str:
        return self.manifest["name"]


def scenario_digest(scenario: Scenario) -> str:
    """SHA-256 of a resolved scenario, without its words in other languages: they change no number."""
    return hashlib.sha256(scenario.model_dump_json(exclude={"words"}).encode()).hexdigest()


def read_run(folder: Path, windows: bool = True) -> SavedRun:
    """Read a run's folder.

    Args:
        folder: of the run.
        windows: whether the tables of single windows are read; a comparison holds none.

    Raises:
        InputError: it is not the folder of a run, a table is missing or unreadable, or the scenario is not the one hashed.
    """
    manifest = _manifest(folder)
    try:
        scenario = Scenario.model_validate(manifest["scenario"])
    except ValidationError as error:
        raise InputError([Problem(str(folder / "manifest.json"), f"its scenario is not one ({error.error_count()} problems)", "run the scenario again")]) from None
    problems: list[Problem] = []
    if scenario_digest(scenario) != manifest["scenario_sha256"]:
        problems.append(Problem(str(folder / "manifest.json"), "the scenario is not the one that was run (its hash differs)", "run the scenario again"))
    plans = {name: _table(folder, name, (*keys, "window", "month", "unit", "value", "baseline"), problems) for name, keys in (PLAN_TABLES.items() if windows else ())}
    reports = {name: _table(folder, name, (), problems) for name in (*REPORT_TABLES, *(name for name in BORROWED if (folder / "tables" / f"{name}.csv").is_file()))}
    if problems:
        raise InputError(problems)
    return SavedRun(folder, manifest, scenario, plans, reports)


def _manifest(folder: Path) -> dict:
    try:
        manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        missing = [key for key in NEEDED if key not in manifest] if isinstance(manifest, dict) and manifest else None
    except (OSError, ValueError):
        missing = None
    if missing is None:
        raise InputError([Problem(str(folder), "is not the folder of a run", "give a folder that kanmon run wrote")])
    if missing:
        raise InputError([Problem(str(folder / "manifest.json"), f"{', '.join(missing)} is missing", "run the scenario again")])
    return manifest


def _table(folder: Path, name: str, columns: tuple[str, ...], problems: list[Problem]) -> pd.DataFrame:
    """One table; texts stay texts, plan tables must have their columns."""
    path = folder / "tables" / f"{name}.csv"
    texts = {column: str for column in (*columns[:-2], "line", "currency_year")}
    try:
        frame = pd.read_csv(path, dtype=texts, keep_default_na=False, na_values=[""] if columns else [])
    except (OSError, ValueError) as error:
        problems.append(Problem(f"{path}", f"cannot be read ({type(error).__name__})", "run the scenario again"))
        return pd.DataFrame()
    missing = [column for column in columns if column not in frame]
    if missing:
        problems.append(Problem(f"{path}", f"column {', '.join(missing)} is missing", "run the scenario again"))
        return frame
    for column in columns[-2:]:
        frame[column] = pd.to_numeric(frame[column], errors="coerce")
        for row in frame[frame[column].isna()].head(1).itertuples():
            keys = ", ".join(str(getattr(row, key)) for key in columns[:-5])
            problems.append(Problem(f"{path}", f"no number for {keys} in {row.month}, window {row.window}", "run the scenario again"))
    return frame
