"""From a data pack to the calibrated world: reconcile the base year, then set every cost so that it is an equilibrium."""

from __future__ import annotations

from dataclasses import dataclass

from kanmon.pack.load import Pack, Row
from kanmon.world.base_year import BaseYear
from kanmon.world.demand_side import end_uses, private_stocks
from kanmon.world.expansion import investments, qualifications, together
from kanmon.world.reconcile import Adjustment
from kanmon.world.stated import has_base_year, stated_world
from kanmon.world.supply_side import lanes, markets, plants, with_market_power
from kanmon.world.world import World, no_expansions, no_stocks


@dataclass(frozen=True)
class Calibration:
    """A world and how it was reached.

    Attributes:
        world: the calibrated base year.
        adjustments: what the reconciliation changed, one for each base flow, output and use.
        dormant: lanes of the pack that nothing can be shipped on, because nothing is made or bought at their origin.
    """

    world: World
    adjustments: tuple[Adjustment, ...]
    dormant: tuple[Row, ...]


def calibrate(pack: Pack, scrap_loop: bool = True, with_stocks: bool = True, qualification: bool = False, investment: bool = False, planned: bool = False) -> Calibration:
    """Calibrate the base year of a pack; a pack without one has its curves as stated.

    Args:
        pack: a validated pack, its variants chosen.
        scrap_loop: tie recycling to the scrap that use leaves behind; off, recyclers find their scrap elsewhere.
        with_stocks: whether private inventories are held.
        qualification: whether new suppliers have to be qualified before they can deliver.
        investment: whether plants can be built.
        planned: whether dated projects where no such plant ran are plants of the world, without capacity in the calibration year.

    Raises:
        InputError: where the tables contradict each other, every problem listed.
    """
    if not has_base_year(pack):
        return Calibration(stated_world(pack, with_stocks), (), ())
    year = BaseYear(pack, scrap_loop, investment, planned)
    adjustments = year.reconciled()
    quantity = {(item.row.table, item.row.keys): item.reconciled for item in adjustments}
    nodes = markets(year, quantity)
    year.raise_problems()
    uses = end_uses(year, quantity, nodes)
    activities = plants(year, quantity, nodes)
    nodes, ways = with_market_power(year, nodes, activities, lanes(year, quantity, nodes), uses)
    stocks = private_stocks(year, quantity, nodes) if with_stocks else no_stocks()
    added = qualifications(year, ways) if qualification else no_expansions()
    if investment:
        activities, built = investments(year, nodes, activities)
        added = together(added, built)
    world = World(tuple(pack.labels["regions"]), tuple(pack.labels["goods"]), year.discount, True, nodes, activities, ways, uses, stocks, expansions=added)
    year.raise_problems()
    return Calibration(world, tuple(adjustments), tuple(year.dormant))
