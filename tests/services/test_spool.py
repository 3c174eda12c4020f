"""Numbers while the database is away, handed in exactly once."""

import errno
import os
import time as time_of_day
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hallclient.domain.day_tally import DayTally, Tallying
from hallclient.domain.errors import NotFound, Refused
from hallclient.domain.parts import Series, SessionHours
from hallclient.domain.rules import PriorityClass
from hallclient.domain.ticket import Channel, Delivery, TicketStatus, number_at
from hallclient.domain.turn import Outcome
from hallclient.lab.invariants import check_invariants
from hallclient.services.handing_in import HOLD, claim_slot, hand_in
from hallclient.services.issuing import TicketRequest
from hallclient.services.spool import SLOTS, Spool, range_of
from hallclient.services.spool_lines import (
    SpoolEntry,
    SpoolError,
    Tick,
    entry_of,
    entry_text,
    framed,
    unframed,
)
from hallclient.storage.spool_file import SpoolFile
from tests import invariants
from tests.halls import HALL_ID, small_hall
from tests.stores import OPENING, HallUnderTest

PLAN = small_hall()


class Pc:
    """A PC with a clock that may be wrong, and ticks that are not."""

    def __init__(self, wall: datetime = OPENING, boot: str = "one") -> None:
        self.wall, self.boot, self.seconds = wall, boot, 100.0

    def ticks(self) -> Tick:
        return Tick(self.boot, self.seconds)

    def now(self) -> datetime:
        return self.wall

    def pass_by(self, **parts: float) -> None:
        span = timedelta(**parts)
        self.wall += span
        self.seconds += span.total_seconds()

    def restart(self, wall: datetime) -> None:
        self.wall, self.boot, self.seconds = wall, self.boot + "+", 10.0


@contextmanager
def opened(folder: Path, pc: Pc) -> Iterator[Spool]:
    spool = Spool(SpoolFile(folder), pc.ticks, pc.now)
    try:
        yield spool
    finally:
        spool.close()


@pytest.fixture
def pc() -> Pc:
    return Pc()


@pytest.fixture
def spool(tmp_path: Path, pc: Pc) -> Iterator[Spool]:
    """A spool that was in touch with the hall at its opening and holds slot 3."""
    with opened(tmp_path / "spool", pc) as one:
        one.met(HALL_ID, OPENING)
        one.hold(3, OPENING + timedelta(days=10))
        yield one


def wish(n: int = 1, service: str = "BDC001", **more: Any) -> TicketRequest:
    return TicketRequest(f"wish {n}", service, station="K1", **more)


def labels(spool: Spool) -> list[str]:
    return [entry.label for entry in spool.pending]


def test_numbers_come_from_the_slots_own_range(spool: Spool) -> None:
    taken = [spool.issue(wish(n), PLAN) for n in range(20)]
    assert [t.ticket.label for t in taken] == [f"B{n}" for n in range(860, 880)]
    assert len({t.ticket.token for t in taken}) == len({t.ticket.id for t in taken}) == 20
    assert all(t.ticket.id < 0 and t.people_ahead is None for t in taken)
    with pytest.raises(Refused) as full:
        spool.issue(wish(20), PLAN)
    assert full.value.key == "offline_full"
    assert spool.issue(wish(21, "ZH001"), PLAN).ticket.label == "A860"


def test_the_ranges_of_slots_and_of_the_hall_never_meet() -> None:
    for digits, size in ((3, 20), (4, 200)):
        series = Series("B", "B", digits)
        seen = [n for slot in range(SLOTS) for n in range_of(slot, series)]
        assert len(seen) == len(set(seen)) == SLOTS * size
        assert not set(seen) & {number_at(count, digits) for count in range(1, 12_000)}


def test_asked_twice_it_is_one_number(spool: Spool) -> None:
    first, again = spool.issue(wish(), PLAN), spool.issue(wish(), PLAN)
    assert first == again
    assert len(spool.pending) == 1


