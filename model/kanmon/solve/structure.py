"""Windows alike have equations alike: Pyomo builds and compiles them once in a process, and later windows fill in their own numbers.

What decides rows, columns and the pattern of the matrix is who meets whom, in which months, and which limits are finite: that is the key. The
rest is numbers. Right-hand sides and bounds are those of :mod:`kanmon.formulation.constants`, which the rules of the equations read as well;
coefficients are where the compiled matrix has them, with the sign they have there. Structures whose numbers cannot be filled in exactly are
not kept, and are built anew every time.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

import numpy as np
import scipy.sparse as sparse

from kanmon.formulation.constants import bounds, right_sides
from kanmon.formulation.given import Given
from kanmon.formulation.model import build_model
from kanmon.scenario.market import Market
from kanmon.solve.matrix import FAMILIES, System, read_system

KEPT = 64
"""Structures remembered in a process; a window that opens every month has one a month."""


@dataclass(frozen=True)
class Structure:
    """Compiled equations, and where in their matrix the coefficients stand that data decide.

    Attributes:
        system: as compiled, with the numbers of the window that it was built for.
        entry: places in ``system.matrix.data``.
        place: which of :func:`coefficients` stands there.
        sign: its sign there.
    """

    system: System
    entry: np.ndarray
    place: np.ndarray
    sign: np.ndarray


_STRUCTURES: dict[bytes, Structure] = {}
_SWITCH = {"keeps": True}


@contextmanager
def without_store() -> Iterator[None]:
    """Context in which every window is built and compiled anew, to measure what keeping structures is worth."""
    before = _SWITCH["keeps"]
    _SWITCH["keeps"] = False
    try:
        yield
    finally:
        _SWITCH["keeps"] = before


def system_of(market: Market, given: Given) -> System:
    """The equations of a window: built and compiled, or those of one alike with its own numbers.

    Args:
        market: the window.
        given: what depends on prices; core use alone depends on it here.
    """
    if not _SWITCH["keeps"]:
        return read_system(build_model(market, given))
    key = structure_key(market)
    if key in _STRUCTURES:
        _STRUCTURES[key] = _STRUCTURES.pop(key)  # used last
        return refilled(_STRUCTURES[key], market, given)
    system = read_system(build_model(market, given))
    structure = structure_of(system, market)
    if structure is not None and same(refilled(structure, market, given), system):
        while len(_STRUCTURES) >= KEPT:
            _STRUCTURES.pop(next(iter(_STRUCTURES)))
        _STRUCTURES[key] = structure
    return system


def same(system: System, other: System) -> bool:
    """Whether two systems have the same numbers in the same places, to the last bit."""
    one, two = system.matrix, other.matrix
    pairs = ((one.indptr, two.indptr), (one.indices, two.indices), (one.data, two.data), (system.right, other.right), (system.lower, other.lower), (system.upper, other.upper))
    return all(np.array_equal(here, there) for here, there in pairs)


def refilled(structure: Structure, market: Market, given: Given) -> System:
    """The equations of a window of this structure."""
    system = structure.system
    right, lower, upper = np.empty_like(system.right), np.zeros_like(system.lower), np.full_like(system.upper, np.inf)
    numbers, within = right_sides(market), bounds(market, given)
    right[system.balance] = numbers["market_balance"]
    for name, limit in system.limits.items():
        right[limit.row] = numbers[name][limit.place, limit.month]
    for name, (place, month, row) in system.links.items():
        right[row] = numbers[name][place, month]
    for family in FAMILIES:
        least, most = within[family]
        place, month = system.indices[family].T
        lower[system.columns[family]], upper[system.columns[family]] = least[place, month], most[place, month]
    lane, month = system.indices["flow"].T
    upper[system.columns["flow"]] = np.minimum(upper[system.columns["flow"]], numbers["measure_limit"][lane, month])
    data = system.matrix.data.copy()
    data[structure.entry] = structure.sign * coefficients(market)[structure.place]
    matrix = sparse.csr_array((data, system.matrix.indices, system.matrix.indptr), shape=system.matrix.shape)
    return replace(system, matrix=matrix, right=right, lower=lower, upper=upper)


def coefficients(market: Market) -> np.ndarray:
    """All numbers that data put before a variable: recipes, scrap, what is kept of a stock, and what a trailing flow keeps and takes up [1]."""
    world = market.world
    stays = world.lanes.persistence
    return np.concatenate([world.activities.input_ratio, world.uses.scrap_ratio, 1.0 - world.stocks.loss, stays, 1.0 - stays])


def structure_of(system: System, market: Market) -> Structure | None:
    """Where in a compiled matrix the coefficients stand; None where others than them, those of the key, and ones stand there."""
    value, matrix = coefficients(market), system.matrix
    place, row, column = (np.concatenate(part) for part in zip(*_entries(system, market), strict=True))
    stands = value[place] != 0
    place, entry = place[stands], _entry_numbers(matrix, row[stands], column[stands])
    others = np.ones(matrix.nnz, dtype=bool)
    others[entry[entry >= 0]] = False
    apart = ~_is_merged(market)[place]
    place, entry = place[apart], entry[apart]
    if (entry < 0).any() or np.unique(entry).size < entry.size or (np.abs(matrix.data[others]) != 1.0).any():
        return None
    return Structure(system, entry, place, np.sign(matrix.data[entry]) * np.sign(value[place]))


def _entry_numbers(matrix: sparse.csr_array, row: np.ndarray, column: np.ndarray) -> np.ndarray:
    """Where rows and columns meet in the data of a matrix whose entries are sorted; -1 where nothing stands."""
    width = matrix.shape[1]
    known = np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr)) * width + matrix.indices
    wanted = row * width + column
    place = np.searchsorted(known, wanted)
    return np.where(np.append(known, -1)[place] == wanted, place, -1)


def _entries(system: System, market: Market) -> Iterator[tuple[np.ndarray, np.ndarray, np.ndarray]]:
    """Place among the coefficients, row and column of all of them."""
    world = market.world
    plants, uses, stocks = world.activities, world.uses, world.stocks
    first = np.cumsum([0, plants.input_ratio.size, uses.scrap_ratio.size, stocks.loss.size, len(world.lanes.keys)])
    columns = {family: _columns_by_place(system, market, family) for family in FAMILIES}

    def entries(kind: int, item: np.ndarray, row: np.ndarray, column: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        there = column >= 0
        return (first[kind] + np.broadcast_to(item, row.shape))[there], row[there], column[there]

    recipe, scrap, stock = (np.arange(size)[:, None] for size in (plants.input_ratio.size, uses.scrap_ratio.size, stocks.node.size))
    yield entries(0, recipe, system.balance[plants.input_node], columns["output"][plants.input_activity])
    for family in ("core_use", "flexible_use", "need", "shed"):
        yield entries(1, scrap, system.balance[uses.scrap_node], columns[family][uses.scrap_use])
    yield entries(2, stock, system.balance[stocks.node, 1:], columns["closing_stock"][: stocks.node.size, :-1])
    for name in ("release_limit", "fill_limit"):
        limit = system.limits[name]
        later = limit.month > 0
        yield entries(2, limit.place[later], limit.row[later], columns["closing_stock"][limit.place[later], limit.month[later] - 1])
    lane, month, row = system.links["trailing_flow"]
    yield entries(3, lane[month > 0], row[month > 0], columns["trailing_flow"][lane[month > 0], month[month > 0] - 1])
    yield entries(4, lane, row, columns["flow"][lane, month])


def _columns_by_place(system: System, market: Market, family: str) -> np.ndarray:
    """Column of each place and month of a family; -1 where there is none."""
    world = market.world
    rows = max(len(part.keys) for part in (world.nodes, world.activities, world.lanes, world.uses, world.expansions))
    out = np.full((max(rows, world.stocks.node.size, len(world.contracts)), market.months), -1)
    place, month = system.indices[family].T
    out[place, month] = system.columns[family]
    return out


def _is_merged(market: Market) -> np.ndarray:
    """Coefficients that a row adds to others of the same variable: a plant that uses what it makes, scrap of the good itself (mask)."""
    world = market.world
    plants, uses = world.activities, world.uses
    own = plants.input_node == plants.output[plants.input_activity]
    own |= _is_repeated(plants.input_activity, plants.input_node)
    back = uses.scrap_node == uses.node[uses.scrap_use]
    back |= _is_repeated(uses.scrap_use, uses.scrap_node)
    return np.concatenate([own, back, np.zeros(world.stocks.node.size + 2 * len(world.lanes.keys), dtype=bool)])


def _is_repeated(*columns: np.ndarray) -> np.ndarray:
    """Rows that stand more than once (mask)."""
    _, place, count = np.unique(np.stack(columns, axis=1), axis=0, return_inverse=True, return_counts=True)
    return np.asarray(count[place.reshape(-1)] > 1)


def structure_key(market: Market) -> bytes:
    """Digest of all that decides rows, columns and the pattern of a matrix, and of coefficients that are not told apart in it."""
    world = market.world
    plants, lanes, uses, stocks, added = world.activities, world.lanes, world.uses, world.stocks, world.expansions
    value, merged = coefficients(market), _is_merged(market)
    parts = [
        np.array([market.months, len(world.nodes.keys), len(lanes.keys), len(market.pools)]),
        world.nodes.disposable, np.isfinite(world.nodes.resale), plants.output, plants.input_activity, plants.input_node,
        lanes.origin, lanes.destination, lanes.transit, (lanes.persistence > 0) & (lanes.friction > 0),
        uses.node, uses.nest, uses.scrap_use, uses.scrap_node, stocks.node, value == 0, value[merged],
        np.isfinite(market.release_limit), np.isfinite(market.fill_limit), market.contracted != 0, np.array([contract.lane for contract in world.contracts], dtype=np.int64),
        added.lane, added.activity, market.is_open, market.can_come, np.isfinite(market.carried),
    ]  # fmt: skip
    for pool in market.pools:
        parts += [pool.lanes, np.isfinite(pool.limit)]
    digest = hashlib.blake2b(digest_size=16)
    for part in parts:
        digest.update(f"{part.dtype.str}{part.shape}".encode() + np.ascontiguousarray(part).tobytes())
    return digest.digest()

