"""Which facts are likely to be wrong together, for ensembles of draws over their ranges."""

from __future__ import annotations

from kanmon.pack.kinds import FactTable, Quantity

CORRELATIONS = {
    "correlations": FactTable(
        "Facts that move together when an ensemble draws them over their ranges; all others are drawn independently. A group is every ranged "
        "fact of the quantities that its rows name, or one group for each member of a key column (`within`); its facts lean on one "
        "common cause. A single run does not use it.",
        {"group": "", "table": "", "fact": "", "within": ""},
        {
            "correlation": Quantity(
                "ratio",
                "correlation between two facts of this row, as of normal scores (a Gaussian copula); between facts of two rows of a group "
                "the root of the product of theirs. `fact` is the quantity in `table`, `within` a key column of it, or * for one group of all",
                highest=1.0,
            )
        },
        frozenset({"within"}),
        required=False,
    ),
}
