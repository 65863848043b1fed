"""From a template to a whole page: style, script and Plotly inside it, nothing outside."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup
from plotly.offline import get_plotlyjs

from kanmon.pages.blocks import embed
from kanmon.pages.palette import DARK, stylesheet_variables
from kanmon.pages.wording import Wording


@cache
def _environment() -> Environment:
    return Environment(loader=PackageLoader("kanmon.pages"), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)


def _own(name: str) -> Markup:
    """A file of ours that stands in the page as it is."""
    return Markup(files("kanmon.pages").joinpath("templates", name).read_text(encoding="utf-8"))


def html(template: str, say: Wording, title: str, **context: object) -> str:
    """A page in one file."""
    return _environment().get_template(template).render(
        say=say,
        title=title,
        light=Markup(stylesheet_variables(dark=False)),
        dark=Markup(stylesheet_variables(dark=True)),
        stylesheet=_own("report.css"),
        script=_own("draw.js"),
        plotly=Markup(get_plotlyjs()),
        dark_colours=embed(DARK),
        **context,
    )
