"""All moves by many actors of all roles, at random: nothing ever breaks, and there is a way on.

After every move the right to make it is checked by the plan, and what a window shows against what
is stored; every few moves the whole database. At the end everybody is served by moves alone.
"""

import random
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from hallclient.domain.errors import DomainError, NotAllowed
from hallclient.domain.hall import HallPlan
from hallclient.domain.holding import HoldKind
from hallclient.domain.parts import Queue, Series, Service, ServiceKind, Staff, StaffRole
from hallclient.domain.rights import Right, may
from hallclient.domain.rules import PriorityClass
from hallclient.domain.text import LocalText
from hallclient.domain.ticket import Ticket, TicketStatus
from hallclient.domain.turn import CLERK_OUTCOMES, Outcome
from hallclient.lab.invariants import check_invariants
from hallclient.lab.postgres import TemporaryPostgres
from hallclient.services.days import close_day
from hallclient.services.pin_guard import PinGuard
from hallclient.services.seat import is_bound
from hallclient.services.shifts import Shifts
from hallclient.services.ushering import Usher, Ushering
from hallclient.storage.engine import open_engine
from tests import invariants
from tests.halls import HALL_ID, PIN
from tests.postgres import fresh_database
from tests.stores import HallUnderTest, HandClock, load_hall_at, staffed_hall

if TYPE_CHECKING:
    from hallclient.services.windows import WindowState

FLOORS, STEPS = 4, 90
WINDOWS = ("1", "2", "3", "4")
SERVICES = ("ZH001", "ZH002", "BDC001", "SB001")
ROLES = {
    "1006": StaffRole.LEAD,
    "1007": StaffRole.SUPERVISOR,
    "1008": StaffRole.ADMIN,
    "1009": StaffRole.USHER,
}
STAFF = (*(str(1000 + n) for n in range(1, 6)), *ROLES)
NOBODYS = """
SELECT label FROM ticket LEFT JOIN hold ON hold.ticket_id = ticket.id
WHERE (status = 'waiting' AND (
    ticket.window_id > 0 AND
      ticket.window_id NOT IN (SELECT window_id FROM shift WHERE signed_out_at IS NULL)
    OR ticket.staff_id > 0 AND
      ticket.staff_id NOT IN (SELECT staff_id FROM shift WHERE signed_out_at IS NULL)))
  OR (status = 'held' AND hold.kind = 'here'
    AND hold.window_id NOT IN (SELECT window_id FROM shift WHERE signed_out_at IS NULL))
"""
"""Who is bound to a window or a person that is not there, and would wait for ever."""


def floor_hall() -> HallPlan:
    """Three queues at four windows, nine people of all roles."""
    plan = staffed_hall(windows=4)
    pin_hash = plan.staff[0].pin_hash
    ranks = ((("B",), ("A",)), (("A", "B"), ("C",)), (("C",), ("A",)), (("A",),))
    return replace(
        plan,
        rules=replace(plan.rules, recall_gap_seconds=2, no_show_after=2, requeue_behind=2),
        series=(*plan.series, Series("C", "C")),
        queues=(*plan.queues, Queue("C", LocalText("社保"), "C", "1A", ceiling_minutes=5)),
        services=(
            *plan.services,
            Service("ZH002", LocalText("证明"), "ZH", "A", ServiceKind.INSTANT),
            Service("SB001", LocalText("社保转移"), "ZH", "C", ServiceKind.COLLECT),
        ),
        windows=tuple(replace(w, ranks=r) for w, r in zip(plan.windows, ranks, strict=True)),
        staff=tuple(
            Staff(code, f"职员{code}", ROLES.get(code, StaffRole.CLERK), "ZH", pin_hash)
            for code in STAFF
        ),
    )


