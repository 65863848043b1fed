"""Pages of plans, of the optimiser and of ensembles in a real browser, in every language, on phone and desk, light and dark."""

from __future__ import annotations

import pytest
from made_up import answers_found, ensemble_of, ensemble_of_plans, plans_compared
from page_checks import WIDTHS, downloaded, keyboard_faults, layout_faults, opened, read_as, readings, resized, sticking_out, violations
from page_reader import page_count

from kanmon.pages.ensemble import render_ensemble
from kanmon.pages.optimise import render_optimised
from kanmon.pages.plans import render_plans

pytestmark = pytest.mark.browser

KINDS = ("plans", "optimise", "ensemble", "ensemble of plans")


@pytest.fixture(scope="module")
def addresses(ban, pack, tmp_path_factory) -> dict[str, str]:
    folder, found = tmp_path_factory.mktemp("plan-pages"), {}
    for name, text in (("plans", render_plans(plans_compared())), ("optimise", render_optimised(answers_found())), ("ensemble", render_ensemble(ensemble_of(ban, pack))), ("ensemble of plans", render_ensemble(ensemble_of_plans(folder / "drawn")))):
        path = folder / f"{name.replace(' ', '-')}.html"
        path.write_text(text, encoding="utf-8")
        found[name] = path.as_uri()
    return found


@pytest.mark.parametrize("kind", KINDS)
def test_a_page_draws_every_figure_and_fits_in_every_reading(kind, browser, addresses):
    with opened(browser, addresses[kind], WIDTHS[0]) as seen:
        page = seen.page
        assert int(page.evaluate("document.documentElement.dataset.drawn")) == page.locator(".plot").count() > 0
        for reading in readings(page):
            read_as(page, reading)
            assert [fault for width in WIDTHS for fault in layout_faults(page, width)] == [], reading
        page.evaluate("document.querySelectorAll('details').forEach((details) => { details.open = true; })")
        for width in WIDTHS:
            resized(page, width)
            assert sticking_out(page) == [], (width, "unfolded")
        assert not seen.complaints
        assert [url for url in seen.requests if not url.startswith("data:")] == [addresses[kind]]


@pytest.mark.parametrize("kind", KINDS)
def test_a_page_breaks_no_rule_of_access_at_level_aa(kind, browser, addresses):
    for scheme in ("light", "dark"):
        with opened(browser, addresses[kind], 1440, scheme) as seen:
            assert violations(seen.page, contrast_only=scheme == "dark") == [], scheme


@pytest.mark.parametrize("kind", KINDS)
def test_every_control_is_reached_by_the_keyboard(kind, browser, addresses):
    with opened(browser, addresses[kind], 1440) as seen:
        assert keyboard_faults(seen.page) == []


@pytest.mark.parametrize("kind", KINDS)
def test_a_page_prints_in_a_sensible_number_of_sheets(kind, browser, addresses, tmp_path):
    with opened(browser, addresses[kind], 1440) as seen:
        seen.page.pdf(path=tmp_path / "page.pdf", format="A4", prefer_css_page_size=True)
    assert 3 <= page_count((tmp_path / "page.pdf").read_bytes()) <= 30


def test_the_regrets_come_as_csv(browser, addresses):
    with opened(browser, addresses["plans"], 1440) as seen:
        name, text = downloaded(seen.page, seen.page.locator("button.csv[data-file=regret]"))
    assert name == "regret.csv"
    assert len(text.strip().splitlines()) == 1 + 7
