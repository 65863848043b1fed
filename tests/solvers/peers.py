"""What other solvers are given of a window and give back: columns with the numbers of their curves, and the plan that is certified.

The constraints are those of the Pyomo model. The curves are written here a second time, from ``model/FORMULATION.md``, so that an error in
what Kanmon solves cannot hide behind itself. Windows whose program depends on prices (ad-valorem taxes, cross prices, market power) are
not one program for any solver and are refused.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

import numpy as np

from kanmon.formulation.given import depends_on_point
from kanmon.scenario.apply import open_window, scenario_world
from kanmon.scenario.assume import assume
from kanmon.scenario.market import Market, base_state
from kanmon.solution.plan import Plan
from kanmon.solve.equilibrium import Effort, read_equilibrium
from kanmon.solve.matrix import System
from kanmon.steps import DEFAULT_SCENARIO, read
from kanmon.world.calibrate import calibrate


class NotExpressedError(Exception):
    """The window has a feature that this solver is not given."""


@dataclass(frozen=True)
class PowerArea:
    r"""Columns worth :math:`m\,\big[(\frac{D+x}{B})^{p} - (\frac{A}{B})^{p}\big]/p`, or the difference of logarithms where p = 0.

    Attributes:
        columns: their numbers.
        money: m, discounted; negative for costs [USD].
        base: B [t/month].
        shift: D [t/month].
        start: A, where the area begins [t/month].
        exponent: p [1].
    """

    columns: np.ndarray
    money: np.ndarray
    base: np.ndarray
    shift: np.ndarray
    start: np.ndarray
    exponent: np.ndarray

    def value(self, x: np.ndarray) -> float:
        """Worth of these columns [USD]."""
        ratio, start = (self.shift + x[self.columns]) / self.base, self.start / self.base
        unit = self.exponent == 0
        safe = np.where(unit, 1.0, self.exponent)
        begin = np.where(start > 0, start, 1.0) ** safe * (start > 0)
        with np.errstate(divide="ignore"):
            area = np.where(unit, np.log(ratio) - np.log(np.where(start > 0, start, 1.0)), (np.where(unit, 1.0, ratio) ** safe - begin) / safe)
        return float(self.money @ area)


@dataclass(frozen=True)
class FrictionArea:
    r"""Columns that cost :math:`m\,\Phi((x - B)/X)`.

    Attributes:
        columns: their numbers.
        money: m = theta times destination price times scale, discounted [USD].
        base: B [t/month].
        scale: X [t/month].
        below, smoothing: shape of the friction [1].
    """

    columns: np.ndarray
    money: np.ndarray
    base: np.ndarray
    scale: np.ndarray
    below: np.ndarray
    smoothing: np.ndarray

    def value(self, x: np.ndarray) -> float:
        """Cost of these columns [USD]."""
        y, d = (x[self.columns] - self.base) / self.scale, self.smoothing
        root = np.hypot(y, d)
        one_sided = y**2 / 2 + (y * root + d**2 * np.arcsinh(y / d)) / 2 - d * y
        return float(self.money @ (self.below / 2 * y**2 + (1 - self.below) / 2 * one_sided))


@dataclass(frozen=True)
class NestArea:
    r"""Needs worth :math:`E\,(X^{1-1/\eta}-1)/(1-1/\eta)`, X their CES aggregate, nest-month by nest-month.

    Attributes:
        columns: needs, members of a nest-month one behind the other.
        block: nest-month of each.
        base: base need [t/month].
        share: base value share [1].
        power: (sigma - 1)/sigma of each nest-month, 0 where sigma is 1 [1].
        outlay: E of each nest-month, discounted [USD].
        exponent: 1 - 1/eta of each nest-month [1].
    """

    columns: np.ndarray
    block: np.ndarray
    base: np.ndarray
    share: np.ndarray
    power: np.ndarray
    outlay: np.ndarray
    exponent: np.ndarray

    def value(self, x: np.ndarray) -> float:
        """Worth of these needs [USD]."""
        ratio, blocks = x[self.columns] / self.base, self.outlay.size
        power = self.power[self.block]
        unit = power == 0
        terms = np.bincount(self.block, self.share * np.where(unit, np.log(ratio), ratio ** np.where(unit, 1.0, power)), blocks)
        safe = np.where(self.power == 0, 1.0, self.power)
        log_aggregate = np.where(self.power == 0, terms, np.log(np.where(self.power == 0, 1.0, terms)) / safe)
        flat = np.where(self.exponent == 0, 1.0, self.exponent)
        return float(self.outlay @ np.where(self.exponent == 0, log_aggregate, np.expm1(flat * log_aggregate) / flat))


@dataclass(frozen=True)
class Instance:
    r"""max c'x + areas - friction, s.t. A x = b, l <= x <= u.

    Attributes:
        system: A, b, and which column is what.
        lower, upper: l and u, as capacities and chokes of the market have them.
        linear: c, discounted [USD/t].
        areas: flexible use, output, stocks.
        friction: lanes.
        nests: needs bought together.
        size: typical quantity of each column [t/month].
        row_size: typical quantity of each row [t/month].
        money: typical value of a column, the scale of the objective [USD].
    """

    system: System
    lower: np.ndarray
    upper: np.ndarray
    linear: np.ndarray
    areas: tuple[PowerArea, ...]
    friction: FrictionArea
    nests: NestArea
    size: np.ndarray
    row_size: np.ndarray
    money: float

    def surplus(self, x: np.ndarray) -> float:
        """Discounted surplus of all regions [USD]."""
        return float(self.linear @ x) + sum(area.value(x) for area in self.areas) - self.friction.value(x) + self.nests.value(x)


@dataclass(frozen=True)
class Answer:
    """What a solver found.

    Attributes:
        plan: quantities and prices.
        x, y: columns, and row duals [USD/t], discounted.
        surplus: its own value of the objective [USD].
        status: in the words of the solver.
        iterations: of its interior-point method.
    """

    plan: Plan
    x: np.ndarray
    y: np.ndarray
    surplus: float
    status: str
    iterations: int


def read_instance(market: Market, system: System) -> Instance:
    """The curves of a window, column by column.

    Args:
        market: the window.
        system: its constraints. They may come from another window that differs in curves, capacities and freight alone.

    Raises:
        NotExpressedError: the window depends on prices, or has curves that are stated and not calibrated.
    """
    world, uses, plants, lanes, stocks, nodes = market.world, market.world.uses, market.world.activities, market.world.lanes, market.world.stocks, market.world.nodes
    if depends_on_point(market):
        raise NotExpressedError("ad-valorem taxes, cross prices and market power make a window a fixed point, not a program")
    if np.isfinite(uses.slope).any() or (plants.slope != 0).any() or (lanes.congestion != 0).any() or (market.elasticity == 0).any():
        raise NotExpressedError("linear curves and fixed needs are not written for other solvers")
    discount = world.discount ** np.arange(market.months)
    linear, size = np.zeros(system.lower.size), np.ones(system.lower.size)
    lower, upper = system.lower.copy(), system.upper.copy()

    def family(name: str, typical: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
        """Columns of a family, their place and month, and the discount factor; notes typical quantities."""
        columns, (place, month) = system.columns[name], system.indices[name].T
        size[columns] = np.maximum(typical[place], 1e-9)
        return columns, place, month, discount[month]

    # End uses outside nests: the choke for core use, the demand curve beyond it.
    columns, s, t, weight = family("flexible_use", uses.base)
    exponent = _exponent(market.elasticity[s, t])
    with_choke = np.isfinite(uses.choke[s])
    core = np.where(with_choke, uses.base[s] * (np.where(with_choke, uses.choke[s], 1.0) / uses.price[s]) ** -market.elasticity[s, t], 0.0)
    use_area = PowerArea(columns, weight * uses.price[s] * uses.base[s], uses.base[s], core, np.where(core > 0, core, uses.base[s]), exponent)
    core_columns, s_core, t_core, weight = family("core_use", uses.base)
    assert (s_core == s).all() and (t_core == t).all()
    linear[core_columns], upper[core_columns] = weight * np.where(with_choke, uses.choke[s], 0.0), core

    # Nests: a curve over the CES aggregate of needs, less what is shed.
    columns, s, t, weight = family("need", uses.base)
    order = np.lexsort((s, t, uses.nest[s]))
    columns, s, t, weight = columns[order], s[order], t[order], weight[order]
    _, lead, block = np.unique(uses.nest[s] * market.months + t, return_index=True, return_inverse=True)
    outlay = np.bincount(block, uses.price[s] * uses.base[s], minlength=lead.size)
    share = uses.price[s] * uses.base[s] / outlay[block] if s.size else np.zeros(0)
    nests = NestArea(
        columns, block, uses.base[s], share, _exponent(market.sigma[s, t])[lead], (weight[lead] * outlay), _exponent(market.elasticity[s, t])[lead]
    )  # fmt: skip
    columns, s, _, weight = family("shed", uses.base)
    linear[columns] = -weight * uses.choke[s]

    # Plants: marginal cost rises isoelastically through the base point; constant for idle ones.
    columns, a, t, weight = family("output", np.where(plants.base > 0, plants.base, np.minimum(plants.capacity, nodes.throughput[plants.output])))
    upper[columns] = market.capacity[a, t]
    curved = np.isfinite(plants.elasticity[a])
    linear[columns] = -weight * (plants.intercept[a] + np.where(curved, 0.0, plants.cost[a]))
    columns, a, weight = columns[curved], a[curved], weight[curved]
    cost_area = PowerArea(columns, -weight * plants.cost[a] * plants.base[a], plants.base[a], np.zeros(a.size), np.zeros(a.size), 1 + 1 / plants.elasticity[a])

    # Lanes: margin and taxes, less what arrives too late to be sold; friction where no measure forces the flow down.
    columns, lane, t, weight = family("flow", lanes.scale)
    late = t + lanes.transit[lane] >= market.months
    worth_later = np.where(late, world.discount ** lanes.transit[lane] * nodes.closing_price[lanes.destination[lane]], 0.0)
    linear[columns] = -weight * (lanes.margin[lane] + market.export_amount[lane, t] + market.tariff_amount[lane, t] - worth_later)
    remembers = np.isin(np.arange(len(lanes.keys)), system.indices["trailing_flow"][:, 0])
    by_month = np.flatnonzero(~remembers[lane])
    columns, lane, t, weight = columns[by_month], lane[by_month], t[by_month], weight[by_month]
    # On lanes with a memory the friction looks at what has been shipped over months, columns of their own.
    looking_back, lane_back, t_back, weight_back = family("trailing_flow", lanes.scale)
    columns, lane, t, weight = (np.append(*pair) for pair in ((columns, looking_back), (lane, lane_back), (t, t_back), (weight, weight_back)))
    rubs = (lanes.friction[lane] > 0) & (market.flow_limit[lane, t] > lanes.base[lane])
    columns, lane, weight = columns[rubs], lane[rubs], weight[rubs]
    friction = FrictionArea(columns, weight * lanes.friction[lane] * lanes.scale[lane], lanes.base[lane], lanes.scale[lane], lanes.below_weight[lane], lanes.smoothing[lane])

    # Stocks: convenience less holding cost; what the last month hands on.
    columns, k, t, weight = family("closing_stock", stocks.scale)
    handed_on = np.where(t == market.months - 1, world.discount * (1 - stocks.loss[k]) * nodes.closing_price[stocks.node[k]], 0.0)
    private = stocks.convenience[k] > 0
    linear[columns] = weight * (np.where(private, 0.0, handed_on) - stocks.holding[k])
    worth = weight * (stocks.convenience[k] + handed_on) * stocks.base[k]
    exponent = np.where(np.abs(1 - stocks.exponent[k]) < 1e-9, 0.0, 1 - stocks.exponent[k])
    part = private
    stock_area = PowerArea(columns[part], worth[part], stocks.base[k[part]], np.zeros(part.sum()), stocks.base[k[part]], exponent[part])

    family("disposal", nodes.throughput)
    row_size = np.ones(system.right.size)
    row_size[system.balance] = np.maximum(nodes.throughput, 1e-9)[:, None]
    for lane, _, row in system.links.values():
        row_size[row] = np.maximum(lanes.scale[lane], 1e-9)
    for name, limit in system.limits.items():
        typical = uses.base if name == "shed_within_need" else stocks.scale if name != "pooled_quota" else np.array([max(lanes.base[pool.lanes].sum(), 1e-9) for pool in market.pools])
        row_size[limit.row] = size[limit.slack] = typical[limit.place]
    money = float(np.median(nodes.price * np.maximum(nodes.throughput, 1e-9)))
    return Instance(system, lower, upper, linear, (use_area, cost_area, stock_area), friction, nests, size, row_size, money)


def default_market() -> Market:
    """The longest window of the default scenario: that of its measures' announcement, where their end is known."""
    pack, [(name, scenario)] = read([DEFAULT_SCENARIO])
    scenario = scenario.model_copy(update={"belief": scenario.beside[0]})
    world = scenario_world(calibrate(assume(pack, scenario, name), scenario.market.scrap_loop, scenario.market.private_stocks).world, scenario)
    return open_window(world, scenario, min(measure.announced for measure in scenario.measures), base_state(world))


