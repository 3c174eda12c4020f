"""When the console hears of backups."""

from datetime import UTC, datetime, timedelta

import pytest

from hallclient.domain.alarm import AlarmKind
from hallclient.domain.alarm_rules import FloorFacts, alarms_of
from hallclient.domain.backup_alarms import BackupFact

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.mark.parametrize("hall_open", [True, False])
@pytest.mark.parametrize(
    ("fact", "told"),
    [
        (BackupFact("PC", NOW - 47 * HOUR), None),
        (BackupFact("PC", NOW - 49 * HOUR), "old"),
        (BackupFact("PC", NOW - HOUR, "disk_full", NOW - HOUR), "disk_full"),
        (BackupFact("PC", NOW - HOUR, "failed", NOW - HOUR), "failed"),
    ],
)
def test_an_old_or_missing_backup_is_told(
    fact: BackupFact, told: str | None, hall_open: bool
) -> None:
    found = alarms_of(FloorFacts(NOW, open=hall_open, backups=(fact,)))
    assert [(one.kind, one.facts["trouble"]) for one in found] == (
        [(AlarmKind.BACKUP, told)] if told else []
    )


def test_a_restored_database_is_told_for_two_days() -> None:
    for hours, count in ((0, 1), (47, 1), (49, 0)):
        fact = BackupFact("PC", NOW, "restored", NOW - hours * HOUR, "A012 A013")
        found = alarms_of(FloorFacts(NOW, backups=(fact,)))
        assert [one.facts["lost"] for one in found] == ["A012 A013"] * count
