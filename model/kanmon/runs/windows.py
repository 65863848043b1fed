"""The windows of a run: each with its plan, its market, the months of it that happen, and its baseline."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from kanmon.accounts.statement import Drawn, without_measures
from kanmon.certify.certificate import Certificate
from kanmon.runs.baseline import handed_over, quiet_market
from kanmon.scenario.apply import information_dates
from kanmon.scenario.market import Market
from kanmon.scenario.schema import Scenario
from kanmon.solution.plan import Plan
from kanmon.solution.tables import between
from kanmon.solve.matrix import System
from kanmon.world.world import World


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


def drawn_windows(world: World, scenario: Scenario, without: Plan, windows: list[Window]) -> tuple[list[Drawn], list[Drawn]]:
    """What happens, and the baseline of the same months on the same curves; months before the first window are the baseline itself."""
    quiet = quiet_market(world, scenario)
    before = windows[0].market.first - scenario.start
    happened: list[Drawn] = [(without, quiet, before)] if before else []
    baselines = list(happened)
    for window in windows:
        opening = window.market.first - scenario.start
        happened.append((window.plan, window.market, window.months))
        baselines.append((between(without, opening, opening + window.market.months), replace(without_measures(window.market), state=handed_over(without, quiet, opening)), window.months))
    return happened, baselines
