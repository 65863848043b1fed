"""What an ensemble draws: the ranged facts of a pack that bear on a scenario."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from kanmon.indicators.view import view_of
from kanmon.pack.load import Pack, Row
from kanmon.pack.schema import ANY, FACTS
from kanmon.pack.units import UNITS
from kanmon.runs.provenance import DRIVERS, STATED_DRIVERS, SWITCHED_DRIVERS, feeding_rows
from kanmon.scenario.assume import assume
from kanmon.scenario.schema import Scenario
from kanmon.world.stated import has_base_year

Facts = dict[str, tuple[str, ...]]

BESIDE: Facts = {
    "demand": ("adjustment_half_life", "sigma_long_run"),
    "friction": ("below_base_weight", "scale_share", "theta_long_run", "memory"),
    "stocks": ("operating_minimum", "holding_cost"),
    "recipes": ("input",),
}
"""Quantities that are drawn beside those that a report names as its drivers. What rounds a corner (smoothing) and what decides how
many months a shipment or a restart takes is not drawn: the first is a numerical device, the second makes another program."""

ON_PATH: Facts = {"growth": ("growth",), "trends": ("trend",), "projects": ("capacity", "probability", "slip", "utilisation"), "parameters": ("project_delay",)}
"""The same where a scenario departs from a path. The range of a project's operating cost is its curve, so it is not drawn."""

DOWNSTREAM: Facts = {
    "industry_facts": ("output", "value_added_share", "pass_through", "dependent_share"),
    "chains": ("cost_share", "replaceable"),
    "armington": ("sigma_short", "demand_elasticity"),
    "exports": ("sales",),
    "parameters": ("final_demand_floor", "intermediate_replaceable", "spare_capacity"),
}
"""What decides value added, downstream of the market."""

NOT_DRAWN = ("contracts",)
"""Drivers of a report that no outcome of an ensemble reads: prices paid are not among them."""

NIL_IS_NONE = ("base_output", "capacity", "base_flow", "idle_capacity")
"""Quantities that are held where they are nil: a row of nil says that there is none, and drawing it would found a plant or open a lane."""

STATED_BESIDE = {("activities", "capacity"): "base_output"}
"""Quantities whose range is about another one at its central figure: a capacity says how much room there is above the output, so it
is drawn for the central output and goes up and down with the output that is drawn."""


@dataclass(frozen=True)
class Factor:
    """One ranged fact.

    Attributes:
        table, quantity, keys: what it is.
        place: of its row among those of its table in the pack that is drawn from.
        unit: of the three figures, that of the row.
        low, value, high: range and central figure, inside what the quantity may be.
        whole: whether draws are rounded to whole numbers of the engine's unit.
        beside: place among the factors of one that it goes up and down with; -1 where it stands by itself.
    """

    table: str
    quantity: str
    keys: tuple[str, ...]
    place: int
    unit: str
    low: float
    value: float
    high: float
    whole: bool = False
    beside: int = -1

    @property
    def name(self) -> str:
        """Name that does not depend on where the row stands in its file."""
        return f"{self.table}: {self.quantity} ({', '.join('all' if key == ANY else key for key in self.keys)})"

    @property
    def group(self) -> str:
        """Facts of one quantity, for screening many facts at once."""
        return f"{self.table}: {self.quantity}"


def factors_of(pack: Pack, scenario: Scenario, more: Facts | None = None) -> tuple[Pack, Scenario, tuple[Factor, ...]]:
    """Facts to draw for a scenario. What the scenario itself assumes is part of its question and is held.

    Args:
        pack: a validated data pack.
        scenario: the question.
        more: quantities to draw beside those that bear on the scenario, by table; every row of them.

    Returns:
        the pack with the assumptions of the scenario written in, the scenario without them, and the factors.

    Raises:
        InputError: an assumption cannot be met.
    """
    assumed = assume(pack, scenario)
    held = {id(row) for table, rows in assumed.rows.items() for row, before in zip(rows, pack.rows[table], strict=False) if row is not before}
    rows = {id(row) for row in feeding_rows(assumed, _wanted(assumed, scenario), view_of(scenario))}
    rows |= {id(row) for table, quantities in (more or {}).items() for quantity in quantities for row in assumed.facts(table, quantity)}
    found = [_factor(row, place) for table in FACTS for place, row in enumerate(assumed.rows[table]) if id(row) in rows and id(row) not in held]
    return assumed, scenario.model_copy(update={"assumptions": ()}), with_partners(factor for factor in found if factor is not None)


