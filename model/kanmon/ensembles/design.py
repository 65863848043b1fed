"""Which draws are made: a pure function of seed, number, factors and what their table of correlations says, whoever computes them.

A Latin hypercube or a Sobol sequence fills the ranges for percentiles and for indices estimated from the draws as they come. Morris
trajectories and the matrices of Saltelli serve screening and variance-based indices of groups of facts; both need independent facts, so
the table of correlations does not act on them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from SALib.sample import morris as morris_sample
from SALib.sample import sobol as sobol_sample
from scipy.stats import qmc

from kanmon.ensembles.correlation import Causes, together
from kanmon.ensembles.factors import Factor
from kanmon.ensembles.marginals import Marginal, figures

LEVELS = 4
"""Levels of a Morris trajectory on the way of a fact from low to high."""

EDGE = 0.05
"""Share of its distribution that Morris and Sobol designs keep from each end of a fact: there, trajectories would meet all worst ends at once [1]."""


class Sampler(StrEnum):
    """How draws are placed."""

    LATIN = "lhs"
    SOBOL = "sobol"
    MORRIS = "morris"
    SALTELLI = "saltelli"


GROUPED = (Sampler.MORRIS, Sampler.SALTELLI)
"""Designs whose analysis needs every run of a block, and groups of facts."""


@dataclass(frozen=True)
class Plan:
    """What is asked of a design.

    Attributes:
        sampler: how draws are placed.
        size: draws; for Morris the trajectories, for Saltelli the base points.
        seed: of the random numbers.
        marginal: spread of a fact over its range.
    """

    sampler: Sampler
    size: int
    seed: int
    marginal: Marginal = Marginal.TRIANGULAR


def draws(plan: Plan, factors: Sequence[Factor], causes: Causes) -> np.ndarray:
    """Figures of every factor in every run, run x factor, in the units of the rows."""
    return figures(shares(plan, factors, causes), factors, plan.marginal)


def shares(plan: Plan, factors: Sequence[Factor], causes: Causes) -> np.ndarray:
    """Where in its distribution each factor stands in each run, run x factor [1]."""
    if plan.sampler in GROUPED:
        problem = problem_of(factors)
        if plan.sampler == Sampler.MORRIS:
            return morris_sample.sample(problem, plan.size, num_levels=LEVELS, seed=plan.seed)
        return sobol_sample.sample(problem, plan.size, calc_second_order=False, seed=plan.seed)
    random, columns = np.random.default_rng(plan.seed), len(factors) + len(causes.names)
    engine = qmc.LatinHypercube(columns, rng=random) if plan.sampler == Sampler.LATIN else qmc.Sobol(columns, rng=random)
    cube = np.clip(engine.random(plan.size), 1e-9, 1.0 - 1e-9)
    return together(cube[:, : len(factors)], cube[:, len(factors) :], causes)


def problem_of(factors: Sequence[Factor]) -> dict:
    """The factors as SALib wants them: groups of one quantity, which move together."""
    return {"num_vars": len(factors), "names": [factor.name for factor in factors], "groups": [factor.group for factor in factors], "bounds": [[EDGE, 1.0 - EDGE]] * len(factors)}


def block(plan: Plan, factors: Sequence[Factor]) -> int:
    """Runs that belong together: one, or those of a trajectory or base point. A block with a failed run is left out of its analysis."""
    groups = len({factor.group for factor in factors})
    return {Sampler.MORRIS: groups + 1, Sampler.SALTELLI: groups + 2}.get(plan.sampler, 1)
