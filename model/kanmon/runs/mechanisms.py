"""What each mechanism contributes: the scenario again with one of them switched off at a time."""

from __future__ import annotations

import pandas as pd

from kanmon.indicators.headlines import MEAN_PRICE
from kanmon.runs.run import Run
from kanmon.scenario.schema import Belief, Scenario

AS_ASKED = "as asked"


def without_each(scenario: Scenario) -> dict[str, Scenario]:
    """The scenario as asked, and without each mechanism that it has."""
    scenario = scenario.model_copy(update={"beside": ()})
    measures, market = scenario.measures, scenario.market

    def changed(**fields) -> Scenario:
        return scenario.model_copy(update={"measures": tuple(measure.model_copy(update=fields) for measure in measures)})

    variants = {AS_ASKED: scenario}
    if scenario.belief.rolls:
        variants["the end known to all"] = scenario.model_copy(update={"belief": Belief.model_validate({})})
    if any(measure.announced < measure.effective for measure in measures):
        sudden = tuple(measure.model_copy(update={"announced": measure.effective}) for measure in measures)
        variants["no notice"] = scenario.model_copy(update={"measures": sudden})
    if market.private_stocks:
        variants["no private stocks"] = scenario.model_copy(update={"market": market.model_copy(update={"private_stocks": False})})
    for switch, name in (("qualification", "suppliers need no qualification"), ("investment", "nothing is built")):
        if getattr(market, switch):
            variants[name] = scenario.model_copy(update={"market": market.model_copy(update={switch: False, "qualification_from": None} if switch == "qualification" else {switch: False})})
    if market.scrap_loop:
        variants["no scrap loop"] = scenario.model_copy(update={"market": market.model_copy(update={"scrap_loop": False})})
    if any(measure.displacement is not None for measure in measures):
        variants["sales to third countries free"] = changed(displacement=None)
    if any(measure.reach for measure in measures):
        variants["no reach to what is made of it"] = changed(reach=())
    if any(measure.reexport is not None for measure in measures):
        variants["passing on free"] = changed(reexport=None, reach=())
    if any(measure.surge_limit is not None for measure in measures):
        variants["no limit on the rush"] = changed(surge_limit=None)
    if scenario.stockpiles:
        variants["no national stockpile"] = scenario.model_copy(update={"stockpiles": ()})
    if scenario.contracts:
        variants["no take-or-pay contract"] = scenario.model_copy(update={"contracts": ()})
    if scenario.players:
        variants["exporters take prices"] = scenario.model_copy(update={"players": ()})
    return variants


def contributions(runs: dict[str, Run]) -> pd.DataFrame:
    """Mean price while in force under each variant, by good.

    Args:
        runs: by name of the variant, the scenario as asked among them.

    Returns:
        columns good, variant, multiple (of the baseline), difference (as asked less without: what the mechanism adds).
    """
    rows = []
    means = {name: run.headlines[run.headlines["headline"] == MEAN_PRICE].set_index("good")["value"] for name, run in runs.items()}
    for good, asked in means[AS_ASKED].items():
        rows += [(good, name, float(found[good]), float(asked - found[good])) for name, found in means.items() if good in found]
    return pd.DataFrame(rows, columns=["good", "variant", "multiple", "difference"])
