"""How fast Kanmon solves, against the same windows in CasADi with IPOPT and in CVXPY with Clarabel.

``make benchmark`` prints the table and puts it into ``reports/benchmark.md``; ``--quick`` tries everything on a tiny world. The folder
``tests`` has to be on the path. Every measurement is a process of its own, on one thread. The other solvers are handed the constraint matrix ready made: its
assembly is not in their time, nor the Pyomo model in their memory.
"""

from __future__ import annotations

import argparse
import cProfile
import io
import os
import platform
import pstats
import resource
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from importlib.metadata import version
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from statistics import median
from time import perf_counter

import numpy as np

from generated_worlds import SIZES, SMALL, generated_market
from kanmon.certify.certificate import PASS, certify_plan
from kanmon.formulation.given import base_point, given_at, use_at_choke
from kanmon.formulation.model import build_model
from kanmon.scenario.market import Market
from kanmon.solve.equilibrium import Effort, read_equilibrium
from kanmon.solve.matrix import System, read_system
from kanmon.solve.newton import TARGET, price_newton
from kanmon.solve.sequence import quadratic_step
from kanmon.solve.sorting import build_terms
from kanmon.solve.window import row_scales, solve_window, start
from solvers.peers import default_market, read_instance

REPORT = Path(__file__).parents[2] / "reports" / "benchmark.md"
SEED = 1
DRAWS = 3
"""Windows with other numbers that are solved after the first."""

CHANGE = 0.03
"""Largest change of curves, capacities and freight in them [1]."""

FREIGHT = 0.1
"""What freight is taken to be for that, as a share of the price at the destination [1]."""

TIME_LIMIT = 300.0
"""Seconds after which a method is stopped."""

IPOPT_SETTINGS = ({"mu_strategy": "adaptive", "tol": 1e-12}, {"tol": 1e-12})
"""Tried in this order until one is certified, the quicker first; only that one is timed."""

METHODS = {"newton": "Kanmon", "sequence": "Kanmon, quadratic programs alone", "ipopt": "CasADi + IPOPT", "clarabel": "CVXPY + Clarabel"}
ONCE = {"sequence", "clarabel"}
"""Methods that are measured once, being no aim."""

AIMS = {"solve": 1 / 4, "cold, default": 3 / 4, "cold, generated": 1.0, "re-solve": 1 / 10, "doubling": 2.3, "memory": 1.0}


@dataclass(frozen=True)
class Case:
    """A window of the benchmark: its name, its size, and how to make it with so many times its months."""

    name: str
    size: str
    market: Callable[[int], Market]


def cases(quick: bool) -> list[Case]:
    """The tiny world, or the default scenario and the three generated worlds."""

    def generated(name: str, size: tuple[int, int, int, int]) -> Case:
        regions, goods, months, lanes = size
        return Case(name, f"{regions} regions, {goods} goods, {months} months, {lanes} lanes a good", lambda times: generated_market(regions, goods, months * times, lanes, SEED))

    if quick:
        return [generated("tiny", SMALL)]
    market = default_market()
    size = f"{len(market.world.regions)} regions, {len(market.world.goods)} goods, {market.months} months, {len(market.world.lanes.keys)} lanes in all"
    return [Case("default", size, lambda times: default_market()), *(generated(name, size) for name, size in zip("ABC", SIZES, strict=True))]


def perturbed(market: Market, seed: int) -> Market:
    """The same window with every curve, capacity and freight moved by up to 3 %; members of a nest move together."""
    random, world = np.random.default_rng(seed), market.world

    def factor(count: int) -> np.ndarray:
        return 1.0 + CHANGE * random.uniform(-1.0, 1.0, count)

    uses, plants, lanes, stocks = world.uses, world.activities, world.lanes, world.stocks
    count = len(uses.keys)
    common = np.where(uses.in_nest, factor(count)[np.maximum(uses.nest, 0)], factor(count))[:, None]
    margin = lanes.margin + FREIGHT * (factor(len(lanes.keys)) - 1.0) * world.nodes.price[lanes.destination]
    altered = replace(
        world,
        uses=replace(uses, base=uses.base * factor(count), choke=uses.choke * factor(count)),
        activities=replace(plants, cost=plants.cost * factor(len(plants.keys))),
        lanes=replace(lanes, margin=margin, friction=lanes.friction * factor(len(lanes.keys))),
        stocks=replace(stocks, convenience=stocks.convenience * factor(stocks.node.size)),
    )
    return replace(market, world=altered, elasticity=market.elasticity * common, sigma=market.sigma * common, capacity=market.capacity * factor(len(plants.keys))[:, None])


