r"""How a fact is spread over its range: triangular or PERT, both with the central figure as their mode.

.. math::
    F^{-1}(u) = \begin{cases} l + \sqrt{u\,(h-l)(m-l)} & u \le (m-l)/(h-l) \\ h - \sqrt{(1-u)(h-l)(h-m)} & \text{else} \end{cases}

for low l, central m and high h (triangular). PERT is a beta distribution on the same range with :math:`\alpha = 1 + 4(m-l)/(h-l)` and
:math:`\beta = 1 + 4(h-m)/(h-l)`: less weight near the ends. A range in a data pack is a judgement of what is plausible, not a measured
spread, so the shape is a choice; both lie within the range with certainty.

Source: Malcolm, Roseboom, Clark and Fazar (1959), Operations Research 7, for PERT.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from enum import StrEnum

import numpy as np
from scipy.stats import beta

from kanmon.ensembles.factors import Factor
from kanmon.pack.units import UNITS

WEIGHT = 4.0
"""Weight of the mode in the mean of a PERT distribution, beside one for each end [1]."""


class Marginal(StrEnum):
    """Shape of the spread of a fact over its range."""

    TRIANGULAR = "triangular"
    PERT = "pert"


def triangular(share: np.ndarray, low: float, mode: float, high: float) -> np.ndarray:
    """Quantiles of the triangular distribution at these shares [1]."""
    size, left = high - low, mode - low
    below = low + np.sqrt(np.maximum(share, 0.0) * size * left)
    above = high - np.sqrt(np.maximum(1.0 - share, 0.0) * size * (high - mode))
    return np.where(share * size <= left, below, above)


def pert(share: np.ndarray, low: float, mode: float, high: float) -> np.ndarray:
    """Quantiles of the PERT distribution at these shares [1]."""
    size = high - low
    return low + size * beta.ppf(share, 1.0 + WEIGHT * (mode - low) / size, 1.0 + WEIGHT * (high - mode) / size)


QUANTILES: dict[Marginal, Callable[[np.ndarray, float, float, float], np.ndarray]] = {Marginal.TRIANGULAR: triangular, Marginal.PERT: pert}


def figures(shares: np.ndarray, factors: Sequence[Factor], marginal: Marginal) -> np.ndarray:
    """Figures of the factors at given shares of their distributions.

    Args:
        shares: draw x factor [1].
        factors: what is drawn.
        marginal: shape of the spread.

    Returns:
        draw x factor, in the units of the rows; whole numbers of the engine's unit where nothing else makes sense.
    """
    drawn = np.empty_like(shares)
    for column, factor in enumerate(factors):
        values = np.clip(QUANTILES[marginal](shares[:, column], factor.low, factor.value, factor.high), factor.low, factor.high)
        scale = UNITS[factor.unit].factor
        drawn[:, column] = np.rint(values * scale) / scale if factor.whole else values
    return drawn
