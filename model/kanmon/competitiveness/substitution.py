"""Constant elasticity of substitution in exact-hat form: base shares and relative changes are all that is needed.

A hat is a ratio to the base year. Leading axes (scenarios, draws, months) are carried along.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

COBB_DOUGLAS = 1e-9
"""Distance of an elasticity from 1 below which the limit is used [1]."""


def composite_price(share: np.ndarray, price: np.ndarray, sigma: np.ndarray | float) -> np.ndarray:
    r"""Price of a bundle whose parts substitute for each other.

    .. math::
        \hat P = \Big[\sum_i s_i\, \hat p_i^{\,1-\sigma}\Big]^{1/(1-\sigma)} \qquad [1];\quad
        \sigma \to 1:\ \prod_i \hat p_i^{\,s_i},\quad \sigma = 0:\ \sum_i s_i \hat p_i

    Args:
        share: base shares in value, last axis sums to 1 [1].
        price: hats of the parts, last axis as ``share``; infinite for a part that can no longer be had [1].
        sigma: elasticity of substitution, without that axis [1].

    Returns:
        hat of the bundle, without the last axis.

    Source: calibrated-share form, Rutherford (1998); Feenstra (1994) for a part that leaves.
    """
    power = 1.0 - np.asarray(sigma, dtype=float)
    limit = np.abs(power) < COBB_DOUGLAS
    safe = np.where(limit, 1.0, power)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        log_price = np.log(np.asarray(price, dtype=float))
        parts = np.where(np.asarray(share) > 0, share * np.expm1(safe[..., None] * log_price), 0.0)
        mean = np.where(np.asarray(share) > 0, share * log_price, 0.0).sum(axis=-1)
        return np.exp(np.where(limit, mean, np.log1p(parts.sum(axis=-1)) / safe))


def value_shares(share: np.ndarray, price: np.ndarray, sigma: np.ndarray | float) -> np.ndarray:
    r"""Shares in value after prices have changed.

    .. math:: s'_i = s_i\, (\hat p_i / \hat P)^{1-\sigma} \qquad [1]

    Args:
        share, price, sigma: as in :func:`composite_price`.
    """
    relative = np.asarray(price, dtype=float) / composite_price(share, price, sigma)[..., None]
    return share * relative ** (1.0 - np.asarray(sigma, dtype=float))[..., None]


def compensated_use(share: np.ndarray, price: np.ndarray, sigma: np.ndarray | float) -> np.ndarray:
    r"""Use of each part for the same amount of the bundle.

    .. math:: \hat q_i = (\hat p_i / \hat P)^{-\sigma} \qquad [1]

    Args:
        share, price, sigma: as in :func:`composite_price`.
    """
    relative = np.asarray(price, dtype=float) / composite_price(share, price, sigma)[..., None]
    return relative ** -np.asarray(sigma, dtype=float)[..., None]


class Nested(NamedTuple):
    """A bundle one part of which is itself a bundle: hats of both prices, and use and value share of every part of the inner one, then of the outer one."""

    price: np.ndarray
    inner_price: np.ndarray
    use: np.ndarray
    share: np.ndarray


def nested(inner_share: np.ndarray, inner_price: np.ndarray, inner_sigma: np.ndarray | float, inner_weight: np.ndarray | float, outer_price: np.ndarray | float, sigma: np.ndarray | float) -> Nested:
    r"""A bundle of a composite input and everything else: the unit cost of an industry.

    .. math::
        \hat c = \big[s_m \hat P_m^{\,1-\sigma} + (1-s_m)\, \hat p_o^{\,1-\sigma}\big]^{1/(1-\sigma)} \qquad [1]

    Args:
        inner_share: base shares inside the composite, last axis sums to 1; nil everywhere where an industry uses none of it [1].
        inner_price: hats of its parts [1].
        inner_sigma: elasticity of substitution between them [1].
        inner_weight: share of the composite in cost [1].
        outer_price: hat of everything else [1].
        sigma: elasticity of substitution between the composite and everything else [1].
    """
    composite = composite_price(inner_share, inner_price, inner_sigma)
    weight, composite, outer = np.broadcast_arrays(np.asarray(inner_weight, dtype=float), composite, np.asarray(outer_price, dtype=float))
    top_share, top_price = np.stack([weight, 1.0 - weight], axis=-1), np.stack([composite, outer], axis=-1)
    top_use, top_value = compensated_use(top_share, top_price, sigma), value_shares(top_share, top_price, sigma)
    use = np.concatenate([top_use[..., :1] * compensated_use(inner_share, inner_price, inner_sigma), top_use[..., 1:]], axis=-1)
    share = np.concatenate([top_value[..., :1] * value_shares(inner_share, inner_price, inner_sigma), top_value[..., 1:]], axis=-1)
    return Nested(composite_price(top_share, top_price, sigma), composite, use, share)
