"""Words of a scenario in other languages: what is taken over, what is refused, and that no number depends on them."""

from __future__ import annotations

import pytest

from kanmon.errors import InputError
from kanmon.runs.saved import scenario_digest
from kanmon.scenario.load import load_scenario

PARENT = """
title = "A ban"
question = "What then?"
extends = "gallium-ban-on-japan"

[words.ja]
title = "禁輸"
question = "どうなるか。"

[words.ja.names]
"Gallium ban on Japan" = "禁輸措置"
"""


@pytest.fixture
def written(tmp_path):
    def write(name: str, text: str):
        (tmp_path / f"{name}.toml").write_text(text, encoding="utf-8")
        return load_scenario(tmp_path / f"{name}.toml")

    return write


def test_a_scenario_takes_over_names_but_not_the_title_of_another_title(written):
    written("parent", PARENT)
    child = written("child", 'title = "Another"\nextends = "parent"\n\n[words.ja.names]\n"More" = "別"\n')
    assert child.words["ja"].title is None
    assert child.words["ja"].question == "どうなるか。"
    assert child.words["ja"].names.items() >= {"Gallium ban on Japan": "禁輸措置", "More": "別"}.items()


def test_words_change_no_hash(written):
    scenario = written("parent", PARENT)
    assert scenario.words["ja"].title == "禁輸"
    assert scenario_digest(scenario) == scenario_digest(scenario.model_copy(update={"words": {}}))


@pytest.mark.parametrize(("text", "message"), [('[words.japanese]\ntitle = "x"', "words"), ('[words.ja]\nheading = "x"', "not known"), ('words = "ja"', "words")])
def test_words_that_are_none_are_refused_with_their_place(written, text, message):
    with pytest.raises(InputError, match=message):
        written("wrong", f'title = "A"\nquestion = "B?"\nextends = "gallium-ban-on-japan"\n{text}\n' if text.startswith("[") else f'{text}\ntitle = "A"\nquestion = "B?"\nextends = "gallium-ban-on-japan"\n')
