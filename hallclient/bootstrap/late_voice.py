"""The voice of a kiosk, loaded when somebody first wants it: most never do."""

from typing import TYPE_CHECKING

from hallclient import assets

if TYPE_CHECKING:
    from hallclient.ui.voice import RecordedVoice


class LateVoice:
    """Fulfils the ``Voice`` port of the kiosk. ``wav`` is a file in place of the loudspeaker."""

    def __init__(self, wav: str = "") -> None:
        self._wav = wav
        self._made: RecordedVoice | None = None

    def read(self, lines: tuple[str, ...], language: str, volume: int) -> None:
        """Read lines; the first time the voice is made."""
        if self._made is None:
            from hallclient.ui.voice import recorded_voice  # noqa: PLC0415 - see above

            self._made = recorded_voice(assets.path("voice"), self._wav)
        self._made.read(lines, language, volume)

    def hush(self) -> None:
        """Fall silent."""
        if self._made is not None:
            self._made.hush()

    def close(self) -> None:
        """Give the sound device back."""
        if self._made is not None:
            self._made.close()