def base_columns(market: Market, instance: Instance) -> np.ndarray:
    """The base year in every month, within the bounds [t/month]: where the solvers start."""
    world, system = market.world, instance.system
    x = np.zeros(instance.lower.size)
    for name, base in (("need", world.uses.base), ("output", world.activities.base), ("flow", world.lanes.base), ("trailing_flow", world.lanes.base), ("closing_stock", world.stocks.base)):
        x[system.columns[name]] = base[system.indices[name][:, 0]]
    core = instance.upper[system.columns["core_use"]]
    x[system.columns["core_use"]] = core
    x[system.columns["flexible_use"]] = world.uses.base[system.indices["flexible_use"][:, 0]] - core
    return np.clip(x, instance.lower, instance.upper)


def columns_of_plan(plan: Plan, market: Market, instance: Instance) -> np.ndarray:
    """The columns of a plan, slacks apart [t/month]: for the surplus of what another method found."""
    system, x = instance.system, np.zeros(instance.lower.size)

    def at(values: np.ndarray, name: str) -> np.ndarray:
        place, month = system.indices[name].T
        return values[place, month]

    core, use = instance.upper[system.columns["core_use"]], at(plan.use, "core_use")
    x[system.columns["core_use"]], x[system.columns["flexible_use"]] = np.minimum(use, core), np.maximum(use - core, 0.0)
    x[system.columns["need"]], x[system.columns["shed"]] = at(plan.use + plan.shed, "need"), at(plan.shed, "shed")
    lanes, before = market.world.lanes, market.state.trailing
    looking_back = np.empty_like(plan.flow)
    for month in range(market.months):
        looking_back[:, month] = before = lanes.persistence * before + (1 - lanes.persistence) * plan.flow[:, month]
    for name, values in (("output", plan.output), ("flow", plan.flow), ("trailing_flow", looking_back), ("closing_stock", plan.stock), ("disposal", plan.disposal)):
        x[system.columns[name]] = at(values, name)
    return x


def base_value(market: Market) -> float:
    """Discounted value of all that is used in the base year, the scale of differences in surplus [USD]."""
    uses = market.world.uses
    return float(market.discounting.sum() * (market.world.nodes.price[uses.node] @ uses.base))


def read_plan(market: Market, instance: Instance, x: np.ndarray, y: np.ndarray) -> Plan:
    """The plan of a market from columns and discounted row duals."""
    equilibrium = read_equilibrium(market, replace(instance.system, upper=instance.upper), x, y, Effort())
    return Plan(**{item.name: getattr(equilibrium, item.name) for item in fields(Plan)})


def _exponent(elasticity: np.ndarray) -> np.ndarray:
    """1 - 1/elasticity, exactly zero where the elasticity is 1 [1]."""
    power = 1 - 1 / elasticity
    return np.where(np.abs(power) < 1e-9, 0.0, power)
