"""The search for the best plan on outcomes that can be written down: what it must find is found by hand or by counting."""

from __future__ import annotations

import json

import numpy as np
import pytest

from kanmon.errors import InputError, KanmonError
from kanmon.plans.optimise.alternatives import near_optimal
from kanmon.plans.optimise.axes import Lever
from kanmon.plans.optimise.choice import is_dominated
from kanmon.plans.optimise.groups import connected_goods, grouped
from kanmon.plans.optimise.objective import Aim, Objective
from kanmon.plans.optimise.outcomes import Outcome, Record
from kanmon.plans.optimise.search import Space, find_best, first_axes
from kanmon.plans.optimise.worth import shadow_value, stochastic_values
from kanmon.plans.risk import worst_mean

HALVES = np.array([0.5, 0.5])
TWO = ((Lever("mine", 10.0),), (Lever("store", 10.0),))


def space(outcome, groups=TWO, futures=2, points=5, **more):
    found = Space(groups, Record(outcome, futures, **more))
    return found, found.over(first_axes(groups, points))


def straight(levels) -> Outcome:
    """A mine at 2 a level saves 3 of 40 in the first future, a store at 1 a level saves 2 of 60 in the second."""
    mine, store = levels.get("mine", 0.0), levels.get("store", 0.0)
    return Outcome(2 * mine + store, (40 - 3 * mine, 60 - 2 * store))


def bent(levels) -> Outcome:
    """Losses 100/(1 + mine) and 100/(1 + store), each lever 1 a level."""
    mine, store = levels.get("mine", 0.0), levels.get("store", 0.0)
    return Outcome(mine + store, (100 / (1 + mine), 100 / (1 + store)))


def test_the_tail_is_the_mean_of_the_worst_outcomes():
    loss, chance = np.array([10.0, 0.0, 40.0, 20.0]), np.array([0.4, 0.3, 0.1, 0.2])
    assert worst_mean(loss, chance, 0.2) == pytest.approx((0.1 * 40 + 0.1 * 20) / 0.2)
    assert worst_mean(loss, chance, 1.0) == pytest.approx(0.4 * 10 + 0.1 * 40 + 0.2 * 20)
    assert worst_mean(loss, chance, 0.05) == pytest.approx(40.0)


def test_the_budget_goes_to_the_lever_that_saves_most_for_a_unit_of_it():
    found, land = space(straight)
    best = find_best(found, land, Aim(Objective(HALVES, 0.0), 13.0))
    assert best.levels == pytest.approx({"mine": 1.5, "store": 10.0})  # a store saves 2 for 1, a mine 1.5
    assert best.cost == pytest.approx(13.0)
    assert best.value == pytest.approx(0.5 * (40 - 4.5) + 0.5 * 40)


def test_a_weight_on_the_tail_moves_the_plan_towards_the_worst_future():
    def outcome(levels) -> Outcome:
        return Outcome(levels.get("mine", 0.0) + levels.get("store", 0.0), (20 - 2 * levels.get("mine", 0.0), 60 - 1.5 * levels.get("store", 0.0)))

    found, land = space(outcome)
    assert find_best(found, land, Aim(Objective(HALVES, 0.0), 10.0)).levels == pytest.approx({"mine": 10.0, "store": 0.0})
    assert find_best(found, land, Aim(Objective(HALVES, 1.0, 0.5), 10.0)).levels == pytest.approx({"mine": 0.0, "store": 10.0})


def test_a_curved_optimum_between_the_grid_points_is_met():
    """Least 100/(1+m) + 100/(1+s) at m + s = 7: both are 3.5, each loss 100/4.5."""
    found, land = space(bent)
    best = find_best(found, land, Aim(Objective(HALVES, 0.0), 7.0), finer=4)
    assert best.value == pytest.approx(100 / 4.5, rel=1e-5)
    assert best.levels == pytest.approx({"mine": 3.5, "store": 3.5}, abs=0.05)
    assert best.value < best.grid_value


