"""Exporters with market power in whole packs, by hand: which of two tops is taken, and whose word counts."""

from __future__ import annotations

from pathlib import Path

import pytest

import kanmon
from kanmon.scenario.schema import Scenario
from worlds import documented_example

ROW = "example,a judgement,assumed,,"
FACTS = "value,unit,currency_year,low,high,source,place,quality,variant,note"


def market(folder: Path, capacity: float, response: int = 1) -> Path:
    """Use 120 - p; a fringe with cost 30 + 1.5 y up to a capacity; a player in the north with cost 10 + 0.2 x and freight 2."""
    pack, _ = documented_example(folder)

    def table(name: str, keys: str, rows: list[tuple[str, float, str]]) -> None:
        lines = [f"{where},{value:g},{unit},{'2023' if 'USD' in unit else ''},{value:g},{value:g},{ROW}" for where, value, unit in rows]
        (pack / name).write_text(f"{keys},quantity,{FACTS}\n" + "\n".join(lines) + "\n", encoding="utf-8")

    slope = "USD/t per t/month"
    table("demand.csv", "region,industry,good", [("south,lamps,metal,intercept", 120, "USD/t"), ("south,lamps,metal,slope", 1, slope)])
    table("routes.csv", "good,origin,destination", [("metal,north,south,freight", 2, "USD/t")])
    table("conduct.csv", "region,good", [("north,metal,conduct", 1, "1"), ("north,metal,fringe_response", response, "1")])
    table("activities.csv", "region,activity", [
        ("north,mining,cost_intercept", 10, "USD/t"), ("north,mining,cost_slope", 0.2, slope), ("south,mining,cost_intercept", 30, "USD/t"), ("south,mining,cost_slope", 1.5, slope),
        ("south,mining,capacity", capacity, "t/month"),
    ])  # fmt: skip
    (pack / "stocks.csv").unlink()
    return pack


def sold(pack: Path, **more) -> tuple[float, float]:
    """What the player ships and the price in the south, without measures."""
    scenario = Scenario.model_validate({"title": "t", "question": "q?", "start": "2030-01", "months": 1, **more})
    happened = kanmon.run(scenario, pack).realised
    return happened["flows"]["value"].item(), happened["prices"].query("region == 'south'")["value"].item()


@pytest.mark.parametrize("capacity", [18, 20, 40])
def test_a_dominant_exporter_lets_its_fringe_below_capacity_where_that_pays(tmp_path, capacity):
    """Against a fringe that answers, p = 84 - 0.6 x and 84 - 1.2 x = 12 + 0.2 x: x = 360/7. With the fringe held at 20 it would sell 40 at
    60, which meets the first-order condition too and earns 1760 instead of 1851."""
    assert sold(market(tmp_path, capacity)) == (pytest.approx(360 / 7, rel=1e-7), pytest.approx(84 - 216 / 7, rel=1e-7))


def test_a_dominant_exporter_leaves_a_small_fringe_at_capacity(tmp_path):
    """Beside 8 t from the fringe, p = 112 - x and 112 - 2 x = 12 + 0.2 x."""
    assert sold(market(tmp_path, 8)) == (pytest.approx(100 / 2.2, rel=1e-7), pytest.approx(112 - 100 / 2.2, rel=1e-7))


def test_a_player_in_all_goods_overrides_the_pack(tmp_path):
    """As price taker: p = 12 + 0.2 x and x = 140 - 5/3 p."""
    taker = {"players": [{"region": "north", "goods": ["*"], "conduct": 0.0}]}
    price = (12 + 0.2 * 140) / (1 + 0.2 * 5 / 3)
    assert sold(market(tmp_path, 40), **taker)[1] == pytest.approx(price, rel=1e-7)


def test_a_mine_without_outlet_stands_still(tmp_path):
    """No lane: the north makes nothing, at the price at which it would begin; the south lives by itself."""
    pack = market(tmp_path, 100)
    for name in ("routes.csv", "conduct.csv"):
        (pack / name).unlink()
    happened = kanmon.run(Scenario.model_validate({"title": "t", "question": "q?", "start": "2030-01", "months": 1}), pack).realised
    assert happened["outputs"].set_index("region")["value"].to_dict() == {"north": pytest.approx(0, abs=1e-9), "south": pytest.approx(36)}
    assert happened["prices"].set_index("region")["value"].to_dict() == {"north": pytest.approx(10), "south": pytest.approx(84)}


def test_two_taxes_on_a_lane_have_a_wedge_each(tmp_path):
    """An export tax of 3 and a tariff of 10 % on the value before duty: 3, and a tenth of what the metal is worth at the border."""
    pack = market(tmp_path, 40, response=0)
    (pack / "conduct.csv").unlink()
    common = {"exporter": "north", "goods": ["metal"], "destinations": ["south"], "announced": "2030-01", "effective": "2030-01"}
    measures = [{"name": "tax", "kind": "export_tax", "amount": 3.0, **common}, {"name": "duty", "kind": "tariff", "rate": 0.1, **common}]
    run = kanmon.run(Scenario.model_validate({"title": "t", "question": "q?", "start": "2030-01", "months": 1, "measures": measures}), pack)
    wedge = run.reports["measures"].set_index("measure")["wedge"]
    price = run.realised["prices"].set_index("region")["value"]
    assert wedge["tax"] == pytest.approx(3)
    assert wedge["duty"] == pytest.approx(0.1 * (price["north"] + 2 + 3), rel=1e-7)
    assert price["south"] == pytest.approx(1.1 * (price["north"] + 5), rel=1e-7)
    accounts = run.reports["accounts"].query("account == 'tax revenue'").set_index("region")["value"]
    assert accounts.to_dict() == pytest.approx(run.reports["measures"].set_index("measure")["rent"].rename({"tax": "north", "duty": "south"}).to_dict(), rel=1e-9)
