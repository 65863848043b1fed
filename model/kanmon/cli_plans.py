"""The command ``kanmon plans``: arguments in, steps in order, words out. No logic of its own."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Annotated

import pandas as pd
import typer
from rich.table import Table

from kanmon.cli_optimise import optimise_command
from kanmon.cli_parts import Data, Json, Out, literal, out_console, print_json, show_progress
from kanmon.pages.plans import render_plans
from kanmon.plans.reading import plan_folder, plan_paths, read_plans
from kanmon.plans.study import Study, read_study, study, write_study
from kanmon.scenario.months import month_name

app = typer.Typer(name="plans", no_args_is_help=True, help="Mitigation plans: compare them over futures.")
app.command("optimise")(optimise_command)

Plans = Annotated[list[str] | None, typer.Argument(metavar="[PLANS]...", help="Names of shipped plans (kanmon plans list) or paths of TOML files; all shipped ones if none is named.", show_default=False)]
FuturesFile = Annotated[Path | None, typer.Option("--futures", help="File of the futures and their probabilities; the shipped one if left out.")]
Workers = Annotated[int | None, typer.Option("--workers", min=1, help="Processes; as many as there are processors if left out.")]


@app.command("list")
def list_(json_: Json = False) -> None:
    """List the shipped plans and their levers."""
    plans = read_plans(plan_paths([]))
    if json_:
        print_json({name: json.loads(plan.model_dump_json()) for name, plan in plans.items()})
        return
    table = Table("plan", "title", "levers", show_lines=False)
    for name, plan in plans.items():
        table.add_row(literal(name), literal(plan.title), literal(", ".join(f"{step.name} {step.level:g}" for step in plan.pulled) or "none"))
    out_console.print(table)
    out_console.print(literal(f"Files: {plan_folder()}  (copy one, change it, compare it by its path)"), soft_wrap=True)


@app.command()
def compare(
    plans: Plans = None,
    futures: FuturesFile = None,
    data: Data = None,
    out: Out = Path("runs"),
    workers: Workers = None,
    interaction: Annotated[bool, typer.Option("--interaction", help="Also evaluate every lever by itself, and say whether levers help or hinder each other.")] = False,
    json_: Json = False,
) -> None:
    """Compare plans over futures: cost, loss avoided, net benefit, tail, regret."""
    asked, ahead, pack = read_study(plans or [], futures, data)
    with show_progress("plans") as progress:
        done = study(asked, ahead, pack, workers, interaction, progress)
        progress("writing")
        folder = write_study(done, out, render_plans)
    if json_:
        print_json({"folder": str(folder), "report": str(folder / "report.html"), "ranking": json.loads(done.tables["ranking"].to_json(orient="records"))})
        return
    _print_study(done)
    out_console.print(literal(f"Report: {folder / 'report.html'}"), soft_wrap=True)


def _print_study(done: Study) -> None:
    """The ranking, what each plan is worth in each future, what failed."""
    futures = done.evaluation.futures
    shown = Table("plan", "cost", "avoided", "net", "net, bn JPY", "tail loss", "regret", "value added saved", "remark", title=literal(futures.title), caption=f"million USD of {literal(done.evaluation.focus)}, expected over the futures, discounted to {month_name(futures.counted_from)}; tail: worst {100 * futures.tail:g} % of probability; value added is another account, not added")
    for row in done.tables["ranking"].itertuples():
        numbers = [row.cost, row.expected_avoided, row.expected_net, row.expected_net_billion_yen, row.tail_loss, row.largest_regret, row.value_added_avoided]
        remarks = [f"dominated by {row.dominated_by}" if row.dominated_by else "", f"near {row.near_equal}" if row.near_equal else ""]
        shown.add_row(literal(row.plan), *map(_number, numbers), literal("; ".join(part for part in remarks if part)))
    out_console.print(shown)
    net = done.tables["by_future"].pivot(index="plan", columns="future", values="net").reindex(index=done.tables["ranking"]["plan"], columns=list(futures.scenarios))
    _print_table(net, {name: f"{name} ({100 * futures.probability[name]:g} %)" for name in net.columns})
    for plan, reason in done.evaluation.errors.items():
        out_console.print(literal(f"{plan} failed: {reason}"), soft_wrap=True)
    for failure in done.evaluation.runs.query("error != ''").itertuples():
        out_console.print(literal(f"{failure.plan} in {failure.future} failed: {failure.error}"), soft_wrap=True)
    worst = done.evaluation.runs["worst_residual"].max()
    out_console.print(f"certified (worst residual {worst:.1e}) in {done.seconds:.0f} s", soft_wrap=True)


def _print_table(table: pd.DataFrame, names: dict[str, str]) -> None:
    """Net benefit by plan and future."""
    shown = Table("plan", *map(literal, names.values()), title="net benefit, million USD")
    for plan, row in table.iterrows():
        shown.add_row(literal(str(plan)), *(_number(value) for value in row))
    out_console.print(shown)


def _number(value: float) -> str:
    return "" if math.isnan(value) else f"{value:,.1f}"
