"""The page of an ensemble."""

from __future__ import annotations

from kanmon.ensembles.saved import SavedEnsemble
from kanmon.indicators.view import View, view_of
from kanmon.pages.editions import Edition, in_editions
from kanmon.pages.ensembled.answer import screen
from kanmon.pages.ensembled.design import design, failures, screening
from kanmon.pages.ensembled.drivers import drivers
from kanmon.pages.ensembled.fans import fans
from kanmon.pages.ensembled.ranks import ranks
from kanmon.pages.ensembled.subject import Drawn
from kanmon.pages.html import finished, html
from kanmon.pages.names import names_of
from kanmon.pages.sections.beliefs import belief_sentence
from kanmon.scenario.schema import Scenario

SECTIONS = ("answer", "ranks", "fans", "drivers", "screening", "failures", "design", "limits")
"""Sections in order; each has a template in ``templates/ensemble`` and a heading in the catalogue."""

LIMITS = ("ranges", "independent", "structure", "noise")


def render_ensemble(ensemble: SavedEnsemble) -> str:
    """The page of an ensemble, in every language and currency: one HTML text that opens with the network off."""
    return in_editions(ensemble.tables["facts"], lambda edition: _page(ensemble, edition), finished)


def _page(ensemble: SavedEnsemble, edition: Edition) -> str:
    """The page in one edition."""
    scenario, say = ensemble.scenario, edition.say
    view = View(ensemble.manifest["question"].get("focus"), None, (), None, None, None, ()) if scenario is None else view_of(scenario)
    drawn = Drawn(ensemble.tables, view, names_of(ensemble.tables["labels"], say, scenario.words if scenario else None), say, edition.money, ensemble.manifest["question"].get("titles", {}))
    title, question = _asked(scenario, drawn)
    content = {"ranks": ranks(drawn), "fans": fans(drawn), "drivers": drivers(drawn), "screening": screening(drawn)}
    return html(
        "ensemble.html.j2",
        edition,
        say("ensemble.title", title=title),
        question=question,
        believed=_believed(ensemble, drawn),
        drawn=drawn,
        manifest=ensemble.manifest,
        sections=[key for key in SECTIONS if key not in content or content[key]],
        limits=LIMITS,
        screen=screen(drawn),
        failures=failures(drawn, ensemble.manifest),
        design=design(drawn, ensemble.manifest),
        **content,
    )


def _believed(ensemble: SavedEnsemble, drawn: Drawn) -> str:
    """What the market believes about the end in every draw; of plans, whether they are judged with foresight."""
    if ensemble.scenario is not None:
        return belief_sentence(drawn.say, ensemble.scenario.belief) if ensemble.scenario.measures else ""
    return drawn.say("optimise.foresight") if ensemble.manifest["question"].get("foresight") else ""


def _asked(scenario: Scenario | None, drawn: Drawn) -> tuple[str, str]:
    """Title and question, in the language of the page where the scenario has them; those of plans where there is none."""
    if scenario is None:
        return drawn.say("ensemble.plans_title"), drawn.say("ensemble.plans_question", focus=drawn.focus)
    words = scenario.words.get(drawn.say.language)
    return (words.title if words else None) or scenario.title, (words.question if words else None) or scenario.question
