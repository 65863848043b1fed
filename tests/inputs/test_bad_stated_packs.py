"""A pack that states its curves outright is refused with file, row, reason and remedy where it contradicts itself."""

from __future__ import annotations

import pytest
from breakage import append, assert_listed, change, every, problems_of, write

import kanmon
from kanmon.pack.load import load_pack
from kanmon.world.calibrate import calibrate
from worlds import documented_example

ROW = "example,a judgement,assumed,,"
FACTS = "value,unit,currency_year,low,high,source,place,quality,variant,note"

WORLD = {
    "a use has a slope and no intercept": (append("demand.csv", f"north,lamps,metal,slope,1,USD/t per t/month,2023,1,1,{ROW}"), "demand.csv:4", "slope is stated for (north, lamps, metal), but no curve"),
    "a use has an intercept and no slope": (append("demand.csv", f"north,lamps,metal,intercept,50,USD/t,2023,50,50,{ROW}"), "demand.csv", "slope is missing for (north, lamps, metal)"),
    "a use has a reference and no elasticity": (append("demand.csv", f"north,lamps,metal,reference_use,5,t/month,,5,5,{ROW}", f"north,lamps,metal,reference_price,20,USD/t,2023,20,20,{ROW}"), "demand.csv", "elasticity_short_run is missing"),
    "a need is fixed at any price": (
        append(
            "demand.csv", f"north,lamps,metal,reference_use,5,t/month,,5,5,{ROW}", f"north,lamps,metal,reference_price,20,USD/t,2023,20,20,{ROW}",
            f"north,lamps,metal,elasticity_short_run,0,1,,0,0,{ROW}",
        ),
        "demand.csv:4", "is fixed at any price",
    ),
    "a curve does not say where": (append("demand.csv", f"*,lamps,metal,intercept,50,USD/t,2023,50,50,{ROW}"), "demand.csv:4", "does not say where"),
    "there is a base output": (append("activities.csv", f"north,mining,base_output,5,t/month,,5,5,{ROW}"), "activities.csv:5", "base_output belongs to a base year"),
    "there is a base flow": (write("trade.csv", f"good,origin,destination,quantity,{FACTS}\nmetal,north,south,base_flow,5,t/month,,5,5,{ROW}\n"), "trade.csv:2", "a base flow belongs to a base year"),
    "a marginal cost is linear and isoelastic": (
        append("activities.csv", *(f"south,mining,{name},{value},2023,5,5,{ROW}" for name, value in (("reference_output", "5,t/month"), ("reference_cost", "5,USD/t"), ("supply_elasticity", "5,1")))),
        "activities.csv:3", "both a slope and a reference point",
    ),
    "a player sells where nothing is used": (
        every(append("regions.csv", "east,East,東,"), append("routes.csv", f"metal,north,east,freight,0,USD/t,2023,0,0,{ROW}")), "conduct.csv", "market power in metal in east, where nothing is used",
    ),
    "a cross price is of a market that is not there": (
        write("cross_demand.csv", f"region,industry,good,other_region,other_good,quantity,{FACTS}\nnorth,lamps,metal,south,metal,cross_coefficient,1,t/month per USD/t,,1,1,{ROW}\n"), "cross_demand.csv:2", "there is no use of metal by lamps in north",
    ),
    "a cross price does not fit the curve": (
        write("cross_demand.csv", f"region,industry,good,other_region,other_good,quantity,{FACTS}\nsouth,lamps,metal,north,metal,cross_elasticity,1,1,,1,1,{ROW}\n"), "cross_demand.csv:2", "cross_elasticity does not fit the curve",
    ),
    "congestion comes from a lane that is not open": (
        write("cross_lanes.csv", f"good,origin,destination,other_origin,other_destination,quantity,{FACTS}\nmetal,north,south,south,north,congestion,1,USD/t per t/month,2023,1,1,{ROW}\n"), "cross_lanes.csv:2", "one of the lanes of metal is not open",
    ),
    "a store opens fuller than it can be": (every(change("stocks.csv", "opening_stock,0,t,,0,0", "opening_stock,9,t,,9,9"), append("stocks.csv", f"south,metal,storage_capacity,5,t,,5,5,{ROW}")), "stocks.csv:2", "above its storage_capacity"),
    "a parameter goes by another name": (write("parameters.csv", f"parameter,quantity,{FACTS}\nmonthly,monthly_discount_rate,0.01,1/month,,0.01,0.01,{ROW}\n"), "parameters.csv:2", "parameter 'monthly' holds the quantity monthly_discount_rate"),
    "conduct is above one": (change("conduct.csv", "conduct,1,1,,1,1", "conduct,2,1,,2,2"), "conduct.csv:2", "conduct = 2 1"),
    "the loss is the whole stock": (change("stocks.csv", "loss,0.02,1,,0.02,0.02", "loss,1,1,,1,1"), "stocks.csv:4", "loss = 1 1"),
}  # fmt: skip