def test_whole_levers_take_whole_levels():
    groups = ((Lever("mine", 4.0, whole=True),), (Lever("store", 10.0),))
    found, land = space(bent, groups)
    best = find_best(found, land, Aim(Objective(HALVES, 0.0), 7.0), finer=3)
    values = {mine: 50 / (1 + mine) + 50 / (8 - mine) for mine in range(5)}
    assert best.levels["mine"] == min(values, key=values.get)
    assert best.value == pytest.approx(min(values.values()), rel=1e-6)


def test_the_cheapest_plan_with_a_limit_on_the_tail_meets_it_and_no_more():
    """The tail is the worst future: both losses at 20 take a level of 4 of each."""
    found, land = space(bent)
    best = find_best(found, land, Aim(Objective(HALVES, tail_share=0.5), tail_limit=20.0), finer=4)
    assert best.cost == pytest.approx(8.0, rel=1e-3)
    assert best.loss.max() <= 20.0 * (1 + 1e-9)


def test_what_cannot_be_met_is_said_with_what_can():
    found, land = space(bent)
    with pytest.raises(InputError, match=r"the lowest is 9\.09"):
        find_best(found, land, Aim(Objective(HALVES, tail_share=0.5), tail_limit=5.0))
    with pytest.raises(InputError, match="no plan costs -1 USD"):
        find_best(found, land, Aim(Objective(HALVES), -1.0))


def test_of_equal_plans_the_cheapest_is_taken():
    found, land = space(lambda levels: Outcome(levels.get("mine", 0.0), (5.0, 5.0)))
    assert find_best(found, land, Aim(Objective(HALVES), 10.0)).cost == 0.0


def test_the_shadow_value_is_what_the_last_and_the_next_unit_of_budget_save():
    """At 10 the store is full: the last unit saved 1 in expectation, the next one buys half a level of mine and saves 0.75."""
    found, land = space(straight)
    value = shadow_value(found.refined(land), Aim(Objective(HALVES, 0.0), 10.0))
    assert value.last == pytest.approx(1.0)
    assert value.more == pytest.approx(0.75)


def test_values_of_the_stochastic_solution_and_of_perfect_information_by_hand():
    """One unit for either lever saves 40 in its own future. Together: 40 on either side, 30 in expectation; whoever knew would lose 20."""

    def outcome(levels) -> Outcome:
        return Outcome(sum(levels.values()), (60 - 40 * levels.get("mine", 0.0), 20 + 20 * levels.get("mine", 0.0) - 10 * levels.get("store", 0.0)))

    groups = ((Lever("mine", 1.0, True),), (Lever("store", 1.0, True),))
    found, _ = space(outcome, groups)
    values = stochastic_values(found.combinations(), Aim(Objective(np.array([0.4, 0.6]), 0.0), 1.0), reference=1)
    # no plan (60, 20), mine (20, 40), store (60, 10): expectations 36, 32, 30
    assert values.here_and_now == pytest.approx(30.0)
    assert values.for_each == pytest.approx([32.0, 30.0])
    assert values.of_the_stochastic_solution == 0.0
    assert values.wait_and_see == pytest.approx(0.4 * 20 + 0.6 * 10)
    assert values.of_perfect_information == pytest.approx(16.0)
    assert stochastic_values(found.combinations(), Aim(Objective(np.array([0.4, 0.6]), 0.0), 1.0), reference=0).of_the_stochastic_solution == pytest.approx(2.0)


def test_near_optimal_plans_are_good_within_the_limit_and_far_apart():
    found, land = space(lambda levels: Outcome(sum(levels.values()), (60 - 3 * sum(levels.values()),) * 2))
    aim = Aim(Objective(HALVES), 10.0)
    best = find_best(found, land, aim)
    plans = near_optimal(found, land, best, within=0.05)
    assert len(plans) == 3
    points = np.array([[plan["mine"], plan["store"]] for plan in [best.levels, *plans]])
    assert all(9.5 - 1e-6 <= point.sum() <= 10 + 1e-9 for point in points)
    apart = np.linalg.norm(points[:, None] - points[None], axis=2)[~np.eye(4, dtype=bool)]
    assert apart.min() > 3.5  # the ends of a line of length 14.1, its middle, and a quarter


