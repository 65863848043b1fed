"""The editions of a page: it is drawn once for each language and currency, and carries what differs beside the first of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import pandas as pd

from kanmon.pages.money import DOLLAR, Money, rate_of
from kanmon.pages.weave import weave
from kanmon.pages.wording import Wording, wording

LANGUAGES = ("en", "ja")
"""Languages in the order of the switch; each has a catalogue. The page stands in the first until its reader chooses."""


@dataclass(frozen=True)
class Edition:
    """One language and one currency.

    Attributes:
        say: texts.
        money: how amounts are written.
        languages, currencies: what the page offers, with the languages' own names.
    """

    say: Wording
    money: Money
    languages: Sequence[tuple[str, str]]
    currencies: Sequence[str]

    @property
    def name(self) -> str:
        return f"{self.say.language}-{self.money.currency}"


def editions_of(assumptions: pd.DataFrame) -> list[Edition]:
    """Every edition that a run allows: all languages, in dollars and in the currency of the exchange rate among its facts.

    Args:
        assumptions: the table of that name of a run.
    """
    catalogues = [wording(language) for language in LANGUAGES]
    rate = rate_of(assumptions, catalogues[0])
    rates = (None, rate) if rate else (None,)
    languages = [(say.language, say("switch.own_name")) for say in catalogues]
    currencies = [DOLLAR, *([rate.currency] if rate else [])]
    return [Edition(say, Money(say, shown), languages, currencies) for shown in rates for say in catalogues]


def in_editions(assumptions: pd.DataFrame, draw: Callable[[Edition], str], finish: Callable[[str, dict], str]) -> str:
    """A page in all editions.

    Args:
        assumptions: the table of that name of a run.
        draw: the page in one edition.
        finish: puts the table of what differs, and what all editions share, into the page.
    """
    editions = editions_of(assumptions)
    page, slots = weave([draw(edition) for edition in editions], [edition.name for edition in editions])
    return finish(page, slots.table)
