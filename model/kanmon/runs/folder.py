"""The folder of a run: tables, manifest, report. Written whole or not at all."""

from __future__ import annotations

import json
import os
import platform
import shutil
import uuid
from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from time import perf_counter

from kanmon.asked import run_command
from kanmon.backtest.record import read_backtests
from kanmon.certify.certificate import PASS
from kanmon.errors import InputError, NotDrawn, Problem
from kanmon.proof.record import read_record
from kanmon.runs.run import Run
from kanmon.runs.saved import SavedRun, read_run, scenario_digest

PARTIAL = ".kanmon-partial-"
SOLVER_PACKAGES = ("kanmon", "highspy", "highspy-extras", "pyomo", "numpy", "scipy", "pandas", "plotly")


def saved(run: Run) -> SavedRun:
    """A run as its folder would hold it."""
    return SavedRun(None, manifest_of(run), run.scenario, run.plans, run.reports)


def manifest_of(run: Run) -> dict:
    """Versions, hashes, solver effort, certificate and seconds of a run, and the command that reproduces it."""
    return {
        "kanmon": "run",
        "name": run.name,
        "title": run.scenario.title,
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
        "reproduce": run_command(run.name, run.pack.name, run.scenario.contributions),
        "scenario": json.loads(run.scenario.model_dump_json()),
        "scenario_sha256": scenario_digest(run.scenario),
        "data": {"name": run.pack.name, "sha256": run.pack.digest},
        "versions": {name: version(name) for name in SOLVER_PACKAGES},
        "python": platform.python_version(),
        "machine": {"processor": platform.machine(), "cores": os.cpu_count()},
        "solver": {
            "program": "HiGHS (HiPO), then Newton on the prices",
            "windows": [{key: value for key, value in asdict(effort).items() if key in ("programs", "iterations", "steps", "excess")} for effort in run.efforts],
        },
        "size": {
            "months": run.scenario.months,
            "markets": len(run.calibration.world.nodes.keys),
            "lanes": len(run.calibration.world.lanes.keys),
            "uses": len(run.calibration.world.uses.keys),
            "activities": len(run.calibration.world.activities.keys),
        },
        "known_equilibria": read_record(),
        "backtests": read_backtests(run.pack),
        "certificate": {"passed": all(certificate.passed for certificate in run.certificates), "worst": max(certificate.worst for certificate in run.certificates), "tolerance": PASS},
        "seconds": {stage: round(seconds, 4) for stage, seconds in run.seconds.items()},
    }


def write_run(run: Run, out: Path, render: Callable[[SavedRun], str], seconds_before: dict[str, float] | None = None) -> Path:
    """Write a run as a new folder under ``out`` and return it.

    Everything is written to a hidden folder first, which then takes its name in one step; what an interrupted run left behind
    is removed by the next one.

    Args:
        run: a certified run.
        out: folder of runs; made if it is not there.
        render: draws the report of a saved run.
        seconds_before: seconds of stages before the run, for the manifest.

    Raises:
        InputError: the folder cannot be written.
        NotDrawn: the report could not be drawn; everything else is written.
    """
    content = saved(run)
    content.manifest["seconds"] = {**{key: round(value, 4) for key, value in (seconds_before or {}).items()}, **content.manifest["seconds"]}
    start = perf_counter()
    page = drawn(lambda: render(content))
    content.manifest["seconds"]["report"] = round(perf_counter() - start, 4)
    stamp = datetime.now(UTC).strftime("%Y%m%d-%H%M%S")

    def fill(folder: Path) -> None:
        (folder / "tables").mkdir()
        for name, frame in {**content.plans, **content.reports}.items():
            frame.to_csv(folder / "tables" / f"{name}.csv", index=False, float_format="%.17g")
        (folder / "manifest.json").write_text(json.dumps(content.manifest, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")

    return write_with_page(out, f"{run.name}-{stamp}", fill, page)


def drawn(draw: Callable[[], str]) -> str | Exception:
    """A page, or what went wrong with it: whatever that is, it may not cost the tables, which took far longer."""
    try:
        return draw()
    except Exception as fault:
        return fault


def write_with_page(out: Path, name: str, fill: Callable[[Path], None], page: str | Exception) -> Path:
    """Write a folder as :func:`write_folder` does, with its page; without one where it could not be drawn.

    Args:
        out, name, fill: as there.
        page: what :func:`drawn` gave.

    Raises:
        InputError: the place cannot be written.
        NotDrawn: the folder is written, without a page.
    """

    def whole(folder: Path) -> None:
        fill(folder)
        if isinstance(page, str):
            (folder / "report.html").write_text(page, encoding="utf-8")

    folder = write_folder(out, name, whole)
    if isinstance(page, str):
        return folder
    raise NotDrawn(folder, page) from page


def write_folder(out: Path, name: str, fill: Callable[[Path], None]) -> Path:
    """Make a folder whole or not at all: ``fill`` writes into a hidden one, which is then renamed to a free name.

    Raises:
        InputError: the place cannot be written.
    """
    partial = out / f"{PARTIAL}{os.getpid()}-{uuid.uuid4().hex[:8]}"
    try:
        out.mkdir(parents=True, exist_ok=True)
        _sweep(out)
        partial.mkdir()
        fill(partial)
        for attempt in range(1000):
            target = out / (name if attempt == 0 else f"{name}-{attempt + 1}")
            if target.exists():
                continue
            try:
                os.rename(partial, target)
                return target
            except OSError:
                if not target.exists():
                    raise
        raise OSError("no free name")
    except OSError as error:
        raise InputError([Problem(str(out), f"cannot be written ({error.strerror or error})", "give another folder with --out")]) from None
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def _sweep(out: Path) -> None:
    """Remove what runs that were killed left behind."""
    for leftover in out.glob(f"{PARTIAL}*"):
        process = leftover.name.removeprefix(PARTIAL).split("-")[0]
        if process.isdigit() and not _alive(int(process)):
            shutil.rmtree(leftover, ignore_errors=True)


def _alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True


__all__ = ["SavedRun", "drawn", "manifest_of", "read_run", "saved", "write_folder", "write_run", "write_with_page"]
