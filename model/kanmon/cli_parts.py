"""What the modules of the command share: consoles, progress, and options that several commands have."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape

PIPED_WIDTH = 160
"""Width of tables where the output is not a terminal, which would otherwise cut them at 80 columns."""

out_console, progress_console = Console(width=None if sys.stdout.isatty() else PIPED_WIDTH), Console(stderr=True)

Data = Annotated[Path | None, typer.Option("--data", help="Folder of a data pack; the one that comes with Kanmon if left out.")]
Out = Annotated[Path, typer.Option("--out", help="Folder that gets the new folder of results.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")]


@contextmanager
def show_progress(name: str):
    """Show the stage that a run is in, on the error stream."""
    with progress_console.status(f"{escape(name)}: reading", spinner="line") as status:
        yield lambda stage: status.update(f"{escape(name)}: {escape(stage)}")
