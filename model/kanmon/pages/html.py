"""From a template to a whole page: style, script and Plotly inside it, nothing outside."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup
from plotly.offline import get_plotlyjs

from kanmon.pages.blocks import embed
from kanmon.pages.editions import Edition
from kanmon.pages.palette import DARK, stylesheet_variables

EDITIONS = '<script type="application/json" id="editions"></script>'
PLOTLY = '<script id="plotly"></script>'
"""Elements of the page that are filled once for all editions. No text can look like them: templates escape what they are given."""

LAZY = re.compile(r"(\(typeof self !== \"undefined\" \? self : this, )(\(\) => \{.*\})(\)\);\s*)$", re.DOTALL)
"""How Plotly begins and ends: it is handed over as a function, which browsers read in passing and then once more when it is called."""


@cache
def _environment() -> Environment:
    return Environment(loader=PackageLoader("kanmon.pages"), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)


def _own(name: str) -> Markup:
    """A file of ours that stands in the page as it is."""
    return Markup(files("kanmon.pages").joinpath("templates", name).read_text(encoding="utf-8"))


def html(template: str, edition: Edition, title: str, **context: object) -> str:
    """A page in one edition, without what all editions share."""
    return _environment().get_template(template).render(
        say=edition.say,
        edition=edition,
        title=title,
        light=Markup(stylesheet_variables(dark=False)),
        dark=Markup(stylesheet_variables(dark=True)),
        stylesheet=_own("report.css"),
        switch=_own("switch.js"),
        script=_own("draw.js"),
        dark_colours=embed(DARK),
        **context,
    )


@cache
def plotly() -> str:
    """Plotly for the page, in parentheses, which tell a browser to compile it at the first reading; as it comes where it begins otherwise."""
    return LAZY.sub(r"\1(\2)\3", get_plotlyjs())


def finished(page: str, slots: dict) -> str:
    """The page in one file: with the table of what differs between its editions, and with Plotly."""
    carried = EDITIONS.replace("><", f">{embed(slots)}<")
    return page.replace(EDITIONS, carried, 1).replace(PLOTLY, PLOTLY.replace("><", f">{plotly()}<"), 1)
