"""The steps that the command line takes, as functions: ``import kanmon`` gives these."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from time import perf_counter

import pandas as pd

from kanmon import carried
from kanmon.backtest.episodes import read_episodes
from kanmon.backtest.page import backtest_page
from kanmon.backtest.record import record_text
from kanmon.backtest.runs import backtest_episodes
from kanmon.backtest.score import summarise
from kanmon.certify.certificate import PASS
from kanmon.ensembles.lending import lend
from kanmon.ensembles.saved import SavedEnsemble, read_ensemble
from kanmon.errors import InputError, KanmonError, NotDrawn, Problem
from kanmon.highs import require_hipo
from kanmon.indicators.contributions import Variant, contributions
from kanmon.indicators.prices import mean_multiples
from kanmon.indicators.view import view_of
from kanmon.pack.load import Pack, load_pack
from kanmon.pages.comparison import render_comparison
from kanmon.pages.ensemble import render_ensemble
from kanmon.pages.optimise import render_optimised
from kanmon.pages.page import render_run
from kanmon.pages.plans import render_plans
from kanmon.plans.optimise.saved import SavedAnswers, read_answers
from kanmon.plans.saved import SavedPlans, read_comparison
from kanmon.proof.equilibria import COLUMNS, verify_equilibria
from kanmon.runs.audit import recertify
from kanmon.runs.compared import KIND, SavedComparison, compared, read_compared, write_comparison
from kanmon.runs.downstream import require_downstream
from kanmon.runs.folder import drawn, saved, write_run
from kanmon.runs.mechanisms import without_each
from kanmon.runs.run import Progress, Run, run_scenario
from kanmon.runs.saved import SavedRun, read_run
from kanmon.runs.zero_shock import zero_shock_deviation
from kanmon.scenario.apply import scenario_world
from kanmon.scenario.assume import assume
from kanmon.scenario.load import check_against, find_scenarios, load_scenario
from kanmon.scenario.schema import Scenario
from kanmon.workbooks.book import write_workbook
from kanmon.workbooks.contents import Saved, contents_of
from kanmon.world.calibrate import calibrate
from kanmon.world.stated import has_base_year

DEFAULT_SCENARIO = "both-on-japan"


def _quiet(stage: str) -> None:
    """Progress that nobody looks at."""


def scenario_path(name: str) -> Path:
    """A scenario by the name of a shipped one, or by the path of a TOML file.

    Raises:
        InputError: neither exists.
    """
    path = Path(name)
    if path.suffix == ".toml":
        return path
    shipped = find_scenarios(carried.scenario_folder())
    if name in shipped:
        return shipped[name]
    raise InputError([Problem(name[:80], "is neither a shipped scenario nor a .toml file", f"use one of {', '.join(shipped)}, or give the path of a file")])


def read(names: Sequence[str], data: Path | str | None = None) -> tuple[Pack, list[tuple[str, Scenario]]]:
    """The data pack and scenarios by name or path, once all of them are in order.

    Raises:
        InputError: every problem of the pack and of all scenarios.
    """
    problems: list[Problem] = []
    pack, scenarios = None, []
    try:
        pack = load_pack(Path(data) if data is not None else carried.data_folder())
    except InputError as error:
        problems.extend(error.problems)
    for name in names:
        try:
            path = scenario_path(name)
            scenarios.append((path.stem, load_scenario(path)))
            if pack is not None:
                problems.extend(check_against(scenarios[-1][1], pack, path.name))
        except InputError as error:
            problems.extend(error.problems)
    if problems or pack is None:
        raise InputError(problems)
    return pack, scenarios


def run(scenario: str | Scenario = DEFAULT_SCENARIO, data: Path | str | Pack | None = None, name: str = "scenario", method: str = "newton", progress: Progress = _quiet) -> Run:
    """Solve and certify one scenario.

    Args:
        scenario: name of a shipped scenario, path of a TOML file, or a :class:`Scenario`.
        data: folder of a data pack, or a loaded pack; the default pack if left out.
        name: what to call a :class:`Scenario` that comes without a file.
        method: ``newton``, or ``sequence`` for quadratic programs alone.
        progress: called with each stage.

    Raises:
        KanmonError: the input is unusable (:class:`InputError`) or the solution fails its certificate (:class:`NotCertified`).
    """
    require_hipo()
    clock = perf_counter()
    if isinstance(scenario, str):
        if isinstance(data, Pack):
            pack, path = data, scenario_path(scenario)
            name, scenario = path.stem, load_scenario(path)
        else:
            pack, [(name, scenario)] = read([scenario], data)
    else:
        pack = data if isinstance(data, Pack) else read([], data)[0]
    loading = {} if isinstance(data, Pack) else {"load": perf_counter() - clock}
    result = run_scenario(scenario, pack, name, method, progress)
    return replace(result, seconds=loading | result.seconds)


def with_contributions(scenario: Scenario) -> Scenario:
    """The scenario, asked to say what each mechanism adds."""
    return scenario.model_copy(update={"contributions": True})


def write(result: Run, out: Path | str = "runs", seconds_before: dict[str, float] | None = None) -> Path:
    """Write a certified run with its report as a new folder under ``out``; returns the folder.

    Seconds of stages before the run may be given for the manifest.

    Raises:
        InputError: the folder cannot be written.
        NotDrawn: the report could not be drawn; the run is written without it.
    """
    return write_run(result, Path(out), render_run, seconds_before)


def compare(runs: Iterable[Run | SavedRun], out: Path | str = "runs") -> Path:
    """Write one page that sets runs side by side; returns its folder.

    Raises:
        InputError: fewer than two runs, or runs of different data.
    """
    return write_comparison(compared([saved(item) if isinstance(item, Run) else item for item in runs]), Path(out), render_comparison)


READERS: dict[str, Callable[[Path], Saved]] = {KIND: read_compared, "ensemble": read_ensemble, "plans": read_comparison, "optimise": read_answers}
"""How a folder is read that does not hold a run, by what its manifest says."""


def read_runs(folders: Iterable[Path | str]) -> list[Saved]:
    """Runs, comparisons, ensembles, plans and answers of the optimiser from their folders, once all of them can be read.

    Raises:
        InputError: every problem of all folders.
    """
    found, problems = [], []
    for folder in folders:
        try:
            found.append(_read(Path(folder)))
        except InputError as error:
            problems.extend(error.problems)
    if problems:
        raise InputError(problems)
    return found


def _read(folder: Path) -> Saved:
    """What a folder holds."""
    return READERS.get(_kind(folder), read_run)(folder)


def _kind(folder: Path) -> str:
    """Kind of the results in a folder; a run where its manifest does not say."""
    try:
        return str(json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["kanmon"])
    except (OSError, ValueError, KeyError, TypeError):
        return "run"


def report(run: Saved | Path | str, ensemble: Path | str | None = None) -> Path:
    """Draw the page of a saved run, comparison, ensemble, plans or optimisation again from its tables, without solving; returns the page in its folder.

    Args:
        run: what is drawn, or its folder.
        ensemble: folder of an ensemble of the same question, whose tables go into the run's folder and into its page.

    Raises:
        InputError: the folder holds none of them, or the ensemble is of another question.
        NotDrawn: the page could not be drawn; the folder is as it was.
    """
    content, folder = _in_folder(run)
    if ensemble is not None:
        lend(read_ensemble(Path(ensemble)), _run_in(content))
        content = read_run(folder)
    page, text = folder / "report.html", drawn(lambda: _page_of(content))
    if not isinstance(text, str):
        raise NotDrawn(folder, text) from text
    fresh = page.with_name(".report.partial")
    fresh.write_text(text, encoding="utf-8")
    fresh.replace(page)
    return page


def _page_of(content: Saved) -> str:
    """The page of what a folder holds."""
    match content:
        case SavedRun():
            return render_run(content)
        case SavedComparison():
            return render_comparison(content.runs)
        case SavedEnsemble():
            return render_ensemble(content)
        case SavedPlans():
            return render_plans(content)
        case SavedAnswers():
            return render_optimised(content)


def _run_in(content: Saved) -> SavedRun:
    """A run, where only a run will do."""
    if not isinstance(content, SavedRun):
        raise InputError([Problem(str(content.folder), "is not the folder of a run", "give a folder that kanmon run wrote")])
    return content


def workbook(run: Saved | Path | str) -> Path:
    """Write the tables of saved results of any kind as a workbook, one sheet a table; returns the file in their folder."""
    content, folder = _in_folder(run)
    return write_workbook(contents_of(content), folder / "report.xlsx")


def _in_folder(run: Saved | Path | str) -> tuple[Saved, Path]:
    """Something saved, and its folder."""
    content = _read(Path(run)) if isinstance(run, (Path, str)) else run
    if content.folder is None:
        raise InputError([Problem("report", "what is to be drawn has no folder yet", "write it first")])
    return content, content.folder


def check(scenarios: Sequence[str] = (), data: Path | None = None) -> list[Problem]:
    """Every problem of a data pack and of scenarios on it, by name or path; an empty list if there is none."""
    try:
        pack, asked = read(scenarios, data)
    except InputError as error:
        return error.problems
    problems: list[Problem] = []
    for name, scenario in [("baseline of the pack", quiet_scenario()), *asked]:
        try:
            assumed = assume(pack, scenario, f"{name}.toml")
            require_downstream(assumed, view_of(scenario))
            world = calibrate(assumed, *scenario.calibration).world
            scenario_world(world, scenario, f"{name}.toml")
        except InputError as error:
            problems.extend(error.problems)
    return list(dict.fromkeys(problems))


def verify(folder: Path | None = None, data: Path | None = None) -> pd.DataFrame:
    """Evidence that the model computes what it claims.

    Args:
        folder: folder of a run whose certificate is computed again from its tables; left out, that is not done.
        data: data pack.

    No shock means no change (where the pack has a base year), the certificate of the run, and the known equilibria.

    Returns:
        columns case, source, quantity, expected, computed, error, passed.
    """
    pack = load_pack(data or carried.data_folder())
    rows: list[tuple] = []
    if has_base_year(pack):
        deviation = zero_shock_deviation(quiet_scenario(), pack)
        rows.append(("zero shock", "definition", "largest deviation from the base year", 0.0, deviation, deviation, deviation <= PASS))
    if folder is not None:
        content = read_run(folder)
        for item in recertify(content, pack).itertuples():
            rows.append((f"certificate of {content.name}, {item.window}", "equilibrium conditions", str(item.condition), 0.0, item.residual, item.residual, bool(item.passed)))
    return pd.concat([pd.DataFrame(rows, columns=list(COLUMNS)), verify_equilibria()], ignore_index=True) if rows else verify_equilibria()


def mechanisms(scenario: str = DEFAULT_SCENARIO, data: Path | str | None = None, progress: Progress = _quiet) -> tuple[pd.DataFrame, list[Run]]:
    """What each mechanism contributes to the prices of a scenario: it is run again with one switched off at a time.

    Returns:
        columns good, variant, unit, multiple, difference; and the runs, the one as asked first.

    Raises:
        KanmonError: the input is unusable, or a variant fails its certificate.
    """
    pack, [(name, asked)] = read([scenario], data)
    runs = {}
    for variant, content in without_each(asked).items():
        progress(variant)
        runs[variant] = run_scenario(content, pack, name if variant == Variant.AS_ASKED else f"{name}, {variant}", "newton")
    means = {variant: mean_multiples(done.reports["price_paths"], view_of(done.scenario)) for variant, done in runs.items()}
    return contributions(means), list(runs.values())


def backtest(folder: Path | None = None, progress: Progress = _quiet) -> tuple[pd.DataFrame, pd.DataFrame, str]:
    """Back-tests: historical episodes predicted from data of before them.

    Args:
        folder: folder of an episode, or of several; those that come with the package if left out.
        progress: called with the name of each run.

    Returns:
        the scored series with their verdicts, every scored figure, and the page as Markdown.

    Raises:
        InputError: an episode cannot be read.
    """
    episodes = read_episodes(folder)
    figures = backtest_episodes(episodes, progress)
    return summarise(figures), figures, backtest_page(episodes, figures)


def backtest_record(series: pd.DataFrame, folder: Path | None = None) -> str:
    """What reports on the default data pack say of the back-tests, as the text of ``record.json`` in their folder.

    Args:
        series: from :func:`backtest`.
        folder: of the episodes that it was made of; those that come with Kanmon if left out.
    """
    return record_text(series, read_episodes(folder), load_pack(carried.data_folder()), folder)


def quiet_scenario(months: int = 36) -> Scenario:
    """A scenario in which nothing happens."""
    return Scenario.model_validate({"title": "No measures", "question": "Does the base year repeat itself?", "start": "2026-12", "months": months})


def latest_run(out: Path) -> Path | None:
    """The run written last under a folder, if there is one."""
    folders = [path.parent for path in out.glob("*/manifest.json") if _kind(path.parent) == "run"]
    return max(folders, key=lambda folder: (folder / "manifest.json").stat().st_mtime, default=None)


__all__ = ["KanmonError", "backtest", "backtest_record", "check", "compare", "latest_run", "mechanisms", "read", "read_runs", "report", "run", "verify", "workbook", "write"]
