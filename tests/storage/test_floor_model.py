"""The floor against a model in memory: whatever is done, both databases say what Python says.

Each example is one change that is never committed: the hall stays as it was.
"""

from dataclasses import replace
from datetime import timedelta
from typing import ClassVar

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    MultipleResults,
    RuleBasedStateMachine,
    initialize,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)

from hallclient.domain.alarm import AlarmTaken
from hallclient.domain.case import Case, CaseResult
from hallclient.domain.holding import Hold, HoldKind
from hallclient.domain.rules import PriorityClass
from hallclient.domain.ticket import Channel, Ticket, TicketStatus
from hallclient.domain.turn import Outcome, Turn
from hallclient.services.floor_records import LentWindow, QueueStop
from hallclient.services.person_records import Note, PersonNote
from hallclient.services.store_records import QueueCount
from tests.stores import HallUnderTest

MINUTE = timedelta(minutes=1)
WAITING, HELD = TicketStatus.WAITING, TicketStatus.HELD
RANKS = (("A",),), (("B",), ("A",)), (("A", "B"),)
places = st.integers(0, 2)
Spec = tuple[int, int, int | None, int | None, bool]
CHOICES = (
    st.integers(0, 1), st.integers(-3, 3), st.none() | places, st.none() | places, st.booleans()
)  # fmt: skip


class _NeverMind(Exception):
    """Ends a change without a trace."""


