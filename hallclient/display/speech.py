"""The sound of what a board speaks: chime, call, sentences, how loud. No Qt."""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Protocol
from zoneinfo import ZoneInfo

from hallclient.domain.announcement import Unspoken
from hallclient.domain.hall import HallPlan
from hallclient.domain.rules import HallRules
from hallclient.domain.speaking import Reading, volume_at

if TYPE_CHECKING:
    from hallclient.ui.call_voice import CallVoice
    from hallclient.ui.voice_floor import Floor
    from hallclient.ui.voice_mouth import Mouth, Played

RUN_S = 2.0
"""A call within so many seconds of the last one needs no chime: everybody is listening."""


class Equipment(Protocol):
    """What a speaker speaks with. It is asked in the speaker's thread, once for each."""

    def clips(self, hall_id: str) -> "CallVoice":
        """Return the clips for a hall."""

    def chime(self) -> bytes:
        """Return the chime's samples."""

    def mouth(self) -> "Mouth":
        """Return where the sound goes."""

    def floor(self) -> "Floor":
        """Return the right to speak on this PC."""


@dataclass(frozen=True, slots=True)
class Manner:
    """How it is spoken just now."""

    hall_id: str
    rules: HallRules
    volume: int

    @classmethod
    def of(cls, plan: HallPlan, at: datetime) -> "Manner":
        """Return what a hall's rules say of this moment."""
        local = at.astimezone(ZoneInfo(plan.time_zone)).time()
        return cls(plan.hall_id, plan.rules, volume_at(plan.rules.voice_volumes, local))


class Speech:
    """Makes the sounds and plays them. For the speaker's thread."""

    def __init__(self, equipment: Equipment) -> None:
        self._equipment = equipment
        self.mouth = equipment.mouth()
        self._chime = equipment.chime()
        self._clips: dict[str, CallVoice] = {}
        self._over_at = -math.inf
        self.last = b""
        """The call that was spoken last, without its chime."""

    def begin(self, reading: Reading, manner: Manner) -> tuple[bytes, Unspoken | None]:
        """Return what sounds for a call, and why it is not spoken, if it is not."""
        if not manner.volume:
            return b"", Unspoken.MUTED
        if not self.mouth.ready():
            return b"", Unspoken.NO_SOUND
        rules = manner.rules
        languages = rules.voice_languages[: 1 if reading.first_language_only else None]
        self.last = self._of(manner).call(reading.call, languages, yao=rules.voice_yao)
        run = time.monotonic() - self._over_at < RUN_S and self.last
        chime = self._chime if rules.voice_chime and not run else b""
        return chime + self.last, None if self.last else Unspoken.NO_CLIP

    def sentences(self, keys: tuple[str, ...], manner: Manner) -> bytes:
        """Return fixed sentences; the chime alone where they have no clip."""
        if not self.mouth.ready():
            return b""
        return self._chime + self._of(manner).sentences(keys, manner.rules.voice_languages)

    def play(self, sound: bytes, volume: int, stop: Callable[[float], bool]) -> "Played":
        """Play a sound to its end; nothing is played whole at once."""
        played = self.mouth.play(sound, volume, stop)
        if sound:
            self._over_at = time.monotonic()
        return played

    def _of(self, manner: Manner) -> "CallVoice":
        if manner.hall_id not in self._clips:
            self._clips[manner.hall_id] = self._equipment.clips(manner.hall_id)
        return self._clips[manner.hall_id]
