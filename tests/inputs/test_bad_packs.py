"""A broken data pack is refused with its file, its row, the reason and a remedy; a sound one with odd text is not."""

from __future__ import annotations

import pytest
from breakage import append, assert_listed, change, copied_pack, drop, every, problems_of, remove, write

from kanmon.pack.load import load_pack
from kanmon.world.calibrate import calibrate

ROW = "made-up,a test,assumed,,"
SEEN = "region,good,partner,month,quantity,value,unit,currency_year,low,high,source,place,quality,variant,note\nBBB,examplium,*,"

IN_THE_FILE = {
    "a file is empty": (write("prices.csv", ""), "prices.csv", "the file is empty"),
    "a file holds only blanks": (write("prices.csv", " \n\n"), "prices.csv", "the file is empty"),
    "a file holds one line of 50 MB": (write("trade.csv", b"x" * 50_000_000), "trade.csv", "more than 20 MB"),
    "a file holds a cell of 200 000 characters": (append("trade.csv", "x" * 200_000), "trade.csv:8", "not readable as CSV"),
    "a file holds a NUL": (change("regions.csv", "Aland", "A\0land"), "regions.csv", "NUL"),
    "a file is in Latin-1": (write("industries.csv", "industry,name_en\ncaf\xe9,x\n".encode("latin-1")), "industries.csv", "is not UTF-8"),
    "a table has a name nobody knows": (write("tariffs.csv", "a,b\n"), "tariffs.csv", "no table has this name"),
    "a table is missing": (remove("uses.csv"), "uses.csv", "the table is missing"),
    "a column is missing": (change("prices.csv", "high,source,", "high,"), "prices.csv:1", "column source is missing"),
    "a column has a name nobody knows": (change("trade.csv", "variant,note", "variant,note,colour"), "trade.csv:1", "column 'colour' is not known"),
    "a column stands twice": (change("stocks.csv", "variant,note", "variant,note,note"), "stocks.csv:1", "a column stands twice"),
    "a row has too many cells": (append("goods.csv", "tin,tin,Tin,錫,no,,,"), "goods.csv:6", "8 cells where the header has 6"),
    "a quote is not closed": (change("demand.csv", 'for the test"', "for the test"), "demand.csv:8", "not readable as CSV"),
}  # fmt: skip

KEYS = {
    "a region is not listed": (change("activities.csv", "CCC,smelting,capacity", "ZZZ,smelting,capacity"), "activities.csv:7", "'ZZZ' is not in regions.csv"),
    "an industry is not listed": (change("uses.csv", "AAA,lamps", "AAA,lanterns"), "uses.csv:5", "'lanterns' is not in industries.csv"),
    "a good in a recipe is not listed": (change("recipes.csv", "examplium_ore", "examplium_oar"), "recipes.csv:2", "'examplium_oar' is not in goods.csv"),
    "an activity is not listed": (change("projects.csv", "CCC,smelting,capacity", "CCC,melting,capacity"), "projects.csv:2", "'melting' is not in processes.csv"),
    "a source is not listed": (change("prices.csv", "BBB,examplium,price,110,USD/t,2023,80,130,made-up", "BBB,examplium,price,110,USD/t,2023,80,130,hearsay"), "prices.csv:3", "'hearsay' is not in sources.csv"),
    "a quantity is not known": (change("activities.csv", "BBB,scrap_melting,capacity", "BBB,scrap_melting,capability"), "activities.csv:13", "'capability' is not known"),
    "a key is empty": (change("uses.csv", "AAA,lamps", ",lamps"), "uses.csv:5", "region is empty"),
    "a key that must be named is open": (change("uses.csv", "AAA,lamps", "*,lamps"), "uses.csv:5", "region = * is not allowed"),
    "a month is the thirteenth": (write("observed.csv", f"{SEEN}2025-13,price,110,USD/t,2025,80,130,{ROW}\n"), "observed.csv:2", "month '2025-13' is not a month"),
    "a month is a year": (write("observed.csv", f"{SEEN}2025,price_of_year,110,USD/t,2025,80,130,{ROW}\n"), "observed.csv:2", "month '2025' is not a month"),
    "a label is a star": (append("regions.csv", "*,Any,全,"), "regions.csv:5", "cannot be a key"),
    "a label stands twice": (append("regions.csv", "AAA,Again,再,"), "regions.csv:5", "AAA stands twice"),
    "a fact stands twice": (append("activities.csv", f"AAA,smelting,capacity,270,t/year,,200,300,{ROW}"), "activities.csv:20", "stands already in line 5"),
    "a process makes a good that is not listed": (change("processes.csv", "powder_milling,examplium_powder", "powder_milling,powder"), "processes.csv:5", "'powder' of powder_milling is not in goods.csv"),
    "a by-product is a maybe": (change("goods.csv", "屑,yes", "屑,maybe"), "goods.csv:4", "by_product of examplium_scrap is 'maybe'"),
    "a name that is not listed has 90 000 characters": (change("uses.csv", "AAA,lamps", "A" * 90_000 + ",lamps"), "uses.csv:5", "is not in regions.csv"),
}  # fmt: skip

