"""What comes of one plan: its path, and every future that departs from it, as small tables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from time import perf_counter

import numpy as np
import pandas as pd

from kanmon.accounts.surplus import SECURITY
from kanmon.errors import KanmonError
from kanmon.indicators.headlines import MEAN_PRICE, PEAK_PRICE
from kanmon.indicators.shortage import first_shortage
from kanmon.indicators.view import View, view_of
from kanmon.pack.load import Pack
from kanmon.pack.units import DAYS_PER_MONTH
from kanmon.parts import plain
from kanmon.plans.apply import apply_plan
from kanmon.plans.costs import COST_COLUMNS, MILLION, monthly_factor, outside_costs
from kanmon.plans.effects import Changed, Support
from kanmon.plans.levers import Lever
from kanmon.plans.path_accounts import PATH_COLUMNS, SUPPORT, path_accounts
from kanmon.plans.reading import Futures
from kanmon.plans.schema import Plan
from kanmon.plans.usual import UsualPrices, usual_prices
from kanmon.runs.baseline import Baseline
from kanmon.runs.brief import Brief, brief_run
from kanmon.runs.leaving import Leaving, leaving
from kanmon.runs.path import baseline_path
from kanmon.runs.starts import COLD, Starts
from kanmon.scenario.apply import scenario_world
from kanmon.scenario.assume import assume
from kanmon.scenario.months import month_name, parse_month
from kanmon.scenario.schema import Scenario
from kanmon.scenario.stockpiles import with_holding_costs
from kanmon.solution.layout import Tables
from kanmon.solution.tables import realised
from kanmon.world.calibrate import calibrate

LOSS_COLUMNS = ["future", "region", "account", "unit", "value"]
PRICE_COLUMNS = ["future", "good", "headline", "unit", "value"]
TIMING_COLUMNS = ["future", "quantity", "unit", "value", "note"]
EXPORTER_COLUMNS = ["future", "region", "quantity", "unit", "value"]
VALUE_ADDED_COLUMNS = ["future", "account", "rule", "quantity", "unit", "value"]
RUN_COLUMNS = ["future", "worst_residual", "seconds", "error"]

NOWHERE: Mapping[str, Starts] = {}
"""No run to start from."""

COLUMNS = {"losses": LOSS_COLUMNS, "value_added": VALUE_ADDED_COLUMNS, "prices": PRICE_COLUMNS, "timing": TIMING_COLUMNS, "exporter": EXPORTER_COLUMNS, "runs": RUN_COLUMNS}
"""Tables of the futures and their columns."""

FIRST_SHORTAGE, FIRST_STOP, RECOVERY = "days until first shortage", "days until a line stops", "months until the price has recovered"
RECOVERS = "months after the end until the price is within 5 % of baseline"


@dataclass(frozen=True)
class Outcome:
    """What comes of one plan.

    Attributes:
        path: surplus on the path (:func:`kanmon.plans.path_accounts.path_accounts`).
        costs: outside costs (:func:`kanmon.plans.costs.outside_costs`).
        losses: surplus lost in each future against the path, by region and account, discounted; columns :data:`LOSS_COLUMNS`.
        value_added: value added that the focus region loses, undiscounted; columns :data:`VALUE_ADDED_COLUMNS`.
        prices, timing, exporter: headlines; columns :data:`PRICE_COLUMNS`, :data:`TIMING_COLUMNS`, :data:`EXPORTER_COLUMNS`.
        runs: worst residual, seconds, and why a run failed; columns :data:`RUN_COLUMNS`.
        usual: prices on the path.
        leaving: without a plan, what each future's path hands over in the month from which is counted, by future; that of the path itself by "".
        starts: what a like plan, or the same on a like pack, may start from, by future; all have the path.
        error: why nothing at all came of it; empty if something did.
    """

    path: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=PATH_COLUMNS))
    costs: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=COST_COLUMNS))
    losses: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=LOSS_COLUMNS))
    value_added: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=VALUE_ADDED_COLUMNS))
    prices: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=PRICE_COLUMNS))
    timing: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=TIMING_COLUMNS))
    exporter: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=EXPORTER_COLUMNS))
    runs: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=RUN_COLUMNS))
    usual: UsualPrices | None = None
    leaving: dict[str, Leaving] = field(default_factory=dict)
    starts: Mapping[str, Starts] = field(default_factory=dict)
    error: str = ""


def outcome_of(plan: Plan, futures: Futures, pack: Pack, levers: Mapping[str, Lever], nothing: Outcome | None, downstream: bool = True, near: Mapping[str, Starts] = NOWHERE) -> Outcome:
    """Solve the path of a plan and every future on it. What fails is kept with its reason.

    The path leaves that of doing nothing in the month from which is counted: nobody foresees a plan before.

    Args:
        plan: what is decided.
        futures: what may come.
        pack: a validated data pack.
        levers: of the pack.
        nothing: outcome of doing nothing; None for that itself, a plan that pulls no lever.
        downstream: whether value added is asked for.
        near: ``starts`` of a like plan, or of the same on a like pack (:func:`beginning`).
    """
    try:
        factor = monthly_factor(pack)
        known = UsualPrices(0, {}) if nothing is None or nothing.usual is None else nothing.usual
        left = {} if nothing is None else nothing.leaving
        quiet = apply_plan(plan, futures.quiet, pack, levers, known)
        baseline = quiet_path(quiet, left.get(""), path_of(near))
        last = futures.quiet.start + futures.quiet.months
        here = usual_prices(baseline)
        path = path_accounts(baseline, last, here if nothing is None else known, quiet.supports, futures.focus)
        costs = outside_costs(plan, levers, futures.counted_from, last, factor)
    except (KanmonError, ArithmeticError, np.linalg.LinAlgError) as error:
        return Outcome(error=_reason(error))
    handed = {} if nothing is not None else {"": leaving(baseline, futures.counted_from)}
    tables: list[Tables] = []
    solved: dict[str, Starts] = {}
    for name in futures.scenarios:
        of_future, brief = _of_future(name, plan, futures, pack, levers, known, factor, downstream, left.get(name), beginning(name, futures, solved, near))
        tables.append(of_future)
        if brief is None:
            continue
        solved[name] = brief.starts
        if nothing is None:
            handed[name] = leaving(brief.baseline, futures.counted_from)
    joined = {key: _joined([table[key] for table in tables]) for key in tables[0]}
    shared = path_of(solved).path
    return Outcome(path=path, costs=costs, usual=here, leaving=handed, starts={name: replace(starts, path=shared) for name, starts in solved.items()}, **joined)


def path_of(near: Mapping[str, Starts]) -> Starts:
    """The path of runs that share one, to start from."""
    return Starts(path=next((starts.path for starts in near.values()), ()))


def beginning(name: str, futures: Futures, solved: Mapping[str, Starts], near: Mapping[str, Starts]) -> Starts:
    """Where the windows of a future start: from those of this plan's futures with the same measures but for their ends, for these share their
    first windows; else from the same future of the other run; else from any other future of this plan.

    Args:
        name: of the future.
        futures: what may come.
        solved: futures of this plan, solved so far.
        near: those of another run.
    """
    alike = [other for other in solved if _but_for_ends(futures.scenarios[other]) == _but_for_ends(futures.scenarios[name])]
    there = near.get(name, COLD)
    order = [*(solved[other] for other in alike), there, *(starts for other, starts in solved.items() if other not in alike)]
    return Starts(path_of(near).path, tuple(window for starts in order for window in starts.windows), None if alike else there.plan)


def _but_for_ends(scenario: Scenario) -> list[dict]:
    """What a scenario restricts, whenever that ends."""
    return [measure.model_dump(exclude={"end"}) for measure in scenario.measures]


def quiet_path(changed: Changed, after: Leaving | None = None, near: Starts = COLD) -> Baseline:
    """The path of a scenario, without any run on it; ``after``: where it leaves another one; ``near``: what it starts from."""
    scenario, pack = changed.scenario, assume(changed.pack, changed.scenario)
    scenario = with_holding_costs(scenario, pack)
    calibration = calibrate(pack, *scenario.calibration)
    return baseline_path(scenario_world(calibration.world, scenario), scenario, pack, near=near, after=after)


def _of_future(name: str, plan: Plan, futures: Futures, pack: Pack, levers: Mapping[str, Lever], usual: UsualPrices, factor: float, downstream: bool, after: Leaving | None, near: Starts) -> tuple[Tables, Brief | None]:
    """Tables of one future, and the run that they are drawn from, its windows started from those of the futures before: a short crisis and a
    long one share their first windows. Without measures it is the path itself, and nothing is lost."""
    scenario, clock = futures.scenarios[name], perf_counter()
    if not scenario.measures:
        return _empty(name, ""), None
    try:
        changed = apply_plan(plan, scenario, pack, levers, usual)
        brief = brief_run(changed.scenario, changed.pack, name, near=near, downstream=downstream, after=after)
    except (KanmonError, ArithmeticError, np.linalg.LinAlgError) as error:
        return _empty(name, _reason(error), perf_counter() - clock), None
    happened, view = realised(brief.rolled.plans), view_of(brief.scenario)
    tables = {
        "losses": _losses(brief, happened, changed.supports, futures, factor),
        "value_added": brief.reports["value_added"],
        "prices": brief.reports["headlines"].query("headline in @PRICES", local_dict={"PRICES": (MEAN_PRICE, PEAK_PRICE)}),
        "timing": timing(happened, brief.reports["headlines"], view),
        "exporter": exporter_revenue(happened, view, futures.counted_from, factor),
        "runs": pd.DataFrame([(brief.worst, perf_counter() - clock, "")], columns=RUN_COLUMNS[1:]),
    }
    return {key: table.assign(future=name)[COLUMNS[key]] for key, table in tables.items()}, brief


def _losses(brief: Brief, happened: Tables, supports: tuple[Support, ...], futures: Futures, factor: float) -> pd.DataFrame:
    """Surplus lost against the path, by region and account, discounted [million USD]; what a stockpile is held for beyond its market price is no
    surplus, for the futures themselves say what it is worth."""
    accounts = brief.reports["accounts"]
    accounts = accounts[accounts["account"] != SECURITY]
    change = discounted(accounts["month"], accounts["value"] - accounts["baseline"], futures.counted_from, factor)
    table = pd.DataFrame({"region": accounts["region"], "account": accounts["account"], "value": -change / 1e6})
    paid = [_paid(happened["outputs"], support, futures, factor) for support in supports]
    table = pd.concat([table, *paid], ignore_index=True) if paid else table
    return table.groupby(["region", "account"], sort=False)["value"].sum().reset_index().assign(unit=MILLION)


def _paid(outputs: pd.DataFrame, support: Support, futures: Futures, factor: float) -> pd.DataFrame:
    """What is paid on output in a future beyond what is paid on the path."""
    mine = [key in support.plants for key in zip(outputs["region"], outputs["activity"], strict=True)]
    rows = outputs[np.array(mine, dtype=bool) & (outputs["month"] >= month_name(support.start))]
    value = discounted(rows["month"], support.top_up * (rows["value"] - rows["baseline"]), futures.counted_from, factor).sum() / 1e6
    return pd.DataFrame([(futures.focus, SUPPORT, value)], columns=["region", "account", "value"])


def discounted(month: pd.Series, value: pd.Series, first: int, factor: float) -> pd.Series:
    """Values of months, discounted to a month."""
    years = {name: factor ** (parse_month(name) - first) for name in month.unique()}
    return value.astype(float) * month.map(years).astype(float)


def timing(happened: Tables, headlines: pd.DataFrame, view: View) -> pd.DataFrame:
    """Days from the announcement until the first industry of the focus region is short and until a line stops, and months until prices have
    recovered; a value is left empty where that does not happen."""
    found = first_shortage(happened, view)
    rows: list[tuple] = []
    for quantity, column in ((FIRST_SHORTAGE, "first_short"), (FIRST_STOP, "first_stop")):
        dated = found[found[column] != ""].sort_values(column)
        days = (parse_month(dated[column].iloc[0]) - parse_month(view.announced)) * DAYS_PER_MONTH if len(dated) else float("nan")
        rows.append((quantity, "days", days, f"{dated['industry'].iloc[0]}, {dated['good'].iloc[0]}" if len(dated) else "none"))
    recovery = headlines[headlines["headline"] == RECOVERS].sort_values("value", ascending=False)
    if len(recovery):
        slowest = recovery.iloc[0]
        rows.append((RECOVERY, "months", float(slowest["value"]), "; ".join(part for part in (str(slowest["good"]), str(slowest["note"])) if part)))
    return pd.DataFrame(rows, columns=TIMING_COLUMNS[1:])


def exporter_revenue(happened: Tables, view: View, first: int, factor: float) -> pd.DataFrame:
    """Change of what the restricting region earns on exports of the goods restricted, against the path, discounted [million USD]."""
    if view.exporter is None:
        return pd.DataFrame(columns=EXPORTER_COLUMNS[1:])
    keys = ["origin", "good", "month"]
    prices = happened["prices"].rename(columns={"region": "origin", "value": "price", "baseline": "usual"}).set_index(keys)[["price", "usual"]]
    flows = happened["flows"]
    sold = flows[(flows["origin"] == view.exporter) & (flows["destination"] != view.exporter) & flows["good"].map(plain).isin(view.restricted)].join(prices, on=keys)
    change = discounted(sold["month"], sold["value"] * sold["price"] - sold["baseline"] * sold["usual"], first, factor).sum() / 1e6
    return pd.DataFrame([(view.exporter, "change of export revenue", MILLION, float(change))], columns=EXPORTER_COLUMNS[1:])


def _empty(name: str, error: str, seconds: float = 0.0) -> Tables:
    """Tables of a future in which nothing happens, or that failed."""
    tables = {key: pd.DataFrame(columns=columns) for key, columns in COLUMNS.items()}
    return tables | {"runs": pd.DataFrame([(name, 0.0, seconds, error)], columns=RUN_COLUMNS)}


def _joined(tables: list[pd.DataFrame]) -> pd.DataFrame:
    """Tables one under the other; the first one decides the columns where all are empty."""
    filled = [table for table in tables if len(table)]
    return pd.concat(filled, ignore_index=True) if filled else tables[0]


def _reason(error: Exception) -> str:
    """An error in one line."""
    return f"{type(error).__name__}: {' '.join(str(error).split())}"[:2000]
