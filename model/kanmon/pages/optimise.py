"""The page of an optimisation of plans."""

from __future__ import annotations

from kanmon.pages.editions import Edition, in_editions
from kanmon.pages.html import finished, html
from kanmon.pages.names import names_of
from kanmon.pages.optimised.answer import answer, frontiers, proof
from kanmon.pages.optimised.beside import near, values, world
from kanmon.pages.optimised.subject import Found
from kanmon.plans.optimise.saved import SavedAnswers

SECTIONS = ("answer", "frontier", "near", "values", "world", "proof", "made")
"""Sections in order; each has a template in ``templates/optimise`` and a heading in the catalogue."""


def render_optimised(answers: SavedAnswers) -> str:
    """The page of the optimiser's answers, in every language and currency: one HTML text that opens with the network off."""
    return in_editions(answers.tables["facts"], lambda edition: _page(answers, edition), finished)


def _page(answers: SavedAnswers, edition: Edition) -> str:
    """The page in one edition."""
    say, manifest = edition.say, answers.manifest
    found = Found(answers.tables, manifest, names_of(answers.tables["labels"], say), say, edition.money)
    content = {"near": near(found), "values": values(found), "world": world(found)}
    asked = manifest["question"]
    return html(
        "optimise.html.j2",
        edition,
        say("optimise.title", focus=found.focus),
        found=found,
        manifest=manifest,
        weight=f"{float(asked['tail_weight']):g}",
        levers=say.series([found.lever(str(lever["name"])) for lever in asked["levers"]]),
        sections=[key for key in SECTIONS if key not in content or content[key]],
        answer=answer(found),
        frontier=frontiers(found),
        proof=proof(found),
        groups=say("series.semicolon").join(say.series([found.lever(name) for name in group]) for group in manifest["groups"]),
        versions=", ".join(f"{name} {version}" for name, version in manifest["versions"].items()),
        seconds=f"{sum(manifest['seconds'].values()):,.0f}",
        **content,
    )
