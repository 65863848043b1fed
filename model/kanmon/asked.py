"""The commands that make results again: what is shipped stands by its name, anything else by the file or folder that it came from."""

from __future__ import annotations

import shlex
from pathlib import Path

from kanmon import carried


def run_command(name: str, pack: str, contributions: bool) -> str:
    """Command of a run.

    Args:
        name: of the scenario.
        pack: name of the data pack.
        contributions: whether what each mechanism adds was asked for.
    """
    return _line("kanmon run", _named(name, carried.scenario_folder()), "--contributions" if contributions else "", _data(pack))


def plans_command(manifest: dict, interaction: bool) -> str:
    """Command of a comparison of plans, from its manifest."""
    plans = [_named(name, carried.scenario_folder() / "plans") for name in manifest["plans"]]
    return _line("kanmon plans compare", *plans, "--interaction" if interaction else "", _data(manifest["data"]["name"]))


def ensemble_command(manifest: dict) -> str:
    """Command of an ensemble, from its manifest."""
    identity, question = manifest["identity"], manifest["question"]
    plans = question.get("plans") or []
    return _line(
        "kanmon ensemble" if question["scenario"] is None else f"kanmon ensemble {_named(manifest['name'], carried.scenario_folder())}",
        f"--draws {identity['size']} --seed {identity['seed']} --sampler {identity['sampler']} --marginal {identity['marginal']}",
        f"--plans {shlex.quote(','.join(plans))} --switching {question['switching']}" if plans else "",
        f"--futures {shlex.quote(question['futures'])}" if question.get("futures") else "",
        "--foresight" if question.get("foresight") else "",
        _data(question.get("data", "")),
    )


def _named(name: str, folder: Path) -> str:
    """A shipped scenario or plan by its name, another one by the name of its file."""
    return name if (folder / f"{name}.toml").is_file() else shlex.quote(f"{name}.toml")


def _data(pack: str) -> str:
    """The option that names a data pack; empty for the one that is shipped, and where it is not known."""
    return "" if pack in ("", carried.data_folder().name) else f"--data {shlex.quote(pack)}"


def _line(*parts: str) -> str:
    return " ".join(part for part in parts if part)
