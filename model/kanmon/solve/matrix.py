"""Read the constraints of the Pyomo model as one sparse system of equations with bounds."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyomo.environ as pyo
import scipy.sparse as sparse
from pyomo.repn.plugins.standard_form import LinearStandardFormCompiler

FAMILIES = ("flexible_use", "core_use", "need", "shed", "output", "flow", "trailing_flow", "closing_stock", "disposal", "shortfall", "added", "started")
"""Variable families in the order of their columns; slacks of inequality rows follow."""


LIMITS = ("pooled_quota", "shed_within_need", "release_limit", "fill_limit", "no_resale", "take_or_pay", "capacity_limit")
"""Constraints of inequality type; each row has a slack. Limits on a single variable are folded into its bounds."""

LINKS = ("trailing_flow", "added_capacity")
"""Equations between variables beside the balances of markets."""


@dataclass(frozen=True)
class Limit:
    """Rows of one constraint of inequality type: what each is about (place), its month, its row and the column of its slack."""

    place: np.ndarray
    month: np.ndarray
    row: np.ndarray
    slack: np.ndarray


@dataclass(frozen=True)
class System:
    """A x = b with bounds. Rows are constraints, columns variables.

    Attributes:
        matrix: A, in row order.
        right: b.
        lower, upper: bounds of the columns; single-variable constraints (bans, quotas on a lane) are folded in.
        columns: family -> column numbers, in the order of the variable's index; slacks under ``slack``.
        indices: family -> index of each column, (place, month).
        balance: row of each market, node x month.
        limits: constraint of inequality type -> its rows with their slacks.
        links: other equations -> place, month and row of each, one row of the array each.
        kept: what is worked out once for this structure and used again by later solves.
    """

    matrix: sparse.csr_array
    right: np.ndarray
    lower: np.ndarray
    upper: np.ndarray
    columns: dict[str, np.ndarray]
    indices: dict[str, np.ndarray]
    balance: np.ndarray
    limits: dict[str, Limit]
    links: dict[str, np.ndarray]
    kept: dict[str, Any] = field(default_factory=dict, compare=False, repr=False)


def read_system(m: pyo.ConcreteModel) -> System:
    """Compile the constraints of a model from :func:`kanmon.formulation.model.build_model` (objective not looked at)."""
    form = LinearStandardFormCompiler().write(m, mixed_form=True)
    position = {id(variable): column for column, variable in enumerate(form.columns)}
    least: list[float] = []
    most: list[float] = []
    order: list[int] = []
    columns: dict[str, np.ndarray] = {}
    indices: dict[str, np.ndarray] = {}
    for family in FAMILIES:
        variables = getattr(m, f"v_{family}")
        columns[family] = np.arange(len(order), len(order) + len(variables))
        indices[family] = np.array(list(variables), dtype=np.int64).reshape(len(variables), 2)
        for variable in variables.values():
            order.append(position.get(id(variable), -1))
            least.append(-np.inf if variable.lb is None else variable.lb)
            most.append(np.inf if variable.ub is None else variable.ub)
    compiled = sparse.csr_array(sparse.hstack([sparse.csc_array(form.A), sparse.csc_array((form.A.shape[0], 1))]))  # column -1: variables in no row
    matrix = sparse.csr_array(compiled[:, np.array(order)])
    lower, upper = np.array(least, dtype=float), np.array(most, dtype=float)
    entries = np.diff(matrix.indptr)
    keep: list[int] = []
    slack_sign: list[float] = []
    balance: dict[tuple[int, int], int] = {}
    limited: dict[str, list[tuple[int, int, int]]] = {name: [] for name in (*LIMITS, *LINKS)}
    for row, entry in enumerate(form.rows):
        component, index = entry.constraint.parent_component().local_name, entry.constraint.index()
        if component == "measure_limit":
            column, factor = matrix.indices[matrix.indptr[row]], matrix.data[matrix.indptr[row]]
            assert entries[row] == 1, "a limit on one lane has one variable"
            upper[column] = min(upper[column], form.rhs[row] * entry.bound_type / factor)
            continue
        if component == "market_balance":
            balance[index] = len(keep)
        else:
            limited[component].append((*index, len(keep)))
        keep.append(row)
        slack_sign.append(float(entry.bound_type))
    sign = np.array(slack_sign)
    slack_rows = np.flatnonzero(sign)
    slacks = sparse.csr_array((sign[slack_rows], (slack_rows, np.arange(slack_rows.size))), shape=(len(keep), slack_rows.size))
    columns["slack"] = np.arange(lower.size, lower.size + slack_rows.size)
    months = len(m.MONTHS)
    nodes = np.zeros((len(m.NODES), months), dtype=np.int64)
    for (n, t), row in balance.items():
        nodes[n, t] = row
    slack_of = dict(zip(slack_rows.tolist(), columns["slack"].tolist(), strict=True))
    limits = {}
    for name in LIMITS:
        entries = limited[name]
        table = np.array(entries, dtype=np.int64).reshape(len(entries), 3)
        limits[name] = Limit(table[:, 0], table[:, 1], table[:, 2], np.array([slack_of[number] for number in table[:, 2].tolist()], dtype=np.int64))
    whole = sparse.csr_array(sparse.hstack([matrix[keep], slacks]))
    whole.sort_indices()  # for good: systems alike share the arrays of the pattern
    # Use counts positive in a balance (see its rule), so that duals are prices.
    return System(
        whole,
        np.asarray(form.rhs, dtype=float)[keep],
        np.append(lower, np.zeros(slack_rows.size)),
        np.append(upper, np.full(slack_rows.size, np.inf)),
        columns,
        indices,
        nodes,
        limits,
        {name: np.array(limited[name], dtype=np.int64).reshape(-1, 3).T for name in LINKS},
    )
