r"""The last digits of a point whose active set is nearly right: Newton on the conditions of optimality, quantities and prices at once.

A column is held at a bound where the natural residual says so; the others and all prices solve

.. math:: \begin{pmatrix} K + \rho & A_F^\top \\ A_F & -\rho \end{pmatrix} \begin{pmatrix} \Delta x \\ \Delta y \end{pmatrix}
          = \begin{pmatrix} w f'(x) - A_F^\top y \\ b - A x \end{pmatrix}, \qquad K = -w f''(x)

with rho a small proximal weight around the current point, which makes the solution unique where columns are flat and does not move
the limit. Held columns go to their bounds in the same step. The set is chosen again in each step.
"""

from __future__ import annotations

import numpy as np
import scipy.sparse as sparse
import scipy.sparse.linalg

from kanmon.solve.matrix import System
from kanmon.solve.terms import Terms

PROXIMAL = 1e-7
"""Weight of the proximal term in scaled units [1]."""

POLISHED = 1e-11
"""Natural residual at which a point needs no further step [1]."""

STEPS, PATIENCE = 40, 6
"""Steps at most, and steps without progress after which polishing gives up."""


def column_residual(system: System, terms: Terms, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Signed natural residual of every column [1]: distance to where the marginal gain, over the typical price, would move it."""
    gain = (terms.marginal(x) - system.matrix.T @ y / terms.weight) / terms.money
    at = x / terms.quantity
    return np.clip(at + gain, system.lower / terms.quantity, system.upper / terms.quantity) - at


def natural_residual(system: System, terms: Terms, row_quantity: np.ndarray, x: np.ndarray, y: np.ndarray) -> float:
    """Largest natural residual of a point, balances included [1]."""
    return float(_residuals(system, terms, row_quantity, x, y).max(initial=0.0))


def _residuals(system: System, terms: Terms, row_quantity: np.ndarray, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    return np.abs(np.concatenate([(system.matrix @ x - system.right) / row_quantity, column_residual(system, terms, x, y)]))


def polish(system: System, terms: Terms, row_quantity: np.ndarray, row_price: np.ndarray, x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray, float]:
    """Improve a point, or give it back.

    Args:
        system: equations and bounds.
        terms: curves.
        row_quantity, row_price: scale of each row [t/month] and of its dual [USD/t], discounted.
        x, y: a point near the solution.

    Returns:
        the point with the least natural residual that was met, and that residual.
    """
    residuals = _residuals(system, terms, row_quantity, x, y)
    best, found = float(residuals.max(initial=0.0)), (x, y)
    # Progress is judged by all residuals: while the set of held columns sorts itself out, the largest says little.
    least, since = np.log1p(residuals).sum(), 0
    steep = terms.is_steep()
    for _ in range(STEPS):
        if best <= POLISHED or since > PATIENCE:
            break
        x, y = _step(system, terms, row_quantity, row_price, x, y, steep)
        residuals = _residuals(system, terms, row_quantity, x, y)
        if not np.isfinite(residuals).all():
            break
        since += 1
        if np.log1p(residuals).sum() < least:
            least, since = np.log1p(residuals).sum(), 0
        if residuals.max(initial=0.0) < best:
            best, found, since = float(residuals.max(initial=0.0)), (x, y), 0
    return *found, best


def _step(system: System, terms: Terms, row_quantity, row_price, x, y, steep):
    """One Newton step on the active set of the point."""
    gain = terms.marginal(x) - system.matrix.T @ y / terms.weight
    # From one bound to the other only by way of being free: a jump across would be undone by the next step.
    room = 0.5 * (system.upper - system.lower) / terms.quantity
    wished = x / terms.quantity + np.clip(gain / terms.money, -room, room)
    held_low = wished <= system.lower / terms.quantity
    held_high = wished >= system.upper / terms.quantity
    free = np.flatnonzero(~(held_low | held_high))
    fresh = np.where(held_low, system.lower, np.where(held_high, system.upper, x))
    column_scale = np.sqrt(terms.quantity / terms.money)[free]
    row_scale = np.sqrt(row_price / row_quantity)
    matrix = sparse.diags_array(row_scale) @ system.matrix[:, free] @ sparse.diags_array(column_scale)
    curvature = terms.curvature(x)[free][:, free]
    scaled = sparse.diags_array(column_scale) @ -curvature @ sparse.diags_array(column_scale)
    rows = system.right.size
    conditions = sparse.csc_matrix(
        sparse.block_array([[scaled + PROXIMAL * sparse.eye_array(free.size), matrix.T], [matrix, -PROXIMAL * sparse.eye_array(rows)]])
    )
    right = np.concatenate([column_scale * (terms.weight * gain)[free], row_scale * (system.right - system.matrix @ fresh)])
    factor = scipy.sparse.linalg.splu(conditions, permc_spec="MMD_AT_PLUS_A", diag_pivot_thresh=0.0, options={"SymmetricMode": True})
    change = factor.solve(right)
    change += factor.solve(right - conditions @ change)
    fresh[free] += column_scale * change[: free.size]
    least = np.where(steep, np.maximum(system.lower, 0.5 * x), system.lower)
    return np.clip(fresh, least, system.upper), y + row_scale * change[free.size :]
