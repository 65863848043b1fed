"""Names of regions, goods, industries and activities as readers know them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd

from kanmon.indicators.sourcing import NOT_IMPORTED
from kanmon.indicators.view import PRIORITY_MARK, UNRESTRICTED_MARK, plain_good
from kanmon.pages.wording import Wording
from kanmon.parts import OWN
from kanmon.scenario.schema import Words
from kanmon.solution.layout import process_of

IN_SCOPE_MARK = " (in scope)"


@dataclass(frozen=True)
class Names:
    """Lookup of names; a key that nobody named stands for itself."""

    say: Wording
    by_key: dict[tuple[str, str], str]
    minerals: dict[str, str]
    called: dict[str, str] = field(default_factory=dict)

    def own(self, name: str) -> str:
        """A name that the scenario itself gives, to a measure or a stockpile."""
        return self.called.get(name, name)

    def region(self, key: str) -> str:
        if key in NOT_IMPORTED:
            return self.say(f"origin.{key.replace(' ', '_')}")
        return self.by_key.get(("regions", key), key)

    def good(self, key: str) -> str:
        base = plain_good(key)
        name = self.by_key.get(("goods", base), base)
        for mark, text in ((PRIORITY_MARK, "priority"), (UNRESTRICTED_MARK, "unrestricted"), (OWN, "own")):
            if key.endswith(mark):
                return self.say(f"good.{text}", good=name)
        return name

    def good_in_text(self, key: str) -> str:
        """Name of a good inside a sentence."""
        return _in_text(self.good(key))

    def industry(self, key: str) -> str:
        base = key.removesuffix(IN_SCOPE_MARK)
        name = self.by_key.get(("industries", base), base)
        return name if key == base else self.say("industry.in_scope", industry=name)

    def industry_in_text(self, key: str) -> str:
        """Name of an industry inside a sentence."""
        return _in_text(self.industry(key))

    def activity(self, key: str) -> str:
        base = process_of(key)
        return self.by_key.get(("processes", base), base)

    def any(self, key: str) -> str:
        """Name of a key whose kind is not known."""
        for kind in ("regions", "goods", "industries", "processes", "sectors", "futures"):
            if (kind, key) in self.by_key:
                return self.by_key[kind, key]
        return key

    def mineral(self, good: str) -> str:
        return self.minerals.get(plain_good(good), "")


def _in_text(name: str) -> str:
    """A name without its capital, which stays only where the first word has others."""
    return name[0].lower() + name[1:] if name.split()[0][1:].islower() else name


def names_of(labels: pd.DataFrame, say: Wording, words: Mapping[str, Words] | None = None) -> Names:
    """Names from the table of labels and of the words of a scenario, in the language of the wording where they have them."""
    column = f"name_{say.language}"
    column = column if column in labels else "name_en"
    by_key = {(str(row["kind"]), str(row["key"])): str(row[column]) for row in labels.to_dict("records")}
    goods = labels[labels["kind"] == "goods"]
    own = (words or {}).get(say.language)
    return Names(say, by_key, {str(key): str(group) for key, group in zip(goods["key"], goods["group"], strict=True)}, own.names if own else {})
