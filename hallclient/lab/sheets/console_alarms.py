"""Every alarm about the hall's data, as the rules make it: backups, a restored database."""

from dataclasses import replace
from datetime import timedelta

from hallclient.domain.alarm import Alarm
from hallclient.domain.backup_alarms import BackupFact, backups_wrong
from hallclient.lab.sheets.console_floor import NOW
from hallclient.services.floor import FloorState

_LOST = "A041, A042, A043, B107, B108, BDC019, K003, K004"


def data_alarms() -> tuple[Alarm, ...]:
    """Return one of each way: restored with and without gaps, lost by a failover, no backup."""
    hour, days = timedelta(hours=1), timedelta(days=1)
    facts = (
        BackupFact("PC1", NOW, "lost", NOW - hour, "48210 48223"),
        BackupFact("PC2", NOW, "lost", NOW - hour, "48230 48223"),
        BackupFact("PC3", NOW, "restored", NOW - hour, _LOST),
        BackupFact("PC4", NOW, "restored", NOW - hour),
        BackupFact("PC5", NOW - 3 * days, "disk_full", NOW - 2 * days),
        BackupFact("PC6", NOW - days, "failed", NOW - hour),
        BackupFact("PC7", NOW - 12 * days),
    )
    return tuple(backups_wrong(NOW, facts))


def floor_with(state: FloorState, alarms: tuple[Alarm, ...]) -> FloorState:
    """Return a floor with these alarms and no others."""
    return replace(state, alarms=alarms)