def test_without_contact_slot_or_lease_there_is_no_number(tmp_path: Path, pc: Pc) -> None:
    with opened(tmp_path, pc) as spool:
        with pytest.raises(Refused, match="not been in touch"):
            spool.issue(wish(), PLAN)
        spool.met(HALL_ID, OPENING)
        assert not spool.ready(HALL_ID)
        with pytest.raises(Refused, match="none of the ten"):
            spool.issue(wish(), PLAN)
        spool.hold(0, OPENING + timedelta(hours=1))
        assert spool.ready(HALL_ID)
        assert not spool.ready("another hall")
        pc.pass_by(hours=1)
        assert not spool.ready(HALL_ID)
        with pytest.raises(Refused, match="none of the ten"):
            spool.issue(wish(), PLAN)


def test_outside_the_hours_there_is_no_number(spool: Spool) -> None:
    nine, ten = time(9), time(10)
    morning = SessionHours("am", 2, nine, ten, nine, ten, "B")
    with pytest.raises(Refused) as closed:
        spool.issue(wish(), replace(PLAN, hours=(replace(morning, opens=ten, tickets_from=ten),)))
    assert closed.value.key == "queue_closed"
    with pytest.raises(NotFound):
        spool.issue(wish(1, "NOWHERE"), PLAN)


def test_a_restart_forgets_nothing(tmp_path: Path, pc: Pc) -> None:
    with opened(tmp_path, pc) as spool:
        spool.met(HALL_ID, OPENING)
        spool.hold(3, OPENING + timedelta(days=10))
        spool.issue(wish(1, person="KEY", priority=PriorityClass.ELDERLY), PLAN)
        spool.told("wish 1", Delivery.PAPER)
        before = spool.pending
        holder = spool.holder
    with opened(tmp_path, pc) as spool:
        assert spool.pending == before
        assert (before[0].delivered, before[0].person) == ("paper", "KEY")
        assert (spool.slot, spool.holder) == (3, holder)
        assert spool.issue(wish(), PLAN).ticket.label == "B860"
        assert spool.issue(wish(2), PLAN).ticket.label == "B861"
    assert "KEY" not in repr(before)


def test_two_kiosks_of_one_name_on_a_pc_do_not_share_the_file(spool: Spool, tmp_path: Path) -> None:
    with opened(tmp_path / "spool", Pc()) as other:
        assert not other.ready(HALL_ID)
        with pytest.raises(Refused, match="another kiosk"):
            other.issue(wish(), PLAN)
        assert other.pending == ()


