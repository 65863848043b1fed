"""The command ``kanmon``: arguments in, steps in order, words out. No logic of its own."""

from __future__ import annotations

import json
import math
import sys
from pathlib import Path
from time import perf_counter
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from kanmon import carried, cli_ensemble, cli_plans, steps
from kanmon.cli_parts import Data, Json, Out, out_console, show_progress
from kanmon.errors import InputError, KanmonError, Problem
from kanmon.runs.run import Run
from kanmon.runs.saved import SavedRun, read_run
from kanmon.scenario.load import find_scenarios, load_scenario

app = typer.Typer(name="kanmon", no_args_is_help=True, pretty_exceptions_enable=False, help="Economic model of critical-mineral retaliation: run scenarios, compare them, check data, verify results.")
app.add_typer(cli_plans.app)
app.command()(cli_ensemble.ensemble)

Scenarios = Annotated[list[str] | None, typer.Argument(help="Names of shipped scenarios (kanmon list) or paths of TOML files.", show_default=False)]


@app.command()
def run(
    scenarios: Scenarios = None,
    data: Data = None,
    out: Out = Path("runs"),
    json_: Json = False,
    contributions: Annotated[bool, typer.Option("--contributions", help="Also run with each mechanism switched off, and show what each adds.")] = False,
) -> None:
    """Solve, certify and report one scenario or several. Without a name: the default question, a ban of both minerals on Japan."""
    clock = perf_counter()
    pack, asked = steps.read(scenarios or [steps.DEFAULT_SCENARIO], data)
    reading = {"load": perf_counter() - clock}
    results = []
    for name, scenario in asked:
        with show_progress(name) as progress:
            result = steps.run(steps.with_contributions(scenario) if contributions else scenario, pack, name, progress=progress)
            progress("writing")
            results.append((result, steps.write(result, out, reading)))
    if json_:
        print(json.dumps([_run_record(result, folder) for result, folder in results], ensure_ascii=False, indent=2))
        return
    for result, folder in results:
        _print_run(result, folder)


@app.command()
def compare(scenarios: Scenarios = None, data: Data = None, out: Out = Path("runs"), json_: Json = False) -> None:
    """Set scenarios, or folders of runs, side by side on one page."""
    if not scenarios:
        raise InputError([Problem("compare", "nothing to compare", "give two or more scenarios or folders of runs")])
    folders = {name: read_run(Path(name)) for name in scenarios if (Path(name) / "manifest.json").is_file()}
    pack, asked = steps.read([name for name in scenarios if name not in folders], data)
    questions = iter(asked)
    runs: list[Run | SavedRun] = []
    for given in scenarios:
        if given in folders:
            runs.append(folders[given])
            continue
        name, scenario = next(questions)
        with show_progress(name) as progress:
            runs.append(steps.run(scenario, pack, name, progress=progress))
    folder = steps.compare(runs, out)
    print(json.dumps({"report": str(folder / "report.html")}) if json_ else f"Comparison: {folder / 'report.html'}")


@app.command()
def check(scenarios: Scenarios = None, data: Data = None, json_: Json = False) -> None:
    """Check a data pack and scenarios (all shipped ones if none is named); every problem at once."""
    named = scenarios or (list(find_scenarios(carried.scenario_folder())) if data is None else [])
    problems = steps.check(named, data)
    if json_:
        print(json.dumps([{"place": item.place, "problem": item.what, "remedy": item.remedy} for item in problems], ensure_ascii=False, indent=2))
        raise typer.Exit(2 if problems else 0)
    if problems:
        raise InputError(problems)
    print(f"The data pack and {len(named)} scenario(s) are in order.")


@app.command("list")
def list_(json_: Json = False) -> None:
    """List the shipped scenarios and their questions."""
    found = {name: load_scenario(path) for name, path in find_scenarios(carried.scenario_folder()).items()}
    if json_:
        print(json.dumps([{"name": name, "title": item.title, "question": item.question} for name, item in found.items()], ensure_ascii=False, indent=2))
        return
    table = Table("scenario", "question", show_lines=False)
    for name, item in found.items():
        table.add_row(escape(name), escape(item.question))
    out_console.print(table)
    out_console.print(f"Files: {carried.scenario_folder()}  (copy one, change it, run it by its path)", soft_wrap=True)


@app.command()
def verify(
    folder: Annotated[Path | None, typer.Argument(metavar="[RUN]", help="Folder of a run; the last one under --out if left out.", show_default=False)] = None,
    data: Data = None,
    out: Out = Path("runs"),
    json_: Json = False,
) -> None:
    """Show that the model computes what it claims: no shock means no change, the certificate of a run again from its tables alone, and
    every known equilibrium solved as a user's scenario is."""
    with show_progress("verify") as progress:
        progress("solving the known equilibria")
        table = steps.verify(folder or steps.latest_run(out), data)
    if json_:
        print(table.to_json(orient="records", indent=2))
    else:
        shown = Table("case", "source", "quantity", "expected", "computed", "relative error", "passed")
        for row in table.itertuples():
            shown.add_row(escape(row.case), escape(row.source), escape(row.quantity), f"{row.expected:.9g}", f"{row.computed:.9g}", f"{row.error:.1e}", "yes" if row.passed else "NO")
        out_console.print(shown)
        met, cases = int(table["passed"].sum()), table["case"].nunique()
        out_console.print(f"{met} of {len(table)} figures met in {cases} cases; largest relative error {table['error'].max():.1e}.", soft_wrap=True)
    raise typer.Exit(0 if table["passed"].all() else 3)


