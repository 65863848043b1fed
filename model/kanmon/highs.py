"""The one door to HiGHS: a convex quadratic program in, point and duals out.

HiGHS solves it with its interior-point method HiPO, which scales where the active-set method does not. No status is
trusted beyond "there is a point": the caller certifies.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib.util import find_spec

import highspy
import numpy as np
import scipy.sparse as sparse

from kanmon.errors import KanmonError, SolverUnavailable

TIME_LIMIT = 120.0
"""Seconds after which one quadratic program is given up."""

TOLERANCE = 1e-11
"""Interior-point optimality tolerance where the point itself is the answer [1]."""

ACCURACY = 1e-7
"""Accuracy at which HiGHS takes a point as optimal, unless the tolerance is looser [1]."""


class SolverFailed(KanmonError):
    """HiGHS returned no point. The data may be badly scaled or the program infeasible; ``kanmon check`` may say where."""

CORNER = 1e-10
"""Tolerance of a corner of a linear program, the smallest that HiGHS takes [1]."""


@dataclass(frozen=True)
class QuadraticProgram:
    """Minimise c'x + x'Hx/2 subject to Ax = b, l <= x <= u.

    Attributes:
        matrix: A, rows x columns.
        right: b.
        lower, upper: l and u.
        linear: c.
        hessian: H, symmetric and positive semidefinite.
    """

    matrix: sparse.csc_array
    right: np.ndarray
    lower: np.ndarray
    upper: np.ndarray
    linear: np.ndarray
    hessian: sparse.csc_array


@dataclass(frozen=True)
class Point:
    """A primal point and row duals (change of the minimum per unit of the right-hand side); whether it was found infeasible."""

    primal: np.ndarray
    dual: np.ndarray
    iterations: int
    infeasible: bool = False


def require_hipo() -> None:
    """Find out before anything is built whether HiPO is there: without its extra, HiGHS falls back with one line of output.

    Raises:
        SolverUnavailable: it is not.
    """
    if find_spec("highspy_extras") is None:
        raise SolverUnavailable(SolverUnavailable.__doc__)


def solve_quadratic(program: QuadraticProgram, tolerance: float = TOLERANCE) -> Point:
    """Solve a convex quadratic program with HiPO. With a diagonal Hessian it factorises the normal equations, which is fastest.

    Args:
        program: the program, in units in which typical quantities and coefficients are about 1.
        tolerance: relative gap and infeasibility at which the interior-point method stops [1].

    Raises:
        SolverUnavailable: HiPO is not installed, so HiGHS would fall back without a word.
        SolverFailed: no point came back.
    """
    require_hipo()
    return _solve(program, {"solver": "hipo", "hipo_ordering": "amd", "ipm_optimality_tolerance": tolerance, "kkt_tolerance": max(tolerance, ACCURACY)})


def solve_linear(program: QuadraticProgram) -> Point:
    """Solve a linear program, one without a Hessian, with the simplex method: a corner, exact to rounding.

    Raises:
        SolverFailed: no point came back.
    """
    return _solve(program, {"solver": "simplex", "kkt_tolerance": CORNER})


def _solve(program: QuadraticProgram, options: dict[str, str | float]) -> Point:
    """Hand a program to HiGHS and take the point back."""
    solver = highspy.Highs()
    for name, value in {"output_flag": False, "time_limit": TIME_LIMIT, "threads": 1, **options}.items():
        solver.setOptionValue(name, value)
    rows, columns = program.matrix.shape
    model = highspy.HighsModel()
    lp = model.lp_
    lp.num_row_, lp.num_col_ = rows, columns
    lp.col_cost_ = program.linear
    lp.col_lower_ = np.where(np.isfinite(program.lower), program.lower, -highspy.kHighsInf)
    lp.col_upper_ = np.where(np.isfinite(program.upper), program.upper, highspy.kHighsInf)
    lp.row_lower_ = lp.row_upper_ = program.right
    matrix = sparse.csc_array(program.matrix)
    lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    lp.a_matrix_.start_, lp.a_matrix_.index_, lp.a_matrix_.value_ = matrix.indptr, matrix.indices, matrix.data
    lower = sparse.csc_array(sparse.tril(program.hessian))
    model.hessian_.dim_ = 0 if options["solver"] == "simplex" else columns
    model.hessian_.format_ = highspy.HessianFormat.kTriangular
    model.hessian_.start_, model.hessian_.index_, model.hessian_.value_ = lower.indptr, lower.indices, lower.data
    if solver.passModel(model) == highspy.HighsStatus.kError:
        raise SolverFailed(f"HiGHS refused the program: a coefficient is not a usable number. {SolverFailed.__doc__}")
    solver.run()
    solution = solver.getSolution()
    primal = np.array(solution.col_value)
    if primal.size != columns or not np.isfinite(primal).all():
        raise SolverFailed(f"HiGHS returned no point ({solver.modelStatusToString(solver.getModelStatus())}). {SolverFailed.__doc__}")
    infeasible = solver.getModelStatus() in (highspy.HighsModelStatus.kInfeasible, highspy.HighsModelStatus.kUnboundedOrInfeasible)
    return Point(primal, np.array(solution.row_dual), solver.getInfo().ipm_iteration_count, infeasible)
