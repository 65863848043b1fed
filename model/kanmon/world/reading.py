"""Read numbers of a pack for a world, noting every contradiction, so that all are raised together."""

from __future__ import annotations

from kanmon.errors import InputError, Problem
from kanmon.pack.load import Pack
from kanmon.pack.schema import ANY
from kanmon.pack.units import MONTHS_PER_YEAR


class Reading:
    """A pack that is being read.

    Attributes:
        pack: the pack, its variants chosen.
        problems: contradictions met so far.
    """

    def __init__(self, pack: Pack):
        self.pack = pack
        self.problems: list[Problem] = []

    def raise_problems(self) -> None:
        """Raise what has been noted, if anything.

        Raises:
            InputError: every problem.
        """
        if self.problems:
            raise InputError(self.problems)

    def problem(self, place: str, what: str, remedy: str) -> None:
        """Note a contradiction."""
        self.problems.append(Problem(place, what, remedy))

    def need(self, table: str, quantity: str, *keys: str) -> float:
        """A number that must be there; noted and taken as 1 if it is not."""
        row = self.pack.find(table, quantity, *keys)
        if row is None:
            self.problem(f"{table}.csv", f"{quantity} is missing for ({', '.join(keys)})", "add a row, with * where it holds for all")
            return 1.0
        return row.value

    def value(self, table: str, quantity: str, *keys: str, default: float) -> float:
        """A number that may be left out."""
        row = self.pack.find(table, quantity, *keys)
        return default if row is None else row.value

    def place(self, table: str, quantity: str, *keys: str) -> str:
        """File and line of the row in force for some keys."""
        row = self.pack.find(table, quantity, *keys)
        return f"{table}.csv" if row is None else row.place

    def output_good(self, activity: str) -> str:
        """Good that an activity makes."""
        return self.pack.labels["processes"][activity]["output"]


def monthly_discount(pack: Pack) -> float | None:
    """Discount factor of a month [1], from the yearly or the monthly rate of the pack; None where it has neither."""
    monthly = pack.find("parameters", "monthly_discount_rate", "monthly_discount_rate")
    yearly = pack.find("parameters", "discount_rate", "discount_rate")
    if monthly is not None:
        return 1.0 / (1.0 + monthly.value)
    return None if yearly is None else float((1.0 + yearly.value) ** (-1.0 / MONTHS_PER_YEAR))


def recipe(pack: Pack, region: str, activity: str) -> dict[str, float]:
    """What an activity takes in a region, t per t of output; what comes along with its output is negative."""
    ratios: dict[str, float] = {}
    for quantity, sign in (("input", 1.0), ("by_product", -1.0)):
        goods = {row.keys[2] for row in pack.facts("recipes", quantity) if row.keys[0] == activity and row.keys[1] in (region, ANY)}
        for good in sorted(goods):
            row = pack.find("recipes", quantity, activity, region, good)
            if row is not None:
                ratios[good] = ratios.get(good, 0.0) + sign * row.value
    return ratios
