"""Run a scenario: apply, solve window after window, certify each, and draw up the tables that a report reads."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from kanmon.certify.certificate import Certificate
from kanmon.indicators.contributions import COLUMNS as CONTRIBUTIONS
from kanmon.indicators.view import view_of
from kanmon.pack.load import Pack
from kanmon.runs.downstream import downstream_tables
from kanmon.runs.drawing import report_tables
from kanmon.runs.mechanisms import what_each_adds
from kanmon.runs.rolling import Clock, Progress, Rolled, believed_prices, roll
from kanmon.runs.solving import solve_scenario
from kanmon.runs.windows import drawn_windows
from kanmon.scenario.schema import Scenario
from kanmon.solution.layout import Tables
from kanmon.solution.tables import realised
from kanmon.solve.equilibrium import Effort
from kanmon.world.calibrate import Calibration


@dataclass(frozen=True)
class Run:
    """A certified run.

    Attributes:
        name: name of the scenario file, or of the scenario.
        scenario: the scenario, resolved.
        pack: the data as the scenario uses it.
        calibration: base year.
        plans: tables of every window (:mod:`kanmon.solution.tables`).
        reports: tables that a report reads: headlines, price_paths, prices_paid, suppliers, import_shares, use_by_industry,
            first_shortage, cover, releases, measures, additions, accounts, resources, owners, industries, export_shares, economy, bridge,
            published, beliefs, contributions, certificate, assumptions, adjustments, labels.
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
    solved = solve_scenario(scenario, pack, name, method, clock, progress)
    scenario, without, rolled = solved.scenario, solved.without, solved.rolled
    progress("drawing up tables")
    drawn = drawn_windows(scenario, without, rolled.windows)
    reports = clock.time("indicators", lambda: report_tables(rolled.plans, scenario, solved.pack, solved.calibration, rolled.windows, drawn))
    reports |= clock.time("downstream", lambda: downstream_tables(realised(rolled.plans), reports["accounts"], reports["resources"], solved.pack, view_of(scenario)))

    def under(other: Scenario) -> Rolled:
        progress(f"solving under the belief: {other.belief.name}")
        return roll(without, other, method, Clock(), lambda stage: None)

    reports["beliefs"] = clock.time("other beliefs", lambda: believed_prices(scenario, view_of(scenario), reports["price_paths"], under))
    reports["contributions"] = pd.DataFrame(columns=CONTRIBUTIONS)
    if scenario.contributions:
        progress("solving without each mechanism")
        reports["contributions"] = clock.time("contributions", lambda: what_each_adds(scenario, pack, reports["price_paths"], name, method))
    certificates = tuple(window.certificate for window in rolled.windows)
    return Run(name, scenario, solved.pack, solved.calibration, rolled.plans, reports, certificates, clock.seconds, tuple(rolled.efforts))
