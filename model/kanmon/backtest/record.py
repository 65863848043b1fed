"""What the back-tests came to when they were last run, kept with them so that a report can say it without minutes of solving.

The record names the day, the version and state of the engine, the episodes and the default data pack that it was made with; a report made with
others says so, and one on another pack says nothing of back-tests.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import pandas as pd

from kanmon.backtest.episodes import Episode
from kanmon.carried import backtests_folder
from kanmon.errors import InputError, Problem
from kanmon.pack.load import Pack
from kanmon.proof.record import cases_digest, engine_digest

RECORD = "record.json"
KEPT = ("figures", "error", "error_no_change", "error_lost_share", "width", "inside", "verdict")
"""Columns of a series that are kept (:data:`kanmon.backtest.score.SERIES`)."""

DIGITS = 4
"""Significant digits of what is kept."""


def record_text(series: pd.DataFrame, episodes: Iterable[Episode], pack: Pack, folder: Path | None = None) -> str:
    """Text of the record.

    Args:
        series: from :func:`kanmon.backtest.score.summarise`.
        episodes: that it was made of.
        pack: the data pack whose reports carry the record.
        folder: of the episodes; those that come with the package if left out.
    """
    known = {episode.name: episode for episode in episodes}
    content = {
        "created": datetime.now(UTC).date().isoformat(),
        "version": version("kanmon"),
        "engine_sha256": engine_digest(),
        "episodes_sha256": cases_digest(folder or backtests_folder()),
        "data": {"name": pack.name, "sha256": pack.digest},
        "series": [_entry(row, known[str(row["episode"])]) for row in series.to_dict("records")],
    }
    return json.dumps(content, indent=2, ensure_ascii=False) + "\n"


def _entry(row: dict, episode: Episode) -> dict:
    """One series: titles in every language, errors and verdict; what is no number stands empty."""
    words = episode.sheet.words
    titles = {"en": episode.sheet.title, **{language: item.title for language, item in words.items() if item.title}}
    names = {"en": str(row["series"]), **{language: item.series[row["series"]] for language, item in words.items() if row["series"] in item.series}}
    return {"episode": titles, "series": names, **{key: _rounded(row[key]) for key in KEPT}}


def _rounded(value: object) -> object:
    if isinstance(value, float):
        return None if math.isnan(value) else float(f"{value:.{DIGITS}g}")
    return value


def read_backtests(pack: Pack) -> dict | None:
    """The record as a run carries it, with ``data_current`` and ``engine_current``: whether data, and engine and episodes, are still those that it was
    made with. None on another data pack, and where no record is kept.

    Args:
        pack: the data pack of the run.

    Raises:
        InputError: the record cannot be read.
    """
    path = backtests_folder() / RECORD
    if not path.is_file():
        return None
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        if content["data"]["name"] != pack.name:
            return None
        engine = content["engine_sha256"] == engine_digest() and content["episodes_sha256"] == cases_digest(path.parent)
        return {
            "created": str(content["created"]), "version": str(content["version"]), "data_current": content["data"]["sha256"] == pack.digest, "engine_current": engine,
            "series": [{"episode": dict(row["episode"]), "series": dict(row["series"]), **{key: row[key] for key in KEPT}} for row in content["series"]],
        }  # fmt: skip
    except (OSError, ValueError, KeyError, TypeError):
        raise InputError([Problem(str(path), "the record of the back-tests cannot be read", f"write it again: kanmon backtest --record {RECORD}, or install the package again")]) from None