def _wanted(pack: Pack, scenario: Scenario) -> Facts:
    """Quantities to draw, by table."""
    switched = {table: quantities for table, (switch, quantities) in SWITCHED_DRIVERS.items() if getattr(scenario.market, switch)}
    market = [DRIVERS, BESIDE, ON_PATH if scenario.path is not None else {}] if has_base_year(pack) else [STATED_DRIVERS]
    wanted: Facts = {}
    for facts in (*market, switched, DOWNSTREAM):
        for table, quantities in facts.items():
            wanted[table] = (*wanted.get(table, ()), *quantities)
    return {table: quantities for table, quantities in wanted.items() if table not in NOT_DRAWN}


def _factor(row: Row, place: int) -> Factor | None:
    """The row as a factor; None where nothing is to be drawn."""
    fact, spec = row.fact, FACTS[row.table].quantities[row.fact.quantity]
    scale = UNITS[fact.unit].factor
    low, high = max(fact.low, spec.lowest / scale), min(fact.high, spec.highest / scale)
    if not low < high or (fact.value == 0 and fact.quantity in NIL_IS_NONE):
        return None
    return Factor(row.table, fact.quantity, row.keys, place, fact.unit, low, min(max(fact.value, low), high), high, spec.whole)


def with_partners(found: Iterable[Factor]) -> tuple[Factor, ...]:
    """The factors, each knowing the one that it goes up and down with."""
    factors = list(found)
    places = {(factor.table, factor.quantity, factor.keys): place for place, factor in enumerate(factors)}
    partner = [(factor.table, STATED_BESIDE.get((factor.table, factor.quantity), ""), factor.keys) for factor in factors]
    return tuple(replace(factor, beside=places.get(key, -1)) for factor, key in zip(factors, partner, strict=True))


def pack_of(pack: Pack, factors: Sequence[Factor], values: np.ndarray) -> Pack:
    """The pack with one draw written over the rows of its factors.

    Args:
        pack: that the factors were found in.
        factors: what is drawn.
        values: a figure for each, in the units of their rows.
    """
    rows = {table: list(pack.rows[table]) for table in {factor.table for factor in factors}}
    for factor, value in zip(factors, values, strict=True):
        moved = float(values[factor.beside] / factors[factor.beside].value) if factor.beside >= 0 else 1.0
        rows[factor.table][factor.place] = _written(rows[factor.table][factor.place], float(value) * moved)
    return replace(pack, rows=pack.rows | {table: tuple(changed) for table, changed in rows.items()})


def _written(row: Row, value: float) -> Row:
    fact, scale = row.fact, UNITS[row.fact.unit].factor
    new = fact.model_copy(update={"value": value, "low": min(fact.low, value), "high": max(fact.high, value)})
    return replace(row, value=value * scale, low=new.low * scale, high=new.high * scale, fact=new)


def central(factors: Sequence[Factor]) -> np.ndarray:
    """Every factor at its central figure."""
    return np.array([factor.value for factor in factors])


def factor_table(factors: Sequence[Factor]) -> pd.DataFrame:
    """Factors as a table: factor, table, quantity, keys, unit, low, value, high, whole."""
    rows = [(item.name, item.table, item.quantity, ", ".join(item.keys), item.unit, item.low, item.value, item.high, item.whole) for item in factors]
    return pd.DataFrame(rows, columns=["factor", "table", "quantity", "keys", "unit", "low", "value", "high", "whole"])
