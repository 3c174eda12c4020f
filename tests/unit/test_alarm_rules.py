"""Alarms: found by rule, each with a verb and somebody who hears it."""

import random
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hallclient.domain.alarm import Alarm, AlarmKind, Severity, Verb
from hallclient.domain.alarm_rules import (
    CaseFact,
    DeviceFact,
    EmergencyFact,
    FloorFacts,
    HelpFact,
    QueueFact,
    RatingFact,
    WindowFact,
    alarms_for,
    alarms_of,
)
from hallclient.domain.parts import Staff, StaffRole

NOW = datetime(2026, 9, 29, 3, tzinfo=UTC)
TODAY = date(2026, 9, 29)
CALM = FloorFacts(NOW)
DEPARTMENTS = ("", "BDC", "ZH")


def ago(minutes: float) -> datetime:
    return NOW - timedelta(minutes=minutes)


def one(**facts: object) -> Alarm:
    (alarm,) = alarms_of(replace(CALM, **facts))  # type: ignore[arg-type]
    return alarm


def none(**facts: object) -> bool:
    return not alarms_of(replace(CALM, **facts))  # type: ignore[arg-type]


def test_a_wait_is_long_beyond_the_limit_only() -> None:
    queue = QueueFact("SB", "BDC", 27, ago(38), windows=7)
    alarm = one(queues=(queue,), floaters=2)
    assert (alarm.kind, alarm.verb, alarm.key) == (
        AlarmKind.LONG_WAIT,
        Verb.ASSIGN,
        "long_wait queue:SB",
    )
    assert alarm.facts == {
        "minutes": 38,
        "limit": 30,
        "waiting": 27,
        "windows": 7,
        "floaters": 2,
    }
    assert none(queues=(replace(queue, oldest_at=ago(30)),))
    # People whom no open window serves are told of early, but not in a closed hall.
    alone = replace(queue, oldest_at=ago(6), windows=0)
    assert one(queues=(alone,)).facts["windows"] == 0
    assert none(queues=(alone,), open=False)
    assert none(queues=(replace(alone, oldest_at=ago(5)),))


@pytest.mark.parametrize(
    ("window", "kind"),
    [
        (WindowFact("22", "22", "", "F038", serving_since=ago(31)), AlarmKind.LONG_SERVING),
        (WindowFact("22", "22", "", "F038", serving_since=ago(30)), None),
        (WindowFact("22", "22", "", "F038", called_at=ago(11)), AlarmKind.WINDOW_LEFT),
        (WindowFact("22", "22", "", "F038", called_at=ago(10)), None),
        (WindowFact("22", "22", "", paused_at=ago(31)), AlarmKind.WINDOW_LEFT),
        (WindowFact("22", "22", "", paused_at=ago(30)), None),
        (WindowFact("22", "22", "", absent="赵强"), AlarmKind.CLERK_ABSENT),
        (WindowFact("22", "22", ""), None),
    ],
)
def test_windows_that_somebody_must_look_at(window: WindowFact, kind: AlarmKind | None) -> None:
    found = [alarm.kind for alarm in alarms_of(replace(CALM, windows=(window,)))]
    assert found == ([kind] if kind else [])


def test_devices() -> None:
    keypad = DeviceFact("window 9", "keypad", "keypad", "stale", ago(6), window="9")
    alarm = one(devices=(keypad,))
    assert (alarm.kind, alarm.verb) == (AlarmKind.KEYPAD, Verb.SHOW_DEVICE)
    assert alarm.facts["minutes"] == 6
    assert none(devices=(replace(keypad, since=ago(0.5)),)), "a plug that was moved"
    assert none(devices=(replace(keypad, state="closed"),)), "ended by its role"
    assert none(devices=(replace(keypad, used=False),)), "nobody sits there"
    assert none(devices=(keypad,), open=False)
    printer = DeviceFact("K2", "printer", "printer", "ready", ago(0), paper_left=40)
    alarm = one(devices=(printer,))
    assert (alarm.kind, alarm.severity, alarm.facts["left"]) == (
        AlarmKind.PRINTER,
        Severity.KNOW,
        40,
    )
    assert none(devices=(replace(printer, paper_left=51),))
    out = replace(printer, trouble="paper_out", since=ago(2))
    assert one(devices=(out,)).severity is Severity.SOON


def test_a_silent_station_is_one_alarm() -> None:
    devices = tuple(
        DeviceFact("K1", name, kind, "ready", ago(9), silent=True)
        for name, kind in (("printer", "printer"), ("scanner", "scanner"))
    )
    alarm = one(devices=devices)
    assert (alarm.kind, alarm.subject) == (AlarmKind.DEVICE, "station:K1")


def test_cases_of_a_department_are_one_alarm() -> None:
    def case(number: int, due: date, department: str = "BDC", **more: bool) -> CaseFact:
        return CaseFact(number, f"N{number}", department, due, overdue=due < TODAY, **more)

    late = (case(1, date(2026, 9, 28)), case(2, date(2026, 9, 25)))
    alarm = one(cases=late)
    assert (alarm.kind, alarm.severity) == (AlarmKind.CASE_OVERDUE, Severity.NOW)
    assert alarm.facts == {
        "count": 2,
        "case": 2,
        "number": "N2",
        "due": "2026-09-25",
        "list": 0,
    }
    mixed = (
        *late,
        case(3, TODAY),
        case(4, date(2026, 9, 30), "ZH"),
        case(5, TODAY, owes_list=True),
    )
    assert [alarm.subject for alarm in alarms_of(replace(CALM, cases=mixed))] == [
        "cases-overdue:BDC",
        "cases-near:BDC",
        "cases-near:ZH",
        "lists-near:BDC",
    ]


