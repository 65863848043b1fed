"""Repeat a program until what it takes as given is what it finds."""

from __future__ import annotations

import numpy as np

REMEMBERED = 5
"""Earlier rounds that the next guess draws on."""


class Mixing:
    """Fixed point of g by Anderson mixing: the next guess is the combination of the last rounds whose moves nearly cancel.

    Where moves shrink by a constant factor, a handful of rounds does what plain repetition needs dozens for; where plain
    repetition would swing, it still settles. Source: Anderson (1965); Walker and Ni (2011), type II.
    """

    def __init__(self) -> None:
        self.guesses: list[np.ndarray] = []
        self.moves: list[np.ndarray] = []

    def next(self, guess: np.ndarray, found: np.ndarray) -> np.ndarray:
        """The next guess, after a round that took ``guess`` and found ``found``."""
        self.guesses = [*self.guesses[-REMEMBERED:], guess]
        self.moves = [*self.moves[-REMEMBERED:], found - guess]
        if len(self.moves) == 1:
            return found
        move = np.stack([after - before for before, after in zip(self.moves, self.moves[1:], strict=False)], axis=1)
        step = np.stack([after - before for before, after in zip(self.guesses, self.guesses[1:], strict=False)], axis=1)
        weight, *_ = np.linalg.lstsq(move, self.moves[-1], rcond=1e-8)
        mixed = found - (step + move) @ weight
        return mixed if np.isfinite(mixed).all() else found
