"""A scenario from question to certified numbers, without the tables that only a report reads: for plans and ensembles, which run many."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from kanmon.accounts.owners import owners
from kanmon.accounts.statement import statements
from kanmon.indicators.headlines import headlines
from kanmon.indicators.prices import price_paths
from kanmon.indicators.sourcing import suppliers
from kanmon.indicators.use import cover, use_by_industry
from kanmon.indicators.view import view_of
from kanmon.pack.load import Pack
from kanmon.runs.baseline import Baseline
from kanmon.runs.downstream import VALUE_ADDED_COLUMNS, value_added_table
from kanmon.runs.drawing import recipe_table
from kanmon.runs.leaving import Leaving
from kanmon.runs.price_range import headline_price_ranges
from kanmon.runs.rolling import Clock, Rolled
from kanmon.runs.solving import Solved, solve_scenario
from kanmon.runs.starts import COLD, Starts
from kanmon.runs.windows import drawn_windows
from kanmon.scenario.schema import Scenario
from kanmon.solution.layout import Tables
from kanmon.solution.tables import realised


@dataclass(frozen=True)
class Brief:
    """A certified run in brief.

    Attributes:
        name: name of the scenario.
        scenario: the scenario, resolved.
        pack: the data as the scenario uses it.
        baseline: the same months without its measures.
        rolled: windows as they happened and as they were planned.
        reports: tables headlines, price_paths, accounts, resources, owners and value_added (columns region, account, rule, quantity,
            unit, value: :func:`kanmon.runs.downstream.value_added_table`).
        worst: largest residual of all windows of the scenario [1].
        seconds: by stage.
        starts: what a like run may start from.
    """

    name: str
    scenario: Scenario
    pack: Pack
    baseline: Baseline
    rolled: Rolled
    reports: Tables
    worst: float
    seconds: dict[str, float]
    starts: Starts


def brief_run(scenario: Scenario, pack: Pack, name: str = "scenario", method: str = "newton", near: Starts | None = None, downstream: bool = True, after: Leaving | None = None) -> Brief:
    """Solve and certify a scenario, and draw up what is compared between runs. Beliefs beside it and contributions are left out.

    Args:
        scenario: the question.
        pack: a validated data pack.
        name: shown in messages.
        method: ``newton`` or ``sequence``.
        near: ``starts`` of a like run; from it every window is found sooner, and is the same to the tolerance of the solver.
        downstream: whether value added is asked for.
        after: where its path leaves another one, which did not foresee it.

    Raises:
        InputError: scenario and pack do not fit.
        NotCertified: a window is not an equilibrium to 1e-6.
    """
    clock = Clock()
    solved = solve_scenario(scenario, pack, name, method, clock, lambda stage: None, COLD if near is None else near, after)
    reports = clock.time("indicators", lambda: _compared(solved))
    reports["value_added"] = pd.DataFrame(columns=VALUE_ADDED_COLUMNS)
    if downstream:
        reports["value_added"] = clock.time("downstream", lambda: value_added_table(realised(solved.rolled.plans), solved.pack, view_of(solved.scenario)))
    worst = max(window.certificate.worst for window in solved.rolled.windows)
    return Brief(name, solved.scenario, solved.pack, solved.without, solved.rolled, reports, worst, clock.seconds, solved.starts)


def _compared(solved: Solved) -> Tables:
    """The tables of the market that runs are compared by."""
    happened, view, windows = realised(solved.rolled.plans), view_of(solved.scenario), solved.rolled.windows
    paths = price_paths(happened, view)
    made = {activity: record["output"] for activity, record in solved.pack.labels["processes"].items()}
    days = cover(happened, recipe_table(solved.calibration), view)
    drawn = statements(*drawn_windows(solved.scenario, solved.without, windows))
    return {
        "headlines": headlines(paths, use_by_industry(happened, view), suppliers(happened, made, view), days, view, headline_price_ranges(windows, paths, view)),
        "price_paths": paths,
        **drawn,
        "owners": owners(drawn["accounts"], drawn["resources"]),
    }
