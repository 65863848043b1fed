"""The average price paid, spot and contract: bookkeeping that can be done by hand."""

from __future__ import annotations

import shutil

import numpy as np
import pandas as pd
import pytest

import kanmon
import worlds
from kanmon.indicators.paid import average_paid, prices_paid
from kanmon.pack.load import load_pack
from kanmon.scenario.load import load_scenario

HEADER = "region,good,quantity,value,unit,currency_year,low,high,source,place,quality,variant,note"


def paths(**prices: tuple[list[float], list[float]]) -> pd.DataFrame:
    """Price paths of the focus region: spot and baseline by good."""
    rows = [(good, "focus", "BBB", f"2027-0{place + 1}", "USD/t", spot, base) for good, path in prices.items() for place, (spot, base) in enumerate(zip(*path, strict=True))]
    return pd.DataFrame(rows, columns=["good", "group", "region", "month", "unit", "value", "baseline"])


def test_each_month_a_share_takes_the_spot_price_and_the_rest_keeps_what_it_paid():
    """0.25 x 200 + 0.75 x 100 = 125; 0.25 x 300 + 0.75 x 125 = 168.75; 0.25 x 100 + 0.75 x 168.75 = 151.5625."""
    assert average_paid(np.array([200.0, 300.0, 100.0]), 0.25, 100.0) == pytest.approx([125.0, 168.75, 151.5625], rel=1e-14)


def test_after_a_jump_that_stays_the_gap_closes_by_the_same_share_each_month():
    paid = average_paid(np.full(24, 300.0), 0.2, 100.0)
    assert 300.0 - paid == pytest.approx(200.0 * 0.8 ** np.arange(1, 25), rel=1e-12)


def test_where_everything_reprices_each_month_the_price_paid_is_the_spot_price():
    spot = np.array([120.0, 80.0, 310.0])
    assert average_paid(spot, 1.0, 100.0) == pytest.approx(spot, rel=1e-15)


def test_no_shock_no_change_on_a_path_whose_prices_grow():
    rising = [100.0, 110.0, 121.0]
    table = prices_paid(paths(metal=(rising, rising)), {"metal": 0.3})
    assert (table["multiple"] == 1.0).all()
    assert table["paid"].iloc[-1] == pytest.approx(0.3 * 121 + 0.7 * (0.3 * 110 + 0.7 * 100))


def test_a_price_is_compared_with_what_would_have_been_paid_in_the_same_month():
    """Without the measure 0.5 x 110 + 0.5 x 100 = 105 in the second month; with it 0.5 x 220 + 0.5 x 150 = 185."""
    table = prices_paid(paths(metal=([200.0, 220.0], [100.0, 110.0])), {"metal": 0.5})
    assert table["paid"].tolist() == pytest.approx([150.0, 185.0])
    assert table["multiple"].tolist() == pytest.approx([1.5, 185.0 / 105.0])


def test_goods_without_a_share_are_left_out_and_a_market_without_the_restriction_takes_that_of_its_good():
    flat = ([100.0, 100.0], [100.0, 100.0])
    table = prices_paid(paths(**{"metal": flat, "metal (unrestricted)": flat, "scrap": flat}), {"metal": 0.5})
    assert list(dict.fromkeys(table["good"])) == ["metal", "metal (unrestricted)"]


def test_a_pack_names_the_shares_and_prices_do_not_depend_on_them(tmp_path):
    pack = shutil.copytree(worlds.PACKS / "examplium", tmp_path / "pack")
    (pack / "contracts.csv").write_text(f"{HEADER}\n*,examplium,repricing_share,25,%,,10,50,made-up,a test,assumed,,\n", encoding="utf-8")
    scenario = load_scenario(worlds.SCENARIOS / "examplium-ban.toml")
    with_share, without = (kanmon.run(scenario, data, "ban").reports for data in (load_pack(pack), worlds.examplium()))
    assert without["prices_paid"].empty
    pd.testing.assert_frame_equal(with_share["price_paths"], without["price_paths"])
    table = with_share["prices_paid"]
    assert set(table["good"]) == {"examplium"} and (table["repricing_share"] == 0.25).all()
    spot = with_share["price_paths"].query("group == 'focus' and good == 'examplium'")
    assert table["spot"].tolist() == spot["value"].tolist()
    assert 1.0 < table["multiple"].max() < spot["multiple"].max()
