"""What decides a number: indices against closed forms, and what is said of facts that decide nothing."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from questions import ISHIGAMI_FIRST, ISHIGAMI_TOTAL, ByHand, Ishigami, two_sided, unit_factor
from SALib.analyze import rbd_fast

from kanmon.ensembles.chunks import read_draws, read_inputs
from kanmon.ensembles.correlation import independent
from kanmon.ensembles.design import Plan, Sampler
from kanmon.ensembles.ensemble import Where, run_ensemble
from kanmon.ensembles.manifest import Asked
from kanmon.ensembles.outcomes import HEADLINE
from kanmon.ensembles.sensitivity import classes_for, first_order, noise_floor, tornado_of
from kanmon.ensembles.study import scenario_study
from kanmon.indicators.headlines import MEAN_PRICE
from kanmon.pack.load import load_pack


def run(study, sampler: Sampler, size: int, folder, seed: int = 1, chunk: int = 1000) -> dict[str, pd.DataFrame]:
    """An ensemble in this process, and its tables as they were written."""
    run_ensemble(study, Asked("test", Plan(sampler, size, seed), chunk), independent(study.factors), {}, folder, Where(1))
    return {path.stem: pd.read_csv(path) for path in (folder / "tables").glob("*.csv")}


def test_sobol_indices_of_the_ishigami_function_are_those_of_the_closed_form(tmp_path):
    found = run(Ishigami(), Sampler.SALTELLI, 512, tmp_path / "out")["screening"]
    for measure, expected in (("first order", ISHIGAMI_FIRST), ("total", ISHIGAMI_TOTAL)):
        rows = found[found["measure"] == measure]
        assert list(rows["group"]) == ["made up: x1", "made up: x2", "made up: x3"]
        assert rows["value"].to_numpy() == pytest.approx(np.array(expected), abs=0.05)
        assert (np.abs(rows["value"] - np.array(expected)) <= rows["half_width"] + 1e-3).all()


def test_first_order_indices_of_the_ishigami_function_from_plain_draws(tmp_path):
    """K classes see of a wave with m periods the share (sin(pi m / K) / (pi m / K))^2: that of x1 has one period, that of x2 two."""
    found = run(Ishigami(edge=0.0), Sampler.LATIN, 2000, tmp_path / "out")["indices"].set_index("factor")
    expected = dict(zip(("made up: x1 ()", "made up: x2 ()", "made up: x3 ()"), ISHIGAMI_FIRST, strict=True))
    for (factor, share), periods in zip(expected.items(), (1, 2, 1), strict=True):
        row, seen = found.loc[factor], np.sinc(periods / classes_for(2000)) ** 2
        assert row["index"] == pytest.approx(share * seen, abs=row["half_width"])
        assert row["above_noise"] or share == 0


def test_first_order_indices_agree_with_those_of_another_method():
    """RBD-FAST of SALib on the same draws (Tarantola, Gatelli and Mara 2006)."""
    random = np.random.default_rng(4)
    drawn = random.random((2000, 4))
    outcome = drawn @ np.array([3.0, 2.0, 1.0, 0.0]) + 0.3 * random.standard_normal(2000)
    problem = {"num_vars": 4, "names": list("abcd"), "bounds": [[0, 1]] * 4}
    other = rbd_fast.analyze(problem, drawn, outcome, num_resamples=20, seed=1)
    index, _ = first_order(drawn, outcome)
    assert index == pytest.approx(np.array(other["S1"]), abs=0.03)


def test_screening_finds_the_group_without_effect(tmp_path):
    @_with_a_fact_nobody_reads
    class Study(Ishigami):
        pass

    found = run(Study(), Sampler.MORRIS, 20, tmp_path / "out")["screening"].set_index("group")["value"]
    assert found["made up: unread"] == pytest.approx(0.0, abs=1e-12)
    assert (found.drop("made up: unread") > 0.1).all()


def _with_a_fact_nobody_reads(study):
    class Wider(study):
        def evaluate(self, values):
            return super().evaluate(values[:3])

    return lambda: Wider((*Ishigami().factors, unit_factor("unread")))


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    """The market with an answer by hand, as a user would have it run."""
    pack, asked = two_sided(tmp_path_factory.mktemp("market"))
    return scenario_study(asked, load_pack(pack), "bar")


@pytest.fixture(scope="module")
def market(study, tmp_path_factory):
    """Many draws of it by its formula: folder and tables."""
    folder = tmp_path_factory.mktemp("by-hand") / "out"
    return folder, run(ByHand(study.factors), Sampler.LATIN, 1000, folder)


def test_every_draw_of_a_linear_market_is_the_price_by_hand(study, tmp_path):
    assert {factor.group for factor in study.factors} == {"demand: intercept", "activities: cost_intercept", "activities: capacity"}
    found = run(study, Sampler.LATIN, 12, tmp_path / "out")
    prices = read_draws(tmp_path / "out", [HEADLINE])
    prices = prices[(prices["quantity"] == MEAN_PRICE) & (prices["draw"] >= 0)].set_index("draw")["value"]
    inputs = read_inputs(tmp_path / "out")
    by_hand = (inputs["demand: intercept (south, lamps, metal)"] + inputs["activities: cost_intercept (south, mining)"]) / 20
    assert prices.sort_index().to_numpy() == pytest.approx(by_hand.to_numpy(), rel=1e-6)
    paths = found["bands"]
    paths = paths[(paths["kind"] == "price path") & (paths["quantity"] == "focus")]
    assert list(paths["month"]) == ["2030-01", "2030-02", "2030-03"]
    assert paths[paths["month"] != "2030-02"][["p5", "p95"]].to_numpy() == pytest.approx(1.0, rel=1e-6)
    assert paths[paths["month"] == "2030-02"]["central"].to_numpy() == pytest.approx(6.5, rel=1e-6)
    assert "share of the exporter in imports" not in set(found["tornado"]["quantity"])


def test_indices_of_a_linear_market_are_those_by_hand(market):
    """0.8 for where demand ends, 0.2 for the cost, nothing for a capacity that is never reached (:func:`questions.two_sided`)."""
    rows = market[1]["indices"]
    rows = rows[rows["quantity"] == MEAN_PRICE].set_index("factor")
    expected = {"demand: intercept (south, lamps, metal)": 0.8, "activities: cost_intercept (south, mining)": 0.2, "activities: capacity (south, mining)": 0.0}
    for factor, share in expected.items():
        assert rows.loc[factor, "index"] == pytest.approx(share, abs=rows.loc[factor, "half_width"] + 0.02)
    assert rows["above_noise"].to_dict() == {factor: share > 0 for factor, share in expected.items()}


def test_the_tornado_of_a_linear_market_is_the_difference_by_hand(market):
    r"""The mean of the top fifth of a symmetric triangle of half-width w lies w (1 - 2 sqrt(0.4) / 3) above its middle."""
    rows = market[1]["tornado"]
    rows = rows[rows["quantity"] == MEAN_PRICE].set_index("factor")
    swing = 2 * 20 / 20 * (1 - 2 / 3 * np.sqrt(0.4))
    row = rows.loc["demand: intercept (south, lamps, metal)"]
    assert row["difference"] == pytest.approx(swing, abs=2 * row["error"])
    assert rows.index[0] == "demand: intercept (south, lamps, metal)"
    assert not rows.loc["activities: capacity (south, mining)", "above_noise"]


def test_percentiles_of_a_linear_market_lie_about_the_central_run(market):
    """Mean (100 + 30) / 20; standard deviation sqrt((40^2 + 20^2) / 24) / 20."""
    row = market[1]["bands"].set_index("quantity").loc[MEAN_PRICE]
    assert row["central"] == pytest.approx(6.5, rel=1e-6)
    assert row["mean"] == pytest.approx(6.5, rel=2e-3)
    assert row["deviation"] == pytest.approx(np.sqrt(2000 / 24) / 20, rel=0.05)
    assert row["p5"] < row["p25"] < row["p50"] < row["p75"] < row["p95"]


def test_facts_that_do_not_matter_stay_below_the_noise_floor():
    """In 20 tries of 200 facts nobody reads, the largest index passes the floor about once."""
    passed = 0
    for seed in range(20):
        random = np.random.default_rng(seed)
        drawn, outcome = random.random((500, 200)), random.standard_normal(500)
        index, _ = first_order(drawn, outcome)
        assert abs(index.mean()) < 0.003
        passed += index.max() > noise_floor(500, 200, classes_for(500))
    assert passed <= 4


def test_the_noise_floor_of_many_facts_is_as_documented():
    assert noise_floor(1000, 500, classes_for(1000)) == pytest.approx(0.03, abs=0.002)
    assert noise_floor(4000, 500, classes_for(4000)) < 0.01


def test_the_interval_covers_the_index_as_often_as_it_says():
    truth, covered = 9 / 14, 0
    for seed in range(40):
        drawn = np.random.default_rng(seed).random((400, 3))
        index, half = first_order(drawn, drawn @ np.array([3.0, 2.0, 1.0]), seed)
        covered += abs(index[0] - truth) <= half[0] + 1 / classes_for(400) ** 2
    assert covered >= 36


def test_a_tornado_has_the_means_of_the_outer_fifths():
    drawn = np.arange(10.0)[:, None]
    low, high, error = tornado_of(drawn, np.arange(10.0) ** 2)
    assert (low[0], high[0]) == (0.5, 72.5)
    assert error == pytest.approx(np.std(np.arange(10.0) ** 2, ddof=1))


def test_factors_keep_their_places_when_only_their_rows_move():
    factor = unit_factor("x")
    assert replace(factor, place=7).name == factor.name
