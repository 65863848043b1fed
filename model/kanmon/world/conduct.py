r"""Market power: what an exporter reckons a price to lose when it ships one more tonne.

A player with conduct :math:`\theta` ships to a market as long as marginal revenue covers its cost:

.. math:: \beta^{\tau} p_d - \theta\, b_d\, x_l = p_o + c_l, \qquad b_d = \frac{\beta^{\tau}}{\sum_{s \in d} -\partial q_s/\partial p + \sum_{a} \alpha_{ad}^2\, \partial y_a/\partial m + \varphi \sum_{a \in d} \partial y_a/\partial m}

Those who buy are end users, and plants that take the good as an input (their output answers its margin m, the price of what they
make unchanged); :math:`\varphi` the share of the price takers' answer that it reckons with: 0 for Cournot players, who take the quantities of
others as given, 1 for a dominant exporter with a competitive fringe. Source: Forchheimer (1908), Cournot (1838); the form with
a conduct parameter, Bresnahan (1989).

A fringe at capacity answers no price, so that a dominant exporter's marginal revenue jumps up where its fringe gets there: its profit
may have a top on either side. Both are tried and the more profitable one is taken (:mod:`kanmon.runs.players`); the certificate tests
the first-order conditions, not that a top is the highest. Where use stands at its choke the price does not answer, and a player that
would sell exactly there is not solved for.
"""

from __future__ import annotations

import numpy as np

from kanmon.world.world import Activities, Floats, Lanes, Uses


def answer_of_use(uses: Uses, use: Floats, core: Floats, price: Floats, elasticity: Floats, sigma: Floats) -> Floats:
    """How use falls as its price rises, other prices unchanged, use x month [t/month per USD/t]; infinite at the choke.

    Args:
        uses: curves.
        use, core: use, and use that is given up only at the choke [t/month].
        price: net price paid [USD/t].
        elasticity, sigma: of each use and month [1].
    """
    linear = np.isfinite(uses.slope)[:, None]
    paid = np.maximum(price, 1e-12)
    share = np.ones_like(use)
    if uses.in_nest.any():
        outlay = paid * use
        total = np.zeros((int(uses.nest.max()) + 1, use.shape[1]))
        np.add.at(total, uses.nest[uses.in_nest], outlay[uses.in_nest])
        share[uses.in_nest] = (outlay / np.maximum(total[np.maximum(uses.nest, 0)], 1e-300))[uses.in_nest]
    response = np.where(uses.in_nest[:, None], np.nan_to_num(sigma) * (1.0 - share) + elasticity * share, elasticity)
    curved = response * use / paid
    straight = np.where(use > 0, 1.0 / np.where(linear, uses.slope[:, None], 1.0), 0.0)
    rationed = (use < core * (1.0 - 1e-9)) & ~uses.in_nest[:, None]
    return np.where(rationed, np.inf, np.where(linear, straight, curved))


def answer_of_output(plants: Activities, usual: Floats, output: Floats, capacity: Floats, at_limits: bool = False) -> Floats:
    """How price takers' output rises with their margin, activity x month [t/month per USD/t]; none at zero or at capacity.

    ``usual`` is where isoelastic curves pass through their base cost [t/month]. With ``at_limits`` what the answer would be if none of
    them stood at a limit.
    """
    inside = np.ones_like(output, dtype=bool) if at_limits else (output > 1e-9 * np.minimum(capacity, 1e9)) & (output < capacity * (1.0 - 1e-9))
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        base = np.where(plants.is_isoelastic[:, None], usual, 1.0)
        power = np.where(plants.is_isoelastic, 1.0 / plants.elasticity, 0.0)[:, None]
        steepness = plants.slope[:, None] + np.where(power > 0, plants.cost[:, None] * power / base * (output / base) ** (power - 1.0), 0.0)
        return np.where(inside, 1.0 / steepness, 0.0)


def perceived_slope(lanes: Lanes, uses: Uses, plants: Activities, discount: float, use_answer: Floats, output_answer: Floats, nodes: int) -> Floats:
    """Fall of the destination price that an exporter reckons with, times its conduct, lane x month of arrival [USD/t per t/month]."""
    demand, fringe = np.zeros((nodes, use_answer.shape[1])), np.zeros((nodes, use_answer.shape[1]))
    np.add.at(demand, uses.node, use_answer)
    bought = plants.input_ratio > 0
    np.add.at(demand, plants.input_node[bought], plants.input_ratio[bought, None] ** 2 * output_answer[plants.input_activity[bought]])
    np.add.at(fringe, plants.output, output_answer)
    with np.errstate(divide="ignore", invalid="ignore"):
        answer = demand[lanes.destination] + np.where(lanes.fringe_response[:, None] > 0, lanes.fringe_response[:, None] * fringe[lanes.destination], 0.0)
        slope = lanes.conduct[:, None] * (discount**lanes.transit)[:, None] / answer
    return np.where(lanes.conduct[:, None] > 0, slope, 0.0)
