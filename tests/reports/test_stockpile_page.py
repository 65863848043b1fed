"""A page of a scenario with national stockpiles: days in store, what is sold, and where it goes."""

from __future__ import annotations

import re

import pytest

from conftest import ATTACK
from kanmon.carried import scenario_folder
from kanmon.pages.page import render_run
from kanmon.pages.sections.cover import cover
from kanmon.pages.subject import subject_of
from kanmon.pages.wording import wording
from kanmon.runs.folder import saved
from kanmon.runs.run import run_scenario
from kanmon.scenario.load import load_scenario
from kanmon.scenario.terms import StockpileTerms


@pytest.fixture(scope="module")
def run(pack):
    """A stock for one industry that is sold, and one with a script in its name that is kept."""
    asked = load_scenario(scenario_folder() / "gallium-ban-on-japan.toml").model_copy(update={"path": None, "in_force": ()})
    terms = {"owner": "JPN", "region": "JPN", "good": "gallium", "days": 60, "fill_per_month": 5}
    sold = {"name": "Stock for wafers", "release": "price", "trigger": 1.05, "industries": [next(row.keys[1] for row in pack.facts("uses", "base_use") if row.keys[0] == "JPN" and row.keys[2] == "gallium")]}
    kept = {"name": ATTACK, "release": "none"}
    return saved(run_scenario(asked.model_copy(update={"stockpiles": tuple(StockpileTerms.model_validate(terms | more) for more in (sold, kept))}), pack, "stockpiles"))


def test_what_is_sold_has_a_chart_and_its_numbers(run):
    section = cover(subject_of(run, wording("en")))
    chart = next(chart for chart in section.charts if chart.title == "Stock for wafers")
    assert chart.table.file == "releases"
    assert "60" in chart.alt
    amounts = [float(row[3].replace("\N{MINUS SIGN}", "-")) for row in chart.table.rows]
    assert max(amounts) > 0.1 and min(amounts) < 0


def test_what_is_kept_is_a_sentence_and_its_name_is_not_run(run):
    page = render_run(run)
    assert "stays at 60 days of use; nothing is sold" in page
    assert "<script>alert(1)" not in page


def test_supply_names_the_stockpile_apart_from_private_stock(run):
    table = run.reports["suppliers"]
    force = table[(table["good"] == "gallium") & (table["period"] == "in force")].set_index("origin")["value"]
    assert force["from stockpile"] > 1
    page = render_run(run)
    assert "From the national stockpile" in page
    assert re.search(r"Gallium[^<]*, for priority industries", page)
    assert "from stockpile" not in set(run.reports["import_shares"]["origin"])
