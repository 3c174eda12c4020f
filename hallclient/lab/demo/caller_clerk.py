"""A clerk of the demo who has a hardware caller and no PC."""

import random
import time
from collections.abc import Callable

from hallclient.domain.turn import CLERK_OUTCOMES
from hallclient.lab.demo.counter import Counter
from hallclient.lab.demo.people import LABEL, Tempo, Witness

PATIENCE_S = 15.0
PRESSES = 2
"""What was pressed before the agent listened is lost, as on a real line."""
LOOK_S = 0.1
APART_S = 0.5
"""The same key sooner than that is one press, however fast the play goes."""
PIN_ASKED, NOBODY = "00 00", "00 02"
"""What the caller's display answers (docs/callers.md)."""
_OUTCOMES = len(CLERK_OUTCOMES)


class CallerClerk:
    """A clerk with a hardware caller: sees its six digits and the strip, presses its keys."""

    def __init__(self, counter: Counter, tempo: Tempo, witness: Witness, seed: int) -> None:
        self._counter = counter
        self._tempo = tempo
        self._witness = witness
        self._mind = random.Random(seed)  # noqa: S311 - no secret

    def run(self) -> None:
        """Sign in, then work until it is over."""
        caller = self._counter.caller
        if not caller.wait_until(lambda: caller.shown is not None, PATIENCE_S):
            self._trouble("nobody attends it")
            return
        for _ in range(PRESSES):
            caller.press("sign_in", self._counter.clerk.code)
            if caller.wait_until(lambda: caller.shown == PIN_ASKED, PATIENCE_S):
                break
        else:
            self._trouble("no PIN was asked for")
        caller.press("sign_in", self._counter.pin)
        while not self._tempo.over.is_set():
            self._turn()

    def _turn(self) -> None:
        caller, strip = self._counter.caller, self._counter.strip
        self._tempo.over.wait(APART_S)
        caller.press("call")
        label = self._seen(lambda: _label_in(strip.text) or caller.shown == NOBODY)
        if label is None:
            self._tempo.pause(1.0)
            return
        self._witness.called.append(label)
        for key, digits in (("start", ""), ("finish", str(self._mind.randint(1, _OUTCOMES)))):
            self._tempo.pause(self._mind.uniform(0.7, 2.0))
            caller.press(key, digits)
        self._seen(lambda: _label_in(strip.text) is None)
        self._tempo.pause(self._mind.uniform(0.7, 1.5))

    def _seen(self, wanted: Callable[[], object]) -> str | None:
        """Wait for something on caller or strip; return the label on the strip, if any."""
        strip = self._counter.strip
        deadline = time.monotonic() + PATIENCE_S
        while not wanted() and not self._tempo.over.is_set():
            if time.monotonic() > deadline:
                shown = f"{self._counter.caller.shown!r}, {strip.text!r}"
                self._trouble(f"no answer; caller and strip show {shown}")
                break
            self._tempo.over.wait(LOOK_S)
        return _label_in(strip.text)

    def _trouble(self, text: str) -> None:
        number = self._counter.window.number
        self._witness.troubles.append(f"caller of window {number}: {text}")


def _label_in(text: str) -> str | None:
    found = next((m for word in text.split() if (m := LABEL.match(word))), None)
    return found[1] if found else None
