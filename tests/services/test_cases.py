"""Cases after their turn: accepted, told, suspended, finished, corrected, and by whom."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from hallclient.domain.alarm import AlarmKind
from hallclient.domain.case import (
    Basis,
    Case,
    CaseResult,
    Handover,
    SuspendReason,
)
from hallclient.domain.case_moves import CaseState
from hallclient.domain.ending import Ending
from hallclient.domain.errors import DomainError, NotAllowed, NotFound, Refused
from hallclient.domain.parts import Department, Material, StaffRole
from hallclient.domain.rating import Level
from hallclient.domain.text import LocalText
from hallclient.domain.turn import Outcome
from hallclient.services.case_report import case_report
from hallclient.services.cases import Cases, CaseView, due_cases
from hallclient.services.chores.owed import OwedChore
from hallclient.services.days import close_day
from hallclient.services.floor import day_so_far, floor_state
from hallclient.services.issuing import TicketRequest
from hallclient.services.person_records import PersonNote
from hallclient.storage.engine import open_engine
from tests.invariants import check
from tests.stores import HallUnderTest, HandClock

PROMISED, SUPPLEMENT = Outcome.PROMISED, Outcome.SUPPLEMENT
ROLES = {"1003": StaffRole.LEAD, "1004": StaffRole.SUPERVISOR, "1005": StaffRole.USHER}


def furnish(hall: HallUnderTest) -> None:
    """Window 1 (clerk 1001) and 2 (1002) are staffed; 1003 leads 不动产, 1004 supervises."""
    plan = hall.store.plan()
    staff = list(plan.staff[:2])
    for code, role in ROLES.items():
        staff.append(replace(plan.staff[0], code=code, name=code, role=role, department="BDC"))
    papers = (Material(LocalText("身份证")), Material(LocalText("合同")))
    services = tuple(
        replace(s, materials=papers, legal_days=20, partners=("ZH",)) if s.code == "BDC001" else s
        for s in plan.services
    )
    hall.change_plan(staff=tuple(staff), services=services)
    hall.sign_in("1", "2")


@pytest.fixture(scope="module")
def furnished(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("cases") / "hall.db"
    shutil.copy(sqlite_template, path)
    engine = open_engine(f"sqlite:///{path}")
    furnish(HallUnderTest(f"sqlite:///{path}", engine, HandClock()))
    engine.dispose()
    return path


@pytest.fixture
def floor(furnished: Path, tmp_path: Path) -> Iterator[HallUnderTest]:
    path = tmp_path / "hall.db"
    shutil.copy(furnished, path)
    engine = open_engine(f"sqlite:///{path}")
    yield HallUnderTest(f"sqlite:///{path}", engine, HandClock())
    engine.dispose()


def cases(hall: HallUnderTest, code: str = "1001") -> Cases:
    return Cases(hall.store, hall.store.plan().staff_of[code])


def finished(hall: HallUnderTest, ending: Ending | Outcome, window: str = "1") -> CaseView:
    """A turn of 二手房过户 that ended so, with its case."""
    calling = hall.calling(window)
    hall.issue("BDC001")
    hall.clock.advance(seconds=1)
    calling.call_next()
    calling.start()
    hall.clock.advance(minutes=10)
    state = calling.finish(ending)
    assert state.turn is not None
    with hall.store.look() as reader:
        case = reader.case_of_turn(state.turn.id)
    assert case is not None
    hall.clock.advance(seconds=10)
    return cases(hall, f"100{window}").case(case.id)


def refused(what: Callable[[], object]) -> str:
    with pytest.raises(DomainError) as caught:
        what()
    return caught.value.key


def day(text: str) -> date:
    return date.fromisoformat(f"2026-{text}")


def go_to(hall: HallUnderTest, text: str) -> None:
    hall.clock.now = datetime.fromisoformat(f"2026-{text}:00+08:00").astimezone(UTC)


# The hall's clock begins on Tuesday, 29 September 2026; its calendar is empty: weekends only.


def test_an_ending_fills_its_case(floor: HallUnderTest) -> None:
    ending = Ending(
        PROMISED, basis=Basis.PLEDGE, handover=Handover.MAIL, number="成新房〔2026〕7号",
        due_on=day("10-09"), due_reason="agreed", note=" 完税证明\n已核验 ",
    )  # fmt: skip
    view = finished(floor, ending)
    case = view.case
    assert (case.number, case.basis, case.handover) == ("成新房〔2026〕7号", "pledge", "mail")
    assert (case.due_on, case.due_reason) == (day("10-09"), "agreed")
    assert (case.legal, case.promised, case.in_hours) == (20, 5, False)
    assert (view.state, view.days_left, view.overdue) == (CaseState.RUNNING, 8, False)
    assert view.ticket is not None
    assert case.window_id is not None
    with floor.store.look() as reader:
        assert [note.text for note in reader.notes(f"case:{case.id}")] == ["完税证明 已核验"]
    assert "核验" not in str(floor.journal())


def test_numbers_follow_the_rule_of_the_department_and_none_comes_twice(
    floor: HallUnderTest,
) -> None:
    bdc = Department("BDC", LocalText("不动产"), case_number="BDC-{date}-{n:04}")
    floor.change_plan(departments=(floor.store.plan().departments[0], bdc))
    assert finished(floor, PROMISED).case.number == "BDC-20260929-0001"
    own = Ending(PROMISED, number="BDC-20260929-0002")
    assert finished(floor, own).case.number == "BDC-20260929-0002"
    assert finished(floor, PROMISED).case.number == "BDC-20260929-0003"
    floor.issue("BDC001")
    floor.calling("1").call_next()
    floor.calling("1").start()
    assert refused(lambda: floor.calling("1").finish(own)) == "number_taken"
    personal = Ending(PROMISED, number="13800138000")
    assert refused(lambda: floor.calling("1").finish(personal)) == "personal_number"
    with floor.store.look() as reader:
        assert reader.active_turn(floor.store.plan().window("1").id) is not None


@pytest.mark.parametrize(
    ("ending", "key"),
    [
        (Ending(PROMISED, due_on=day("10-09")), "due_reason"),
        (Ending(PROMISED, due_on=day("10-10"), due_reason="agreed"), "due_day_off"),
        (Ending(PROMISED, due_on=day("11-30"), due_reason="agreed"), "due_beyond_law"),
        (Ending(Outcome.INSTANT, due_on=day("10-09"), due_reason="agreed"), "no_due_day"),
        (Ending(Outcome.ESCALATED), "not_an_outcome"),  # nobody above decides this service
        (Ending(Outcome.REFUSED, refused="because"), "unknown_reason"),
        (Ending(SUPPLEMENT, missing=("秘密",)), "unknown_material"),
        (Ending(PROMISED, note="长" * 201), "note_too_long"),
    ],
)
def test_what_may_not_be_recorded_changes_nothing(
    floor: HallUnderTest, ending: Ending, key: str
) -> None:
    floor.issue("BDC001")
    calling = floor.calling("1")
    calling.call_next()
    calling.start()
    before = len(floor.journal())
    assert refused(lambda: calling.finish(ending)) == key
    assert len(floor.journal()) == before


def test_a_joint_case_has_a_lead_and_is_asked_a_rating_for(floor: HallUnderTest) -> None:
    view = finished(floor, Outcome.JOINT)
    assert (view.case.lead, view.case.partners, view.case.due_on) == ("BDC", ("ZH",), day("10-06"))
    with floor.store.look() as reader:
        turn = reader.turn(view.case.turn_id)
    assert turn is not None
    assert turn.rating_asked_at == turn.ended_at


def test_a_supplement_told_on_the_spot_owes_nothing_and_starts_its_clock_when_complete(
    floor: HallUnderTest,
) -> None:
    told = finished(floor, Ending(SUPPLEMENT, missing=("合同", "身份证")))
    assert (told.state, told.case.due_on) == (CaseState.TOLD, None)
    assert told.case.missing == ("身份证", "合同")
    go_to(floor, "10-14 09:00")
    view = cases(floor).accept(told.case.id, Ending(PROMISED, handover=Handover.MAIL))
    assert view.state is CaseState.RUNNING
    assert (view.case.accepted_at, view.case.due_on) == (floor.clock.now, day("10-21"))
    assert view.case.missing == ("身份证", "合同")  # what was told stays in the record
    assert view.case.number == told.case.number
    again = Ending(PROMISED)
    assert refused(lambda: cases(floor).accept(told.case.id, again)) == "case_move"


def test_a_list_told_later_and_one_told_too_late(floor: HallUnderTest) -> None:
    owed, late = finished(floor, SUPPLEMENT), finished(floor, SUPPLEMENT)
    assert (owed.state, owed.case.due_on) == (CaseState.OWED, day("10-06"))
    assert not owed.near
    go_to(floor, "10-05 10:00")  # the fourth working day: the alarm's
    assert {view.case.id for view in cases(floor).due()} == {owed.case.id, late.case.id}
    go_to(floor, "10-06 16:00")
    assert refused(lambda: cases(floor).tell(owed.case.id, ())) == "no_missing"
    told = cases(floor).tell(owed.case.id, ("合同",))
    assert (told.state, told.case.due_on) == (CaseState.TOLD, None)
    go_to(floor, "10-07 09:00")
    assert refused(lambda: cases(floor).tell(late.case.id, ("合同",))) == "told_too_late"
    # Accepted by hand before the chore comes by: by law it has been since the 29th.
    taken = cases(floor).accept(late.case.id, Ending(PROMISED))
    assert taken.case.accepted_at == late.case.accepted_at
    assert (taken.case.due_on, taken.overdue) == (day("10-06"), True)


def test_a_service_without_a_list_is_told_by_a_note(floor: HallUnderTest) -> None:
    bare = replace(floor.store.plan().service("BDC001"), materials=())
    floor.change_plan(services=(floor.store.plan().services[0], bare))
    told = finished(floor, Ending(SUPPLEMENT, note="还差公证书"))
    assert (told.state, told.case.due_on) == (CaseState.TOLD, None)
    owed = finished(floor, SUPPLEMENT)
    assert refused(lambda: cases(floor).tell(owed.case.id, (), "  ")) == "no_missing"
    assert cases(floor).tell(owed.case.id, (), "还差公证书").state is CaseState.TOLD


def test_what_nobody_told_counts_as_accepted_from_receipt(floor: HallUnderTest) -> None:
    owed = finished(floor, SUPPLEMENT)
    other = finished(floor, Ending(SUPPLEMENT, missing=("合同",)))
    chore = OwedChore()
    go_to(floor, "10-06 17:00")
    with floor.store.look() as reader:
        assert not chore.wanted(reader)
    assert chore.step(floor.store) == ""
    go_to(floor, "10-07 04:30")
    with floor.store.look() as reader:
        assert chore.wanted(reader)
    assert chore.step(floor.store) == "accepted from receipt, nothing was told in time: 1"
    assert chore.step(floor.store) == ""
    view = cases(floor).case(owed.case.id)
    # The service is handled jointly; five working days from the 29th.
    assert (view.case.kind, view.state) == (Outcome.JOINT, CaseState.RUNNING)
    assert (view.case.accepted_at, view.case.due_on) == (owed.case.accepted_at, day("10-06"))
    assert view.overdue
    assert view.case.told_at is None
    assert cases(floor).case(other.case.id).state is CaseState.TOLD
    assert floor.kinds()[-1] == "case.deemed"


def test_a_hearing_stops_the_clock(floor: HallUnderTest) -> None:
    view = finished(floor, PROMISED)
    assert view.case.due_on == day("10-06")
    go_to(floor, "10-05 10:00")
    assert [each.case.id for each in cases(floor).due()] == [view.case.id]
    stands = cases(floor).suspend(view.case.id, SuspendReason.HEARING)
    assert (stands.state, stands.days_left) == (CaseState.STANDING, None)
    go_to(floor, "10-12 10:00")
    with floor.store.look() as reader:
        assert due_cases(reader, day("12-31")) == ()
    assert cases(floor).due() == ()
    assert [each.case.id for each in cases(floor).open()] == [view.case.id]
    assert refused(lambda: cases(floor).finish(view.case.id, CaseResult.GRANTED)) == "case_move"
    later = cases(floor).resume(view.case.id)
    # 6, 7, 8, 9 and 12 October stood.
    assert (later.state, later.case.due_on) == (CaseState.RUNNING, day("10-13"))
    (stood,) = later.suspensions
    assert (stood.reason, stood.end) == (SuspendReason.HEARING, floor.clock.now)


def test_the_floor_is_told_of_what_presses_only(floor: HallUnderTest) -> None:
    floor.change_plan(rules=replace(floor.store.plan().rules, near_due_days=3))

    def pressing() -> list[tuple[AlarmKind, int | str]]:
        with floor.store.look() as reader:
            told, figures = floor_state(reader).alarms, day_so_far(reader).figures
        cases = {AlarmKind.CASE_NEAR, AlarmKind.CASE_OVERDUE}
        late = sum(int(one.facts["count"]) for one in told if one.kind is AlarmKind.CASE_OVERDUE)
        assert figures.overdue == late
        return [(one.kind, one.facts["case"]) for one in told if one.kind in cases]

    owed, promised = finished(floor, SUPPLEMENT), finished(floor, PROMISED)
    finished(floor, Ending(SUPPLEMENT, missing=("合同",)))
    go_to(floor, "10-02 10:00")
    assert pressing() == [(AlarmKind.CASE_NEAR, promised.case.id)], "a list on its fourth day"
    cases(floor).suspend(promised.case.id, SuspendReason.TEST)
    go_to(floor, "10-05 10:00")
    assert pressing() == [(AlarmKind.CASE_NEAR, owed.case.id)]
    go_to(floor, "10-12 10:00")
    assert pressing() == [(AlarmKind.CASE_OVERDUE, owed.case.id)]


@pytest.mark.parametrize(
    ("moment", "overdue"), [("10-01 10:00", False), ("10-06 16:59", False), ("10-07 09:00", True)]
)
def test_finishing_early_on_time_and_late(floor: HallUnderTest, moment: str, overdue: bool) -> None:
    view = finished(floor, PROMISED)
    go_to(floor, moment)
    assert cases(floor).case(view.case.id).overdue is overdue
    done = cases(floor).finish(view.case.id, CaseResult.GRANTED, note="已寄出")
    assert (done.state, done.case.result, done.overdue) == (CaseState.DONE, "granted", False)
    assert done.case.finished_by == floor.store.plan().staff_of["1001"].id
    entry = floor.journal()[-1]
    assert (entry.kind, entry.actor) == ("case.finished", "staff:1001")
    assert entry.data == {"result": "granted", "late": overdue, "in_hall": True}
    assert refused(lambda: cases(floor).finish(view.case.id, CaseResult.CLOSED)) == "case_move"


def test_a_withdrawal_ends_what_stands(floor: HallUnderTest) -> None:
    view = finished(floor, PROMISED)
    cases(floor).suspend(view.case.id, SuspendReason.TEST)
    floor.clock.advance(hours=1)
    done = cases(floor).finish(view.case.id, CaseResult.WITHDRAWN, elsewhere=True)
    assert (done.state, done.case.decided_in_hall) == (CaseState.DONE, False)
    assert [one.end for one in done.suspensions] == [floor.clock.now]


def test_an_outcome_is_corrected_on_its_day_with_a_reason(floor: HallUnderTest) -> None:
    view = finished(floor, Outcome.INSTANT)
    turn, mine = view.case.turn_id, cases(floor)
    assert refused(lambda: mine.correct(turn, Ending(PROMISED), "so")) == "unknown_reason"
    fixed = mine.correct(turn, Ending(PROMISED), "mistake")
    assert fixed is not None
    assert (fixed.case.kind, fixed.case.due_on) == (PROMISED, day("10-06"))
    assert (fixed.case.finished_at, fixed.case.result) == (None, None)
    assert (fixed.case.number, fixed.case.accepted_at) == (
        view.case.number,
        view.case.accepted_at,
    )
    assert floor.one("SELECT result FROM turn WHERE id = :id", id=turn) == "promised"
    entry = floor.journal()[-1]
    assert (entry.kind, entry.data["from"], entry.data["to"]) == (
        "turn.corrected", "instant", "promised",
    )  # fmt: skip
    closed = mine.correct(turn, Ending(Outcome.CONSULT), "citizen")
    assert closed is not None
    assert closed.case.result is CaseResult.CLOSED
    again = mine.correct(turn, Ending(SUPPLEMENT, missing=("合同",)), "papers")
    assert again is not None
    assert again.state is CaseState.TOLD
    back = mine.correct(turn, Ending(PROMISED), "mistake")
    assert back is not None
    assert (back.case.missing, back.case.told_at) == ((), None)
    mine.suspend(view.case.id, SuspendReason.EXPERT)
    floor.clock.advance(minutes=1)
    assert refused(lambda: mine.correct(turn, Ending(PROMISED), "other")) == "case_moved"
    floor.clock.advance(days=1)
    floor.issue("BDC001")  # the next day is open
    assert refused(lambda: mine.correct(turn, Ending(PROMISED), "other")) == "not_today"


def test_a_consultation_that_was_a_case(floor: HallUnderTest) -> None:
    floor.issue("BDC001")
    calling = floor.calling("1")
    calling.call_next()
    calling.start()
    turn = calling.finish(Outcome.CONSULT).turn
    assert turn is not None
    floor.clock.advance(minutes=3)
    view = cases(floor).correct(turn.id, Ending(PROMISED), "mistake")
    assert view is not None
    assert view.case.accepted_at == turn.ended_at
    none = cases(floor, "1004").correct(turn.id, Ending(Outcome.COLLECT), "mistake")
    assert none is not None
    assert none.case.result is CaseResult.CLOSED


def test_who_may(floor: HallUnderTest) -> None:
    view = finished(floor, PROMISED)
    number = view.case.id

    def tries(code: str) -> str:
        try:
            cases(floor, code).case(number)
            cases(floor, code).suspend(number, SuspendReason.TEST)
        except Refused as error:
            return error.key
        cases(floor, code).resume(number)
        return "may"

    found = {code: tries(code) for code in ("1001", "1002", "1003", "1004", "1005")}
    assert found == {
        "1001": "may",
        "1002": "no_right",
        "1003": "may",
        "1004": "may",
        "1005": "no_right",
    }
    assert refused(lambda: cases(floor, "1002").find(view.case.number)) == "no_right"
    assert cases(floor, "1002").open() == ()
    mine = cases(floor)
    # A lead of another department, and somebody who has left, may no longer.
    plan = floor.store.plan()
    lead = cases(floor, "1003")
    floor.change_plan(
        staff=tuple(
            replace(one, department="ZH") if one.code == "1003" else one
            for one in plan.staff
            if one.code != "1001"
        )
    )
    assert refused(lambda: lead.suspend(number, SuspendReason.TEST)) == "no_right"
    assert refused(lambda: mine.suspend(number, SuspendReason.TEST)) == "no_right"


def test_found_by_number_ticket_token_and_person(floor: HallUnderTest) -> None:
    key = "k" * 64
    note = PersonNote(0, "王*芳", "2217", key)
    issued = floor.issue("BDC001", note=note)
    with floor.store.look() as reader:
        assert reader.person_note(issued.ticket.id) == replace(note, ticket_id=issued.ticket.id)
    several = floor.issuing.issue_several(TicketRequest("several", "BDC001", note=note), 2)
    with floor.store.look() as reader:  # somebody who carries others' matters
        assert [reader.person_note(one.ticket.id) for one in several] == [None, None]
    calling = floor.calling("1")
    calling.call_next()
    calling.start()
    calling.finish(PROMISED)
    mine = cases(floor)

    def ids(found: tuple[CaseView, ...]) -> list[int]:
        return [view.case.id for view in found]

    (one,) = mine.find(issued.ticket.label.lower())
    assert ids(mine.find(one.case.number)) == ids(mine.find(issued.ticket.token)) == [one.case.id]
    assert ids(mine.find_person(key)) == [one.case.id]
    assert mine.find_person("") == mine.find_person("x" * 64) == ()
    assert cases(floor, "1002").find_person(key) == ()
    close_day(floor.store, "test")
    floor.clock.advance(days=1)
    floor.issue()
    with pytest.raises(NotFound):
        mine.find(issued.ticket.label)
    assert ids(mine.find(issued.ticket.label, day("09-29"))) == [one.case.id]
    with floor.store.look() as reader:
        assert reader.person_note(issued.ticket.id) is None
    assert key not in str(one)
    assert key not in str(floor.journal())


def test_the_whole_way_on_both_databases(hall: HallUnderTest) -> None:
    furnish(hall)
    owed = finished(hall, SUPPLEMENT)
    rated_at = hall.clock.now
    hall.ratings.record(owed.case.turn_id, Level(3), "test")
    mine = cases(hall)
    mine.tell(owed.case.id, ("合同",))
    mine.accept(owed.case.id, Ending(PROMISED, number="新-1"))
    mine.suspend(owed.case.id, SuspendReason.TEST)
    go_to(hall, "10-01 09:00")
    assert mine.resume(owed.case.id).case.due_on == day("10-08")
    assert [view.case.number for view in mine.open()] == ["新-1"]
    with hall.store.look() as reader:
        assert [case.id for case in due_cases(reader, day("10-08"))] == [owed.case.id]
    noted = mine.note(owed.case.id, "已电话告知")
    done = mine.finish(owed.case.id, CaseResult.DENIED)
    report = case_report(hall.store, day("09-29"), day("10-01"))
    assert report.hall.decided == 1
    with hall.store.look() as reader:
        counts = reader.rating_counts(rated_at, rated_at + timedelta(seconds=1))
        assert counts == {owed.service.id: (1, 1)}
        assert reader.rating_counts(rated_at + timedelta(seconds=1), hall.clock.now) == {}
    assert done.case == replace(
        noted.case,
        finished_at=done.case.finished_at,
        finished_by=done.case.finished_by,
        result=CaseResult.DENIED,
    )
    assert mine.find("新-1") == mine.find(
        done.ticket.label if done.ticket else "", day("09-29")
    )  # by its label
    with pytest.raises(NotAllowed):
        mine.resume(owed.case.id)


def test_a_due_day_past_the_calendars_data_says_so(floor: HallUnderTest) -> None:
    view: CaseView = finished(floor, PROMISED)
    assert view.guessed  # the small hall's calendar is empty
    assert isinstance(view.case, Case)


MOVES: dict[str, Callable[[Cases, CaseView], object]] = {
    "tell": lambda desk, view: desk.tell(view.case.id, ("合同",)),
    "accept": lambda desk, view: desk.accept(view.case.id, Ending(PROMISED)),
    "suspend": lambda desk, view: desk.suspend(view.case.id, SuspendReason.HEARING),
    "resume": lambda desk, view: desk.resume(view.case.id),
    "finish": lambda desk, view: desk.finish(view.case.id, CaseResult.GRANTED),
    "drop": lambda desk, view: desk.finish(view.case.id, CaseResult.WITHDRAWN),
    "correct": lambda desk, view: desk.correct(view.case.turn_id, Ending(Outcome.JOINT), "other"),
}
REFUSED_BY = {"no_right", "case_move", "case_moved", "told_too_late", "not_today"}
WALK = st.lists(
    st.tuples(
        st.sampled_from([*MOVES, "owed"]),
        st.sampled_from(["1001", "1002", "1003", "1004", "1005"]),
        st.integers(0, 50),
    ),
    min_size=5,
    max_size=18,
)


@settings(
    max_examples=8,
    deadline=None,
    phases=[Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.sampled_from([PROMISED, SUPPLEMENT, Outcome.INSTANT, Outcome.REFUSED]), WALK)
def test_whatever_anybody_does_a_case_stays_sound_and_can_be_ended(
    floor: HallUnderTest, outcome: Outcome, walk: list[tuple[str, str, int]]
) -> None:
    """Random moves by people of all roles, hours and days apart."""
    floor.sign_in("1")  # the walk before may have gone on to another day
    view = finished(floor, outcome)
    for move, code, hours in walk:
        if move == "owed":
            OwedChore().step(floor.store)
        else:
            tried(floor, view, move, code)
        view = cases(floor, "1004").case(view.case.id)
        check_sound(view)
        floor.clock.advance(hours=hours)
    if view.state is not CaseState.DONE:  # from everywhere there is a way on
        view = cases(floor, "1004").finish(view.case.id, CaseResult.CLOSED)
    assert view.state is CaseState.DONE
    check(floor.engine, floor.store)


def tried(floor: HallUnderTest, view: CaseView, move: str, code: str) -> None:
    """Do a move, or be refused for a known reason with nothing changed."""
    before = cases(floor, "1004").case(view.case.id)
    key = ""
    try:
        MOVES[move](cases(floor, code), view)
    except DomainError as error:
        key = error.key
    if not key:
        assert code in {"1001", "1003", "1004"}
        return
    assert key in REFUSED_BY
    assert cases(floor, "1004").case(view.case.id) == before


def check_sound(view: CaseView) -> None:
    case = view.case
    assert (case.finished_at is None) == (case.result is None) == (case.finished_by is None)
    standing = [each for each in view.suspensions if each.end is None]
    assert bool(standing) == (view.state is CaseState.STANDING)
    assert all(each.end > each.began_at for each in view.suspensions if each.end is not None)
    if view.state is CaseState.RUNNING:
        assert case.due_on is not None
        assert case.due_on.weekday() < 5
        assert case.due_on > case.accepted_at.date()
    if view.state in (CaseState.TOLD, CaseState.OWED):
        assert (case.due_on is None) == (case.told_at is not None)