def measure(method: str, market: Market, system: System | None, draws: int) -> dict:
    """One cold run, then the perturbed windows: seconds by stage, counts, memory [MB], certificates."""
    return {"newton": _kanmon, "sequence": _kanmon, "ipopt": _ipopt, "clarabel": _clarabel}[method](method, market, system, draws)


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _certified(plan, market: Market) -> tuple[float, float]:
    clock = perf_counter()
    return certify_plan(plan, market).worst, perf_counter() - clock


def _kanmon(method: str, market: Market, system: System | None, draws: int) -> dict:
    clock = perf_counter()
    found = solve_window(market, method)
    total = perf_counter() - clock
    worst, certifying = _certified(found, market)
    effort = found.effort
    out = {
        "build": effort.build, "quadratic": effort.quadratic, "newton": effort.newton, "solve": effort.quadratic + effort.newton, "certify": certifying,
        "whole": total + certifying, "programs": effort.programs, "iterations": effort.iterations, "steps": effort.steps, "worst": worst, "memory": _peak(),
    }  # fmt: skip
    return out | (_kanmon_again(market, draws) if method == "newton" and draws else {})


def _kanmon_again(market: Market, draws: int) -> dict:
    """Perturbed windows on the matrix of the first one, from its solution."""
    system = read_system(build_model(market))
    row_quantity, row_price = row_scales(market, system)
    terms = build_terms(market, system, given_at(market, base_point(market)))
    point = quadratic_step(system, terms, row_quantity, start(market, system)[0])
    first = price_newton(system, terms, row_quantity, row_price, point.primal, point.dual)
    seconds, steps, worst, helped = [], [], [], 0
    for draw in range(draws):
        other = perturbed(market, draw)
        clock = perf_counter()
        given = given_at(other, base_point(other))
        bounded = _with_bounds(system, other)
        terms = build_terms(other, bounded, given)
        settled = price_newton(bounded, terms, row_quantity, row_price, first.x, first.y, hot=True)
        if settled.excess > 10 * TARGET:
            helped += 1
            point = quadratic_step(bounded, terms, row_quantity, np.clip(first.x, bounded.lower, bounded.upper))
            settled = price_newton(bounded, terms, row_quantity, row_price, point.primal, point.dual)
        found = read_equilibrium(other, bounded, settled.x, settled.y, Effort())
        seconds.append(perf_counter() - clock)
        steps.append(settled.steps)
        worst.append(_certified(found, other)[0])
    return {"again": median(seconds), "again steps": median(steps), "again worst": max(worst), "again helped": helped}


def _with_bounds(system: System, market: Market) -> System:
    """The same equations with the capacities and the core use of a market."""
    upper = system.upper.copy()
    s, t = system.indices["core_use"].T
    upper[system.columns["core_use"]] = use_at_choke(market, market.world.uses.base[:, None])[s, t]
    a, t = system.indices["output"].T
    upper[system.columns["output"]] = market.capacity[a, t]
    return replace(system, upper=upper)


def _ipopt(method: str, market: Market, system: System, draws: int) -> dict:
    from solvers.ipopt import Ipopt

    for settings in IPOPT_SETTINGS:
        clock = perf_counter()
        instance = read_instance(market, system)
        program = Ipopt(instance, **settings)
        built = perf_counter()
        answer = program.solve(market, instance)
        solved = perf_counter()
        worst, certifying = _certified(answer.plan, market)
        if worst <= PASS:
            break
    out = {"build": built - clock, "solve": solved - built, "certify": certifying, "whole": solved - clock + certifying, "iterations": answer.iterations, "worst": worst, "memory": _peak()}
    seconds, steps, worsts = [], [], []
    from_solution = False
    for draw in range(draws):
        other = perturbed(market, draw)
        tried = []
        for near in (False, True) if draw == 0 else (from_solution,):  # the better of two starting points
            clock = perf_counter()
            again = program.solve(other, read_instance(other, system), (answer.x, answer.y) if near else None)
            tried.append((perf_counter() - clock, near, again))
        spent, from_solution, again = min(tried, key=lambda one: one[0])
        seconds.append(spent)
        steps.append(again.iterations)
        worsts.append(_certified(again.plan, other)[0])
    return out | ({"again": median(seconds), "again steps": median(steps), "again worst": max(worsts), "again helped": 0} if draws else {})


def _clarabel(method: str, market: Market, system: System, draws: int) -> dict:
    from solvers.cone import Cone

    clock = perf_counter()
    program = Cone(read_instance(market, system))
    program.compile()
    built = perf_counter()
    answer = program.solve(market)
    solved = perf_counter()
    worst, certifying = _certified(answer.plan, market)
    return {"build": built - clock, "solve": solved - built, "certify": certifying, "whole": solved - clock + certifying, "iterations": answer.iterations, "worst": worst, "memory": _peak()}


