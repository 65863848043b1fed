"""Without a measure nothing changes, and what a measure does is an equilibrium."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from random_worlds import assert_same, few, is_priced, random_measures, random_worlds, solved

import worlds
from kanmon.runs.zero_shock import zero_shock_deviation
from kanmon.scenario.schema import Assumption, Player
from kanmon.solution.tables import base_plan


@few(60)
@given(random_worlds(), st.integers(1, 4))
def test_without_a_measure_every_month_is_the_base_year(world, months):
    plan = solved(worlds.market(world, months=months))
    assert is_priced(plan, world).all()
    assert_same(plan, base_plan(world, months), world)


@few(60)
@given(random_worlds(), st.integers(1, 4), st.data())
def test_a_window_under_any_measures_is_certified(world, months, data):
    measures = data.draw(random_measures(months))
    plan = solved(worlds.market(world, *measures, months=months))
    assert is_priced(plan, world).any()


@pytest.mark.parametrize("fringe_response", [0.0, 1.0])
def test_a_base_year_calibrated_to_a_player_repeats_itself(fringe_response):
    """The made-up metal with AAA a player in it, weaker than Cournot where its customers are inelastic: its markup is a margin, not a cost."""
    player = Player(region="AAA", goods=("examplium",), conduct=0.2, fringe_response=fringe_response)
    more_elastic = (Assumption(table="demand", quantity="elasticity_short_run", multiply=3.0), Assumption(table="demand", quantity="elasticity_long_run", multiply=3.0))
    asked = worlds.scenario(months=14, players=(player,), assumptions=more_elastic)
    assert zero_shock_deviation(asked, worlds.examplium()) <= 1e-6
