"""What this model does not say, as far as it holds for the question of the run."""

from __future__ import annotations

from kanmon.pages.subject import Subject


def limits(subject: Subject) -> list[str]:
    """Keys of the limits to name, in order: each holds for this scenario and for what its folder holds."""
    scenario = subject.run.scenario
    holds = {
        "path": scenario.path is not None,
        "stationary": scenario.path is None,
        "belief": scenario.belief.rolls,
        "foresight": not scenario.belief.rolls,
        "marks": not subject.capped,
        "stockpile": bool(scenario.stockpiles),
        "stocks": not scenario.stockpiles,
        "losses": True,
        "multiples": scenario.path is not None,
        "prices": scenario.path is None,
        "drawn": not subject.table("ensemble").empty,
        "range": subject.table("ensemble").empty,
    }
    return [key for key, true in holds.items() if true]
