"""What stands in the folder of the package is what a clone and a wheel get."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).parents[2]


@pytest.mark.skipif(shutil.which("git") is None or not (CHECKOUT / ".git").exists(), reason="needs a git checkout")
@pytest.mark.parametrize("folder", ["model", "data", "scenarios", "tests"])
def test_no_file_of_the_project_is_hidden_from_git(folder):
    ignored = subprocess.run(["git", "ls-files", "--others", "--ignored", "--exclude-standard", folder], cwd=CHECKOUT, capture_output=True, text=True, check=True).stdout
    assert [name for name in ignored.splitlines() if not name.endswith(".pyc") and "_cache/" not in name] == []
