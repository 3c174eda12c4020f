"""A code scanner on a link: one line a code (devices.md §2.4).

A line is taken as UTF-8, else in the profile's encoding, else as GB18030; anything that is no
printable text is refused. What was scanned is never logged: a code may be somebody's card.
"""

import logging
import time
from collections.abc import Callable

from hallclient.devices.codec.formats import Frame
from hallclient.devices.link import Link
from hallclient.devices.listening import ListeningDevice
from hallclient.devices.member import Channel
from hallclient.devices.profile import DeviceProfile

log = logging.getLogger(__name__)


class Scanner(ListeningDevice):
    """``scanned`` is called with every code, in the worker thread; with "" for what can be none.

    The same code again within the profile's ``repeat_seconds`` is the same scan: some scanners
    read on while the paper lies under them.
    """

    def __init__(self, link: Link, profile: DeviceProfile, scanned: Callable[[str], None]) -> None:
        self._scanned = scanned
        self._last: tuple[int, float] | None = None
        super().__init__(link, profile)

    def received(self, data: bytes, channel: Channel) -> None:
        """Take bytes in any chunking; whoever scanned what is no line waits for an answer too."""
        dropped = self._decoder.dropped
        lines = self._decoder.feed(data)
        for line in lines:
            self._take(line, channel)
        if not lines and self._decoder.dropped > dropped:
            self._refuse()

    def _take(self, frame: Frame, _channel: Channel) -> None:
        code = self._code(frame)
        if code is None:
            self._refuse()
        elif self._repeats(code):
            log.info("scanner: the same code again was taken for the same scan")
        else:
            self._scanned(code)

    def _refuse(self) -> None:
        """Tell of something that cannot be a code, once while it lasts."""
        if not self._repeats(""):
            log.info("scanner: what was scanned is no code")
            self._scanned("")

    def _code(self, line: Frame) -> str | None:
        for rule in self._profile.events:
            found = rule.pattern.fullmatch(line.data)
            if found is not None:
                return _text(found["text"], self._profile.rules.text.encoding)
        return None

    def _repeats(self, code: str) -> bool:
        now = time.monotonic()
        last, self._last = self._last, (hash(code), now)
        return (
            last is not None
            and last[0] == hash(code)
            and now - last[1] < self._profile.repeat_seconds
        )


def _text(data: bytes, encoding: str) -> str | None:
    """Return the printable text in these bytes, if that is what they are."""
    for name in ("utf-8", encoding, "gb18030"):
        try:
            text = data.decode(name).removeprefix("\ufeff").strip()
        except UnicodeDecodeError:
            continue
        return text if text.isprintable() and text else None
    return None
