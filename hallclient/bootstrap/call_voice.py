"""The voice of a board's calls: made late, heard or written to a file."""

from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from hallclient.config import DisplaySettings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime

    from hallclient.display.speaker import Voice, VoiceListener
    from hallclient.domain.announcement import CallKey
    from hallclient.domain.hall import HallPlan
    from hallclient.domain.speaking import Alert, CallToSpeak
    from hallclient.ui.call_voice import CallVoice
    from hallclient.ui.voice_floor import Floor
    from hallclient.ui.voice_mouth import Mouth


def own_clips(hall_id: str) -> Path:
    """Return where this PC keeps the clips of a hall's own names (``hallclient voice render``)."""
    from platformdirs import user_data_path  # noqa: PLC0415 - not at start

    return user_data_path("hallclient") / "voice" / hall_id


class Loudspeaker:
    """An ``Equipment``: the sound device of this PC, or a WAV file."""

    def __init__(self, wav: str = "") -> None:
        self._wav = wav

    def clips(self, hall_id: str) -> "CallVoice":
        """Return the shipped clips behind those of the hall."""
        from hallclient.ui.call_voice import CallVoice  # noqa: PLC0415 - with the first call

        return CallVoice(own_clips(hall_id))

    def chime(self) -> bytes:
        """Return the chime."""
        from hallclient.ui.call_voice import chime  # noqa: PLC0415 - same

        return chime()

    def mouth(self) -> "Mouth":
        """Return the device or the file."""
        from hallclient.ui.voice_mouth import Mouth  # noqa: PLC0415 - same
        from hallclient.ui.voice_sinks import DeviceSink, WavSink  # noqa: PLC0415 - same

        wav = self._wav
        return Mouth((lambda tape: WavSink(tape, Path(wav))) if wav else DeviceSink)

    def floor(self) -> "Floor":
        """Return the right to speak among the boards of this PC; a file is everybody's own."""
        from hallclient.ui.voice_floor import FileFloor, OpenFloor  # noqa: PLC0415 - same

        if self._wav:
            return OpenFloor()
        from platformdirs import user_runtime_path  # noqa: PLC0415 - same

        return FileFloor(user_runtime_path("hallclient") / "voice.lock")


class LateVoice:
    """A ``Voice``; all of it is loaded with the first call, or with the first zone it leads."""

    def __init__(self, make: "Callable[[], Voice]") -> None:
        self._make = make
        self._made: Voice | None = None
        self._listener: VoiceListener | None = None
        self._follows: tuple[HallPlan, Callable[[], datetime]] | None = None
        self._alert: Alert | None = None
        self._lock = Lock()  # the board's thread calls, another says what it leads

    def listen(self, listener: "VoiceListener") -> None:
        """See ``Voice``."""
        self._listener = listener
        if self._made is not None:
            self._made.listen(listener)

    def follow(self, plan: "HallPlan", now: "Callable[[], datetime]") -> None:
        """See ``Voice``."""
        self._follows = (plan, now)
        if self._made is not None:
            self._made.follow(plan, now)

    def lead(self, zones: frozenset[str]) -> None:
        """See ``Voice``."""
        if zones or self._made is not None:
            self._voice().lead(zones)

    def held(self) -> "tuple[CallKey, ...]":
        """See ``Voice``."""
        return () if self._made is None else self._made.held()

    def heard_elsewhere(self, calls: "Iterable[CallKey]") -> None:
        """See ``Voice``."""
        if self._made is not None:
            self._made.heard_elsewhere(calls)

    def call(self, call: "CallToSpeak") -> None:
        """See ``Voice``."""
        self._voice().call(call)

    def answered(self, turn_id: int) -> None:
        """See ``Voice``."""
        if self._made is not None:
            self._made.answered(turn_id)

    def alert(self, alert: "Alert | None") -> None:
        """See ``Voice``."""
        self._alert = alert
        if self._made is not None:
            self._made.alert(alert)

    def say(self, *sentences: str, zones: "Iterable[str]" = ()) -> None:
        """See ``Voice``."""
        if self._made is not None:
            self._made.say(*sentences, zones=zones)

    def close(self) -> None:
        """See ``Voice``."""
        if self._made is not None:
            self._made.close()

    def _voice(self) -> "Voice":
        with self._lock:
            if self._made is None:
                made = self._make()
                if self._listener is not None:
                    made.listen(self._listener)
                if self._follows is not None:
                    made.follow(*self._follows)
                made.alert(self._alert)
                self._made = made
            return self._made


def call_voice(settings: DisplaySettings) -> "Voice | None":
    """Return what speaks a board's calls; None where it may not."""
    if not (settings.sound and settings.voice):
        return None

    def make() -> "Voice":
        from hallclient.display.speaking import Speaker  # noqa: PLC0415 - with the first call

        return Speaker(Loudspeaker(settings.voice_to))

    return LateVoice(make)
