"""What a scenario is compared with: the same months without its measures."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kanmon.certify.certificate import certify_plan
from kanmon.formulation.switching import trailing
from kanmon.runs.players import solve_for_players
from kanmon.scenario.apply import open_window
from kanmon.scenario.market import Market, State, Usual, base_state, base_year
from kanmon.scenario.schema import Scenario
from kanmon.solution.plan import Plan
from kanmon.solution.tables import base_plan
from kanmon.solve.equilibrium import Equilibrium
from kanmon.world.stated import scaled
from kanmon.world.world import Floats, World


@dataclass(frozen=True)
class Baseline:
    """The months of a scenario without its measures.

    Attributes:
        world: its markets, on the scale of the baseline.
        plan: prices and quantities of these months, perhaps of some more.
        state: what the past hands over to the first month.
        usual: points that the curves of these months pass through, and standing rules; None where they are the base year.
        path: windows of the path that they are a part of, as solved; empty without one.
    """

    world: World
    plan: Plan
    state: State
    usual: Usual | None = None
    path: tuple[Equilibrium, ...] = ()

    def usual_from(self, first: int, months: int) -> Usual:
        """What some months are usually like, counted from the first month of the scenario."""
        if self.usual is None:
            return base_year(self.world, months)
        last, known, anchor = first + months, self.plan.price.shape[1], self.usual.anchor
        price = self.plan.price[:, last:] if last < known else anchor.ahead
        stock = self.plan.stock[:, last - 1] if last < known else anchor.closing_stock
        return Usual(anchor.between(first, last, price, stock), self.usual.standing.between(first, last))

    def market(self, scenario: Scenario) -> Market:
        """The market of all months of a scenario, without its measures."""
        return open_window(self.world, without_its_measures(scenario), scenario.start, self.state, self.usual_from(0, scenario.months))


def without_its_measures(scenario: Scenario) -> Scenario:
    """The scenario with nothing but what is in force anyway."""
    return scenario.model_copy(update={"measures": ()})


def baseline(world: World, scenario: Scenario, method: str = "newton") -> Baseline:
    """The months without measures where no path is asked for (:func:`kanmon.runs.path.baseline_path` where one is).

    A base year repeats itself. Where curves are stated outright, the equilibrium without measures is solved, twice: first on
    guesses of how large prices and quantities are, then on the scale that it shows.

    Raises:
        NotCertified: the baseline is not an equilibrium to 1e-6.
    """
    if world.stationary:
        return Baseline(world, base_plan(world, scenario.months), base_state(world))
    for _ in range(2):
        market = Baseline(world, base_plan(world, scenario.months), base_state(world)).market(scenario)
        plan = solve_for_players(market, method)
        certificate = certify_plan(plan, market)
        world = on_scale(world, plan, market.state)
    certificate.demand()
    return Baseline(world, plan, market.state)


def on_scale(world: World, plan: Plan, state: State) -> World:
    """A stated world with its markets measured by the prices and quantities of a plan."""
    size = np.zeros_like(plan.price)
    np.add.at(size, world.uses.node, plan.use)
    np.add.at(size, world.lanes.origin, plan.flow)
    np.add.at(size, world.activities.input_node, plan.output[world.activities.input_activity] * np.maximum(world.activities.input_ratio, 0.0)[:, None])
    np.add.at(size, world.stocks.node, plan.stock)
    throughput = size.max(axis=1, initial=0.0)
    throughput[world.stocks.node] = np.maximum(throughput[world.stocks.node], state.stock)
    return scaled(world, np.abs(plan.price).mean(axis=1), throughput)


def handed_over(plan: Plan, market: Market, months: int) -> State:
    """Stocks, shipments under way and capacity that has been started, after some months of a plan."""
    if months == 0:
        return market.state
    lanes = market.world.lanes
    longest = int(lanes.transit.max(initial=0))
    under_way = np.zeros((len(lanes.keys), longest))
    for arrival in range(longest):
        left = months + arrival - lanes.transit
        on_way = (arrival < lanes.transit) & (left < months)
        rows = np.flatnonzero(on_way)
        started = left[rows]
        early = started < 0
        values = plan.flow[rows, np.clip(started, 0, market.months - 1)]
        if early.any():
            still_early = market.state.under_way[rows, np.minimum(months + arrival, longest - 1)]
            values = np.where(early, still_early, values)
        under_way[rows, arrival] = values
    kept = 1.0 - market.world.stocks.loss
    shipped = trailing(plan.flow[:, :months], market.state.trailing, lanes.persistence)[:, -1]
    return State(kept * plan.stock[:, months - 1], under_way, shipped, committed_after(plan, market, months))


def committed_after(plan: Plan, market: Market, months: int) -> Floats:
    """Capacity on line in the months after some of a plan, from what was started in them and before, expansion x month [t/month].

    What the plan would start later is left out: the next window decides on it anew.
    """
    added, past = market.world.expansions, market.state.committed
    if not past.shape[1]:
        return past
    ahead = months + np.arange(past.shape[1])
    on_line = np.arange(plan.started.shape[1])[None, :]
    decided = np.where(on_line - added.delay[:, None] < months, plan.started, 0.0)
    return past[:, np.minimum(ahead, past.shape[1] - 1)] + decided @ (ahead[None, :] >= on_line.T)
