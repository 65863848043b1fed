"""The README's Python example runs as it stands."""

from __future__ import annotations

import re
from pathlib import Path

README = Path(__file__).parents[2] / "README.md"


def test_the_python_example_of_the_readme_runs_in_an_empty_folder(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    code = re.search(r"```python\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL)[1]
    names: dict = {}
    exec(compile(code, "README.md", "exec"), names)  # the example is ours, read from the checkout
    assert "gallium" in capsys.readouterr().out
    assert (names["folder"] / "report.html").is_file()
    assert (names["page"] / "report.html").is_file()
