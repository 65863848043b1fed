"""Newton's equations in bands: rows by month, markets that nothing joins apart, so that the work grows with the months and no faster.

A market meets others of its own month, and of the few months that a shipment or a stock spans. Ordered so, the equations have a narrow
band, and a dense Cholesky of it beats a general sparse factorisation several times over. Where two rows meet, and in which columns, the
structure of a system decides: it is worked out once, and each step only adds up products of numbers.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, cached_property

import numpy as np
import scipy.linalg
import scipy.sparse as sparse
import scipy.sparse.linalg
from scipy.sparse.csgraph import connected_components
from threadpoolctl import ThreadpoolController

from kanmon.solve.matrix import System
from kanmon.solve.terms import Nests, Terms

LARGEST_BAND = 4e7
"""Entries of the bands from which a sparse factorisation is taken instead: long transit in a large world would fill the memory."""

RIDGE = 1e-12
"""What is added to the diagonal, as a share of its mean or of one [1]."""


@cache
def _threads() -> ThreadpoolController:
    """The linear algebra libraries of this process, found once."""
    return ThreadpoolController()


def on_one_thread():
    """Context in which linear algebra keeps to one thread.

    A narrow band has too little work for two, and where other processes want the cores, threads that wait for each other take a
    hundred times as long.
    """
    return _threads().limit(limits=1, user_api="blas")


@dataclass(frozen=True)
class Products:
    """Sums of products of two coefficients, by the pair of rows that meet: what one answer adds to the normal equations.

    Attributes:
        one, other: entries of the matrix that are multiplied.
        places: pattern in which they are added up: pairs of rows x answers.
    """

    one: np.ndarray
    other: np.ndarray
    places: sparse.csr_array

    def of(self, data: np.ndarray) -> sparse.csr_array:
        """The map from answers to pairs of rows, for coefficients of a matrix."""
        return sparse.csr_array((data[self.one] * data[self.other], self.places.indices, self.places.indptr), shape=self.places.shape)


@dataclass(frozen=True)
class Band:
    """Markets of about the same bandwidth: their rows in order, width, and where in the band each pair of rows stands."""

    rows: np.ndarray
    width: int
    pair: np.ndarray
    place: np.ndarray


@dataclass(frozen=True)
class Meetings:
    """Which rows of a system meet in the normal equations A D A', the lower triangle.

    Attributes:
        row, column: rows of each pair, the later one in the order of the bands first.
        alone: products in columns that answer on their own, by column.
        nested: products in columns of a nest, by pair of its members.
        bands: the rows in bands.
        in_chains: many rows meet only the same row of the months beside them, such as those of added capacity: a band of them is wide and
            nearly empty, and a sparse factorisation takes a fifth of the time.
    """

    row: np.ndarray
    column: np.ndarray
    alone: Products
    nested: Products
    bands: tuple[Band, ...]
    in_chains: bool

    @property
    def rows(self) -> int:
        return sum(band.rows.size for band in self.bands)

    @cached_property
    def both_sides(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """The whole symmetric pattern as a compressed matrix: pair behind each entry, its row, ends of the columns."""
        below = np.flatnonzero(self.row != self.column)
        pair = np.concatenate([np.arange(self.row.size), below])
        row, column = np.concatenate([self.row, self.column[below]]), np.concatenate([self.column, self.row[below]])
        order = np.lexsort((row, column))
        return pair[order], row[order], np.searchsorted(column[order], np.arange(self.rows + 1))


def meetings(system: System, terms: Terms) -> Meetings:
    """Which rows meet; kept with the system, whose structure decides it."""
    if "meetings" not in system.kept:
        system.kept["meetings"] = _meetings(system, terms.nests)
    return system.kept["meetings"]


def _meetings(system: System, nests: Nests) -> Meetings:
    by_column = sparse.csc_array((np.arange(1, system.matrix.nnz + 1), system.matrix.indices, system.matrix.indptr), shape=system.matrix.shape[::-1]).T
    entries = sparse.csc_array(by_column)
    rows, number, ends = entries.indices, entries.data - 1, entries.indptr
    each = np.arange(system.matrix.shape[1])
    alone = _pairs(rows, number, ends, each, each, each)
    member, other = nests.pairs
    nested = _pairs(rows, number, ends, nests.columns[member], nests.columns[other], np.arange(member.size))
    order, group = _order(system, np.concatenate([alone[0], nested[0]]), np.concatenate([alone[1], nested[1]]))
    place = np.empty_like(order)
    place[order] = np.arange(order.size)
    size = order.size
    lower = [tuple(part[place[pairs[0]] >= place[pairs[1]]] for part in pairs) for pairs in (alone, nested)]
    key = np.unique(np.concatenate([pairs[0] * size + pairs[1] for pairs in lower]))
    row, column = np.divmod(key, size)
    one, many = (
        _products(np.searchsorted(key, pairs[0] * size + pairs[1]), pairs, (key.size, answers))
        for pairs, answers in zip(lower, (each.size, member.size), strict=True)
    )
    bands = _bands(order, place, group, row, column)
    return Meetings(row, column, one, many, bands, system.links["added_capacity"].size > 0 or sum(band.width * band.rows.size for band in bands) > LARGEST_BAND)


def _pairs(rows: np.ndarray, number: np.ndarray, ends: np.ndarray, first: np.ndarray, second: np.ndarray, answer: np.ndarray) -> tuple[np.ndarray, ...]:
    """Every entry of the first column with every entry of the second: both rows, both entries, and the answer that joins them."""
    sizes, others = np.diff(ends)[first], np.diff(ends)[second]
    many = sizes * others
    which = np.repeat(np.arange(first.size), many)
    within = np.arange(many.sum()) - np.repeat(np.cumsum(many) - many, many)
    one, other = ends[first][which] + within // others[which], ends[second][which] + within % others[which]
    return rows[one].astype(np.int64), rows[other].astype(np.int64), number[one], number[other], answer[which]


def _products(pair: np.ndarray, pairs: tuple[np.ndarray, ...], shape: tuple[int, int]) -> Products:
    """Products in the order of a compressed pattern."""
    order = np.lexsort((pairs[4], pair))
    ends = np.searchsorted(pair[order], np.arange(shape[0] + 1))
    return Products(pairs[2][order], pairs[3][order], sparse.csr_array((np.ones(order.size), pairs[4][order], ends), shape=shape))


def _order(system: System, row: np.ndarray, other: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Order of the rows, by markets that nothing joins, then by month; and the group of each row."""
    month = np.zeros(system.right.size, dtype=np.int64)
    month[system.balance] = np.arange(system.balance.shape[1])[None, :]
    for limit in system.limits.values():
        month[limit.row] = limit.month
    for _, months, rows in system.links.values():
        month[rows] = months
    _, group = connected_components(sparse.coo_array((np.ones(row.size), (row, other)), shape=(month.size, month.size)), directed=False)
    return np.lexsort((month, group)), group


