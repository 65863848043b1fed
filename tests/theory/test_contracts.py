"""Take-or-pay contracts, by hand: what a buyer takes rather than pays for nothing, who is paid, and when it is suspended.

In the world of two regions E ships 5 t a month to J, at a cost of 10 that makes up for the prices 100 and 110. A tariff in J makes it ship
less; a contract keeps the flow up as far as the loss on a tonne is below its price.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

import worlds
from kanmon.accounts.resources import BENEFIT, HANDED_ON, resources
from kanmon.accounts.surplus import TAKE_OR_PAY, surplus
from kanmon.certify.certificate import certify_plan, lane_wedge
from kanmon.errors import InputError
from kanmon.runs.baseline import baseline
from kanmon.runs.run import run_scenario
from kanmon.scenario.apply import scenario_world
from kanmon.scenario.schema import Scenario
from kanmon.solve.window import solve_window

TARIFF = worlds.measure("tariff", exporter="E", amount=60.0)


def contract(**more) -> dict:
    """Four of the five tonnes, at 100."""
    return {"name": "supply", "good": "metal", "origin": "E", "destination": "J", "share": 0.8, "price": 100.0} | more


def solved(*measures: dict, **more):
    market = worlds.market(worlds.two_regions(), *measures, **more)
    found = solve_window(market)
    certify_plan(found, market).demand()
    return found, market


def test_a_dear_contract_is_taken_at_a_loss():
    """At 4 t J pays what makes 4 = 10 (p/110)^-0.5 - 5 p/110; the loss of a tonne is what taking it saves, below the price of 100."""
    (free, _), (bound, market) = solved(TARIFF), solved(TARIFF, contracts=[contract()])
    assert free.flow[0, 0] < 3
    assert bound.flow[0, 0] == pytest.approx(4)
    ratio = bound.price[1, 0] / 110
    assert 10 * ratio**-0.5 - 5 * ratio == pytest.approx(4)
    loss = bound.price[0, 0] + 10 + 60 - bound.price[1, 0]
    assert 0 < loss < 100
    assert bound.contract_wedge[0, 0] == pytest.approx(loss)
    assert lane_wedge(bound, market)[0, 0] == pytest.approx(0, abs=1e-6)


def test_a_cheap_contract_is_paid_for_and_not_taken():
    """At a price of 1 the importer takes so little that a tonne more would lose 1, and pays 1 for each of the rest."""
    found, market = solved(TARIFF, contracts=[contract(price=1.0)])
    loss = found.price[0, 0] + 10 + 60 - found.price[1, 0]
    assert loss == pytest.approx(1)
    assert found.shortfall[0, 0] == pytest.approx(4 - found.flow[0, 0])
    assert found.shortfall[0, 0] > 1
    table = surplus(found, market)
    paid = table[table["account"] == TAKE_OR_PAY].set_index("region")["value"]
    assert paid.to_dict() == pytest.approx({"E": found.shortfall[0, 0], "J": -found.shortfall[0, 0]})


def test_what_is_owed_is_a_transfer_in_the_accounts():
    """The two computations of surplus agree, with a shortfall and against the same market without the tariff."""
    found, market = solved(TARIFF, contracts=[contract(price=1.0)])
    quiet, without = solved(contracts=[contract(price=1.0)])
    assert found.shortfall[0, 0] > 1
    change = surplus(found, market)["value"].sum() - surplus(quiet, without)["value"].sum()
    totals = [
        (lambda table: (table["value"] * np.where(table["item"].isin([BENEFIT, HANDED_ON]), 1, -1)).sum())(resources(*pair))
        for pair in ((found, market), (quiet, without))
    ]
    assert change == pytest.approx(totals[0] - totals[1], rel=1e-6)
    assert change < 0


def test_a_ban_suspends_it():
    (without, _), (found, market) = solved(worlds.measure()), solved(worlds.measure(), contracts=[contract()])
    assert (market.contracted == 0).all()
    np.testing.assert_allclose(found.price, without.price, rtol=1e-9)
    assert found.shortfall[0, 0] == 0


def test_a_quota_on_several_lanes_suspends_it_by_its_part():
    """Of 40 % of the base flow 4 t of 5 do not pass, of 90 % they do."""
    small, large = (solved(worlds.measure("quota", share=share, pooled=True), contracts=[contract()])[1] for share in (0.4, 0.9))
    assert (small.contracted[0, 0], large.contracted[0, 0]) == (0, pytest.approx(4))


def test_it_runs_from_its_start_to_its_end():
    _, market = solved(months=4, contracts=[contract(start="2030-02", end="2030-04")])
    np.testing.assert_allclose(market.contracted[0], [0, 4, 4, 0])


def test_in_the_base_year_it_is_kept_and_costs_nothing():
    asked = worlds.scenario(months=2, contracts=[contract()])
    without = baseline(scenario_world(worlds.two_regions(), asked), asked)
    assert certify_plan(without.plan, without.market(asked)).passed
    found, _ = solved(months=2, contracts=[contract()])
    np.testing.assert_allclose(found.flow, without.plan.flow, rtol=1e-9)
    np.testing.assert_allclose(found.contract_wedge, 0, atol=1e-6)


def test_a_tampered_shortfall_is_found():
    found, market = solved(TARIFF, contracts=[contract(price=1.0)])
    for changed in ({"shortfall": 0.9 * found.shortfall}, {"contract_wedge": 1.1 * found.contract_wedge}):
        certificate = certify_plan(replace(found, **changed), market)
        assert certificate.residuals.set_index("condition").loc["take-or-pay", "residual"] > 1e-4


def test_a_run_with_a_contract_is_certified_and_its_accounts_add_up():
    tax = {
        "name": "tax",
        "kind": "export_tax",
        "rate": 0.5,
        "exporter": "AAA",
        "goods": ["examplium"],
        "destinations": ["BBB"],
        "announced": "2027-01",
        "effective": "2027-02",
        "end": "2027-06",
    }
    terms = {"name": "supply", "good": "examplium", "origin": "AAA", "destination": "BBB", "share": 0.95, "price_multiple": 0.1}
    asked = Scenario.model_validate(
        {"title": "t", "question": "q?", "start": "2026-12", "months": 20, "measures": [tax], "contracts": [terms]}
    )
    run = run_scenario(asked, worlds.examplium())
    assert all(certificate.passed for certificate in run.certificates)
    short = run.realised["shortfalls"].set_index("month")["value"]
    assert short["2027-03"] > 0.1
    assert short["2027-08"] == pytest.approx(0, abs=1e-9)
    accounts, resource = run.reports["accounts"], run.reports["resources"]
    discount = 1.1 ** (-1 / 12)
    change = [
        float(((table["value"] - table["baseline"]) * sign * discount ** table["month"].astype("category").cat.codes).sum())
        for table, sign in ((accounts, 1.0), (resource, resource["item"].isin([BENEFIT, HANDED_ON]) * 2.0 - 1.0))
    ]
    assert change[0] == pytest.approx(change[1], rel=1e-6)


@pytest.mark.parametrize(
    ("terms", "words"),
    [
        ({"origin": "J", "destination": "E"}, "J ships no metal to E"),
        ({"share": None, "tonnes": 5.0}, "the base flow is 5 t/month, and the contract must be kept in the base year"),
    ],
)
def test_a_contract_that_does_not_fit_the_world_is_refused(terms, words):
    with pytest.raises(InputError, match=words):
        worlds.market(worlds.two_regions(), contracts=[contract(**terms)])
