"""Take-or-pay contracts of a scenario: on which lanes of the world they stand, and what they name month by month."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from kanmon.errors import InputError, Problem
from kanmon.pack.load import Pack
from kanmon.scenario.market import Pool
from kanmon.scenario.schema import Scenario
from kanmon.world.holdings import Contract
from kanmon.world.world import Floats, World


def with_contracts(world: World, scenario: Scenario, place: str = "scenario") -> World:
    """The world with the contracts of a scenario on its lanes.

    Raises:
        InputError: a contract stands on no lane, on one that has a contract, or names what the base year does not ship.
    """
    problems: list[Problem] = []
    contracts: list[Contract] = []
    for number, terms in enumerate(scenario.contracts):
        here, key = f"{place} contracts[{number}]", (terms.good, terms.origin, terms.destination)
        if key not in world.lanes.keys:
            problems.append(
                Problem(
                    here,
                    f"{terms.origin} ships no {terms.good} to {terms.destination}",
                    "check good, origin and destination against trade.csv",
                )
            )
            continue
        lane = world.lanes.keys.index(key)
        if lane in [contract.lane for contract in contracts]:
            problems.append(Problem(here, "another contract stands on the same lane", "add their quantities up in one"))
        base = float(world.lanes.base[lane])
        if world.stationary and (terms.tonnes or 0.0) >= base:
            problems.append(
                Problem(
                    f"{here}.tonnes",
                    f"the base flow is {base:.4g} t/month, and the contract must be kept in the base year",
                    "name less than that",
                )
            )
        if terms.share is not None and base == 0:
            problems.append(Problem(f"{here}.share", "the lane has no base flow", "give tonnes, or a lane in use"))
        price = (
            terms.price if terms.price is not None else (terms.price_multiple or 0.0) * float(world.nodes.price[world.lanes.origin[lane]])
        )
        contracts.append(Contract(terms.name, lane, price))
    if problems:
        raise InputError(problems)
    return replace(world, contracts=tuple(contracts))


def contracted(world: World, scenario: Scenario, calendar: Sequence[int], flow: Floats, limit: Floats, pools: Sequence[Pool]) -> Floats:
    """Quantity that each contract names in each month, contract x month [t/month]; zero where it has not begun, has ended or is suspended.

    It is suspended (force majeure) where a measure lets less than it pass: on its lane, or in proportion to usual flows on the lanes that
    share a quota with it.

    Args:
        world: with its contracts.
        scenario: whose they are.
        calendar: months asked about.
        flow: usual flow, lane x month [t/month].
        limit: what measures allow on each lane, lane x month [t/month].
        pools: quotas on several lanes.
    """
    months, out = np.array(calendar), np.zeros((len(world.contracts), len(calendar)))
    terms_of = {terms.name: terms for terms in scenario.contracts}
    for place, contract in enumerate(world.contracts):
        terms, lane = terms_of[contract.name], contract.lane
        named = np.full(months.size, terms.tonnes if terms.share is None else terms.share * world.lanes.base[lane], dtype=float)
        runs = (months >= (terms.start or 0)) & ((months < terms.end) if terms.end is not None else True)
        allowed = limit[lane].copy()
        for pool in pools:
            if lane in pool.lanes:
                total = flow[pool.lanes].sum(axis=0)
                part = np.divide(flow[lane], total, out=np.zeros_like(total), where=total > 0)
                allowed = np.minimum(
                    allowed, np.where(np.isfinite(pool.limit), part * np.where(np.isfinite(pool.limit), pool.limit, 0.0), np.inf)
                )
        out[place] = np.where(runs & (allowed >= named), named, 0.0)
    return out


def contract_problems(scenario: Scenario, pack: Pack, place: str) -> list[Problem]:
    """Names in the contracts of a scenario that the data pack does not know; shares without a base year."""
    problems: list[Problem] = []
    for number, terms in enumerate(scenario.contracts):
        here = f"{place} contracts[{number}]"
        for key, name, table in (
            ("good", terms.good, "goods"),
            ("origin", terms.origin, "regions"),
            ("destination", terms.destination, "regions"),
        ):
            if name not in pack.labels[table]:
                problems.append(Problem(f"{here}.{key}", f"{name!r} is not in {table}.csv", f"use one of {', '.join(pack.labels[table])}"))
        if not pack.facts("uses", "base_use"):
            for key, value in (("share", terms.share), ("price_multiple", terms.price_multiple)):
                if value is not None:
                    problems.append(Problem(f"{here}.{key}", "the pack has no base year to take it of", "give tonnes and price"))
    return problems
