r"""Facts that are likely to be wrong together: a Gaussian copula with one common cause for each group.

.. math:: z_i = \lambda_i f_g + \sqrt{1 - \lambda_i^2}\; e_i, \qquad \lambda_i = \sqrt{\rho_i}

for a fact i of group g with the stated correlation :math:`\rho_i`, so that two facts of a row are correlated by :math:`\rho_i`. Only the
order of the draws is taken from z: each fact keeps the shares of its own design (its strata, on a Latin hypercube).

Source: Iman and Conover (1982), Communications in Statistics B11, for imposing an order on a design.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.stats import norm

from kanmon.ensembles.factors import Factor
from kanmon.errors import InputError, Problem
from kanmon.pack.load import Pack, Row
from kanmon.pack.schema import ANY, FACTS


@dataclass(frozen=True)
class Causes:
    """Common causes of the factors.

    Attributes:
        names: of the causes.
        cause: place of each factor's cause; -1 for a factor that stands alone.
        loading: of each factor on its cause [1].
    """

    names: tuple[str, ...]
    cause: np.ndarray
    loading: np.ndarray

    def record(self) -> dict[str, list]:
        """For a manifest: what leans on what."""
        return {"causes": list(self.names), "cause": self.cause.tolist(), "loading": self.loading.tolist()}


def independent(factors: Sequence[Factor]) -> Causes:
    """No common cause: every factor stands alone."""
    return Causes((), np.full(len(factors), -1, dtype=np.int64), np.zeros(len(factors)))


def causes_of(pack: Pack, factors: Sequence[Factor]) -> Causes:
    """Common causes as the pack states them. Groups of a single factor are left out.

    Raises:
        InputError: a row names a table, quantity or key that is not there, or puts a fact into two groups.
    """
    rows = pack.facts("correlations", "correlation")
    problems = [problem for row in rows for problem in _problems(row)]
    home: dict[int, tuple[str, float]] = {}
    for row in [] if problems else rows:
        group, table, quantity, within = row.keys
        for place, factor in enumerate(factors):
            if (factor.table, factor.quantity) != (table, quantity):
                continue
            if place in home:
                problems.append(Problem(row.place, f"{factor.name} is in a group already", "name a quantity in one row only"))
            member = group if within == ANY else f"{group}: {factor.keys[list(FACTS[table].keys).index(within)]}"
            home[place] = member, float(np.sqrt(row.value))
    if problems:
        raise InputError(problems)
    together = [name for name, _ in home.values()]
    names = tuple(name for name in dict.fromkeys(together) if together.count(name) > 1)
    cause = np.array([names.index(home[place][0]) if place in home and home[place][0] in names else -1 for place in range(len(factors))], dtype=np.int64)
    return Causes(names, cause, np.array([home[place][1] if cause[place] >= 0 else 0.0 for place in range(len(factors))]))


def _problems(row: Row) -> list[Problem]:
    _, table, quantity, within = row.keys
    if table not in FACTS:
        return [Problem(row.place, f"{table[:40]!r} is not a fact table", f"use one of {', '.join(FACTS)}")]
    found = []
    if quantity not in FACTS[table].quantities:
        found.append(Problem(row.place, f"{quantity[:40]!r} is not a quantity of {table}.csv", f"use one of {', '.join(FACTS[table].quantities)}"))
    if within != ANY and within not in FACTS[table].keys:
        found.append(Problem(row.place, f"{within[:40]!r} is not a key of {table}.csv", f"use *, or one of {', '.join(FACTS[table].keys)}"))
    return found


def together(own: np.ndarray, common: np.ndarray, causes: Causes) -> np.ndarray:
    """Shares of the factors in the order that their common causes give them.

    Args:
        own: draw x factor, independent shares [1].
        common: draw x cause, independent shares [1].
        causes: which factor leans on which cause.

    Returns:
        draw x factor; every column holds the shares of that column of ``own``.
    """
    shares = own.copy()
    for column in np.flatnonzero(causes.cause >= 0):
        loading = causes.loading[column]
        score = loading * norm.ppf(common[:, causes.cause[column]]) + np.sqrt(1.0 - loading**2) * norm.ppf(own[:, column])
        shares[np.argsort(score, kind="stable"), column] = np.sort(own[:, column])
    return shares
