"""An emulated code scanner."""

from pathlib import Path

from hallclient.devices.codec.formats import Frame
from hallclient.devices.emulators.bus import EmulatedBus
from hallclient.devices.emulators.console import Verb
from hallclient.devices.emulators.device import EmulatedDevice
from hallclient.devices.profile import DeviceProfile

ENDS = {"cr": b"\r", "lf": b"\n", "crlf": b"\r\n", "none": b""}
ENCODINGS = ("utf-8", "gb18030")


class EmulatedScanner(EmulatedDevice):
    """``scan`` works like a paper under its light. ``encoding`` and ``end`` are its set-up."""

    def __init__(
        self, profile: DeviceProfile, *, link: Path | None = None, bus: EmulatedBus | None = None
    ) -> None:
        self.encoding = "utf-8"
        self.end = b"\r\n"
        self._scans = 0
        super().__init__(profile, link=link, bus=bus)

    def scan(self, text: str) -> None:
        """Send a code as a line."""
        self._scans += 1
        self.say(text.encode(self.encoding) + self.end)

    def _take(self, frame: Frame) -> None:
        """Hear nothing: a scanner only speaks."""

    def _state(self) -> str:
        return f"scanned {self._scans} codes, says them in {self.encoding}"

    def _verbs(self) -> dict[str, Verb]:
        return {
            "scan": Verb("scan TEXT: a code under its light", self._scan),
            "encoding": Verb(f"encoding {'|'.join(ENCODINGS)}", self._set_encoding),
            "end": Verb(f"end {'|'.join(ENDS)}: what follows a code", self._set_end),
            **super()._verbs(),
        }

    def _scan(self, text: str) -> None:
        if not text:
            raise ValueError("say what is scanned")
        self.scan(text)

    def _set_encoding(self, text: str) -> None:
        if text not in ENCODINGS:
            raise ValueError("say an encoding")
        self.encoding = text

    def _set_end(self, text: str) -> None:
        if text not in ENDS:
            raise ValueError("say an end")
        self.end = ENDS[text]
