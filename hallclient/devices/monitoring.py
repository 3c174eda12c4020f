"""The traffic of a port, decoded line by line: for a technician, not for a floor at work.

Levels, digits and texts are personal at work (a rating, a PIN, an ID card), so they are hidden, in
the decoded words and in the bytes of known and unknown frames, unless the technician says that
nobody's are on the line.
"""

import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

from hallclient.devices.codec.formats import Frame
from hallclient.devices.profile import DeviceEvent, DeviceProfile
from hallclient.devices.transport import Port

HIDDEN = "••"
IDLE_SECONDS = 0.5


@dataclass(frozen=True, slots=True)
class Traffic:
    """One frame, or bytes (``frame`` None) that are none; ``at`` is seconds since the start."""

    at: float
    frame: Frame | None
    event: DeviceEvent | None
    lost: int = 0
    words: str = field(default="", repr=False)


def monitor(
    port: Port,
    profile: DeviceProfile,
    ending: threading.Event,
    *,
    open_book: bool = False,
    seconds: float | None = None,
) -> Iterator[Traffic]:
    """Yield what is heard on an open port until ``ending`` is set or ``seconds`` are over."""
    decoder = profile.decoder()
    start = time.monotonic()
    lost = 0
    while not ending.is_set():
        now = time.monotonic() - start
        if seconds is not None and now >= seconds:
            return
        pending = bool(decoder.pending)
        left = IDLE_SECONDS if seconds is None else min(IDLE_SECONDS, seconds - now)
        data = port.read(min(left, profile.gap_seconds) if pending else left)
        frames = decoder.feed(data) if data else decoder.gap() if pending else []
        at = time.monotonic() - start
        for frame in frames:
            yield _told(at, frame, profile, open_book=open_book)
        if decoder.dropped > lost and not decoder.pending:
            yield Traffic(at, None, None, decoder.dropped - lost, "bytes that are no frame")
            lost = decoder.dropped


def _told(at: float, frame: Frame, profile: DeviceProfile, *, open_book: bool) -> Traffic:
    event = profile.event(frame)
    data = frame.data.hex(" ").upper() if open_book else HIDDEN
    parts = [f"addr {frame.addr:02X}", f"func {frame.func:02X}", f"data {data or '-'}"]
    if event is None:
        parts.append("unknown content")
    else:
        parts.append(event.name)
        parts += _details(event) if open_book else []
    return Traffic(at, frame, event, words="  ".join(parts))


def _details(event: DeviceEvent) -> list[str]:
    found = [] if event.level is None else [f"level {event.level}"]
    found += [f"digits {event.digits}"] if event.digits else []
    return found + ([repr(event.text)] if event.text else [])
