"""Taking in files of another system, on both databases."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from hallclient.domain.appointment import AppointmentState, BookedBy, is_code
from hallclient.domain.limits import NoTicket
from hallclient.services.appointments import Appointments, BookingRequest, CheckIn
from hallclient.services.appointments.files import Line, ParsedFile, Problem
from hallclient.services.appointments.importing import ImportReport, take_in
from tests.halls import weekdays
from tests.stores import HallUnderTest

pytestmark = pytest.mark.usually_on("sqlite")

TUESDAY = date(2026, 9, 29)
PERSON = "cd" * 32


def at(hour: int, minute: int = 0, day: date = TUESDAY) -> datetime:
    local = datetime.combine(day, time(hour, minute), ZoneInfo("Asia/Shanghai"))
    return local.astimezone(UTC)


def line(number: str = "YY0001", starts_at: datetime | None = None, **more: object) -> Line:
    known = {"line": 2, "service": "BDC001", "booked": True, **more}
    return Line(number=number, starts_at=starts_at or at(10), **known)  # type: ignore[arg-type]


@pytest.fixture
def desk(hall: HallUnderTest) -> Appointments:
    queues = tuple(replace(q, slice_booked=2 * (q.code == "B")) for q in hall.store.plan().queues)
    hall.change_plan(queues=queues, hours=weekdays(time(9), time(12)))
    return Appointments(hall.store, "kiosk:K1")


def room(desk: Appointments, starts_at: datetime) -> int:
    slots = desk.days("BDC001")[0].slots
    return next(slot.room for slot in slots if slot.starts_at == starts_at)


def imported(hall: HallUnderTest, *lines: Line) -> ImportReport:
    return take_in(hall.store, ParsedFile(lines, ()), "import")


def test_one_that_was_booked_elsewhere(hall: HallUnderTest, desk: Appointments) -> None:
    assert imported(hall, line(person=PERSON, language="en")) == ImportReport(added=1)
    one = desk.find("yy 0001").appointment
    assert is_code(one.code)
    assert one == desk.find(one.code).appointment
    assert (one.external, one.source, one.language) == ("YY0001", BookedBy.IMPORT, "en")
    assert (one.person, one.starts_at, one.minutes) == (PERSON, at(10), 30)
    assert (room(desk, at(9, 30)), room(desk, at(10))) == (2, 1)
    assert PERSON not in "".join(str(entry) for entry in hall.journal())
    assert "YY0001" not in "".join(str(entry) for entry in hall.journal())


def test_once_more_changes_nothing(hall: HallUnderTest, desk: Appointments) -> None:
    lines = [line(f"YY{n:04}", at(9) + timedelta(minutes=n)) for n in range(120)]
    lines += [line("YY9999", booked=False)]
    first = imported(hall, *lines)
    assert (first.added, first.unchanged) == (120, 1)
    before = len(hall.journal())
    again = imported(hall, *lines)
    assert again == ImportReport(unchanged=121)
    assert len(hall.journal()) == before
    assert len(desk.on()) == 120


def test_changes_and_cancellations(hall: HallUnderTest, desk: Appointments) -> None:
    imported(hall, line(person=PERSON))
    code = desk.find("YY0001").appointment.code
    assert imported(hall, line(starts_at=at(11), language="zh-Hant")).changed == 1
    moved = desk.find(code).appointment
    assert (moved.starts_at, moved.language, moved.person) == (at(11), "zh-Hant", "")
    assert imported(hall, line(starts_at=at(11), booked=False)).cancelled == 1
    assert desk.find(code).appointment.state is AppointmentState.CANCELLED
    assert imported(hall, line(starts_at=at(9, 30))).changed == 1
    assert desk.find(code).appointment.state is AppointmentState.BOOKED
    # In one file, in its order.
    report = imported(hall, line(booked=False), line(), line(starts_at=at(10, 30)))
    assert (report.cancelled, report.changed) == (1, 2)
    kinds = [kind for kind in hall.kinds() if kind.startswith("appointment.")]
    assert kinds == [
        f"appointment.{what}"
        for what in ("booked", "changed", "cancelled", "changed", "cancelled", "changed", "changed")
    ]


def test_who_is_here_is_not_changed(hall: HallUnderTest, desk: Appointments) -> None:
    imported(hall, line())
    desk.check_in("YY0001", CheckIn("scan"))
    assert imported(hall, line()) == ImportReport(unchanged=1)
    for late in (line(booked=False), line(starts_at=at(11))):
        report = imported(hall, late)
        assert [bad.line for bad in report.problems] == [2]
        assert "here already" in report.problems[0].text
    assert desk.find("YY0001").appointment.state is AppointmentState.ARRIVED


@pytest.mark.parametrize(
    ("bad", "says"),
    [
        (line(service="NONE"), "no such service"),
        (line(starts_at=at(12)), "queue B is not open then"),
        (line(starts_at=at(10, 0, date(2026, 10, 3))), "queue B is not open then"),
    ],
)
def test_a_line_that_does_not_fit_keeps_no_other_out(
    hall: HallUnderTest, desk: Appointments, bad: Line, says: str
) -> None:
    parsed = ParsedFile((replace(bad, line=3), line("YY0002")), (Problem(2, "is bad"),))
    report = take_in(hall.store, parsed, "import")
    assert (report.added, [p.line for p in report.problems]) == (1, [2, 3])
    assert says in report.problems[1].text
    assert says in str(report)
    assert len(desk.on()) == 1


def test_a_queue_that_cannot_be_booked_here_takes_those_of_a_file(
    hall: HallUnderTest, desk: Appointments
) -> None:
    report = imported(hall, *(line(f"YY{n:04}", service="ZH001") for n in range(3)))
    assert (report.added, report.crowded, report.problems) == (3, 0, ())
    assert desk.days("ZH001") == ()
    assert desk.check_in("YY0001", CheckIn("scan")).issued.ticket.label == "A001"


def test_appointments_of_a_file_count_for_the_days_quota(
    hall: HallUnderTest, desk: Appointments
) -> None:
    queues = hall.store.plan().queues
    hall.change_plan(queues=tuple(replace(q, day_quota=3 * (q.code == "A")) for q in queues))
    imported(hall, *(line(f"YY{n:04}", service="ZH001") for n in range(2)))
    hall.issue()
    with pytest.raises(NoTicket):
        hall.issue()
    assert hall.board.now().lines["A"].demand.booked == (at(10), at(10))


def test_days_that_are_over(hall: HallUnderTest, desk: Appointments) -> None:
    monday = TUESDAY - timedelta(days=1)
    assert imported(hall, line(starts_at=at(10, 0, monday))) == ImportReport(over=1)
    # Earlier today is not over: its holder may be on the stairs.
    hall.clock.now = at(10, 10)
    assert imported(hall, line()).added == 1
    assert len(desk.on()) == 1


def test_more_than_a_slot_takes_come_all_the_same(hall: HallUnderTest, desk: Appointments) -> None:
    lines = [line(f"YY{n:04}", at(10, n)) for n in range(4)]
    report = imported(hall, *lines)
    assert (report.added, report.crowded) == (4, 2)
    assert "2 more than" in str(report)
    assert room(desk, at(10)) == 0
    assert imported(hall, *lines).crowded == 0


def test_a_number_that_is_somebody_elses_code(hall: HallUnderTest, desk: Appointments) -> None:
    made = desk.book(BookingRequest("one", "BDC001", at(10))).appointment
    report = imported(hall, line(made.code))
    assert "the code of another" in report.problems[0].text
    assert desk.find(made.code).appointment == made


def test_a_hall_without_hours_takes_any_time(hall: HallUnderTest, desk: Appointments) -> None:
    hall.change_plan(hours=())
    assert imported(hall, line(starts_at=at(22))).added == 1
    assert desk.days("BDC001") == ()
