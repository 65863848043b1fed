r"""Find the balanced year nearest to the reported one.

Sources never balance. The reconciliation moves every base flow, output and use as little as its quality allows:

.. math::
    \min_x \sum_j \left(\frac{x_j - \bar x_j}{\sigma_j}\right)^2
    \quad\text{s.t.}\quad A x = 0,\; \tfrac{1}{20}\bar x_j \le x_j \le \text{capacity}_j

with :math:`\sigma_j = ` (relative error of the quality of row j) times :math:`\bar x_j`, and one balance for each node:
output and imports equal use, inputs and exports. Solved by HiGHS; the balances are then met to rounding by one weighted
projection on the rows that stand off their bounds. Source: Stone, Champernowne and Meade (1942).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy.sparse as sparse

from kanmon.highs import QuadraticProgram, solve_quadratic
from kanmon.pack.load import Row
from kanmon.pack.schema import RELATIVE_ERROR

SMALLEST_SHARE = 0.05
"""No row is reconciled below this share of its figure [1]."""


@dataclass(frozen=True)
class Adjustment:
    """One row of the base year before and after reconciliation [t/month]."""

    row: Row
    reported: float
    reconciled: float

    @property
    def relative(self) -> float:
        return self.reconciled / self.reported - 1 if self.reported else 0.0


def reconcile(rows: list[Row], balance: sparse.csr_array, capacity: np.ndarray) -> list[Adjustment]:
    """Nearest balanced values of the base-year rows.

    Args:
        rows: one row of the pack for each column of the balance.
        balance: nodes x rows, supply positive and disposal negative [1].
        capacity: upper bound of each row [t/month]; infinite where there is none.
    """
    reported = np.array([row.value for row in rows])
    moving = reported > 0
    value = reported.copy()
    if moving.any():
        error = np.array([RELATIVE_ERROR[row.fact.quality] for row in rows])[moving] * reported[moving]
        columns = sparse.csc_array(balance[:, np.flatnonzero(moving)])
        # In units of each row's figure, so that grams and kilotonnes weigh alike.
        scale = reported[moving]
        weight = 1.0 / (error / scale) ** 2
        node_scale = 1.0 / np.maximum(abs(columns) @ scale, 1e-12)
        matrix = sparse.csc_array(sparse.diags_array(node_scale) @ columns @ sparse.diags_array(scale))
        lower = np.full(scale.size, SMALLEST_SHARE)
        upper = np.maximum(capacity[moving] / scale, lower)
        program = QuadraticProgram(matrix, np.zeros(matrix.shape[0]), lower, upper, -weight, sparse.diags_array(weight, format="csc"))
        share = solve_quadratic(program).primal
        share = _project(share, matrix, weight, lower, upper)
        value[moving] = share * scale
    return [Adjustment(row, before, after) for row, before, after in zip(rows, reported, value, strict=True)]


def _project(share: np.ndarray, matrix: sparse.csc_array, weight: np.ndarray, lower: np.ndarray, upper: np.ndarray) -> np.ndarray:
    """Meet the balances to rounding, moving only the rows that stand off their bounds."""
    free = (share > lower + 1e-6) & (share < upper - 1e-6)
    share = np.where(share <= lower + 1e-6, lower, np.where(share >= upper - 1e-6, upper, share))
    part = matrix[:, np.flatnonzero(free)]
    for _ in range(3):
        gap = matrix @ share
        normal = (part @ sparse.diags_array(1 / weight[free]) @ part.T).toarray()
        step, *_ = np.linalg.lstsq(normal, gap, rcond=1e-12)
        share[free] -= (part.T @ step) / weight[free]
    # Back within bounds: what cannot be balanced without leaving them stays unbalanced, and the caller says where.
    return np.clip(share, lower, upper)
