"""Draws of a scenario with and without what makes many of them quick: equations kept from window to window, and a run to start from.

Usage: python tests/benchmarks/redraws.py [--draws N] [--scenario NAME] [--rolling] [--seed S]        prints a table

One worker. Every draw multiplies a dozen facts by factors of about one, the same for every way. Seconds are those of the processor, so that
other work on the machine counts little; the first draw of each way, which fills what is kept, is not counted. The prices of a draw must not
depend on the way: the last column is by how much they do, over the prices.
"""

from __future__ import annotations

import argparse
import resource
import sys
from contextlib import nullcontext
from time import process_time

import numpy as np
import pandas as pd

from kanmon.carried import data_folder, scenario_folder
from kanmon.pack.load import Pack, load_pack
from kanmon.runs import path
from kanmon.runs.brief import Brief, brief_run
from kanmon.runs.starts import Starts
from kanmon.scenario.load import load_scenario
from kanmon.scenario.schema import Assumption, Belief, Scenario
from kanmon.solve.structure import without_store
from kanmon.steps import DEFAULT_SCENARIO

DRAWN = (
    ("friction", "theta", {}), ("demand", "elasticity_short_run", {}), ("demand", "elasticity_long_run", {}), ("uses", "base_use", {"region": "JPN"}), ("prices", "price", {"region": "CHN"}),
    ("recipes", "input", {}), ("scrap", "ratio", {}), ("stocks", "days", {}), ("growth", "growth", {}), ("routes", "freight", {}), ("industry_facts", "output", {"region": "JPN"}), ("parameters", "discount_rate", {}),
)  # fmt: skip
"""Facts that move: table, quantity, keys."""

SPREAD = 0.05
"""Standard deviation of the logarithm of a factor [1]."""


def draws_of(scenario: Scenario, number: int, seed: int) -> list[Scenario]:
    """The scenario with drawn facts, so many times."""
    random = np.random.default_rng(seed)
    factors = np.exp(random.normal(0.0, SPREAD, (number, len(DRAWN)))).clip(0.85, 1.15)
    return [
        scenario.model_copy(update={"assumptions": (*scenario.assumptions, *(Assumption(table=table, quantity=quantity, where=where, multiply=float(factor)) for (table, quantity, where), factor in zip(DRAWN, row, strict=True)))})
        for row in factors
    ]


def solved(scenario: Scenario, pack: Pack, near: Starts | None) -> tuple[Brief, float]:
    """A draw, and the seconds that it took; no path is remembered from another one."""
    path._SOLVED.clear()
    start = process_time()
    brief = brief_run(scenario, pack, near=near)
    return brief, process_time() - start


def measured(draws: list[Scenario], pack: Pack, keeps: bool, near: Starts | None) -> tuple[list[float], list[pd.Series], float]:
    """Seconds and prices of every draw but the first, and the peak memory so far [MB]."""
    seconds, prices = [], []
    with nullcontext() if keeps else without_store():
        for draw in draws:
            brief, took = solved(draw, pack, near)
            seconds.append(took)
            prices.append(brief.reports["price_paths"]["value"].astype(float))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1024.0**2 if sys.platform == "darwin" else 1024.0)
    return seconds[1:], prices[1:], peak


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--draws", type=int, default=5, help="draws of each way, the first of which is not counted")
    parser.add_argument("--scenario", default=DEFAULT_SCENARIO)
    parser.add_argument("--rolling", action="store_true", help="with the belief of the scenario, a window a month; left out, the end is known")
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    if asked.draws < 2:
        parser.error("--draws must be 2 or more: the first one is not counted")
    pack = load_pack(data_folder())
    scenario = load_scenario(scenario_folder() / f"{asked.scenario}.toml").model_copy(update={"beside": (), "contributions": False})
    if not asked.rolling:
        scenario = scenario.model_copy(update={"belief": Belief.model_validate({})})
    draws = draws_of(scenario, asked.draws, asked.seed)
    central = solved(scenario, pack, None)[0].starts
    reference: list[pd.Series] | None = None
    print("| way | s a draw | draws an hour | times as fast | peak MB | prices apart |\n|---|---|---|---|---|---|")
    first = 0.0
    for way, keeps, near in (("built anew, cold", False, None), ("built anew, started near", False, central), ("equations kept, cold", True, None), ("equations kept, started near", True, central)):
        seconds, prices, peak = measured(draws, pack, keeps, near)
        mean = float(np.mean(seconds))
        first, reference = first or mean, reference or prices
        apart = max(float((one / other - 1.0).abs().max()) for one, other in zip(prices, reference, strict=True))
        print(f"| {way} | {mean:.2f} | {3600 / mean:.0f} | {first / mean:.1f} | {peak:.0f} | {apart:.0e} |", flush=True)


if __name__ == "__main__":
    main()
