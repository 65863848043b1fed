"""From a scenario and a data pack to solved and certified windows: the part of a run that all its kinds share."""

from __future__ import annotations

from dataclasses import dataclass

from kanmon.errors import InputError
from kanmon.indicators.view import view_of
from kanmon.pack.load import Pack
from kanmon.runs.baseline import Baseline
from kanmon.runs.downstream import require_downstream
from kanmon.runs.leaving import Leaving
from kanmon.runs.path import baseline_path
from kanmon.runs.rolling import Clock, Progress, Rolled, roll
from kanmon.runs.starts import COLD, Starts, starts_of
from kanmon.scenario.apply import scenario_world
from kanmon.scenario.assume import assume
from kanmon.scenario.load import check_against
from kanmon.scenario.schema import Scenario
from kanmon.scenario.stockpiles import with_holding_costs
from kanmon.world.calibrate import Calibration, calibrate


@dataclass(frozen=True)
class Solved:
    """A scenario solved and certified.

    Attributes:
        scenario: the question, resolved.
        pack: the data as the scenario uses it.
        calibration: base year.
        without: the same months without measures.
        rolled: tables of all windows, the windows, the effort of each.
    """

    scenario: Scenario
    pack: Pack
    calibration: Calibration
    without: Baseline
    rolled: Rolled

    @property
    def starts(self) -> Starts:
        """What a like run may start from."""
        return starts_of(self.without.path, self.rolled.equilibria, self.without.plan)


def solve_scenario(scenario: Scenario, pack: Pack, name: str, method: str, clock: Clock, progress: Progress, near: Starts = COLD, after: Leaving | None = None) -> Solved:
    """Apply a scenario to a pack, calibrate, solve window after window and certify each.

    Args:
        scenario: the question.
        pack: a validated data pack.
        name: of the scenario, for messages.
        method: ``newton`` or ``sequence``.
        clock: takes the seconds of each stage.
        progress: called with the name of each stage as it begins.
        near: a like run that every window starts from.
        after: where its path leaves another one.

    Raises:
        InputError: scenario and pack do not fit.
        NotCertified: a window is not an equilibrium to 1e-6.
    """
    problems = check_against(scenario, pack, name)
    if problems:
        raise InputError(problems)
    progress("calibrating the base year")
    pack = assume(pack, scenario, name)
    require_downstream(pack, view_of(scenario))
    scenario = with_holding_costs(scenario, pack)
    calibration = clock.time("calibrate", lambda: calibrate(pack, *scenario.calibration))
    without = clock.time("baseline", lambda: baseline_path(scenario_world(calibration.world, scenario, name), scenario, pack, method, near, after))
    return Solved(scenario, pack, calibration, without, roll(without, scenario, method, clock, progress, near))
