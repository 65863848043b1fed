"""The record of an ensemble: what was asked, on what, and how it went; and whether a folder may be carried on with."""

from __future__ import annotations

import hashlib
import json
import os
import platform
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from kanmon.ensembles.correlation import Causes
from kanmon.ensembles.design import Plan
from kanmon.ensembles.factors import Factor
from kanmon.ensembles.study import Study
from kanmon.errors import InputError, Problem

MANIFEST = "manifest.json"
PACKAGES = ("kanmon", "highspy", "highspy-extras", "pyomo", "numpy", "scipy", "pandas", "SALib", "pyarrow", "distributed")

MEANING = {
    "sampler": "the sampler",
    "size": "the number of draws",
    "seed": "the seed",
    "marginal": "the spread over the ranges",
    "chunk": "the draws a file",
    "factors": "the facts that are drawn, their ranges or correlations",
    "scenario": "the scenario",
    "data": "the data pack",
    "plans": "the plans or futures",
    "engine": "the engine (another version of Kanmon)",
}
"""What each part of an identity is, in words."""


@dataclass(frozen=True)
class Asked:
    """What is asked of an ensemble.

    Attributes:
        name: of the question.
        plan: design of the draws.
        chunk: draws a file.
        switching: facts for which a switching value is looked for.
    """

    name: str
    plan: Plan
    chunk: int = 10
    switching: int = 0


def identity_of(asked: Asked, study: Study, causes: Causes) -> dict[str, str | int]:
    """What must agree for draws of two runs to belong together.

    Args:
        asked: the design.
        study: what is run.
        causes: which facts move together.
    """
    drawn = json.dumps([[asdict(factor) for factor in study.factors], causes.record()])
    return {**{name: value for name, value in asdict(asked.plan).items()}, "chunk": asked.chunk, "factors": hashlib.sha256(drawn.encode()).hexdigest(), **study.identity()}


def new_manifest(asked: Asked, identity: dict, factors: Sequence[Factor], runs: int, question: dict) -> dict:
    """The record of an ensemble that begins. ``question`` is what it takes to ask again: the scenario, resolved, and the plans."""
    return {
        "kanmon": "ensemble",
        "name": asked.name,
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
        "identity": identity,
        "runs": runs,
        "factors": len(factors),
        "groups": len({factor.group for factor in factors}),
        "question": question,
        "versions": {name: version(name) for name in PACKAGES},
        "python": platform.python_version(),
        "machine": {"processor": platform.machine(), "cores": os.cpu_count()},
        "sittings": [],
    }


def read_manifest(folder: Path) -> dict | None:
    """The record of the ensemble in a folder; None where there is none.

    Raises:
        InputError: the record cannot be read, or the folder holds something else.
    """
    path = folder / MANIFEST
    if not path.is_file():
        if folder.is_dir() and any(folder.iterdir()):
            raise InputError([Problem(str(folder), "is not empty and not the folder of an ensemble", "give a new folder with --out")])
        return None
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        if content["kanmon"] != "ensemble" or not isinstance(content["identity"], dict) or not isinstance(content["sittings"], list):
            raise ValueError
    except (OSError, ValueError, KeyError, TypeError):
        raise InputError([Problem(str(path), "is not the record of an ensemble", "give a new folder with --out")]) from None
    return content


def require_same(folder: Path, known: dict, identity: dict) -> None:
    """An ensemble is carried on only where nothing that its results depend on has changed.

    Raises:
        InputError: naming everything that has.
    """
    changed = [name for name in MEANING if known.get(name) != identity.get(name)]
    if changed:
        raise InputError(
            [Problem(str(folder / MANIFEST), f"{MEANING[name]} changed since the ensemble began ({_short(known.get(name))}, now {_short(identity.get(name))})", "ask as before, or give a new folder with --out") for name in changed]
        )


def _short(value: object) -> str:
    text = str(value)
    return text if len(text) <= 20 else f"{text[:12]}..."


def write_manifest(folder: Path, manifest: dict) -> None:
    """Write the record in one step."""
    folder.mkdir(parents=True, exist_ok=True)
    partial = folder / f".partial-{os.getpid()}-{MANIFEST}"
    partial.write_text(json.dumps(manifest, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    os.replace(partial, folder / MANIFEST)
