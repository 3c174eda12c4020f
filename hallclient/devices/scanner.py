"""A code scanner on a link: one line a code (devices.md §2.4).

A line is taken as UTF-8, else in the profile's encoding, else as GB18030; anything that is no
printable text is refused. What was scanned is never logged: a code may be somebody's card.
"""

import logging
import time
from collections.abc import Callable

from hallclient.devices.codec.formats import Frame
from hallclient.devices.link import Link
from hallclient.devices.member import Channel
from hallclient.devices.profile import DeviceProfile
from hallclient.services.ports_devices import DeviceState

log = logging.getLogger(__name__)


class Scanner:
    """``scanned`` is called with every code, in the worker thread.

    The same code again within the profile's ``repeat_seconds`` is the same scan: some scanners
    read on while the paper lies under them.
    """

    def __init__(self, link: Link, profile: DeviceProfile, scanned: Callable[[str], None]) -> None:
        self._profile = profile
        self._scanned = scanned
        self._decoder = profile.decoder()
        self._last: tuple[int, float] | None = None
        self._member = link.join(self)

    @property
    def state(self) -> DeviceState:
        """Where the scanner stands now; any thread. A scanner nobody uses says nothing."""
        return self._member.state

    def watch(self, changed: Callable[[DeviceState], None]) -> None:
        """Call ``changed`` at every change of state, in the worker thread."""
        self._member.watch(changed)

    # The link's client, in the worker thread.

    @property
    def gap_seconds(self) -> float | None:
        """The profile's gap while part of a line is pending."""
        return self._profile.gap_seconds if self._decoder.pending else None

    def opened(self, _channel: Channel) -> None:
        """Begin with an empty line."""
        self._decoder.reset()

    def received(self, data: bytes, _channel: Channel) -> None:
        """Take bytes in any chunking."""
        self._take(self._decoder.feed(data))

    def silent(self, _channel: Channel) -> None:
        """Give up a line without an end: half a code is none."""
        while self._decoder.pending:
            self._take(self._decoder.gap())

    def due(self, _now: float) -> float | None:
        """Have nothing to do by the clock."""
        return None

    def _take(self, lines: list[Frame]) -> None:
        for line in lines:
            code = self._code(line)
            if code is None:
                log.info("scanner: a line that is no code was refused")
            elif self._repeats(code):
                log.info("scanner: the same code again was taken for the same scan")
            else:
                self._scanned(code)

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
