"""The scenarios of a comparison: their short names, their colours, and the goods that move in any of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from kanmon.indicators.prices import FOCUS
from kanmon.pages.headline import Entry, Headline, Headlines, headlines_of
from kanmon.pages.money import Money
from kanmon.pages.palette import SCENARIOS
from kanmon.pages.subject import MOVES, Subject, subject_of
from kanmon.pages.wording import Wording
from kanmon.runs.saved import SavedRun

DASHES = ("solid", "dash", "dot", "dashdot", "longdash")
LONGEST = 32
"""Letters of a short name that fit beside a chart."""

UNTOUCHED = {Headline.MEAN: 1.0, Headline.PEAK: 1.0, Headline.EXPORTER: 1.0, Headline.THIRD: 1.0, Headline.UNMET_SHARE: 0.0, Headline.SHED: 0.0}
"""What a scenario without measures has by definition, as it is its own baseline."""


@dataclass(frozen=True)
class Compared:
    """One scenario: its page's subject, its short name, its colour and dash."""

    subject: Subject
    label: str
    colour: str
    dash: str

    @cached_property
    def headlines(self) -> Headlines:
        return headlines_of(self.subject.table("headlines"))

    @property
    def title(self) -> str:
        return self.subject.title

    @property
    def quiet(self) -> bool:
        return not self.subject.run.scenario.measures

    def entry(self, good: str, headline: Headline) -> Entry | None:
        """A headline number; without measures, the baseline."""
        if self.quiet and headline in UNTOUCHED:
            return Entry(UNTOUCHED[headline], UNTOUCHED[headline], "", "", "")
        return self.headlines.get(good, headline)


@dataclass(frozen=True)
class Comparison:
    """Scenarios in the order in which they were asked for."""

    scenarios: Sequence[Compared]
    say: Wording

    @property
    def money(self) -> Money:
        return self.scenarios[0].subject.money

    @cached_property
    def goods(self) -> list[str]:
        """Goods with a price in the focus region of any scenario."""
        return list(dict.fromkeys(good for item in self.scenarios for good in item.subject.focus_goods))

    @cached_property
    def moving(self) -> list[str]:
        """Goods whose price or use moves in some scenario, those that differ most first."""
        return sorted((good for good in self.goods if self._moves(good)), key=lambda good: -self.spread(good, Headline.MEAN))

    @cached_property
    def still(self) -> list[str]:
        return [good for good in self.goods if good not in self.moving]

    def _moves(self, good: str) -> bool:
        unmet = (item.entry(good, Headline.UNMET_SHARE) for item in self.scenarios)
        return any(item.subject.deviation.get(good, 0.0) >= MOVES for item in self.scenarios) or any(entry and abs(entry.value) >= 100 * MOVES for entry in unmet)

    def values(self, good: str, headline: Headline) -> list[float]:
        """A headline in the scenarios that have it."""
        return [entry.value for item in self.scenarios if (entry := item.entry(good, headline))]

    def spread(self, good: str, headline: Headline) -> float:
        """Distance between the highest and the lowest value of a headline."""
        values = self.values(good, headline)
        return max(values) - min(values) if values else 0.0

    def good(self, key: str) -> str:
        """Name of a good in the first scenario that knows it."""
        return next((name for item in self.scenarios if (name := item.subject.names.good(key)) != key), key)

    def good_in_text(self, key: str) -> str:
        return next((item.subject.names.good_in_text(key) for item in self.scenarios if item.subject.names.good(key) != key), key)

    @cached_property
    def focus(self) -> str:
        """Regions that the scenarios are about."""
        names = [item.subject.focus for item in self.scenarios if item.subject.view.focus]
        return self.say.series(list(dict.fromkeys(names))) or self.say("comparison.focus_region")

    def has_path(self, item: Compared, good: str) -> bool:
        return len(item.subject.path(good, FOCUS)) > 0


def comparison_of(runs: Sequence[SavedRun], say: Wording, money: Money | None = None) -> Comparison:
    """Scenarios with names that can be told apart."""
    counts, seen, scenarios = Counter(run.name for run in runs), Counter[str](), []
    for place, run in enumerate(runs):
        seen[run.name] += 1
        label = run.name if len(run.name) <= LONGEST else run.name[: LONGEST - 1] + "…"
        if counts[run.name] > 1:
            label += f" ({seen[run.name]})"
        scenarios.append(Compared(subject_of(run, say, money), label, SCENARIOS[place % len(SCENARIOS)], DASHES[place % len(DASHES)]))
    return Comparison(scenarios, say)
