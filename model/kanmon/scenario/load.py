"""Read a scenario file, following ``extends``, and check it against its schema and against a data pack."""

from __future__ import annotations

import tomllib
from pathlib import Path

from pydantic import ValidationError

from kanmon.carried import scenario_folder
from kanmon.errors import InputError, Problem
from kanmon.pack.load import Pack
from kanmon.pack.schema import FACTS
from kanmon.scenario.contracts import contract_problems
from kanmon.scenario.marking_problems import marking_problems
from kanmon.scenario.schema import EVERY, Kind, Measure, Scenario
from kanmon.scenario.stockpiles import stockpile_problems

LANES = (("trade", "base_flow"), ("routes", "freight"), ("routes", "capacity"))
"""Facts that may open a lane."""

LARGEST_FILE = 1_000_000
"""Largest scenario file accepted [bytes]."""


def load_scenario(path: Path) -> Scenario:
    """Read a scenario.

    A scenario that ``extends`` another takes over what it does not state itself; ``[market]`` and names in ``[words]`` key by key,
    ``measures`` and ``assumptions`` as a whole.

    Raises:
        InputError: file, key path and remedy of every problem.
    """
    content, homes = _extended(path, [])
    try:
        return Scenario.model_validate(content)
    except ValidationError as error:
        raise InputError([_problem(homes.get(str(item["loc"][0]), path) if item["loc"] else path, item) for item in error.errors()]) from None


def find_scenarios(folder: Path) -> dict[str, Path]:
    """Scenario files of a folder by name, in alphabetical order."""
    return {path.stem: path for path in sorted(folder.glob("*.toml"))}


def check_against(scenario: Scenario, pack: Pack, place: str) -> list[Problem]:
    """Names in a scenario that the data pack does not know, and measures that restrict nothing."""
    problems: list[Problem] = []

    def known(where: str, name: str, table: str, open_key: bool = False) -> None:
        if name not in pack.labels[table] and not (open_key and name == EVERY):
            problems.append(Problem(f"{place} {where}", f"{name!r} is not in {table}.csv", f"use one of {', '.join(pack.labels[table])}"))

    if scenario.focus is not None:
        known("focus", scenario.focus, "regions")
    asked = [(f"{table}[{number}]", measure) for table in ("in_force", "measures") for number, measure in enumerate(getattr(scenario, table))]
    problems.extend(_scope_twice(asked, place))
    for here, measure in asked:
        before = len(problems)
        known(f"{here}.exporter", measure.exporter, "regions", open_key=True)
        for good in measure.goods:
            known(f"{here}.goods", good, "goods")
        for good in measure.reach:
            known(f"{here}.reach", good, "goods")
        if measure.rent_to is not None:
            known(f"{here}.rent_to", measure.rent_to, "regions")
        if measure.kind == Kind.OUTAGE:
            if len(problems) == before and not any(row.keys[0] == measure.exporter and pack.labels["processes"][row.keys[1]]["output"] in measure.goods for row in pack.rows["activities"]):
                problems.append(Problem(f"{place} {here}", f"{measure.exporter} makes none of these goods", "check exporter and goods against activities.csv"))
            unlimited = [row for row in pack.facts("activities", "cost_intercept") if row.keys[0] == measure.exporter and pack.find("activities", "capacity", *row.keys) is None]
            problems.extend(Problem(row.place, f"{row.keys[1]} in {row.keys[0]} has no capacity that the outage {measure.name!r} could reduce", "give it a capacity") for row in unlimited if pack.labels["processes"][row.keys[1]]["output"] in measure.goods)
            continue
        for region in measure.destinations:
            known(f"{here}.destinations", region, "regions", open_key=True)
        for industry in measure.industries:
            known(f"{here}.industries", industry, "industries")
        if measure.industries and len(problems) == before:
            problems.extend(_scope_problems(f"{place} {here}.industries", measure, pack))
        if len(problems) == before and not any(
            good in measure.goods and measure.exporter in (origin, EVERY) and (destination in measure.destinations or EVERY in measure.destinations)
            for good, origin, destination in (row.keys for table, quantity in LANES for row in pack.facts(table, quantity))
        ):
            problems.append(Problem(f"{place} {here}", f"{measure.exporter} ships none of these goods to these destinations", "check exporter, goods and destinations against trade.csv and routes.csv"))
        if len(problems) == before and measure.share is not None and not pack.facts("uses", "base_use"):
            problems.append(Problem(f"{place} {here}.share", "the pack has no base year, so there is no base flow to take a share of", "give limit, in t/month"))
    problems.extend(marking_problems(scenario, pack, place))
    for number, player in enumerate(scenario.players):
        known(f"players[{number}].region", player.region, "regions")
        for good in player.goods:
            known(f"players[{number}].goods", good, "goods", open_key=True)
    problems += [*stockpile_problems(scenario, pack, place), *contract_problems(scenario, pack, place)]
    variants = {row.fact.variant for rows in pack.rows.values() for row in rows}
    for variant in scenario.market.variants:
        if variant not in variants or variant == "rejected":
            problems.append(Problem(f"{place} market.variants", f"no row of the pack has variant {variant!r}", f"use one of {', '.join(sorted(variants - {'', 'rejected'})) or '(the pack has none)'}"))
    for number, assumption in enumerate(scenario.assumptions):
        here = f"{place} assumptions[{number}]"
        if assumption.table not in FACTS:
            problems.append(Problem(f"{here}.table", f"{assumption.table!r} is not a fact table", f"use one of {', '.join(FACTS)}"))
            continue
        spec = FACTS[assumption.table]
        for key in assumption.where:
            if key not in spec.keys:
                problems.append(Problem(f"{here}.where", f"{key!r} is not a key of {assumption.table}.csv", f"use some of {', '.join(spec.keys)}"))
        if assumption.quantity not in spec.quantities:
            problems.append(Problem(f"{here}.quantity", f"{assumption.quantity!r} is not a quantity of {assumption.table}.csv", f"use one of {', '.join(spec.quantities)}"))
    return problems