def in_a_process(method: str, market: Market, system: System | None, draws: int) -> dict:
    """A measurement in a fresh process of its own; ``failed`` says why there is none."""
    context = get_context("spawn")
    here, there = context.Pipe(duplex=False)
    process = context.Process(target=_send, args=(there, method, market, system, draws))
    process.start()
    there.close()
    try:
        return here.recv() if here.poll(TIME_LIMIT) else {"failed": f"no answer in {TIME_LIMIT:g} s"}
    except EOFError:
        return {"failed": "the process ended without an answer"}
    finally:
        process.kill()
        process.join()


def _send(there: Connection, method: str, market: Market, system: System | None, draws: int) -> None:
    try:
        there.send(measure(method, market, system, draws))
    except Exception as error:  # whatever another solver raises is its result
        there.send({"failed": f"{type(error).__name__}: {error}"[:150]})


def medians(runs: list[dict]) -> dict:
    """The median of each number over the runs that came to an end; worst certificate and largest memory."""
    good = [run for run in runs if "failed" not in run]
    if not good:
        return runs[0]
    return {key: max(run[key] for run in good) if "worst" in key or key == "memory" else median(run[key] for run in good) for key in good[0]}


def run_all(chosen: list[Case], repeat: int, say: Callable[[str], None]) -> dict[str, dict[str, dict]]:
    """Measure every method on every window: results by case and method; ``2x`` before a method for twice the months."""
    results: dict[str, dict[str, dict]] = {}
    for case in chosen:
        windows: dict[int, tuple[Market, System]] = {}
        for times in (1, 2) if case.name != "default" else (1,):
            market = case.market(times)
            windows[times] = market, read_system(build_model(market))
        wanted = [("", 1, method) for method in METHODS] + [("2x ", 2, method) for method in ("newton", "ipopt") if 2 in windows]
        runs: dict[str, list[dict]] = {}
        for number in range(repeat):
            for prefix, times, method in wanted if number % 2 == 0 else wanted[::-1]:
                if number and method in ONCE:
                    continue
                say(f"{case.name}: {prefix}{METHODS[method]}, run {number + 1}")
                market, system = windows[times]
                given = system if method in ("ipopt", "clarabel") else None
                runs.setdefault(prefix + method, []).append(in_a_process(method, market, given, DRAWS if times == 1 else 0))
        results[case.name] = {name: medians(several) for name, several in runs.items()}
    return results


def table(chosen: list[Case], results: dict[str, dict[str, dict]]) -> list[str]:
    """One row for each window and method."""
    lines = [
        "| window | method | whole s | build s | quadratic programs s | Newton s | solve s | certificate s | programs | interior-point iterations | Newton steps | certificate | memory MB | re-solve s | steps or iterations | its certificate |",
        "|---|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|",
    ]
    for case in chosen:
        for method, found in results[case.name].items():
            label, name = (f"{case.name}, months doubled", METHODS[method[3:]]) if method.startswith("2x ") else (case.name, METHODS[method])
            if "failed" in found:
                lines.append(f"| {label} | {name} | {found['failed']} |" + " |" * 13)
                continue
            seconds = [_number(found.get(key), "{:.2f}") for key in ("whole", "build", "quadratic", "newton", "solve", "certify")]
            counts = [_number(found.get(key), "{:.0f}") for key in ("programs", "iterations", "steps")]
            rest = [_number(found["worst"], "{:.0e}"), _number(found["memory"], "{:.0f}"), _number(found.get("again"), "{:.2f}")]
            lines.append("| " + " | ".join([label, name, *seconds, *counts, *rest, _number(found.get("again steps"), "{:.0f}"), _number(found.get("again worst"), "{:.0e}")]) + " |")
    return lines


def _number(value: float | None, form: str) -> str:
    return "-" if value is None else form.format(value)


