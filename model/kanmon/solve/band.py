"""Newton's equations in a band: rows by month, goods that never meet apart, so that the work grows with the months and no faster.

A market meets others of its own month, and of the few months that a shipment or a stock spans. Ordered so, the equations have a narrow
band, and a dense Cholesky of it beats a general sparse factorisation several times over.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import scipy.linalg
import scipy.sparse as sparse
import scipy.sparse.linalg
from scipy.sparse.csgraph import connected_components
from threadpoolctl import ThreadpoolController

from kanmon.solve.matrix import System
from kanmon.solve.terms import Terms

LARGEST_BAND = 4e7
"""Entries of a band from which a sparse factorisation is taken instead: long transit in a large world would fill the memory."""


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


def band_order(system: System, terms: Terms) -> np.ndarray:
    """Order of the rows: by groups of markets that nothing joins, then by month. Kept with the system, whose structure decides it."""
    if "order" not in system.kept:
        month = np.zeros(system.right.size, dtype=np.int64)
        month[system.balance] = np.arange(system.balance.shape[1])[None, :]
        for limit in system.limits.values():
            month[limit.row] = limit.month
        for _, months, rows in system.links.values():
            month[rows] = months
        meets = abs(system.matrix)
        nests = terms.nests
        if nests.columns.size:
            members = sparse.csr_array((np.ones(nests.block.size), (nests.columns, nests.block)), shape=(meets.shape[1], int(nests.block.max()) + 1))
            meets = sparse.hstack([meets, meets @ members])
        _, group = connected_components(meets @ meets.T)
        system.kept["order"] = np.lexsort((month, group))
    return system.kept["order"]


def solve_in_band(normal: sparse.csc_matrix, right: np.ndarray, order: np.ndarray) -> np.ndarray:
    """Solve symmetric positive definite equations; by a sparse factorisation where the band is too wide or rounding spoils it.

    Args:
        normal: the equations.
        right: their right-hand side.
        order: rows in the order in which their band is narrow.
    """
    place = np.empty_like(order)
    place[order] = np.arange(order.size)
    entries = sparse.coo_array(normal)
    row, column = place[entries.row], place[entries.col]
    below = row >= column
    row, column = row[below], column[below]
    width = int((row - column).max(initial=0)) + 1
    if width * right.size <= LARGEST_BAND:
        band = np.zeros((width, right.size))
        band[row - column, column] = entries.data[below]
        try:
            factor = scipy.linalg.cholesky_banded(band, lower=True, check_finite=False, overwrite_ab=True)
            solved = scipy.linalg.cho_solve_banded((factor, True), right[order], check_finite=False)
            if np.isfinite(solved).all():
                return solved[place]
        except scipy.linalg.LinAlgError:
            pass
    factor = scipy.sparse.linalg.splu(sparse.csc_matrix(normal), permc_spec="MMD_AT_PLUS_A", diag_pivot_thresh=0.0, options={"SymmetricMode": True})
    return factor.solve(right)
