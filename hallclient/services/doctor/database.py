"""The hall's database: reachable, fast, of the right version, whole, and of the same time."""

import statistics
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Protocol

from hallclient.domain.hall import HallPlan
from hallclient.domain.journal import Entry, broken_at
from hallclient.services.doctor.finding import Finding, good, note, trouble
from hallclient.services.doctor.folders import size
from hallclient.services.stations import DeviceRecord
from hallclient.services.store_error import StoreError

ASKS: Final = 7
SLOW_MS: Final = 50
CLOCK_OFF_S: Final = 5.0
LAST_ENTRIES: Final = 500


@dataclass(frozen=True, slots=True)
class HallFacts:
    """What the hall says of itself at one moment; ``late`` are the names of chores left undone."""

    plan: HallPlan
    day_open: str
    """The open business day where it is over already, else empty."""
    late: Sequence[str]
    devices: Sequence[DeviceRecord]
    now: datetime


class Patient(Protocol):
    """A database that is looked at and not changed. Everything may raise ``StoreError``."""

    @property
    def where(self) -> str:
        """The place without a password."""
        ...

    def open(self) -> None:
        """Connect."""
        ...

    def ask(self) -> float:
        """Ask the shortest question; return the seconds it took."""
        ...

    def versions(self) -> tuple[str, str]:
        """Return the tables' version, empty for none, and this program's."""
        ...

    def missing(self) -> Sequence[str]:
        """Return the tables that are not there."""
        ...

    def halls(self) -> Sequence[str]:
        """Return the halls' ids."""
        ...

    def clock(self) -> datetime:
        """Return the database's time."""
        ...

    def last_entries(self, hall_id: str, count: int) -> tuple[str, int, Sequence[Entry]]:
        """Return the last entries of a journal, and hash and number of the one before them."""
        ...

    def facts(self, hall_id: str) -> HallFacts:
        """Return the hall and how it is."""
        ...

    def damage(self) -> str:
        """Check the file's structure; what is wrong, empty for nothing or for a server."""
        ...

    def file_bytes(self) -> int:
        """Return the size of the file; 0 for a server."""
        ...

    def close(self) -> None:
        """Let go."""
        ...


QUICK_CHECK_MAX: Final = 512 << 20
"""Bytes of a file whose structure is checked in a few seconds."""


def examine_database(
    patient: Patient,
    hall_id: str,
    wall: Callable[[], datetime],
    known: Callable[[HallFacts], None],
    *,
    journal: bool = True,
) -> Iterator[Finding]:
    """Yield all that is to be said of a database; the hall's facts are told to ``known``.

    ``journal`` false: this login does not see all entries, so that what it misses says nothing.
    """
    try:
        patient.open()
    except StoreError as error:
        yield away(error, patient.where)
        return
    try:
        yield from _speed(patient)
        yield from _clock(patient, wall)
        yield from _structure(patient)
        fits, findings = _versions(patient)
        yield from findings
        if not fits:
            return
        chosen, finding = _hall(patient.halls(), hall_id)
        yield finding
        if chosen:
            facts = patient.facts(chosen)
            known(facts)
            if journal:
                yield from _journal(patient, chosen)
    except StoreError as error:
        yield away(error, patient.where)
    finally:
        patient.close()


def away(error: StoreError, where: str) -> Finding:
    """Return why a database cannot be used, by the kind of its error."""
    kinds = {
        "DatabaseAway": ("database.away", ""),
        "Busy": ("database.busy", ""),
        "DiskFull": ("database.disk_full", "df -h"),
        "DatabaseDenied": ("database.denied", ""),
        "DatabaseUnreadable": ("database.unreadable", "hallclient db check"),
        "DatabaseDamaged": ("database.unreadable", "hallclient db check"),
        "DatabaseOnNetworkShare": ("database.share", ""),
        "DatabaseUrlInvalid": ("database.url", ""),
    }
    key, command = kinds.get(type(error).__name__, ("database.refused", ""))
    why = str(error).replace("; trying again", "")
    return trouble(key, command, where=where, why=why)


def _speed(patient: Patient) -> Iterator[Finding]:
    took = statistics.median(patient.ask() for _ in range(ASKS)) * 1000
    facts = {"where": patient.where, "ms": f"{took:.1f}"}
    yield note("database.slow", **facts) if took > SLOW_MS else good("database.there", **facts)


def _clock(patient: Patient, wall: Callable[[], datetime]) -> Iterator[Finding]:
    before = wall()
    ahead = patient.clock() - before
    seconds = round(ahead.total_seconds(), 1)
    if abs(ahead) > timedelta(seconds=CLOCK_OFF_S):
        key = "clock.behind" if seconds > 0 else "clock.ahead"
        yield trouble(key, "sudo timedatectl set-ntp true", seconds=f"{abs(seconds):.0f}")
    else:
        yield good("clock.agrees", seconds=f"{abs(seconds):.1f}")


def _structure(patient: Patient) -> Iterator[Finding]:
    length = patient.file_bytes()
    if not length:
        return
    if length > QUICK_CHECK_MAX:
        yield note("database.unchecked", "hallclient db check", size=size(length))
        return
    damage = patient.damage()
    if damage:
        yield trouble("database.damaged", "hallclient db check", why=damage)
    else:
        yield good("database.whole", size=size(length))


def _versions(patient: Patient) -> tuple[bool, list[Finding]]:
    found, wanted = patient.versions()
    facts = {"found": found, "wanted": wanted}
    if not found:
        return False, [trouble("database.empty", "hallclient hall load my-hall.toml")]
    if found > wanted:
        return False, [trouble("database.newer", **facts)]
    if found < wanted:
        return False, [trouble("database.older", "hallclient db upgrade", **facts)]
    missing = patient.missing()
    if missing:
        names = ", ".join(missing)
        return False, [trouble("database.tables", "hallclient db check", names=names)]
    return True, [good("database.version", version=found)]


def _hall(halls: Sequence[str], wanted: str) -> tuple[str, Finding]:
    listed = ", ".join(halls)
    if wanted and wanted in halls:
        return wanted, good("hall.found", hall=wanted)
    if wanted:
        return "", trouble("hall.unknown", hall=wanted, halls=listed or "–")
    if not halls:
        return "", trouble("hall.none", "hallclient hall load my-hall.toml")
    if len(halls) > 1:
        return "", trouble("hall.several", halls=listed)
    return halls[0], good("hall.found", hall=halls[0])


def _journal(patient: Patient, hall_id: str) -> Iterator[Finding]:
    before, seq, entries = patient.last_entries(hall_id, LAST_ENTRIES)
    at = broken_at(entries, before, seq)
    if at is None:
        yield good("journal.whole", n=len(entries))
    else:
        yield trouble("journal.broken", "hallclient db check", seq=at)
