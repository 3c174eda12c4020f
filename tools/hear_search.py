"""What of a set of texts a recogniser heard: the likeliest beginnings are followed to their end."""

from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from hear_decoder import Decoder, chosen
from hear_forms import Forms

np: Any = import_module("numpy")

EXPECTED = 0.3
"""How much of what it expects in silence is taken off; chosen on other calls than the test's."""
WIDTH = 12
"""So many beginnings are followed at a time."""
SIGNS, HOPELESS = 12, 12.0
"""No text has more signs; a beginning that is so much less likely than a whole text is given up."""


@dataclass(frozen=True)
class Begun:
    """A beginning of a text: how likely it is as heard, and when nothing is heard."""

    text: str
    heard: float = 0.0
    expected: float = 0.0
    left: tuple[int, ...] = ()
    """Signs of the model that belong to the last piece and are still to be written."""


class Found:
    """Whole texts by meaning: each meaning is as likely as the ways to write it together."""

    def __init__(self) -> None:
        self.best = -np.inf
        self._ways: dict[str, list[tuple[float, float]]] = {}

    def keep(self, meaning: str, heard: float, expected: float) -> None:
        """Add a way."""
        self.best = max(self.best, heard)
        self._ways.setdefault(meaning, []).append((heard, expected))

    def likeliest(self) -> str:
        """Return the meaning that is likeliest beyond what was expected."""

        def weight(meaning: str) -> float:
            heard, expected = (
                np.logaddexp.reduce(one) for one in zip(*self._ways[meaning], strict=True)
            )
            return float(heard - EXPECTED * expected)

        return max(self._ways, key=weight, default="")


class Search:
    """Follows beginnings with a decoder; ``nothing`` is what it hears in silence."""

    def __init__(
        self, decoder: Decoder, pieces: dict[str, list[int]], ends: list[int], nothing: list[Any]
    ) -> None:
        self._decoder, self._pieces, self._ends = decoder, pieces, ends
        self._nothing = nothing

    def likeliest(
        self, before: list[int], begins: list[list[int]], forms: Forms, heard: list[Any]
    ) -> str:
        """Return what the likeliest text means, after some signs and one of several beginnings."""
        found = Found()
        for begin in begins:
            self._follow(before, Begun("", left=tuple(begin)), forms, heard, found)
        return found.likeliest()

    def _follow(
        self, before: list[int], first: Begun, forms: Forms, heard: list[Any], found: Found
    ) -> None:
        ears, begun = (heard, self._nothing), [first]
        states = [self._decoder.nothing_written() for _ in ears]
        rows, which = [before], [0]
        for _ in range(SIGNS + len(first.left)):
            after = []
            for ear, one in enumerate(ears):
                now, states[ear] = self._decoder.go_on(rows, chosen(states[ear], which), one)
                after.append(now)
            ahead = sorted(self._ahead(begun, after, forms, found), key=lambda one: -one[0].heard)
            ahead = ahead[:WIDTH]
            if not ahead or ahead[0][0].heard < found.best - HOPELESS:
                break
            begun = [one for one, _, _ in ahead]
            rows, which = [[sign] for _, sign, _ in ahead], [row for _, _, row in ahead]

    def _ahead(
        self, begun: list[Begun], after: list[Any], forms: Forms, found: Found
    ) -> Iterator[tuple[Begun, int, int]]:
        """Yield how each beginning can go on, by which sign, and its row; keep what is whole."""
        likely = self._decoder.likely(after[0])
        for row, one in enumerate(begun):
            if one.left:
                sign, *left = one.left
                more = one.heard + float(likely[row, sign])
                yield Begun(one.text, more, one.expected, tuple(left)), sign, row
                continue
            pieces = forms.after(one.text, self._pieces)
            whole = one.text in forms.meaning
            signs = [self._pieces[piece][0] for piece in pieces] + self._ends * whole
            expected = one.expected + self._decoder.likely(after[1][row], signs)
            heard = one.heard + likely[row, signs]
            for place in np.argsort(-heard[: len(pieces)])[:WIDTH]:
                piece, weights = pieces[place], (float(heard[place]), float(expected[place]))
                sign, *left = self._pieces[piece]
                yield Begun(one.text + piece, *weights, tuple(left)), sign, row
            for place in range(len(pieces), len(signs)):
                found.keep(forms.meaning[one.text], float(heard[place]), float(expected[place]))
