"""Quantities and prices of one window, and what it took to find them."""

from __future__ import annotations

from dataclasses import dataclass, field, fields, replace

import numpy as np

from kanmon.formulation.given import Given, use_at_choke
from kanmon.formulation.switching import trailing
from kanmon.scenario.market import Market
from kanmon.solution.plan import Plan
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
class Equilibrium(Plan):
    """A plan as it was solved.

    Attributes:
        market: the window.
        effort: what it took.
        system: the equations that were solved.
        duals: discounted dual of each of their rows.
        bid: duals of the balances, undiscounted: ``price`` before markets through which nothing passes were priced at an offer [USD/t].
    """

    market: Market
    effort: Effort = field(compare=False, default_factory=Effort)
    system: System | None = field(compare=False, default=None, repr=False)
    duals: np.ndarray | None = field(compare=False, default=None, repr=False)
    bid: np.ndarray | None = field(compare=False, default=None, repr=False)


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

    stocks, added, growth = world.stocks.node.size, len(world.expansions.keys), system.links["added_capacity"]
    worth = np.zeros((added, months))
    worth[growth[0], growth[1]] = y[growth[2]] / market.discounting[growth[1]]
    return Equilibrium(
        price=y[system.balance] / market.discounting,
        use=use,
        shed=core - core_used + shed,
        output=grid("output", len(world.activities.keys)),
        flow=grid("flow", len(world.lanes.keys)),
        stock=grid("closing_stock", stocks),
        disposal=grid("disposal", len(world.nodes.keys)),
        pool_wedge=dual("pooled_quota", len(market.pools)),
        stock_wedge=dual("release_limit", stocks) - dual("fill_limit", stocks),
        resale_wedge=dual("no_resale", len(world.nodes.keys)),
        shortfall=grid("shortfall", len(world.contracts)),
        contract_wedge=dual("take_or_pay", len(world.contracts)),
        added=np.where(market.is_open, grid("added", added), market.committed),
        started=grid("started", added),
        capacity_wedge=dual("capacity_limit", added),
        capacity_worth=worth,
        market=market,
        effort=effort,
        system=system,
        duals=y,
        bid=y[system.balance] / market.discounting,
    )


def columns_of(plan: Plan, market: Market, system: System, given: Given) -> np.ndarray:
    """The reverse of :func:`read_equilibrium`: columns of a system from the arrays of a window, within their bounds."""
    x, core = np.zeros(system.lower.size), use_at_choke(market, given.use_base)
    families = {
        "flexible_use": np.maximum(plan.use - core, 0.0), "core_use": np.minimum(plan.use, core), "need": plan.use + plan.shed, "shed": plan.shed,
        "output": plan.output, "flow": plan.flow, "trailing_flow": trailing(plan.flow, market.state.trailing, market.world.lanes.persistence), "closing_stock": plan.stock, "disposal": plan.disposal,
        "shortfall": plan.shortfall,
        "added": plan.added, "started": plan.started,
    }  # fmt: skip
    for family, values in families.items():
        place, month = system.indices[family].T
        x[system.columns[family]] = values[place, month]
    x = np.clip(x, system.lower, system.upper)
    spare = system.right - system.matrix @ x
    for limit in system.limits.values():
        x[limit.slack] = np.maximum(spare[limit.row], 0.0)
    return x


def duals_of(plan: Equilibrium, market: Market, system: System, y: np.ndarray) -> np.ndarray:
    """Discounted row duals from the arrays of a window; those of other limits as they were."""
    y = y.copy()
    y[system.balance] = (plan.price if plan.bid is None else plan.bid) * market.discounting
    pooled, limit = system.limits["pooled_quota"], system.limits["capacity_limit"]
    y[pooled.row] = plan.pool_wedge[pooled.place, pooled.month] * market.discounting[pooled.month]
    for (e, month, row), values in (((limit.place, limit.month, limit.row), plan.capacity_wedge), (system.links["added_capacity"], plan.capacity_worth)):
        y[row] = values[e, month] * market.discounting[month]
    return y


def shifted(near: Equilibrium, market: Market) -> Equilibrium:
    """The equilibrium of an earlier window as a guess for a later one: month by month the same calendar, its last month going on.

    Only of use where both windows have the same markets; quotas on several lanes are known by their names.
    """
    plan = in_months_of(near, near.market.first, market)
    before = {pool.measure: wedge for pool, wedge in zip(near.market.pools, plan.pool_wedge, strict=True)}
    nothing = np.zeros(market.months)
    wedges = [before.get(pool.measure, nothing) for pool in market.pools]
    arrays = {item.name: getattr(plan, item.name) for item in fields(Plan)}
    bid = None if near.bid is None else near.bid[:, _months(near.bid, near.market.first, market)]
    return replace(near, market=market, bid=bid, **arrays | {"pool_wedge": np.array(wedges).reshape(len(wedges), market.months)})


def in_months_of(plan: Plan, first: int, market: Market) -> Plan:
    """A plan in the months of a window, its first and last month going on.

    Args:
        plan: any.
        first: its first month.
        market: the window.
    """
    months = _months(plan.price, first, market)
    return Plan(**{item.name: getattr(plan, item.name)[:, months] for item in fields(Plan)})


def _months(array: np.ndarray, first: int, market: Market) -> np.ndarray:
    """Columns of an array that opens in a month, for the months of a window."""
    return np.clip(np.arange(market.months) + market.first - first, 0, array.shape[1] - 1)


MOVED = ("price", "use", "output", "flow", "stock")
FARTHEST = 2.0
"""Factor by which a guess is moved at most [1]: next to nothing may be any multiple of next to nothing."""


def moved(near: Equilibrium, then: Plan, now: Plan) -> Equilibrium:
    """A solved window as a guess for that of a like run, in which something known has moved: everything moves in the same proportion.

    Args:
        near: the window of the one run.
        then, now: what is known of either run in the months of the window, such as the window before.
    """

    def share(name: str) -> np.ndarray:
        here, there = getattr(now, name), getattr(then, name)
        return np.clip(np.divide(here, there, out=np.ones_like(here, dtype=float), where=there > 0), 1.0 / FARTHEST, FARTHEST)

    bid = None if near.bid is None else near.bid * share("price")
    return replace(near, bid=bid, **{name: getattr(near, name) * share(name) for name in MOVED})


def alike(market: Market, other: Market) -> bool:
    """Whether two windows have the same rows: markets, plants, lanes, uses, stocks, contracts and what may be added."""
    here, there = market.world, other.world
    return here is there or (
        all(getattr(here, part).keys == getattr(there, part).keys for part in ("nodes", "activities", "lanes", "uses", "expansions"))
        and np.array_equal(here.stocks.node, there.stocks.node)
        and len(here.contracts) == len(there.contracts)
    )