def aims(results: dict[str, dict[str, dict]]) -> list[tuple[str, str, float, float]]:
    """What was aimed at: aim, window, ratio measured, ratio aimed at. Windows that a method did not solve are left out."""
    rows = []

    def ratio(case: str, key: str, ours: str = "newton", theirs: str = "ipopt") -> float:
        here, there = results[case].get(ours, {}), results[case].get(theirs, {})
        return here.get(key, np.nan) / there.get(key, np.nan)

    for case in results:
        rows.append(("solve (quadratic programs and Newton) over IPOPT's", case, ratio(case, "solve"), AIMS["solve"]))
    for case in results:
        rows.append(("cold run with Pyomo over IPOPT's build and solve", case, ratio(case, "whole"), AIMS["cold, default" if case == "default" else "cold, generated"]))
    for case in results:
        rows.append(("re-solve with other numbers over IPOPT's", case, ratio(case, "again"), AIMS["re-solve"]))
    for case, found in results.items():
        if "2x newton" in found:
            rows.append(("twice the months, Kanmon's whole run over that of the months", case, ratio(case, "whole", "2x newton", "newton"), AIMS["doubling"]))
            rows.append(("the same for IPOPT, to compare", case, ratio(case, "whole", "2x ipopt", "ipopt"), np.nan))
    largest = list(results)[-1]
    rows.append(("peak memory over IPOPT's", largest, ratio(largest, "memory"), AIMS["memory"]))
    return rows


def aims_table(rows: list[tuple[str, str, float, float]]) -> list[str]:
    """The aims with yes or no beside each."""
    lines = ["| aim | window | measured | at most | reached |", "|---|---|---:|---:|---|"]
    for what, case, found, most in rows:
        lines.append(f"| {what} | {case} | {found:.2f} | " + ("- | - |" if np.isnan(most) else f"{most:.2f} | {'yes' if found <= most else 'no'} |"))
    return lines


def profile(market: Market, lines: int = 14) -> list[str]:
    """Where a cold run spends its time, by function."""
    watch = cProfile.Profile()
    watch.runcall(solve_window, market)
    stream = io.StringIO()
    pstats.Stats(watch, stream=stream).strip_dirs().sort_stats("tottime").print_stats(lines)
    text = stream.getvalue().splitlines()
    first = next(place for place, line in enumerate(text) if "ncalls" in line)
    return [line.rstrip() for line in text[first:] if line.strip()]


def machine() -> list[str]:
    """Processor, cores, memory and versions."""
    processor = next((line.split(":", 1)[1].strip() for line in Path("/proc/cpuinfo").read_text().splitlines() if line.startswith("model name")), platform.machine())
    memory = next(int(line.split()[1]) for line in Path("/proc/meminfo").read_text().splitlines() if line.startswith("MemTotal")) / 2**20
    names = ("numpy", "scipy", "pyomo", "highspy", "casadi", "cvxpy", "clarabel")
    return [f"{processor}, {os.cpu_count()} cores, {memory:.0f} GB. Python {platform.python_version()}, " + ", ".join(f"{name} {version(name)}" for name in names) + f". {date.today():%d %B %Y}."]


def report(chosen: list[Case], results: dict[str, dict[str, dict]], repeat: int) -> str:
    """The page."""
    rows = aims(results)
    lines = ["# How fast, against other solvers", "", "Generated by `make benchmark`.", "", *machine(), ""]
    lines += [f"- {case.name}: {case.size}" for case in chosen]
    lines += [
        "",
        ("One run" if repeat == 1 else f"Medians of {repeat} runs") + ", each in a process of its own and on one thread (quadratic programs alone and Clarabel: one run). Whole: from the window to the certified plan, imports apart. "
        "The other solvers get the constraint matrix ready made. All have the same curves and the same certificate, at most 1e-6; IPOPT has the quicker of two settings that meets it. "
        f"Re-solve: every curve, capacity and freight moved by up to {CHANGE:.0%}, median of {DRAWS}; Kanmon keeps the matrix and starts from the unperturbed solution, IPOPT keeps its compiled program and the better of two starting points.",
        "", *table(chosen, results), "", "## Aims", "", *aims_table(rows),
    ]  # fmt: skip
    missed = [case for _, case, found, most in rows if not np.isnan(most) and not found <= most]
    for case in [case for case in chosen if case.name == (missed[-1] if missed else "")]:
        lines += ["", f"## Where the time goes: {case.name}", "", "A cold run under the profiler, seconds by function.", "", "```", *profile(case.market(1)), "```"]
    return "\n".join(lines) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="a tiny world, once")
    parser.add_argument("--write", action="store_true", help="write reports/benchmark.md")
    parser.add_argument("--repeat", type=int, default=3, help="runs of each measurement")
    asked = parser.parse_args()
    os.environ.update(dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1"))
    chosen, repeat = cases(asked.quick), 1 if asked.quick else asked.repeat
    results = run_all(chosen, repeat, lambda text: print(text, file=sys.stderr, flush=True))
    page = report(chosen, results, repeat)
    print(page)
    if asked.write:
        REPORT.write_text(page, encoding="utf-8")


if __name__ == "__main__":
    main()
