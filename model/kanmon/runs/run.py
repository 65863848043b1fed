"""Run a scenario: apply, solve window after window, certify each, and draw up the tables that a report reads."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from kanmon.certify.certificate import Certificate
from kanmon.errors import InputError
from kanmon.indicators.view import view_of
from kanmon.pack.load import Pack
from kanmon.runs.downstream import downstream_tables, require_downstream
from kanmon.runs.drawing import report_tables
from kanmon.runs.path import baseline_path
from kanmon.runs.rolling import Clock, Progress, Rolled, believed_prices, roll
from kanmon.runs.windows import drawn_windows
from kanmon.scenario.apply import scenario_world
from kanmon.scenario.assume import assume
from kanmon.scenario.load import check_against
from kanmon.scenario.schema import Scenario
from kanmon.scenario.stockpiles import with_holding_costs
from kanmon.solution.layout import Tables
from kanmon.solution.tables import realised
from kanmon.solve.equilibrium import Effort
from kanmon.world.calibrate import Calibration, calibrate


@dataclass(frozen=True)
class Run:
    """A certified run.

    Attributes:
        name: name of the scenario file, or of the scenario.
        scenario: the scenario, resolved.
        pack: the data as the scenario uses it.
        calibration: base year.
        plans: tables of every window (:mod:`kanmon.solution.tables`).
        reports: tables that a report reads: headlines, price_paths, suppliers, import_shares, use_by_industry, cover, releases, measures,
            accounts, resources, owners, industries, export_shares, economy, bridge, published, beliefs, certificate, assumptions, adjustments, labels.
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
    clock = Clock()
    problems = check_against(scenario, pack, name)
    if problems:
        raise InputError(problems)
    progress("calibrating the base year")
    pack = assume(pack, scenario, name)
    require_downstream(pack, view_of(scenario))
    scenario = with_holding_costs(scenario, pack)
    calibration = clock.time("calibrate", lambda: calibrate(pack, *scenario.market.switches))
    without = clock.time("baseline", lambda: baseline_path(scenario_world(calibration.world, scenario, name), scenario, pack, method))
    rolled = roll(without, scenario, method, clock, progress)
    progress("drawing up tables")
    drawn = drawn_windows(scenario, without, rolled.windows)
    reports = clock.time("indicators", lambda: report_tables(rolled.plans, scenario, pack, calibration, rolled.windows, drawn))
    reports |= clock.time("downstream", lambda: downstream_tables(realised(rolled.plans), reports["accounts"], reports["resources"], pack, view_of(scenario)))

    def under(other: Scenario) -> Rolled:
        progress(f"solving under the belief: {other.belief.name}")
        return roll(without, other, method, Clock(), lambda stage: None)

    reports["beliefs"] = clock.time("other beliefs", lambda: believed_prices(scenario, view_of(scenario), reports["price_paths"], under))
    certificates = tuple(window.certificate for window in rolled.windows)
    return Run(name, scenario, pack, calibration, rolled.plans, reports, certificates, clock.seconds, tuple(rolled.efforts))
