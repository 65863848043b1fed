"""How fast an ensemble of the default scenario in one window (true end known) is: ``python tests/benchmarks/ensemble_speed.py --draws 100``.

The same draws are run by one worker, by two, and by one to whom every draw is a run of its own (equations compiled anew, no run to start from).
Each line says draws a minute without the
time that workers take to start (their first central run among it), core-seconds a draw, the largest memory of a worker after its first and after its
last draw (equal where memory is flat), how many draws failed, and by how much the numbers differ from those of the first line, relative above 1.
"""

from __future__ import annotations

import argparse
import tempfile
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

import numpy as np
import pandas as pd

from kanmon import steps
from kanmon.ensembles.chunks import chunks_of, write_chunk
from kanmon.ensembles.correlation import causes_of
from kanmon.ensembles.design import Plan, Sampler, draws
from kanmon.ensembles.factors import pack_of
from kanmon.ensembles.outcomes import EFFORT, FAILURE, MEMORY, TIME, outcomes_of
from kanmon.ensembles.study import ScenarioStudy, scenario_study
from kanmon.ensembles.workers import run_on_workers
from kanmon.runs.brief import brief_run
from kanmon.scenario.schema import Belief
from kanmon.solve.structure import without_store


@dataclass(frozen=True)
class Anew(ScenarioStudy):
    """The same study, every draw as a run of its own: equations compiled in every window, and no run to start from."""

    def evaluate(self, values: np.ndarray) -> pd.DataFrame:
        with without_store():
            return outcomes_of(brief_run(self.scenario, pack_of(self.pack, self.factors, values), self.name))


def measured(study: ScenarioStudy, values: np.ndarray, workers: int, folder: Path) -> tuple[list[str], pd.DataFrame]:
    """Run the draws one a chunk; a line of the table, and the outcomes."""
    parts, clock, ends = [], perf_counter(), []
    for number, outcomes in run_on_workers(study, chunks_of(values, 1), workers):
        write_chunk(folder, number, outcomes)
        parts.append(outcomes)
        ends.append(perf_counter() - clock)
    found = pd.concat(parts, ignore_index=True)
    spent = found[found["kind"] == EFFORT]
    seconds, memory = (spent[spent["quantity"] == name]["value"].to_numpy() for name in (TIME, MEMORY))
    hot = slice(workers, None)
    rate = 60 * len(seconds[hot]) / (ends[-1] - ends[workers - 1])
    line = [f"{rate:.1f}", f"{seconds[hot].mean():.2f}", f"{np.median(seconds[hot]):.2f}", f"{ends[-1]:.0f}", f"{memory[:workers].max():.0f}", f"{memory.max():.0f}", str((found["kind"] == FAILURE).sum())]
    return line, found[~found["kind"].isin([EFFORT])].sort_values(["draw", "kind", "quantity", "subject", "month"], ignore_index=True)


def furthest(one: pd.DataFrame, other: pd.DataFrame) -> float:
    """Largest difference between the numbers of two runs, relative above 1; what one has not got is nil, as an account of 1e-40 is where it is exactly nothing."""
    keys = ["draw", "kind", "quantity", "subject", "month"]
    mine, its = (found.set_index(keys)["value"] for found in (one, other))
    mine, its = mine.align(its, fill_value=0.0)
    return float(np.nanmax(np.abs(mine - its) / np.maximum(np.abs(mine), 1.0)))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--draws", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--scenario", default=steps.DEFAULT_SCENARIO)
    parser.add_argument("--only", choices=["one", "two", "anew"], nargs="*", default=["one", "two", "anew"])
    asked = parser.parse_args()
    pack, [(name, scenario)] = steps.read([asked.scenario])
    study = scenario_study(scenario.model_copy(update={"belief": Belief(kind="true"), "beside": ()}), pack, name)
    values = draws(Plan(Sampler.LATIN, asked.draws, asked.seed), study.factors, causes_of(study.pack, study.factors))
    anew = Anew(study.name, study.scenario, study.pack, study.factors)
    print(f"{name}, true end known: {asked.draws} draws of {len(study.factors)} facts")
    print(f"{'':30}{'a minute':>10}{'s a draw':>10}{'median':>8}{'all s':>8}{'MB first':>10}{'MB last':>9}{'failed':>8}{'furthest from the first':>26}")
    first = None
    for key, label, which, workers in (("one", "one worker", study, 1), ("two", "two workers", study, 2), ("anew", "one worker, everything anew", anew, 1)):
        if key not in asked.only:
            continue
        with tempfile.TemporaryDirectory() as folder:
            line, found = measured(which, values, workers, Path(folder))
        first = found if first is None else first
        print(f"{label:30}" + "".join(f"{figure:>{width}}" for figure, width in zip(line, (10, 10, 8, 8, 10, 9, 8), strict=True)) + f"{furthest(first, found):>26.1e}", flush=True)


if __name__ == "__main__":
    main()
