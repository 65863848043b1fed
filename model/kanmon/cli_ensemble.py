"""The command ``kanmon ensemble``: arguments in, words out."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import pandas as pd
import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.table import Table

from kanmon import steps
from kanmon.cli_parts import Data, Json, literal, out_console, print_json, progress_console
from kanmon.ensembles import asking
from kanmon.ensembles.design import Plan, Sampler
from kanmon.ensembles.marginals import Marginal

SHOWN = 6
"""Facts shown for a number."""


def ensemble(
    scenario: Annotated[str, typer.Argument(help="Name of a shipped scenario or path of a TOML file.")] = steps.DEFAULT_SCENARIO,
    draws: Annotated[int, typer.Option("--draws", help="How many draws; trajectories of Morris, base points of Saltelli.")] = 100,
    seed: Annotated[int, typer.Option("--seed", help="Of the random numbers: the same seed gives the same draws and results.")] = 1,
    folder: Annotated[Path | None, typer.Option("--out", help="Folder of this ensemble; one that is there already is carried on.", show_default=False)] = None,
    workers: Annotated[int | None, typer.Option("--workers", help="Processes on this machine; all cores if left out.", show_default=False)] = None,
    scheduler: Annotated[str | None, typer.Option("--scheduler", help="Address of a Dask scheduler to compute on in place of this machine.", show_default=False)] = None,
    sampler: Annotated[Sampler, typer.Option("--sampler", help="lhs or sobol for percentiles and drivers; morris or saltelli to tell groups of facts apart.")] = Sampler.LATIN,
    marginal: Annotated[Marginal, typer.Option("--marginal", help="How a fact is spread over its range.")] = Marginal.TRIANGULAR,
    plans: Annotated[str, typer.Option("--plans", help="Plans to compare in every draw in place of a scenario, separated by commas.")] = "",
    foresight: Annotated[bool, typer.Option("--foresight", help="As if everybody knew how long a measure lasts: one window in place of one a month, many times faster.")] = False,
    futures: Annotated[Path | None, typer.Option("--futures", help="File of the futures that plans are judged in; the shipped ones if left out.", show_default=False)] = None,
    switching: Annotated[int, typer.Option("--switching", help="With plans: facts for which the figure is sought at which the second-best plan wins.")] = 5,
    chunk: Annotated[int, typer.Option("--chunk", help="Draws a file: what a killed run repeats at most, for each worker.")] = 10,
    resume: Annotated[Path | None, typer.Option("--resume", help="Folder of an ensemble to carry on as it was asked.", show_default=False)] = None,
    data: Data = None,
    json_: Json = False,
) -> None:
    """Run a scenario over what the data leave open: percentiles of every number and path, which facts decide them, which plan comes first how often."""
    where = asking.here(workers, scheduler)
    with _bar(progress_console) as shown:
        if resume is not None:
            pack, _ = steps.read([], data)
            target, record = resume, asking.carry_on(resume, pack, where, shown)
        else:
            named = [item.strip() for item in plans.split(",") if item.strip()]
            pack, questions = steps.read([] if named else [scenario], data)
            name, asked = ("plans", None) if named else questions[0]
            target = folder or Path("ensembles") / f"{name}{'-foresight' if foresight else ''}-{sampler}-{draws}-{seed}"
            record = asking.begin(name, asked, pack, Plan(sampler, draws, seed, marginal), target, where, chunk, named, futures, switching if named else 0, shown, foresight)
    page = steps.report(target)
    if json_:
        print_json({"folder": str(target), "report": str(page), **{key: record[key] for key in ("name", "runs", "factors", "failed", "certificate", "core_seconds_a_run", "peak_memory_mb")}})
    else:
        _print(record, target)
    raise typer.Exit(0 if record["failed"] < record["runs"] else 3)


@contextmanager
def _bar(console: Console):
    """A bar with rate and time left, as a function of what has finished."""
    columns = [TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TextColumn("{task.fields[rate]}"), TimeElapsedColumn(), TimeRemainingColumn(elapsed_when_finished=True)]
    with Progress(*columns, console=console) as bar:
        task = bar.add_task("draws", total=None, rate="")

        def show(finished: int, runs: int, failed: int, before: int) -> None:
            seconds = bar.tasks[0].elapsed or 0.0
            rate = f"{60 * (finished - before) / seconds:.1f} a minute" if finished > before and seconds > 0 else ""
            bar.update(task, completed=finished, total=runs, rate=f"{rate}, {failed} failed" if failed else rate)

        yield show


def _print(record: dict, folder: Path) -> None:
    """Percentiles of the headlines, the strongest facts, and what failed."""
    tables = {name: pd.read_csv(folder / "tables" / f"{name}.csv", keep_default_na=False, na_values=["nan"]) for name in ("bands", "indices", "screening", "rank_first", "switching", "failures")}
    shown = Table("subject", "number", "unit", "central", "5 %", "median", "95 %", title=literal(record["name"]), caption=f"{record['runs']} runs over {record['factors']} facts; percentiles of what the ranges in the data leave open")
    for row in tables["bands"][tables["bands"]["kind"].isin(["headline", "plan"]) | (tables["bands"]["quantity"] == "all accounts")].itertuples():
        shown.add_row(literal(row.subject), literal(row.quantity), literal(row.unit), *("" if value == "" else f"{float(value):,.4g}" for value in (row.central, row.p5, row.p50, row.p95)))
    out_console.print(shown)
    _drivers(tables["indices"], "index", "factor", "share of variance explained alone (first-order index)")
    _drivers(tables["screening"], "value", "group", "groups of facts")
    if len(tables["rank_first"]):
        ranks = Table("plan", "first in", "±", title="how often a plan has the largest net benefit")
        for row in tables["rank_first"].itertuples():
            ranks.add_row(literal(row.plan), f"{100 * row.share:.0f} %", f"{100 * row.error:.0f} %")
        out_console.print(ranks)
    for row in tables["switching"].itertuples():
        flip = "within its range nothing changes who leads" if row.switching_value == "" else f"{row.other} leads beyond {float(row.switching_value):.4g} {row.unit}"
        out_console.print(literal(f"{row.factor}, central {row.central:.4g}: {flip}"))
    for (error,), rows in tables["failures"].groupby(["error"]):
        out_console.print(literal(f"{len(rows)} run(s) failed: {error} (tables/failures.csv has each with its reason)"))
    out_console.print(literal(f"Report: {folder / 'report.html'}"), soft_wrap=True)


def _drivers(table: pd.DataFrame, figure: str, name: str, title: str) -> None:
    """The strongest facts of every mean price, one line a number."""
    table = table[(table["kind"] == "headline") & table["quantity"].str.startswith("price, mean while")]
    if table.empty:
        return
    shown = Table("subject", "number", f"strongest first, {figure} in brackets", title=title)
    for keys, rows in table.groupby(["subject", "quantity", *(["measure"] if "measure" in table else [])], sort=False):
        strongest = rows.sort_values(figure, ascending=False).head(SHOWN)
        strongest = strongest[strongest["above_noise"].astype(str) == "True"] if "above_noise" in strongest else strongest
        shown.add_row(literal(keys[0]), literal(", ".join(keys[1:])), literal("; ".join(f"{row[name]} ({row[figure]:.2g})" for row in strongest.to_dict("records"))) or "nothing above the noise floor")
    out_console.print(shown)
