"""The page that compares plans."""

from __future__ import annotations

from kanmon.pages.editions import Edition, in_editions
from kanmon.pages.html import finished, html
from kanmon.pages.names import names_of
from kanmon.pages.planned.accounts import accounts
from kanmon.pages.planned.answer import screen
from kanmon.pages.planned.effects import harms, interaction, others
from kanmon.pages.planned.frontier import frontier
from kanmon.pages.planned.made import basis, made
from kanmon.pages.planned.prices import prices
from kanmon.pages.planned.ranking import ranking
from kanmon.pages.planned.regret import regret
from kanmon.pages.planned.second import second
from kanmon.pages.planned.subject import Choice
from kanmon.pages.planned.untouched import untouched
from kanmon.plans.saved import SavedPlans

SECTIONS = ("answer", "ranking", "frontier", "regret", "accounts", "second", "prices", "others", "harms", "interaction", "basis", "made", "limits")
"""Sections in order; each has a template in ``templates/plans`` and a heading in the catalogue."""

LIMITS = ("probabilities", "money", "market", "leader", "levers", "value_added")


def render_plans(comparison: SavedPlans) -> str:
    """The page of a comparison, in every language and currency: one HTML text that opens with the network off."""
    return in_editions(comparison.tables["facts"], lambda edition: _page(comparison, edition), finished)


def _page(comparison: SavedPlans, edition: Edition) -> str:
    """The page in one edition."""
    say = edition.say
    choice = Choice(comparison.tables, comparison.manifest, names_of(comparison.tables["labels"], say), say, edition.money)
    content = {"prices": prices(choice), "harms": harms(choice)}
    return html(
        "plans.html.j2",
        edition,
        say("plans.title", focus=choice.focus),
        choice=choice,
        manifest=comparison.manifest,
        counted_from=say.month(comparison.manifest["counted_from"]),
        sections=[key for key in SECTIONS if key not in content or content[key]],
        limits=LIMITS,
        screen=screen(choice),
        ranking=ranking(choice),
        frontier=frontier(choice),
        regret=regret(choice),
        accounts=accounts(choice),
        untouched=untouched(choice),
        second=second(choice),
        others=others(choice),
        interaction=interaction(choice),
        basis=basis(choice),
        made=made(choice),
        **content,
    )