def test_a_copied_disk_gets_an_installation_of_its_own(
    tmp_path: Path, pc: Pc, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cards(*found: str) -> None:
        monkeypatch.setattr("hallclient.storage.spool_file._cards", lambda: set(found))

    def holder() -> str:
        with opened(tmp_path, pc) as spool:
            return spool.holder

    cards("aa", "bb")
    first = holder()
    cards("bb", "cc")  # a card was added, one is away
    assert holder() == first
    cards()  # nothing is plugged in
    assert holder() == first
    cards("dd")
    second = holder()
    assert second != first
    assert holder() == second


def test_a_copied_disk_does_not_use_the_slot_of_the_first(
    spool: Spool, tmp_path: Path, pc: Pc, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hallclient.storage.spool_file._cards", lambda: {"aa"})
    assert spool.ready(HALL_ID)
    spool.close()
    (tmp_path / "spool" / "install").write_text(f"{'0' * 32} bb")
    with opened(tmp_path / "spool", pc) as copy:
        assert copy.slot is None
        assert not copy.ready(HALL_ID)
        assert copy.last_contact == OPENING
    with opened(tmp_path / "spool", pc) as again:
        assert again.slot is None


# The file


def test_a_torn_last_line_was_shown_to_nobody(spool: Spool, tmp_path: Path, pc: Pc) -> None:
    for n in (1, 2):
        spool.issue(wish(n), PLAN)
    spool.close()
    file = tmp_path / "spool" / "spool.log"
    whole = file.read_bytes()
    second = whole.index(b"\n") + 1
    for length in range(second, len(whole)):
        file.write_bytes(whole[:length])
        with opened(tmp_path / "spool", pc) as again:
            assert labels(again) == ["B860"]
            assert again.issue(wish(3), PLAN).ticket.label == "B861"
        with opened(tmp_path / "spool", pc) as again:
            assert labels(again) == ["B860", "B861"]


def test_a_damaged_line_stops_new_numbers_and_keeps_the_others(
    spool: Spool, tmp_path: Path, pc: Pc
) -> None:
    for n in (1, 2):
        spool.issue(wish(n), PLAN)
    spool.close()
    file = tmp_path / "spool" / "spool.log"
    file.write_bytes(file.read_bytes().replace(b"wish 1", b"request x"))
    with opened(tmp_path / "spool", pc) as again:
        assert labels(again) == ["B861"]
        with pytest.raises(Refused, match="damaged"):
            again.issue(wish(3), PLAN)


def test_what_a_damaged_line_had_is_not_forgotten_with_the_handing_in(
    spool: Spool, tmp_path: Path, pc: Pc, caplog: pytest.LogCaptureFixture
) -> None:
    for n in (1, 2):
        spool.issue(wish(n), PLAN)
    spool.close()
    file = tmp_path / "spool" / "spool.log"
    file.write_bytes(file.read_bytes().replace(b"wish 2", b"request x"))
    with opened(tmp_path / "spool", pc) as again:
        (entry,) = again.pending
        assert again.done(entry.request_id, entry)
        assert not again.ready(HALL_ID)
    with opened(tmp_path / "spool", pc) as again:  # 861 is on somebody's paper
        assert not again.ready(HALL_ID)
    assert "damaged" in caplog.text


def test_damage_of_some_days_ago_is_over(spool: Spool, tmp_path: Path, pc: Pc) -> None:
    spool.issue(wish(1), PLAN)
    spool.close()
    file = tmp_path / "spool" / "spool.log"
    file.write_bytes(file.read_bytes().replace(b"wish 1", b"request x"))
    with opened(tmp_path / "spool", pc) as again:
        assert not again.ready(HALL_ID)
    long_ago = time_of_day.time() - 3 * 24 * 3600
    os.utime(file, (long_ago, long_ago))
    with opened(tmp_path / "spool", pc) as again:
        assert again.ready(HALL_ID)


@given(st.binary(max_size=200))
@settings(max_examples=200)
def test_any_bytes_are_refused_clearly(junk: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - of several modules
        entry_of(unframed(junk))


@pytest.mark.parametrize("text", ["[]", "{}", '{"token": 1}', "null", '"x"'])
def test_a_line_that_is_no_entry_is_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - of several modules
        entry_of(unframed(framed(text)[:-1]))


def test_a_line_is_what_it_was(spool: Spool) -> None:
    spool.issue(wish(1, person="K"), PLAN)
    (entry,) = spool.pending
    assert entry_of(unframed(framed(entry_text(entry))[:-1])) == entry


class FullDisk:
    """Lets a number of bytes through, then has no more room."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.room = 10**9
        self._write = os.write
        monkeypatch.setattr(os, "write", self.write)

    def write(self, handle: int, data: bytes) -> int:
        if self.room <= 0:
            raise OSError(errno.ENOSPC, "No space left on device")
        done = self._write(handle, bytes(data)[: self.room])
        self.room -= done
        return done


def test_on_a_full_disk_no_number_is_given_and_no_line_damaged(
    spool: Spool, tmp_path: Path, pc: Pc, monkeypatch: pytest.MonkeyPatch
) -> None:
    spool.issue(wish(1), PLAN)
    disk = FullDisk(monkeypatch)
    disk.room = 50
    with pytest.raises(Refused, match="No space") as refused:
        spool.issue(wish(2), PLAN)
    assert refused.value.key == "offline_none"
    disk.room = 10**9
    taken = spool.issue(wish(3), PLAN).ticket.label
    assert taken == "B862"  # 861 may be on the disk
    spool.close()
    with opened(tmp_path / "spool", pc) as again:
        assert labels(again) == ["B860", "B862"]


def test_asked_again_after_a_full_disk_the_number_is_written_first(
    spool: Spool, tmp_path: Path, pc: Pc, monkeypatch: pytest.MonkeyPatch
) -> None:
    disk = FullDisk(monkeypatch)
    disk.room = 50
    for _ in range(2):
        with pytest.raises(Refused, match="No space"):
            spool.issue(wish(1), PLAN)
    disk.room = 10**9
    assert spool.issue(wish(1), PLAN).ticket.label == "B860"
    assert spool.issue(wish(1), PLAN).ticket.label == "B860"
    assert labels(spool) == ["B860"]
    spool.close()
    with opened(tmp_path / "spool", pc) as again:
        assert labels(again) == ["B860"]


def test_half_a_line_that_cannot_be_taken_back_damages_no_other(
    spool: Spool, tmp_path: Path, pc: Pc, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_handle: int, _length: int) -> None:
        raise OSError(errno.EIO, "Input/output error")

    disk = FullDisk(monkeypatch)
    disk.room = 50
    with monkeypatch.context() as patched:
        patched.setattr(os, "ftruncate", broken)
        with pytest.raises(Refused):
            spool.issue(wish(1), PLAN)
    disk.room = 10**9
    spool.issue(wish(2), PLAN)
    spool.close()
    with opened(tmp_path / "spool", pc) as again:
        assert labels(again) == ["B861"]
        assert again.ready(HALL_ID)


def test_a_disk_that_does_not_sync_gives_no_number(
    spool: Spool, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_handle: int) -> None:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(os, "fsync", broken)
    with pytest.raises(Refused, match="Input/output"):
        spool.issue(wish(), PLAN)
    assert spool.pending == ()


def test_every_number_is_synced_before_it_is_known(
    spool: Spool, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[int] = []
    real: Callable[[int], None] = os.fsync

    def sync(handle: int) -> None:
        synced.append(handle)
        real(handle)

    monkeypatch.setattr(os, "fsync", sync)
    spool.issue(wish(), PLAN)
    assert len(synced) == 1


# Time


def test_the_halls_time_goes_on_by_ticks_whatever_the_clock_does(spool: Spool, pc: Pc) -> None:
    pc.pass_by(minutes=5)
    pc.wall += timedelta(hours=1)
    assert spool.now() == OPENING + timedelta(minutes=5)


def test_a_clock_that_is_an_hour_off_is_set_right_by_the_last_contact(tmp_path: Path) -> None:
    pc = Pc(wall=OPENING - timedelta(hours=1))
    with opened(tmp_path, pc) as spool:
        spool.met(HALL_ID, OPENING)
    pc.restart(wall=OPENING - timedelta(hours=1) + timedelta(minutes=20))
    with opened(tmp_path, pc) as spool:
        assert spool.now() == OPENING + timedelta(minutes=20)


def test_a_program_that_starts_again_trusts_ticks_more_than_the_clock(
    tmp_path: Path, pc: Pc
) -> None:
    with opened(tmp_path, pc) as spool:
        spool.met(HALL_ID, OPENING)
    pc.pass_by(minutes=3)
    pc.wall += timedelta(hours=5)
    with opened(tmp_path, pc) as spool:
        assert spool.now() == OPENING + timedelta(minutes=3)


def test_a_dead_clock_battery_never_leads_behind_what_is_known(tmp_path: Path, pc: Pc) -> None:
    with opened(tmp_path, pc) as spool:
        spool.met(HALL_ID, OPENING)
        spool.hold(0, OPENING + timedelta(days=10))
        pc.pass_by(minutes=10)
        spool.issue(wish(), PLAN)
    pc.restart(wall=datetime(2000, 1, 1, tzinfo=UTC))
    with opened(tmp_path, pc) as spool:
        assert spool.now() == OPENING + timedelta(minutes=10)


def test_over_four_in_the_morning_a_new_day_begins(spool: Spool, pc: Pc) -> None:
    pc.pass_by(hours=18, minutes=59)  # 3:59
    assert spool.issue(wish(1), PLAN).ticket.day.isoformat() == "2026-09-29"
    pc.pass_by(minutes=1)
    assert spool.issue(wish(2), PLAN).ticket.day.isoformat() == "2026-09-30"
    # Goes round: yesterday's paper is not today's number.
    assert labels(spool) == ["B860", "B861"]
    for n in range(3, 22):
        spool.issue(wish(n), PLAN)
    assert labels(spool)[-1] == "B860"
    with pytest.raises(Refused, match="no numbers B left"):
        spool.issue(wish(22), PLAN)


# Slots


def test_ten_kiosks_get_ten_slots_and_the_eleventh_none(hall: HallUnderTest) -> None:
    slots = [claim_slot(hall.store, f"install {n}") for n in range(11)]
    assert [slot.number if slot else None for slot in slots] == [*range(10), None]
    again = claim_slot(hall.store, "install 4", mine=4)
    assert again is not None
    assert again.number == 4
    assert again.until < hall.clock() + HOLD


def test_a_slot_is_kept_over_long_holidays(hall: HallUnderTest) -> None:
    assert claim_slot(hall.store, "mine") is not None
    hall.clock.advance(days=9)
    other = claim_slot(hall.store, "other")
    assert other is not None
    assert other.number == 1


# Handing in


def offline(spool: Spool, n: int = 1, service: str = "BDC001", **more: Any) -> SpoolEntry:
    spool.issue(wish(n, service, **more), PLAN)
    return next(entry for entry in spool.pending if entry.request_id == f"wish {n}")


def test_a_number_comes_in_as_it_is_on_the_paper(hall: HallUnderTest, spool: Spool, pc: Pc) -> None:
    hall.issue("BDC001")
    pc.pass_by(minutes=4)
    entry = offline(spool)
    spool.told(entry.request_id, Delivery.PAPER)
    (entry,) = spool.pending
    hall.clock.advance(minutes=30)
    ticket = hand_in(hall.store, "kiosk:K1", entry)
    with hall.store.look() as reader:
        stored = reader.ticket_by_request(entry.request_id)
    assert stored is not None
    assert (stored.label, stored.token) == ("B860", entry.token)
    assert stored.claim_at == stored.issued_at == OPENING + timedelta(minutes=4)
    assert (stored.channel, stored.status) == (Channel.OFFLINE, TicketStatus.WAITING)
    assert stored.delivered_at is not None
    assert stored.id == ticket.id
    assert hall.issue("BDC001").ticket.label == "B002"
    invariants.check(hall.engine, hall.store)


def test_handed_in_again_it_is_one_ticket(hall: HallUnderTest, spool: Spool) -> None:
    entry = offline(spool)
    first = hand_in(hall.store, "kiosk:K1", entry)
    entries = len(hall.journal())
    assert hand_in(hall.store, "kiosk:K1", entry).id == first.id
    assert len(hall.journal()) == entries
    assert hall.one("SELECT count(*) FROM ticket") == 1


def test_an_unheard_answer_gets_the_number_on_the_paper(hall: HallUnderTest, spool: Spool) -> None:
    lost = hall.issuing.issue(wish(1)).ticket
    entry = offline(spool, 1)
    assert hand_in(hall.store, "kiosk:K1", entry).id == lost.id
    assert hall.rows("SELECT label, token FROM ticket") == [("B860", entry.token)]
    assert hand_in(hall.store, "kiosk:K1", entry).label == "B860"
    assert hall.issuing.issue(wish(1)).ticket.label == "B860"
    assert hall.kinds().count("ticket.relabelled") == 1
    invariants.check(hall.engine, hall.store)


def test_called_by_a_number_nobody_had_it_waits_again(hall: HallUnderTest, spool: Spool) -> None:
    hall.sign_in("2")
    hall.issuing.issue(wish(1))
    calling = hall.calling()
    calling.call_next()
    for _ in range(2):
        calling.recall()
    calling.no_show()
    ticket = hand_in(hall.store, "kiosk:K1", offline(spool, 1))
    assert (ticket.label, ticket.status) == ("B860", TicketStatus.WAITING)
    called = calling.call_next()
    assert called.turn is not None
    assert called.turn.ticket_id == ticket.id
    calling.start()
    calling.finish(Outcome.CONSULT)
    invariants.check(hall.engine, hall.store)


def test_what_others_called_meanwhile_is_no_wrong_order(
    hall: HallUnderTest, spool: Spool, pc: Pc
) -> None:
    hall.sign_in("2")
    pc.pass_by(minutes=1)
    entry = offline(spool)
    hall.clock.advance(minutes=2)
    hall.issue("BDC001")
    hall.clock.advance(minutes=1)
    hall.calling().call_next()
    hall.clock.advance(minutes=1)
    hand_in(hall.store, "kiosk:K1", entry)
    hall.calling().start()
    hall.calling().finish(Outcome.CONSULT)
    hall.calling().call_next()
    invariants.check(hall.engine, hall.store)
    assert check_invariants(hall.engine, HALL_ID).broken == ()


def test_a_claim_lies_between_contact_and_now(hall: HallUnderTest, spool: Spool) -> None:
    entry = offline(spool)
    hall.clock.advance(minutes=10)
    early = replace(entry, request_id="a", token="0" * 16, label="B861", number=861,
                    at=OPENING - timedelta(days=1))  # fmt: skip
    late = replace(entry, request_id="b", token="1" * 16, label="B862", number=862,
                   at=OPENING + timedelta(days=1))  # fmt: skip
    assert hand_in(hall.store, "kiosk:K1", early).claim_at == OPENING
    assert hand_in(hall.store, "kiosk:K1", late).claim_at - hall.clock() < timedelta(seconds=1)


def test_priority_goes_ahead_and_a_person_is_known(hall: HallUnderTest, spool: Spool) -> None:
    entry = offline(spool, priority=PriorityClass.ELDERLY, person="KEY")
    ticket = hand_in(hall.store, "kiosk:K1", entry)
    credit = hall.store.plan().rules.credit(PriorityClass.ELDERLY)
    assert ticket.claim_at == OPENING - timedelta(minutes=credit)
    with hall.store.look() as reader:
        assert [t.id for t in reader.tickets_of("KEY")] == [ticket.id]
    assert "KEY" not in str(hall.journal())


def test_quotas_do_not_hold_it_up_but_count_it(hall: HallUnderTest, spool: Spool) -> None:
    queues = tuple(replace(q, day_quota=1) for q in hall.store.plan().queues)
    hall.change_plan(queues=queues)
    for n in (1, 2):
        hand_in(hall.store, "kiosk:K1", offline(spool, n))
    assert hall.one("SELECT count(*) FROM ticket") == 2
    with pytest.raises(Refused):
        hall.issue("BDC001")


def test_handed_in_the_next_day_it_is_a_ticket_of_its_own_day(
    hall: HallUnderTest, spool: Spool, pc: Pc
) -> None:
    yesterday = offline(spool, 1)
    hall.clock.advance(days=1)
    pc.pass_by(days=1)
    hall.issue("BDC001")
    today = offline(spool, 2)
    for entry in (yesterday, today, yesterday, today):
        hand_in(hall.store, "kiosk:K1", entry)
    rows = hall.rows("SELECT label, status FROM ticket ORDER BY label")
    assert rows == [("B001", "waiting"), ("B860", "ended"), ("B861", "waiting")]
    with hall.store.look() as reader:
        figures = reader.day_figures(yesterday.day)
    assert (figures.issued, figures.abandoned) == (1, 1)
    tallying = Tallying()
    for entry_ in hall.journal():
        tallying.take(entry_)
    assert tallying.late() == {yesterday.day: DayTally(issued=1, abandoned=1)}
    invariants.check(hall.engine, hall.store)


def test_a_number_given_out_twice_blocks_nobody(hall: HallUnderTest, spool: Spool) -> None:
    entry = offline(spool)
    other = replace(entry, request_id="other", token="0" * 16)
    hand_in(hall.store, "kiosk:K2", other)
    assert hand_in(hall.store, "kiosk:K1", entry).label == "B001"
    assert hand_in(hall.store, "kiosk:K1", entry).label == "B001"
    assert hall.one("SELECT count(*) FROM ticket") == 2
    invariants.check(hall.engine, hall.store)


def test_a_service_that_has_gone_waits_in_its_queue(hall: HallUnderTest, spool: Spool) -> None:
    entry = replace(offline(spool), service="GONE")
    ticket = hand_in(hall.store, "kiosk:K1", entry)
    assert hall.store.plan().queue_by_id(ticket.queue_id).code == "B"
    with pytest.raises(NotFound):
        hand_in(hall.store, "kiosk:K1", replace(entry, request_id="x", queue="GONE"))
    with pytest.raises(NotFound):
        hand_in(hall.store, "kiosk:K1", replace(entry, request_id="y", hall_id="other"))


def test_what_was_handed_in_is_forgotten_with_its_person(
    spool: Spool, tmp_path: Path, pc: Pc
) -> None:
    entry = offline(spool, person="KEY")
    spool.told(entry.request_id, Delivery.SCREEN)
    assert not spool.done(entry.request_id, entry)  # told meanwhile
    (entry,) = spool.pending
    assert spool.done(entry.request_id, entry)
    assert labels(spool) == []
    file = tmp_path / "spool" / "spool.log"
    assert b"KEY" not in file.read_bytes()
    second = offline(spool, 2)
    assert second.label == "B861"
    pc.pass_by(days=4)
    late = offline(spool, 3)
    spool.done("wish 2", second)
    spool.done("wish 3", late)
    assert file.read_bytes().count(b"\n") == 1
    spool.close()
    with opened(tmp_path / "spool", pc) as again:
        assert again.pending == ()


def test_contact_is_written_seldom(spool: Spool, tmp_path: Path, pc: Pc) -> None:
    file = tmp_path / "spool" / "contact"
    before = file.read_bytes()
    for _ in range(50):
        pc.pass_by(seconds=1)
        spool.met(HALL_ID, pc.now())
    assert file.read_bytes() == before
    pc.pass_by(seconds=11)
    spool.met(HALL_ID, pc.now())
    assert file.read_bytes() != before
    assert spool.last_contact == pc.now()


def test_another_hall_has_nothing_of_the_first(spool: Spool) -> None:
    spool.met("510100000000-09", OPENING)
    assert spool.slot is None
    assert not spool.ready(HALL_ID)


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path, pc: Pc) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("no folder")
    with opened(blocked / "spool", pc) as spool:
        assert not spool.ready(HALL_ID)
        with pytest.raises(Refused) as refused:
            spool.issue(wish(), PLAN)
        assert refused.value.key == "offline_none"
        with pytest.raises(SpoolError):
            spool.met(HALL_ID, OPENING)


def test_told_after_it_was_handed_in_the_database_learns_it_too(
    hall: HallUnderTest, spool: Spool
) -> None:
    entry = offline(spool)
    hand_in(hall.store, "kiosk:K1", entry)
    spool.done(entry.request_id, entry)
    spool.told(entry.request_id, Delivery.PAPER)
    (entry,) = spool.pending
    hand_in(hall.store, "kiosk:K1", entry)
    assert hall.rows("SELECT delivered_how FROM ticket") == [("paper",)]
    assert spool.done(entry.request_id, entry)
    spool.told(entry.request_id, Delivery.SCREEN)
    assert spool.pending == ()
