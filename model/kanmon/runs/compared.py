"""Runs set side by side, as the folder of a comparison holds them: of each the tables that pages are drawn from, without those of single windows."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from kanmon.errors import InputError, Problem
from kanmon.runs.folder import drawn, write_with_page
from kanmon.runs.saved import SavedRun, read_run

KIND = "comparison"
RUNS = "runs"
"""Folder of the runs, each in one of its own by its place: names may repeat."""

LONGEST = 100
"""Letters of the name of a folder."""


@dataclass(frozen=True)
class SavedComparison:
    """Runs in the order in which they are compared.

    Attributes:
        folder: where they were read; None for ones not yet written.
        manifest: when they were compared, names, data, versions.
        runs: the runs, without tables of single windows where they were read.
    """

    folder: Path | None
    manifest: dict
    runs: tuple[SavedRun, ...]


def compared(runs: Sequence[SavedRun]) -> SavedComparison:
    """Runs as a comparison.

    Raises:
        InputError: fewer than two runs, or runs of different data.
    """
    if len(runs) < 2:
        raise InputError([Problem("compare", "one run cannot be compared", "give two or more scenarios")])
    if len({item.manifest["data"]["sha256"] for item in runs}) > 1:
        raise InputError([Problem("compare", "the runs were made with different data", "run them on one data pack")])
    first = runs[0].manifest
    manifest = {"kanmon": KIND, "created": datetime.now(UTC).isoformat(timespec="seconds"), "runs": [item.name for item in runs], "data": first["data"], "versions": first["versions"]}
    return SavedComparison(None, manifest, tuple(runs))


def write_comparison(content: SavedComparison, out: Path, render: Callable[[Sequence[SavedRun]], str]) -> Path:
    """Write a comparison as a new folder under ``out``, whole or not at all; returns the folder.

    Args:
        content: the runs.
        out: folder that gets the new folder; made if it is not there.
        render: draws the page.

    Raises:
        InputError: the folder cannot be written.
        NotDrawn: the page could not be drawn; everything else is written.
    """
    page = drawn(lambda: render(content.runs))

    def fill(folder: Path) -> None:
        for place, run in enumerate(content.runs, 1):
            _fill_run(folder / RUNS / str(place), run)
        (folder / "manifest.json").write_text(_json(content.manifest), encoding="utf-8")

    return write_with_page(out, f"compare-{'-'.join(item.name for item in content.runs)}"[:LONGEST], fill, page)


def _fill_run(folder: Path, run: SavedRun) -> None:
    (folder / "tables").mkdir(parents=True)
    for name, frame in run.reports.items():
        frame.to_csv(folder / "tables" / f"{name}.csv", index=False, float_format="%.17g")
    (folder / "manifest.json").write_text(_json(run.manifest), encoding="utf-8")


def _json(content: dict) -> str:
    return json.dumps(content, indent=2, ensure_ascii=False) + "\n"


def read_compared(folder: Path) -> SavedComparison:
    """Read the folder of a comparison of runs.

    Raises:
        InputError: it is none, or one of its runs cannot be read.
    """
    try:
        manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        count = len(manifest["runs"]) if manifest["kanmon"] == KIND else 0
    except (OSError, ValueError, KeyError, TypeError):
        count = 0
    if count < 2:
        raise InputError([Problem(str(folder), "is not the folder of a comparison of runs", "give a folder that kanmon compare wrote")])
    return SavedComparison(folder, manifest, tuple(read_run(folder / RUNS / str(place), windows=False) for place in range(1, count + 1)))