NUMBERS = {
    "a capacity is negative": (change("activities.csv", "capacity,260,t/year,,200", "capacity,-260,t/year,,-300"), "activities.csv:5", "capacity = -260 t/year for (AAA, smelting)"),
    "a number is text": (change("trade.csv", "AAA,BBB,base_flow,120", "AAA,BBB,base_flow,plenty"), "trade.csv:2", "value = 'plenty' for (examplium, AAA, BBB): Input should be a valid number"),
    "a number is left out": (change("trade.csv", "AAA,BBB,base_flow,120", "AAA,BBB,base_flow,"), "trade.csv:2", "value = '' for (examplium, AAA, BBB)"),
    "a number is NaN": (change("stocks.csv", "days,30,", "days,NaN,"), "stocks.csv:2", "finite number"),
    "a number is infinite": (change("stocks.csv", "days,,15,60", "days,,15,inf"), "stocks.csv:2", "finite number"),
    "a number overflows in the engine's unit": (change("activities.csv", "capacity,500,t/year,,400,600", "capacity,1e308,kt/year,,400,1e308"), "activities.csv:3", "capacity"),
    "low is above the value": (change("friction.csv", "0.4,1,,0.2,1", "0.4,1,,0.5,1"), "friction.csv:2", "outside its range 0.5 to 1"),
    "high is below the value": (change("friction.csv", "0.4,1,,0.2,1", "0.4,1,,0.2,0.3"), "friction.csv:2", "outside its range 0.2 to 0.3"),
    "a unit is one nobody knows": (change("recipes.csv", "input,2,t/t", "input,2,stone/stone"), "recipes.csv:2", "unit 'stone/stone' for (smelting, *, examplium_ore) is not known"),
    "a unit measures something else": (change("prices.csv", "BBB,examplium,price,110,USD/t", "BBB,examplium,price,110,t/year"), "prices.csv:3", "measures a flow, price is a price"),
    "a price has no year": (change("prices.csv", "BBB,examplium,price,110,USD/t,2023", "BBB,examplium,price,110,USD/t,"), "prices.csv:3", "currency_year is empty"),
    "a quality is made up": (change("uses.csv", "AAA,lamps,examplium,base_use,24,t/year,,10,30,made-up,a test,estimated", "AAA,lamps,examplium,base_use,24,t/year,,10,30,made-up,a test,certain"), "uses.csv:5", "quality = 'certain'"),
    "more scrap comes back than is allowed": (change("scrap.csv", "0.33,t/t,,0.2,0.5", "0.95,t/t,,0.2,1"), "scrap.csv:2", "ratio = 0.95 t/t for (BBB, lamps, examplium, examplium_scrap)"),
    "a price is zero": (change("prices.csv", "examplium_ore,price,20,USD/t,2023,10", "examplium_ore,price,0,USD/t,2023,0"), "prices.csv:4", "price = 0 USD/t for (*, examplium_ore)"),
}  # fmt: skip

