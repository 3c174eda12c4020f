"""The hall's time while nobody can ask for it.

It is the database's at the last contact, carried on by the PC's ticks since then; after a restart
of the PC by its clock and the offset it had. It never stands before a contact.
"""

import os
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from hallclient.services.spool_lines import Contact, Tick


def utc_now() -> datetime:
    """Return the PC's own time."""
    return datetime.now(UTC)


class SpoolClock:
    """The hall's time as well as a PC can know it. ``ticks`` and ``wall`` are the PC's."""

    def __init__(self, ticks: Callable[[], Tick], wall: Callable[[], datetime] = utc_now) -> None:
        self._ticks = ticks
        self._wall = wall
        self._contact: Contact | None = None
        self._anchor: tuple[datetime, Tick] | None = None

    def met(self, hall_id: str, now: datetime, age_s: float = 0.0) -> Contact:
        """Note what the database's clock said just now, or so many seconds ago."""
        tick = self._ticks()
        tick = Tick(tick.boot, tick.seconds - age_s)
        offset = (now - self._wall()).total_seconds() + age_s
        self._contact, self._anchor = Contact(hall_id, now, offset, tick), (now, tick)
        return self._contact

    def restore(self, contact: Contact, latest: datetime) -> None:
        """Go on from what another process wrote down; ``latest`` is a moment that was over."""
        guess = self._wall() + timedelta(seconds=contact.offset_s)
        self._contact, self._anchor = contact, (max(guess, latest), self._ticks())

    def now(self) -> datetime:
        """Return the hall's time."""
        contact, tick = self._contact, self._ticks()
        if contact is not None and contact.tick.boot == tick.boot:
            return contact.at + timedelta(seconds=max(0.0, tick.seconds - contact.tick.seconds))
        if self._anchor is None:
            return self._wall()
        at, since = self._anchor
        return at + timedelta(seconds=max(0.0, tick.seconds - since.seconds))


def process_ticks() -> Callable[[], Tick]:
    """Return ticks that go on over a restart of the program where the system can tell."""
    boot = _boot_id() or os.urandom(8).hex()
    clock = getattr(time, "CLOCK_BOOTTIME", None)
    if clock is None:
        return lambda: Tick(boot, time.monotonic())
    return lambda: Tick(boot, time.clock_gettime(clock))


def _boot_id() -> str:
    if not hasattr(time, "CLOCK_BOOTTIME"):
        return ""
    try:
        with open("/proc/sys/kernel/random/boot_id", encoding="ascii") as file:  # noqa: PTH123
            return file.read(64).strip()
    except OSError:
        return ""
