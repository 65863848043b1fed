"""Quantities and prices of one window, and what it took to find them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Protocol

import numpy as np

from kanmon.formulation.given import Given, Point, use_at_choke
from kanmon.scenario.market import Market
from kanmon.solve.matrix import System


@dataclass
class Effort:
    """What a solve took: seconds by stage, quadratic programs, interior-point iterations, Newton steps, rounds of what is given."""

    build: float = 0.0
    quadratic: float = 0.0
    newton: float = 0.0
    programs: int = 0
    iterations: int = 0
    steps: int = 0
    rounds: int = 0
    excess: float = 0.0


@dataclass(frozen=True)
class Equilibrium:
    """Quantities and prices of one window, as arrays.

    Attributes:
        market: the window.
        price: undiscounted price of each node and month [USD/t].
        use, shed: of each use and month [t/month]; what would be used at the choke but is not supplied.
        output, flow, stock: of each activity, lane, stock and month [t/month; stocks t].
        disposal: of each node and month [t/month]; zero where nothing may be thrown away.
        pool_wedge: price of each pooled quota and month [USD/t].
        stock_wedge: by how much the market price exceeds the worth in store, where a release limit binds; negative where a fill
            limit does, stock x month [USD/t].
        resale_wedge: worth of home-made material above that of a player's, node x month [USD/t].
        effort: what it took.
        system: the equations that were solved.
    """

    market: Market
    price: np.ndarray
    use: np.ndarray
    shed: np.ndarray
    output: np.ndarray
    flow: np.ndarray
    stock: np.ndarray
    disposal: np.ndarray
    pool_wedge: np.ndarray
    stock_wedge: np.ndarray
    resale_wedge: np.ndarray
    effort: Effort = field(compare=False, default_factory=Effort)
    system: System | None = field(compare=False, default=None, repr=False)

    @property
    def point(self) -> Point:
        return Point(self.price, self.use, self.output, self.flow)


def read_equilibrium(market: Market, system: System, x: np.ndarray, y: np.ndarray, effort: Effort) -> Equilibrium:
    """The arrays of a window from its columns and row duals (discounted prices)."""
    world, months = market.world, market.months

    def grid(family: str, rows: int) -> np.ndarray:
        out = np.zeros((rows, months))
        index = system.indices[family]
        out[index[:, 0], index[:, 1]] = x[system.columns[family]]
        return out

    uses = len(world.uses.keys)
    core = np.zeros((uses, months))
    index = system.indices["core_use"]
    core[index[:, 0], index[:, 1]] = system.upper[system.columns["core_use"]]
    core_used, need, shed = grid("core_use", uses), grid("need", uses), grid("shed", uses)
    use = core_used + grid("flexible_use", uses) + need - shed

    def dual(name: str, rows: int) -> np.ndarray:
        out, limit = np.zeros((rows, months)), system.limits[name]
        out[limit.place, limit.month] = y[limit.row] / market.discounting[limit.month]
        return out

    stocks = world.stocks.node.size
    return Equilibrium(
        market,
        y[system.balance] / market.discounting,
        use,
        core - core_used + shed,
        grid("output", len(world.activities.keys)),
        grid("flow", len(world.lanes.keys)),
        grid("closing_stock", stocks),
        grid("disposal", len(world.nodes.keys)),
        dual("pooled_quota", len(market.pools)),
        dual("release_limit", stocks) - dual("fill_limit", stocks),
        dual("no_resale", len(world.nodes.keys)),
        effort,
        system,
    )



class Arrays(Protocol):
    """Quantities of a window: an :class:`Equilibrium`, or a plan read from tables."""

    @property
    def use(self) -> np.ndarray: ...

    @property
    def shed(self) -> np.ndarray: ...

    @property
    def output(self) -> np.ndarray: ...

    @property
    def flow(self) -> np.ndarray: ...

    @property
    def stock(self) -> np.ndarray: ...

    @property
    def disposal(self) -> np.ndarray: ...


def columns_of(arrays: Arrays, market: Market, system: System, given: Given) -> np.ndarray:
    """The reverse of :func:`read_equilibrium`: columns of a system from the arrays of a window, within their bounds."""
    x, core = np.zeros(system.lower.size), use_at_choke(market, given.use_base)
    families = {
        "flexible_use": np.maximum(arrays.use - core, 0.0), "core_use": np.minimum(arrays.use, core), "need": arrays.use + arrays.shed, "shed": arrays.shed,
        "output": arrays.output, "flow": arrays.flow, "closing_stock": arrays.stock, "disposal": arrays.disposal,
    }  # fmt: skip
    for family, values in families.items():
        place, month = system.indices[family].T
        x[system.columns[family]] = values[place, month]
    x = np.clip(x, system.lower, system.upper)
    spare = system.right - system.matrix @ x
    for limit in system.limits.values():
        x[limit.slack] = np.maximum(spare[limit.row], 0.0)
    return x


def shifted(near: Equilibrium, market: Market) -> Equilibrium:
    """The equilibrium of an earlier window as a guess for a later one: month by month the same calendar, its last month going on.

    Only of use where both windows have the same markets and pools.
    """
    months = np.minimum(np.arange(market.months) + market.first - near.market.first, near.market.months - 1)
    names = ("price", "use", "shed", "output", "flow", "stock", "disposal", "stock_wedge", "resale_wedge")
    return replace(near, market=market, pool_wedge=np.zeros((len(market.pools), market.months)), **{name: getattr(near, name)[:, months] for name in names})