@pytest.mark.parametrize(("edit", "place", "words"), [pytest.param(*case, id=name) for name, case in WORLD.items()])
def test_a_stated_pack_is_refused_when(tmp_path, edit, place, words):
    folder, _ = documented_example(tmp_path)
    edit(folder)
    assert_listed(problems_of(lambda: calibrate(load_pack(folder))), place, words)


QUESTION = {
    "a quota is a share of a base flow": (change("quota.toml", "limit = [20.0, 10.0, 5.0]", "share = 0.5"), "quota.toml measures[0].share", "the pack has no base year"),
    "a quota has both": (change("quota.toml", "limit = [20.0, 10.0, 5.0]", "limit = 5.0\nshare = 0.5"), "quota.toml measures[0]", "one of them"),
    "a limit is negative": (change("quota.toml", "[20.0, 10.0, 5.0]", "-1.0"), "quota.toml measures[0].limit", "greater than or equal to 0"),
    "an outage has destinations": (every(change("quota.toml", 'kind = "quota"', 'kind = "outage"'), change("quota.toml", "limit = [20.0, 10.0, 5.0]", "share = 0.5")), "quota.toml measures[0]", "leave them out for an outage"),
    "a player is nobody": (append("quota.toml", "[[players]]", 'region = "west"', 'goods = ["metal"]', "conduct = 1.0"), "quota.toml players[0].region", "'west' is not in regions.csv"),
    "a player is more than a player": (append("quota.toml", "[[players]]", 'region = "north"', 'goods = ["metal"]', "conduct = 1.5"), "quota.toml players[0].conduct", "less than or equal to 1"),
    "the rent goes nowhere": (change("quota.toml", "limit = ", 'rent_to = "west"\nlimit = '), "quota.toml measures[0].rent_to", "'west' is not in regions.csv"),
}  # fmt: skip


@pytest.mark.parametrize(("edit", "place", "words"), [pytest.param(*case, id=name) for name, case in QUESTION.items()])
def test_a_question_to_a_stated_pack_is_refused_when(tmp_path, edit, place, words):
    folder, scenario = documented_example(tmp_path)
    edit(tmp_path)
    assert_listed(kanmon.check([str(scenario)], folder), place, words)


def test_an_outage_of_a_plant_without_capacity_is_refused(tmp_path):
    folder, scenario = documented_example(tmp_path)
    change("quota.toml", 'kind = "quota"', 'kind = "outage"')(tmp_path)
    change("quota.toml", 'destinations = ["south"]\n', "")(tmp_path)
    change("quota.toml", "limit = [20.0, 10.0, 5.0]", "share = 0.5")(tmp_path)
    assert_listed(kanmon.check([str(scenario)], folder), "activities.csv:2", "has no capacity that the outage 'Quota' could reduce")


def test_negative_marginal_revenue_is_refused_by_name(tmp_path):
    """One seller, elasticity below one, no choke: it would gain by selling ever less."""
    folder, scenario = documented_example(tmp_path)
    head = f"region,industry,good,quantity,{FACTS}\n"
    facts = (("reference_use", "50,t/month,"), ("reference_price", "50,USD/t,2023"), ("elasticity_short_run", "0.5,1,"))
    write("demand.csv", head + "".join(f"south,lamps,metal,{name},{value},{value.split(',')[0]},{value.split(',')[0]},{ROW}\n" for name, value in facts))(folder)
    write("activities.csv", f"region,activity,quantity,{FACTS}\nnorth,mining,cost_intercept,10,USD/t,2023,10,10,{ROW}\n")(folder)
    problems = problems_of(lambda: kanmon.run(str(scenario), folder))
    assert_listed(problems, "north", "its marginal revenue in south turns negative")


@pytest.mark.parametrize(
    ("edit", "place"),
    [(change("demand.csv", "source,place,", "source,"), "demand.csv:1"), (change("regions.csv", "region,name_en", "region,name"), "regions.csv:1"), (lambda folder: (folder / "sources.csv").unlink(), "sources.csv")],
)
def test_one_broken_header_or_missing_table_is_not_said_many_times(tmp_path, edit, place):
    """Neither does the pack become one with a base year, nor is every row that names the table a problem."""
    folder, _ = documented_example(tmp_path)
    edit(folder)
    problems = problems_of(lambda: load_pack(folder))
    assert {problem.place for problem in problems} == {place}
