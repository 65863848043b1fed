"""What a pack says about industries: one broken row gives exactly this message, and a pack that says nothing runs as before."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

import worlds
from downstream.invented import market_tables, pack_in, surplus_accounts, write_pack
from kanmon.carried import data_folder
from kanmon.competitiveness.facts import industries_of
from kanmon.errors import InputError
from kanmon.indicators.view import View
from kanmon.pack.load import load_pack
from kanmon.runs.downstream import downstream_tables, require_downstream
from kanmon.runs.run import run_scenario

VIEW = View("aland", "bland", ("ore",), "2030-01", "2030-01", None, ("2030-01", "2030-02", "2030-03"))
RESOURCES = pd.DataFrame([("2030-01", "aland", "cost of switching", "USD/month", 0.0, 0.0, 0.0)], columns=["month", "region", "item", "unit", "value", "baseline", "present_value"])

Edit = Callable[[str], str]


def replaced(old: str, new: str) -> Edit:
    def edit(text: str) -> str:
        assert old in text
        return text.replace(old, new)

    return edit


def without(start: str) -> Edit:
    return lambda text: "\n".join(line for line in text.splitlines() if not line.startswith(start)) + "\n"


def added(line: str) -> Edit:
    return lambda text: text + line + "\n"


CASES: list[tuple[str, Edit, str]] = [
    ("industry_facts.csv", without("*,lamps,value_added_share"), r"industry_facts\.csv:2: value_added_share of lamps in aland is missing; add a row"),
    ("industry_facts.csv", without("*,lamps,dependent_share"), r"dependent_share of lamps in aland is missing"),
    ("industry_facts.csv", replaced("*,lamps,pass_through,0.5,1", "*,lamps,pass_through,0.5,USD/t"), r"pass_through is a ratio; use one of"),
    ("armington.csv", without("*,sigma_long"), r"armington\.csv: sigma_long of lamps is missing"),
    ("exports.csv", replaced("lamps,aland,aland,sales,60.0,million USD/year,2030,60.0,60.0", "lamps,aland,aland,sales,90.0,million USD/year,2030,90.0,90.0"), r"sales of lamps from aland exceed its output"),
    ("chains.csv", added("*,lamps,cars,cost_share,0.1,1,,0.1,0.1,invented,here,assumed,,"), r"industries supply each other in a circle"),
    ("industry_sectors.csv", replaced("cars,goods", "cars,gods"), r"industry_sectors\.csv:3: sector 'gods' is not in sectors\.csv"),
    ("input_output.csv", replaced("aland.final", "aland.finale"), r"input_output\.csv:1: the columns are not those of the rows"),
    ("input_output.csv", replaced("bland,services,", "bland,service,"), r"not every region has every sector in the same order"),
    ("input_output.csv", replaced("180.0", "many"), r"input_output\.csv:2: aland\.goods is 'many'"),
    ("input_output.csv", replaced("180.0", "-180.0"), r"intermediate use of aland\.goods is negative"),
    ("industry_facts.csv", replaced("aland,cars,output,240.0,million USD/year,2030,240.0,240.0", "aland,cars,output,440.0,million USD/year,2030,440.0,440.0"), r"lamps, cars in aland together are larger than the sector goods"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "edit", "message"), CASES, ids=[f"{name} {number}" for number, (name, _, _) in enumerate(CASES)])
def test_one_broken_row_gives_this_message(tmp_path: Path, name: str, edit: Edit, message: str):
    folder = write_pack(tmp_path / "pack")
    if name == "industry_facts.csv" and "larger" in message:
        (folder / "exports.csv").unlink()
    path = folder / name
    path.write_text(edit(path.read_text(encoding="utf-8")), encoding="utf-8")
    with pytest.raises(InputError) as caught:
        require_downstream(load_pack(folder), VIEW)
    assert any(re.search(message, str(problem)) for problem in caught.value.problems), caught.value


def test_the_invented_pack_gives_every_table(tmp_path):
    tables = downstream_tables(market_tables(price={"aland": 2.0}), surplus_accounts(-1e6).assign(present_value=1.0), RESOURCES, pack_in(tmp_path / "pack"), VIEW)
    assert set(tables) == {"owners", "industries", "export_shares", "economy", "bridge", "published"}
    assert all(len(tables[name]) for name in ("owners", "industries", "export_shares", "economy", "bridge"))
    lost = tables["economy"].set_index("account").loc["export revenue lost", "central"]
    assert lost == pytest.approx(3 * (10.0 - 5.0) * 10000.0 / 1e6)


def test_without_an_input_output_table_there_is_no_economy_beyond_the_users(tmp_path):
    folder = write_pack(tmp_path / "pack")
    (folder / "input_output.csv").unlink()
    tables = downstream_tables(market_tables(met={("aland", "lamps"): 0.8}, shed={("aland", "lamps"): 0.2}), surplus_accounts().assign(present_value=1.0), RESOURCES, load_pack(folder), VIEW)
    economy = tables["economy"]
    assert "share of GDP, shortage" not in set(economy["account"])
    rows = economy[(economy["rule"] == "market") & (economy["quantity"] == "shed")].set_index("account")["central"]
    assert rows["value added lost, shortage"] == rows["value added lost, directly"] == pytest.approx(0.2 * 0.5 * 4 * 3)


def test_a_pack_that_says_nothing_about_industries_has_tables_without_rows():
    reports = run_scenario(worlds.scenario(worlds.measure(exporter="AAA", goods=["examplium"], destinations=["BBB"], announced="2030-02", effective="2030-02", end="2030-04"), months=6), worlds.examplium()).reports
    assert all(reports[name].empty for name in ("industries", "export_shares", "economy", "bridge", "published"))
    assert len(reports["owners"])


def test_every_industry_of_the_default_pack_has_its_sector_its_rivals_and_a_plausible_cost_share():
    """A region without an industry is left out; where goods are used, they are between nothing and half of cost at base prices."""
    pack = load_pack(data_folder())
    facts = industries_of(pack)
    assert {"JPN", "CHN", "KOR", "TWN", "USA", "EUU", "ROW"} <= set(facts.regions)
    assert set(facts.industries) == set(pack.labels["industry_sectors"])
    for i, industry in enumerate(facts.industries):
        assert (facts.output[0, i] > 0).sum() >= 4, industry
        assert facts.sales_share[i][facts.output[0, i] > 0].sum(axis=1) == pytest.approx(1.0), industry
    assert (facts.output[..., :] >= 0).all() and ((facts.value_added_share == 0) == (facts.output == 0)).all()
