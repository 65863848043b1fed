"""Plans, futures and levers that cannot be meant are refused with place, reason and remedy, all at once."""

from __future__ import annotations

from dataclasses import replace

import pytest
from invented import BAN, EFFECTS, FUTURES, LEVERS, plan, world, write_world

from kanmon.ensembles.plan_study import PlanStudy
from kanmon.errors import InputError
from kanmon.pack.load import load_pack
from kanmon.plans.levers import levers_of
from kanmon.plans.optimise.judge import Judge
from kanmon.plans.reading import check_plan, load_futures, load_plan, plan_paths, read_plans, shipped_futures
from kanmon.plans.schema import PlanWords
from kanmon.plans.study import read_study
from kanmon.scenario.schema import Words

PLAN = """title = "A plan"
decided = "2026-04"

[[levers]]
name = "stock"
level = 30
"""


def words_of(work) -> str:
    with pytest.raises(InputError) as caught:
        work()
    return str(caught.value)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (PLAN.replace('title = "A plan"', ""), "plan.toml title: Field required"),
        (PLAN.replace("level = 30", "level = -1"), "plan.toml levers.0.level: Input should be greater than or equal to 0"),
        (PLAN.replace("level = 30", "level = 30\ncolour = 1"), "plan.toml levers.0.colour: Extra inputs are not permitted"),
        (PLAN.replace("level = 30", 'level = 30\nstart = "2026-03"'), "before the plan is decided"),
        (PLAN + '\n[[levers]]\nname = "stock"\nlevel = 1\n', "levers[1] is 'stock' again"),
        ("title = ", "not readable as TOML"),
    ],
)
def test_a_plan_is_refused(tmp_path, text, words):
    (tmp_path / "plan.toml").write_text(text)
    assert words in words_of(lambda: load_plan(tmp_path / "plan.toml"))


def test_words_in_other_languages_change_nothing_that_is_computed():
    """Neither what outcomes are kept by nor what draws of an ensemble are told apart by."""
    pack, futures = world()
    plans = {"plan": plan(stock=30.0)}
    words = Words.model_validate({"title": "題名"})
    spoken = replace(futures, scenarios={name: scenario.model_copy(update={"words": {"ja": words}}) for name, scenario in futures.scenarios.items()})
    said = {"plan": plans["plan"].model_copy(update={"words": {"ja": PlanWords(title="題名")}})}
    levers = levers_of(pack)
    assert Judge(futures, pack, levers, None, 0).digest == Judge(spoken, pack, levers, None, 0).digest
    assert PlanStudy(plans, futures, pack, ()).identity() == PlanStudy(said, spoken, pack, ()).identity()


def test_a_plan_must_fit_the_pack():
    pack, futures = world()
    levers = levers_of(pack)
    bad = plan(stock=500.0, moon=1.0)
    problems = [str(problem) for problem in check_plan("plan", bad, levers, futures)]
    assert len(problems) == 2
    assert "plan levers[0].level: 500 is above the largest level of stock, 400" in problems[0]
    assert "plan levers[1].name: 'moon' is no lever of the data pack" in problems[1]
    assert "comes before counted_from" in str(check_plan("plan", plan("2026-01"), levers, futures)[0])


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (("futures", FUTURES.replace("probability = 0.5", "probability = 0.4")), "the probabilities add up to 0.9"),
        (("futures", FUTURES.replace("low = 0.3", "low = 0.6")), "give low <= probability <= high"),
        (("futures", FUTURES + '\n[words.ja.reasons]\nnowhere = "x"\n'), "words.ja.reasons names 'nowhere', which is none of the futures"),
        (("futures", FUTURES.replace('scenario = "short"', 'scenario = "nowhere"')), "futures[1]"),
        (("futures", FUTURES.replace('"2026-04"', '"2027-04"')), "counted_from: 2027-04 is not between"),
        (("short", BAN.format(end="2027-04").replace("[[measures]]", "months = 30\n\n[[measures]]")), "short and quiet differ in months"),
    ],
)
def test_futures_are_refused(tmp_path, change, words):
    _, futures = write_world(tmp_path)
    (tmp_path / f"{change[0]}.toml").write_text(change[1])
    assert words in words_of(lambda: load_futures(futures))


@pytest.mark.parametrize(
    ("table", "old", "new", "words"),
    [
        ("lever_effects", "melter,plant,BBB", "melter,spell,BBB", "effect 'spell' is not known"),
        ("lever_effects", "ready,supplier,BBB,CCC", "ready,supplier,BBB,*", "a supplier needs its partner"),
        ("lever_effects", "contract,offtake,BBB,CCC,examplium,*,contract_price", "contract,offtake,BBB,CCC,examplium,*,theta_share", "contract_price is missing"),
        ("lever_effects", "Hilltop smelter", "Valley smelter", "item 'Valley smelter' is not in projects.csv"),
        ("levers", "melter,life,10,years,,5,20", "stock,life,10,years,,5,20", "melter has a capital_cost and no life"),
    ],
)
def test_levers_are_refused(tmp_path, table, old, new, words):
    pack, _ = write_world(tmp_path)
    text = {"lever_effects": EFFECTS, "levers": LEVERS}[table]
    assert old in text
    (pack / f"{table}.csv").write_text(text.replace(old, new))
    assert words in words_of(lambda: levers_of(load_pack(pack)))


def test_a_pack_without_levers_has_none():
    from worlds import examplium

    assert levers_of(examplium()) == {}


def test_the_shipped_plans_fit_the_shipped_futures_and_the_default_pack():
    plans, futures, _ = read_study([])
    assert len(plans) >= 8 and len(futures.scenarios) == 6
    assert not plans["none"].pulled


def test_a_plan_that_does_not_exist_is_named():
    assert "'nowhere'" in words_of(lambda: plan_paths(["nowhere"])) or "nowhere: is neither a shipped plan" in words_of(lambda: plan_paths(["nowhere"]))


def test_every_future_is_a_scenario_of_its_own_too():
    for path in shipped_futures().parent.glob("*.toml"):
        if path != shipped_futures():
            assert path.stem in load_futures(shipped_futures()).scenarios


def test_problems_of_all_plans_come_at_once(tmp_path):
    for name in ("one", "two"):
        (tmp_path / f"{name}.toml").write_text("title = 1")
    text = words_of(lambda: read_plans([tmp_path / "one.toml", tmp_path / "two.toml"]))
    assert "one.toml title" in text and "two.toml title" in text
