"""Reads lines out from recorded clips. Fulfils the ``Voice`` port of the kiosk (docs/voice.md).

One thread of its own does everything that takes time; it is there from the first words on. A line
of which a part has no clip is not read at all: it stands on the screen.
"""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from hallclient.ui.voice_bank import BankError, VoiceBank, bank_language
from hallclient.ui.voice_sinks import DeviceSink, Sink, WavSink
from hallclient.ui.voice_tape import Tape, silence
from hallclient.ui.voice_text import Said

log = logging.getLogger(__name__)

GAP_MS, PAUSE_MS, LINE_MS = 60, 120, 300
"""Between two clips, where punctuation stands, between two lines (devices.md §3)."""
REST_S = 20.0
"""So long after the last word the sound device is given back."""
LOST_S = 2.0
"""A device that takes nothing for so long is lost."""
CLOSE_S = 5.0
_TOLD_MOST = 500


@dataclass(frozen=True, slots=True)
class _Wish:
    turn: int
    lines: tuple[str, ...]
    language: str


class RecordedVoice:
    """Every method returns at once; only :meth:`close` waits, a few seconds at most."""

    def __init__(
        self,
        folder: Path,
        to: Callable[[Tape], Sink] = DeviceSink,
        rest_s: float = REST_S,
        lost_s: float = LOST_S,
    ) -> None:
        self._folder = folder
        self._tape = Tape()
        self._sink = to(self._tape)
        self._rest_s, self._lost_s = rest_s, lost_s
        self._banks: dict[str, VoiceBank | None] = {}
        self._told: set[str] = set()
        self._news = threading.Condition()
        self._wish: _Wish | None = None
        self._closed = False
        self._thread: threading.Thread | None = None

    def read(self, lines: tuple[str, ...], language: str, volume: int) -> None:
        """Read lines one after another, in place of what is being read; volume 0 to 100."""
        with self._news:
            if self._closed:
                return
            self._wish = _Wish(self._tape.begin(volume), lines, bank_language(language))
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="voice", daemon=True)
                self._thread.start()
            self._news.notify()

    def hush(self) -> None:
        """Fall silent: nothing more leaves the tape, a device holds 40 ms at most."""
        with self._news:
            self._wish = None
            self._tape.begin()

    def close(self) -> None:
        """Fall silent for good and give the sound device back."""
        with self._news:
            self._closed, self._wish = True, None
            self._tape.begin()
            self._news.notify()
        if self._thread is not None:
            self._thread.join(CLOSE_S)
        self._sink.close()

    def _run(self) -> None:
        while not self._closed:
            wish = self._next()
            if wish is None:
                continue
            try:
                self._say(wish)
            except Exception:
                log.exception("nothing is read out this time")

    def _next(self) -> _Wish | None:
        """Wait for a wish; meanwhile watch the device while it sounds, and let it rest after."""
        with self._news:
            sounding, taken = self._tape.left > 0, self._tape.taken
            if self._wish is None and not self._closed:
                self._news.wait(self._lost_s if sounding else self._rest_s)
            wish, self._wish = self._wish, None
            if wish is not None or self._closed:
                return wish
        if not sounding:
            self._sink.rest()
        elif self._tape.taken == taken and self._tape.left:
            self._tape.begin()
            self._sink.fail()
        return None

    def _say(self, wish: _Wish) -> None:
        bank = self._bank(wish.language)
        if bank is None:
            return
        read = [said for line in wish.lines if (said := self._cut(bank, line))]
        if not read or not self._sink.wake():
            return
        for line in read:
            if not self._tape.put(wish.turn, self._sound(bank, line)):
                return

    def _sound(self, bank: VoiceBank, line: tuple[Said, ...]) -> bytes:
        """Return a line with its gaps; nothing where a clip is broken: no line is read in part."""
        parts = []
        try:
            for index, said in enumerate(line):
                pause = PAUSE_MS if said.pause else GAP_MS
                parts += [silence(pause if index else 0), bank.samples(said.key)]
        except BankError as error:
            self._tell(f"stays on the screen: {error}", logging.WARNING)
            return b""
        return b"".join((*parts, silence(LINE_MS)))

    def _cut(self, bank: VoiceBank, line: str) -> tuple[Said, ...]:
        said = bank.cut(line)
        if said is not None:
            return said
        known = bank.known_part(line)
        self._tell(f"stays on the screen, a part of it has no clip: {known}", logging.INFO)
        return ()

    def _tell(self, what: str, level: int) -> None:
        """Log something once."""
        if what not in self._told and len(self._told) < _TOLD_MOST:
            self._told.add(what)
            log.log(level, "%s", what)

    def _bank(self, language: str) -> VoiceBank | None:
        if language not in self._banks:
            try:
                self._banks[language] = VoiceBank(self._folder / language, language)
            except BankError as error:
                log.warning("nothing is read out in this language: %s", error)
                self._banks[language] = None
        return self._banks[language]


def recorded_voice(folder: Path, wav: str = "") -> RecordedVoice:
    """Return the voice with clips of a folder; heard, or written to a WAV file."""
    return RecordedVoice(folder, (lambda tape: WavSink(tape, Path(wav))) if wav else DeviceSink)