class Floor:
    """A hall with everybody in it; every action is a move, or is refused by a rule."""

    def __init__(self, url: str) -> None:
        self.engine = open_engine(url)
        self.hall = HallUnderTest(url, self.engine, HandClock())
        self.full = self.hall.store.plan()
        self.done: Counter[str] = Counter()
        self.refused: Counter[str] = Counter()
        self.hall.sign_in("1", "2")

    def close(self) -> None:
        self.engine.dispose()

    # What everybody does

    def act(self, action: str, window: str, pick: int) -> None:
        self.hall.clock.advance(seconds=(0, 1, 2, 40)[pick % 4])
        try:
            ACTIONS[action](self, window, pick)
        except DomainError as error:
            self.refused[error.key] += 1
        else:
            self.done[action] += 1
        assert self.hall.rows(NOBODYS) == [], (action, "waits for somebody who is not there")

    def step(self, dice: random.Random) -> None:
        """Somebody does something: mostly what makes sense at a window, else anything."""
        window, pick = dice.choice(WINDOWS), dice.randrange(10_000)
        choices = self.sensible(window) if dice.random() < 0.7 else tuple(ACTIONS)
        self.act(dice.choice(choices), window, pick)

    def sensible(self, window: str) -> tuple[str, ...]:
        with self.hall.store.look() as reader:  # a whole state costs ten times as much
            here = reader.plan.window(window).id
            shift, turn = reader.open_shift(here), reader.active_turn(here)
        if shift is None:
            return ("sign_in",)
        if not shift.open_for_calls:
            return "back", "take_back"
        if turn is None:
            return "issue", "call_next", "call_next", "call_chosen", "resume", *IDLE
        return CALLED if turn.started_at is None else SERVING

    def move(self, window: str, name: str, *args: Any) -> None:
        """Make a move of ``Calling``: it never works for somebody who may not."""
        may_serve = self.may_serve(window)
        calling = self.hall.calling(window)
        state: WindowState = getattr(calling, name)(*args)
        assert may_serve, (name, window)
        assert state.window.code == window
        again = calling.state()
        assert replace(state, now=again.now, issued=None) == again

    def may_serve(self, window: str) -> bool:
        plan = self.hall.store.plan()
        with self.hall.store.look() as reader:
            shift = reader.open_shift(plan.window(window).id)
        members = [m for m in plan.staff if shift is not None and m.id == shift.staff_id]
        return bool(members) and may(members[0], Right.SERVE)

    def issue(self, _window: str, pick: int) -> None:
        codes = random.Random(pick).sample(SERVICES, 1 + pick % 3)  # noqa: S311 - repeats
        self.hall.issue(codes[0], more=tuple(codes[1:]) if pick % 2 else ())

    def sign_in(self, window: str, pick: int) -> None:
        self.shifts(window).sign_in(STAFF[pick % len(STAFF)], PIN)
        assert self.may_serve(window)

    def hand_over(self, window: str, pick: int) -> None:
        before = self.hall.calling(window).held(), self.hall.calling(window).state()
        self.shifts(window).hand_over(STAFF[pick % len(STAFF)], PIN)
        after = self.hall.calling(window).held(), self.hall.calling(window).state()
        assert [h for h in before[0] if h.here] == [h for h in after[0] if h.here]
        assert {t.id for t in before[1].bound} <= {t.id for t in after[1].bound}

    def shifts(self, window: str) -> Shifts:
        return Shifts(self.hall.store, window, PinGuard())

    def pause(self, window: str, _pick: int) -> None:
        allowed = self.may_serve(window)
        self.shifts(window).pause("meal")
        assert allowed

    def back(self, window: str, _pick: int) -> None:
        allowed = self.may_serve(window)
        self.shifts(window).resume()
        assert allowed

    def sign_out(self, window: str, _pick: int) -> None:
        self.shifts(window).sign_out()

    def ticket(self, pick: int, *statuses: TicketStatus) -> Ticket:
        """One of the open tickets, mostly of these statuses; there is one always."""
        with self.hall.store.look() as reader:
            every = reader.open_tickets()
        fitting = [one for one in every if one.status in statuses] or every
        if not fitting:
            return self.hall.issue().ticket
        return fitting[pick % len(fitting)]

    def requeue(self, window: str, pick: int) -> None:
        self.move(window, "requeue", self.ticket(pick, TicketStatus.NO_SHOW).label)

    def call_chosen(self, window: str, pick: int) -> None:
        ticket = self.ticket(pick, TicketStatus.WAITING, TicketStatus.NO_SHOW)
        self.move(window, "call_chosen", ticket.label, "other")

    def resume(self, window: str, pick: int) -> None:
        which = None if pick % 2 else self.ticket(pick, TicketStatus.HELD).id
        self.move(window, "resume", which)

    def usher(self, _window: str, pick: int) -> None:
        code = STAFF[pick % len(STAFF)]
        helps = Ushering(self.hall.store, Usher(code, "", StaffRole.USHER))
        ticket = self.ticket(pick, TicketStatus.WAITING, TicketStatus.NO_SHOW)
        if pick % 2:
            helps.requeue(ticket.label)
        else:
            classes = tuple(PriorityClass)
            helps.prioritise(ticket.label, classes[pick // 2 % len(classes)])
        assert may(self.hall.store.plan().staff_of[code], Right.USHER)

    def change_staff(self, _window: str, pick: int) -> None:
        """Somebody leaves the hall file, or is an usher from now on; mostly all are back."""
        staff = list(self.full.staff)
        place = pick % len(staff)
        if pick % 3 == 0:
            del staff[place]
        elif pick % 3 == 1:
            staff[place] = replace(staff[place], role=StaffRole.USHER)
        self.hall.change_plan(staff=tuple(staff))

    def demote(self, window: str, pick: int) -> None:
        """Whoever sits here serves no longer, and tries to; then is a clerk again."""
        with self.hall.store.look() as reader:
            shift = reader.open_shift(reader.plan.window(window).id)
        if shift is None:
            raise NotAllowed("not_signed_in", "nobody sits here")
        staff = self.hall.store.plan().staff
        self.hall.change_plan(
            staff=tuple(
                replace(m, role=StaffRole.USHER) if m.id == shift.staff_id else m for m in staff
            )
        )
        dice = random.Random(pick)  # noqa: S311 - repeats
        for action in (*self.sensible(window), "pause", "back")[pick % 2 :: 2]:
            if action not in ("sign_out", "hand_over", "issue", "there_and_back", "touched"):
                with suppress(DomainError):
                    ACTIONS[action](self, window, dice.randrange(10_000))
        self.hall.change_plan(staff=staff)

    def leave_bound(self, window: str, pick: int) -> None:
        """Somebody leaves for whom a citizen waits: nobody waits for an empty chair."""
        calling, other = self.hall.calling(window), WINDOWS[pick % 4]
        if pick % 3:
            calling.transfer_to_window(other)
        else:
            calling.hold(HoldKind.HERE)
            other = window
        self.shifts(other).sign_out()

    def touched(self, window: str, pick: int) -> None:
        """A move is taken back only as long as nobody else has touched the ticket."""
        name = ("return_to_pool", "hold", "transfer", "no_show")[pick % 4]
        calling = self.hall.calling(window)
        ticket = calling.state().ticket
        getattr(calling, name)(*(("B",) if name == "transfer" else ()))
        assert ticket is not None
        other = self.hall.calling(WINDOWS[pick % 4])
        helps = Ushering(self.hall.store, Usher("1009", "", StaffRole.USHER))
        touches: tuple[Callable[[], object], ...] = (
            lambda: other.call_chosen(ticket.label, "other"),
            lambda: other.resume(ticket.id),
            lambda: other.release(ticket.id),
            lambda: helps.prioritise(ticket.label, PriorityClass.ELDERLY),
            lambda: helps.requeue(ticket.label),
        )
        for touch in touches[pick % 2 :]:
            entries = len(self.hall.journal())
            with suppress(DomainError):
                touch()
            if len(self.hall.journal()) > entries:
                with pytest.raises(DomainError):
                    calling.take_back()
                self.done["touched between"] += 1
                return

    def there_and_back(self, window: str, pick: int) -> None:
        """A move that is taken back leaves everything as it was."""
        moves: tuple[tuple[Any, ...], ...] = (
            ("start",),
            ("no_show",),
            ("hold", HoldKind.HERE, "copy"),
            ("hold",),
            ("transfer", "B", "请接着办"),
            ("transfer_to_window", WINDOWS[pick % 4]),
            ("return_to_pool",),
        )
        turn = self.hall.calling(window).state().turn
        fitting = moves[2:] if turn is not None and turn.started_at is not None else moves[:2]
        name, *args = fitting[pick % len(fitting)]
        before = self.rows()
        getattr(self.hall.calling(window), name)(*args)
        assert self.rows() != before
        state = self.hall.calling(window).state()
        assert state.can_take_back_until is not None
        self.hall.clock.advance(seconds=pick % 6)
        self.hall.calling(window).take_back()
        assert self.rows() == before
        self.done[f"back from {name}"] += 1

    def rows(self) -> list[Any]:
        """Everything that a move changes; appointments that came early are not in this hall."""
        tables = ("ticket", "turn", "hold", "shift", "ticket_step")
        query = "SELECT * FROM {} ORDER BY 2, 3"
        rows = [self.hall.rows(query.format(table)) for table in tables]
        counts = "SELECT queue_id, waiting, oldest_at, last_called FROM queue_now ORDER BY 1"
        return [*rows, self.hall.rows(counts)]

    # What always holds

    def check(self) -> None:
        invariants.check(self.engine, self.hall.store)
        assert check_invariants(self.engine, HALL_ID).broken == ()

    def drain(self) -> None:
        """Serve everybody who waits, is held or at a window, by moves alone: no SQL, no end of day.

        However the floor was left: new people sit down everywhere, and finish.
        """
        self.hall.clock.advance(minutes=1)
        self.hall.change_plan(staff=self.full.staff)
        for number, window in enumerate(WINDOWS, start=1):
            self.shifts(window).sign_in(str(1000 + number), PIN)
            self.shifts(window).resume()
        for _ in range(400):
            if not self.serve_somebody():
                break
        with self.hall.store.look() as reader:
            left = [one for one in reader.open_tickets() if one.status != "no_show"]
        assert left == []

    def serve_somebody(self) -> bool:
        served = False
        for window in WINDOWS:
            calling = self.hall.calling(window)
            state = calling.state()
            if state.turn is None or not state.turn.active:
                held = calling.held()
                state = calling.resume(held[0].ticket.id) if held else calling.call_next()
            if state.turn is None or not state.turn.active:
                continue
            with suppress(DomainError):
                calling.start()
            calling.finish(Outcome.CONSULT)
            served = True
        return served


def simple(name: str, *choices: tuple[Any, ...]) -> Callable[[Floor, str, int], None]:
    """An action that is one move, with one of some arguments."""

    def act(floor: Floor, window: str, pick: int) -> None:
        floor.move(window, name, *(choices[pick % len(choices)] if choices else ()))

    return act


def outcomes() -> list[tuple[Any, ...]]:
    return [(outcome,) for outcome in CLERK_OUTCOMES]


HOLDS = [(kind, reason) for kind in HoldKind for reason in ("", "copy")]
ACTIONS: dict[str, Callable[[Floor, str, int], None]] = {
    "issue": Floor.issue,
    "sign_in": Floor.sign_in,
    "sign_out": Floor.sign_out,
    "hand_over": Floor.hand_over,
    "pause": Floor.pause,
    "back": Floor.back,
    "call_next": simple("call_next"),
    "call_chosen": Floor.call_chosen,
    "recall": simple("recall"),
    "start": simple("start"),
    "no_show": simple("no_show"),
    "requeue": Floor.requeue,
    "finish": simple("finish", *outcomes()),
    "serve_on": simple("serve_on"),
    "ask_again": simple("ask_again"),
    "hold": simple("hold", *HOLDS),
    "resume": Floor.resume,
    "release": lambda floor, window, pick: floor.move(
        window, "release", floor.ticket(pick, TicketStatus.HELD).id
    ),
    "transfer": simple("transfer", *((queue, "好") for queue in "ABC")),
    "to_window": simple("transfer_to_window", *((window, "") for window in WINDOWS)),
    "to_staff": simple("transfer_to_staff", *((code, "熟人") for code in STAFF[:5])),
    "return": simple("return_to_pool"),
    "split": simple("split_off", *((service,) for service in SERVICES)),
    "add_step": simple("add_step", *((service,) for service in SERVICES)),
    "take_back": simple("take_back"),
    "there_and_back": Floor.there_and_back,
    "touched": Floor.touched,
    "demote": Floor.demote,
    "leave_bound": Floor.leave_bound,
    "usher": Floor.usher,
    "change_staff": Floor.change_staff,
}
IDLE = (
    *("requeue", "release", "pause", "hand_over", "ask_again", "there_and_back", "sign_out"),
    *("serve_on", "serve_on", "take_back"),
)
CALLED = (
    *("start", "start", "recall", "recall", "no_show", "return", "there_and_back"),
    *("touched", "demote"),
)
SERVING = (
    *("finish", "finish", "finish", "hold", "transfer", "to_window", "to_staff", "return"),
    *("split", "add_step", "there_and_back", "there_and_back", "touched", "touched", "demote"),
    *("leave_bound", "leave_bound"),
)


@pytest.fixture(scope="module")
def floor_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("floor") / "hall.db"
    load_hall_at(f"sqlite:///{path}", floor_hall())
    return path


def test_nothing_breaks_and_there_is_a_way_on(floor_template: Path, tmp_path: Path) -> None:
    done, refused = Counter[str](), Counter[str]()
    for seed in range(FLOORS):
        path = tmp_path / f"{seed}.db"
        shutil.copy(floor_template, path)
        floor = Floor(f"sqlite:///{path}")
        dice = random.Random(seed)  # noqa: S311 - a run that repeats
        try:
            for _ in range(STEPS):
                floor.step(dice)
            floor.check()
            floor.drain()
            close_day(floor.hall.store, "chore")
            floor.check()
        finally:
            floor.close()
        done += floor.done
        refused += floor.refused
    assert len(set(ACTIONS) - set(done)) <= 10, set(ACTIONS) - set(done)
    backs = {name for name in done if name.startswith("back from")}
    assert backs
    assert done["touched between"] >= 3
    assert len(refused) >= 8, refused


@pytest.fixture
def postgres_floor(postgres_server: TemporaryPostgres) -> Iterator[Floor]:
    with fresh_database(postgres_server) as url:
        load_hall_at(url, floor_hall())
        floor = Floor(url)
        yield floor
        floor.close()


def test_the_same_on_postgresql(postgres_floor: Floor) -> None:
    dice = random.Random(7)  # noqa: S311 - a run that repeats
    for _ in range(120):
        postgres_floor.step(dice)
    postgres_floor.check()
    assert len(postgres_floor.done) > len(ACTIONS) // 2
    postgres_floor.drain()
    postgres_floor.check()


def test_somebody_bound_is_a_candidate_nowhere_else(floor_template: Path, tmp_path: Path) -> None:
    shutil.copy(floor_template, tmp_path / "hall.db")
    floor = Floor(f"sqlite:///{tmp_path}/hall.db")
    try:
        dice = random.Random(3)  # noqa: S311 - a run that repeats
        seen = 0
        for _ in range(120):
            action = dice.choice(("issue", "call_next", "start", "to_window", "to_staff"))
            floor.act(action, dice.choice(WINDOWS), dice.randrange(10_000))
            with floor.hall.store.look() as reader:
                bound = [one for one in reader.open_tickets() if is_bound(one)]
                states = [floor.hall.calling(window).state() for window in WINDOWS]
            for ticket in bound:
                own = [s for s in states if ticket.id in {t.id for t in s.bound}]
                assert len(own) == 1
                others = [s for s in states if s is not own[0]]
                assert all(s.next_ticket is None or s.next_ticket.id != ticket.id for s in others)
                seen += 1
        assert seen > 10
    finally:
        floor.close()
