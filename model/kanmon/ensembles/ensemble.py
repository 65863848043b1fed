"""An ensemble from question to tables: draws, runs wherever they are to run, what they say together. It may be stopped and carried on."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter

import numpy as np
import pandas as pd

from kanmon.ensembles.chunks import Chunk, chunks_of, done, read_draws, read_inputs, write_chunk, write_inputs
from kanmon.ensembles.correlation import Causes
from kanmon.ensembles.design import GROUPED, draws
from kanmon.ensembles.factors import central, factor_table
from kanmon.ensembles.manifest import Asked, identity_of, new_manifest, read_manifest, require_same, write_manifest
from kanmon.ensembles.outcomes import CERTIFICATE, EFFORT, FAILURE, MEMORY, NUMBERS, PATH, TIME
from kanmon.ensembles.screening import screened
from kanmon.ensembles.sensitivity import sensitivities
from kanmon.ensembles.study import Study
from kanmon.ensembles.summary import CENTRAL_DRAW, bands, failed_inputs, failures, numbers, rank_first
from kanmon.ensembles.switching import switching_values
from kanmon.ensembles.workers import Done, run_here, run_on_workers
from kanmon.errors import InputError, Problem
from kanmon.solution.layout import Tables

TABLES = "tables"
NOTHING: Mapping[str, pd.DataFrame] = {}


@dataclass(frozen=True)
class Where:
    """Where runs are computed.

    Attributes:
        workers: processes on this machine; 1 computes in the process that asks.
        scheduler: address of a Dask scheduler, in place of them.
    """

    workers: int = 1
    scheduler: str | None = None


Progress = Callable[[int, int, int, int], None]
"""Called as runs finish: finished, of how many, failed, how many of the finished were there already."""


def nobody(finished: int, runs: int, failed: int, before: int) -> None:
    """Progress that nobody looks at."""


def run_ensemble(study: Study, asked: Asked, causes: Causes, question: dict, folder: Path, where: Where, progress: Progress = nobody, beside: Mapping[str, pd.DataFrame] = NOTHING) -> dict:
    """Run what is missing of an ensemble, then draw up its tables.

    Args:
        study: what is run many times.
        asked: the design.
        causes: which facts move together.
        question: for the record: what it takes to ask again.
        folder: of the ensemble; what an earlier sitting finished there is kept.
        where: processes.
        progress: called as runs finish.
        beside: tables that its page needs and that no draw changes.

    Returns:
        the record of the ensemble, as written.

    Raises:
        InputError: there is nothing to draw, or the folder holds another ensemble.
        WorkerDied: workers died over the same draws.
    """
    if not study.factors:
        raise InputError([Problem(asked.name, "no fact that bears on it has a range", "give facts of the pack a low and a high")])
    values = draws(asked.plan, study.factors, causes)
    manifest = _opened(study, asked, causes, question, folder, values)
    chunks = [*chunks_of(values, asked.chunk), Chunk(len(values), CENTRAL_DRAW, central(study.factors)[None, :])]
    there = done(folder)
    left = [chunk for chunk in chunks if chunk.number not in there]
    sitting = _Sitting(manifest, folder, where, sum(len(chunk.values) for chunk in chunks), sum(len(chunk.values) for chunk in left), progress)
    for number, outcomes in computed(study, left, where):
        write_chunk(folder, number, outcomes)
        sitting.note(outcomes)
    manifest |= finish(folder, study, asked, where, beside)
    write_manifest(folder, manifest)
    return manifest


class _Sitting:
    """One time that an ensemble is worked on: its line in the record, and what is shown of it."""

    def __init__(self, manifest: dict, folder: Path, where: Where, runs: int, left: int, progress: Progress):
        self.manifest, self.folder, self.runs, self.before, self.progress = manifest, folder, runs, runs - left, progress
        self.clock, self.finished, self.chunks = perf_counter(), runs - left, 0
        self.failed = set(read_draws(folder, [FAILURE])["draw"])
        self.line: dict = {"started": datetime.now(UTC).isoformat(timespec="seconds"), "workers": None if where.scheduler else where.workers, "cluster": where.scheduler is not None}
        manifest["sittings"].append(self.line)
        self._write()

    def note(self, outcomes: pd.DataFrame) -> None:
        """A chunk is finished and written."""
        self.finished += outcomes["draw"].nunique()
        self.chunks += 1
        self.failed |= set(outcomes.loc[outcomes["kind"] == FAILURE, "draw"])
        self._write()

    def _write(self) -> None:
        self.line |= {"runs": self.finished - self.before, "chunks": self.chunks, "seconds": round(perf_counter() - self.clock, 2)}
        write_manifest(self.folder, self.manifest)
        self.progress(self.finished, self.runs, len(self.failed), self.before)


def _opened(study: Study, asked: Asked, causes: Causes, question: dict, folder: Path, values: np.ndarray) -> dict:
    """The record of the ensemble in a folder, begun where there is none."""
    identity = identity_of(asked, study, causes)
    known = read_manifest(folder)
    if known is not None:
        require_same(folder, known["identity"], identity)
        if not np.array_equal(read_inputs(folder).to_numpy(), values):
            raise InputError([Problem(str(folder), "its draws are not those that this installation makes of the same seed", "give a new folder with --out")])
        return known
    manifest = new_manifest(asked, identity, study.factors, len(values), question)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        write_inputs(folder, values, study.factors)
        write_manifest(folder, manifest)
    except OSError as error:
        raise InputError([Problem(str(folder), f"cannot be written ({error.strerror or error})", "give another folder with --out")]) from None
    return manifest


def computed(study: Study, chunks: Sequence[Chunk], where: Where) -> Iterator[Done]:
    """Chunks with their outcomes, as they finish."""
    if where.scheduler is not None:
        from kanmon.ensembles.cluster import run_on_cluster

        return run_on_cluster(study, chunks, where.scheduler)
    return run_here(study, chunks) if where.workers == 1 else run_on_workers(study, chunks, where.workers)


def finish(folder: Path, study: Study, asked: Asked, where: Where, beside: Mapping[str, pd.DataFrame] = NOTHING) -> dict:
    """Draw up the tables of the ensemble in a folder; returns what its record says about them."""
    outcomes, inputs = read_draws(folder, (*NUMBERS, PATH, FAILURE, CERTIFICATE, EFFORT)), read_inputs(folder)
    tables = drawn_up(outcomes, inputs, study, asked)
    tables["switching"] = switching_values(outcomes, inputs, study.factors, folder, lambda chunks: computed(study, chunks, where), asked.switching)
    write_tables(folder, {**tables, **beside})
    efforts, worst = outcomes[outcomes["kind"] == EFFORT], outcomes[outcomes["kind"] == CERTIFICATE]["value"]
    memory = efforts[efforts["quantity"] == MEMORY]["value"]
    failed = tables["failures"]["draw"].nunique()
    return {
        "failed": int(failed),
        "certificate": {"worst": float(worst.max()) if len(worst) else None},
        "core_seconds_a_run": float(efforts[efforts["quantity"] == TIME]["value"].mean()) if len(efforts) else None,
        "peak_memory_mb": float(memory.max()) if len(memory) else None,
    }


def drawn_up(outcomes: pd.DataFrame, inputs: pd.DataFrame, study: Study, asked: Asked) -> Tables:
    """The tables of an ensemble: bands, tornado, indices, screening, rank_first, failures, failed_inputs, factors."""
    single = numbers(outcomes, NUMBERS)
    failed = failures(outcomes)
    grouped = asked.plan.sampler in GROUPED
    tornado, indices = sensitivities(inputs, single.iloc[:0] if grouped else single)
    return {
        "bands": bands(outcomes[outcomes["kind"].isin([*NUMBERS, PATH])]),
        "tornado": tornado,
        "indices": indices,
        "screening": screened(asked.plan, study.factors, single if grouped else single.iloc[:, :0]),
        "rank_first": rank_first(outcomes),
        "failures": failed,
        "failed_inputs": failed_inputs(failed, inputs),
        "factors": factor_table(study.factors),
    }


def write_tables(folder: Path, tables: Tables) -> None:
    """Write all tables, then put them in the place of older ones."""
    partial = folder / f".partial-{TABLES}"
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir()
    for name, table in tables.items():
        table.to_csv(partial / f"{name}.csv", index=False, float_format="%.17g")
    shutil.rmtree(folder / TABLES, ignore_errors=True)
    partial.rename(folder / TABLES)
