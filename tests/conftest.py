"""Make the tiny worlds importable from every test folder; the command, in this process and as a real one."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from kanmon import cli

sys.path.insert(0, str(Path(__file__).parent))


@pytest.fixture
def command(monkeypatch, capsys):
    """Run ``kanmon`` with these arguments in this process: exit code, output, errors."""

    def call(*arguments) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["kanmon", *map(str, arguments)])
        capsys.readouterr()
        try:
            cli.main()
            code = 0
        except SystemExit as end:
            code = end.code or 0
        return code, *capsys.readouterr()

    return call


@pytest.fixture(scope="session")
def process():
    """Start ``kanmon`` with these arguments as a process of its own."""

    def start(*arguments, **environment) -> subprocess.Popen:
        line = [sys.executable, "-m", "kanmon.cli", *map(str, arguments)]
        return subprocess.Popen(line, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=os.environ | environment)

    return start


def pytest_collection_modifyitems(items):
    """The shipped scenarios first: they take longest, and files are shared out among cores as they come."""
    items.sort(key=lambda item: "test_shipped_scenarios" not in item.nodeid)
