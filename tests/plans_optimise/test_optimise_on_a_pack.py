"""The optimiser from a question to its folder, on the made-up metal."""

from __future__ import annotations

import json

import pandas as pd
import pytest
from bland_levers import FOLDER, pack_with_levers

from kanmon.errors import InputError
from kanmon.pack.load import load_pack
from kanmon.pages.optimise import render_optimised
from kanmon.plans.levers import levers_of
from kanmon.plans.optimise.ask import asked
from kanmon.plans.optimise.judge import Judge, goods_of
from kanmon.plans.optimise.question import Question, load_question, shipped_question
from kanmon.plans.optimise.run import choices_of, optimise, write_optimised
from kanmon.plans.reading import load_futures, load_plan

pytestmark = pytest.mark.long

QUESTION = Question.model_validate({"title": "stock or smelter", "decided": "2026-06", "budgets": [0.001, 0.0005], "points": 3, "levers": [{"name": "metal_stock"}, {"name": "smelter"}]})


@pytest.fixture(scope="module")
def pack(tmp_path_factory):
    return load_pack(pack_with_levers(tmp_path_factory.mktemp("bland")))


@pytest.fixture(scope="module")
def found(pack, tmp_path_factory):
    cache = tmp_path_factory.mktemp("cache")
    return optimise(QUESTION, load_futures(FOLDER / "futures.toml"), pack, cache, 1), cache


def test_every_budget_has_a_plan_within_it_that_is_better_than_none(found):
    result, _ = found
    none = float(result.answers.objective(result.answers.space.none[:1], result.answers.space.none[None, 1:])[0])
    values = [item.best.value for item in result.answers.answers]
    for item, budget in zip(result.answers.answers, (500.0, 1000.0), strict=True):
        assert item.best.cost <= budget * (1 + 1e-9)
        assert item.best.value <= item.best.grid_value
    assert none > values[0] > values[1]


def test_what_a_plan_avoids_is_counted_against_doing_nothing(found):
    result, _ = found
    table = result.tables["optimum"]
    for _, rows in table.groupby("aim"):
        known = dict(zip(rows["quantity"], rows["value"], strict=True))
        assert known["cost without a plan"] == 0
        assert known["expected loss avoided"] == pytest.approx(known["expected loss without a plan"] - known["expected loss"])
        assert known["expected net benefit"] == pytest.approx(known["expected loss avoided"] - known["cost"])


def test_values_and_shadow_values_have_their_signs(found):
    for item in found[0].answers.answers:
        assert item.shadow.more >= -1e-9 and item.shadow.last >= -1e-9
        assert item.values.of_the_stochastic_solution >= 0 and item.values.of_perfect_information >= 0


def test_the_worlds_plan_stands_beside_and_is_no_better_for_the_focus_region(found):
    result, _ = found
    assert len(result.gaps) == 2
    for gap in result.gaps:
        assert gap.optimum.worst <= 1e-6
        assert set(gap.levels) == {"metal_stock", "smelter"}
    world = result.tables["world"]
    assert set(world[world["quantity"].str.startswith("level: ")]["quantity"]) == {"level: metal_stock", "level: smelter"}
    assert set(result.tables["world"]["plan"]) == {"best for the focus region", "best for all regions"}


def test_a_second_search_asks_the_engine_nothing(found, pack):
    result, cache = found
    again = optimise(QUESTION, load_futures(FOLDER / "futures.toml"), pack, cache, 1, world=False)
    assert again.runs == 0
    assert [item.best.levels for item in again.answers.answers] == [item.best.levels for item in result.answers.answers]


def test_the_folder_holds_tables_plans_and_manifest(found, tmp_path):
    folder = write_optimised(found[0], tmp_path, render_optimised)
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["kanmon"] == "optimise" and manifest["failed"] == 0
    assert {path.stem for path in (folder / "tables").iterdir()} == {"grid", "optimum", "levels", "frontier", "near_optimal", "values", "failures", "world", "labels", "facts", "lever_names"}
    assert "Best for all" in (folder / "report.html").read_text(encoding="utf-8")
    plans = sorted((folder / "plans").iterdir())
    assert [load_plan(path).decided for path in plans] == [QUESTION.decided] * 2
    assert "unit" in pd.read_csv(folder / "tables" / "optimum.csv").columns


def test_outcomes_of_other_futures_are_not_taken_for_those_of_these(pack, found):
    futures, judge = load_futures(FOLDER / "futures.toml"), found[0].answers.space.record.evaluate
    later = Judge(futures, pack, judge.levers, judge.nothing, judge.decided + 1)
    assert judge.digest != later.digest


def test_goods_that_levers_bear_on(pack):
    levers = levers_of(pack)
    assert goods_of(levers["metal_stock"], pack) == {"examplium"}
    assert goods_of(levers["smelter"], pack) == {"examplium"}
    assert goods_of(levers["powder_stock"], pack) == {"examplium_powder"}


def test_a_lever_that_is_not_there_is_named(pack):
    wrong = QUESTION.model_copy(update={"levers": Question.model_validate({"title": "x", "decided": "2026-06", "budgets": [1], "levers": [{"name": "magic"}, {"name": "smelter", "largest": 100}]}).levers})
    with pytest.raises(InputError, match=r"'magic' is no lever(.|\n)*100 is above the largest level of smelter, 24"):
        choices_of(wrong, levers_of(pack))


def test_a_question_is_stated_anew_on_the_command_line():
    new = asked(load_question(shipped_question()), "metal_stock, smelter", "5,1", None, 6, 0.0, True)
    assert [lever.name for lever in new.levers] == ["metal_stock", "smelter"]
    assert new.budgets == (5.0, 1.0) and new.points == 6 and new.tail_weight == 0.0 and new.foresight
    with pytest.raises(InputError, match="is not a list of numbers"):
        asked(new, None, "ten", None, None, None, False)
    with pytest.raises(InputError, match="points"):
        asked(new, None, None, None, 1, None, False)


@pytest.mark.slow
def test_the_command_writes_a_folder(command, pack, tmp_path):
    question = tmp_path / "question.toml"
    question.write_text('title = "x"\ndecided = "2026-06"\nbudgets = [0.001]\npoints = 2\nrounds = 1\n[[levers]]\nname = "metal_stock"\n', encoding="utf-8")
    folder = pack_with_levers(tmp_path)
    code, printed, errors = command("plans", "optimise", "--question", question, "--futures", FOLDER / "futures.toml", "--data", folder, "--no-world", "--workers", 1, "--out", tmp_path / "out", "--json")
    assert code == 0, errors
    assert {"folder", "levels", "optimum", "frontier"} <= set(json.loads(printed))
