r"""What is drawn of the futures that plans are judged in: how likely each is held to be.

Every probability is drawn over its range in the file of the futures, and all are scaled so that they add up to one:

.. math:: \pi_s = \frac{q_s}{\sum_{\sigma} q_\sigma} \qquad [1]

with q the figures drawn. Probabilities move no market: what a plan is worth in a future is the same, and only its mean over the futures changes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from kanmon.ensembles.factors import Factor
from kanmon.plans.reading import Futures
from kanmon.solution.layout import Tables

TABLE, QUANTITY = "futures", "future_probability"
"""Table and quantity that these factors name; the pack has no such table."""


def likelihoods(futures: Futures) -> tuple[Factor, ...]:
    """A factor for each future whose probability has a range."""
    ends = futures.ranges.items()
    return tuple(Factor(TABLE, QUANTITY, (name,), place, "1", low, futures.probability[name], high) for place, (name, (low, high)) in enumerate(ends) if low < high)


def weighed(futures: Futures, factors: Sequence[Factor], values: np.ndarray) -> Futures:
    """The futures with the probabilities of one draw, scaled to add up to one.

    Args:
        futures: with the probabilities of their file.
        factors: those of :func:`likelihoods`.
        values: a figure for each [1].

    Raises:
        ZeroDivisionError: all are nil.
    """
    drawn = futures.probability | {factor.keys[0]: float(value) for factor, value in zip(factors, values, strict=True)}
    total = sum(drawn.values())
    return replace(futures, probability={name: value / total for name, value in drawn.items()})


def names_and_reasons(futures: Futures, factors: Sequence[Factor]) -> Tables:
    """What a page needs of them: rows for its tables labels and facts (:func:`kanmon.ensembles.beside.names_and_facts`)."""
    titles = [(TABLE, name, scenario.title, (scenario.words["ja"].title if "ja" in scenario.words else None) or scenario.title, "") for name, scenario in futures.scenarios.items()]
    rows = [
        {
            "factor": factor.name, "table": TABLE, "line": 0, "keys": factor.keys[0], "quantity": QUANTITY, "value": factor.value, "unit": factor.unit, "currency_year": "",
            "low": factor.low, "high": factor.high, "quality": "assumed", "source": "", "place": futures.title, "note": futures.reasons[factor.keys[0]], "source_title": futures.reasons[factor.keys[0]], "source_url": "",
        }
        for factor in factors
    ]  # fmt: skip
    return {"labels": pd.DataFrame(titles, columns=["kind", "key", "name_en", "name_ja", "group"]), "facts": pd.DataFrame(rows)}
