"""Who may do what: one table of every public method of the services that staff use.

Each is really tried by everybody in a hall where it makes sense, and undone. A method that is new
here has no line in the table, and fails.
"""

import inspect
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from hallclient.domain.bulletin import Audience
from hallclient.domain.case import CaseResult, SuspendReason
from hallclient.domain.case_moves import CORRECTIONS
from hallclient.domain.ending import Ending
from hallclient.domain.errors import DomainError, NotAllowed, NotFound
from hallclient.domain.follow_up import FollowUpResult
from hallclient.domain.holding import HoldKind
from hallclient.domain.parts import Material, Staff, StaffRole
from hallclient.domain.publication import EmergencyKind, PublicationKind
from hallclient.domain.rating import Level
from hallclient.domain.rules import PriorityClass
from hallclient.domain.text import LocalText
from hallclient.domain.turn import Outcome
from hallclient.services.calling import Calling
from hallclient.services.cases import Cases, CaseView
from hallclient.services.drafts import Draft
from hallclient.services.floor_history import Period, Span
from hallclient.services.floor_report import By
from hallclient.services.follow_ups import FollowUps
from hallclient.services.helping import Helping
from hallclient.services.issuing import TicketRequest
from hallclient.services.member import Supervisor
from hallclient.services.publishing import Publishing
from hallclient.services.rating_report import note_export, rating_report, ratings_of
from hallclient.services.shifts import Shifts
from hallclient.services.supervising import Supervising
from hallclient.services.ushering import Usher, Ushering
from hallclient.storage.engine import open_engine
from tests.halls import PIN
from tests.services.console import SUPERVISOR, console, with_console_staff
from tests.stores import OPENING, HallUnderTest, HandClock, sqlite_template

__all__ = ["sqlite_template"]

ME, OTHER = "1001", "1002"
PEOPLE: dict[str, tuple[StaffRole, str] | None] = {
    "clerk": (StaffRole.CLERK, "BDC"),
    "usher": (StaffRole.USHER, "BDC"),
    "lead": (StaffRole.LEAD, "BDC"),
    "lead elsewhere": (StaffRole.LEAD, "ZH"),
    "lead of nothing": (StaffRole.LEAD, ""),
    "supervisor": (StaffRole.SUPERVISOR, ""),
    "admin": (StaffRole.ADMIN, ""),
    "gone": None,
}
"""Role and department that one member of staff has after the sign-in; None: off the file."""
HALL = {"supervisor", "admin"}
LEADS = {"lead", "lead elsewhere", "lead of nothing"}
ALL = set(PEOPLE)
SERVE = {"clerk"} | LEADS | HALL
USHER = {"usher"} | LEADS | HALL
WATCH = LEADS | HALL
OWN = {"lead"} | HALL
"""What a lead may in the own department only, BDC's here."""
REFUSALS = {"no_right", "not_an_usher", "not_signed_in"}
"""``not_signed_in``: whoever leaves the hall file is signed out."""
SERVICES = (Calling, Shifts, Cases, Supervising, Ushering, FollowUps, Publishing)
FUNCTIONS = (rating_report, ratings_of, note_export)
DAY = OPENING.date()
PERIOD = Period.of(Span.DAY, DAY)


class Trial:
    """A store whose changes are made in full, and undone."""

    def __init__(self, store: Any) -> None:
        self._store = store

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    @contextmanager
    def change(self, actor: str) -> Iterator[Any]:
        class Undo(Exception): ...

        try:
            with self._store.change(actor) as tx:
                yield tx
                raise Undo  # noqa: TRY301 - what is tried is undone
        except Undo:
            pass


@dataclass(frozen=True, slots=True)
class Case:
    """Who may (``may``), tried in a hall as ``scene`` leaves it by ``deed(me, things)``."""

    scene: str
    may: set[str]
    deed: Callable[["Me", dict[str, Any]], Any]


