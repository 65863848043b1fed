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
from kanmon.plans.optimise.extensive import FirstStage, FutureMarket, build_extensive, market_with
from kanmon.solve.equilibrium import Effort, Equilibrium, read_equilibrium
from kanmon.solve.matrix import System, read_system
from kanmon.solve.sequence import solve_sequence
from kanmon.solve.sorting import build_terms
from kanmon.solve.terms import Curve, Flat, Nests, Terms
from kanmon.solve.window import row_scales, start
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
    row_quantity, row_price, x, y = _scales_and_start(joined, futures, levers, budget)
    found = solve_sequence(joined.system, terms, row_quantity, row_price, x, y, MOST_PROGRAMS)
    if not found.residual <= PASS:
        raise NotSolved(f"residual {found.residual:.1e}. {NotSolved.__doc__}")
    levels = dict(zip([lever.name for lever in levers], found.x[joined.column[-1] : joined.column[-1] + len(levers)].tolist(), strict=True))
    markets = [_market_of(joined, place, future, levers, levels, found.x, found.y) for place, future in enumerate(futures)]
    worst = 0.0
    for solved in markets:
        certificate = certify_plan(solved, solved.market)
        certificate.demand()
        worst = max(worst, certificate.worst)
    price = 0.0 if joined.budget is None else max(float(found.y[joined.budget]), 0.0)
    worth = -(joined.system.matrix[: joined.row[-1], joined.column[-1] : joined.column[-1] + len(levers)].T @ found.y[: joined.row[-1]])
    worth -= _rent(joined, levers, found.y)
    return WorldOptimum(levels, dict(zip(levels, worth.tolist(), strict=True)), price, tuple(markets), found.residual, worst)


def _rent(joined: Joined, levers: Sequence[FirstStage], y: Floats) -> Floats:
    """Rent of built capacity, with its sign as in the matrix, by lever [USD]."""
    rows = slice(joined.row[-1], joined.system.right.size if joined.budget is None else joined.budget)
    return np.asarray(joined.system.matrix[rows, joined.column[-1] : joined.column[-1] + len(levers)].T @ y[rows])


def read_joined(m: pyo.ConcreteModel, futures: Sequence[FutureMarket]) -> Joined:
    """Compile an extensive form. Rows of a future stand as in its own system; those that link plants and the budget come last."""
    parts = tuple(read_system(m.future[place]) for place in m.FUTURES)
    row = np.cumsum([0, *(part.right.size for part in parts)])
    column = np.cumsum([0, *(part.lower.size for part in parts)])
    form = LinearStandardFormCompiler().write(m, mixed_form=True)
    places = [_places(part) for part in parts]
    of = {m.future[place].name: place for place in m.FUTURES}
    position = {id(variable): number for number, variable in enumerate(form.columns)}
    own = {id(variable): column[place] + number for place in m.FUTURES for number, variable in enumerate(_variables(m.future[place], parts[place]))}
    own |= {id(variable): int(column[-1]) + number for number, variable in enumerate(m.v_level.values())}
    to_joined = np.array([own[id(variable)] for variable in form.columns], dtype=np.int64)
    assert len(position) == to_joined.size
    compiled = sparse.csr_array(form.A)
    entries: list[tuple[int, int, float]] = []
    right, extra, budget = np.concatenate([*(part.right for part in parts)]), [], None
    first = int(column[-1])
    for number, entry in enumerate(form.rows):
        component, index = entry.constraint.parent_component().local_name, entry.constraint.index()
        begin, end = compiled.indptr[number], compiled.indptr[number + 1]
        columns, values = to_joined[compiled.indices[begin:end]], compiled.data[begin:end]
        block = of.get(entry.constraint.parent_block().name)
        if block is not None and component in places[block]:
            there = row[block] + places[block][component][index]
            entries.extend((int(there), int(c), float(v)) for c, v in zip(columns, values, strict=True) if c >= first)
        elif component in ("built_capacity", "budget"):
            there = int(row[-1]) + len(extra)
            budget = there if component == "budget" else budget
            entries.extend((there, int(c), float(v)) for c, v in zip(columns, values, strict=True))
            extra.append(float(form.rhs[number]))
    right = np.append(right, extra)
    levels = [(variable.lb, variable.ub) for variable in m.v_level.values()]
    size = first + len(levels)
    i, j, v = (np.array(part) for part in zip(*entries, strict=True)) if entries else (np.zeros(0, int), np.zeros(0, int), np.zeros(0))
    linking = sparse.csr_array((v, (i, j)), shape=(right.size, size))
    diagonal = sparse.block_diag([part.matrix for part in parts], format="csr")
    diagonal = sparse.csr_array((diagonal.data, diagonal.indices, np.append(diagonal.indptr, np.full(len(extra), diagonal.indptr[-1]))), shape=(right.size, size))
    slack = sparse.csr_array((np.ones(len(extra)), (int(row[-1]) + np.arange(len(extra)), np.arange(len(extra)))), shape=(right.size, len(extra)))
    nothing = np.zeros(len(extra))
    lower = np.concatenate([*(part.lower for part in parts), np.array([low for low, _ in levels], dtype=float), nothing])
    upper = np.concatenate([*(part.upper for part in parts), np.array([high for _, high in levels], dtype=float), nothing + np.inf])
    system = System(sparse.csr_array(sparse.hstack([diagonal + linking, slack])), right, lower, upper, {}, {}, np.zeros((0, 0), dtype=np.int64), {}, {})
    return Joined(system, row, column, parts, budget)