def test_dominated_points_are_those_beaten_everywhere():
    values = np.array([[1.0, 5.0], [2.0, 5.0], [2.0, 4.0], [1.0, 5.0], [np.nan, 0.0]])
    assert is_dominated(values).tolist() == [False, True, False, True, True]


def test_a_killed_search_goes_on_where_it_was(tmp_path):
    calls = []

    def counted(levels) -> Outcome:
        calls.append(dict(levels))
        return bent(levels)

    file = tmp_path / "outcomes.jsonl"
    space(counted, file=file)
    first = len(calls)
    with file.open("a", encoding="utf-8") as open_file:
        open_file.write('{"plan": {"mine": 3.3}, "cos')  # cut off by the kill
    found, _ = space(counted, file=file)
    assert first == 9 and len(calls) == first and found.record.runs == 0
    assert len(file.read_text(encoding="utf-8").splitlines()) == first


def test_a_file_that_is_no_record_is_refused(tmp_path):
    file = tmp_path / "outcomes.jsonl"
    file.write_text(json.dumps({"plan": {}, "cost": 0, "loss": [1, 2, 3], "failure": ""}) + "\n", encoding="utf-8")
    with pytest.raises(InputError, match="has 3 futures, and 2 are asked for"):
        Record(bent, 2, file)
    file.write_text("[]\n", encoding="utf-8")
    with pytest.raises(InputError, match="is not an outcome"):
        Record(bent, 2, file)


def test_two_processes_find_what_one_finds():
    def outcome(levels) -> Outcome:
        return Outcome(levels.get("mine", 0.0) + levels.get("store", 0.0), (100 / (1 + levels.get("mine", 0.0)), 100 / (1 + levels.get("store", 0.0))))

    alone, together = (find_best(*space(outcome, jobs=jobs), Aim(Objective(HALVES), 7.0)) for jobs in (1, 2))
    assert alone.levels == together.levels and alone.value == together.value


def test_a_plan_that_fails_is_kept_with_its_reason_and_never_chosen():
    def outcome(levels) -> Outcome:
        if levels.get("mine", 0.0) >= 5:
            raise KanmonError("not an equilibrium")
        return bent(levels)

    found, land = space(outcome)
    best = find_best(found, land, Aim(Objective(HALVES), 20.0))
    assert best.levels["mine"] < 5 and best.levels["store"] == 10.0
    assert set(found.record.failures.values()) == {"not an equilibrium"}
    assert (("mine", 10.0),) in found.record.failures


def test_a_question_without_an_answer_is_refused():
    with pytest.raises(InputError, match=r"sum to 0\.9"):
        Objective(np.array([0.5, 0.4]))
    with pytest.raises(InputError, match="largest level is 0"):
        first_axes(((Lever("mine", 0.0),),), 5)
    with pytest.raises(InputError, match="the grid has 1000000 plans"):
        first_axes((tuple(Lever(name, 1.0) for name in "abcdef"),), 10)


def test_levers_of_markets_that_nothing_connects_are_judged_apart():
    parts = [frozenset({"ore", "metal"}), frozenset({"powder"})]
    assert grouped({"mine": ["ore"], "mill": ["powder"], "store": ["metal"]}, parts) == [("mine", "store"), ("mill",)]
    assert grouped({"mine": ["ore"], "mill": ["powder"], "office": ["metal", "powder"]}, parts) == [("mine", "mill", "office")]


def test_goods_are_connected_by_recipes_nests_and_scrap():
    from kanmon.world.calibrate import calibrate
    from worlds import examplium, nested, two_regions

    assert connected_goods(two_regions()) == [frozenset({"metal"})]
    assert connected_goods(nested()) == [frozenset({"natural", "synthetic"})]
    assert connected_goods(calibrate(examplium()).world) == [frozenset({"examplium", "examplium_ore", "examplium_scrap", "examplium_powder"})]
