"""A comparison of plans as its folder holds it: what its page is drawn from, without solving."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from kanmon.errors import InputError, Problem
from kanmon.runs.page_tables import page_tables
from kanmon.solution.layout import Tables

NEEDED = ("ranking", "by_future", "regret", "accounts", "reasons", "futures", "costs", "prices", "timing", "exporter", "others", "runs", "labels", "facts", "lever_names")
"""Tables that a page reads."""

OPTIONAL = ("interaction", "losses")
"""Tables that only some comparisons have."""

KEYS = ("focus", "counted_from", "tail", "plans", "futures", "data", "versions", "certificate", "failed", "created", "seconds")
"""Keys that a manifest must have."""

TEXTS = {"note": str, "currency_year": str, "keys": str, "error": str, "dominated_by": str, "near_equal": str}


@dataclass(frozen=True)
class SavedPlans:
    """Plans compared.

    Attributes:
        folder: where it was read; None for one not yet written.
        manifest: plans, futures, versions, hashes, certificate.
        tables: by name, numbers as numbers.
    """

    folder: Path | None
    manifest: dict
    tables: Tables


def read_comparison(folder: Path) -> SavedPlans:
    """Read the folder of a comparison.

    Raises:
        InputError: it is none, or a table is missing.
    """
    try:
        manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        known = isinstance(manifest, dict) and manifest["kanmon"] == "plans"
    except (OSError, ValueError, KeyError):
        known = False
    if not known:
        raise InputError([Problem(str(folder), "is not the folder of a comparison of plans", "give a folder that kanmon plans compare wrote")])
    problems = [Problem(str(folder / "manifest.json"), f"{key} is missing", "compare the plans again") for key in KEYS if key not in manifest]
    tables = page_tables(folder, NEEDED, TEXTS, "compare the plans again", problems, OPTIONAL)
    if problems:
        raise InputError(problems)
    return SavedPlans(folder, manifest, tables)