@dataclass(frozen=True, slots=True)
class Me:
    """The services as the member under test has them."""

    store: Any
    staff: Staff
    role: StaffRole

    @property
    def calling(self) -> Calling:
        return Calling(self.store, "1")

    @property
    def shifts(self) -> Shifts:
        return Shifts(self.store, "1")

    @property
    def cases(self) -> Cases:
        return Cases(self.store, self.staff)

    @property
    def desk(self) -> Supervising:
        return Supervising(self.store, Supervisor(ME, "", self.role), "S1")

    @property
    def usher(self) -> Ushering:
        return Ushering(self.store, Usher(ME, "", self.role), "K1")

    @property
    def follow_ups(self) -> FollowUps:
        return FollowUps(self.store, ME)

    @property
    def publishing(self) -> Publishing:
        return Publishing(self.store, ME)


STRIP = Draft(PublicationKind.STRIP, LocalText("今天 16:00 停止取号"))

TABLE: dict[str, Case] = {
    # At a window
    "Calling.of": Case("serving", SERVE, lambda me, _t: me.calling.of(None).hold()),
    "Calling.state": Case("idle", ALL, lambda me, _t: me.calling.state()),
    "Calling.held": Case("idle", ALL, lambda me, _t: me.calling.held()),
    "Calling.call_next": Case("idle", SERVE, lambda me, _t: me.calling.call_next()),
    "Calling.call_chosen": Case(
        "idle", SERVE, lambda me, t: me.calling.call_chosen(t["waiting"], "other")
    ),
    "Calling.requeue": Case("idle", SERVE, lambda me, t: me.calling.requeue(t["missed"])),
    "Calling.resume": Case("idle", SERVE, lambda me, t: me.calling.resume(t["held"])),
    "Calling.release": Case("idle", SERVE, lambda me, t: me.calling.release(t["held"])),
    "Calling.recall": Case("called", SERVE, lambda me, _t: me.calling.recall()),
    "Calling.start": Case("called", SERVE, lambda me, _t: me.calling.start()),
    "Calling.no_show": Case("called", SERVE, lambda me, _t: me.calling.no_show()),
    "Calling.finish": Case("serving", SERVE, lambda me, _t: me.calling.finish(Outcome.CONSULT)),
    "Calling.hold": Case("serving", SERVE, lambda me, _t: me.calling.hold()),
    "Calling.transfer": Case("serving", SERVE, lambda me, _t: me.calling.transfer("A")),
    "Calling.transfer_to_window": Case(
        "serving", SERVE, lambda me, _t: me.calling.transfer_to_window("2")
    ),
    "Calling.transfer_to_staff": Case(
        "serving", SERVE, lambda me, _t: me.calling.transfer_to_staff(OTHER)
    ),
    "Calling.return_to_pool": Case("serving", SERVE, lambda me, _t: me.calling.return_to_pool()),
    "Calling.split_off": Case("serving", SERVE, lambda me, _t: me.calling.split_off("ZH001")),
    "Calling.add_step": Case("serving", SERVE, lambda me, _t: me.calling.add_step("ZH001")),
    "Calling.take_back": Case("serving", SERVE, lambda me, _t: me.calling.take_back()),
    "Calling.serve_on": Case("ended", SERVE, lambda me, _t: me.calling.serve_on()),
    "Calling.ask_again": Case("ended", SERVE, lambda me, _t: me.calling.ask_again()),
    # Who sits there
    "Shifts.sign_in": Case("free", SERVE, lambda me, _t: me.shifts.sign_in(ME, PIN)),
    "Shifts.hand_over": Case("others", SERVE, lambda me, _t: me.shifts.hand_over(ME, PIN)),
    "Shifts.left_behind": Case("idle", ALL, lambda me, _t: me.shifts.left_behind()),
    "Shifts.sign_out": Case("idle", ALL - {"gone"}, lambda me, _t: me.shifts.sign_out()),
    "Shifts.pause": Case("idle", SERVE, lambda me, _t: me.shifts.pause("meal")),
    "Shifts.resume": Case("idle", SERVE, lambda me, _t: me.shifts.resume()),
    # Cases that another accepted, in BDC
    "Cases.case": Case("cases", OWN, lambda me, t: me.cases.case(t["case"])),
    "Cases.find": Case("cases", OWN, lambda me, t: me.cases.find(t["number"])),
    "Cases.look_up": Case("cases", OWN, lambda me, t: me.cases.look_up(t["number"], None)),
    "Cases.find_person": Case("cases", OWN, lambda me, t: me.cases.find_person(t["person"])),
    "Cases.open": Case("cases", OWN, lambda me, t: others_of(me.cases.open(), t)),
    "Cases.due": Case("cases", OWN, lambda me, t: others_of(me.cases.due(t["far"]), t)),
    "Cases.accept": Case(
        "cases", OWN, lambda me, t: me.cases.accept(t["supplement"], Ending(Outcome.PROMISED))
    ),
    "Cases.tell": Case("cases", OWN, lambda me, t: me.cases.tell(t["untold"], ("契税票",))),
    "Cases.suspend": Case(
        "cases", OWN, lambda me, t: me.cases.suspend(t["case"], next(iter(SuspendReason)))
    ),
    "Cases.resume": Case("cases", OWN, lambda me, t: me.cases.resume(t["stands"])),
    "Cases.finish": Case(
        "cases", OWN, lambda me, t: me.cases.finish(t["case"], CaseResult.GRANTED)
    ),
    "Cases.note": Case("cases", OWN, lambda me, t: me.cases.note(t["case"], "x")),
    "Cases.correct": Case(
        "cases",
        OWN,
        lambda me, t: me.cases.correct(t["turn"], Ending(Outcome.CONSULT), CORRECTIONS[0]),
    ),
    # The floor
    "Supervising.floor": Case("floor", WATCH, lambda me, _t: me.desk.floor()),
    "Supervising.waits": Case("floor", HALL, lambda me, _t: me.desk.waits()),
    "Supervising.history": Case("floor", HALL, lambda me, _t: me.desk.history(PERIOD, By.QUEUE)),
    "Supervising.past": Case("floor", HALL, lambda me, _t: me.desk.past((PERIOD,))),
    "Supervising.advice": Case("floor", WATCH, lambda me, _t: me.desk.advice(seconds=0.0)),
    "Supervising.trial_days": Case("floor", WATCH, lambda me, _t: me.desk.trial_days(DAY)),
    "Supervising.calls": Case("floor", USHER, lambda me, _t: me.desk.calls()),
    "Supervising.emergencies": Case("floor", ALL, lambda me, _t: me.desk.emergencies()),
    "Supervising.assign": Case("floor", OWN, lambda me, _t: me.desk.assign("1", [["B"]])),
    "Supervising.give_back": Case("floor", OWN, lambda me, _t: me.desk.give_back("1")),
    "Supervising.close_window": Case("floor", OWN, lambda me, _t: me.desk.close_window("1")),
    "Supervising.leave": Case("floor", OWN, lambda me, t: me.desk.leave(t["colleague"])),
    "Supervising.stop": Case("floor", OWN, lambda me, _t: me.desk.stop("B", "full")),
    "Supervising.reopen": Case("floor", OWN, lambda me, _t: me.desk.reopen("B")),
    "Supervising.take_alarm": Case("floor", WATCH, lambda me, t: me.desk.take_alarm(t["alarm"])),
    "Supervising.go": Case("floor", USHER, lambda me, t: me.desk.go(t["call"])),
    "Supervising.helped": Case("floor", USHER, lambda me, t: me.desk.helped(t["call"])),
    "Supervising.broadcast": Case(
        "floor", HALL, lambda me, _t: me.desk.broadcast(LocalText("好"), Audience.ALL)
    ),
    "Supervising.withdraw": Case("floor", HALL, lambda me, t: me.desk.withdraw(t["bulletin"])),
    # Citizens
    "Ushering.issue": Case(
        "floor", USHER, lambda me, _t: me.usher.issue(TicketRequest("r", "ZH001"))
    ),
    "Ushering.issue_several": Case(
        "floor", USHER, lambda me, _t: me.usher.issue_several(TicketRequest("r", "ZH001"), 2)
    ),
    "Ushering.find": Case("floor", USHER, lambda me, t: me.usher.find(t["waiting"])),
    "Ushering.prioritise": Case(
        "floor", USHER, lambda me, t: me.usher.prioritise(t["waiting"], PriorityClass.ELDERLY)
    ),
    "Ushering.reprint": Case("floor", USHER, lambda me, t: me.usher.reprint(t["waiting"])),
    "Ushering.requeue": Case("floor", USHER, lambda me, t: me.usher.requeue(t["missed"])),
    "Ushering.there": Case("floor", USHER, lambda me, _t: me.usher.there("usher")),
    # Nobody is kept at a place whose rights are gone.
    "Ushering.gone": Case("floor", ALL, lambda me, _t: me.usher.gone("usher")),
    "Ushering.calls": Case("floor", USHER, lambda me, _t: me.usher.calls()),
    "Ushering.go": Case("floor", USHER, lambda me, t: me.usher.go(t["call"])),
    "Ushering.helped": Case("floor", USHER, lambda me, t: me.usher.helped(t["call"])),
    # Low ratings of another's turns, in BDC
    "FollowUps.open": Case("floor", OWN, lambda me, _t: me.follow_ups.open()),
    "FollowUps.take": Case("floor", OWN, lambda me, t: me.follow_ups.take(t["rating"])),
    "FollowUps.record": Case(
        "floor",
        OWN,
        lambda me, t: me.follow_ups.record(t["rating"], FollowUpResult.EXPLAINED),
    ),
    "FollowUps.between": Case(
        "floor", OWN, lambda me, _t: me.follow_ups.between(OPENING.date(), OPENING.date())
    ),
    "FollowUps.show": Case("floor", OWN, lambda me, t: me.follow_ups.show(t["rating"])),
    "FollowUps.contact": Case("floor", OWN, lambda me, t: phone(me, t["rating"])),
    "FollowUps.appeal": Case("floor", OWN, lambda me, t: me.follow_ups.appeal(t["rating"], "误按")),
    "FollowUps.decide": Case("appeal", HALL, lambda me, t: me.follow_ups.decide(t["rating"], None)),
    # Figures and lists of ratings
    "rating_report": Case(
        "floor", OWN | {"lead elsewhere"}, lambda me, _t: rating_report(me.store, ME, DAY, DAY)
    ),
    "BDC's rating_report": Case(
        "floor",
        OWN,
        lambda me, _t: tuple(
            r for r in rating_report(me.store, ME, DAY, DAY).rows if r.code == "BDC"
        ),
    ),
    "ratings_of": Case("floor", OWN, lambda me, _t: ratings_of(me.store, ME, DAY, DAY)[1]),
    "note_export": Case(
        "floor", OWN | {"lead elsewhere"}, lambda me, _t: note_export(me.store, ME, DAY, DAY)
    ),
    # What screens show: to be seen by all, as it is on the walls
    "Publishing.published": Case("floor", ALL, lambda me, _t: me.publishing.published()),
    "Publishing.media": Case("floor", ALL, lambda me, _t: me.publishing.media("0" * 64)),
    "Publishing.add": Case("floor", HALL, lambda me, _t: me.publishing.add(STRIP)),
    "Publishing.change": Case("floor", HALL, lambda me, t: me.publishing.change(t["strip"], STRIP)),
    "Publishing.end": Case("floor", HALL, lambda me, t: me.publishing.end(t["strip"])),
    "Publishing.reorder": Case("floor", HALL, lambda me, t: me.publishing.reorder([t["strip"]])),
    "Publishing.emergency": Case(
        "floor", HALL, lambda me, _t: me.publishing.emergency(EmergencyKind.FIRE)
    ),
    "Publishing.end_emergency": Case(
        "floor", HALL, lambda me, t: me.publishing.end_emergency(t["fire"])
    ),
    # Beside the methods: own cases, a colleague's window in another department
    "own Cases.finish": Case(
        "cases", SERVE, lambda me, t: me.cases.finish(t["mine"], CaseResult.GRANTED)
    ),
    "own Cases.open": Case("mine", SERVE, lambda me, _t: me.cases.open()),
    "elsewhere Supervising.assign": Case(
        "floor",
        HALL | {"lead elsewhere"},
        lambda me, _t: me.desk.assign("2", [["A"]]),
    ),
    "elsewhere Supervising.stop": Case(
        "floor", HALL | {"lead elsewhere"}, lambda me, _t: me.desk.stop("A", "full")
    ),
    "another's queue Supervising.assign": Case(
        "floor", HALL, lambda me, _t: me.desk.assign("1", [["B"], ["A"], ["C"]])
    ),
}


