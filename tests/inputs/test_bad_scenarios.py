"""A broken scenario is refused with its file, its key path, the reason and a remedy."""

from __future__ import annotations

import pytest
from breakage import append, assert_listed, change, copied_scenario, every, problems_of, write

from kanmon import steps
from kanmon.errors import InputError
from kanmon.scenario.apply import scenario_world
from kanmon.scenario.assume import assume
from kanmon.scenario.load import check_against, load_scenario
from kanmon.world.calibrate import calibrate
from worlds import PACKS, examplium

BAN = "ban.toml"
MEASURE = "ban.toml measures[0]"


def measure(line: str):
    """Add a line to the scenario's one measure, which ends its file."""
    return append(BAN, line)


def kind(name: str, *lines: str):
    """Make the measure another kind, with these lines."""
    return every(change(BAN, 'kind = "ban"', f'kind = "{name}"'), append(BAN, *lines))


def nothing(folder) -> None:
    """The line that extends is wrong by itself."""


def assumption(*lines: str):
    """Add an assumption."""
    return append(BAN, "[[assumptions]]", *lines)


SECOND_QUOTA = ["[[measures]]", 'name = "Examplium ban"', 'kind = "quota"', 'exporter = "CCC"', 'goods = ["examplium"]', 'destinations = ["BBB"]', "share = 0.5", "pooled = true", 'announced = "2027-02"', 'effective = "2027-03"']  # fmt: skip

SECOND_SCOPE = ["[[measures]]", 'name = "Another"', 'kind = "licence"', "review = 1", "granted = 0.5", 'exporter = "AAA"', 'goods = ["examplium"]', 'destinations = ["*"]', 'industries = ["lamps"]', 'announced = "2027-02"', 'effective = "2027-03"']  # fmt: skip

IN_FORCE = ["[path]", 'start = "2024-01"', "[[in_force]]", 'name = "Another"', 'kind = "ban"', 'exporter = "ZZZ"', 'goods = ["examplium"]', 'destinations = ["BBB"]', 'announced = "2024-02"', 'effective = "2024-03"']  # fmt: skip

SECOND_MARKS = ["[[measures]]", 'name = "Another"', 'kind = "ban"', 'exporter = "CCC"', 'goods = ["examplium"]', 'destinations = ["BBB"]', "reexport = 0.3", 'announced = "2027-02"', 'effective = "2027-03"']  # fmt: skip

IN_THE_FILE = {
    "it is empty": (write(BAN, ""), BAN, "the file is empty"),
    "it is not TOML": (change(BAN, "months = 30", "months = = 30"), BAN, "not readable as TOML"),
    "it is not UTF-8": (write(BAN, 'title = "caf\xe9"'.encode("latin-1")), BAN, "not readable as TOML"),
    "it holds a NUL": (change(BAN, "Aland stops", "Aland\0stops"), BAN, "not readable as TOML"),
    "it holds one line of 2 MB": (write(BAN, "title = '" + "x" * 2_000_000 + "'"), BAN, "more than 1 MB"),
    "it nests 20 000 arrays": (write(BAN, "months = " + "[" * 20_000), BAN, "not readable as TOML"),
    "it nests 300 tables": (append(BAN, "[" + ".".join("a" * 300) + "]"), "ban.toml a", "this key is not known"),
    "a number has 5000 digits": (change(BAN, "months = 30", "months = " + "9" * 5000), BAN, "not readable as TOML"),
    "a month is not quoted": (change(BAN, '"2027-09"', "2027-09"), BAN, "at line 14"),
    "a key stands twice": (append(BAN, 'end = "2027-10"'), BAN, "at line 15"),
}  # fmt: skip

