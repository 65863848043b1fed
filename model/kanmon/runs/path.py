r"""The baseline path: how the calibration year goes on, and what a scenario on it departs from.

The path is itself an equilibrium, solved and certified month after month: use and supply grow as the pack says
(:mod:`kanmon.world.trends`), measures in force bind from the month in which they do and are known from their announcement, elasticities
are those of the long run, and switching suppliers costs what is left of its friction once there has been time. Growth, projects and the
measures that are known are foreseen.

A scenario departs from it. Its curves are drawn through the path, month by month: the demand curve through use and price there, with the
elasticity of the short run; the friction of switching suppliers from the flow there on; the marginal cost of a lane is what it is on the
path. Without a measure nothing changes, whatever the elasticities: the path satisfies every condition of the scenario's program. Where an industry
stands at its choke on the path, its curve meets the choke at what it would use there, and what is shed stays shed.

.. math:: c_{lt} = \beta^{\tau} p_{d,t+\tau} - p_{o,t} - \phi_{lt} - \omega_{lt} \qquad [\mathrm{USD/t}]

with prices p, taxes :math:`\phi` and the wedge :math:`\omega` of measures in force on the path.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, replace

import joblib
import numpy as np

from kanmon.certify.certificate import certify_plan, markup
from kanmon.errors import InputError, Problem
from kanmon.formulation.given import net_price
from kanmon.formulation.switching import marginal_switching_cost, trailing
from kanmon.pack.load import Pack
from kanmon.parts import plain
from kanmon.runs.baseline import Baseline, baseline, handed_over
from kanmon.runs.leaving import Leaving
from kanmon.runs.players import solve_for_players
from kanmon.runs.starts import COLD, Starts
from kanmon.scenario.anchor import Anchor, base_anchor, grown
from kanmon.scenario.apply import open_window
from kanmon.scenario.expand import nothing_added
from kanmon.scenario.market import Market, Pool, Standing, State, Usual, base_state, unrestricted
from kanmon.scenario.schema import Belief, Scenario
from kanmon.scenario.stockpiles import fills_before, rate_limits
from kanmon.solution.plan import Plan
from kanmon.solution.tables import between
from kanmon.solve.equilibrium import Equilibrium
from kanmon.solve.window import solve_window
from kanmon.world.holdings import in_quiet_times
from kanmon.world.trends import Trends, standstill, trends
from kanmon.world.world import World

KEPT = 4
"""Paths remembered in a process: scenarios that share one need not solve it again."""

_SOLVED: dict[str, list[tuple[Equilibrium, Market, int]]] = {}

TAIL = 12
"""Months that the path is solved beyond the scenario: what stocks and shipments are worth at its end matters less the farther off it is."""


def baseline_path(world: World, scenario: Scenario, pack: Pack, method: str = "newton", near: Starts = COLD, after: Leaving | None = None) -> Baseline:
    """The months of a scenario without its measures, on the path where one is asked for, or where a stockpile has to be filled first:
    without a path that happens in the base year, which goes on without trends.

    Args:
        world: its markets.
        scenario: the question.
        pack: growth, trends, projects.
        method: ``newton`` or ``sequence``.
        near: a like run, whose path this one starts from.
        after: where this path leaves another one, which did not foresee it.

    Raises:
        NotCertified: the path is not an equilibrium to 1e-6.
        InputError: the path needs a base year.
    """
    if scenario.path is None and not fills_before(scenario):
        return baseline(world, scenario, method)
    if not world.stationary:
        raise InputError([Problem("path", "the pack states its curves and has no base year that could go on", "leave [path] out")])
    path = _as_path(scenario)
    return _departing_from(_solved(world, scenario, path, pack, method, near, after), world, scenario, after)


def whole_path(world: World, scenario: Scenario, pack: Pack, method: str = "newton") -> Plan:
    """Prices and quantities of the path from its first month to the last of the scenario and some beyond, for comparison with what was seen.

    Args:
        world: calibrated year.
        scenario: with a path.
        pack: growth, trends, projects.
        method: ``newton`` or ``sequence``.
    """
    return _joined(_solved(world, scenario, _as_path(scenario), pack, method))


def _solved(world: World, scenario: Scenario, path: Scenario, pack: Pack, method: str, near: Starts = COLD, after: Leaving | None = None) -> list[tuple[Equilibrium, Market, int]]:
    """Windows of the path, solved once in a process for all scenarios that share it."""
    growth = trends(world, pack, path.start, path.months) if scenario.path is not None else standstill(world, path.months)
    friction = np.array([_friction_left(pack, key) for key in world.lanes.keys])
    slow = replace(world, lanes=replace(world.lanes, memory=None))  # a path has no rush: friction need not look back
    key = joblib.hash((slow, growth, friction, path.model_dump_json(), method, [start.price for start in near.path], after))
    if key not in _SOLVED:
        while len(_SOLVED) >= KEPT:
            _SOLVED.pop(next(iter(_SOLVED)))
        _SOLVED[key] = _windows(slow, path, growth, friction, method, near, after)
    return _SOLVED[key]


def _departing_from(windows: list[tuple[Equilibrium, Market, int]], world: World, scenario: Scenario, after: Leaving | None) -> Baseline:
    """The months of a scenario on a path that is solved, and the curves drawn through them."""
    months = sum(kept for _, _, kept in windows)
    offset = scenario.start - windows[0][1].first
    plan, before = _joined(windows), world.lanes.base if after is None else after.state(world).trailing
    usual = Usual(_anchor(world, windows, plan, before), _standing(windows))
    here = Usual(
        usual.anchor.between(offset, months, usual.anchor.ahead, usual.anchor.closing_stock), usual.standing.between(offset, months)
    )
    shipped = usual.anchor.trailing[:, offset - 1] if offset else before
    return Baseline(world, between(plan, offset, months), replace(_state_after(windows, offset), trailing=shipped), here, tuple(solved for solved, _, _ in windows))


def _state_after(windows: list[tuple[Equilibrium, Market, int]], months: int) -> State:
    """Stocks and shipments under way after some months of the path."""
    for plan, market, kept in windows:
        if months < kept:
            return handed_over(plan, market, months)
        months -= kept
    raise AssertionError("the path reaches beyond the scenario")


def _as_path(scenario: Scenario) -> Scenario:
    """The measures in force as a scenario of their own, from the start of the path to some months beyond the end; without what it is asked
    for, so that scenarios that share a path are seen to."""
    start = scenario.start if scenario.path is None else scenario.path.start
    months = scenario.start + scenario.months + TAIL - start
    return scenario.model_copy(
        update={
            "measures": scenario.in_force,
            "in_force": (),
            "start": start,
            "months": months,
            "belief": Belief.model_validate({}),
            "beside": (),
            "path": None,
            "title": "path",
            "question": "path",
            "focus": None,
            "contributions": False,
        }
    )


def _windows(world: World, path: Scenario, growth: Trends, friction: np.ndarray, method: str, starts: Starts, after: Leaving | None) -> list[tuple[Equilibrium, Market, int]]:
    """Plans and markets of the path, and the months of each that happen: a window opens where a measure is announced, not where one ends, for
    stockpiles are filled whatever is in force."""
    whole = grown(base_anchor(world, path.months), growth, friction)
    first = path.start if after is None else after.month
    dates = sorted({first, *(measure.announced for measure in path.measures if measure.announced > first)})
    state = base_state(world) if after is None else after.state(world)
    windows: list[tuple[Equilibrium, Market, int]] = []
    near: Equilibrium | None = None
    for opening, closing in zip(dates, [*dates[1:], path.start + path.months], strict=True):
        past = opening - path.start
        for attempt in range(2 if closing == path.start + path.months else 1):
            left = whole.between(past, path.months, whole.ahead, whole.closing_stock)
            market = _path_market(world, path, opening, Usual(left, unrestricted(world, left)), state)
            near = solve_window(market, method, near, system=near.system) if attempt and near else solve_for_players(market, method, starts.of_path(market, near) or near)
            if attempt == 0:  # what comes after the path is worth what it is worth at its end
                whole = replace(whole, ahead=near.price[:, -1:], closing_stock=near.stock[:, -1])
        assert near is not None
        certify_plan(near, market).demand()
        windows.append((near, market, closing - opening))
        state = handed_over(near, market, closing - opening)
    return windows


def _path_market(world: World, path: Scenario, opening: int, usual: Usual, state: State) -> Market:
    """A window of the path: elasticities of the long run; plants that stood idle restart in their time; stockpiles are filled whatever is
    in force, for what is part of the path is no crisis."""
    market = open_window(in_quiet_times(world), path, opening, state, usual)
    plants, uses = world.activities, world.uses
    since = np.arange(market.months) + opening - path.start
    ready = ~plants.idle[:, None] | (since[None, :] >= plants.delay[:, None])
    limited = np.isfinite(usual.anchor.capacity)
    runs = limited & (usual.anchor.capacity > 0) & (market.capacity > 0)
    running = np.divide(market.capacity, usual.anchor.capacity, out=np.ones_like(market.capacity), where=runs)
    capacity = np.where(ready, usual.anchor.capacity * np.where(plants.idle[:, None], 1.0, running), 0.0)
    capacity = np.where(limited, capacity, market.capacity)
    every = np.ones((1, market.months))
    release, fill = rate_limits(world, path, (), opening, range(opening, opening + market.months))
    market = replace(market, release_limit=release, fill_limit=fill, capacity=capacity, elasticity=uses.elasticity_long[:, None] * every, sigma=uses.sigma_long[:, None] * every)
    return nothing_added(market)


def _friction_left(pack: Pack, way: tuple[str, str, str]) -> float:
    """Share of the friction of a lane that is left in the long run [1]; all of it where the pack does not say."""
    names = tuple(plain(part) for part in way)
    short, long = (pack.find("friction", quantity, *names) for quantity in ("theta", "theta_long_run"))
    return 1.0 if short is None or long is None or short.value == 0 else long.value / short.value


def _joined(windows: list[tuple[Equilibrium, Market, int]]) -> Plan:
    """What happens on the path: of each window the months until the next."""
    pools = len(windows[-1][1].pools)
    parts = []
    for plan, _, kept in windows:
        months = between(plan, 0, kept)
        parts.append(replace(months, pool_wedge=np.vstack([months.pool_wedge, np.zeros((pools - len(months.pool_wedge), kept))])))
    return Plan(**{item.name: np.concatenate([getattr(part, item.name) for part in parts], axis=1) for item in fields(Plan)})


def _along(windows: list[tuple[Equilibrium, Market, int]], rows: Callable[[Plan, Market], np.ndarray]) -> np.ndarray:
    """Rows x months of every window, cut to the months that happen."""
    return np.concatenate([rows(plan, market)[:, :kept] for plan, market, kept in windows], axis=1)


def _anchor(world: World, windows: list[tuple[Equilibrium, Market, int]], plan: Plan, before: np.ndarray) -> Anchor:
    """The points on the path that the curves of a scenario pass through; ``before`` is what lanes shipped until then."""
    every = np.ones((1, plan.price.shape[1]))

    def anchored(name: str) -> np.ndarray:
        return _along(windows, lambda found, market: getattr(market.anchor, name))

    def margin(found: Plan, market: Market) -> np.ndarray:
        """Marginal cost on the path; a player's markup, which depends on the elasticity, is that of the short run."""
        months = np.ones((1, market.months))
        short = replace(market, elasticity=world.uses.elasticity_short[:, None] * months, sigma=world.uses.sigma_short[:, None] * months)
        return market.anchor.margin + marginal_switching_cost(found.flow, market) + markup(found, market) - markup(found, short)

    last = windows[-1][1].anchor
    return Anchor(
        use=plan.use + plan.shed,
        use_price=np.minimum(_along(windows, lambda found, market: net_price(market, found.price)), world.uses.choke[:, None]),
        output=anchored("output"),
        flow=plan.flow,
        trailing=trailing(plan.flow, before, world.lanes.persistence),
        margin=_along(windows, margin),
        friction=world.lanes.friction[:, None] * every,
        scale=np.maximum(plan.flow, anchored("scale")),
        stock=anchored("stock"),
        capacity=anchored("capacity"),
        restarted=np.where(world.activities.idle[:, None], plan.output, 0.0),
        ahead=last.ahead,
        closing_stock=last.closing_stock,
    )


def _standing(windows: list[tuple[Equilibrium, Market, int]]) -> Standing:
    """The rules in force on the path. A quota on several lanes binds from the month in which it is known."""
    pools: list[Pool] = []
    for place, pool in enumerate(windows[-1][1].pools):
        parts = [market.pools[place].limit[:kept] if place < len(market.pools) else np.full(kept, np.inf) for _, market, kept in windows]
        pools.append(replace(pool, limit=np.concatenate(parts)))

    def rule(name: str) -> np.ndarray:
        return _along(windows, lambda _, market: getattr(market, name))

    return Standing(
        rule("flow_limit"), rule("export_amount"), rule("tariff_amount"), rule("export_rate"), rule("tariff_rate"), tuple(pools), windows[-1][1].rent_to,
    )  # fmt: skip
