"""Licences, surge limits and what the exporter sells to others, by hand."""

from __future__ import annotations

import numpy as np
import pytest
from test_closed_forms import solved

import worlds
from kanmon.formulation.model import build_model
from kanmon.scenario.schema import Measure
from kanmon.world.calibrate import calibrate


@pytest.fixture(scope="module")
def world():
    return calibrate(worlds.examplium()).world


def rule(kind: str, **more) -> dict:
    return {"name": kind, "kind": kind, "exporter": "AAA", "goods": ["examplium"], "destinations": ["BBB"], "announced": "2026-12", "effective": "2027-02", "end": "2027-06"} | more


def window(world, *measures):
    return worlds.market(world, *measures, months=8, start="2026-12")


def lane(market, origin: str, destination: str) -> int:
    return market.world.lanes.keys.index(("examplium", origin, destination))


def test_a_licence_lets_nothing_pass_under_review_and_then_what_is_granted(world):
    """Base flow about 10 t a month; two months of review, then 40 %; free before February and from June on."""
    market = window(world, rule("licence", review=2, granted=0.4))
    base = market.world.lanes.base[lane(market, "AAA", "BBB")]
    expected = [np.inf, np.inf, 0, 0, 0.4 * base, 0.4 * base, np.inf, np.inf]
    assert market.flow_limit[lane(market, "AAA", "BBB")].tolist() == pytest.approx(expected)
    assert np.isinf(market.flow_limit[lane(market, "AAA", "CCC")]).all()


def test_a_licence_for_some_users_bears_on_their_door_alone(world):
    """Lamps need more than BBB has of its own and from elsewhere: what passes to them of the exporter's metal is reviewed for two months,
    then granted by 40 %; the lane itself stays open to all others."""
    market = window(world, rule("licence", review=2, granted=0.4, industries=["lamps"]))
    (door,) = (place for place, key in enumerate(market.world.lanes.keys) if key == ("examplium (unrestricted)", "BBB", "BBB"))
    base = market.world.lanes.base[door]
    assert base > 0
    assert market.flow_limit[door].tolist() == pytest.approx([np.inf, np.inf, 0, 0, 0.4 * base, 0.4 * base, np.inf, np.inf])
    assert np.isinf(np.delete(market.flow_limit, door, axis=0)).all()
    found = solved(market)
    assert found.flow[door, 4] == pytest.approx(0.4 * base, rel=1e-6)
    scoped, general = market.world.nodes.index()["BBB", "examplium (unrestricted)"], market.world.nodes.index()["BBB", "examplium"]
    assert found.price[scoped, 4] > found.price[general, 4]


def test_a_surge_limit_holds_from_the_announcement_on(world):
    market = window(world, rule("ban", surge_limit=2.5))
    base = market.world.lanes.base[lane(market, "AAA", "BBB")]
    assert market.flow_limit[lane(market, "AAA", "BBB")].tolist() == pytest.approx([2.5 * base, 2.5 * base, 0, 0, 0, 0, 2.5 * base, 2.5 * base])


def test_sales_to_others_are_held_to_their_base_and_a_share_of_what_is_lost(world):
    market = window(world, rule("ban", displacement=0.3))
    lost, others = market.world.lanes.base[lane(market, "AAA", "BBB")], market.world.lanes.base[lane(market, "AAA", "CCC")]
    (pool,) = market.pools
    assert pool.lanes.tolist() == [lane(market, "AAA", "CCC")]
    assert pool.limit.tolist() == pytest.approx([np.inf, np.inf, *([others + 0.3 * lost] * 4), np.inf, np.inf])


def test_holding_the_exporter_to_its_base_elsewhere_raises_the_price_of_the_target(world):
    """Reported, not a theorem: what third countries do not get from the exporter they keep of their own."""
    free, held = (solved(window(world, rule("ban", **more))) for more in ({}, {"displacement": 0.0}))
    target = world.nodes.index()["BBB", "examplium"]
    assert held.price[target, 3] >= free.price[target, 3] * (1 - 1e-9)
    assert held.flow[lane(window(world, rule("ban")), "AAA", "CCC"), 3] <= free.flow[lane(window(world, rule("ban")), "AAA", "CCC"), 3] + 1e-9


def test_without_these_options_the_program_is_the_same(world):
    def rows(market) -> list[str]:
        return sorted(str(item.expr) for item in build_model(market).component_data_objects() if hasattr(item, "expr"))

    assert rows(window(world, rule("ban"))) == rows(window(world, rule("licence", review=24, granted=0.0)))


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"kind": "licence", "granted": 0.5}, "a licence needs review"),
        ({"kind": "ban", "review": 2, "granted": 0.5}, "only a licence"),
        ({"kind": "tariff", "rate": 0.1, "surge_limit": 2.0}, "surge_limit and displacement belong"),
        ({"kind": "ban", "displacement": 0.3, "destinations": ["*"]}, "displacement needs one exporter"),
        ({"kind": "quota", "limit": 2.0, "displacement": 0.3}, "displacement is a share"),
    ],
)
def test_options_that_do_not_belong_together_are_refused(more, words):
    with pytest.raises(ValueError, match=words):
        Measure.model_validate(rule(more.pop("kind"), **more))
