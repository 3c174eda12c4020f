"""The sound of a call, put together from recorded clips (docs/voice.md). No Qt, no device.

A language is a folder with ``index.json`` and packs; a folder of the hall's own clips goes before
the one that is shipped. A third language is another folder with the same keys, nothing else.
"""

import logging
import wave
from array import array
from collections.abc import Iterable, Sequence
from pathlib import Path

from hallclient import assets
from hallclient.domain.speaking import CallToSpeak
from hallclient.domain.spoken_call import FORM, CallForm, clips_of
from hallclient.ui.voice_bank import RATE, BankError, Clips
from hallclient.ui.voice_tape import little_endian, silence

log = logging.getLogger(__name__)

GAP_MS, PAUSE_MS, LANGUAGE_MS = 60, 120, 350
"""Between two clips, between two parts, between two languages (devices.md §3)."""
ENGLISH = "en"
_TOLD_MOST = 200


class CallBank:
    """The clips of one language, of several folders: the first that has a clip counts."""

    def __init__(self, folders: Iterable[Path]) -> None:
        """Read the folders that are there. ``BankError`` where a shipped one is broken."""
        self._layers = [Clips(folder) for folder in folders if folder.is_dir()]
        self._layer = {key: clips for clips in reversed(self._layers) for key in clips.keys}
        self._order = next((clips.order for clips in self._layers if clips.order), FORM)

    @property
    def keys(self) -> frozenset[str]:
        """What has a clip."""
        return frozenset(self._layer)

    def call(self, call: CallToSpeak, *, yao: bool) -> bytes:
        """Return a call's samples; nothing where a part of it has no clip, or a broken one."""
        form = CallForm(yao, self._order)
        parts = clips_of(call.label, call.window, call.place, self._layer.keys(), form)
        return b"" if parts is None else self.join(parts)

    def sentence(self, key: str) -> bytes:
        """Return a fixed sentence; nothing where it has no clip."""
        return self.join(((key,),)) if key in self._layer else b""

    def join(self, parts: Sequence[Sequence[str]]) -> bytes:
        """Return clips with their gaps; nothing where one of them is broken."""
        try:
            said = [
                silence(GAP_MS).join(self._layer[key].samples(key) for key in part)
                for part in parts
            ]
        except BankError as error:
            log.warning("a call is not spoken: %s", error)
            return b""
        return silence(PAUSE_MS).join(said)


class CallVoice:
    """The calls and sentences of a hall in its languages. For one thread."""

    def __init__(self, own: Path | None = None, shipped: Path | None = None) -> None:
        """``own`` and ``shipped`` hold a folder for each language."""
        shipped = assets.path("voice", "calls") if shipped is None else shipped
        self._folders = [shipped] if own is None else [own, shipped]
        self._banks: dict[str, CallBank | None] = {}
        self._told: set[str] = set()

    def call(self, call: CallToSpeak, languages: Sequence[str], *, yao: bool = False) -> bytes:
        """Return a call in these languages, one after the other; nothing where none has it all."""
        said = []
        for language in languages:
            bank = self.bank(language)
            sound = bank.call(call, yao=yao) if bank is not None else b""
            if sound:
                said.append(sound)
            else:
                self._tell(f"no clips in {language} for {call.label} at window {call.window}")
        return silence(LANGUAGE_MS).join(said)

    def sentences(self, keys: Sequence[str], languages: Sequence[str]) -> bytes:
        """Return fixed sentences in these languages and, for guests, in English."""
        said = []
        for language in dict.fromkeys((*languages, ENGLISH)):
            bank = self.bank(language)
            parts = [sound for key in keys if bank is not None and (sound := bank.sentence(key))]
            if parts:
                said.append(silence(LANGUAGE_MS).join(parts))
        if not said:
            self._tell(f"no clips for {', '.join(keys)}")
        return silence(2 * LANGUAGE_MS).join(said)

    def bank(self, language: str) -> CallBank | None:
        """Return a language's clips, None where there are none or they are broken."""
        if language not in self._banks:
            self._banks[language] = self._read(language)
        return self._banks[language]

    def _read(self, language: str) -> CallBank | None:
        folders = [folder / language for folder in self._folders]
        try:
            bank = CallBank(folders)
        except BankError as error:
            log.warning("the clips in %s cannot be used: %s", language, error)
            return self._shipped_only(language)
        if bank.keys:
            return bank
        self._tell(f"no clips in {language}: calls are not spoken in it")
        return None

    def _shipped_only(self, language: str) -> CallBank | None:
        """Return what is shipped, when the hall's own clips are broken."""
        if len(self._folders) == 1:
            return None
        try:
            return CallBank([self._folders[-1] / language])
        except BankError:
            return None

    def _tell(self, what: str) -> None:
        if what not in self._told and len(self._told) < _TOLD_MOST:
            self._told.add(what)
            log.info("%s", what)


def chime() -> bytes:
    """Return the samples of the chime; nothing where its file is not as it was shipped."""
    file = assets.path("sounds", "chime.wav")
    try:
        with file.open("rb") as raw, wave.open(raw, "rb") as read:
            form = (read.getframerate(), read.getnchannels(), read.getsampwidth())
            samples = read.readframes(read.getnframes())
    except (OSError, wave.Error, EOFError) as error:
        log.warning("no chime: %s", error)
        return b""
    if form != (RATE, 1, 2):
        log.warning("no chime: %s is not at %d Hz with one channel of 16 bits", file.name, RATE)
        return b""
    return little_endian(array("h", samples).tobytes())


def write_wav(file: Path, samples: bytes) -> None:
    """Write samples to a WAV file; raises ``OSError``."""
    with file.open("wb") as raw, wave.open(raw, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(RATE)
        out.writeframes(little_endian(samples))
