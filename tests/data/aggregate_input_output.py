"""Aggregate the World Input-Output Table of 2011 (seven regions, 35 industries) to the sectors that the pack needs.

Usage: python tests/data/aggregate_input_output.py FOLDER        writes data/input_output.csv

FOLDER holds intermediate_usd_mn.csv and final_demand_usd_mn.csv: the 2013 release of the World Input-Output Database, table of 2011,
with the members of the European Union added up, current million USD at basic prices.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pandas as pd

SECTORS = {
    "primary": ("c1", "c2"),
    "light_industry": ("c3", "c4", "c5", "c6", "c7", "c16"),
    "chemicals": ("c8", "c9", "c10"),
    "mineral_products": ("c11",),
    "metals": ("c12",),
    "machinery": ("c13",),
    "electrical": ("c14",),
    "transport_equipment": ("c15",),
    "utilities_construction": ("c17", "c18"),
    "trade_hotels": ("c19", "c20", "c21", "c22"),
    "transport_telecoms": ("c23", "c24", "c25", "c26", "c27"),
    "services": tuple(f"c{number}" for number in range(28, 36)),
}
"""Sector of the pack -> industries of the source."""

REGIONS = {"EU27": "EUU"}
"""Region of the source -> region of the pack, where the names differ."""


def aggregate(folder: Path) -> pd.DataFrame:
    """The table in the form of ``data/input_output.csv``."""
    sector_of = {industry: sector for sector, members in SECTORS.items() for industry in members}
    intermediate, final = (pd.read_csv(folder / f"{name}_usd_mn.csv", index_col=0) for name in ("intermediate", "final_demand"))

    def key(name: str) -> str:
        region, industry = name.split(".")
        return f"{REGIONS.get(region, region)}.{sector_of[industry]}"

    def bought_by(name: str) -> str:
        region = name.split(".")[0]
        return f"{REGIONS.get(region, region)}.final"

    flows = intermediate.rename(index=key, columns=key).T.groupby(level=0, sort=False).sum().T.groupby(level=0, sort=False).sum()
    uses = final.rename(index=key, columns=bought_by).T.groupby(level=0, sort=False).sum().T.groupby(level=0, sort=False).sum()
    regions = list(dict.fromkeys(name.split(".")[0] for name in flows.index))
    order = [f"{region}.{sector}" for region in regions for sector in SECTORS]
    table = pd.concat([flows.loc[order, order], uses.loc[order, [f"{region}.final" for region in regions]]], axis=1)
    table.insert(0, "sector", [name.split(".")[1] for name in order])
    table.insert(0, "region", [name.split(".")[0] for name in order])
    return table


if __name__ == "__main__":
    aggregate(Path(sys.argv[1])).to_csv(Path(__file__).parents[2] / "data" / "input_output.csv", index=False)