class Floor(RuleBasedStateMachine):
    """One change of one hall, and what it should have done."""

    hall: ClassVar[HallUnderTest]
    tickets = Bundle("tickets")
    cases = Bundle("cases")

    @initialize()
    def begin(self) -> None:
        self.change = self.hall.store.change("model")
        self.tx = self.change.__enter__()
        plan = self.tx.plan
        self.windows = [window.id for window in plan.windows]
        self.staff = [member.id for member in plan.staff]
        self.queues = [queue.id for queue in plan.queues]
        self.known: dict[int, Ticket] = {}
        self.turns: dict[int, int] = {}
        self.last_called: dict[int, str] = {}
        self.holds: dict[int, Hold] = {}
        self.stops: dict[int, QueueStop] = {}
        self.lent: dict[int, LentWindow] = {}
        self.leave: set[int] = set()
        self.taken: dict[str, AlarmTaken] = {}
        self.notes: dict[str, list[Note]] = {}
        self.persons: dict[int, PersonNote] = {}
        self.filed: dict[int, Case] = {}

    def teardown(self) -> None:
        if hasattr(self, "change"):
            assert not self.change.__exit__(_NeverMind, _NeverMind(), None)

    # Tickets

    @rule(target=tickets, specs=st.lists(st.tuples(*CHOICES), min_size=1, max_size=4))
    def issue(self, specs: list[Spec]) -> MultipleResults[int]:
        return multiple(*(self._issue(*spec) for spec in specs))

    def _issue(
        self,
        queue: int,
        claim: int,
        window: int | None,
        member: int | None,
        early: bool,
    ) -> int:
        tx, number = self.tx, len(self.known) + 1
        assert tx.day is not None
        one = Ticket(
            id=tx.new_id(), request_id=f"m{number}", token=f"m{number}", day=tx.day,
            series_id=tx.plan.series[0].id, number=9000 + number, label=f"M{number}",
            queue_id=self.queues[queue], service_id=tx.plan.services[0].id,
            priority=PriorityClass.NORMAL, claim_at=tx.now + claim * MINUTE,
            issued_at=tx.now + number * timedelta(microseconds=1), status=WAITING,
            channel=Channel.KIOSK, language="zh-CN",
            callable_from=tx.now + MINUTE if early else None,
        )  # fmt: skip
        tx.add_ticket(one)
        turn = Turn(
            tx.new_id(), one.id, self.windows[0], self.staff[0], tx.now, tx.now,
            ended_at=tx.now, result=Outcome.HELD,
        )  # fmt: skip
        tx.add_turn(turn)
        self.known[one.id], self.turns[one.id] = one, turn.id
        if window is not None or member is not None:
            self.bind(one.id, window, member)
        return one.id

    @rule(id_=tickets, status=st.sampled_from([*TicketStatus]))
    def move(self, id_: int, status: TicketStatus) -> None:
        self.move_to(id_, status)

    def move_to(self, id_: int, status: TicketStatus) -> None:
        one = self.known[id_]
        self.known[id_] = moved = self.tx.move_ticket(one, status)
        assert moved.status is status
        if one.status is WAITING and status is TicketStatus.CALLED:
            self.last_called[one.queue_id] = one.label
        if status is not HELD:
            self.holds.pop(id_, None)

    @rule(id_=tickets, window=st.none() | places, member=st.none() | places)
    def bind_later(self, id_: int, window: int | None, member: int | None) -> None:
        self.bind(id_, window, member)

    def bind(self, id_: int, window: int | None, member: int | None) -> None:
        at = None if window is None else self.windows[window]
        whose = None if member is None else self.staff[member]
        self.known[id_] = self.tx.bind_ticket(self.known[id_], at, whose)

    @rule(id_=tickets, window=places, kind=st.sampled_from([*HoldKind]))
    def hold(self, id_: int, window: int, kind: HoldKind) -> None:
        self.move_to(id_, HELD)
        turn, at = self.turns[id_], self.tx.now
        self.holds[id_] = Hold(id_, turn, self.windows[window], kind, "form", at)
        self.tx.save_hold(self.holds[id_])

    @rule(id_=tickets)
    def drop_hold(self, id_: int) -> None:
        self.tx.drop_hold(id_)
        self.holds.pop(id_, None)

    @rule(id_=tickets, text=st.sampled_from(["带孩子", "坐轮椅"]), on_case=st.booleans())
    def write_down(self, id_: int, text: str, *, on_case: bool) -> None:
        subject = f"case:{id_}" if on_case else f"ticket:{id_}"
        note = Note(self.tx.new_id(), subject, text, self.staff[0], self.tx.now, b"salt")
        self.tx.add_note(note)
        self.notes.setdefault(subject, []).append(note)
        self.persons[id_] = PersonNote(id_, text[:1], "12", "")
        self.tx.save_person_note(self.persons[id_])

    # Cases

    @rule(target=cases, id_=tickets, days=st.none() | st.integers(0, 3))
    def file(self, id_: int, days: int | None) -> int:
        tx = self.tx
        due = None if days is None else tx.now.date() + days * timedelta(days=1)
        case = Case(
            tx.new_id(), self.turns[id_], tx.plan.services[0].id, Outcome.PROMISED,
            f"M{len(self.filed)}", tx.now + len(self.filed) * MINUTE, due, None,
            person=f"p{days}",
        )  # fmt: skip
        tx.add_case(case)
        self.filed[case.id] = case
        return case.id

    @rule(id_=cases, result=st.none() | st.sampled_from([*CaseResult]), minutes=st.integers(0, 3))
    def decide(self, id_: int, result: CaseResult | None, minutes: int) -> None:
        at = None if result is None else self.tx.now + minutes * MINUTE
        self.filed[id_] = replace(self.filed[id_], finished_at=at, result=result)
        self.tx.save_case(self.filed[id_])

    # The floor

    @rule(queue=st.integers(0, 1), reopen=st.booleans())
    def stop(self, queue: int, *, reopen: bool) -> None:
        id_ = self.queues[queue]
        if reopen:
            assert self.tx.reopen_queue(id_) == (self.stops.pop(id_, None) is not None)
        else:
            self.stops[id_] = QueueStop(id_, self.staff[0], self.tx.now, "full")
            self.tx.stop_queue(self.stops[id_])

    @rule(window=places, ranks=st.none() | st.sampled_from(RANKS))
    def lend(self, window: int, ranks: tuple[tuple[str, ...], ...] | None) -> None:
        id_ = self.windows[window]
        if ranks is None:
            assert self.tx.give_back_window(id_) == (self.lent.pop(id_, None) is not None)
        else:
            self.lent[id_] = LentWindow(id_, ranks, self.staff[0], self.tx.now)
            self.tx.lend_window(self.lent[id_])

    @rule(member=places, away=st.booleans())
    def go(self, member: int, *, away: bool) -> None:
        self.tx.mark_leave(self.staff[member], on_leave=away)
        (self.leave.add if away else self.leave.discard)(self.staff[member])

    @rule(key=st.sampled_from(["help K1", "printer K1"]), member=st.none() | places)
    def take(self, key: str, member: int | None) -> None:
        if member is None:
            assert self.tx.drop_alarms([key]) == (self.taken.pop(key, None) is not None)
        else:
            self.taken[key] = AlarmTaken(key, self.staff[member], self.tx.now)
            self.tx.take_alarm(self.taken[key])

    # What must be so

    @invariant()
    def lines_are_right(self) -> None:
        waiting = sorted(
            (one for one in self.known.values() if one.status is WAITING),
            key=lambda one: (one.claim_at, one.id),
        )
        heads = []
        for queue in self.queues:
            line = [one for one in waiting if one.queue_id == queue]
            free = [one for one in line if one.window_id is None and one.staff_id is None]
            ready = [one for one in free if one.callable_from is None]
            heads += ready[:1] or free[:1]
            assert self.tx.waiting_in([queue], 2) == line[:2]
            oldest = min((one.issued_at for one in line), default=None)
            called, stopped = self.last_called.get(queue, ""), queue in self.stops
            early = sum(one.callable_from is not None for one in line)
            expected = QueueCount(queue, len(line), oldest, called, stopped, early)
            assert self.tx.queue_count(queue) == expected
            assert expected in self.tx.queue_counts()
        assert sorted(self.tx.heads(self.queues), key=lambda one: one.queue_id) == heads
        for window, member in zip(self.windows, [None, *self.staff[1:]], strict=True):
            bound = [
                one for one in waiting
                if one.window_id == window or (member and one.staff_id == member)
            ]  # fmt: skip
            assert self.tx.waiting_for(window, member) == bound

    @invariant()
    def the_floor_is_right(self) -> None:
        tx = self.tx
        assert {hold.ticket_id: hold for hold in tx.holds()} == self.holds
        assert {stop.queue_id: stop for stop in tx.queue_stops()} == self.stops
        assert {lent.window_id: lent for lent in tx.lent_windows()} == self.lent
        assert tx.on_leave() == self.leave
        assert {one.key: one for one in tx.alarms_taken()} == self.taken
        for subject, notes in self.notes.items():
            assert tx.notes(subject) == notes
        for id_, person in self.persons.items():
            assert tx.person_note(id_) == person

    @invariant()
    def cases_are_right(self) -> None:
        tx, cases = self.tx, sorted(self.filed.values(), key=lambda one: (one.accepted_at, one.id))
        left = [one for one in cases if one.finished_at is None]
        assert {one.id for one in tx.open_cases()} == {one.id for one in left}
        until = tx.now.date() + timedelta(days=1)
        due = {one.id for one in left if one.due_on is not None and one.due_on <= until}
        assert {one.id for one in tx.cases_due(until)} == due
        begin, end = tx.now + MINUTE, tx.now + 3 * MINUTE
        within = [
            one for one in cases
            if any(at and begin <= at < end for at in (one.accepted_at, one.finished_at))
        ]  # fmt: skip
        assert list(tx.cases_between(begin, end)) == within
        assert list(tx.cases_of_person("p1"))[::-1] == [one for one in cases if one.person == "p1"]


def test_both_databases_keep_to_the_model(hall: HallUnderTest) -> None:
    hall.issue("BDC001")
    hall.execute("DELETE FROM ticket")
    hall.execute("UPDATE queue_now SET waiting = 0, oldest_at = NULL, pace = ''")
    machine = type("FloorHere", (Floor,), {"hall": hall})
    examples = 30 if hall.is_sqlite else 6
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=examples,
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
