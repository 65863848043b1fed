"""National stockpiles of a scenario: the stocks that they are in the world, and how fast they may buy and sell month by month."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, replace

import numpy as np

from kanmon.errors import InputError, Problem
from kanmon.pack.load import Pack
from kanmon.pack.units import DAYS_PER_MONTH
from kanmon.parts import PRIORITY, UNRESTRICTED, plain
from kanmon.scenario.priority import uses_of, with_priority
from kanmon.scenario.schema import Measure, Scenario
from kanmon.scenario.terms import JUST_BELOW, Release, StockpileTerms
from kanmon.world.holdings import Stockpile
from kanmon.world.world import Floats, Stocks, World


def with_stockpiles(world: World, scenario: Scenario, place: str = "scenario") -> World:
    """The world with the stockpiles of a scenario among its stocks, and a priority market where they are kept for some industries.

    Raises:
        InputError: a stockpile lies where there is no market, would be sold at base prices, or serves nobody.
    """
    problems: list[Problem] = []
    for number, terms in enumerate(scenario.stockpiles):
        try:
            world = _with_stockpile(world, terms, f"{place} stockpiles[{number}]")
        except InputError as error:
            problems.extend(error.problems)
    if problems:
        raise InputError(problems)
    return world


def _with_stockpile(world: World, terms: StockpileTerms, place: str) -> World:
    place_of = world.nodes.index()
    whole = (terms.region, terms.good)
    if whole not in place_of:
        raise InputError([Problem(place, f"{terms.good} is not traded in {terms.region}", "name a region that uses, makes or trades it")])
    served = uses_of(world, *whole, terms.industries)
    need = monthly_need(world, *whole)
    if terms.industries:
        if not served.size:
            raise InputError(
                [Problem(f"{place}.industries", f"none of them uses {terms.good} in {terms.region}", "check them against uses.csv")]
            )
        node = place_of.get((terms.region, f"{terms.good}{PRIORITY}"))
        moved = world.uses.node[served] == node
        if node is None or not moved.all():
            if node is not None or np.unique(world.uses.node[served]).size > 1:
                raise InputError(
                    [
                        Problem(
                            f"{place}.industries",
                            f"they do not all buy {terms.good} in one market of {terms.region}",
                            "let stockpiles of one good and region name the same industries, all of them in the scope of an end-user measure or none",
                        )
                    ]
                )
            world = with_priority(world, served, terms.good)
            node = len(world.nodes.keys) - 1
    else:
        node = place_of.get((terms.region, f"{terms.good}{UNRESTRICTED}"), place_of[whole])
    reservation = _reservation(world, terms, served, world.nodes.price[node], place)
    unit = 1.0 if terms.tonnes is not None else need / DAYS_PER_MONTH
    size = (terms.tonnes or terms.days or 0.0) * unit
    if size <= 0:
        raise InputError([Problem(f"{place}.days", f"{terms.good} is neither used nor processed in {terms.region}", "give tonnes")])
    opening = size * terms.opening
    least = 0.0 if terms.sells else opening
    row = {
        "node": node, "base": opening, "minimum": least, "capacity": size, "convenience": 0.0, "exponent": 1.0,
        "holding": (terms.holding_cost or 0.0) * world.nodes.price[node], "loss": 0.0,
        "release_limit": np.inf if terms.release_per_month is None else terms.release_per_month * unit,
        "fill_limit": np.inf if terms.fill_per_month is None else terms.fill_per_month * unit, "scale": size,
    }  # fmt: skip
    stocks = world.stocks
    columns = {
        item.name: np.append(getattr(stocks, item.name), np.array([row[item.name]], dtype=getattr(stocks, item.name).dtype))
        for item in fields(Stocks)
    }
    ceiling = reservation if terms.buy_price is None else terms.buy_price
    pile = Stockpile(terms.name, terms.owner, terms.region, terms.good, stocks.node.size, reservation, ceiling)
    return replace(world, stocks=Stocks(**columns), stockpiles=(*world.stockpiles, pile))


def monthly_need(world: World, region: str, good: str) -> float:
    """Base-year use and processing of a good in a region [t/month]."""
    uses, plants = world.uses, world.activities
    used = sum(float(base) for key, base in zip(uses.keys, uses.base, strict=True) if key[0] == region and key[2] == good)
    mine = np.array([key[0] == region and plain(key[1]) == good for key in world.nodes.keys], dtype=bool)
    fed = mine[plants.input_node] & (plants.input_ratio > 0)
    return used + float((plants.base[plants.input_activity] * plants.input_ratio)[fed].sum())


def _reservation(world: World, terms: StockpileTerms, served: np.ndarray, price: float, place: str) -> float:
    """What a tonne in store is worth to the owner [USD/t]."""
    if terms.release == Release.SHORTAGE and terms.trigger_price is None:
        chokes = world.uses.choke[served].copy()
        for use, node, ratio in zip(world.uses.scrap_use, world.uses.scrap_node, world.uses.scrap_ratio, strict=True):
            chokes[served == use] += ratio * world.nodes.price[node]
        if not np.isfinite(chokes).any():
            raise InputError([Problem(place, f"no industry of {terms.region} that it serves has a choke price", "release it by price")])
        value = (terms.trigger or JUST_BELOW) * float(chokes.min())
    elif terms.trigger_price is not None:
        value = terms.trigger_price
    else:
        value = (terms.trigger or 1.0) * price
    if value <= price and (terms.sells or not terms.is_full):
        raise InputError(
            [
                Problem(
                    place,
                    f"it would be sold at {value:.4g} USD/t, and the base-year price is {price:.4g}",
                    "raise its trigger: at the base-year price nothing may be sold",
                )
            ]
        )
    return value


def is_crisis(known: Sequence[Measure], month: int) -> bool:
    """Whether a measure that has been announced has not ended."""
    return any(measure.end is None or measure.end > month for measure in known)


def rate_limits(world: World, scenario: Scenario, known: Sequence[Measure], first: int, calendar: Sequence[int]) -> tuple[Floats, Floats]:
    """Most that can be drawn from and added to each stock, month by month, stock x month [t/month].

    In a crisis, while a measure that is known has not ended, a stockpile sells and buys nothing; in quiet times it buys, from its first
    month of filling on and after a crisis only if it is refilled, and sells nothing. The whole window is planned as the present month is:
    could it buy back what it sells, it would sell below its reservation price whenever it foresaw a lower one.

    Args:
        world: with its stockpiles.
        scenario: whose they are.
        known: measures that have been announced.
        first: the present month.
        calendar: months asked about.
    """
    shape = (world.stocks.node.size, len(calendar))
    release, fill = (np.array(np.broadcast_to(rate[:, None], shape)) for rate in (world.stocks.release_limit, world.stocks.fill_limit))
    terms_of = {terms.name: terms for terms in scenario.stockpiles}
    crisis = is_crisis(known, first)
    for pile in world.stockpiles:
        terms, k = terms_of[pile.name], pile.stock
        if crisis:
            fill[k] = 0.0
            continue
        release[k] = 0.0
        begun = np.array(calendar) >= (terms.fill_from or 0)
        fill[k] = np.where(begun & (terms.refill or not known), fill[k], 0.0)
    return release, fill


def ends_that_matter(scenario: Scenario) -> set[int]:
    """Months in which a measure ends and a stockpile may begin to be refilled."""
    refilled = any(terms.sells and terms.refill for terms in scenario.stockpiles)
    last = scenario.start + scenario.months
    return {measure.end for measure in scenario.measures if measure.end is not None and measure.end < last} if refilled else set()


def fills_before(scenario: Scenario) -> bool:
    """Whether a stockpile has to be filled in the baseline, so that it does not repeat the base year."""
    return any(not terms.is_full for terms in scenario.stockpiles)


def with_holding_costs(scenario: Scenario, pack: Pack) -> Scenario:
    """The scenario with the holding cost of the pack where a stockpile states none; zero where the pack has none either."""

    def completed(terms: StockpileTerms) -> StockpileTerms:
        row = pack.find("stocks", "holding_cost", terms.region, terms.good)
        cost = terms.holding_cost if terms.holding_cost is not None else 0.0 if row is None else row.value
        return terms.model_copy(update={"holding_cost": cost})

    return (
        scenario.model_copy(update={"stockpiles": tuple(completed(terms) for terms in scenario.stockpiles)})
        if scenario.stockpiles
        else scenario
    )


def stockpile_problems(scenario: Scenario, pack: Pack, place: str) -> list[Problem]:
    """Names in the stockpiles of a scenario that the data pack does not know; stockpiles without a base year."""
    problems: list[Problem] = []
    for number, terms in enumerate(scenario.stockpiles):
        here = f"{place} stockpiles[{number}]"
        named = [("owner", terms.owner, "regions"), ("region", terms.region, "regions"), ("good", terms.good, "goods")]
        named += [("industries", industry, "industries") for industry in terms.industries]
        for key, name, table in named:
            if name not in pack.labels[table]:
                problems.append(Problem(f"{here}.{key}", f"{name!r} is not in {table}.csv", f"use one of {', '.join(pack.labels[table])}"))
        if not pack.facts("uses", "base_use"):
            problems.append(
                Problem(
                    here,
                    "the pack has no base year, so there are no days of use and no base-year price",
                    "give opening_stock in stocks.csv instead",
                )
            )
    return problems