def phone(me: Me, rating: int) -> None:
    """Nobody has taken this call-back; whoever may not see the rating gets no further than that."""
    with pytest.raises(NotAllowed, match="put your name"):
        me.follow_ups.contact(rating)


METHODS = [
    f"{service.__name__}.{name}"
    for service in SERVICES
    for name, _function in inspect.getmembers(service, inspect.isfunction)
    if not name.startswith("_")
] + [function.__name__ for function in FUNCTIONS]


def test_every_method_has_a_line() -> None:
    assert set(METHODS) <= set(TABLE), "who may do this?"
    gone = {name for name in TABLE if " " not in name} - set(METHODS)
    assert not gone, "there is no such method any more"


@pytest.mark.parametrize("name", TABLE)
def test_who_may(name: str, found: dict[str, dict[str, str]]) -> None:
    wanted = {who: "yes" if who in TABLE[name].may else "no" for who in PEOPLE}
    assert found[name] == wanted


# Everything is tried once, scene by scene


@pytest.fixture(scope="module")
def found(
    sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, dict[str, str]]:
    folder = tmp_path_factory.mktemp("rights")
    answers: dict[str, dict[str, str]] = {name: {} for name in TABLE}
    for scene in dict.fromkeys(case.scene for case in TABLE.values()):
        shutil.copy(sqlite_template, folder / f"{scene}.db")
        url = f"sqlite:///{folder}/{scene}.db"
        engine = open_engine(url)
        hall = HallUnderTest(url, engine, HandClock())
        things = SCENES[scene](hall)
        plan = hall.store.plan()
        for who, part in PEOPLE.items():
            others = tuple(member for member in plan.staff if member.code != ME)
            mine = plan.staff_of[ME]
            if part is not None:
                others = (*others, replace(mine, role=part[0], department=part[1]))
            hall.change_plan(staff=others)
            # As it was at the sign-in: rights are asked of the hall as it is now.
            me = Me(Trial(hall.store), mine, part[0] if part else StaffRole.SUPERVISOR)
            for name, case in TABLE.items():
                if case.scene == scene:
                    answers[name][who] = answer(case, me, things)
        engine.dispose()
    return answers


