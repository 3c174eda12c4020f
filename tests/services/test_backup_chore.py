"""The daily backup: once a business day, its trouble its own, and the console knows."""

from datetime import datetime, timedelta

import pytest

from hallclient.agent.chore_part import ChoresPart
from hallclient.agent.part import PartState
from hallclient.domain.alarm import AlarmKind
from hallclient.services.backups import tell_restored
from hallclient.services.chores import ChoreTrouble, chores
from hallclient.services.chores.backup import AGAIN_S, BackupChore
from hallclient.services.floor import floor_state
from hallclient.storage.errors import DiskFull
from tests.stores import HallUnderTest


class HandVault:
    """A vault that makes backups of nothing."""

    station = "PC-1"

    def __init__(self, hall: HallUnderTest) -> None:
        self.hall = hall
        self.made: list[datetime] = []
        self.full = False

    def newest(self) -> datetime | None:
        return max(self.made, default=None)

    def make(self) -> str:
        if self.full:
            raise DiskFull("The disk is full.")
        self.made.append(self.hall.clock.now)
        return "made one"


def wanted(hall: HallUnderTest, chore: BackupChore) -> bool:
    with hall.store.look() as reader:
        return chore.wanted(reader)


def alarms(hall: HallUnderTest) -> list[tuple[AlarmKind, object]]:
    ours = (AlarmKind.BACKUP, AlarmKind.RESTORED)
    with hall.store.look() as reader:
        found = floor_state(reader).alarms
    return [(one.kind, one.facts["trouble"]) for one in found if one.kind in ours]


def test_one_a_business_day(hall: HallUnderTest) -> None:
    vault = HandVault(hall)
    chore = BackupChore(vault)
    assert wanted(hall, chore)
    assert chore.step(hall.store) == "made one"
    assert chore.step(hall.store) == ""
    hall.clock.advance(hours=10)
    assert not wanted(hall, chore)
    hall.clock.advance(hours=9)  # four in the morning
    assert wanted(hall, chore)
    assert alarms(hall) == []


def test_trouble_is_told_and_tried_again_later(hall: HallUnderTest) -> None:
    vault, ticks = HandVault(hall), [0.0]
    vault.full = True
    chore = BackupChore(vault, lambda: ticks[0])
    with pytest.raises(ChoreTrouble, match="full"):
        chore.step(hall.store)
    assert alarms(hall) == [(AlarmKind.BACKUP, "disk_full")]
    assert not wanted(hall, chore)
    ticks[0] += AGAIN_S
    vault.full = False
    assert chore.step(hall.store) == "made one"
    assert alarms(hall) == []


def test_a_backup_that_grows_old_is_told(hall: HallUnderTest) -> None:
    BackupChore(HandVault(hall)).step(hall.store)
    hall.clock.advance(days=2, minutes=1)
    assert alarms(hall) == [(AlarmKind.BACKUP, "old")]


def test_a_restored_database_is_told(hall: HallUnderTest) -> None:
    tell_restored(hall.store, "PC-1", ["A012"])
    assert alarms(hall) == [(AlarmKind.RESTORED, "restored")]
    hall.clock.advance(days=2, minutes=1)
    assert alarms(hall) == []


def test_it_is_no_device(hall: HallUnderTest) -> None:
    BackupChore(HandVault(hall)).step(hall.store)
    with hall.store.look() as reader:
        assert reader.devices() == []
        assert len(reader.backup_reports()) == 1


def test_its_trouble_keeps_no_other_chore(hall: HallUnderTest) -> None:
    vault = HandVault(hall)
    vault.full = True
    part = ChoresPart(hall.store, chores(vault), "PC-1", lambda: None)
    part._look_around()
    states = {line.part: line.state for line in part.status()}
    assert states["chore backup"] is PartState.TROUBLE
    assert PartState.TROUBLE not in [states[name] for name in states if name != "chore backup"]


@pytest.mark.parametrize("minutes", [-600, 5])
def test_a_clock_that_is_not_the_halls_makes_no_second_one(
    hall: HallUnderTest, minutes: int
) -> None:
    """The PC dates the backup, the database says which day it is: seconds apart are enough."""
    vault = HandVault(hall)
    chore = BackupChore(vault)
    assert chore.step(hall.store)
    vault.made[:] = [at + timedelta(minutes=minutes) for at in vault.made]
    assert chore.step(hall.store) == ""
    hall.clock.advance(hours=24)
    assert wanted(hall, chore)