@app.command()
def mechanisms(
    scenario: Annotated[str, typer.Argument(help="Name of a shipped scenario or path of a TOML file.")] = steps.DEFAULT_SCENARIO,
    data: Data = None,
    out: Out = Path("runs"),
    json_: Json = False,
) -> None:
    """Say what each mechanism contributes: run a scenario again with beliefs, notice, stocks, scrap loop or caps switched off, one at a time."""
    with show_progress(scenario) as progress:
        table, results = steps.mechanisms(scenario, data, progress)
    folder = steps.compare(results, out)
    if json_:
        print(json.dumps({"report": str(folder / "report.html"), "contributions": json.loads(table.to_json(orient="records"))}, ensure_ascii=False, indent=2))
        return
    variants = list(dict.fromkeys(table["variant"]))
    shown = Table("good", *map(escape, variants), title="mean price while in force, x baseline", caption="each column but the first is the scenario without that mechanism, or with the change named")
    for good, rows in table.groupby("good", sort=False):
        cells = dict(zip(rows["variant"], rows["multiple"], strict=True))
        shown.add_row(escape(results[0].pack.label("goods", str(good))), *(f"{cells[name]:.3g}x" if name in cells else "" for name in variants))
    out_console.print(shown)
    out_console.print(f"Side by side: {folder / 'report.html'}", soft_wrap=True, markup=False)


@app.command()
def backtest(
    folder: Annotated[Path | None, typer.Argument(metavar="[EPISODES]", help="Folder of an episode, or of several; those that come with Kanmon if left out.", show_default=False)] = None,
    page: Annotated[Path | None, typer.Option("--page", help="File that gets the page with every figure (Markdown).")] = None,
    record: Annotated[Path | None, typer.Option("--record", help="File that gets what reports carry of it (JSON): tests/backtests/record.json.")] = None,
    json_: Json = False,
) -> None:
    """Predict historical episodes from data of before them, beside two naive forecasts; say where the model misses, and why."""
    with show_progress("backtest") as progress:
        series, figures, text = steps.backtest(folder, progress)
    if page is not None:
        page.write_text(text, encoding="utf-8")
    if record is not None:
        record.write_text(steps.backtest_record(series, folder), encoding="utf-8")
    if json_:
        print(json.dumps({"series": json.loads(series.to_json(orient="records")), "figures": json.loads(figures.to_json(orient="records"))}, ensure_ascii=False, indent=2))
        return
    shown = Table("episode", "series", "figures", "error", "no change", "lost share", "inside the band", "width of the band", "verdict", caption="mean absolute errors, as ratios to the base period")
    for row in series.itertuples():
        numbers = ["" if math.isnan(value) else f"{value:.2f}" for value in (row.error, row.error_no_change, row.error_lost_share)]
        shown.add_row(escape(row.episode), escape(row.series), str(row.figures), *numbers, str(row.inside), f"{row.width:.2f}", escape(row.verdict))
    out_console.print(shown)


@app.command()
def report(
    runs: Annotated[list[Path], typer.Argument(metavar="RUN...", help="Folders of runs, comparisons, ensembles, plans or optimisations.")],
    ensemble: Annotated[Path | None, typer.Option("--ensemble", help="Folder of an ensemble of the same scenario: bands and drivers for the section on what would change the conclusion.", show_default=False)] = None,
    xlsx: Annotated[bool, typer.Option("--xlsx", help="Also write the tables as a workbook, report.xlsx.")] = False,
) -> None:
    """Draw reports again from their tables, without solving."""
    for content in steps.read_runs(runs):
        print(steps.report(content, ensemble))
        if xlsx:
            print(steps.workbook(content))


def _run_record(result: Run, folder: Path) -> dict:
    return {"name": result.name, "folder": str(folder), "report": str(folder / "report.html"), "certificate": max(item.worst for item in result.certificates), "headlines": result.headlines.to_dict(orient="records")}


COLUMNS = {
    "price, mean while in force": "price, mean",
    "price, peak": "peak",
    "use not met, share": "use not met",
    "of which shed at the choke": "shed",
    "lost imports replaced by other origins": "imports replaced",
    "days of cover, least": "least cover",
    "months after the end until the price is within 5 % of baseline": "recovered after",
}
"""Headlines that fit on a line, and their short names."""

SUFFIX = {"x baseline": "x", "%": " %", "t": " t", "days": " days", "months": " months"}


def _print_run(result: Run, folder: Path) -> None:
    """One line a good: the headlines that fit; the report has them all."""
    headlines = result.headlines
    if len(headlines):
        table = Table("good", *COLUMNS.values(), title=escape(result.scenario.title), caption="relative to the baseline; the report has more")
        for good, rows in headlines.groupby("good", sort=False):
            cells = {row.headline: f"{row.value:,.3g}{SUFFIX[row.unit]}" + (" *" if row.note else "") for row in rows.itertuples()}
            known = good in result.pack.labels["goods"]
            table.add_row(escape(result.pack.label("goods", str(good)) if known else str(good)), *(cells.get(name, "") for name in COLUMNS))
        out_console.print(table)
        for note in dict.fromkeys(note for note in headlines["note"] if note):
            out_console.print(f"* {note}", markup=False)
    worst = max(item.worst for item in result.certificates)
    out_console.print(f"{escape(result.name)}: certified (worst residual {worst:.1e}) in {sum(result.seconds.values()):.1f} s", soft_wrap=True)
    out_console.print(f"Report: {folder / 'report.html'}", soft_wrap=True, markup=False)


def main() -> None:
    """Entry point: errors that a user can act on become one message and an exit code, never a traceback."""
    try:
        app(prog_name="kanmon")
    except KanmonError as error:
        print(error, file=sys.stderr)
        sys.exit(error.exit_code)


if __name__ == "__main__":
    main()