def answer(case: Case, me: Me, things: dict[str, Any]) -> str:
    try:
        result = case.deed(me, things)
    except NotFound as error:
        # What one may not see is not there.
        return "no" if error.key == "unknown_follow_up" else error.key
    except DomainError as error:
        if error.key in REFUSALS or (error.key == "sign_in_failed"):
            return "no"
        return error.key
    return "no" if result == () and case.scene in ("cases", "mine", "floor") else "yes"


def small(hall: HallUnderTest) -> dict[str, Any]:
    """Two departments, a third queue, a person at windows 1 (me) and 2."""
    with_console_staff(hall)
    plan = hall.store.plan()
    home = replace(plan.service("BDC001"), materials=(Material(LocalText("契税票")),))
    hall.change_plan(
        rules=replace(plan.rules, no_show_after=1, recall_gap_seconds=0),
        services=(plan.services[0], home),
        queues=(*plan.queues, replace(plan.queues[0], code="C", id=0)),
        staff=tuple(replace(m, department="BDC") if m.code == "1009" else m for m in plan.staff),
    )
    return {}


def others_of(views: tuple[CaseView, ...], things: dict[str, Any]) -> tuple[CaseView, ...]:
    return tuple(view for view in views if view.case.id != things["mine"])


def seated(hall: HallUnderTest) -> dict[str, Any]:
    small(hall)
    hall.sign_in("1", "2")
    return {}


