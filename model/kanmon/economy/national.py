"""One region's input-output table with the industries that use minerals split off from their sectors.

A sector of a published table is wider than the industry that idles. The split is an estimate: an industry sells as its sector does, buys
what its sector buys, scaled to its own share of value added, and the rest of the sector keeps what is left.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from kanmon.errors import InputError, Problem
from kanmon.pack.matrix import Flows


@dataclass(frozen=True)
class National:
    """A region's table, flows in USD a month.

    Attributes:
        region: its name.
        names: industries split off, then sectors (their rest).
        split: how many industries are split off.
        domestic: home-made inputs, supplier x user.
        imported: imported inputs, sector of the product x user.
        final: final demand for home products, exports in it.
        output: gross output.
        value_added: value added, taxes and margins in it.
    """

    region: str
    names: tuple[str, ...]
    split: int
    domestic: np.ndarray
    imported: np.ndarray
    final: np.ndarray
    output: np.ndarray
    value_added: np.ndarray

    @property
    def gdp(self) -> float:
        """Value added of all [USD/month]."""
        return float(self.value_added.sum())


def national_table(flows: Flows, region: str, unit: float, industries: Sequence[str], sectors: Sequence[str], output: np.ndarray, value_added_share: np.ndarray) -> National:
    r"""The table of a region.

    .. math::
        z_{kj} = \frac{x_k}{x_s} z_{sj},\quad z_{ik} = (1-v_k)\, x_k \frac{z_{is}}{\sum_i z_{is}} \qquad [\mathrm{USD/month}]

    Args:
        flows: input-output table of several regions.
        region: whose table is wanted.
        unit: what its unit is worth in USD a month of the pack's money.
        industries: industries to split off.
        sectors: the sector of each.
        output: output of each [USD/month].
        value_added_share: value added over output of each [1].

    Raises:
        InputError: industries are larger than their sector, or leave nothing to it.
    """
    home = flows.regions.index(region)
    domestic = flows.intermediate[home, :, home] * unit
    others = [place for place in range(len(flows.regions)) if place != home]
    imported = flows.intermediate[others][:, :, home].sum(axis=0) * unit
    total, value_added = flows.output[home] * unit, flows.value_added[home] * unit
    member = np.array([flows.sectors.index(sector) for sector in sectors], dtype=int)
    inputs = np.vstack([domestic, imported])
    bought = inputs[:, member] / np.maximum(inputs[:, member].sum(axis=0), 1e-300) * (1.0 - value_added_share) * output
    rest, rest_output, rest_value = inputs.copy(), total.copy(), value_added.copy()
    np.subtract.at(rest.T, member, bought.T)
    np.subtract.at(rest_output, member, output)
    np.subtract.at(rest_value, member, value_added_share * output)
    for s, sector in enumerate(flows.sectors):
        if rest_output[s] < 0 or rest[:, s].min() < -1e-9 * max(total[s], 1.0) or rest_value[s] < 0:
            names = ", ".join(name for name, place in zip(industries, member, strict=True) if place == s)
            raise InputError([Problem("industry_facts.csv", f"{names or sector} in {region} together are larger than the sector {sector} of the input-output table", "correct output, value_added_share or industry_sectors.csv")])
    columns = np.hstack([bought, np.maximum(rest, 0.0)])
    size = len(flows.sectors)
    share = np.divide(output, total[member], out=np.zeros_like(output), where=total[member] > 0)
    kept = np.divide(rest_output, total, out=np.zeros_like(total), where=total > 0)
    within = np.vstack([share[:, None] * columns[member], kept[:, None] * columns[:size]])
    gross = np.concatenate([output, rest_output])
    return National(region, (*industries, *flows.sectors), len(industries), within, columns[size:], gross - within.sum(axis=1), gross, np.concatenate([value_added_share * output, rest_value]))
