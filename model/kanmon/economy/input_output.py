"""Input-output relations with fixed coefficients: quantities driven by demand, prices by cost, and the forms used to check them."""

from __future__ import annotations

import numpy as np


def coefficients(flows: np.ndarray, output: np.ndarray) -> np.ndarray:
    r"""Inputs per unit of output.

    .. math:: a_{ij} = z_{ij} / x_j \qquad [1]

    Args:
        flows: intermediate flows, supplier i by user j.
        output: gross output, in the same unit; an industry without output has no inputs.
    """
    return np.divide(flows, output, out=np.zeros(np.shape(flows)), where=np.broadcast_to(output, np.shape(flows)) > 0)


def leontief_inverse(input_share: np.ndarray) -> np.ndarray:
    r"""Output needed, directly and through suppliers, for a unit of final demand.

    .. math:: L = (I - A)^{-1} \qquad [1]

    Args:
        input_share: A of :func:`coefficients`.
    """
    return np.linalg.inv(np.eye(input_share.shape[-1]) - input_share)


def output_for(input_share: np.ndarray, final_demand: np.ndarray) -> np.ndarray:
    r"""Output that meets final demand.

    .. math:: x = (I - A)^{-1} f

    Args:
        input_share: A.
        final_demand: f, [..., i].

    Source: Leontief; Miller and Blair (2009), equation 2.12.
    """
    return final_demand @ leontief_inverse(input_share).T


def price_of_cost(input_share: np.ndarray, cost: np.ndarray) -> np.ndarray:
    r"""Prices that cover primary cost and inputs: a rise of cost travels to the users.

    .. math:: p = (I - A^\top)^{-1} v

    Linear, so a change of cost gives the change of prices.

    Args:
        input_share: A.
        cost: primary cost per unit of output, or its change, [..., j].

    Source: Leontief price model; Miller and Blair (2009), section 2.6.
    """
    return cost @ leontief_inverse(input_share)


def output_shares(flows: np.ndarray, output: np.ndarray) -> np.ndarray:
    r"""Sales per unit of output, the Ghosh coefficients.

    .. math:: b_{ij} = z_{ij} / x_i \qquad [1]

    Args:
        flows: intermediate flows.
        output: gross output.
    """
    column = np.asarray(output)[:, None]
    return np.divide(flows, column, out=np.zeros(np.shape(flows)), where=np.broadcast_to(column, np.shape(flows)) > 0)


def output_of_supply(flows: np.ndarray, output: np.ndarray, value_added: np.ndarray) -> np.ndarray:
    r"""Output that value added pushes forward, for comparison only: its reading as rationing is disputed.

    .. math:: x^\top = v^\top (I - B)^{-1}

    Args:
        flows: intermediate flows.
        output: gross output of the base year, from which the shares are taken.
        value_added: v, [..., i].

    Source: Ghosh (1958); Miller and Blair (2009), section 12.1.
    """
    return value_added @ ghosh_inverse(flows, output)


def ghosh_inverse(flows: np.ndarray, output: np.ndarray) -> np.ndarray:
    r"""Output pushed forward by a unit of value added: :math:`(I - B)^{-1}`.

    Args:
        flows: intermediate flows.
        output: gross output.
    """
    return np.linalg.inv(np.eye(len(output)) - output_shares(flows, output))


def inoperability(interdependence: np.ndarray, perturbation: np.ndarray) -> np.ndarray:
    r"""Share of each industry's capacity that is lost, directly and through the others, at most all of it.

    .. math:: q = \min\{(I - A^*)^{-1} c^*,\ 1\} \qquad [1]

    Args:
        interdependence: A*, inoperability of i that one of j causes [1].
        perturbation: c*, [..., i] [1].

    Source: Haimes and Jiang (2001), Journal of Infrastructure Systems 7(1).
    """
    return np.clip(output_for(interdependence, perturbation), 0.0, 1.0)
