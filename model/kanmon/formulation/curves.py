r"""The curves of the market model: benefit, cost and convenience, each stated once.

Each curve gives its value (the integral from the base point), its marginal value, and the slope of the marginal. The
functions take numbers or arrays; those that the Pyomo objective needs also take Pyomo expressions, with Pyomo's own
``sqrt`` and ``log`` handed in.
"""

from __future__ import annotations

import numpy as np


def isoelastic_area(ratio, elasticity, log=np.log):
    r"""Area under an isoelastic inverse demand curve, from the base point to a multiple of the base quantity.

    .. math:: \int_1^{r} z^{-1/\eta}\,dz = \frac{r^{1-1/\eta}-1}{1-1/\eta},\qquad \ln r \text{ for } \eta = 1 \qquad [1]

    In units of base price times base quantity. Measured from the base point because the area from zero diverges for
    elasticities up to 1.
    """
    if np.ndim(elasticity):
        power = 1.0 - 1.0 / elasticity
        safe = np.where(np.abs(power) < 1e-9, 1.0, power)
        return np.where(np.abs(power) < 1e-9, log(ratio), (ratio**safe - 1.0) / safe)
    power = 1.0 - 1.0 / elasticity
    return log(ratio) if abs(power) < 1e-9 else (ratio**power - 1.0) / power


def log_aggregate(share, ratio, sigma):
    r"""Logarithm of the CES aggregate of goods over their base, in calibrated share form, members x months [1].

    .. math:: \ln X = \frac{\sigma}{\sigma-1} \ln \sum_s \theta_s r_s^{(\sigma-1)/\sigma},\qquad \sum_s \theta_s \ln r_s \text{ for } \sigma = 1
    """
    power = (sigma - 1.0) / sigma
    unit = np.abs(power) < 1e-9
    safe = np.where(unit, 1.0, power)
    return np.where(unit, (share * np.log(ratio)).sum(axis=0), np.log((share * ratio**safe).sum(axis=0)) / safe)


def friction_area(change, below, smoothing, sqrt=np.sqrt, log=np.log):
    r"""Cost of switching suppliers, for a relative change y of a flow against its base.

    .. math::
        \tfrac{\kappa}{2} y^2 + \tfrac{1-\kappa}{2}\Big[\tfrac{y^2}{2} + \tfrac{yR + d^2\,\mathrm{asinh}(y/d)}{2} - d\,y\Big],
        \qquad R = \sqrt{y^2+d^2} \qquad [1]

    In units of theta times destination price times scale. Zero with zero slope at the base flow, so that the base year
    is reproduced exactly; rises on one side only, smoothly.
    """
    root = sqrt(change**2 + smoothing**2)
    one_sided = change**2 / 2.0 + (change * root + smoothing**2 * log((change + root) / smoothing)) / 2.0 - smoothing * change
    return below * change**2 / 2.0 + (1.0 - below) / 2.0 * one_sided


def friction_marginal(change, below, smoothing):
    r"""Marginal friction: :math:`\kappa y + (1-\kappa)(y + R - d)/2` [1], the derivative of :func:`friction_area`."""
    return below * change + (1.0 - below) * (change + np.sqrt(change**2 + smoothing**2) - smoothing) / 2.0


def friction_slope(change, below, smoothing):
    """Slope of the marginal friction [1]."""
    return below + (1.0 - below) * (1.0 + change / np.sqrt(change**2 + smoothing**2)) / 2.0


def friction_inverse(marginal, below, smoothing):
    """Relative change of a flow at which the marginal friction takes a value, and its slope there [1].

    The marginal friction solves a quadratic: with A = (1+kappa)/2, B = (1-kappa)/2 and k = m + B d,
    y = (A k - B sqrt(k^2 + kappa d^2)) / kappa. Needs kappa > 0.
    """
    a, b = (1.0 + below) / 2.0, (1.0 - below) / 2.0
    k = marginal + b * smoothing
    root = np.sqrt(k**2 + below * smoothing**2)
    return (a * k - b * root) / below, (a - b * k / root) / below


def core_use(base, price, choke, elasticity, slope):
    r"""Use that is given up only at the choke price: where the demand curve meets it.

    .. math:: D^* = q_0 (\bar c/p_0)^{-\eta} \quad\text{or, on a linear curve,}\quad \max(q_0 - (\bar c-p_0)/b,\,0) \qquad [\mathrm{t/month}]
    """
    linear = np.isfinite(slope)
    steep = np.where(linear, slope, 1.0)
    # A fixed need (elasticity 0) is given up only at the choke; without a choke nothing is.
    return np.where(linear, np.maximum(base - (choke - price) / steep, 0.0), base * (choke / price) ** np.where(linear, 0.0, -elasticity))
