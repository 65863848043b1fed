"""Stockpiles and contracts that cannot be meant are refused with their key path, the reason and a remedy."""

from __future__ import annotations

import pytest
from breakage import append, assert_listed, copied_scenario, problems_of

from kanmon import steps
from kanmon.scenario.load import load_scenario
from kanmon.scenario.stockpiles import with_holding_costs
from worlds import PACKS, examplium

PILE = {"name": '"stock"', "owner": '"BBB"', "region": '"BBB"', "good": '"examplium"', "days": "60", "release": '"price"', "trigger": "1.5", "fill_per_month": "5"}
CONTRACT = {"name": '"supply"', "good": '"examplium"', "origin": '"AAA"', "destination": '"BBB"', "share": "0.8", "price_multiple": "1.0"}


def table(kind: str, terms: dict, changes: dict):
    """The lines of a table of a scenario, some of them changed, those that are None left out."""
    return append("ban.toml", f"[[{kind}]]", *(f"{key} = {value}" for key, value in (terms | changes).items() if value is not None))


BY_THEMSELVES = {
    "its size is stated twice": ("stockpiles", {"tonnes": "3"}, "needs days or tonnes, one of them"),
    "it has no size": ("stockpiles", {"days": None}, "needs days or tonnes, one of them"),
    "it has no trigger": ("stockpiles", {"trigger": None}, "needs trigger"),
    "it has two triggers": ("stockpiles", {"trigger_price": "100"}, "trigger or trigger_price, not both"),
    "it would be sold in the base year": ("stockpiles", {"trigger": "1.0"}, "trigger must be above 1"),
    "shortage begins above the choke": ("stockpiles", {"release": '"shortage"', "trigger": "1.2"}, "a share of the choke below 1"),
    "a cap has a rate": ("stockpiles", {"release": '"price_cap"', "release_per_month": "3"}, "release_per_month belongs to a release by price or at shortage"),
    "it is refilled at no rate": ("stockpiles", {"fill_per_month": None}, "a stockpile that buys needs fill_per_month"),
    "it is filled at any price": ("stockpiles", {"release": '"none"', "trigger": None, "opening": "0.5"}, "needs trigger"),
    "its rule is not known": ("stockpiles.release", {"release": '"sometimes"'}, "'none', 'price', 'shortage' or 'price_cap'"),
    "more than all is in store": ("stockpiles.opening", {"opening": "1.5"}, "less than or equal to 1"),
    "its quantity is stated twice": ("contracts", {"tonnes": "1"}, "needs share (of the base flow) or tonnes"),
    "it has no price": ("contracts", {"price_multiple": None}, "needs price_multiple"),
    "all of the base flow is owed": ("contracts.share", {"share": "1.0"}, "less than 1"),
    "it ends before it starts": ("contracts", {"start": '"2027-03"', "end": '"2027-03"'}, "end 2027-03 is not after start 2027-03"),
}  # fmt: skip

AGAINST_THE_PACK = {
    "its owner is nobody": ("stockpiles", {"owner": '"ZZZ"'}, "ban.toml stockpiles[0].owner", "'ZZZ' is not in regions.csv"),
    "its good is not known": ("stockpiles", {"good": '"gas"'}, "ban.toml stockpiles[0].good", "'gas' is not in goods.csv"),
    "its industry is not known": ("stockpiles", {"industries": '["ships"]'}, "ban.toml stockpiles[0].industries", "'ships' is not in industries.csv"),
    "its lane does not exist": ("contracts", {"origin": '"BBB"', "destination": '"AAA"'}, "ban.toml contracts[0]", "BBB ships no examplium to AAA"),
    "it owes more than the base year ships": ("contracts", {"share": None, "tonnes": "1000"}, "ban.toml contracts[0].tonnes", "the contract must be kept in the base year"),
    "its seller is not known": ("contracts", {"origin": '"ZZZ"'}, "ban.toml contracts[0].origin", "'ZZZ' is not in regions.csv"),
    "it would be sold below the price": ("stockpiles", {"trigger": None, "trigger_price": "10"}, "ban.toml stockpiles[0]", "it would be sold at 10 USD/t"),
}  # fmt: skip

TERMS = {"stockpiles": PILE, "contracts": CONTRACT}


def cases(table: dict) -> list:
    return [pytest.param(*case, id=name) for name, case in table.items()]


@pytest.mark.parametrize(("where", "changes", "words"), cases(BY_THEMSELVES))
def test_it_is_refused_by_itself_when(tmp_path, where, changes, words):
    kind, _, key = where.partition(".")
    path = copied_scenario(tmp_path)
    table(kind, TERMS[kind], changes)(tmp_path)
    assert_listed(problems_of(lambda: load_scenario(path)), f"ban.toml {kind}[0]{'.' if key else ''}{key}", words)


@pytest.mark.parametrize(("kind", "changes", "place", "words"), cases(AGAINST_THE_PACK))
def test_it_does_not_fit_the_pack_when(tmp_path, kind, changes, place, words):
    path = copied_scenario(tmp_path)
    table(kind, TERMS[kind], changes)(tmp_path)
    assert_listed(steps.check([path], PACKS / "examplium"), place, words)


def test_problems_of_both_are_listed_at_once(tmp_path):
    path = copied_scenario(tmp_path)
    table("stockpiles", PILE, {"trigger": None, "trigger_price": "10"})(tmp_path)
    table("contracts", CONTRACT, {"share": None, "tonnes": "1000"})(tmp_path)
    assert len(steps.check([path], PACKS / "examplium")) == 2


def test_two_stockpiles_of_one_name_are_refused(tmp_path):
    path = copied_scenario(tmp_path)
    for _ in range(2):
        table("stockpiles", PILE, {})(tmp_path)
    assert any("two of the stockpiles have the same name" in problem.what for problem in problems_of(lambda: load_scenario(path)))


def test_a_sound_one_passes_and_has_the_holding_cost_of_the_pack(tmp_path):
    path = copied_scenario(tmp_path)
    table("stockpiles", PILE, {})(tmp_path)
    table("contracts", CONTRACT, {})(tmp_path)
    assert steps.check([path], PACKS / "examplium") == []
    pack = examplium()
    known = pack.find("stocks", "holding_cost", "BBB", "examplium")
    assert known is not None
    assert with_holding_costs(load_scenario(path), pack).stockpiles[0].holding_cost == known.value
