"""A window as a nonlinear program in CasADi, solved by IPOPT, built as someone who knew both would.

Vectorised (a handful of MX nodes whatever the size), scaled, with exact derivatives and constant constraint Jacobian; curves and bounds are
parameters, so that a window with other numbers is solved by the same function. Linear solver: MUMPS, the one that comes with CasADi.
"""

from __future__ import annotations

import casadi
import numpy as np
import scipy.sparse as sparse

from kanmon.scenario.market import Market
from solvers.peers import Answer, Instance, base_columns, read_plan

TOLERANCE = 1e-11
"""IPOPT's tolerance; at 1e-9 lanes that all but stand still miss the certificate by a factor of ten."""


class Ipopt:
    """The program of a window, built once; :meth:`solve` takes any window with the same structure.

    Args:
        instance: window that gives the structure.
        options: IPOPT's, beyond those that are set here.
    """

    def __init__(self, instance: Instance, **options):
        self.structure = instance
        z = casadi.MX.sym("z", instance.lower.size)
        x = casadi.DM(instance.size) * z
        parameters: list[casadi.MX] = []

        def parameter(count: int) -> casadi.MX:
            parameters.append(casadi.MX.sym(f"p{len(parameters)}", count))
            return parameters[-1]

        def columns(numbers: np.ndarray) -> casadi.MX:
            return x[numbers.tolist()]

        surplus = casadi.dot(parameter(instance.lower.size), z)
        for area in instance.areas:
            money, base, shift, exponent = (parameter(area.columns.size) for _ in range(4))
            surplus += _power_areas(money, (shift + columns(area.columns)) / base, exponent, area.exponent == 0)
        friction = instance.friction
        money, base, scale, below, d = (parameter(friction.columns.size) for _ in range(5))
        y = (columns(friction.columns) - base) / scale
        root = casadi.sqrt(y**2 + d**2)
        one_sided = y**2 / 2 + (y * root + d**2 * casadi.asinh(y / d)) / 2 - d * y
        surplus -= casadi.dot(money, below / 2 * y**2 + (1 - below) / 2 * one_sided)
        nests = instance.nests
        if nests.columns.size:
            base, share, power = (parameter(nests.columns.size) for _ in range(3))
            outlay, exponent = (parameter(nests.outlay.size) for _ in range(2))
            surplus += _nest_areas(columns(nests.columns) / base, share, power, outlay, exponent, nests)
        rows = sparse.csc_matrix(sparse.diags_array(1 / instance.row_size) @ instance.system.matrix @ sparse.diags_array(instance.size))
        pattern = casadi.Sparsity(*rows.shape, rows.indptr.tolist(), rows.indices.tolist())
        program = {"x": z, "p": casadi.vertcat(*parameters), "f": -surplus, "g": casadi.mtimes(casadi.DM(pattern, rows.data), z)}
        settings = {"print_level": 0, "tol": TOLERANCE, "linear_solver": "mumps", "bound_relax_factor": 0.0, "jac_c_constant": "yes", "jac_d_constant": "yes", "max_iter": 500, "sb": "yes"} | options
        self.function = casadi.nlpsol("window", "ipopt", program, {"print_time": False, "ipopt": settings, "error_on_fail": False})

    def solve(self, market: Market, instance: Instance, start: tuple[np.ndarray, np.ndarray] | None = None) -> Answer:
        """Solve a window.

        Args:
            market: the window.
            instance: its numbers; columns and rows those of the structure.
            start: columns and row duals to start from; the base year if left out.

        Raises:
            ValueError: another structure: an exponent has become or ceased to be zero.
        """
        self._same_structure(instance)
        structure = self.structure
        bounds = {"lbx": instance.lower / structure.size, "ubx": instance.upper / structure.size}
        right = instance.system.right / structure.row_size
        first = base_columns(market, instance) if start is None else start[0]
        duals = {} if start is None else {"lam_g0": start[1] * structure.row_size / instance.money}
        result = self.function(x0=first / structure.size, p=_numbers(instance, structure.size), lbg=right, ubg=right, **bounds, **duals)
        x = np.clip(np.array(result["x"]).ravel() * structure.size, instance.lower, instance.upper)
        y = np.array(result["lam_g"]).ravel() * instance.money / structure.row_size
        stats = self.function.stats()
        surplus = -float(result["f"]) * instance.money + _constants(instance)
        return Answer(read_plan(market, instance, x, y), x, y, surplus, stats["return_status"], stats["iter_count"])

    def _same_structure(self, instance: Instance) -> None:
        known, asked = self.structure, instance
        pairs = [(a.columns, b.columns) for a, b in zip((*known.areas, known.friction, known.nests), (*asked.areas, asked.friction, asked.nests), strict=True)]
        pairs += [(a.exponent == 0, b.exponent == 0) for a, b in zip((*known.areas, known.nests), (*asked.areas, asked.nests), strict=True)]
        pairs += [(known.nests.power == 0, asked.nests.power == 0)]
        if not all(np.array_equal(a, b) for a, b in pairs):
            raise ValueError("the window has another structure; build its program anew")


