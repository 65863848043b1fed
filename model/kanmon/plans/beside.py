"""What the page of a comparison needs beside its numbers: names, and what is known of the levers."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from kanmon.pack.load import Pack
from kanmon.plans.levers import in_force
from kanmon.runs.provenance import fact_table, label_table
from kanmon.solution.layout import Tables

RATES = ("exchange_rate", "plan_discount_rate", "discount_rate")
"""Parameters that decide how money is counted."""

NAME_COLUMNS = ["lever", "name_en", "name_ja", "level", "level_ja", "payer", "payer_ja", "note", "note_ja"]


def names_and_facts(pack: Pack, levers: Iterable[str]) -> Tables:
    """Tables of names, and of the facts of some levers.

    Args:
        pack: the data.
        levers: by name; again is no harm.

    Returns:
        labels (:func:`kanmon.runs.provenance.label_table`), lever_names (those asked for), facts: columns of the table of assumptions of a run, for
        levers, for what they change, and for the rates at which money is counted.
    """
    pulled = list(dict.fromkeys(levers))
    rows = [row for table in ("levers", "lever_effects") for row in in_force(pack, table) if row.keys[0] in pulled]
    rows += [row for name in RATES if (row := pack.find("parameters", name, name)) is not None]
    names = [(key, *(str(pack.labels["lever_names"][key].get(column, "")) for column in NAME_COLUMNS[1:])) for key in pulled]
    return {"labels": label_table(pack), "facts": fact_table(rows, pack), "lever_names": pd.DataFrame(names, columns=NAME_COLUMNS)}
