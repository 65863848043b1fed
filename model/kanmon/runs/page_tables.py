"""The tables that a page is drawn from, as a folder of results holds them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import pandas as pd

from kanmon.errors import Problem
from kanmon.solution.layout import Tables


def page_tables(folder: Path, needed: Sequence[str], texts: Mapping[str, type], remedy: str, problems: list[Problem], optional: Sequence[str] = ()) -> Tables:
    """Tables of a folder of results, numbers as numbers.

    Args:
        folder: of the results; the tables are in ``tables/`` under it.
        needed: names of tables that must be there.
        texts: columns that are read as texts whatever they hold.
        remedy: what to do where a table cannot be read.
        problems: takes one problem for each such table.
        optional: names of tables that are read where they are there.
    """
    there = [name for name in optional if (folder / "tables" / f"{name}.csv").is_file()]
    return {name: _table(folder / "tables" / f"{name}.csv", texts, remedy, problems) for name in (*needed, *there)}


def _table(path: Path, texts: Mapping[str, type], remedy: str, problems: list[Problem]) -> pd.DataFrame:
    try:
        return filled(pd.read_csv(path, dtype=dict(texts)))
    except (OSError, ValueError) as error:
        problems.append(Problem(str(path), f"cannot be read ({type(error).__name__})", remedy))
        return pd.DataFrame()


def filled(frame: pd.DataFrame) -> pd.DataFrame:
    """A table in which nothing is missing but numbers: empty cells of other columns are empty texts."""
    return frame.fillna({column: "" for column in frame if not pd.api.types.is_numeric_dtype(frame[column])})
