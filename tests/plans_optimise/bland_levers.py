"""The made-up metal with levers of its importer, and futures that begin alike."""

from __future__ import annotations

from pathlib import Path
from shutil import copy, copytree

from worlds import PACKS

FOLDER = Path(__file__).parent / "bland"
RATE = 'plan_discount_rate,plan_discount_rate,0.04,1/year,,0.01,0.07,made-up,a test,assumed,,\n'


def pack_with_levers(folder: Path) -> Path:
    """A copy of the pack of the made-up metal with the levers of this folder."""
    target = folder / "pack"
    copytree(PACKS / "examplium", target)
    for name in ("lever_names", "levers", "lever_effects"):
        copy(FOLDER / f"{name}.csv", target / f"{name}.csv")
    parameters = target / "parameters.csv"
    text = parameters.read_text(encoding="utf-8")
    parameters.write_text(text if "plan_discount_rate" in text else text + RATE, encoding="utf-8")
    return target
