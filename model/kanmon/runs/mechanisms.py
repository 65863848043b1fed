"""A scenario again with one of its mechanisms switched off at a time, for what each contributes to its prices."""

from __future__ import annotations

import pandas as pd
from joblib import Parallel, cpu_count, delayed

from kanmon.indicators.contributions import Variant, contributions
from kanmon.indicators.prices import mean_multiples, price_paths
from kanmon.indicators.view import view_of
from kanmon.pack.load import Pack
from kanmon.runs.rolling import Clock
from kanmon.runs.solving import solve_scenario
from kanmon.scenario.schema import Belief, Scenario
from kanmon.solution.tables import realised


def without_each(scenario: Scenario) -> dict[str, Scenario]:
    """The scenario as asked, and without each mechanism that it has."""
    scenario = scenario.model_copy(update={"beside": (), "contributions": False})
    measures, market = scenario.measures, scenario.market

    def changed(**fields) -> Scenario:
        return scenario.model_copy(update={"measures": tuple(measure.model_copy(update=fields) for measure in measures)})

    variants: dict[str, Scenario] = {Variant.AS_ASKED: scenario}
    if scenario.belief.rolls:
        variants[Variant.END_KNOWN] = scenario.model_copy(update={"belief": Belief.model_validate({})})
    if any(measure.announced < measure.effective for measure in measures):
        sudden = tuple(measure.model_copy(update={"announced": measure.effective}) for measure in measures)
        variants[Variant.NO_NOTICE] = scenario.model_copy(update={"measures": sudden})
    if market.private_stocks:
        variants[Variant.NO_STOCKS] = scenario.model_copy(update={"market": market.model_copy(update={"private_stocks": False})})
    if market.qualification:
        variants[Variant.NO_QUALIFICATION] = scenario.model_copy(update={"market": market.model_copy(update={"qualification": False, "qualification_from": None})})
    if market.investment:
        variants[Variant.NOTHING_BUILT] = scenario.model_copy(update={"market": market.model_copy(update={"investment": False})})
    if market.scrap_loop:
        variants[Variant.NO_SCRAP_LOOP] = scenario.model_copy(update={"market": market.model_copy(update={"scrap_loop": False})})
    if any(measure.displacement is not None for measure in measures):
        variants[Variant.THIRD_COUNTRIES_FREE] = changed(displacement=None)
    if any(measure.reach for measure in measures):
        variants[Variant.NO_REACH] = changed(reach=())
    if any(measure.reexport is not None for measure in measures):
        variants[Variant.PASSING_ON_FREE] = changed(reexport=None, reach=())
    if any(measure.surge_limit is not None for measure in measures):
        variants[Variant.NO_SURGE_LIMIT] = changed(surge_limit=None)
    if scenario.stockpiles:
        variants[Variant.NO_STOCKPILE] = scenario.model_copy(update={"stockpiles": ()})
    if scenario.contracts:
        variants[Variant.NO_CONTRACT] = scenario.model_copy(update={"contracts": ()})
    if scenario.players:
        variants[Variant.PRICE_TAKERS] = scenario.model_copy(update={"players": ()})
    return variants


def mean_prices(scenario: Scenario, pack: Pack, name: str, method: str = "newton") -> pd.Series:
    """Mean price of the focus region while in force, by good, as a multiple of baseline: solved and certified, without the other tables.

    Raises:
        InputError: scenario and pack do not fit.
        NotCertified: a window is not an equilibrium to 1e-6.
    """
    solved = solve_scenario(scenario, pack, name, method, Clock(), lambda stage: None)
    view = view_of(scenario)
    return mean_multiples(price_paths(realised(solved.rolled.plans), view), view)


def what_each_adds(scenario: Scenario, pack: Pack, paths: pd.DataFrame, name: str, method: str = "newton") -> pd.DataFrame:
    """What each mechanism of a solved scenario adds to its mean prices; the variants are solved side by side, on all cores.

    Args:
        scenario: the question.
        pack: the data pack, before the assumptions of the scenario.
        paths: price paths of the scenario as asked.
        name: of the scenario, for messages.
        method: ``newton`` or ``sequence``.

    Returns:
        columns good, variant, unit, multiple, difference (:func:`kanmon.indicators.contributions.contributions`).

    Raises:
        InputError: a variant and the pack do not fit.
        NotCertified: a window of a variant is not an equilibrium to 1e-6.
    """
    others = {variant: changed for variant, changed in without_each(scenario).items() if variant != Variant.AS_ASKED}
    processes = max(min(len(others), cpu_count()), 1)
    found = Parallel(n_jobs=processes, batch_size=1)(delayed(mean_prices)(changed, pack, f"{name}, {variant}", method) for variant, changed in others.items())
    return contributions({Variant.AS_ASKED: mean_multiples(paths, view_of(scenario)), **dict(zip(others, found, strict=True))})
