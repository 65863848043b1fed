"""Quadratic programs in HiGHS: the curves replaced by their second-order expansion, within a box around the last point."""

from __future__ import annotations

import numpy as np
import scipy.sparse as sparse

from kanmon.highs import Point, QuadraticProgram, solve_quadratic
from kanmon.solve.matrix import System
from kanmon.solve.terms import Terms

WIDEST_STEP = 2.0
"""Factor by which a curved column may grow in one program [1]; use may also not shrink by more, for its inverse demand is steep
there. Other columns may fall to their bounds, so that a program is never infeasible where the window is not."""

SMALL = 1e-3
"""Share of the typical quantity by which use may fall beyond that [1]."""


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
    upper[bent] = np.minimum(upper[bent], x[bent] * WIDEST_STEP + terms.quantity[bent])
    steep = system.columns["need"]
    lower[steep] = np.maximum(lower[steep], x[steep] / WIDEST_STEP - SMALL * terms.quantity[steep])
    size = terms.quantity
    money = float(np.median(terms.money * terms.quantity))
    matrix = sparse.csc_array(sparse.diags_array(1.0 / row_quantity) @ system.matrix @ sparse.diags_array(size))
    hessian = sparse.csc_array(sparse.diags_array(size) @ (-curvature) @ sparse.diags_array(size)) / money
    point = solve_quadratic(QuadraticProgram(matrix, system.right / row_quantity, lower / size, upper / size, -linear * size / money, hessian))
    primal = np.clip(point.primal * size, lower, upper)
    return Point(primal, -point.dual * money / row_quantity, point.iterations)
