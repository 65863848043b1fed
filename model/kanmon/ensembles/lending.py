"""What the report of a run takes from an ensemble of the same question: tables copied into the run's folder, so that it stays whole by itself."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from kanmon.ensembles.saved import SavedEnsemble, question_digest
from kanmon.errors import InputError, Problem
from kanmon.runs.saved import SavedRun

LENT = ("bands", "tornado", "indices", "facts")
"""Tables that are copied; :data:`kanmon.runs.saved.BORROWED` has their names in the run's folder."""


def lend(ensemble: SavedEnsemble, run: SavedRun) -> None:
    """Copy the tables of an ensemble into the folder of a run.

    Raises:
        InputError: the ensemble asks another question or was made on other data.
    """
    place, problems = str(ensemble.folder), []
    if ensemble.scenario is None or question_digest(ensemble.scenario) != question_digest(run.scenario):
        problems.append(Problem(place, f"it is of {ensemble.name}, and asks another question than {run.name}", "give an ensemble of the scenario of the run; only what is believed about the end may differ"))
    if ensemble.manifest["identity"].get("data") != run.manifest["data"]["sha256"]:
        problems.append(Problem(place, "it was made with other data than the run", "run one of the two again"))
    if problems or run.folder is None:
        raise InputError(problems)
    for name, table in {**{f"ensemble_{key}": ensemble.tables[key] for key in LENT}, "ensemble": record(ensemble)}.items():
        _write(run.folder / "tables" / f"{name}.csv", table)


def record(ensemble: SavedEnsemble) -> pd.DataFrame:
    """How the ensemble was made, in one row: name, runs, failed, facts, seed, sampler, marginal, belief (what the market believes in it, as in a
    scenario's JSON; empty where plans are compared), kanmon."""
    manifest = ensemble.manifest
    identity, belief = manifest["identity"], "" if ensemble.scenario is None else ensemble.scenario.belief.model_dump_json()
    row = (ensemble.name, manifest["runs"], manifest["failed"], manifest["factors"], identity["seed"], identity["sampler"], identity["marginal"], belief, manifest["versions"]["kanmon"])
    return pd.DataFrame([row], columns=["name", "runs", "failed", "facts", "seed", "sampler", "marginal", "belief", "kanmon"])


def _write(path: Path, table: pd.DataFrame) -> None:
    fresh = path.with_suffix(".partial")
    table.to_csv(fresh, index=False, float_format="%.17g")
    fresh.replace(path)