def idle(hall: HallUnderTest) -> dict[str, Any]:
    """Somebody waits, is held here, was missed."""
    seated(hall)
    calling = hall.calling("1")
    held = hall.issue("BDC001").ticket
    calling.call_next()
    calling.start()
    calling.hold(HoldKind.HERE)
    missed = hall.issue("BDC001").ticket
    calling.call_next()
    calling.no_show()
    waiting = hall.issue("BDC001").ticket
    return {"held": held.id, "missed": missed.label, "waiting": waiting.label}


def called(hall: HallUnderTest) -> dict[str, Any]:
    seated(hall)
    hall.issue("BDC001")
    hall.calling("1").call_next()
    return {}


def serving(hall: HallUnderTest) -> dict[str, Any]:
    called(hall)
    hall.calling("1").start()
    return {}


def ended(hall: HallUnderTest) -> dict[str, Any]:
    """A visit of two services, both done here, is between them."""
    seated(hall)
    hall.issue("BDC001", more=("ZH001",))
    hall.calling("1").call_next()
    hall.calling("1").start()
    hall.calling("1").finish(Outcome.CONSULT)
    return {}


def others(hall: HallUnderTest) -> dict[str, Any]:
    small(hall)
    hall.shifts("1").sign_in(OTHER, PIN)
    return {}