KEYS = {
    "a key is not known": (measure('colour = "red"'), f"{MEASURE}.colour", "this key is not known"),
    "a switch of the market is not known": (append(BAN, "[market]", "scrap_lop = false"), "ban.toml market.scrap_lop", "this key is not known"),
    "a key is missing": (change(BAN, 'goods = ["examplium"]\n', ""), f"{MEASURE}.goods", "this key is missing"),
    "the question is missing": (change(BAN, "question =", "# question ="), "ban.toml question", "this key is missing"),
    "the question is blank": (change(BAN, '"Aland stops examplium to Bland for six months: who supplies it then?"', '"  "'), "ban.toml question", "at least 1 character"),
    "a kind is not known": (kind("embargo"), f"{MEASURE}.kind", "'ban', 'quota', 'export_tax', 'tariff', 'import_subsidy', 'outage' or 'licence'"),
    "goods are not a list": (change(BAN, '["examplium"]', '"examplium"'), f"{MEASURE}.goods", "tuple"),
    "no good is named": (change(BAN, '["examplium"]', "[]"), f"{MEASURE}.goods", "at least 1 item"),
    "a measure is not a table": (write(BAN, 'title = "T"\nquestion = "Q"\nstart = "2026-12"\nmeasures = ["ban"]\n'), MEASURE, "dictionary"),
}  # fmt: skip

DATES = {
    "months are none": (change(BAN, "months = 30", "months = 0"), "ban.toml months", "greater than or equal to 1"),
    "months are a thousand": (change(BAN, "months = 30", "months = 1000"), "ban.toml months", "less than or equal to 120"),
    "contributions are a word": (change(BAN, "months = 30", 'months = 30\ncontributions = "yes"'), "ban.toml contributions", "valid boolean"),
    "months are a boolean": (change(BAN, "months = 30", "months = true"), "ban.toml months", ""),
    "a date is a boolean": (change(BAN, 'announced = "2027-02"', "announced = true"), f"{MEASURE}.announced", "True is not a month"),
    "a date has thirteen months": (change(BAN, '"2027-09"', '"2027-13"'), f"{MEASURE}.end", "'2027-13' is not a month"),
    "a date is a day": (change(BAN, '"2027-09"', "2027-09-01"), f"{MEASURE}.end", "is not a month"),
    "it takes effect before it is announced": (change(BAN, 'effective = "2027-03"', 'effective = "2027-01"'), MEASURE, "effective 2027-01 comes before announced 2027-02"),
    "it ends before it takes effect": (change(BAN, '"2027-09"', '"2027-03"'), MEASURE, "end 2027-03 is not after effective 2027-03"),
    "it is announced before the start": (change(BAN, 'start = "2026-12"', 'start = "2027-03"'), "ban.toml measures[0]", "announced in 2027-02, outside the scenario"),
    "it is announced after the last month": (change(BAN, "months = 30", "months = 2"), "ban.toml measures[0]", "outside the scenario (2026-12 to 2027-01)"),
    "it takes effect after the last month": (change(BAN, "months = 30", "months = 3"), "ban.toml measures[0]", "takes effect in 2027-03, after the scenario ends"),
}  # fmt: skip

MEASURES = {
    "a quota has no share": (kind("quota"), MEASURE, "a quota needs share"),
    "a ban has a share": (measure("share = 0.5"), MEASURE, "share belongs to a quota"),
    "a share is negative": (kind("quota", "share = -0.5"), f"{MEASURE}.share", "greater than or equal to 0"),
    "a share is NaN": (kind("quota", "share = nan"), f"{MEASURE}.share", "finite number"),
    "a share is an empty list": (kind("quota", "share = []"), f"{MEASURE}.share", "at least 1 item"),
    "a share is a boolean": (kind("quota", "share = true"), f"{MEASURE}.share", ""),
    "a tax has no rate": (kind("export_tax"), MEASURE, "needs rate (share of the price) or amount"),
    "a tax is infinite": (kind("tariff", "amount = inf"), f"{MEASURE}.amount", "finite number"),
    "a ban has a rate": (measure("rate = 0.1"), MEASURE, "rate and amount belong to taxes"),
    "a ban is pooled": (measure("pooled = true"), MEASURE, "pooled belongs to a quota"),
    "a tax has an end-user scope": (kind("tariff", "rate = 0.5", 'industries = ["lamps"]'), MEASURE, "belong to a ban, a licence, or a quota stated as a share"),
    "a pooled quota has an end-user scope": (kind("quota", "share = 0.5", "pooled = true", 'industries = ["lamps"]'), MEASURE, "belong to a ban, a licence, or a quota stated as a share"),
    "a share of use has no industries": (measure("share_of_use = 0.5"), MEASURE, "share_of_use needs industries"),
    "a share of use is none": (measure('industries = ["lamps"]\nshare_of_use = 0'), f"{MEASURE}.share_of_use", "greater than 0"),
    "two measures have one name": (every(kind("quota", "share = 0.5", "pooled = true"), append(BAN, *SECOND_QUOTA)), "ban.toml measures[1]", "Examplium ban"),
}  # fmt: skip

