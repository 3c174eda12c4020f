"""The voice of a board's calls: made late, heard or written to a file."""

from pathlib import Path
from typing import TYPE_CHECKING

from hallclient.config import DisplaySettings

if TYPE_CHECKING:
    from hallclient.display.speaker import Voice
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


def call_voice(settings: DisplaySettings) -> "Voice | None":
    """Return the voice of a board's calls; None where it is mute."""
    if not (settings.sound and settings.voice):
        return None
    from hallclient.display.speaking import Speaker  # noqa: PLC0415 - a mute board has none

    return Speaker(Loudspeaker(settings.voice_to))
