"""Test a saved run: does every table still say what data, scenario and equilibrium conditions imply?"""

from __future__ import annotations

import numpy as np
import pandas as pd

from kanmon.certify.certificate import PASS, certify, certify_plan
from kanmon.errors import InputError, NotCertified, Problem
from kanmon.indicators.contributions import COLUMNS as CONTRIBUTIONS
from kanmon.indicators.view import view_of
from kanmon.pack.load import Pack
from kanmon.runs.baseline import Baseline, handed_over, on_scale
from kanmon.runs.downstream import downstream_tables
from kanmon.runs.drawing import report_tables
from kanmon.runs.mechanisms import what_each_adds
from kanmon.runs.path import baseline_path
from kanmon.runs.rolling import Clock, Rolled, believed_prices, roll
from kanmon.runs.saved import SavedRun
from kanmon.runs.windows import Window, drawn_windows, openings_of
from kanmon.scenario.apply import open_window, scenario_world, window_months
from kanmon.scenario.assume import assume
from kanmon.scenario.market import base_state
from kanmon.scenario.months import month_name
from kanmon.scenario.schema import Scenario
from kanmon.solution.layout import PLAN_TABLES
from kanmon.solution.tables import base_plan, base_tables, read_baseline, read_plan, realised
from kanmon.world.calibrate import calibrate
from kanmon.world.world import World

SOLVED_AGAIN = ("beliefs", "contributions")
"""Tables whose plans a folder does not keep."""


def recertify(run: SavedRun, pack: Pack) -> pd.DataFrame:
    """Certificate of a saved run from its tables alone; everything drawn from the plans is drawn again and compared. Prices under other
    beliefs and without each mechanism, whose plans are not kept, are solved again.

    Raises:
        NotCertified: the tables are not an equilibrium of the data and scenario named in the manifest, or reports differ
            from what the plans imply.
        InputError: the data pack is not the one the run was made with, or tables do not fit.
    """
    if pack.digest != run.manifest["data"]["sha256"]:
        raise InputError([Problem(str(run.folder), f"was made with another state of the data pack {run.manifest['data']['name']}", "give that pack with --data, or run the scenario again")])
    scenario = run.scenario
    given, pack = pack, assume(pack, scenario, run.name)
    calibration = calibrate(pack, *scenario.calibration)
    world = scenario_world(calibration.world, scenario)
    openings = openings_of(scenario)
    without = _baseline(run, world, pack)
    _baseline_holds(run, without, openings[0][0])
    state = handed_over(without.plan, without.market(scenario), openings[0][0] - scenario.start)
    windows: list[Window] = []
    for opening, closing in openings:
        usual = without.usual_from(opening - scenario.start, window_months(scenario, opening))
        market = open_window(without.world, scenario, opening, state, usual)
        certificate = certify(run.plans, market)
        certificate.demand()
        windows.append(Window(read_plan(run.plans, market), market, closing - opening, certificate))
        state = handed_over(windows[-1].plan, market, closing - opening)
    drawn = report_tables(run.plans, scenario, pack, calibration, windows, drawn_windows(scenario, without, windows))
    drawn |= downstream_tables(realised(run.plans), drawn["accounts"], drawn["resources"], pack, view_of(scenario))

    def under(other: Scenario) -> Rolled:
        return roll(without, other, "newton", Clock(), lambda stage: None)

    drawn["contributions"] = what_each_adds(scenario, given, drawn["price_paths"], run.name) if scenario.contributions else pd.DataFrame(columns=CONTRIBUTIONS)
    drawn["beliefs"] = believed_prices(scenario, view_of(scenario), drawn["price_paths"], under)
    for name, frame in drawn.items():
        if name != "certificate" and not _same(frame, run.reports[name], name in SOLVED_AGAIN):
            raise NotCertified(f"{run.folder}: tables/{name}.csv is not what the plans imply. Run the scenario again.")
    return pd.concat([certificate.summary() for certificate in (window.certificate for window in windows)], ignore_index=True)


def _baseline(run: SavedRun, world: World, pack: Pack) -> Baseline:
    """The baseline: the base year, the path, which is solved again, or where curves are stated outright what the tables say, if that is
    an equilibrium."""
    if world.stationary:
        return baseline_path(world, run.scenario, pack)
    guess = Baseline(world, base_plan(world, run.scenario.months), base_state(world))
    market = guess.market(run.scenario)
    plan = read_baseline(run.plans, market)
    found = Baseline(on_scale(world, plan, market.state), plan, market.state)
    certify_plan(plan, found.market(run.scenario)).demand()
    return found


def _baseline_holds(run: SavedRun, without: Baseline, announced: int) -> None:
    """Months before the announcement, and every baseline, are those without measures."""
    scenario = run.scenario
    expected = base_tables(without.world, scenario.start, scenario.months, without.plan)
    for name, keys in PLAN_TABLES.items():
        frame = run.plans[name]
        if frame.empty or name.endswith("_wedges"):
            continue
        columns = [*keys, "month"]
        base = expected[name].set_index(columns)["value"]
        wanted = base.reindex(pd.MultiIndex.from_frame(frame[columns])).to_numpy()
        early = (frame["window"] == month_name(scenario.start)).to_numpy() if announced > scenario.start else np.zeros(len(frame), dtype=bool)
        for column, rows in (("baseline", np.ones(len(frame), dtype=bool)), ("value", early)):
            off = ~np.isclose(frame[column].to_numpy()[rows], wanted[rows], rtol=PASS, atol=1e-12)
            if off.any():
                row = frame[rows].iloc[int(off.argmax())]
                raise NotCertified(f"{run.folder}: tables/{name}.csv: {column} of {', '.join(row[key] for key in keys)} in {row['month']} is not the baseline. Run the scenario again.")


def _same(drawn: pd.DataFrame, kept: pd.DataFrame, solved_again: bool = False) -> bool:
    """Whether a table read back holds the numbers and words of one drawn afresh."""
    if list(drawn.columns) != list(kept.columns) or len(drawn) != len(kept):
        return False
    for column in drawn:
        ours, theirs = drawn[column], kept[column]
        if pd.api.types.is_numeric_dtype(ours) and not pd.api.types.is_bool_dtype(ours):
            if not np.allclose(ours.to_numpy(dtype=float), pd.to_numeric(theirs, errors="coerce").to_numpy(dtype=float), rtol=1e-7 if solved_again else 1e-9, atol=1e-9, equal_nan=True):
                return False
        elif ours.astype(str).tolist() != theirs.astype(str).tolist():
            return False
    return True

