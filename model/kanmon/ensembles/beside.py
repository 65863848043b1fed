"""What the page of an ensemble needs beside its numbers: names, and what is known of every fact that is drawn."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from kanmon.ensembles.factors import Factor
from kanmon.pack.load import Pack
from kanmon.runs.provenance import fact_table, label_table
from kanmon.solution.layout import Tables


def names_and_facts(pack: Pack, factors: Sequence[Factor]) -> Tables:
    """Tables of the names of a pack, and of its drawn facts with their sources.

    Args:
        pack: that the factors were found in.
        factors: what is drawn.

    Returns:
        labels (:func:`kanmon.runs.provenance.label_table`); facts: factor and the columns of the table of assumptions of a run. The exchange
        rate, in which money may be shown, stands there too: without a factor where it is not drawn.
    """
    rows = [pack.rows[factor.table][factor.place] for factor in factors]
    drawn = {id(row) for row in rows}
    rates = [row for row in pack.facts("parameters", "exchange_rate") if id(row) not in drawn] if "parameters" in pack.rows else []
    names = pd.Series([*(factor.name for factor in factors), *("" for _ in rates)], name="factor", dtype=str)
    return {"labels": label_table(pack), "facts": pd.concat([names, fact_table([*rows, *rates], pack)], axis=1)}
