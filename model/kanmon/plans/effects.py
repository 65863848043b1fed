"""What each kind of effect changes: in the scenario, or in the rows of the data pack. Nothing here knows how a market is solved."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from kanmon.errors import InputError, Problem
from kanmon.pack.load import Pack, Row
from kanmon.pack.schema import ANY, FACTS, Fact
from kanmon.pack.units import ENGINE_UNIT, MONTHS_PER_YEAR
from kanmon.plans.levers import Effect, Kind, Lever
from kanmon.plans.usual import UsualPrices
from kanmon.scenario.months import month_name
from kanmon.scenario.schema import Measure, Scenario
from kanmon.scenario.terms import ContractTerms, StockpileTerms
from kanmon.world.world import IDLE, PLANNED


@dataclass(frozen=True)
class Support:
    """What is paid on each tonne that a plant makes, from a month on.

    Attributes:
        lever: lever that it is part of.
        plants: (region, activity) as the world may call them.
        start: first month.
        top_up: paid on each tonne [USD/t].
    """

    lever: str
    plants: tuple[tuple[str, str], ...]
    start: int
    top_up: float


@dataclass(frozen=True)
class Changed:
    """A scenario and a pack as far as a plan has changed them, and what it pays on output."""

    scenario: Scenario
    pack: Pack
    supports: tuple[Support, ...] = ()


@dataclass(frozen=True)
class Pulled:
    """A lever as a plan pulls it: how far, from which month, and what things cost without it."""

    lever: Lever
    level: float
    start: int
    usual: UsualPrices

    @property
    def works_from(self) -> int:
        """First month in which it does something."""
        return self.start + round(self.lever.fact("lead_time"))


def stockpile(changed: Changed, pulled: Pulled, effect: Effect) -> Changed:
    """A stock that is bought from the decision on, up to a ceiling, and sold in a crisis above a trigger, both counted from the price without the plan."""
    scenario, market = changed.scenario, (effect.region, effect.item)
    usual, highest = pulled.usual.at(market, scenario.start), pulled.usual.highest(market, pulled.start, scenario.start)
    if usual is None or highest is None:
        raise InputError([Problem(effect.rows["days"].place, f"{effect.item} is not traded in {effect.region}", "name a region that uses, makes or trades it")])
    days = effect.value("days") * pulled.level
    terms = {
        "name": name_of(pulled, effect), "owner": effect.region if effect.partner == ANY else effect.partner, "region": effect.region, "good": effect.item,
        "days": days, "opening": 0.0, "fill_from": pulled.works_from, "fill_per_month": days / effect.value("fill_time"),
        "release": "price", "trigger_price": effect.value("trigger") * usual, "buy_price": effect.value("ceiling") * highest,
        "release_per_month": days / effect.value("release_time"), "holding_cost": effect.value("holding_cost") if "holding_cost" in effect.rows else None,
        "industries": () if effect.industry == ANY else (effect.industry,),
    }  # fmt: skip
    return replace(changed, scenario=scenario.model_copy(update={"stockpiles": (*scenario.stockpiles, StockpileTerms.model_validate(terms))}))


def plant(changed: Changed, pulled: Pulled, effect: Effect) -> Changed:
    """A plant that is built: a dated project more."""
    capacity, cost, ready = effect.rows["capacity"], effect.rows["plant_cost"], pulled.works_from / MONTHS_PER_YEAR
    keys, level = (pulled.lever.name, effect.region, effect.item), pulled.level
    pack = stated(changed.pack, "projects", keys, "capacity", tuple(level * end for end in (capacity.low, capacity.value, capacity.high)), capacity)
    pack = stated(pack, "projects", keys, "first_output", (ready,) * 3, capacity)
    pack = stated(pack, "projects", keys, "full_output", (ready + pulled.lever.fact("ramp") / MONTHS_PER_YEAR,) * 3, capacity)
    pack = stated(pack, "projects", keys, "probability", (effect.value("chance", 1.0),) * 3, capacity)
    pack = stated(pack, "projects", keys, "slip", (0.0,) * 3, capacity)
    return replace(changed, pack=stated(pack, "projects", keys, "operating_cost", (cost.low, cost.value, cost.high), cost))


def assurance(changed: Changed, pulled: Pulled, effect: Effect) -> Changed:
    """A project of the pack that becomes likelier and comes sooner: at a level of one as the lever says, at half a level half of that."""
    pack = changed.pack
    for row in [row for row in pack.facts("projects", "capacity") if row.keys[0] == effect.item and row.keys[1] == effect.region]:
        _not_yet_there(pack, row, pulled, effect)
        for quantity, stated_as, otherwise in (("probability", "chance", 1.0), ("slip", "slip", 0.0)):
            if stated_as in effect.rows:
                found = pack.find("projects", quantity, *row.keys)
                now = otherwise if found is None else found.value
                value = now + min(pulled.level, 1.0) * (effect.value(stated_as) - now)
                pack = stated(pack, "projects", row.keys, quantity, (value,) * 3, effect.rows[stated_as])
    return replace(changed, pack=pack)


def _not_yet_there(pack: Pack, row: Row, pulled: Pulled, effect: Effect) -> None:
    """A project can be made likelier before it stands only.

    Raises:
        InputError: it is expected before the decision, with its own delay or with that of the lever.
    """
    stated_date, slip = (pack.find("projects", quantity, *row.keys) for quantity in ("first_output", "slip"))
    late = [0.0 if slip is None else slip.value, *([effect.value("slip")] if "slip" in effect.rows else [])]
    if stated_date is not None and stated_date.value * MONTHS_PER_YEAR + min(late) < pulled.start:
        place, when = next(iter(effect.rows.values())).place, month_name(int(stated_date.value * MONTHS_PER_YEAR + min(late)))
        raise InputError([Problem(place, f"{effect.item} is expected in {when}, before the lever is pulled in {month_name(pulled.start)}", "name a project that comes later, or a longer slip")])


def supplier(changed: Changed, pulled: Pulled, effect: Effect) -> Changed:
    """Suppliers made ready beforehand: switching to them costs less, and where they must be qualified that has begun."""
    pack, way = changed.pack, (effect.item, effect.partner, effect.region)
    short, long = (pack.find("friction", quantity, *way) for quantity in ("theta", "theta_long_run"))
    if short is None or long is None:
        raise InputError([Problem(effect.rows["theta_share"].place, f"friction.csv has no theta or no theta_long_run for ({', '.join(way)})", "add the row, or name another lane")])
    value = short.value + min(effect.value("theta_share") * pulled.level, 1.0) * (min(long.value, short.value) - short.value)
    pack = stated(pack, "friction", way, "theta", (value,) * 3, effect.rows["theta_share"], short)
    pack = stated(pack, "friction", way, "theta_long_run", (min(long.value, value),) * 3, effect.rows["theta_share"], long)
    market = changed.scenario.market
    if market.qualification:
        begun = pulled.start if market.qualification_from is None else min(market.qualification_from, pulled.start)
        changed = replace(changed, scenario=changed.scenario.model_copy(update={"market": market.model_copy(update={"qualification_from": begun})}))
    return replace(changed, pack=pack)


def offtake(changed: Changed, pulled: Pulled, effect: Effect) -> Changed:
    """A take-or-pay contract on a lane."""
    terms = {
        "name": name_of(pulled, effect), "good": effect.item, "origin": effect.partner, "destination": effect.region, "share": min(effect.value("contract_share") * pulled.level, 0.999),
        "price_multiple": effect.value("contract_price"), "start": pulled.works_from,
    }  # fmt: skip
    scenario = changed.scenario
    return replace(changed, scenario=scenario.model_copy(update={"contracts": (*scenario.contracts, ContractTerms.model_validate(terms))}))


def thrift(changed: Changed, pulled: Pulled, effect: Effect) -> Changed:
    """Users who can do with less or with something else: their elasticities are higher. The base year stays."""
    pack, factor = changed.pack, 1.0 + effect.value("elasticity_gain") * pulled.level
    keys = (effect.region, effect.industry, effect.item)
    for quantity in ("elasticity_short_run", "elasticity_long_run", "sigma_short_run", "sigma_long_run"):
        found = pack.find("demand", quantity, *keys)
        if found is not None:
            pack = stated(pack, "demand", keys, quantity, tuple(factor * end for end in (found.low, found.value, found.high)), effect.rows["elasticity_gain"], found)
    return replace(changed, pack=pack)


def import_subsidy(changed: Changed, pulled: Pulled, effect: Effect) -> Changed:
    """What the importing region pays on each tonne, on the path already: it is booked as tax revenue that is negative."""
    terms = {
        "name": name_of(pulled, effect), "kind": "import_subsidy", "exporter": effect.partner, "goods": (effect.item,), "destinations": (effect.region,),
        "amount": effect.value("amount") * pulled.level, "announced": pulled.start, "effective": pulled.works_from,
    }  # fmt: skip
    scenario = changed.scenario
    return replace(changed, scenario=scenario.model_copy(update={"in_force": (*scenario.in_force, Measure.model_validate(terms))}))


def floor_price(changed: Changed, pulled: Pulled, effect: Effect) -> Changed:
    """A planned or idle plant whose cost the state tops up: it sees a lower one, and what is paid on its output is booked apart."""
    pack, top_up = changed.pack, effect.value("top_up") * pulled.level
    row = effect.rows["top_up"]
    rows = [(found, "operating_cost", "projects") for found in pack.facts("projects", "operating_cost") if found.keys[1:] == (effect.region, effect.item)]
    idle = pack.find("activities", "idle_cost", effect.region, effect.item)
    rows += [(idle, "idle_cost", "activities")] if idle is not None else []
    if not rows:
        raise InputError([Problem(row.place, f"no planned or idle {effect.item} stands in {effect.region}", "name one of projects.csv with an operating_cost, or of activities.csv with an idle_cost")])
    for found, quantity, table in rows:
        keys = found.keys if table == "projects" else (effect.region, effect.item)
        if found.low <= top_up:
            raise InputError([Problem(row.place, f"a top-up of {top_up:.4g} USD/t pays more than it costs to run {effect.item} in {effect.region}", f"keep it below {found.low:.4g} USD/t")])
        pack = stated(pack, table, keys, quantity, (found.low - top_up, found.value - top_up, found.high - top_up), row, found)
    names = tuple((effect.region, f"{effect.item}{mark}") for mark in (PLANNED, IDLE))
    return Changed(changed.scenario, pack, (*changed.supports, Support(pulled.lever.name, names, pulled.works_from, top_up)))


EFFECTS: dict[Kind, Callable[[Changed, Pulled, Effect], Changed]] = {
    Kind.STOCKPILE: stockpile,
    Kind.PLANT: plant,
    Kind.ASSURANCE: assurance,
    Kind.SUPPLIER: supplier,
    Kind.OFFTAKE: offtake,
    Kind.THRIFT: thrift,
    Kind.IMPORT_SUBSIDY: import_subsidy,
    Kind.FLOOR_PRICE: floor_price,
}
"""What each kind of effect changes."""


def name_of(pulled: Pulled, effect: Effect) -> str:
    """Name of a stockpile, contract or measure that a lever brings."""
    return ", ".join([pulled.lever.name, *(part for part in (effect.item, effect.partner, effect.region, effect.industry) if part != ANY)])


def stated(pack: Pack, table: str, keys: tuple[str, ...], quantity: str, ends: tuple[float, ...], by: Row, instead: Row | None = None) -> Pack:
    """The pack with one more row, in place of one with the same keys.

    Args:
        pack: before.
        table, keys, quantity: what is stated.
        ends: low, value and high in the engine's unit.
        by: row of the lever that says so.
        instead: row that held until now; the new one is of its variant.
    """
    low, value, high = ends
    unit, variant = ENGINE_UNIT[FACTS[table].quantities[quantity].dimension], "" if instead is None else instead.fact.variant
    note = f"stated by the plan at {by.place}"
    fact = Fact(quantity=quantity, value=value, unit=unit, currency_year=by.fact.currency_year, low=min(low, value), high=max(high, value), source=by.fact.source, place=by.fact.place, quality=by.fact.quality, variant=variant, note=note)
    kept = tuple(row for row in pack.rows[table] if not (row.keys == keys and row.fact.quantity == quantity and row.fact.variant == variant))
    return replace(pack, rows=pack.rows | {table: (*kept, Row(table, 0, keys, value, min(low, value), max(high, value), fact))})


__all__ = ["EFFECTS", "Changed", "Pulled", "Support", "stated"]
