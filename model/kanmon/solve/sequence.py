"""Quadratic programs in HiGHS: the curves replaced by their second-order expansion, within a box around the last point."""

from __future__ import annotations

import numpy as np
import scipy.sparse as sparse

from kanmon.highs import Point, QuadraticProgram, solve_quadratic
from kanmon.solve.matrix import System
from kanmon.solve.terms import Terms

WIDEST_STEP = 2.0
"""Factor by which a curved column may grow or shrink in one program [1]: the expansion is not trusted farther."""

SMALL = 1e-3
"""Boxes are never narrower than this share of the column's typical quantity [1]."""


def quadratic_step(system: System, terms: Terms, row_quantity: np.ndarray, x: np.ndarray) -> Point:
    """Solve the expansion around a point, in scaled units; duals are discounted prices [USD/t].

    Args:
        system: equations and bounds.
        terms: curves.
        row_quantity: scale of each row [t/month].
        x: point of expansion, within bounds.
    """
    curvature = terms.curvature(x)
    linear = terms.weight * terms.marginal(x) - curvature @ x
    lower, upper = system.lower.copy(), system.upper.copy()
    bent = ~terms.is_flat()
    small = SMALL * terms.quantity[bent]
    lower[bent] = np.maximum(lower[bent], x[bent] / WIDEST_STEP - small)
    upper[bent] = np.minimum(upper[bent], x[bent] * WIDEST_STEP + small + terms.quantity[bent])
    size = terms.quantity
    money = float(np.median(terms.money * terms.quantity))
    matrix = sparse.csc_array(sparse.diags_array(1.0 / row_quantity) @ system.matrix @ sparse.diags_array(size))
    hessian = sparse.csc_array(sparse.diags_array(size) @ (-curvature) @ sparse.diags_array(size)) / money
    point = solve_quadratic(QuadraticProgram(matrix, system.right / row_quantity, lower / size, upper / size, -linear * size / money, hessian))
    primal = np.clip(point.primal * size, lower, upper)
    return Point(primal, -point.dual * money / row_quantity, point.iterations)
