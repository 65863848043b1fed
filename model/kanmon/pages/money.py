"""Amounts of money as a reader sees them: in the currency of the data or in that of its exchange rate."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from kanmon.pages.numbers import number, significant
from kanmon.pages.wording import Wording

DOLLAR = "USD"
"""Currency of the tables."""

DEAR = 20_000.0
"""Price above which a good counts as dear, and dollars are quoted by the kilogram [USD/t]."""

MILLION, MILLIONS = 1e6, "million "
LEAST = 5e-5
"""Amounts below this, in the unit shown, are zero [1]."""

RANGED = 2
"""Digits of an amount whose range is wide."""


@dataclass(frozen=True)
class Rate:
    """Exchange rate of a data pack: the other currency, its units for one dollar with their range, how well it is known."""

    currency: str
    per_dollar: float
    low: float
    high: float
    quality: str


@dataclass(frozen=True)
class Money:
    """How amounts are written in one language and one currency.

    Attributes:
        say: texts; its section ``money`` has the units of each currency with their sizes.
        currency: code of the currency.
        rate: the exchange rate; None shows the dollars of the tables.
    """

    say: Wording
    rate: Rate | None = None

    @property
    def currency(self) -> str:
        return self.rate.currency if self.rate else DOLLAR

    @property
    def basis(self) -> str:
        """What money is meant: prices of which year, at which rate."""
        rate = self.rate
        if rate is None:
            return self.say(f"money.{DOLLAR}.basis")
        value, low, high = (significant(item, 4) for item in (rate.per_dollar, rate.low, rate.high))
        return self.say(f"money.{rate.currency}.basis", rate=value, low=low, high=high, quality=self.say.or_else(f"quality.{rate.quality}", rate.quality))

    def unit(self, what: str) -> str:
        """Name of a unit of the section ``money``: title, column, density."""
        return self._unit(what, 0.0)[1]

    def price_unit(self, base: float) -> str:
        """Unit in which a good of some base price [USD/t] is quoted."""
        return self.unit("dear" if base > DEAR else "cheap")

    def price_value(self, value: float, base: float) -> str:
        """A price [USD/t] in that unit, without it."""
        return self._figure("dear" if base > DEAR else "cheap", value)

    def price(self, value: float, base: float) -> str:
        """A price [USD/t] with its unit."""
        return self.say("money.joined", figure=self.price_value(value, base), unit=self.price_unit(base))

    def millions(self, value: float, digits: int = 3) -> str:
        """A figure of a table [million USD], in the unit ``title``; at most four decimals."""
        return self._rounded(value * MILLION, "title", digits)

    def size(self, value: float) -> float:
        """An amount [million USD] as a number in the unit ``title``, for axes."""
        return self._converted(value * MILLION) / self._unit("title", 0.0)[0]

    def density(self, value: float) -> str:
        """Value that a tonne carries [USD/t], in the unit ``density``."""
        return self._rounded(value, "density", 2)

    def amount(self, value: float, digits: int = 3) -> str:
        """An amount [million USD] in a sentence, with the unit in which it is short."""
        converted = self._converted(value * MILLION)
        size, unit = self._unit("amounts", abs(converted))
        return self.say("money.joined", figure=significant(round(converted / size, 4), digits, LEAST), unit=unit)

    def stated(self, values: Sequence[float], unit: str) -> tuple[list[str], str]:
        """Figures of one fact of a pack in ``USD``, in millions of them or in ``USD`` for something, and their unit."""
        factor, unit = (MILLION, unit.removeprefix(MILLIONS)) if unit.startswith(MILLIONS) else (1.0, unit)
        converted = [self._converted(factor * value) for value in values]
        size, name = self._unit("stated", max(map(abs, converted)))
        return [significant(value / size) for value in converted], name + self.say.or_else(f"unit.{unit.removeprefix(DOLLAR)}", unit.removeprefix(DOLLAR))

    def _rounded(self, value: float, what: str, digits: int) -> str:
        size, _ = self._unit(what, 0.0)
        return significant(round(self._converted(value) / size, 4), digits, LEAST)

    def _figure(self, what: str, value: float) -> str:
        size, _ = self._unit(what, 0.0)
        return significant(self._converted(value) / size)

    def _converted(self, dollars: float) -> float:
        return dollars * (self.rate.per_dollar if self.rate else 1.0)

    def _unit(self, what: str, least: float) -> tuple[float, str]:
        """Size and name of a unit: of several, the largest that an amount reaches, else the first."""
        units = []
        for text in self.say(f"money.{self.currency}.{what}").split("; "):
            size, _, name = text.partition(" ")
            units.append((float(size), name))
        return max((item for item in units if item[0] <= least), default=units[0])


def is_money(unit: str) -> bool:
    """Whether a unit of a pack is one of money, or of money for something."""
    return unit.removeprefix(MILLIONS).startswith(DOLLAR)


def rate_of(assumptions: pd.DataFrame, say: Wording) -> Rate | None:
    """The exchange rate among the facts of a run; None where it has none, or one of a currency that has no words."""
    facts = assumptions[assumptions["quantity"] == "exchange_rate"] if len(assumptions) else assumptions
    for fact in facts.to_dict("records"):
        currency, _, dollar = str(fact["unit"]).partition("/")
        if dollar == DOLLAR and say.has(f"money.{currency}.basis"):
            value = number(fact["value"]) or 1.0
            return Rate(currency, value, number(fact["low"]) or value, number(fact["high"]) or value, str(fact["quality"]))
    return None
