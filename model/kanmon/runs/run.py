"""Run a scenario: apply, solve window after window, certify each, and draw up the tables that a report reads."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from time import perf_counter

import pandas as pd

from kanmon.certify.certificate import Certificate, certify
from kanmon.errors import InputError
from kanmon.pack.load import Pack
from kanmon.runs.baseline import baseline, handed_over, quiet_market
from kanmon.runs.drawing import report_tables
from kanmon.runs.windows import Window, drawn_windows, openings_of
from kanmon.scenario.apply import open_window, scenario_world
from kanmon.scenario.assume import assume
from kanmon.scenario.load import check_against
from kanmon.scenario.months import month_name
from kanmon.scenario.schema import Scenario
from kanmon.solution.tables import Tables, base_tables, from_month, join, read_plan, realised, window_tables
from kanmon.solve.equilibrium import Effort
from kanmon.solve.window import solve_window
from kanmon.world.calibrate import Calibration, calibrate

Progress = Callable[[str], None]


@dataclass(frozen=True)
class Run:
    """A certified run.

    Attributes:
        name: name of the scenario file, or of the scenario.
        scenario: the scenario, resolved.
        pack: the data as the scenario uses it.
        calibration: base year.
        plans: tables of every window (:mod:`kanmon.solution.tables`).
        reports: tables that a report reads: headlines, price_paths, suppliers, import_shares, use_by_industry, cover, measures,
            certificate, assumptions, adjustments, labels.
        certificates: one for each window.
        seconds: by stage.
        efforts: solver effort of each window.
    """

    name: str
    scenario: Scenario
    pack: Pack
    calibration: Calibration
    plans: Tables
    reports: Tables
    certificates: tuple[Certificate, ...]
    seconds: dict[str, float]
    efforts: tuple[Effort, ...]

    @property
    def realised(self) -> Tables:
        """What happens, month by month."""
        return realised(self.plans)

    @property
    def headlines(self) -> pd.DataFrame:
        return self.reports["headlines"]


@dataclass
class _Clock:
    seconds: dict[str, float] = field(default_factory=dict)

    def time(self, stage: str, work: Callable):
        start = perf_counter()
        result = work()
        self.seconds[stage] = self.seconds.get(stage, 0.0) + perf_counter() - start
        return result


def run_scenario(scenario: Scenario, pack: Pack, name: str = "scenario", method: str = "newton", progress: Progress = lambda stage: None) -> Run:
    """Solve and certify a scenario on a data pack.

    Args:
        scenario: the question.
        pack: a validated data pack.
        name: shown in tables and folder names.
        method: ``newton`` or ``sequence`` (:func:`kanmon.solve.window.solve_window`).
        progress: called with the name of each stage as it begins.

    Raises:
        InputError: scenario and pack do not fit.
        NotCertified: a window is not an equilibrium to 1e-6.
    """
    clock = _Clock()
    problems = check_against(scenario, pack, name)
    if problems:
        raise InputError(problems)
    progress("calibrating the base year")
    pack = assume(pack, scenario, name)
    calibration = clock.time("calibrate", lambda: calibrate(pack, scenario.market.scrap_loop, scenario.market.private_stocks))
    world, without = clock.time("baseline", lambda: baseline(scenario_world(calibration.world, scenario), scenario, method))
    openings, quiet = openings_of(scenario), quiet_market(world, scenario)
    first = openings[0][0]
    tables = [base_tables(world, scenario.start, first - scenario.start, without)] if first > scenario.start else []
    windows: list[Window] = []
    efforts = []
    state = handed_over(without, quiet, first - scenario.start)
    for opening, closing in openings:
        progress(f"solving from {month_name(opening)}")
        market = open_window(world, scenario, opening, state)
        equilibrium = solve_window(market, method)
        tables.append(clock.time("extract", lambda solved=equilibrium: window_tables(solved, from_month(without, solved.market.first - scenario.start))))
        progress(f"certifying from {month_name(opening)}")
        certificate = clock.time("certify", lambda table=tables[-1], market=market: certify(table, market))
        certificate.demand()
        effort = equilibrium.effort
        for stage, seconds in (("build", effort.build), ("solve: quadratic programs", effort.quadratic), ("solve: Newton", effort.newton)):
            clock.seconds[stage] = clock.seconds.get(stage, 0.0) + seconds
        efforts.append(effort)
        windows.append(Window(read_plan(tables[-1], market), market, closing - opening, certificate, equilibrium.system))
        state = handed_over(windows[-1].plan, market, closing - opening)
    plans = join(tables)
    progress("drawing up tables")
    reports = clock.time("indicators", lambda: report_tables(plans, scenario, pack, calibration, windows, drawn_windows(world, scenario, without, windows)))
    certificates = tuple(window.certificate for window in windows)
    return Run(name, scenario, pack, calibration, plans, reports, certificates, clock.seconds, tuple(efforts))
