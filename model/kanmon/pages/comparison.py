"""The page that sets scenarios side by side."""

from __future__ import annotations

from collections.abc import Sequence

from kanmon.pages.compared.differences import differences
from kanmon.pages.compared.paths import paths
from kanmon.pages.compared.scenarios import comparison_of
from kanmon.pages.compared.setup import certificates, failures, setup
from kanmon.pages.compared.sources import suppliers, users
from kanmon.pages.editions import Edition, in_editions
from kanmon.pages.html import finished, html
from kanmon.pages.subject import readable
from kanmon.runs.saved import SavedRun

SECTIONS = ("differences", "prices", "suppliers", "use", "setup", "certificate")
"""Sections in order; each has a template in ``templates/comparison`` and a heading in the catalogue."""


def render_comparison(runs: Sequence[SavedRun]) -> str:
    """Scenarios side by side, what differs first, in every language and currency: one HTML text that opens with the network off.

    Args:
        runs: two to ten runs on the same data; beyond ten, colours repeat.
    """
    content = [readable(run) for run in runs]
    return in_editions(runs[0].reports["assumptions"], lambda edition: _page(content, edition), finished)


def _page(runs: Sequence[SavedRun], edition: Edition) -> str:
    """The comparison in one edition."""
    comparison = comparison_of(runs, edition.say, edition.money)
    return html(
        "comparison.html.j2",
        edition,
        edition.say("comparison.title"),
        comparison=comparison,
        sections=SECTIONS,
        failures=failures(comparison),
        differences=differences(comparison),
        paths=paths(comparison),
        suppliers=suppliers(comparison),
        users=users(comparison),
        setup=setup(comparison),
        certificates=certificates(comparison),
        data=runs[0].manifest["data"],
        version=runs[0].manifest["versions"]["kanmon"],
    )
