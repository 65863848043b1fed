"""The economy with some industries short of material: the most value added that the rest allows, as a linear program.

In the manner of the models of the US Geological Survey (Open-File Reports 2024-1057 and 2025-1047), whose equations were not published
where they could be read. Independent cases (months, rules, draws) stand side by side in one program.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pyomo.environ as pyo
import scipy.sparse as sparse
from pyomo.repn.plugins.standard_form import LinearStandardFormCompiler

from kanmon.economy.national import National
from kanmon.errors import InputError, Problem
from kanmon.highs import QuadraticProgram, solve_linear


@dataclass(frozen=True)
class Rules:
    """What a region can do when material is short.

    Attributes:
        floor: share of each final demand that must be served [1].
        spare: output that an industry could add, as a share of the base [1].
        replaceable: share of the lack of a split-off industry's product that its users replace by stocks, imports or other products [1].
    """

    floor: float = 0.0
    spare: float = 0.0
    replaceable: float = 1.0


@dataclass(frozen=True)
class Material:
    """Satellite rows: how the industries split off hang on goods and on each other. Axes: industry split off i, k; good g.

    Attributes:
        dependent: share of output that stops with the material [k] [1].
        need: industry's share in the region's use of a good, for those that may be told to go without [g, k] [1].
        elsewhere: share of uses about which nothing is known; they carry no value here and go without first [g] [1].
        chain: share of the output of i that stops when its home supplier k stops [i, k] [1].
    """

    dependent: np.ndarray
    need: np.ndarray
    elsewhere: np.ndarray
    chain: np.ndarray

    @classmethod
    def none(cls, industries: int) -> Material:
        """No goods and no chains."""
        return cls(np.zeros(industries), np.zeros((0, industries)), np.zeros(0), np.zeros((industries, industries)))


@dataclass(frozen=True)
class Rationed:
    """Output and final demand served [case, industry], and share of its material that each split-off industry is told to go without, as shares of the base [1]."""

    output: np.ndarray
    final: np.ndarray
    without: np.ndarray = field(default_factory=lambda: np.zeros((0, 0)))


def product_balance(m: pyo.ConcreteModel, i: int):
    r"""Every home product: output and what replaces it meet what industries use of it and final demand.

    .. math:: \hat x_i + r_i = \sum_j \frac{z_{ij}}{x^0_i}\, \hat x_j + \frac{f^0_i}{x^0_i}\, \hat f_i \qquad \forall i \qquad [1],\ \text{dual: scarcity value of the product } [\mathrm{GDP}]
    """
    replaced = m.v_replaced[i] if i in m.SPLIT else 0.0
    return m.v_output[i] + replaced == sum(m.use_share[i, j] * m.v_output[j] for j in m.INDUSTRIES) + m.final_share[i] * m.v_final[i]


def replacement_limit(m: pyo.ConcreteModel, k: int):
    r"""Users replace at most a share of what they use of the product of an industry that is short.

    .. math:: r_k \le \rho \sum_j \frac{z_{kj}}{x^0_k}\, \hat x_j \qquad \forall k \qquad [1],\ \text{dual: value of replacement } [\mathrm{GDP}]
    """
    return m.v_replaced[k] - m.replaceable * sum(m.use_share[k, j] * m.v_output[j] for j in m.INDUSTRIES) <= 0


def import_limit(m: pyo.ConcreteModel, i: int):
    r"""Imported inputs of each product stay within those of the base year.

    .. math:: \sum_j m_{ij}\, \hat x_j \big/ \sum_j m_{ij} \le 1 \qquad \forall i \qquad [1],\ \text{dual: value of imports } [\mathrm{GDP}]
    """
    return sum(m.import_share[i, j] * m.v_output[j] for j in m.INDUSTRIES) <= 1.0


def material_limit(m: pyo.ConcreteModel, k: int):
    r"""An industry makes no more than the material that it gets allows.

    .. math:: \hat x_k + d_k\, \phi_k \le \bar x_k \qquad \forall k \qquad [1],\ \text{dual: value added that the material carries } [\mathrm{GDP}]
    """
    return m.v_output[k] + m.dependent[k] * m.v_without[k] <= 1.0


def material_short(m: pyo.ConcreteModel, g: int):
    r"""What is missing of a good, somebody goes without; the program says who.

    .. math:: \sum_k n_{gk}\, \phi_k + n_{g0}\, \psi_g \ge m_g \qquad \forall g \qquad [1],\ \text{dual: value of the good } [\mathrm{GDP}]
    """
    return sum(m.need[g, k] * m.v_without[k] for k in m.SPLIT) + m.elsewhere[g] * m.v_elsewhere[g] >= 0.0


def chain_limit(m: pyo.ConcreteModel, i: int, k: int):
    r"""An industry waits for its home supplier as far as imports and stocks do not replace it.

    .. math:: \hat x_i - \ell_{ik}\, \hat x_k \le 1 - \ell_{ik} \qquad \forall (i,k) \qquad [1],\ \text{dual: value added that waits } [\mathrm{GDP}]
    """
    return m.v_output[i] - m.chain[i, k] * m.v_output[k] <= 1.0 - m.chain[i, k]


def build_program(table: National, rules: Rules, material: Material) -> pyo.ConcreteModel:
    r"""Most value added in one month; quantities are shares of the base, value that of the region's product of a month.

    .. math::
        \max \sum_j v_j\, \hat x_j,\quad 0 \le \hat x_j \le 1 + s,\quad \underline f \le \hat f_i \le 1,\quad r_k \ge 0 \qquad [\mathrm{GDP}]

    A final demand that is negative (stocks run down) is given. Nothing is short until :func:`ration` says so.

    Args:
        table: the region's table.
        rules: floor, spare capacity and replacement.
        material: how industries hang on goods and on each other.
    """
    m = pyo.ConcreteModel(name="kanmon_rationing")
    m.INDUSTRIES, m.SPLIT = range(len(table.names)), range(table.split)
    imports = table.imported.sum(axis=1)
    m.use_share, m.final_share, m.replaceable = _share(table.domestic, table.output[:, None]), _share(table.final, table.output), rules.replaceable
    m.import_share = _share(table.imported, imports[:, None])
    m.v_output = pyo.Var(m.INDUSTRIES, bounds=(0.0, 1.0 + rules.spare))
    m.v_final = pyo.Var(m.INDUSTRIES, bounds=lambda m, i: (1.0 if table.final[i] <= 0 else rules.floor, 1.0))
    m.v_replaced = pyo.Var(m.SPLIT, bounds=(0.0, None))
    m.GOODS, m.LINKS = range(len(material.elsewhere)), [(int(i), int(k)) for i, k in zip(*np.nonzero(material.chain), strict=True)]
    m.dependent, m.need, m.elsewhere, m.chain = material.dependent, material.need, material.elsewhere, material.chain
    m.v_without = pyo.Var(m.SPLIT, bounds=(0.0, 1.0))
    m.v_elsewhere = pyo.Var(m.GOODS, bounds=(0.0, 1.0))
    m.product_balance = pyo.Constraint(m.INDUSTRIES, rule=product_balance)
    m.replacement_limit = pyo.Constraint(m.SPLIT, rule=replacement_limit)
    m.import_limit = pyo.Constraint(np.flatnonzero(imports > 0).tolist(), rule=import_limit)
    m.material_limit = pyo.Constraint(m.SPLIT, rule=material_limit)
    m.material_short = pyo.Constraint([g for g in m.GOODS if material.need[g].any()], rule=material_short)
    m.chain_limit = pyo.Constraint(m.LINKS, rule=chain_limit)
    m.value_added = pyo.Objective(expr=sum(float(table.value_added[j] / table.gdp) * m.v_output[j] for j in m.INDUSTRIES), sense=pyo.maximize)
    return m


def _share(part: np.ndarray, whole: np.ndarray) -> np.ndarray:
    """Part over whole; nil where the whole is."""
    return np.divide(part, whole, out=np.zeros(np.shape(part)), where=np.broadcast_to(whole, np.shape(part)) > 0)


def ration(table: National, available: np.ndarray, rules: Rules | None = None, material: Material | None = None, missing: np.ndarray | None = None) -> Rationed:
    """Solve :func:`build_program` in every case with HiGHS: it is compiled once and stands there as often as there are cases.

    The value added that it finds is unique, the outputs need not be.

    Args:
        table: the region's table.
        available: share of base output that material allows, [case, industry split off] [1].
        rules: floor, spare capacity and replacement; none, none and all if left out.
        material: how industries hang on goods and on each other; they do not if left out.
        missing: share of the region's use of a good that somebody has to go without, whom the program chooses, [case, good] [1].

    Raises:
        InputError: the floor cannot be served with this little material.
    """
    rules, material = Rules() if rules is None else rules, Material.none(table.split) if material is None else material
    missing = np.zeros((len(available), len(material.elsewhere))) if missing is None else missing
    cases, size = len(available), len(table.names)
    if cases == 0:
        return Rationed(np.zeros((0, size)), np.zeros((0, size)))
    m = build_program(table, rules, material)
    form = LinearStandardFormCompiler().write(m, mixed_form=True, set_sense=None)
    kinds = np.array([float(row.bound_type) for row in form.rows])  # 1 below a limit, -1 above it, 0 for an equation
    limits = np.flatnonzero(kinds)
    slack = sparse.csc_array((kinds[limits], (limits, np.arange(limits.size))), shape=(kinds.size, limits.size))
    right = np.tile(np.asarray(form.rhs, dtype=float), (cases, 1))
    for row, entry in enumerate(form.rows):
        if entry.constraint.parent_component() is m.material_limit:
            right[:, row] = available[:, entry.constraint.index()]
        elif entry.constraint.parent_component() is m.material_short:
            right[:, row] = missing[:, entry.constraint.index()]
    lower = np.array([*(variable.lb for variable in form.columns), *np.zeros(limits.size)])
    upper = np.array([*(np.inf if variable.ub is None else variable.ub for variable in form.columns), *np.full(limits.size, np.inf)])
    linear = np.concatenate([-np.asarray(form.c.todense()).ravel(), np.zeros(limits.size)])
    every, width = sparse.eye_array(cases, format="csc"), linear.size
    matrix = sparse.csc_array(sparse.kron(every, sparse.hstack([sparse.csc_array(form.A), slack])))
    point = solve_linear(QuadraticProgram(matrix, right.ravel(), np.tile(lower, cases), np.tile(upper, cases), np.tile(linear, cases), sparse.csc_array((cases * width, cases * width))))
    if point.infeasible:
        raise InputError([Problem("parameters.csv", f"final_demand_floor = {rules.floor:g} cannot be served with the material that is left in {table.region}", "lower it; 0 serves no final demand before others")])
    place = {id(variable): column for column, variable in enumerate(form.columns)}
    primal = point.primal.reshape(cases, width)

    def values(variables: pyo.Var, absent: float) -> np.ndarray:
        """Of every case; a variable that no row holds has no column."""
        return np.stack([primal[:, place[id(item)]] if id(item) in place else np.full(cases, absent) for item in variables.values()], axis=1)

    return Rationed(np.clip(values(m.v_output, 1.0), 0.0, 1.0 + rules.spare), np.clip(values(m.v_final, 1.0), rules.floor, 1.0), np.clip(values(m.v_without, 0.0), 0.0, 1.0))
