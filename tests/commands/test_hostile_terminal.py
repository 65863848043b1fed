r"""What a scenario, a data pack or a folder holds is shown by the terminal as text: no markup is obeyed, no control character gets through."""

from __future__ import annotations

import json
import shutil

import pytest

from kanmon.cli_parts import harmless, literal

TITLE = "[bold]loud[/] \x1b[31mred\x9b2J \u202eback <script>alert(1)</script> [/nothing]"
WRITTEN = r'"[bold]loud[/] \u001b[31mred\u009b2J \u202eback <script>alert(1)</script> [/nothing]"'
"""The same as TOML writes it."""

SHOWN = r"[bold]loud[/] \u001b[31mred\u009b2J \u202eback <script>alert(1)</script> [/nothing]"
SIGNS = ("\x1b", "\x9b", "\u202e", "\x07", "\r")


@pytest.fixture
def hostile(tmp_path, scenario):
    """A scenario with such a title, question and name of its measure, in a file with such a name."""
    text = scenario.read_text(encoding="utf-8")
    for stated in ('"Examplium ban on Bland"', '"Aland stops examplium to Bland for six months: who supplies it then?"', '"Examplium ban"'):
        assert stated in text
        text = text.replace(stated, WRITTEN)
    path = tmp_path / "[red]x \x1b[31m.toml"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.fixture
def labelled(tmp_path, pack):
    """The pack, with such a name for its metal."""
    mine = shutil.copytree(pack, tmp_path / "labelled")
    goods = mine / "goods.csv"
    goods.write_text(goods.read_text(encoding="utf-8").replace("Examplium metal", TITLE), encoding="utf-8")
    return mine


def quiet(*texts: str) -> None:
    """Nothing in these texts steers a terminal."""
    for text in texts:
        assert not [sign for sign in SIGNS if sign in text], text


def test_a_hostile_scenario_is_shown_as_text_by_run_compare_and_report(hostile, labelled, tmp_path, command):
    out = tmp_path / "runs"
    code, printed, errors = command("run", hostile, "--data", labelled, "--out", out)
    assert code == 0, errors
    quiet(printed, errors)
    squeezed = " ".join(printed.split())
    assert SHOWN in squeezed and r"[red]x \u001b[31m: certified" in squeezed
    (folder,) = out.iterdir()
    for arguments in (("report", folder), ("compare", folder, folder, "--out", tmp_path / "both"), ("report", folder, "--xlsx")):
        code, printed, errors = command(*arguments)
        assert code == 0, errors
        quiet(printed, errors)


def test_json_of_a_hostile_scenario_is_json_and_steers_nothing(hostile, labelled, tmp_path, command):
    code, printed, errors = command("run", hostile, "--data", labelled, "--out", tmp_path / "runs", "--json")
    assert code == 0, errors
    quiet(printed, errors)
    assert json.loads(printed)[0]["name"] == "[red]x \x1b[31m"


def test_errors_name_hostile_keys_and_values_as_text(hostile, labelled, tmp_path, command):
    text = hostile.read_text(encoding="utf-8").replace('"BBB"', WRITTEN) + '\n"[red]key\\u001b[2J" = 1\n'
    hostile.write_text(text, encoding="utf-8")
    shutil.copytree(labelled, broken := tmp_path / "broken")
    trade = broken / "trade.csv"
    trade.write_text(trade.read_text(encoding="utf-8").replace("base_flow,120", "base_flow,\x1b[31m[bold]plenty"), encoding="utf-8")
    for arguments in (("run", hostile, "--data", broken), ("check", hostile, "--data", broken), ("compare", hostile, "--data", broken), ("ensemble", hostile, "--data", broken), ("plans", "compare", hostile, "--data", broken), ("verify", tmp_path / "\x1b[31mnowhere"), ("report", tmp_path / "\x1b[31m[b]nowhere")):
        code, printed, errors = command(*arguments)
        assert code == 2, (arguments, errors)
        quiet(printed, errors)
        assert r"\u001b[" in errors, (arguments, errors)
        assert "Traceback" not in errors


def test_what_steers_a_terminal_is_spelled_out_and_other_letters_stay():
    assert harmless(TITLE) == SHOWN
    assert harmless("関門 é\tü\n") == "関門 é\tü\n"
    assert literal("[bold]a[/]") == r"\[bold]a\[/]"
