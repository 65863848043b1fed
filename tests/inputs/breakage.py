"""Break one thing in a copy of the made-up metal's pack, or in its scenario."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path

from kanmon.errors import InputError, Problem
from worlds import PACKS, SCENARIOS

Edit = Callable[[Path], object]


def copied_pack(folder: Path) -> Path:
    """A copy of the pack that may be broken."""
    return Path(shutil.copytree(PACKS / "examplium", folder / "pack"))


def copied_scenario(folder: Path) -> Path:
    """A copy of the scenario that may be broken."""
    return Path(shutil.copy(SCENARIOS / "examplium-ban.toml", folder / "ban.toml"))


def change(name: str, old: str, new: str) -> Edit:
    """Replace the one place where a file says ``old``."""

    def edit(folder: Path) -> None:
        path = folder / name
        text = path.read_text(encoding="utf-8")
        assert text.count(old) == 1, f"{name} says {old!r} {text.count(old)} times"
        path.write_text(text.replace(old, new), encoding="utf-8")

    return edit


def drop(name: str, start: str) -> Edit:
    """Delete the one line that begins so."""

    def edit(folder: Path) -> None:
        lines = (folder / name).read_text(encoding="utf-8").splitlines(keepends=True)
        kept = [line for line in lines if not line.startswith(start)]
        assert len(kept) == len(lines) - 1, f"{len(lines) - len(kept)} lines of {name} begin with {start!r}"
        (folder / name).write_text("".join(kept), encoding="utf-8")

    return edit


def append(name: str, *rows: str) -> Edit:
    """Add lines at the end of a file."""
    return lambda folder: (folder / name).open("a", encoding="utf-8").write("".join(f"{row}\n" for row in rows))


def write(name: str, content: str | bytes) -> Edit:
    """Make a file hold this and nothing else."""
    return lambda folder: (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())


def remove(name: str) -> Edit:
    """Delete a file."""
    return lambda folder: (folder / name).unlink()


def every(*edits: Edit) -> Edit:
    """Several edits that together break one thing."""
    return lambda folder: [edit(folder) for edit in edits]


def problems_of(step: Callable[[], object]) -> list[Problem]:
    """The problems that a step stops at; none if it goes through."""
    try:
        step()
    except InputError as error:
        return error.problems
    return []


def assert_listed(problems: list[Problem], place: str, words: str) -> None:
    """One of the problems names this place (file and row, or file and key path), says these words and has a remedy."""
    named = [re.compile(rf"(?<![\w-]){re.escape(part)}(?!\.?\w)") for part in place.split()]
    shown = "\n".join(map(str, problems)) or "no problem was found"
    assert any(all(part.search(f"{problem.place}: {problem.what}") for part in named) and words in problem.what and problem.remedy for problem in problems), shown
    assert len(set(problems)) == len(problems), f"said twice:\n{shown}"
    assert all(len(str(problem)) < 1500 for problem in problems), "a message is too long to read"