BASE_YEAR = {
    "an activity has no capacity": (drop("activities.csv", "AAA,smelting,capacity"), "activities.csv:4", "smelting in AAA has no capacity"),
    "a capacity is below the base output": (change("activities.csv", "capacity,260,t/year,,200", "capacity,160,t/year,,100"), "activities.csv:5", "below its base output"),
    "a margin is negative": (change("prices.csv", "examplium_ore,price,20,USD/t,2023,10,30", "examplium_ore,price,60,USD/t,2023,10,60"), "activities.csv:4", "smelting in AAA earns -20 USD/t"),
    "an idle plant would earn money": (every(change("activities.csv", "idle_cost,90,USD/t,2023,80", "idle_cost,20,USD/t,2023,20"), drop("activities.csv", "CCC,smelting,restart_cost")), "activities.csv:8", "idle smelting in CCC would earn money"),
    "an idle plant has no cost": (drop("activities.csv", "CCC,smelting,idle_cost"), "activities.csv", "idle_cost is missing for (CCC, smelting)"),
    "a price is missing": (drop("prices.csv", "*,examplium_powder"), "prices.csv", "examplium_powder has no price in BBB"),
    "an elasticity is missing": (drop("demand.csv", "*,*,*,elasticity_short_run,0.3"), "demand.csv", "elasticity_short_run is missing for (AAA, lamps, examplium)"),
    "a friction is missing": (drop("friction.csv", "*,*,*,theta"), "friction.csv", "theta is missing for (examplium, AAA, BBB)"),
    "the discount rate is missing": (drop("parameters.csv", "discount_rate"), "parameters.csv", "discount_rate is missing"),
    "a voyage takes half a month": (change("routes.csv", "BBB,transit,1,", "BBB,transit,0.5,"), "routes.csv:4", "transit of examplium from AAA to BBB is 0.5 months"),
    "the goods of a nest differ in elasticity": (append("demand.csv", f"BBB,coatings,examplium,elasticity_short_run,0.2,1,,0.1,0.3,{ROW}"), "demand.csv", "coatings in BBB combines examplium, examplium_powder"),
    "a nest is linear": (append("demand.csv", f"BBB,coatings,*,slope,3,USD/t per t/month,2023,1,5,{ROW}"), "demand.csv:9", "cannot be linear"),
    "a use has no supply": (append("uses.csv", f"CCC,coatings,examplium_powder,base_use,12,t/year,,10,14,{ROW}"), "trade.csv", "examplium_powder in CCC cannot be balanced"),
    "an output has no outlet": (append("activities.csv", f"CCC,powder_milling,base_output,6,t/year,,5,7,{ROW}", f"CCC,powder_milling,capacity,9,t/year,,8,10,{ROW}"), "trade.csv", "examplium_powder in CCC cannot be balanced"),
    "a good is shipped to where it comes from": (append("trade.csv", f"examplium,AAA,AAA,base_flow,1,t/year,,1,2,{ROW}"), "trade.csv:8", "shipped from AAA to itself"),
    "scrap is worth more than the good": (change("prices.csv", "examplium_scrap,price,40,USD/t,2023,20,50", "examplium_scrap,price,400,USD/t,2023,20,500"), "scrap.csv:2", "is worth more than the examplium it uses"),
    "nobody uses anything": (write("uses.csv", "region,industry,good,quantity,value,unit,currency_year,low,high,source,place,quality,variant,note\n"), "trade.csv", "cannot be balanced"),
}  # fmt: skip

SOUND = {
    "a note that looks like a formula": change("regions.csv", "makes the ore", "=cmd|'/c calc'!A0"),
    "a byte order mark": lambda folder: (folder / "goods.csv").write_bytes(b"\xef\xbb\xbf" + (folder / "goods.csv").read_bytes()),
    "lines that end as on Windows": lambda folder: (folder / "uses.csv").write_bytes((folder / "uses.csv").read_bytes().replace(b"\n", b"\r\n")),
    "blank lines": append("trade.csv", "", ",,,,,,,,,,,,,"),
    "columns in another order": lambda folder: _mirror(folder / "trade.csv"),
    "a rejected figure beside the one used": append("prices.csv", "BBB,examplium,price,120,USD/t,2023,80,130,made-up,a test,reported,rejected,older"),
}  # fmt: skip


def _mirror(path):
    lines = path.read_text(encoding="utf-8").replace('"', "").splitlines()
    path.write_text("\n".join(",".join(reversed(line.split(","))) for line in lines), encoding="utf-8")


def cases(table: dict) -> list:
    return [pytest.param(*case, id=name) for name, case in table.items()]


@pytest.mark.parametrize(("edit", "place", "words"), cases(IN_THE_FILE | KEYS | NUMBERS))
def test_a_pack_is_refused_when(tmp_path, edit, place, words):
    folder = copied_pack(tmp_path)
    edit(folder)
    assert_listed(problems_of(lambda: load_pack(folder)), place, words)


@pytest.mark.parametrize(("edit", "place", "words"), cases(BASE_YEAR))
def test_a_base_year_is_refused_when(tmp_path, edit, place, words):
    folder = copied_pack(tmp_path)
    edit(folder)
    pack = load_pack(folder)
    assert_listed(problems_of(lambda: calibrate(pack)), place, words)


@pytest.mark.parametrize("edit", [pytest.param(edit, id=name) for name, edit in SOUND.items()])
def test_a_pack_is_accepted_with(tmp_path, edit):
    folder = copied_pack(tmp_path)
    edit(folder)
    assert calibrate(load_pack(folder)).world.nodes.keys


def test_a_folder_that_does_not_exist_is_named(tmp_path):
    assert_listed(problems_of(lambda: load_pack(tmp_path / "nowhere")), "nowhere", "there is no such folder")


def test_five_problems_in_five_tables_are_all_listed_at_once(tmp_path):
    folder = copied_pack(tmp_path)
    broken = [KEYS["a region is not listed"], KEYS["a good in a recipe is not listed"], NUMBERS["a number is text"], NUMBERS["a number is NaN"], IN_THE_FILE["a column is missing"]]
    for edit, _, _ in broken:
        edit(folder)
    problems = problems_of(lambda: load_pack(folder))
    for _, place, words in broken:
        assert_listed(problems, place, words)
    assert len(problems) == 5