def turn_of(hall: HallUnderTest, clerk: str, ending: Ending | Outcome) -> int:
    hall.shifts("1").sign_in(clerk, PIN)
    hall.issue("BDC001")
    calling = hall.calling("1")
    calling.call_next()
    calling.start()
    turn = calling.finish(ending).turn
    assert turn is not None
    return turn.id


def case_of(hall: HallUnderTest, clerk: str, ending: Ending) -> int:
    turn = turn_of(hall, clerk, ending)
    with hall.store.look() as reader:
        case = reader.case_of_turn(turn)
    assert case is not None
    return case.id


def mine(hall: HallUnderTest) -> dict[str, Any]:
    small(hall)
    return {"mine": case_of(hall, ME, Ending(Outcome.PROMISED))}


def cases(hall: HallUnderTest) -> dict[str, Any]:
    """Cases of a colleague and one of mine."""
    small(hall)
    promised = Ending(Outcome.PROMISED)
    things: dict[str, Any] = {
        "case": case_of(hall, OTHER, promised),
        "stands": case_of(hall, OTHER, promised),
        "supplement": case_of(hall, OTHER, Ending(Outcome.SUPPLEMENT, missing=("契税票",))),
        "untold": case_of(hall, OTHER, Ending(Outcome.SUPPLEMENT)),
        "turn": turn_of(hall, OTHER, Outcome.CONSULT),
        "person": "f" * 64,
        "far": hall.clock.now.date().replace(year=2027),
    }
    Cases(hall.store, hall.store.plan().staff_of[SUPERVISOR]).suspend(
        things["stands"], next(iter(SuspendReason))
    )
    with hall.store.change("test") as tx:
        case = tx.case(things["case"])
        assert case is not None
        tx.save_case(replace(case, person=things["person"]))
        things["number"] = case.number
    things["mine"] = case_of(hall, ME, promised)
    hall.shifts("1").sign_out()
    return things


def floor(hall: HallUnderTest) -> dict[str, Any]:
    """A colleague sits at window 1 and calls for help; a rating is bad; a queue is stopped."""
    things = idle(hall)
    hall.clock.advance(seconds=1)
    turn = turn_of(hall, OTHER, Outcome.CONSULT)
    hall.ratings.record(turn, next(iter(Level)), "k1")
    waiting = hall.issue("BDC001").ticket
    desk = console(hall)
    desk.assign("1", [["B"]])
    desk.assign("2", [["B"], ["A"]])
    desk.stop("B", "full")
    bulletin = desk.broadcast(LocalText("好"), Audience.ALL)
    call = Helping(hall.store, "window:2").ask("window 2")
    strip = Publishing(hall.store, SUPERVISOR).add(STRIP)
    fire = Publishing(hall.store, SUPERVISOR).emergency(EmergencyKind.FIRE, zones=("1A",))
    (alarm,) = [one for one in desk.floor().alarms if one.kind == "help"]
    with hall.store.look() as reader:
        rating = reader.low_ratings()[0].rating
    return {
        **things, "waiting": waiting.label, "bulletin": bulletin.id, "call": call.call.id,
        "alarm": alarm.key, "rating": rating.id, "colleague": "1009",
        "strip": strip.id, "fire": fire.id,
    }  # fmt: skip


def appeal(hall: HallUnderTest) -> dict[str, Any]:
    """Somebody else has appealed against the rating."""
    things = floor(hall)
    console(hall).follow_ups.appeal(things["rating"], "误按")
    return things


SCENES: dict[str, Callable[[HallUnderTest], dict[str, Any]]] = {
    "free": small,
    "idle": idle,
    "called": called,
    "serving": serving,
    "ended": ended,
    "others": others,
    "cases": cases,
    "mine": mine,
    "floor": floor,
    "appeal": appeal,
}
