"""Random calls, spoken, are understood by an offline recogniser. Takes minutes: ``-m oracle``.

``HALLCLIENT_ORACLE`` names the Python of a virtual environment with the recogniser
(tools/hear_calls.py says what is in it).
"""

import json
import logging
import os
import random
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from hallclient import assets
from hallclient.domain.parts import PREFIX_LETTERS
from hallclient.domain.speaking import CallToSpeak
from hallclient.ui.call_voice import CallVoice, write_wav
from tests.oracle.hearing import english

log = logging.getLogger(__name__)

CALLS = 100
WINDOWS = 300
BUSY = 1600
"""Tickets that a series of four digits may give out on a rush day: twice as many as usual."""
SEED = 20261125
RIGHT = 0.99
TOOL = assets.root().parent / "tools" / "hear_calls.py"


def random_calls(count: int, seed: int) -> list[tuple[str, str]]:
    """Return labels as halls give them out, one or two letters, and windows up to 300.

    Four digits have the series that give out 800 a day or run past 799 (``ticket.number_at``): few,
    and hardly any goes on after 1600. What can be, be it ever so seldom, comes up too.
    """
    dice = random.Random(seed)  # noqa: S311 - hides nothing
    calls = []
    for _ in range(count):
        letters = "".join(dice.choice(PREFIX_LETTERS) for _ in range(dice.choice((1, 1, 2))))
        long = dice.random() < 0.15
        last = 999 if not long else BUSY if dice.random() < 0.8 else 9999
        digits = f"{dice.randint(1, last):0{3 + long}}"
        window = dice.randrange(1, 41) if dice.random() < 0.5 else dice.randrange(1, WINDOWS + 1)
        calls.append((letters + digits, str(window)))
    return calls


class Recogniser:
    """The recogniser in its own process."""

    def __init__(self, python: str, language: str) -> None:
        self._language = language
        self._process = subprocess.Popen(
            [python, str(TOOL), language],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=os.environ | {"OPENBLAS_NUM_THREADS": "1"},  # more of them wait for one another
        )

    def understood(self, file: Path) -> tuple[tuple[str, str], str]:
        """Return the digits and the window that were understood, and the text as written down."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f"{file}\n")
        self._process.stdin.flush()
        answer = json.loads(self._process.stdout.readline())
        text = str(answer["text"])
        if self._language == "en":
            return english(text), text
        return (str(answer["number"]), str(answer["window"])), text

    def close(self) -> None:
        """End it."""
        self._process.communicate(timeout=60)


@pytest.fixture
def recogniser(request: pytest.FixtureRequest) -> Iterator[Recogniser]:
    python = os.environ.get("HALLCLIENT_ORACLE")
    if not python:
        pytest.skip("HALLCLIENT_ORACLE names no recogniser")
    made = Recogniser(python, request.getfixturevalue("language"))
    yield made
    made.close()


@pytest.mark.oracle
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_random_calls_are_understood(language: str, tmp_path: Path, recogniser: Recogniser) -> None:
    voice, calls = CallVoice(), random_calls(CALLS, seed=SEED)
    heard, wrong = [], []
    for number, (label, window) in enumerate(calls):
        call = CallToSpeak(number, 1, label, window, "", datetime.now(UTC))
        file = tmp_path / f"{number:03}.wav"
        write_wav(file, voice.call(call, (language,)))
        pair, text = recogniser.understood(file)
        heard.append(pair)
        log.debug("%s %s: %s %s", label, window, pair, text)
        if heard[-1] != (label.lstrip(PREFIX_LETTERS), window):
            wrong.append(f"{label} {window}: {heard[-1]} {text}")
            log.info("%s", wrong[-1])
    digits, missed = totals(calls, heard)
    log.info(
        "%s: %d of %d digits, %d of %d calls wrong", language, missed, digits, len(wrong), CALLS
    )
    assert missed <= (1 - RIGHT) * digits, wrong


def totals(calls: list[tuple[str, str]], heard: list[tuple[str, str]]) -> tuple[int, int]:
    """Return how many digits were said, of numbers and windows, and how many were not understood.

    A number or a window with another count of digits is wrong as a whole.
    """
    said = missed = 0
    for (label, window), pair in zip(calls, heard, strict=True):
        for one, other in zip((label.lstrip(PREFIX_LETTERS), window), pair, strict=True):
            said += len(one)
            same = len(one) == len(other)
            missed += sum(a != b for a, b in zip(one, other, strict=True)) if same else len(one)
    return said, missed