def test_a_bad_rating_is_not_named_by_its_alarm() -> None:
    alarm = one(ratings=(RatingFact("A019", "ZH", ago(50)), RatingFact("A020", "ZH", ago(5))))
    assert (alarm.verb, alarm.key) == (Verb.FOLLOW_UP, "low_rating ratings:ZH")
    assert alarm.facts == {"count": 2, "label": "A019", "overdue": 0}


def test_who_comes_and_who_has_taken_it() -> None:
    call = HelpFact(7, "window 12", ago(1), number="12")
    assert one(help=(call,)).facts == {"station": "window 12", "number": "12"}
    assert one(help=(replace(call, coming="王芳"),)).taken_by == "王芳"
    absent = WindowFact("15", "15", "", absent="赵强")
    taken = {"clerk_absent window:15": "陈建国", "long_wait queue:A": "nobody's"}
    assert one(windows=(absent,), taken=taken).taken_by == "陈建国"
    both = (absent, replace(absent, code="16"))
    found = alarms_of(replace(CALM, windows=both, taken=taken))
    assert [alarm.taken_by for alarm in found] == ["", "陈建国"], "what nobody looks after first"


def test_an_emergency_comes_first_also_in_a_closed_hall() -> None:
    asked = HelpFact(17, "K1", ago(9))
    facts = replace(CALM, open=False, emergencies=(EmergencyFact(31, ago(2)),), help=(asked,))
    first, second = alarms_of(facts)
    assert (first.key, first.verb) == ("emergency emergency:31", Verb.SHOW_EMERGENCY)
    assert second.kind is AlarmKind.HELP
    lead = Staff("9002", "李雪", StaffRole.LEAD, "BDC")
    assert first in alarms_for(lead, (first,))


moments = st.integers(-10, 400).map(ago)
days = st.integers(-9, 9).map(lambda n: TODAY + timedelta(days=n))
departments = st.sampled_from(DEPARTMENTS)
codes = st.sampled_from(["1", "2", "3", "4"])
floors = st.builds(
    FloorFacts,
    now=st.just(NOW),
    open=st.booleans(),
    emergencies=st.lists(
        st.builds(EmergencyFact, st.integers()), max_size=2, unique_by=lambda one: one.id
    ).map(tuple),
    queues=st.lists(
        st.builds(QueueFact, codes, departments, st.integers(0, 9), moments, st.integers(0, 3)),
        max_size=3,
        unique_by=lambda queue: queue.code,
    ).map(tuple),
    windows=st.lists(
        st.builds(
            WindowFact,
            codes,
            codes,
            departments,
            paused_at=st.none() | moments,
            absent=st.sampled_from(["", "赵强"]),
        ),
        max_size=4,
        unique_by=lambda window: window.code,
    ).map(tuple),
    devices=st.lists(
        st.builds(
            DeviceFact,
            codes,
            codes,
            st.sampled_from(["printer", "keypad", "strip"]),
            st.sampled_from(["ready", "stale", "absent", "closed"]),
            moments,
            st.sampled_from(["", "paper_low", "paper_out"]),
            department=departments,
            silent=st.booleans(),
        ),
        max_size=4,
        unique_by=lambda device: (device.station, device.name),
    ).map(tuple),
    cases=st.lists(
        st.builds(
            CaseFact,
            st.integers(),
            st.just("N"),
            departments,
            days,
            st.booleans(),
            overdue=st.booleans(),
        ),
        max_size=5,
    ).map(tuple),
    help=st.lists(
        st.builds(HelpFact, st.integers(), codes, moments), max_size=2, unique_by=lambda h: h.id
    ).map(tuple),
    ratings=st.lists(st.builds(RatingFact, codes, departments, moments), max_size=3).map(tuple),
    guessed_year=st.sampled_from([0, 2027]),
)


@given(floors, st.randoms())
def test_what_holds_of_every_floor(facts: FloorFacts, dice: random.Random) -> None:
    alarms = alarms_of(facts)
    assert len({alarm.key for alarm in alarms}) == len(alarms), "an alarm is known by its key"
    supervisor = Staff("1", "陈", StaffRole.SUPERVISOR)
    assert alarms_for(supervisor, alarms) == alarms, "every alarm has a receiver"
    heavy = [list(Severity).index(alarm.severity) for alarm in alarms]
    assert heavy == sorted(heavy)
    shuffled = list(facts.windows)
    dice.shuffle(shuffled)
    assert alarms_of(replace(facts, windows=tuple(shuffled))) == alarms
    if not facts.open:
        kinds = {alarm.kind for alarm in alarms}
        assert not kinds & {AlarmKind.PRINTER, AlarmKind.KEYPAD, AlarmKind.DEVICE}
    for alarm in alarms:
        taken = alarms_of(replace(facts, taken={alarm.key: "王芳"}))
        assert {one.key for one in taken} == {one.key for one in alarms}
        assert [one.key for one in taken if one.taken_by] == [alarm.key]


@given(floors, departments.filter(bool))
def test_who_hears_what(facts: FloorFacts, department: str) -> None:
    alarms = alarms_of(facts)
    lead = alarms_for(Staff("2", "李", StaffRole.LEAD, department), alarms)
    assert all(alarm.department in ("", department) for alarm in lead)
    own = {AlarmKind.LOW_RATING, AlarmKind.CASE_OVERDUE, AlarmKind.LONG_WAIT}
    assert [a for a in alarms if a.kind in own and a.department == department] == [
        a for a in lead if a.kind in own
    ]
    usher = alarms_for(Staff("3", "周", StaffRole.USHER), alarms)
    assert {alarm.kind for alarm in usher} <= {AlarmKind.HELP}
    assert alarms_for(Staff("4", "王", StaffRole.CLERK), alarms) == ()
