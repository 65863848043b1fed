"""The page of an ensemble."""

from __future__ import annotations

from kanmon.ensembles.saved import SavedEnsemble
from kanmon.indicators.view import view_of
from kanmon.pages.editions import Edition, in_editions
from kanmon.pages.ensembled.answer import screen
from kanmon.pages.ensembled.design import design, failures, screening
from kanmon.pages.ensembled.drivers import drivers
from kanmon.pages.ensembled.fans import fans
from kanmon.pages.ensembled.ranks import ranks
from kanmon.pages.ensembled.subject import Drawn
from kanmon.pages.html import finished, html
from kanmon.pages.names import names_of

SECTIONS = ("answer", "ranks", "fans", "drivers", "screening", "failures", "design", "limits")
"""Sections in order; each has a template in ``templates/ensemble`` and a heading in the catalogue."""

LIMITS = ("ranges", "independent", "structure", "noise")


def render_ensemble(ensemble: SavedEnsemble) -> str:
    """The page of an ensemble, in every language and currency: one HTML text that opens with the network off."""
    return in_editions(ensemble.tables["facts"], lambda edition: _page(ensemble, edition), finished)


def _page(ensemble: SavedEnsemble, edition: Edition) -> str:
    """The page in one edition."""
    scenario, say = ensemble.scenario, edition.say
    drawn = Drawn(ensemble.tables, view_of(scenario), names_of(ensemble.tables["labels"], say, scenario.words), say, edition.money)
    words = scenario.words.get(say.language)
    content = {"ranks": ranks(drawn), "fans": fans(drawn), "drivers": drivers(drawn), "screening": screening(drawn)}
    return html(
        "ensemble.html.j2",
        edition,
        say("ensemble.title", title=(words.title if words else None) or scenario.title),
        question=(words.question if words else None) or scenario.question,
        drawn=drawn,
        manifest=ensemble.manifest,
        sections=[key for key in SECTIONS if key not in content or content[key]],
        limits=LIMITS,
        screen=screen(drawn),
        failures=failures(drawn, ensemble.manifest),
        design=design(drawn, ensemble.manifest),
        **content,
    )
