"""The windows of a run: each with its plan, its market, the months of it that happen, and its baseline."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from kanmon.accounts.statement import Drawn, without_measures
from kanmon.certify.certificate import Certificate
from kanmon.runs.baseline import Baseline, handed_over
from kanmon.scenario.apply import information_dates
from kanmon.scenario.market import Market
from kanmon.scenario.schema import Scenario
from kanmon.solution.plan import Plan
from kanmon.solution.tables import between
from kanmon.solve.matrix import System


@dataclass(frozen=True)
class Window:
    """One window of a run.

    Attributes:
        plan: from its first month to the end of the scenario.
        market: what it was made on.
        months: how many of its months happen before the next window opens.
        certificate: its certificate.
        system: the equations that were solved, where they are at hand.
    """

    plan: Plan
    market: Market
    months: int
    certificate: Certificate
    system: System | None = field(default=None, compare=False, repr=False)


def openings_of(scenario: Scenario) -> list[tuple[int, int]]:
    """First month of each window, and the month in which the next one opens."""
    dates = information_dates(scenario) or [scenario.start]
    return list(zip(dates, [*dates[1:], scenario.start + scenario.months], strict=True))


def drawn_windows(scenario: Scenario, without: Baseline, windows: list[Window]) -> tuple[list[Drawn], list[Drawn]]:
    """What happens, and the baseline of the same months on the same curves; months before the first window are the baseline itself."""
    quiet = without.market(scenario)
    before = windows[0].market.first - scenario.start
    happened: list[Drawn] = [(between(without.plan, 0, scenario.months), quiet, before)] if before else []
    baselines = list(happened)
    for window in windows:
        opening = window.market.first - scenario.start
        happened.append((window.plan, window.market, window.months))
        state = handed_over(without.plan, quiet, opening)
        same = without_measures(window.market, without.usual_from(opening, window.market.months).standing)
        baselines.append((between(without.plan, opening, opening + window.market.months), replace(same, state=state), window.months))
    return happened, baselines