def _scope_twice(asked: list[tuple[str, Measure]], place: str) -> list[Problem]:
    """Measures with an end-user scope on a good and a destination that an earlier one has told apart already."""
    problems: list[Problem] = []
    scoped = [(here, measure) for here, measure in asked if measure.industries]
    for later, (here, measure) in enumerate(scoped):
        for before, other in scoped[:later]:
            everywhere = EVERY in (*measure.destinations, *other.destinations)
            if set(measure.goods) & set(other.goods) and (everywhere or set(measure.destinations) & set(other.destinations)):
                problems.append(Problem(f"{place} {here}.industries", f"{before} has an end-user scope on the same good and destination", "state the users of both in one measure, or leave one of them out"))
    return problems


def _scope_problems(where: str, measure: Measure, pack: Pack) -> list[Problem]:
    """An end-user scope must name industries that use the goods, one good each: a nest is bought together."""
    problems, found = [], False
    uses = [row.keys for row in pack.facts("uses", "base_use")]
    for region, industry, good in uses:
        if industry in measure.industries and good in measure.goods and region != measure.exporter and (region in measure.destinations or EVERY in measure.destinations):
            found = True
            if sum(other[:2] == (region, industry) for other in uses) > 1:
                problems.append(Problem(where, f"an industry in scope combines {good} with other goods in {region}", "bar the goods from it by a ban on the lanes, or split the industry in the pack"))
    if not found:
        problems.append(Problem(where, "no industry in scope uses these goods in the destinations", "check industries, goods and destinations against uses.csv"))
    return problems


def _problem(path: Path, item) -> Problem:
    where = ""
    for part in item["loc"]:
        if isinstance(part, str) and not part.isidentifier():
            continue  # pydantic's name for one of several accepted forms
        where += f"[{part}]" if isinstance(part, int) else f".{part}" if where else str(part)
    message = item["msg"].removeprefix("Value error, ")
    if item["type"] == "extra_forbidden":
        return Problem(f"{path.name} {where}", "this key is not known", "delete it or correct its name; scenarios/README.md lists the keys")
    if item["type"] == "missing":
        return Problem(f"{path.name} {where}", "this key is missing", "add it; scenarios/README.md says what it means")
    return Problem(f"{path.name} {where}".strip(), message, "scenarios/README.md says what is accepted")


def _extended(path: Path, chain: list[Path]) -> tuple[dict, dict[str, Path]]:
    """Content of a scenario with what it extends, and the file that each top-level key comes from."""
    path = path.resolve()
    if path in chain:
        loop = " -> ".join(step.name for step in (*chain, path))
        raise InputError([Problem(f"{chain[0].name} extends", f"the scenarios extend each other in a circle ({loop})", "let one of them stand by itself")])
    content = _read(path, chain)
    parent = content.pop("extends", None)
    homes = dict.fromkeys(content, path)
    if parent is None:
        return content, homes
    if not isinstance(parent, str) or not parent or "/" in parent or "\\" in parent:
        raise InputError([Problem(f"{path.name} extends", f"{parent!r} is not the name of a scenario", "name a scenario of the same folder or a shipped one, without its ending")])
    beside = path.parent / f"{parent.removesuffix('.toml')}.toml"
    shipped = scenario_folder() / beside.name
    base, base_homes = _extended(shipped if not beside.is_file() and shipped.is_file() else beside, [*chain, path])
    merged = base | content
    if isinstance(base.get("market"), dict) and isinstance(content.get("market"), dict):
        merged["market"] = base["market"] | content["market"]
    if isinstance(base.get("words"), dict) and isinstance(content.get("words", {}), dict):
        merged["words"] = _words(base["words"], content)
    return merged, base_homes | homes


def _words(base: dict, content: dict) -> dict:
    """Words of a scenario that extends another: names of both; title and question of the other only where they are its own."""
    words = content.get("words", {})
    merged = dict(words)
    for language, theirs in base.items():
        mine = words.get(language, {})
        if isinstance(theirs, dict) and isinstance(mine, dict) and isinstance(mine.get("names", {}), dict):
            kept = {key: text for key, text in theirs.items() if key not in content}
            merged[language] = kept | mine | {"names": theirs.get("names", {}) | mine.get("names", {})}
    return merged


def _read(path: Path, chain: list[Path]) -> dict:
    if not path.is_file():
        where = f"{chain[-1].name} extends" if chain else str(path)
        raise InputError([Problem(where, f"there is no scenario {path.stem!r}" if chain else "there is no such scenario file", "kanmon list shows the scenarios there are")])
    if path.stat().st_size > LARGEST_FILE:
        raise InputError([Problem(path.name, f"the file has more than {LARGEST_FILE // 10**6} MB", "it is not a scenario")])
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise InputError([Problem(path.name, f"not readable as TOML ({str(error)[:200]})", "mend the line named; scenarios/README.md has an example")]) from None
    if not content:
        raise InputError([Problem(path.name, "the file is empty", "start with title, question, start and measures")])
    return content
