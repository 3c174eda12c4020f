"""Random calls, spoken, are understood by an offline recogniser. Takes minutes: ``-m oracle``.

``HALLCLIENT_ORACLE`` names the Python of a virtual environment with the recogniser
(tools/hear_calls.py says what is in it).
"""

import json
import logging
import os
import random
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest

from hallclient import assets
from hallclient.domain.parts import PREFIX_LETTERS
from hallclient.domain.speaking import CallToSpeak
from hallclient.ui.call_voice import CallVoice, write_wav
from tests.oracle.hearing import WINDOWS, understood

log = logging.getLogger(__name__)

CALLS = 100
RIGHT = 0.99
TOOL = assets.root().parent / "tools" / "hear_calls.py"


def random_calls(count: int, seed: int) -> list[tuple[str, str]]:
    """Return labels and windows: mostly three digits, one or two letters, windows up to 300."""
    dice = random.Random(seed)  # noqa: S311 - hides nothing
    calls = []
    for _ in range(count):
        letters = "".join(dice.choice(PREFIX_LETTERS) for _ in range(dice.choice((1, 1, 2))))
        long = dice.random() < 0.15
        digits = str(dice.randrange(1000, 10000)) if long else f"{dice.randrange(1, 1000):03}"
        window = dice.randrange(1, 41) if dice.random() < 0.5 else dice.randrange(1, WINDOWS + 1)
        calls.append((letters + digits, str(window)))
    return calls


@pytest.mark.oracle
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_random_calls_are_understood(language: str, tmp_path: Path) -> None:
    python = os.environ.get("HALLCLIENT_ORACLE")
    if not python:
        pytest.skip("HALLCLIENT_ORACLE names no recogniser")
    voice, calls = CallVoice(), random_calls(CALLS, seed=20260301)
    for number, (label, window) in enumerate(calls):
        call = CallToSpeak(number, 1, label, window, "", datetime.now(UTC))
        write_wav(tmp_path / f"{number:03}.wav", voice.call(call, (language,)))
    files = sorted(str(file) for file in tmp_path.glob("*.wav"))
    done = subprocess.run(
        [python, str(TOOL), language, *files], capture_output=True, text=True, check=True
    )
    wrong = []
    for (label, window), line in zip(calls, done.stdout.splitlines(), strict=True):
        heard = understood(json.loads(line)["texts"], language)
        if heard != (label.lstrip(PREFIX_LETTERS), window):
            wrong.append(f"{label} {window}: {line}")
    digits, missed = totals(calls, done.stdout.splitlines(), language)
    log.info(
        "%s: %d of %d digits, %d of %d calls wrong", language, missed, digits, len(wrong), CALLS
    )
    assert missed <= (1 - RIGHT) * digits, wrong


def totals(calls: list[tuple[str, str]], lines: list[str], language: str) -> tuple[int, int]:
    """Return how many digits were said, of numbers and windows, and how many were not understood.

    A number or a window with another count of digits is wrong as a whole.
    """
    said = missed = 0
    for (label, window), line in zip(calls, lines, strict=True):
        heard = understood(json.loads(line)["texts"], language)
        for one, other in zip((label.lstrip(PREFIX_LETTERS), window), heard, strict=True):
            said += len(one)
            same = len(one) == len(other)
            missed += sum(a != b for a, b in zip(one, other, strict=True)) if same else len(one)
    return said, missed
