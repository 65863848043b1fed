"""Draws: the distributions of the facts, what moves together, and that they depend on nothing but what is asked."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from questions import unit_factor
from scipy.stats import pearsonr, spearmanr
from scipy.stats import triang as triangle

from kanmon.ensembles.asking import beside_of
from kanmon.ensembles.correlation import Causes, causes_of, independent, together
from kanmon.ensembles.design import Plan, Sampler, block, draws, shares
from kanmon.ensembles.factors import central, factors_of, pack_of
from kanmon.ensembles.marginals import Marginal, figures, pert, triangular
from kanmon.ensembles.study import scenario_study
from kanmon.errors import InputError
from kanmon.pack.load import load_pack
from kanmon.pages.ensembled.drivers import together_sentence
from kanmon.pages.ensembled.subject import Drawn
from kanmon.pages.names import names_of
from kanmon.pages.wording import wording
from kanmon.scenario.load import load_scenario
from kanmon.scenario.schema import Assumption
from worlds import PACKS, SCENARIOS, examplium

HEADER = "group,table,fact,within,quantity,value,unit,currency_year,low,high,source,place,quality,variant,note\n"


@pytest.fixture(scope="module")
def ban():
    return load_scenario(SCENARIOS / "examplium-ban.toml")


@pytest.fixture(scope="module")
def drawn(ban):
    return factors_of(examplium(), ban)


def test_triangular_quantiles_are_those_of_the_closed_form():
    share = np.linspace(0.001, 0.999, 201)
    expected = triangle.ppf(share, (3 - 2) / (7 - 2), loc=2, scale=5)
    assert triangular(share, 2, 3, 7) == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("quantiles", [triangular, pert])
@pytest.mark.parametrize("mode", [2.0, 3.0, 7.0])
def test_a_spread_runs_from_low_to_high_also_where_the_central_figure_is_an_end(quantiles, mode):
    ends = quantiles(np.array([0.0, 1.0]), 2.0, mode, 7.0)
    assert ends == pytest.approx([2.0, 7.0], abs=1e-9)


def test_the_means_are_those_of_the_two_shapes():
    """(l + m + h) / 3 for a triangle, (l + 4 m + h) / 6 for PERT."""
    share = (np.arange(20000) + 0.5) / 20000
    assert triangular(share, 2, 3, 7).mean() == pytest.approx(4.0, rel=1e-4)
    assert pert(share, 2, 3, 7).mean() == pytest.approx(21 / 6, rel=1e-4)


@pytest.mark.parametrize("quantiles", [triangular, pert])
def test_the_mode_of_both_shapes_is_the_central_figure(quantiles):
    values = quantiles((np.arange(200000) + 0.5) / 200000, 2.0, 3.0, 7.0)
    counts, edges = np.histogram(values, bins=50)
    assert edges[counts.argmax()] == pytest.approx(3.0, abs=0.2)


def test_a_latin_hypercube_has_one_draw_in_each_stratum_also_where_facts_move_together():
    factors = [unit_factor(name) for name in "abc"]
    causes = Causes(("one",), np.array([0, 0, -1]), np.array([0.9, 0.9, 0.0]))
    cube = shares(Plan(Sampler.LATIN, 50, 3), factors, causes)
    for column in cube.T:
        assert sorted((column * 50).astype(int)) == list(range(50))


def test_facts_of_a_group_are_correlated_as_stated_and_others_are_not():
    factors = [unit_factor(name) for name in "abcd"]
    causes = Causes(("one",), np.array([0, 0, 0, -1]), np.sqrt([0.7, 0.7, 0.3, 0.0]))
    cube = shares(Plan(Sampler.LATIN, 4000, 1), factors, causes)
    found = spearmanr(cube).statistic
    assert found[0, 1] == pytest.approx(6 / np.pi * np.arcsin(0.7 / 2), abs=0.03)
    assert found[0, 2] == pytest.approx(6 / np.pi * np.arcsin(np.sqrt(0.21) / 2), abs=0.03)
    assert abs(found[0, 3]) < 0.05


def test_a_full_correlation_orders_both_facts_alike():
    own = np.random.default_rng(0).random((100, 2))
    moved = together(own, np.random.default_rng(1).random((100, 1)), Causes(("one",), np.array([0, 0]), np.ones(2)))
    assert pearsonr(np.argsort(moved[:, 0]), np.argsort(moved[:, 1])).statistic == pytest.approx(1.0)


def test_the_same_seed_gives_the_same_draws_and_another_one_others(drawn):
    _, _, factors = drawn
    for sampler in Sampler:
        one, again, other = (draws(Plan(sampler, 8, seed), factors, independent(factors)) for seed in (5, 5, 6))
        assert len(one) == 8 * block(Plan(sampler, 8, 5), factors)
        assert np.array_equal(one, again)
        assert not np.array_equal(one, other)


def test_draws_stay_in_the_range_of_every_fact(drawn):
    _, _, factors = drawn
    assert len(factors) > 30
    for marginal in Marginal:
        values = draws(Plan(Sampler.LATIN, 200, 1, marginal), factors, independent(factors))
        for factor, column in zip(factors, values.T, strict=True):
            assert factor.low <= column.min() and column.max() <= factor.high


def test_months_are_drawn_whole():
    from dataclasses import replace

    months = replace(unit_factor("delay"), unit="months", low=1.0, value=3.0, high=9.0, whole=True)
    years = replace(unit_factor("delay"), unit="years", low=0.5, value=1.0, high=3.0, whole=True)
    values = figures(np.random.default_rng(0).random((100, 2)), [months, years], Marginal.TRIANGULAR)
    assert np.array_equal(values[:, 0], np.rint(values[:, 0]))
    assert values[:, 1] * 12 == pytest.approx(np.rint(values[:, 1] * 12))


def test_the_central_draw_is_the_pack_itself(drawn):
    pack, _, factors = drawn
    written = pack_of(pack, factors, central(factors))
    for table, rows in pack.rows.items():
        assert [(row.keys, row.value, row.fact.unit) for row in written.rows[table]] == [(row.keys, pytest.approx(row.value, rel=1e-12), row.fact.unit) for row in rows]


def test_a_draw_changes_the_rows_of_its_facts_and_no_other(drawn):
    pack, _, factors = drawn
    values = np.array([factor.low for factor in factors])
    written = pack_of(pack, factors, values)
    changed = {(table, place) for table, rows in pack.rows.items() for place, row in enumerate(rows) if written.rows[table][place] is not row}
    assert changed == {(factor.table, factor.place) for factor in factors}


def test_a_capacity_goes_up_and_down_with_the_output_that_is_drawn(drawn):
    """Its range is the room above the central output: drawn at its central figure with an output a tenth higher, it is a tenth higher."""
    pack, _, factors = drawn
    place = next(number for number, factor in enumerate(factors) if factor.quantity == "capacity")
    output = factors[place].beside
    assert factors[output].quantity == "base_output" and factors[output].keys == factors[place].keys
    values = central(factors)
    values[output] *= 1.1
    row = pack_of(pack, factors, values).rows["activities"][factors[place].place]
    assert row.fact.value == pytest.approx(1.1 * factors[place].value)


def test_what_the_scenario_assumes_is_held(ban):
    assumed = ban.model_copy(update={"assumptions": (Assumption(table="friction", quantity="theta", value=0.3),)})
    pack, asked, factors = factors_of(examplium(), assumed)
    assert not [factor for factor in factors if factor.quantity == "theta"]
    assert [factor for factor in factors_of(examplium(), ban)[2] if factor.quantity == "theta"]
    assert asked.assumptions == ()
    assert pack.facts("friction", "theta")[0].value == 0.3


def _with(tmp_path, *rows: str):
    import shutil

    folder = shutil.copytree(PACKS / "examplium", tmp_path / "pack")
    (folder / "correlations.csv").write_text(HEADER + "".join(f"{row},made-up,a test,assumed,,\n" for row in rows), encoding="utf-8")
    return load_pack(folder)


def test_correlations_are_read_by_group_and_by_the_members_of_a_key(tmp_path, ban):
    pack = _with(tmp_path, "prices,prices,price,good,correlation,0.5,1,,0,1", "costs,activities,supply_elasticity,*,correlation,0.4,1,,0,1")
    pack, _, factors = factors_of(pack, ban)
    causes = causes_of(pack, factors)
    named = {causes.names[cause] for cause in causes.cause if cause >= 0}
    assert "prices: examplium" in named
    leaning = [factor for factor, cause in zip(factors, causes.cause, strict=True) if cause >= 0 and causes.names[cause] == "prices: examplium"]
    assert {factor.keys[1] for factor in leaning} == {"examplium"}


def test_every_fault_of_the_correlations_is_named_at_once(tmp_path, ban):
    pack = _with(tmp_path, "a,frictions,theta,*,correlation,0.5,1,,0,1", "b,friction,thetas,*,correlation,0.5,1,,0,1", "c,friction,theta,region,correlation,0.5,1,,0,1")
    with pytest.raises(InputError) as error:
        causes_of(pack, factors_of(pack, ban)[2])
    text = str(error.value)
    assert "correlations.csv:2: 'frictions' is not a fact table" in text
    assert "correlations.csv:3: 'thetas' is not a quantity of friction.csv" in text
    assert "correlations.csv:4: 'region' is not a key of friction.csv" in text


def test_a_fact_in_two_groups_is_refused(tmp_path, ban):
    pack = _with(tmp_path, "a,friction,theta,*,correlation,0.5,1,,0,1", "b,friction,theta,good,correlation,0.5,1,,0,1")
    with pytest.raises(InputError, match="is in a group already"):
        causes_of(pack, factors_of(pack, ban)[2])


def test_the_page_says_which_facts_are_drawn_together(tmp_path, ban):
    """An index of a fact that leans on a cause holds what the other facts of that cause explain: a reader is told."""
    study = scenario_study(ban, _with(tmp_path, "prices,prices,price,good,correlation,0.5,1,,0,1"), "ban")
    tables = beside_of(study, causes_of(study.pack, study.factors))
    facts = tables["facts"].set_index("factor")["together"]
    leaning = [name for name, cause in facts.items() if cause == "prices: examplium"]
    assert len(leaning) > 1 and all(name.startswith("prices: price") for name in leaning)
    alone = next(factor.name for factor in study.factors if factor.table == "stocks")
    say = wording("en")
    seen = Drawn(tables, None, names_of(tables["labels"], say), say, None)
    sentence = together_sentence(seen, pd.DataFrame({"factor": [alone, leaning[0]]}))
    assert seen.fact(leaning[0]) in sentence and seen.fact(alone) not in sentence
    assert together_sentence(seen, pd.DataFrame({"factor": [alone]})) == ""