EXTENDS = {
    "it extends itself": (nothing, 'extends = "ban"', "ban.toml extends", "in a circle (ban.toml -> ban.toml)"),
    "it extends one that extends it": (write("other.toml", 'extends = "ban"'), 'extends = "other"', "ban.toml extends", "in a circle (ban.toml -> other.toml -> ban.toml)"),
    "it extends one that is not there": (nothing, 'extends = "nobody"', "ban.toml extends", "there is no scenario 'nobody'"),
    "it extends one in another folder": (nothing, 'extends = "../ban"', "ban.toml extends", "'../ban' is not the name of a scenario"),
    "it extends a number": (nothing, "extends = 3", "ban.toml extends", "3 is not the name of a scenario"),
    "it extends one with a key nobody knows": (write("other.toml", 'colour = "red"'), 'extends = "other"', "other.toml colour", "this key is not known"),
    "it extends one that is not TOML": (write("other.toml", "colour"), 'extends = "other"', "other.toml", "not readable as TOML"),
}  # fmt: skip

AGAINST_THE_PACK = {
    "an exporter is not known": (change(BAN, '"AAA"', '"ZZZ"'), f"{MEASURE}.exporter", "'ZZZ' is not in regions.csv"),
    "a good is not known": (change(BAN, '["examplium"]', '["examplium", "tin"]'), f"{MEASURE}.goods", "'tin' is not in goods.csv"),
    "a destination is not known": (change(BAN, '["BBB"]', '["BBB", "ZZZ"]'), f"{MEASURE}.destinations", "'ZZZ' is not in regions.csv"),
    "an industry is not known": (measure('industries = ["lanterns"]'), f"{MEASURE}.industries", "'lanterns' is not in industries.csv"),
    "the focus is not known": (change(BAN, "months = 30", 'months = 30\nfocus = "ZZZ"'), "ban.toml focus", "'ZZZ' is not in regions.csv"),
    "a lane does not exist": (change(BAN, '["examplium"]', '["examplium_scrap"]'), MEASURE, "AAA ships none of these goods to these destinations"),
    "a destination is the exporter": (change(BAN, '["BBB"]', '["AAA"]'), MEASURE, "AAA ships none of these goods to these destinations"),
    "a variant is not known": (append(BAN, "[market]", 'variants = ["wild"]'), "ban.toml market.variants", "no row of the pack has variant 'wild'"),
    "the rejected rows are asked for": (append(BAN, "[market]", 'variants = ["rejected"]'), "ban.toml market.variants", "variant 'rejected'"),
    "an assumption names no table": (assumption('table = "taxes"', 'quantity = "theta"', "value = 1"), "ban.toml assumptions[0].table", "'taxes' is not a fact table"),
    "an assumption names a quantity nobody knows": (assumption('table = "friction"', 'quantity = "beta"', "value = 1"), "ban.toml assumptions[0].quantity", "'beta' is not a quantity of friction.csv"),
    "an assumption names a key nobody knows": (assumption('table = "friction"', 'quantity = "theta"', 'where = { region = "AAA" }', "value = 1"), "ban.toml assumptions[0].where", "'region' is not a key of friction.csv"),
    "an assumption says two things": (assumption('table = "friction"', 'quantity = "theta"', "value = 1", "multiply = 2"), "ban.toml assumptions[0]", "exactly one of value, multiply and take"),
    "an assumption matches nothing": (assumption('table = "friction"', 'quantity = "theta"', 'where = { good = "examplium" }', "value = 1"), "ban.toml assumptions[0]", "no row of friction.csv has quantity theta"),
    "an assumption leaves its bounds": (assumption('table = "scrap"', 'quantity = "ratio"', "multiply = 3"), "ban.toml assumptions[0]", "ratio = 0.99 t/t for (BBB, lamps, examplium, examplium_scrap) is not possible"),
    "an assumption unsettles the base year": (assumption('table = "prices"', 'quantity = "price"', 'where = { good = "examplium_ore" }', "value = 60"), "activities.csv:4", "smelting in AAA earns -20 USD/t"),
    "no industry in scope uses the good": (every(change(BAN, '"BBB"', '"CCC"'), measure('industries = ["coatings"]')), f"{MEASURE}.industries", "no industry in scope uses these goods"),
    "what is marked has a player": (every(measure("reexport = 0.3"), append(BAN, "[[players]]", 'region = "AAA"', 'goods = ["examplium"]', "conduct = 0.3")), f"{MEASURE}.reexport", "AAA has market power in examplium"),
    "a good is marked in two ways": (every(measure("reexport = 0.3"), append(BAN, *SECOND_MARKS)), "ban.toml measures[1].reexport", "examplium is marked by 'Examplium ban' too"),
    "users are told apart twice": (every(measure('industries = ["lamps"]'), append(BAN, *SECOND_SCOPE)), "ban.toml measures[1].industries", "measures[0] has an end-user scope on the same good and destination"),
    "a measure in force names nobody": (append(BAN, *IN_FORCE), "ban.toml in_force[0].exporter", "'ZZZ' is not in regions.csv"),
    "a good within reach is not known": (measure('reexport = 0.3\nreach = ["tin"]'), f"{MEASURE}.reach", "'tin' is not in goods.csv"),
    "nothing within reach is made of it": (measure('reexport = 0.3\nreach = ["examplium_powder"]'), f"{MEASURE}.reach", "no plant makes any of these goods of a restricted one"),
    "an industry in scope combines goods": (measure('industries = ["coatings"]'), f"{MEASURE}.industries", "an industry in scope combines examplium with other goods in BBB"),
}  # fmt: skip


