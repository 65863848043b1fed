"""The page of one run."""

from __future__ import annotations

from kanmon.pages.blocks import Table
from kanmon.pages.editions import Edition, in_editions
from kanmon.pages.headline import Headline, headlines_of, remarks
from kanmon.pages.html import finished, html
from kanmon.pages.numbers import significant
from kanmon.pages.sections.answer import answer, dearest
from kanmon.pages.sections.assumptions import assumptions
from kanmon.pages.sections.beliefs import beliefs
from kanmon.pages.sections.certificate import certificate
from kanmon.pages.sections.changes import changes
from kanmon.pages.sections.contributions import contributions
from kanmon.pages.sections.cover import cover
from kanmon.pages.sections.economy import economy
from kanmon.pages.sections.industries import industries
from kanmon.pages.sections.limits import limits
from kanmon.pages.sections.prices import prices
from kanmon.pages.sections.reading import reading
from kanmon.pages.sections.screen import screen
from kanmon.pages.sections.shortage import shortage
from kanmon.pages.sections.supply import supply
from kanmon.pages.sections.timeline import timeline
from kanmon.pages.sections.trail import trail
from kanmon.pages.sections.two_accounts import two_accounts
from kanmon.pages.sections.use import use
from kanmon.pages.sections.ways_round import ways_round
from kanmon.pages.sections.wedge import wedge
from kanmon.pages.subject import Subject, readable, subject_of
from kanmon.runs.saved import SavedRun

SECTIONS = ("answer", "timeline", "prices", "beliefs", "contributions", "supply", "ways", "shortage", "use", "industries", "economy", "cover", "wedge", "reading", "changes", "assumptions", "certificate", "limits")
"""Sections in order; each has a template in ``templates/run`` and a heading in the catalogue."""


def render_run(run: SavedRun) -> str:
    """The report of a run, in every language and currency: one HTML text that opens with the network off."""
    content = readable(run)
    return in_editions(run.reports["assumptions"], lambda edition: _page(content, edition), finished)


def _page(run: SavedRun, edition: Edition) -> str:
    """The report in one edition."""
    subject = subject_of(run, edition.say, edition.money)
    first = dearest(subject)
    return html(
        "run.html.j2",
        edition,
        subject.title,
        subject=subject,
        scenario=run.scenario,
        manifest=run.manifest,
        sections=SECTIONS,
        limits=limits(subject),
        headline_table=headline_table(subject),
        screen=screen(subject),
        answer=answer(subject),
        trail=trail(subject, first),
        timeline=timeline(subject),
        prices=prices(subject),
        beliefs=beliefs(subject),
        contributions=contributions(subject),
        supply=supply(subject),
        ways=ways_round(subject),
        shortage=shortage(subject),
        use=use(subject),
        industries=industries(subject),
        economy=economy(subject),
        accounts=two_accounts(subject),
        cover=cover(subject),
        wedge=wedge(subject),
        reading=reading(subject),
        changes=changes(subject, first),
        assumptions=assumptions(subject),
        certificate=certificate(subject),
    )


def headline_table(subject: Subject) -> Table:
    """Every headline number as it stands in the table."""
    say = subject.say
    rows = []
    for good, headline, entry in headlines_of(subject.table("headlines")):
        is_multiple = entry.unit == "x baseline"
        rises = headline in (Headline.UNMET, Headline.UNMET_SHARE) and entry.value < 0
        value = -entry.value if rises else entry.value
        name = say(f"headline.rises.{headline}") if rises else say.or_else(f"headline.{headline}", headline)
        shown = (say.multiple(value), say.multiple(entry.baseline)) if is_multiple else (significant(value), significant(entry.baseline))
        rows.append([subject.names.good(good), name, *shown, "" if is_multiple else say.or_else(f"unit.{entry.unit}", entry.unit), say.month(entry.month) if entry.month else "", remarks(say, entry.note)])
    columns = [say("column.good"), say("column.headline"), say("column.value"), say("column.baseline"), say("column.unit"), say("column.month"), say("column.note")]
    return Table(say("headlines.all"), columns, rows, frozenset({0, 1, 4, 5, 6}), "headlines")