def _power_areas(money: casadi.MX, ratio: casadi.MX, exponent: casadi.MX, unit: np.ndarray) -> casadi.MX:
    """Areas under powers, constants apart: a power over its exponent, a logarithm where the exponent is zero."""
    total, logs, powers = 0.0, np.flatnonzero(unit).tolist(), np.flatnonzero(~unit).tolist()
    if logs:
        total += casadi.dot(money[logs], casadi.log(ratio[logs]))
    if powers:
        total += casadi.dot(money[powers] / exponent[powers], ratio[powers] ** exponent[powers])
    return total


def _nest_areas(ratio, share, power, outlay, exponent, nests) -> casadi.MX:
    """Isoelastic areas over CES aggregates; Cobb-Douglas where sigma is 1."""
    unit = nests.power == 0
    gather = casadi.DM.triplet(nests.block.tolist(), list(range(nests.block.size)), casadi.DM.ones(nests.block.size), nests.outlay.size, nests.block.size)
    members = [np.flatnonzero(mask[nests.block]).tolist() for mask in (unit, ~unit)]
    blocks = [np.flatnonzero(mask).tolist() for mask in (unit, ~unit)]
    logs = casadi.MX(nests.outlay.size, 1)
    if blocks[0]:
        logs[blocks[0]] = casadi.mtimes(gather[blocks[0], members[0]], share[members[0]] * casadi.log(ratio[members[0]]))
    if blocks[1]:
        terms = casadi.mtimes(gather[blocks[1], members[1]], share[members[1]] * ratio[members[1]] ** power[members[1]])
        lead = [int(np.flatnonzero(nests.block == block)[0]) for block in blocks[1]]
        logs[blocks[1]] = casadi.log(terms) / power[lead]
    flat = np.flatnonzero(nests.exponent == 0).tolist()
    bent = np.flatnonzero(nests.exponent != 0).tolist()
    total = casadi.dot(outlay[flat], logs[flat]) if flat else 0.0
    return total + (casadi.dot(outlay[bent] / exponent[bent], casadi.exp(exponent[bent] * logs[bent])) if bent else 0.0)


def _numbers(instance: Instance, size: np.ndarray) -> np.ndarray:
    """Values of the parameters, in the order in which the program declares them."""
    money, friction, nests = instance.money, instance.friction, instance.nests
    parts = [instance.linear * size / money]
    for area in instance.areas:
        parts += [area.money / money, area.base, area.shift, area.exponent]
    parts += [friction.money / money, friction.base, friction.scale, friction.below, friction.smoothing]
    if nests.columns.size:
        parts += [nests.base, nests.share, nests.power[nests.block], nests.outlay / money, nests.exponent]
    return np.concatenate(parts)


def _constants(instance: Instance) -> float:
    """What the areas begin from, left out of the program [USD]."""
    total = 0.0
    for area in instance.areas:
        unit = area.exponent == 0
        begun = area.start > 0
        start = np.where(begun, area.start, area.base) / area.base
        safe = np.where(unit, 1.0, area.exponent)
        total -= area.money @ np.where(unit, np.log(start), start**safe / safe * begun)
    nests = instance.nests
    return float(total - (nests.outlay / np.where(nests.exponent == 0, np.inf, nests.exponent)).sum())
