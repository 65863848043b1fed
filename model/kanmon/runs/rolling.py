"""Solve a scenario window after window, each handing stocks and shipments to the next, each certified."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from time import perf_counter

import pandas as pd

from kanmon.certify.certificate import certify
from kanmon.indicators.prices import FOCUS, price_paths
from kanmon.indicators.view import View
from kanmon.runs.baseline import Baseline, handed_over
from kanmon.runs.players import solve_for_players
from kanmon.runs.starts import COLD, Starts
from kanmon.runs.windows import Window, openings_of
from kanmon.scenario.apply import open_window, window_months
from kanmon.scenario.months import month_name
from kanmon.scenario.schema import Scenario
from kanmon.solution.layout import Tables
from kanmon.solution.tables import base_tables, from_month, join, read_plan, realised, window_tables
from kanmon.solve.equilibrium import Effort, Equilibrium

Progress = Callable[[str], None]


@dataclass
class Clock:
    """Seconds by stage."""

    seconds: dict[str, float] = field(default_factory=dict)

    def time(self, stage: str, work: Callable):
        start = perf_counter()
        result = work()
        self.add(stage, perf_counter() - start)
        return result

    def add(self, stage: str, seconds: float) -> None:
        self.seconds[stage] = self.seconds.get(stage, 0.0) + seconds


@dataclass(frozen=True)
class Rolled:
    """A scenario solved: tables of all windows, the windows, the effort of each, and each as it was solved."""

    plans: Tables
    windows: list[Window]
    efforts: list[Effort]
    equilibria: tuple[Equilibrium, ...] = ()


def roll(without: Baseline, scenario: Scenario, method: str, clock: Clock, progress: Progress, near: Starts = COLD) -> Rolled:
    """Solve and certify every window of a scenario.

    Args:
        without: the same months without its measures.
        scenario: the question, with what is believed about the end.
        method: ``newton`` or ``sequence``.
        clock: takes the seconds of each stage.
        progress: called with the name of each stage as it begins.
        near: a like run, whose windows these start from; left out, each starts from the one before.

    Raises:
        NotCertified: a window is not an equilibrium to 1e-6.
    """
    openings, world, plan = openings_of(scenario), without.world, without.plan
    first = openings[0][0]
    tables = [base_tables(world, scenario.start, first - scenario.start, plan)] if first > scenario.start else []
    windows: list[Window] = []
    solved: list[Equilibrium] = []
    state = handed_over(plan, without.market(scenario), first - scenario.start)
    for opening, closing in openings:
        progress(f"solving from {month_name(opening)}")
        past = opening - scenario.start
        market = open_window(world, scenario, opening, state, without.usual_from(past, window_months(scenario, opening)))
        before = solved[-1] if solved else None
        equilibrium = solve_for_players(market, method, near.of_window(market, before, without, scenario.start) or before)
        solved.append(equilibrium)
        tables.append(clock.time("extract", lambda found=equilibrium: window_tables(found, from_month(plan, found.market.first - scenario.start))))
        progress(f"certifying from {month_name(opening)}")
        certificate = clock.time("certify", lambda table=tables[-1], market=market: certify(table, market))
        certificate.demand()
        effort = equilibrium.effort
        for stage, seconds in (("build", effort.build), ("solve: quadratic programs", effort.quadratic), ("solve: Newton", effort.newton)):
            clock.add(stage, seconds)
        windows.append(Window(read_plan(tables[-1], market), market, closing - opening, certificate, equilibrium.system))
        state = handed_over(windows[-1].plan, market, closing - opening)
    return Rolled(join(tables), windows, [found.effort for found in solved], tuple(solved))


def believed_prices(scenario: Scenario, view: View, paths: pd.DataFrame, solve: Callable[[Scenario], Rolled]) -> pd.DataFrame:
    """Prices of the focus region under each belief: that of the scenario first, then those beside it.

    Args:
        scenario: with its beliefs.
        view: angle of the report.
        paths: price paths under the scenario's own belief.
        solve: solves the scenario under another belief.

    Returns:
        columns belief, good, month, unit, value, baseline, multiple; empty where nothing is shown beside.
    """
    columns = ["belief", "good", "month", "unit", "value", "baseline", "multiple"]
    parts = [paths[paths["group"] == FOCUS].assign(belief=scenario.belief.name)] if scenario.beside else []
    for belief in scenario.beside:
        other = price_paths(realised(solve(scenario.model_copy(update={"belief": belief, "beside": ()})).plans), view)
        parts.append(other[other["group"] == FOCUS].assign(belief=belief.name))
    return pd.concat(parts)[columns].reset_index(drop=True) if parts else pd.DataFrame(columns=columns)