def cases(table: dict) -> list:
    return [pytest.param(*case, id=name) for name, case in table.items()]


def applied(path):
    """Take a scenario as far as the calibrated world."""
    scenario, pack = load_scenario(path), examplium()
    found = check_against(scenario, pack, path.name)
    if found:
        raise InputError(found)
    return scenario_world(calibrate(assume(pack, scenario, path.name)).world, scenario)


@pytest.mark.parametrize(("edit", "place", "words"), cases(IN_THE_FILE | KEYS | DATES | MEASURES))
def test_a_scenario_is_refused_when(tmp_path, edit, place, words):
    path = copied_scenario(tmp_path)
    edit(tmp_path)
    assert_listed(problems_of(lambda: load_scenario(path)), place, words)


@pytest.mark.parametrize(("edit", "line", "place", "words"), cases(EXTENDS))
def test_an_extending_scenario_is_refused_when(tmp_path, edit, line, place, words):
    path = copied_scenario(tmp_path)
    change(BAN, "months = 30", f"months = 30\n{line}")(tmp_path)
    edit(tmp_path)
    assert_listed(problems_of(lambda: load_scenario(path)), place, words)


@pytest.mark.parametrize(("edit", "place", "words"), cases(AGAINST_THE_PACK))
def test_a_scenario_does_not_fit_the_pack_when(tmp_path, edit, place, words):
    path = copied_scenario(tmp_path)
    edit(tmp_path)
    assert_listed(problems_of(lambda: applied(path)), place, words)


@pytest.mark.parametrize(("edit", "place", "words"), cases(AGAINST_THE_PACK))
def test_check_finds_what_run_would_stop_at_when(tmp_path, edit, place, words):
    path = copied_scenario(tmp_path)
    edit(tmp_path)
    assert_listed(steps.check([path], PACKS / "examplium"), place, words)


def test_a_scenario_that_does_not_exist_is_named(tmp_path):
    assert_listed(problems_of(lambda: load_scenario(tmp_path / "nobody.toml")), "nobody.toml", "there is no such scenario file")


def test_the_scenario_of_these_tests_is_sound(tmp_path):
    assert applied(copied_scenario(tmp_path)).nodes.keys


def test_a_scenario_is_read_with_a_byte_order_mark(tmp_path):
    path = copied_scenario(tmp_path)
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert load_scenario(path).months == 30


def test_six_problems_of_a_scenario_are_all_listed_at_once(tmp_path):
    path = copied_scenario(tmp_path)
    for edit, _, _ in (KEYS["a key is not known"], KEYS["a kind is not known"], KEYS["a key is missing"], DATES["months are none"], DATES["a date is a boolean"], KEYS["the question is missing"]):
        edit(tmp_path)
    assert len({problem.place for problem in problems_of(lambda: load_scenario(path))}) == 6
