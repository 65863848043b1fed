"""Solve the extensive form: read once as a matrix, then quadratic programs and a polish, as a window is (:mod:`kanmon.solve.sequence`)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pyomo.environ as pyo
import scipy.sparse as sparse
from pyomo.repn.plugins.standard_form import LinearStandardFormCompiler

from kanmon.certify.certificate import PASS, certify_plan
from kanmon.errors import KanmonError
from kanmon.extensive.model import FirstStage, FutureMarket, build_extensive, market_with
from kanmon.formulation.given import given_at
from kanmon.formulation.model import build_model
from kanmon.scenario.market import Market
from kanmon.solve.equilibrium import Effort, Equilibrium, read_equilibrium
from kanmon.solve.matrix import FAMILIES, System, read_system
from kanmon.solve.sequence import solve_sequence
from kanmon.solve.sorting import build_terms
from kanmon.solve.terms import Curve, Flat, Nests, Terms
from kanmon.solve.window import row_scales, solve_window, start
from kanmon.world.world import Floats

MOST_PROGRAMS = 60


class NotSolved(KanmonError):
    """The program of all futures did not settle, so there is no plan to compare with. Take fewer futures or levers."""


@dataclass(frozen=True)
class WorldOptimum:
    """The levels that are best for all regions together.

    Attributes:
        levels: by lever.
        worth: what a level more would be worth in expectation, all regions together, by lever [USD].
        budget_price: what a unit of budget more would be worth [USD per USD].
        futures: the market of each future at these levels, as the program has it.
        residual: largest natural residual of the program [1].
        worst: largest residual of the certificate of any future [1].
    """

    levels: dict[str, float]
    worth: dict[str, float]
    budget_price: float
    futures: tuple[Equilibrium, ...]
    residual: float
    worst: float


@dataclass(frozen=True)
class Joined:
    """The futures as one system: their rows and columns one after another, then the levels, then what is left of limits on them.

    Attributes:
        system: all equations.
        row: first row of each future, and of what links them.
        column: first column of each future, and of the levels.
        parts: system of each future.
        budget: row of the budget; None without one.
    """

    system: System
    row: np.ndarray
    column: np.ndarray
    parts: tuple[System, ...]
    budget: int | None


def world_optimum(futures: Sequence[FutureMarket], levers: Sequence[FirstStage], budget: float = np.inf) -> WorldOptimum:
    """Levels that maximise the expected surplus of all regions less what the levers cost.

    Args:
        futures: their markets without any lever; those of no probability are left out.
        levers: what is decided before the futures part.
        budget: most that the levers may cost together [USD].

    Raises:
        NotSolved: the program did not settle.
        NotCertified: the market of a future is not an equilibrium to 1e-6.
    """
    futures = [future for future in futures if future.probability > 0]
    joined = read_joined(build_extensive(futures, levers, budget), futures)
    terms = _terms(joined, futures, levers)
    row_quantity, row_price, x, y = _scales_and_start(joined, futures)
    found = solve_sequence(joined.system, terms, row_quantity, row_price, x, y, MOST_PROGRAMS)
    if not found.residual <= PASS:
        raise NotSolved(f"residual {found.residual:.1e}. {NotSolved.__doc__}")
    levels = dict(zip([lever.name for lever in levers], found.x[joined.column[-1] : joined.column[-1] + len(levers)].tolist(), strict=True))
    markets = [_market_of(joined, place, future, market_with(future.market, levers, levels), found.x, found.y) for place, future in enumerate(futures)]
    worst = 0.0
    for solved in markets:
        certificate = certify_plan(solved, solved.market)
        certificate.demand()
        worst = max(worst, certificate.worst)
    price = 0.0 if joined.budget is None else max(float(found.y[joined.budget]), 0.0)
    linking = joined.system.matrix[:, joined.column[-1] : joined.column[-1] + len(levers)]
    priced = np.where(np.arange(found.y.size) == joined.budget, 0.0, found.y)
    worth = dict(zip(levels, (-(linking.T @ priced)).tolist(), strict=True))
    return WorldOptimum(levels, worth, price, tuple(markets), found.residual, worst)


def future_market(probability: float, market: Market) -> FutureMarket:
    """A future with what depends on prices (taxes, answers to other prices) as it is in its equilibrium without any lever."""
    return FutureMarket(probability, market, given_at(market, solve_window(market).point))


def read_joined(m: pyo.ConcreteModel, futures: Sequence[FutureMarket]) -> Joined:
    """Compile an extensive form. Rows of a future stand as in its own system; those that link plants and the budget come last."""
    parts = tuple(_open_part(m.future[place], future) for place, future in enumerate(futures))
    row = np.cumsum([0, *(part.right.size for part in parts)])
    column = np.cumsum([0, *(part.lower.size for part in parts)])
    form = LinearStandardFormCompiler().write(m, mixed_form=True)
    into = _columns_of(m, form.columns, column)
    compiled, first = sparse.csr_array(form.A), int(column[-1])
    rows, taken, extra = _rows_of(m, form, parts, row)
    linking = sparse.coo_array(compiled[taken])
    use = (into[linking.col] >= first) | (rows[linking.row] >= row[-1])
    size, count = (int(row[-1]) + len(extra), first + len(levels_of(m))), len(extra)
    links = sparse.csr_array((linking.data[use], (rows[linking.row][use], into[linking.col][use])), shape=size)
    diagonal = sparse.csr_array(sparse.vstack([sparse.block_diag([part.matrix for part in parts]), sparse.csr_array((count, first))])) if count else sparse.block_diag([part.matrix for part in parts])
    diagonal = sparse.hstack([diagonal, sparse.csr_array((size[0], size[1] - first))])
    slack = sparse.csr_array((np.ones(count), (int(row[-1]) + np.arange(count), np.arange(count))), shape=(size[0], count))
    right = np.concatenate([*(part.right for part in parts), np.array([form.rhs[number] for number in extra])])
    low, high = (np.array([float(pyo.value(end)) for end in ends]) for ends in zip(*((level.lb, level.ub) for level in levels_of(m)), strict=True))
    lower = np.concatenate([*(part.lower for part in parts), low, np.zeros(count)])
    upper = np.concatenate([*(part.upper for part in parts), high, np.full(count, np.inf)])
    named = [form.rows[number].constraint.parent_component().local_name for number in extra]
    budget = int(row[-1]) + named.index("budget") if "budget" in named else None
    matrix = sparse.csr_array(sparse.hstack([sparse.csr_array(diagonal) + links, slack]))
    return Joined(System(matrix, right, lower, upper, {}, {}, np.zeros((0, 0), dtype=np.int64), {}, {}), row, column, parts, budget)


def levels_of(m: pyo.ConcreteModel) -> list:
    """The levels, in their order."""
    return list(m.v_level.values())


def _open_part(block: pyo.Block, future: FutureMarket) -> System:
    """The system of one future by itself, with plants that the levers build as large as they may become."""
    part = read_system(build_model(future.market, future.given))
    wide = {a for a, _ in block.built_capacity}
    upper, mine = part.upper.copy(), part.columns["output"][np.isin(part.indices["output"][:, 0], list(wide))]
    upper[mine] = np.inf
    return replace(part, upper=upper)


def _columns_of(m: pyo.ConcreteModel, variables: Sequence, column: np.ndarray) -> np.ndarray:
    """Where each column of the compiled form stands when the futures are joined."""
    own: dict[int, int] = {}
    for place in m.FUTURES:
        ordered = [variable for family in FAMILIES for variable in getattr(m.future[place], f"v_{family}").values()]
        own |= {id(variable): int(column[place]) + number for number, variable in enumerate(ordered)}
    own |= {id(variable): int(column[-1]) + number for number, variable in enumerate(levels_of(m))}
    return np.array([own[id(variable)] for variable in variables], dtype=np.int64)


def _rows_of(m: pyo.ConcreteModel, form, parts: Sequence[System], row: np.ndarray) -> tuple[np.ndarray, np.ndarray, list[int]]:
    """Joined row of each compiled one that is kept, which those are, and which of them link the futures."""
    block_of = {id(m.future[place]): place for place in m.FUTURES}
    places = [_places(part) for part in parts]
    rows: list[int] = []
    taken: list[int] = []
    extra: list[int] = []
    for number, entry in enumerate(form.rows):
        component, index = entry.constraint.parent_component().local_name, entry.constraint.index()
        block = block_of.get(id(entry.constraint.parent_block()))
        if component in ("built_capacity", "budget"):
            rows.append(int(row[-1]) + len(extra))
            extra.append(number)
        elif block is not None and (component, index) in places[block]:
            rows.append(int(row[block]) + places[block][component, index])
        else:
            continue
        taken.append(number)
    return np.array(rows, dtype=np.int64), np.array(taken, dtype=np.int64), extra


def _places(part: System) -> dict[tuple[str, tuple[int, int]], int]:
    """Row of each constraint of a future by name and index."""
    found = {("market_balance", (n, t)): int(number) for (n, t), number in np.ndenumerate(part.balance)}
    for name, limit in part.limits.items():
        found |= {(name, (int(place), int(month))): int(number) for place, month, number in zip(limit.place, limit.month, limit.row, strict=True)}
    return found


def _terms(joined: Joined, futures: Sequence[FutureMarket], levers: Sequence[FirstStage]) -> Terms:
    """The curves of all futures, weighted by their probabilities; a level is worth less what it costs."""
    parts = [build_terms(future.market, part, future.given) for future, part in zip(futures, joined.parts, strict=True)]
    at = joined.column.tolist()
    curved: list[Curve] = [replace(group, columns=group.columns + at[s]) for s, part in enumerate(parts) for group in part.curved]
    nested, block = [part.nests for part in parts], 0
    blocks = []
    for nests in nested:
        blocks.append(nests.block + block)
        block += int(nests.block.max(initial=-1)) + 1
    names = ("price", "base", "share", "elasticity", "sigma")
    nests = Nests(np.concatenate([nests.columns + at[s] for s, nests in enumerate(nested)]), np.concatenate(blocks), *(np.concatenate([getattr(nests, name) for nests in nested]) for name in names))
    left = joined.system.lower.size - at[-1]
    cost = np.append([lever.cost for lever in levers], np.zeros(left - len(levers)))
    flat = Flat(np.concatenate([*(part.flat.columns + at[s] for s, part in enumerate(parts)), at[-1] + np.arange(left)]), np.concatenate([*(part.flat.value for part in parts), -cost]))
    quantity, money = _scales_of_levels(joined, levers)
    weight = np.concatenate([*(future.probability * part.weight for future, part in zip(futures, parts, strict=True)), np.ones(left)])
    return Terms(weight, tuple(curved), flat, nests, np.concatenate([*(part.quantity for part in parts), quantity]), np.concatenate([*(part.money for part in parts), money]))


def _scales_of_levels(joined: Joined, levers: Sequence[FirstStage]) -> tuple[Floats, Floats]:
    """Quantity and price that levels, and what is left of the limits on them, are measured in."""
    size = np.array([lever.largest for lever in levers])
    price = np.array([max(abs(lever.cost), 1e-9) for lever in levers])
    rows = joined.system.matrix[joined.row[-1] :, joined.column[-1] : joined.column[-1] + len(levers)]
    left = np.maximum(np.abs(rows) @ size, 1e-9)
    return np.concatenate([size, left]), np.concatenate([price, np.full(left.size, (price * size).sum()) / left])


def _scales_and_start(joined: Joined, futures: Sequence[FutureMarket]) -> tuple[Floats, Floats, Floats, Floats]:
    """Scales of rows and of their duals, and what is usual in every future with no lever at all."""
    scales = [row_scales(future.market, part) for future, part in zip(futures, joined.parts, strict=True)]
    starts = [start(future.market, part) for future, part in zip(futures, joined.parts, strict=True)]
    system, first = joined.system, joined.row[-1]
    extra, columns = system.right.size - first, system.lower.size - joined.column[-1]
    left = np.maximum(np.abs(system.right[first:]), 1.0)
    quantity = np.concatenate([*(quantity for quantity, _ in scales), left])
    price = np.concatenate([*(future.probability * price for future, (_, price) in zip(futures, scales, strict=True)), np.ones(extra)])
    x = np.concatenate([*(x for x, _ in starts), np.zeros(columns)])
    y = np.concatenate([*(future.probability * y for future, (_, y) in zip(futures, starts, strict=True)), np.zeros(extra)])
    x[system.lower.size - extra :] = np.maximum(system.right[first:], 0.0)
    return quantity, price, x, y


def _market_of(joined: Joined, place: int, future: FutureMarket, market: Market, x: Floats, y: Floats) -> Equilibrium:
    """The market of one future at the levels that were found."""
    columns = slice(int(joined.column[place]), int(joined.column[place + 1]))
    rows = slice(int(joined.row[place]), int(joined.row[place + 1]))
    return read_equilibrium(market, joined.parts[place], x[columns], y[rows] / future.probability, Effort())
