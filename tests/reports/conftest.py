"""Saved runs that pages are drawn from, and the browser that opens them."""

from __future__ import annotations

import shutil
from dataclasses import replace

import pandas as pd
import pytest

from kanmon.carried import data_folder, scenario_folder
from kanmon.indicators.contributions import Variant, contributions
from kanmon.pack.load import Pack, load_pack
from kanmon.pages.comparison import render_comparison
from kanmon.pages.page import render_run
from kanmon.runs.folder import saved
from kanmon.runs.run import run_scenario
from kanmon.runs.saved import SavedRun
from kanmon.scenario.load import load_scenario
from kanmon.scenario.schema import Assumption

ATTACK = "<script>alert(1)</script> & \"quotes\" 'too'"
"""A text that a page must show and not run."""


@pytest.fixture(scope="session")
def pack() -> Pack:
    return load_pack(data_folder())


@pytest.fixture(scope="session")
def run_of(pack):
    """A shipped scenario, solved once in the session; with other assumptions if given."""
    made: dict[tuple, SavedRun] = {}

    def make(name: str, *assumptions: Assumption) -> SavedRun:
        key = (name, *(item.model_dump_json() for item in assumptions))
        if key not in made:
            scenario = load_scenario(scenario_folder() / f"{name}.toml")
            if assumptions:  # on the base year, which no assumption drives into a choke before the scenario begins
                scenario = scenario.model_copy(update={"assumptions": assumptions, "path": None, "in_force": ()})
            made[key] = saved(run_scenario(scenario, pack, name))
        return made[key]

    return make


@pytest.fixture(scope="session")
def ban(run_of) -> SavedRun:
    """One good, banned for one destination."""
    return run_of("gallium-ban-on-japan")


@pytest.fixture(scope="session")
def choked(run_of) -> SavedRun:
    """The same with chokes so low that industries are cut off."""
    return run_of("gallium-ban-on-japan", Assumption(table="demand", quantity="choke_multiple", value=1.1))


MEANS = {
    Variant.AS_ASKED: {"gallium": 1.55, "flake": 1.2, "spherical": 2.24, "natural_anode": 1.42, "synthetic_anode": 1.061},
    Variant.END_KNOWN: {"gallium": 1.4, "flake": 1.19, "spherical": 2.07, "natural_anode": 1.34, "synthetic_anode": 1.062},
    Variant.NO_NOTICE: {"gallium": 1.65, "flake": 1.22, "spherical": 2.54, "natural_anode": 1.55, "synthetic_anode": 1.063},
    Variant.NO_STOCKS: {"gallium": 12.42, "flake": 1.2, "spherical": 2.96, "natural_anode": 1.77, "synthetic_anode": 1.064},
    Variant.NO_SCRAP_LOOP: {"gallium": 1.24, "flake": 1.2, "spherical": 2.24, "natural_anode": 1.42, "synthetic_anode": 1.061},
    "a mechanism that nobody has put into words": {"gallium": 1.5, "flake": 1.3, "spherical": 2.1, "natural_anode": 1.3, "synthetic_anode": 1.06},
}
"""Mean prices by variant and good, made up: bars long and short, to both sides, and none."""


@pytest.fixture(scope="session")
def mechanisms(run_of) -> SavedRun:
    """The default question with what each mechanism adds."""
    default = run_of("both-on-japan")
    table = contributions({name: pd.Series(prices) for name, prices in MEANS.items()})
    return replace(default, scenario=default.scenario.model_copy(update={"contributions": True}), reports={**default.reports, "contributions": table})


@pytest.fixture(scope="session")
def hostile(ban) -> SavedRun:
    """The same with a script in every text that a user or a source may write."""
    scenario = ban.scenario
    measures = tuple(measure.model_copy(update={"name": ATTACK}) for measure in scenario.measures)
    tables = dict(ban.reports)
    tables["assumptions"] = tables["assumptions"].assign(note=ATTACK, place=ATTACK, source_title=ATTACK, source_url="javascript:alert(1)")
    tables["labels"] = tables["labels"].assign(**{name: tables["labels"][name] + " " + ATTACK for name in ("name_en", "name_ja")})
    tables["measures"] = tables["measures"].assign(measure=ATTACK)
    tables["headlines"] = tables["headlines"].assign(note=ATTACK)
    tables["contributions"] = contributions({Variant.AS_ASKED: pd.Series({"gallium": 1.4}), ATTACK: pd.Series({"gallium": 1.1})})
    return replace(ban, scenario=scenario.model_copy(update={"title": ATTACK, "question": ATTACK, "measures": measures}), manifest={**ban.manifest, "name": ATTACK, "title": ATTACK}, reports=tables)


FORMULA = '=HYPERLINK("http://example.org","pay")'
"""A text that a spreadsheet would run."""


@pytest.fixture(scope="session")
def formula(ban) -> SavedRun:
    """The same with a formula in names and notes."""
    labels, notes = ban.reports["labels"], ban.reports["assumptions"]
    tables = {**ban.reports, "labels": labels.assign(**{name: labels[name].where(labels["kind"] != "regions", FORMULA) for name in ("name_en", "name_ja")}), "assumptions": notes.assign(note="=1+1")}
    return replace(ban, scenario=ban.scenario.model_copy(update={"title": FORMULA}), reports=tables)


class OnDemand(dict):
    """What is made by name when it is first asked for."""

    def __init__(self, make):
        super().__init__()
        self.make = make

    def __missing__(self, name: str) -> str:
        self[name] = self.make(name)
        return self[name]


@pytest.fixture(scope="session")
def pages(request, run_of) -> dict[str, str]:
    """Every kind of page, by name, drawn when first asked for."""
    given = request.getfixturevalue
    drawing = {
        "ban": lambda: render_run(given("ban")),
        "default": lambda: render_run(run_of("both-on-japan")),
        "choked": lambda: render_run(given("choked")),
        "mechanisms": lambda: render_run(given("mechanisms")),
        "hostile": lambda: render_run(given("hostile")),
        "formula": lambda: render_run(given("formula")),
        "nothing happens": lambda: render_run(run_of("baseline")),
        "does not bind": lambda: render_run(run_of("end-user-measure-2026")),
        "everyone": lambda: render_run(run_of("both-on-everyone")),
        "tax": lambda: render_run(run_of("export-tax-on-everyone")),
        "comparison": lambda: render_comparison([run_of("both-on-japan"), run_of("both-on-everyone"), run_of("half-quota-on-japan")]),
        "hostile comparison": lambda: render_comparison([given("hostile"), run_of("both-on-japan")]),
        "quiet comparison": lambda: render_comparison([run_of("baseline"), run_of("end-user-measure-2026")]),
        "mixed comparison": lambda: render_comparison([run_of("baseline"), run_of("both-on-japan"), given("choked"), *[run_of("export-tax-on-everyone")] * 7]),
    }
    return OnDemand(lambda name: drawing[name]())


@pytest.fixture(scope="session")
def files(pages, tmp_path_factory) -> dict[str, str]:
    """Addresses of the pages, written to disk when first asked for."""
    folder = tmp_path_factory.mktemp("pages")

    def write(name: str) -> str:
        path = folder / f"{name.replace(' ', '-')}.html"
        path.write_text(pages[name], encoding="utf-8")
        return path.as_uri()

    return OnDemand(write)


@pytest.fixture(scope="session")
def browser():
    """Debian's Chromium, without a way to its maker's servers."""
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None:
        pytest.skip("Chromium is not installed: apt-get install chromium fonts-ipafont-gothic")
    api = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed: pip install playwright")
    with api.sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=program, args=["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"])
        yield chromium
        chromium.close()
