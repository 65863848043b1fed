"""The arrays of one window: what is planned, and at which prices."""

from __future__ import annotations

from dataclasses import dataclass

from kanmon.formulation.given import Point
from kanmon.world.world import Floats


@dataclass(frozen=True)
class Plan:
    """Quantities and prices of one window, rows x months.

    Attributes:
        price: undiscounted price of each node [USD/t].
        use, shed: of each use [t/month]; what would be used at the choke but is not supplied.
        output, flow, stock: of each activity, lane and stock [t/month; stocks t].
        disposal: of each node [t/month]; zero where nothing may be thrown away.
        pool_wedge: price of each pooled quota [USD/t].
        stock_wedge: by how much the market price exceeds the worth in store, where a release limit binds; negative where a fill
            limit does, by stock [USD/t].
        resale_wedge: worth of home-made material above that of a player's, by node [USD/t].
        shortfall: what is not taken of each contract [t/month].
        contract_wedge: what taking a tonne under each contract saves [USD/t].
    """

    price: Floats
    use: Floats
    shed: Floats
    output: Floats
    flow: Floats
    stock: Floats
    disposal: Floats
    pool_wedge: Floats
    stock_wedge: Floats
    resale_wedge: Floats
    shortfall: Floats
    contract_wedge: Floats

    @property
    def point(self) -> Point:
        return Point(self.price, self.use, self.output, self.flow)
