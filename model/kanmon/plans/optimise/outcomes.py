"""What the engine finds at points of lever space: evaluated in parallel, kept on disk, so that a search that was killed goes on."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import joblib
import numpy as np

from kanmon.errors import InputError, KanmonError, Problem
from kanmon.world.world import Floats

Levels = Mapping[str, float]


@dataclass(frozen=True)
class Outcome:
    """What a plan costs the focus region and what it loses in each future [USD]; of one that failed, the reason."""

    cost: float
    loss: tuple[float, ...]
    failure: str = ""


Evaluate = Callable[[Levels], Outcome]
"""Levels by lever, levers left out at zero, to the outcome of the plan. Shared among processes: it must be possible to pickle it."""

DIGITS = 10
"""Digits of a level that tell points apart: closer ones are one plan."""


def point_of(levels: Levels) -> tuple[tuple[str, float], ...]:
    """A plan as a key: levers that are not at zero, by name."""
    return tuple(sorted((name, float(f"{level:.{DIGITS}g}")) for name, level in levels.items() if level != 0))


@dataclass
class Record:
    """Outcomes by plan, in memory and in a file of one JSON line each.

    Attributes:
        evaluate: the engine.
        futures: how many there are.
        file: where outcomes are kept; None for memory alone.
        jobs: processes.
        known: outcomes so far.
        runs: plans evaluated in this process, not read from the file.
    """

    evaluate: Evaluate
    futures: int
    file: Path | None = None
    jobs: int = 1
    known: dict[tuple, Outcome] = field(default_factory=dict)
    runs: int = 0

    def __post_init__(self) -> None:
        if self.file is not None and self.file.is_file():
            _drop_cut_off(self.file)
            self.known |= dict(_read(self.file, self.futures))

    def at(self, plans: Iterable[Levels], progress: Callable[[str], None] = lambda stage: None) -> list[Outcome]:
        """Outcomes of plans, in their order; those that are not known are evaluated, and written as they come."""
        asked = [point_of(plan) for plan in plans]
        new = [key for key in dict.fromkeys(asked) if key not in self.known]
        for done, (key, outcome) in enumerate(self._evaluated(new), start=1):
            self.known[key] = outcome
            self._keep(key, outcome)
            progress(f"plan {done} of {len(new)}")
        self.runs += len(new)
        return [self.known[key] for key in asked]

    def _evaluated(self, keys: Sequence[tuple]):
        tasks = (joblib.delayed(attempt)(self.evaluate, key, self.futures) for key in keys)
        if not keys:
            return iter(())
        jobs = min(self.jobs, len(keys))
        return joblib.Parallel(n_jobs=jobs, return_as="generator_unordered" if jobs > 1 else "generator", batch_size=1, pre_dispatch="2*n_jobs")(tasks)

    def _keep(self, key: tuple, outcome: Outcome) -> None:
        if self.file is not None:
            self.file.parent.mkdir(parents=True, exist_ok=True)
            line = {"plan": dict(key), "cost": outcome.cost, "loss": outcome.loss, "failure": outcome.failure}
            with self.file.open("a", encoding="utf-8") as file:
                file.write(json.dumps(line, ensure_ascii=False) + "\n")

    @property
    def failures(self) -> dict[tuple, str]:
        """Plans that could not be evaluated, and why."""
        return {key: outcome.failure for key, outcome in self.known.items() if outcome.failure}


def attempt(evaluate: Evaluate, key: tuple, futures: int) -> tuple[tuple, Outcome]:
    """One plan evaluated; what goes wrong is an outcome that no search takes, with its reason."""
    try:
        return key, evaluate(dict(key))
    except KanmonError as error:
        return key, Outcome(float("nan"), (float("nan"),) * futures, " ".join(str(error).split())[:300])


def _drop_cut_off(file: Path) -> None:
    """Take away a last line that was cut off when the search was killed."""
    content = file.read_bytes()
    whole = content[: content.rfind(b"\n") + 1]
    if whole != content:
        file.write_bytes(whole)


def _read(file: Path, futures: int):
    """Outcomes of a file.

    Raises:
        InputError: a line is not an outcome of these futures.
    """
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1):
        try:
            entry = json.loads(line)
            outcome = Outcome(float(entry["cost"]), tuple(float(value) for value in entry["loss"]), str(entry["failure"]))
            key = point_of({str(name): float(level) for name, level in entry["plan"].items()})
        except (ValueError, KeyError, TypeError, AttributeError):
            raise InputError([Problem(f"{file}:{number}", "is not an outcome", "delete the file, and the search begins anew")]) from None
        if len(outcome.loss) != futures:
            raise InputError([Problem(f"{file}:{number}", f"has {len(outcome.loss)} futures, and {futures} are asked for", "delete the file, and the search begins anew")])
        yield key, outcome


def table_of(outcomes: Sequence[Outcome]) -> Floats:
    """Cost and losses of outcomes, plan x (cost, futures) [USD]."""
    return np.array([[outcome.cost, *outcome.loss] for outcome in outcomes], dtype=float)
