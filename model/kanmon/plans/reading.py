"""Read plans and futures from their files, and check them against a data pack."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from kanmon.carried import scenario_folder
from kanmon.errors import InputError, Problem
from kanmon.evidence import sheet_of
from kanmon.pack.load import Pack
from kanmon.plans.levers import Lever, levers_of
from kanmon.plans.schema import FutureSheet, FutureWords, Plan
from kanmon.scenario.belief import with_foresight
from kanmon.scenario.load import check_against, find_scenarios, load_scenario
from kanmon.scenario.months import month_name
from kanmon.scenario.schema import Scenario

GUIDE = "scenarios/README.md says what is accepted"

SHARED = ("start", "months", "focus", "market", "path", "in_force", "belief", "players", "stockpiles", "contracts", "assumptions")
"""What all futures must have in common: they part when a measure is announced, and not before."""


@dataclass(frozen=True)
class Futures:
    """Futures that plans are judged in.

    Attributes:
        title: short title.
        counted_from: month from which is counted, and to which is discounted.
        tail: share of probability that counts as the tail [1].
        scenarios: by name, in order.
        probability: of each [1].
        ranges: low and high end of what may be held likely [1].
        reasons: why.
        words: title, note and reasons in other languages.
    """

    title: str
    counted_from: int
    tail: float
    scenarios: dict[str, Scenario]
    probability: dict[str, float]
    ranges: dict[str, tuple[float, float]]
    reasons: dict[str, str]
    words: dict[str, FutureWords]

    @property
    def quiet(self) -> Scenario:
        """What they have in common: the path without any of their measures."""
        first = next(iter(self.scenarios.values()))
        return first.model_copy(update={"measures": (), "beside": (), "contributions": False})

    @property
    def focus(self) -> str:
        """Region whose plans are judged."""
        return next(iter(self.scenarios.values())).focus or ""


def plan_folder() -> Path:
    """Folder of the shipped plans."""
    return scenario_folder() / "plans"


def shipped_futures() -> Path:
    """File of the shipped futures."""
    return scenario_folder() / "futures" / "futures.toml"


def load_plan(path: Path) -> Plan:
    """Read a plan.

    Raises:
        InputError: file, key path and remedy of every problem.
    """
    problems: list[Problem] = []
    plan = sheet_of(Plan, path, path.name, GUIDE, problems)
    if plan is None:
        raise InputError(problems)
    return plan


def load_futures(path: Path) -> Futures:
    """Read the file of the futures, and the scenarios that it names.

    Raises:
        InputError: every problem of the file and of its scenarios; futures that differ in more than their measures.
    """
    problems: list[Problem] = []
    sheet = sheet_of(FutureSheet, path, path.name, GUIDE, problems)
    if sheet is None:
        raise InputError(problems)
    scenarios: dict[str, Scenario] = {}
    for place, future in enumerate(sheet.futures):
        beside, shipped = (folder / f"{future.scenario}.toml" for folder in (path.parent, scenario_folder()))
        try:
            scenarios[future.scenario] = load_scenario(beside if beside.is_file() or not shipped.is_file() else shipped)
        except InputError as error:
            problems += [Problem(f"{path.name} futures[{place}]: {item.place}", item.what, item.remedy) for item in error.problems]
    problems += _parted(scenarios, sheet, path.name)
    if problems:
        raise InputError(problems)
    named = {future.scenario: future for future in sheet.futures}
    return Futures(
        sheet.title, sheet.counted_from, sheet.tail, scenarios, {name: item.probability for name, item in named.items()},
        {name: (item.low, item.high) for name, item in named.items()}, {name: item.reason for name, item in named.items()}, sheet.words,
    )  # fmt: skip


def foreseen(futures: Futures) -> Futures:
    """The same futures, in which everybody knows from the announcement on how long a measure lasts."""
    return replace(futures, scenarios={name: with_foresight(scenario) for name, scenario in futures.scenarios.items()})


def _parted(scenarios: Mapping[str, Scenario], sheet: FutureSheet, place: str) -> list[Problem]:
    """Futures that part before a measure does it, name no region, or begin before anything is counted."""
    problems: list[Problem] = []
    known = iter(scenarios.items())
    first_name, first = next(known, ("", None))
    if first is None:
        return problems
    if first.focus is None:
        problems.append(Problem(f"{place} futures", f"{first_name} has no focus", "name the region whose plans are judged as focus in every future"))
    if first.path is None:
        problems.append(Problem(f"{place} futures", f"{first_name} has no path", "add [path]: plans work before the crisis"))
    if first.path is not None and not first.path.start <= sheet.counted_from <= first.start:
        problems.append(Problem(f"{place} counted_from", f"{month_name(sheet.counted_from)} is not between the start of the path and that of the futures", f"choose a month from {month_name(first.path.start)} to {month_name(first.start)}"))
    for name, scenario in known:
        different = [key for key in SHARED if getattr(scenario, key) != getattr(first, key)]
        if different:
            problems.append(Problem(f"{place} futures", f"{name} and {first_name} differ in {', '.join(different)}", "let futures differ in their measures only: they look alike until one is announced"))
    return problems


def check_plan(name: str, plan: Plan, levers: Mapping[str, Lever], futures: Futures) -> list[Problem]:
    """Levers that the data pack does not know or does not allow so far, and decisions outside the time that is counted."""
    problems = []
    for place, step in enumerate(plan.levers):
        here, lever = f"{name} levers[{place}]", levers.get(step.name)
        if lever is None:
            problems.append(Problem(f"{here}.name", f"{step.name!r} is no lever of the data pack", f"use one of {', '.join(levers) or '(the pack has none)'}"))
        elif step.level > lever.largest:
            problems.append(Problem(f"{here}.level", f"{step.level:g} is above the largest level of {step.name}, {lever.largest:g}", "lower it, or raise largest_level in levers.csv and say why"))
        if plan.start_of(step) > futures.quiet.start:
            problems.append(Problem(f"{here}.start", f"it starts in {month_name(plan.start_of(step))}, when the futures have parted", f"start it by {month_name(futures.quiet.start)}"))
    if plan.decided < futures.counted_from:
        problems.append(Problem(f"{name} decided", f"{month_name(plan.decided)} comes before counted_from of the futures ({month_name(futures.counted_from)})", "decide it later, or count from earlier"))
    return problems


def read_plans(paths: Sequence[Path]) -> dict[str, Plan]:
    """Plans by the name of their file.

    Raises:
        InputError: every problem of every file.
    """
    plans: dict[str, Plan] = {}
    problems: list[Problem] = []
    for path in paths:
        try:
            plans[path.stem] = load_plan(path)
        except InputError as error:
            problems.extend(error.problems)
    if problems:
        raise InputError(problems)
    return plans


def plan_paths(names: Iterable[str]) -> list[Path]:
    """Files of plans by name of a shipped one or by path; all shipped ones if none is named.

    Raises:
        InputError: there is no such plan.
    """
    shipped = find_scenarios(plan_folder())
    asked = list(names)
    unknown = [name for name in asked if not name.endswith(".toml") and name not in shipped]
    if unknown:
        raise InputError([Problem(name[:80], "is neither a shipped plan nor a .toml file", f"use one of {', '.join(shipped)}, or give the path of a file") for name in unknown])
    return [Path(name) if name.endswith(".toml") else shipped[name] for name in asked] if asked else list(shipped.values())


def demand_fit(plans: Mapping[str, Plan], futures: Futures, pack: Pack) -> dict[str, Lever]:
    """The levers of a pack, once plans and futures are found to fit it.

    Raises:
        InputError: every problem.
    """
    levers = levers_of(pack)
    problems = [item for name, plan in plans.items() for item in check_plan(name, plan, levers, futures)]
    problems += [item for name, scenario in futures.scenarios.items() for item in check_against(scenario, pack, name)]
    if problems:
        raise InputError(problems)
    return levers