def _bands(order: np.ndarray, place: np.ndarray, group: np.ndarray, row: np.ndarray, column: np.ndarray) -> tuple[Band, ...]:
    """Groups of about the same bandwidth in one band each."""
    width = np.ones(int(group.max(initial=-1)) + 1, dtype=np.int64)
    np.maximum.at(width, group[row], place[row] - place[column] + 1)
    size = np.ceil(np.log2(width)).astype(np.int64)
    bands = []
    for kind in np.unique(size):
        rows = order[size[group[order]] == kind]
        here = np.flatnonzero(size[group[row]] == kind)
        inside = np.empty(order.size, dtype=np.int64)
        inside[rows] = np.arange(rows.size)
        most = int(width[size == kind].max())
        bands.append(Band(rows, most, here, (inside[row[here]] - inside[column[here]]) * rows.size + inside[column[here]]))
    return tuple(bands)


def solve_normal(meet: Meetings, values: np.ndarray, right: np.ndarray) -> np.ndarray:
    """Solve symmetric positive definite equations; by a sparse factorisation where the bands are too wide or rounding spoils them.

    Args:
        meet: which rows meet.
        values: of each pair of rows.
        right: right-hand side.
    """
    diagonal = meet.row == meet.column
    values = np.where(diagonal, values + RIDGE * max(1.0, float(values[diagonal].mean())), values)
    if not meet.in_chains:
        solved = np.zeros(right.size)
        try:
            for band in meet.bands:
                full = np.zeros(band.width * band.rows.size)
                full[band.place] = values[band.pair]
                factor = scipy.linalg.cholesky_banded(full.reshape(band.width, band.rows.size), lower=True, check_finite=False, overwrite_ab=True)
                solved[band.rows] = scipy.linalg.cho_solve_banded((factor, True), right[band.rows], check_finite=False)
            if np.isfinite(solved).all():
                return solved
        except scipy.linalg.LinAlgError:
            pass
    pair, row, ends = meet.both_sides
    normal = sparse.csc_matrix((values[pair], row, ends), shape=(right.size, right.size), copy=True)
    normal.eliminate_zeros()  # what stands at a bound answers nothing; without it the factors fill up less
    factor = scipy.sparse.linalg.splu(normal, permc_spec="MMD_AT_PLUS_A", diag_pivot_thresh=0.0, options={"SymmetricMode": True})
    return factor.solve(right)
