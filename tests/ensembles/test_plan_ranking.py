"""Plans under the same draws: who comes first how often, and at which figure of a fact the order flips."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import pytest
from questions import unit_factor

import kanmon.ensembles.plan_study as plan_study_module
from kanmon.ensembles.chunks import read_draws
from kanmon.ensembles.correlation import independent
from kanmon.ensembles.design import Plan, Sampler
from kanmon.ensembles.ensemble import Where, run_ensemble
from kanmon.ensembles.factors import Factor, central, pack_of
from kanmon.ensembles.likelihood import weighed
from kanmon.ensembles.manifest import Asked
from kanmon.ensembles.outcomes import COLUMNS, FAILURE, PLAN
from kanmon.ensembles.plan_study import plan_outcomes, plan_study
from kanmon.ensembles.summary import RANKED, rank_first, worths
from kanmon.errors import KanmonError
from kanmon.pack.load import load_pack
from kanmon.plans.evaluate import evaluate
from kanmon.plans.reading import load_futures
from kanmon.plans.schema import Plan as Prepared
from plans.invented import write_world


@dataclass(frozen=True)
class Rivals:
    """A store is worth 10 x^2, a mine 4 + y / 10, nothing 0. At x = y = 1/2 the mine leads by 1.55; the store wins beyond x = sqrt(0.405)."""

    factors: tuple[Factor, ...] = (unit_factor("x"), unit_factor("y"), unit_factor("unread"))
    fails_above: float = 2.0

    def identity(self) -> dict[str, str]:
        return {"scenario": "rivals", "data": "by hand", "engine": "none"}

    def evaluate(self, values: np.ndarray) -> pd.DataFrame:
        x, y, _ = values
        if x > self.fails_above:
            raise KanmonError(f"x is {x:.2f}")
        worth = {"store": 10 * x**2, "mine": 4 + y / 10, "none": 0.0}
        return pd.DataFrame([(PLAN, RANKED, plan, "", "million USD", value, "") for plan, value in worth.items()], columns=COLUMNS)


def run(study, folder, size: int = 400) -> dict[str, pd.DataFrame]:
    run_ensemble(study, Asked("plans", Plan(Sampler.LATIN, size, 2), 100, switching=2), independent(study.factors), {}, folder, Where(1))
    return {path.stem: pd.read_csv(path) for path in (folder / "tables").glob("*.csv")}


@pytest.fixture(scope="module")
def compared(tmp_path_factory):
    return run(Rivals(), tmp_path_factory.mktemp("plans") / "out")


def test_plans_come_first_as_often_as_by_hand(compared):
    """The store wins where x > sqrt((4 + y / 10) / 10), at about 0.6364: 2 (1 - 0.6364)^2 of a triangle on [0, 1]."""
    ranks = compared["rank_first"].set_index("plan")
    assert ranks.loc["store", "share"] == pytest.approx(2 * (1 - np.sqrt(0.405)) ** 2, abs=0.01)
    assert ranks["first"].sum() == pytest.approx(400)
    assert ranks.loc["none", "share"] == 0
    assert ranks.loc["mine", "error"] == pytest.approx(np.sqrt(ranks.loc["mine", "share"] * ranks.loc["store", "share"] / 400))


def test_a_switching_value_is_where_the_lead_is_nil_and_is_verified(compared):
    row = compared["switching"].set_index("factor").loc["made up: x ()"]
    assert (row["plan"], row["other"]) == ("mine", "store")
    assert row["lead_at_central"] == pytest.approx(1.55)
    assert row["switching_value"] == pytest.approx(np.sqrt(0.405), abs=0.01)
    assert row["lead_found"] == pytest.approx(4.05 - 10 * row["switching_value"] ** 2, abs=1e-12)
    assert row["error"] == pytest.approx(abs(row["lead_found"]) / 10)


def test_a_fact_that_flips_nothing_has_no_switching_value(compared):
    row = compared["switching"].set_index("factor").loc["made up: y ()"]
    assert np.isnan(row["switching_value"]) and np.isnan(row["error"])
    assert row["lead_at_low"] == pytest.approx(1.5) and row["lead_at_high"] == pytest.approx(1.6)


def test_what_decides_the_worth_of_a_plan_is_found(compared):
    indices = compared["indices"]
    best = indices[indices["subject"] == "store"].set_index("factor")["index"]
    assert best["made up: x ()"] > 0.95
    assert abs(best["made up: unread ()"]) < 0.02


def test_plans_that_tie_share_the_first_place():
    rows = [(0, PLAN, RANKED, plan, "", "million USD", 5.0, "") for plan in ("one", "other")] + [(1, PLAN, RANKED, "one", "", "million USD", 5.0, ""), (1, PLAN, RANKED, "other", "", "million USD", 4.0, "")]
    ranks = rank_first(pd.DataFrame(rows, columns=["draw", *COLUMNS])).set_index("plan")
    assert ranks["first"].to_dict() == {"one": 1.5, "other": 0.5}


def test_a_draw_in_which_a_plan_has_no_number_ranks_nobody():
    rows = [(0, PLAN, RANKED, plan, "", "million USD", 5.0, "") for plan in ("one", "other")] + [(1, PLAN, RANKED, "one", "", "million USD", 5.0, ""), (1, FAILURE, "PlanNotEvaluated", "other", "", "", np.nan, "why")]
    assert rank_first(pd.DataFrame(rows, columns=["draw", *COLUMNS]))["draws"].tolist() == [1, 1]


def test_failed_draws_are_kept_with_inputs_and_reason_and_the_others_go_on(tmp_path):
    study = Rivals(fails_above=0.8)
    tables = run(study, tmp_path / "out", 100)
    failed, inputs = tables["failures"], tables["failed_inputs"]
    assert len(failed) == 8
    assert set(failed["error"]) == {"KanmonError"}
    assert set(inputs["draw"]) == set(failed["draw"])
    for draw, message in zip(failed["draw"], failed["message"], strict=True):
        value = inputs[(inputs["draw"] == draw) & (inputs["factor"] == "made up: x ()")]["value"].item()
        assert message == f"x is {value:.2f}"
    assert tables["rank_first"]["draws"].tolist() == [92] * 3


PLAN_FILE = 'title = "{title}"\ndecided = "2026-04"\n\n[[levers]]\nname = "{lever}"\nlevel = {level}\n'


def test_plans_of_a_made_up_world_are_compared_in_every_draw(command, tmp_path):
    pack, futures = write_world(tmp_path)
    (tmp_path / "ready.toml").write_text(PLAN_FILE.format(title="Ready", lever="ready", level=1), encoding="utf-8")
    (tmp_path / "idle.toml").write_text('title = "Nothing"\ndecided = "2026-04"\n', encoding="utf-8")
    asked = f"{tmp_path / 'ready.toml'},{tmp_path / 'idle.toml'}"
    code, output, errors = command("ensemble", "--plans", asked, "--futures", futures, "--data", pack, "--draws", 2, "--workers", 1, "--switching", 1, "--out", tmp_path / "out")
    assert code == 0, errors
    outcomes = read_draws(tmp_path / "out", [PLAN])
    worth = worths(outcomes)
    assert len(worth) == 3 and set(worth.columns) == {"ready", "idle"}
    assert (worth["idle"] == 0).all() and (worth["ready"] != 0).all()
    factors = pd.read_csv(tmp_path / "out" / "tables" / "factors.csv")
    assert "plan_discount_rate" in set(factors["quantity"])
    assert "largest net" in output and "first in" in output


def test_probabilities_of_futures_are_drawn_and_move_no_market(tmp_path, monkeypatch):
    """What a draw says is the mean of the net benefits by future, at its probabilities scaled to one; the engine is asked once for them all."""
    pack_folder, futures_file = write_world(tmp_path)
    plan = Prepared.model_validate({"title": "Ready", "decided": "2026-04", "levers": [{"name": "ready", "level": 1}]})
    futures = load_futures(futures_file)
    study = plan_study({"ready": plan}, futures, load_pack(pack_folder))
    assert [factor.keys[0] for factor in study.likely] == [name for name, (low, high) in futures.ranges.items() if low < high]
    asked = []
    monkeypatch.setattr(plan_study_module, "evaluate", lambda *given, **named: asked.append(1) or evaluate(*given, **named))
    middle = central(study.factors)
    first = study.evaluate(middle)
    moved = middle.copy()
    moved[-len(study.likely) :] = np.linspace(0.1, 0.4, len(study.likely))
    drawn = study.evaluate(moved)
    assert len(asked) == 2, "once to start from and once for both draws"
    for outcomes, probability in ((first, futures.probability), (drawn, futures.probability | {factor.keys[0]: value for factor, value in zip(study.likely, moved[-len(study.likely) :], strict=True)})):
        net = outcomes[outcomes["subject"] == "ready"].set_index("quantity")["value"]
        by_hand = sum(value * net[f"net benefit, {future}"] for future, value in probability.items()) / sum(probability.values())
        assert net[RANKED] == pytest.approx(by_hand, rel=1e-12)
    assert first.set_index(["quantity", "subject"])["value"][RANKED, "ready"] != pytest.approx(drawn.set_index(["quantity", "subject"])["value"][RANKED, "ready"], rel=1e-3)


def test_a_draw_from_the_central_run_is_the_draw_from_nothing(tmp_path):
    """Where a draw starts moves it by no more than the tolerance of the solver."""
    pack_folder, futures_file = write_world(tmp_path)
    plan = Prepared.model_validate({"title": "Ready", "decided": "2026-04", "levers": [{"name": "ready", "level": 1}]})
    study = plan_study({"ready": plan}, load_futures(futures_file), load_pack(pack_folder))
    values = np.array([0.5 * (factor.low + factor.value) for factor in study.factors])
    near = study.evaluate(values)
    facts = len(study.factors) - len(study.likely)
    cold = evaluate(study.plans, weighed(study.futures, study.likely, values[facts:]), pack_of(study.pack, study.factors[:facts], values[:facts]), workers=1, downstream=False)
    expected = plan_outcomes(cold)
    worth = [table[table["kind"] == PLAN].set_index(["quantity", "subject"])["value"] for table in (near, expected)]
    pd.testing.assert_series_equal(*worth, rtol=1e-7, atol=1e-9)
