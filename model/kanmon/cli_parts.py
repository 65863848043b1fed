"""What the modules of the command share: consoles, progress, and options that several commands have."""

from __future__ import annotations

import json
import sys
import unicodedata
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape

PIPED_WIDTH = 160
"""Width of tables where the output is not a terminal, which would otherwise cut them at 80 columns."""

out_console, progress_console = Console(width=None if sys.stdout.isatty() else PIPED_WIDTH), Console(stderr=True)

STEERING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Characters that turn the direction of what follows them."""

Data = Annotated[Path | None, typer.Option("--data", help="Folder of a data pack; the one that comes with Kanmon if left out.")]
Out = Annotated[Path, typer.Option("--out", help="Folder that gets the new folder of results.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")]


def harmless(text: str) -> str:
    """A text that a terminal shows and does not obey: characters that steer it are spelled out; lines and tabs stay."""
    return "".join(f"\\u{ord(sign):04x}" if sign in STEERING or (unicodedata.category(sign) == "Cc" and sign not in "\n\t") else sign for sign in text)


def literal(text: object) -> str:
    """The same for a console that reads markup: what a scenario, a data pack or a file name holds is text."""
    return escape(harmless(str(text)))


def print_json(value: object) -> None:
    """JSON for a script; what it holds may still meet a terminal."""
    print(harmless(json.dumps(value, ensure_ascii=False, indent=2)))


@contextmanager
def show_progress(name: str):
    """Show the stage that a run is in, on the error stream."""
    with progress_console.status(f"{literal(name)}: reading", spinner="line") as status:
        yield lambda stage: status.update(f"{literal(name)}: {literal(stage)}")
