"""The clips of one language: an index of keys, and packs of Ogg Vorbis (tools/render_voice.py)."""

import json
import re
from array import array
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hallclient.ui.voice_text import EN, ZH, Cutter, Said

RATE = 16_000
"""Samples a second of every clip; one channel of 16 bits."""
EDGE = RATE // 500
"""2 ms."""
LONGEST_S = 30
_PACK = re.compile(r"[0-9]{2,4}\.ogg")


class BankError(Exception):
    """Clips cannot be used; the sentence says which and why."""


@dataclass(frozen=True, slots=True)
class Clip:
    """Where a clip lies: its pack, the first of its frames and how many they are."""

    pack: str
    start: int
    frames: int


def bank_language(code: str) -> str:
    """Return the language of the clips for a catalogue: Traditional Chinese is read in Mandarin."""
    return ZH if code.startswith(ZH) else EN


class Clips:
    """The clips of a folder by their keys. Reading it takes milliseconds: not in the UI thread."""

    def __init__(self, folder: Path) -> None:
        """Read the index; ``BankError`` when it is not there or is no index."""
        self._folder = folder
        try:
            table = json.loads((folder / "index.json").read_text(encoding="utf-8"))
            self._clips = {str(key): _clip(place) for key, place in table["clips"].items()}
            self._aliases = {str(text): str(key) for text, key in table["aliases"].items()}
            self.order = tuple(str(part) for part in table.get("order", ()))
        except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
            raise BankError(f"the clips in {folder.name} have no index: {error!r}") from error
        if table.get("rate") != RATE:
            raise BankError(f"the clips in {folder.name} are not at {RATE} Hz")

    @property
    def keys(self) -> frozenset[str]:
        """What has a clip."""
        return frozenset(self._clips)

    def samples(self, key: str) -> bytes:
        """Return a clip's samples, 16 bits each, in this machine's order of bytes.

        Raises ``BankError`` when its pack is missing, broken or too short.
        """
        import miniaudio  # noqa: PLC0415 - only where something is read out

        clip = self._clips[key]
        try:
            stream = miniaudio.stream_file(
                str(self._folder / clip.pack),
                miniaudio.SampleFormat.SIGNED16,
                1,
                RATE,
                frames_to_read=clip.frames,
                seek_frame=clip.start,
            )
            samples: bytes = next(stream).tobytes()
            stream.close()
        except (miniaudio.MiniaudioError, OSError, StopIteration) as error:
            raise BankError(f"the clips in {clip.pack} cannot be read: {error!r}") from error
        if len(samples) != clip.frames * 2:
            raise BankError(f"the clips in {clip.pack} end too early")
        return _soft(samples)


def _soft(samples: bytes) -> bytes:
    """Let a clip begin and end at nothing: the codec smears up to 6 % over its edges, a click."""
    soft = array("h", samples)
    for i in range(min(EDGE, len(soft) // 2)):
        soft[i] = soft[i] * i // EDGE
        soft[-1 - i] = soft[-1 - i] * i // EDGE
    return soft.tobytes()


class VoiceBank(Clips):
    """Clips by the texts that they say."""

    def __init__(self, folder: Path, language: str) -> None:
        """Read the index; ``BankError`` when it is not there or is no index."""
        super().__init__(folder)
        self._cutter = Cutter(self._clips, self._aliases, language)

    @property
    def texts(self) -> frozenset[str]:
        """What has a clip of its own."""
        return self.keys

    def cut(self, text: str) -> tuple[Said, ...] | None:
        """Return the clips of a line, None when a part of it has none."""
        return self._cutter.cut(text)

    def known_part(self, text: str) -> str:
        """Return a line with … in place of what has no clip: this may stand in a log."""
        return self._cutter.known_part(text)


def _clip(place: Any) -> Clip:
    """Check one line of an index: files from outside are not trusted."""
    pack, start, frames = place
    if not (isinstance(pack, str) and _PACK.fullmatch(pack)):
        raise ValueError(f"{pack!r} is no pack")
    if not (isinstance(start, int) and isinstance(frames, int)):
        raise TypeError(f"{place!r} is no place")
    if start < 0 or not 0 < frames <= LONGEST_S * RATE:
        raise ValueError(f"{place!r} is no place")
    return Clip(pack, start, frames)
