"""What is run many times: a question with its factors, evaluated at one draw of them."""

from __future__ import annotations

import resource
from dataclasses import dataclass
from functools import cached_property
from time import perf_counter
from typing import Protocol

import numpy as np
import pandas as pd

from kanmon.ensembles.factors import Factor, factors_of, pack_of
from kanmon.ensembles.outcomes import EFFORTS, effort, failure, outcomes_of
from kanmon.errors import KanmonError
from kanmon.pack.load import Pack
from kanmon.proof.record import engine_digest
from kanmon.runs.brief import brief_run
from kanmon.runs.saved import scenario_digest
from kanmon.runs.starts import Starts
from kanmon.scenario.schema import Scenario

FAILURES = (KanmonError, ArithmeticError, ValueError, LookupError, RuntimeError, AssertionError)
"""What a draw may fail with and the others go on: an input that cannot be, no certificate, no point, a number out of bounds."""

KILOBYTES = 1024.0
"""The largest memory of a process is counted in these [bytes]."""


class Study(Protocol):
    """Anything that is run many times. It goes to other processes, so that it holds data only."""

    @property
    def factors(self) -> tuple[Factor, ...]:
        """What is drawn."""

    def identity(self) -> dict[str, str]:
        """What the results depend on beside the draws, as digests: a run that is resumed must agree."""

    def evaluate(self, values: np.ndarray) -> pd.DataFrame:
        """Outcomes at one figure for each factor (:data:`kanmon.ensembles.outcomes.COLUMNS`)."""


@dataclass(frozen=True)
class ScenarioStudy:
    """A scenario on a pack whose facts are drawn.

    Attributes:
        name: of the scenario.
        scenario: the question, its own assumptions written into the pack.
        pack: that the factors were found in.
        factors: what is drawn.
    """

    name: str
    scenario: Scenario
    pack: Pack
    factors: tuple[Factor, ...]

    def identity(self) -> dict[str, str]:
        return {"scenario": scenario_digest(self.scenario), "data": self.pack.digest, "engine": engine_digest()}

    def evaluate(self, values: np.ndarray) -> pd.DataFrame:
        """Outcomes of a certified run at these figures.

        Raises:
            KanmonError: the figures cannot be, or the run is not certified.
        """
        return outcomes_of(brief_run(self.scenario, pack_of(self.pack, self.factors, values), self.name, near=self.central))

    @cached_property
    def central(self) -> Starts:
        """Where every draw starts from: the run at the central figures, solved once in a process. No draw depends on another one."""
        return brief_run(self.scenario, self.pack, self.name, downstream=False).starts

    def __getstate__(self) -> dict:
        return {key: value for key, value in self.__dict__.items() if key != "central"}


def scenario_study(scenario: Scenario, pack: Pack, name: str) -> ScenarioStudy:
    """A scenario with the facts of a pack that bear on it. Beliefs beside its own are not run.

    Raises:
        InputError: an assumption of the scenario cannot be met.
    """
    assumed, asked, factors = factors_of(pack, scenario.model_copy(update={"beside": (), "contributions": False}))
    return ScenarioStudy(name, asked, assumed, factors)


def evaluate_all(study: Study, first: int, values: np.ndarray) -> pd.DataFrame:
    """Outcomes of some draws, those that fail with their reason.

    Args:
        study: what is run.
        first: number of the first draw.
        values: draw x factor.

    Returns:
        column draw and those of :data:`kanmon.ensembles.outcomes.COLUMNS`.
    """
    tables: list[pd.DataFrame] = []
    efforts, sizes = [], []
    for row in values:
        clock = perf_counter()
        try:
            table = study.evaluate(row)
        except FAILURES as error:
            table = failure(error)
        tables.append(table)
        sizes.append(len(table))
        efforts.append((perf_counter() - clock, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / KILOBYTES))
    numbers = first + np.arange(len(values))
    spent = effort(efforts).assign(draw=np.repeat(numbers, len(EFFORTS)))
    return pd.concat([pd.concat(tables, ignore_index=True).assign(draw=np.repeat(numbers, sizes)), spent], ignore_index=True)
