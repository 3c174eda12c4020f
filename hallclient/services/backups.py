"""What a PC says about the hall's backups, so that the console knows; kept beside its devices."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Protocol

from hallclient.domain.backup_alarms import BackupFact
from hallclient.services.ports_devices import DeviceKind, DeviceState
from hallclient.services.stations import DeviceReport

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from hallclient.services.store import Reader, Store

BACKUP: Final = "backup"
DATABASE: Final = "database"


class Vault(Protocol):
    """Where backups are. Raises ``StoreError``."""

    @property
    def station(self) -> str:
        """The PC that keeps them."""
        ...

    def newest(self) -> datetime | None:
        """Return when the newest backup was made, None when there is none."""
        ...

    def make(self) -> str:
        """Make one and say so in plain words."""
        ...


def tell_made(store: Store, station: str) -> None:
    """Note that a backup was made just now."""
    store.report_devices(station, [_report(BACKUP, DeviceState.READY)])


def tell_failed(store: Store, station: str, trouble: str) -> None:
    """Note that none could be made: ``disk_full`` or ``failed``."""
    store.report_devices(station, [_report(BACKUP, DeviceState.FAILED, trouble)])


def tell_restored(store: Store, station: str, lost: Sequence[str]) -> None:
    """Note that the database was damaged and is restored; ``lost`` are numbers it lacks."""
    report = _report(DATABASE, DeviceState.STALE, "restored", " ".join(lost)[:200])
    store.report_devices(station, [report])


def tell_lost(store: Store, found: int, seen: int) -> None:
    """Note that a new primary has ``found`` journal entries of the ``seen`` ones (a failover).

    Many notice it; what stands is what whoever had seen most says.
    """
    with store.look() as reader:
        told = [one.lost for one in backup_facts(reader) if one.trouble == "lost"]
    others = (one.partition(" ")[2] for one in told)
    if any(other.isdecimal() and int(other) > seen for other in others):
        return
    report = _report(DATABASE, DeviceState.STALE, "lost", f"{found} {seen}")
    store.report_devices(DATABASE, [report])


def backup_facts(reader: Reader) -> tuple[BackupFact, ...]:
    """Return what is known of all PCs."""
    return tuple(
        BackupFact(
            station=one.station,
            made_at=one.seen_at if not one.report.trouble else one.since,
            trouble=one.report.trouble,
            since=one.since if one.report.trouble else None,
            lost=one.report.profile,
        )
        for one in reader.backup_reports()
    )


def _report(name: str, state: DeviceState, trouble: str = "", detail: str = "") -> DeviceReport:
    return DeviceReport(name, DeviceKind.BACKUP, state, profile=detail, trouble=trouble)
