"""``kanmon plans optimise``: arguments in, steps in order, words out."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from kanmon import carried
from kanmon.cli_parts import Data, Json, Out, literal, out_console, print_json, show_progress
from kanmon.pack.load import load_pack
from kanmon.pages.optimise import render_optimised
from kanmon.plans.optimise.ask import asked
from kanmon.plans.optimise.question import load_question, shipped_question
from kanmon.plans.optimise.run import Optimised, optimise, write_optimised
from kanmon.plans.reading import load_futures, shipped_futures

CACHE = ".kanmon-outcomes"
"""Folder under that of the results that keeps what the engine found."""

Levers = Annotated[str | None, typer.Option("--levers", help="Levers to choose among, separated by commas; those of the question if left out.")]
Budgets = Annotated[str | None, typer.Option("--budgets", help="Budgets in million USD, separated by commas.")]
Limits = Annotated[str | None, typer.Option("--tail-limits", help="Instead: limits on the tail loss in million USD; the cheapest plan that meets each.")]
Asked = Annotated[Path | None, typer.Option("--question", help="TOML file of a question; the shipped one if left out.")]
FuturesFile = Annotated[Path | None, typer.Option("--futures", help="TOML file of futures; the shipped one if left out.")]


def optimise_command(
    levers: Levers = None,
    budgets: Budgets = None,
    tail_limits: Limits = None,
    question: Asked = None,
    points: Annotated[int | None, typer.Option("--points", help="Points of a lever on the first grid.")] = None,
    tail_weight: Annotated[float | None, typer.Option("--tail-weight", help="Weight of the tail loss beside the expected loss.")] = None,
    foresight: Annotated[bool, typer.Option("--foresight", help="Judge plans as if everybody knew how long a ban lasts: many times faster.")] = False,
    world: Annotated[bool, typer.Option("--world/--no-world", help="Whether to find the world's optimum beside it.")] = True,
    futures: FuturesFile = None,
    workers: Annotated[int | None, typer.Option("--workers", help="Processes; as many as there are processors if left out.")] = None,
    data: Data = None,
    out: Out = Path("runs"),
    json_: Json = False,
) -> None:
    """The best plan of the focus region under each budget, by the engine; what was found is kept, so that a search that was stopped goes on."""
    pack = load_pack(data or carried.data_folder())
    content = asked(load_question(question or shipped_question()), levers, budgets, tail_limits, points, tail_weight, foresight)
    with show_progress("optimise") as progress:
        result = optimise(content, load_futures(futures or shipped_futures()), pack, out / CACHE, workers, world, progress)
    folder = write_optimised(result, out, render_optimised)
    if json_:
        tables = {name: json.loads(table.to_json(orient="records")) for name, table in result.tables.items() if name != "grid"}
        print_json({"folder": str(folder), **tables})
        return
    _print(result, folder)


def _print(result: Optimised, folder: Path) -> None:
    """Levels and figures of every answer."""
    tables = result.tables
    for name, keys in (("levels", ["lever"]), ("optimum", ["quantity", "unit"]), ("values", ["quantity", "unit"])):
        wide = tables[name].pivot_table(index=keys, columns="aim", values="level" if name == "levels" else "value", sort=False)
        shown = Table(title=name)
        for key in [*keys, *wide.columns]:
            shown.add_column(literal(str(key)), justify="left" if key in keys else "right")
        for index, row in wide.iterrows():
            shown.add_row(*(literal(str(key)) for key in (index if isinstance(index, tuple) else (index,))), *(f"{value:.4g}" for value in row))
        out_console.print(shown)
    out_console.print(literal(f"A global optimum is proved on the grid only. Report: {folder / 'report.html'}"), soft_wrap=True)
