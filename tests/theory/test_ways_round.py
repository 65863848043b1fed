"""What goes round a measure, by hand."""

from __future__ import annotations

import pandas as pd
import pytest

from kanmon.indicators.leakage import PASSED_ON, PROCESSED, SET_FREE, ways_by_month, ways_round
from kanmon.indicators.view import View

VIEW = View("J", "E", ("ore",), "2030-01", "2030-02", "2030-03", ("2030-01", "2030-02", "2030-03"))
NO_RECIPES = pd.DataFrame(columns=["region", "activity", "good", "ratio"])


def flows(*rows: tuple[str, str, str, float, float]) -> pd.DataFrame:
    return pd.DataFrame(
        [(*row[:3], "2030-02", *row[3:]) for row in rows], columns=["good", "origin", "destination", "month", "value", "baseline"]
    )


def outputs(*rows: tuple[str, str, float, float]) -> pd.DataFrame:
    return pd.DataFrame([(*row[:2], "2030-02", *row[2:]) for row in rows], columns=["region", "activity", "month", "value", "baseline"])


def ways(trade: pd.DataFrame, made: pd.DataFrame, recipes: pd.DataFrame = NO_RECIPES) -> dict[tuple[str, str, str], float]:
    table = ways_round({"flows": trade, "outputs": made}, {"mining": "ore", "milling": "powder"}, recipes, VIEW)
    return {(row.hub, row.way, row.as_good): row.value for row in table.itertuples()}


def test_a_hub_without_mines_passes_on_what_it_takes():
    """J loses 10; K takes 6 more and ships 4 more: 4 go round, all of it the exporter's."""
    trade = flows(("ore", "E", "J", 0, 10), ("ore", "E", "K", 8, 2), ("ore", "K", "J", 4, 0))
    assert ways(trade, outputs()) == {("K", PASSED_ON, "ore"): 4}


def test_a_hub_with_mines_ships_its_own_and_uses_the_exporters():
    """K makes 5 and shipped 1; now it ships 4 of its own and takes 6 more for itself: 3 set free."""
    trade = flows(("ore", "E", "J", 0, 10), ("ore", "E", "K", 8, 2), ("ore", "K", "J", 4, 1))
    assert ways(trade, outputs(("K", "mining", 5, 5))) == {("K", SET_FREE, "ore"): 3}


def test_what_is_shipped_beyond_what_is_made_is_passed_on_and_the_rest_set_free():
    """K makes 3 and ships 5 more: 2 must be the exporter's, 3 are its own."""
    trade = flows(("ore", "E", "J", 0, 10), ("ore", "E", "K", 8, 2), ("ore", "K", "J", 5, 0))
    assert ways(trade, outputs(("K", "mining", 3, 3))) == {("K", PASSED_ON, "ore"): 2, ("K", SET_FREE, "ore"): 3}


def test_ore_comes_as_powder_one_step_down():
    """K mills 2 t of ore into one of powder and ships 1.5 t more of it: 3 t of ore go round."""
    trade = flows(("ore", "E", "J", 0, 10), ("ore", "E", "K", 8, 2), ("powder", "K", "J", 2, 0.5))
    recipes = pd.DataFrame([("K", "milling", "ore", 2.0)], columns=NO_RECIPES.columns)
    assert ways(trade, outputs(("K", "milling", 2, 0.5)), recipes) == {("K", PROCESSED, "powder"): 3}


def test_nothing_goes_round_where_the_exporter_sells_no_more_to_others():
    trade = flows(("ore", "E", "J", 0, 10), ("ore", "E", "K", 2, 2), ("ore", "K", "J", 4, 0))
    assert ways(trade, outputs(("K", "mining", 9, 5))) == {}


def test_shares_are_of_what_is_lost():
    table = ways_round(
        {"flows": flows(("ore", "E", "J", 0, 10), ("ore", "E", "K", 8, 2), ("ore", "K", "J", 4, 0)), "outputs": outputs()},
        {},
        NO_RECIPES,
        VIEW,
    )
    assert table["share"].tolist() == pytest.approx([0.4])


def test_what_a_hub_takes_from_where_the_exporters_ore_does_not_reach_is_its_own():
    """K makes nothing, but 3 more come from F, which takes nothing from E: of 4 more shipped, one is E's and 3 are set free."""
    trade = flows(("ore", "E", "J", 0, 10), ("ore", "E", "K", 8, 2), ("ore", "F", "K", 3, 0), ("ore", "K", "J", 4, 0))
    assert ways(trade, outputs()) == {("K", PASSED_ON, "ore"): 1, ("K", SET_FREE, "ore"): 3}


def test_where_re_export_is_capped_what_goes_through_the_door_is_passed_on():
    """K ships 5 more. 2 t more went through the door, and nothing came out: the other 3 are its own, whatever its mines say."""
    trade = flows(
        ("ore", "E", "J", 0, 10), ("ore", "E", "K", 8, 2), ("ore", "K", "J", 5, 0), ("ore (own)", "K", "K", 2, 0), ("ore", "K", "K", 0, 3)
    )
    assert ways(trade, outputs()) == {("K", PASSED_ON, "ore"): 2, ("K", SET_FREE, "ore"): 3}


def test_within_reach_powder_of_the_hubs_own_ore_is_set_free():
    """K ships 1.5 more of powder, of 3 t of ore; half a tonne of powder went through the door, one of ore; 2 t of ore were its own."""
    trade = flows(
        ("ore", "E", "J", 0, 10), ("ore", "E", "K", 8, 2), ("powder", "K", "J", 2, 0.5),
        ("powder (own)", "K", "K", 0.5, 0), ("powder", "K", "K", 0, 0), ("powder (milling)", "K", "K", 2, 0.5),
    )  # fmt: skip
    recipes = pd.DataFrame([("K", "milling", "ore", 2.0)], columns=NO_RECIPES.columns)
    assert ways(trade, outputs(("K", "milling", 2, 0.5), ("K", "milling (own)", 1, 0)), recipes) == {
        ("K", PROCESSED, "powder"): 1,
        ("K", SET_FREE, "powder"): 2,
    }


def test_a_way_is_spread_over_the_months_in_which_more_is_shipped():
    """K ships nothing more in the first month, one more in the second and three in the third: 4 t, a quarter and three quarters."""
    view = View("J", "E", ("ore",), "2030-01", "2030-01", "2030-04", ("2030-01", "2030-02", "2030-03"))
    trade = pd.concat(
        [
            flows(("ore", "E", "J", 0, 10), ("ore", "E", "K", 8, 2), ("ore", "K", "J", more, 0)).assign(month=f"2030-0{month}")
            for month, more in ((1, 0), (2, 1), (3, 3))
        ]
    )
    tables = {"flows": trade, "outputs": outputs()}
    table = ways_by_month(tables, ways_round(tables, {}, NO_RECIPES, view), view)
    assert table.set_index("month")["value"].to_dict() == {"2030-01": 0, "2030-02": 1, "2030-03": 3}
