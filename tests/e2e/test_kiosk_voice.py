"""A kiosk as a real process that writes what it says to a file."""

import signal
import wave
from pathlib import Path

import pytest

from hallclient.ui.words import Words
from tests.e2e.test_kiosk_alone import KioskProcess
from tests.stores import load_hall_at, staffed_hall
from tests.waiting import eventually

WORDS = Words()
SPOKEN_BYTES = 64_000
"""Two seconds of speech."""


@pytest.mark.parametrize("words", [("--voice-to", "{file}"), ()])
def test_a_page_is_heard_in_the_file_or_nowhere(tmp_path: Path, words: tuple[str, ...]) -> None:
    """The second kiosk has the sound device of this machine, or none: it goes on either way."""
    database = f"sqlite:///{tmp_path}/hall.db"
    load_hall_at(database, staffed_hall())
    file = tmp_path / "heard.wav"
    kiosk = KioskProcess(tmp_path, database)
    try:
        hand = kiosk.start(*(word.format(file=file) for word in words))
        hand.wait_for(WORDS("kiosk.home.voice"))
        hand.touch(WORDS("kiosk.home.voice"))
        hand.wait_for(WORDS("kiosk.voice.louder"))
        hand.touch(WORDS("kiosk.voice.louder"))
        if words:
            eventually(lambda: file.is_file() and file.stat().st_size > SPOKEN_BYTES, "a word")
        hand.touch(WORDS("kiosk.home.take"))
        assert kiosk.end(signal.SIGTERM) == 0
    finally:
        kiosk.close()
    if words:
        with wave.open(str(file)) as heard:
            assert max(heard.readframes(heard.getnframes())) > 0
    assert file.exists() == bool(words)
