"""A clerk's moves: call next, recall, start, no-show, finish, ask for the rating again."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from hallclient.domain.calendar import WorkCalendar
from hallclient.domain.case import CASE_OUTCOMES, Case, case_number, due_on, is_done
from hallclient.domain.dispatch import choose
from hallclient.domain.errors import NotAllowed, NotFound
from hallclient.domain.hall import ServiceWindow
from hallclient.domain.journal import Json
from hallclient.domain.rating import check_ask
from hallclient.domain.shift import Shift
from hallclient.domain.ticket import Ticket
from hallclient.domain.turn import (
    CLERK_OUTCOMES,
    RATED_OUTCOMES,
    Move,
    Outcome,
    Turn,
    after,
    check_no_show,
    check_recall,
)
from hallclient.services.days import changing, today
from hallclient.services.hours import local_time
from hallclient.services.store import Store, Transaction
from hallclient.services.windows import WindowState, candidates, window_state


@dataclass(frozen=True, slots=True)
class _Seat:
    """A window with its shift and active turn, inside one change."""

    tx: Transaction
    window: ServiceWindow
    shift: Shift

    def holding(self) -> tuple[Turn, Ticket]:
        """Return the active turn and its ticket, or raise ``NotAllowed``."""
        turn = self.tx.active_turn(self.window.id)
        if turn is None:
            raise NotAllowed("no_turn", "there is no ticket at this window")
        ticket = self.tx.ticket(turn.ticket_id)
        if ticket is None:
            raise NotFound("unknown_ticket", f"there is no ticket {turn.ticket_id}")
        return turn, ticket

    def record(self, kind: str, subject: str, data: dict[str, Json]) -> None:
        """Append to the journal of this window and wake who shows it."""
        self.tx.record(kind, subject, data, zone=self.window.zone, window=self.window.code)
        self.tx.wake(f"zone:{self.window.zone}", f"window:{self.window.code}")


class Calling:
    """The moves of one window. Each returns the window's new state."""

    def __init__(self, store: Store, window: str) -> None:
        self._store = store
        self._window = window

    def state(self) -> WindowState:
        """Return the window as it is."""
        with self._store.look() as reader:
            return window_state(reader, reader.plan.window(self._window))

    def call_next(self) -> WindowState:
        """Call the next ticket by the hall's order; the state is unchanged when nobody waits."""
        with self._seat() as seat:
            tx = seat.tx
            if not seat.shift.open_for_calls:
                raise NotAllowed("window_paused", "nobody is called to a paused window")
            if tx.active_turn(seat.window.id) is not None:
                raise NotAllowed("turn_open", "finish the ticket at this window first")
            found, tickets = candidates(tx, seat.window)
            choice = choose(found, tx.now)
            if choice is None:
                return window_state(tx, seat.window)
            picked = choice.candidate
            ticket = tickets[picked.ticket_id]
            tx.move_ticket(ticket, after(ticket.status, Move.CALL))
            turn = Turn(
                id=tx.new_id(),
                ticket_id=ticket.id,
                window_id=seat.window.id,
                staff_id=seat.shift.staff_id,
                called_at=tx.now,
                last_called_at=tx.now,
            )
            tx.add_turn(turn)
            seat.record(
                "ticket.called",
                f"ticket:{ticket.id}",
                {
                    "turn": turn.id,
                    "label": ticket.label,
                    "service": tx.plan.service_by_id(ticket.service_id).code,
                    "why": choice.why,
                    "rank": picked.rank,
                    "claim_seconds": int((tx.now - ticket.claim_at).total_seconds()),
                    "others": len(found) - 1,
                },
            )
            return window_state(tx, seat.window)

    def recall(self) -> WindowState:
        """Call the same ticket once more, up to the hall's cap."""
        with self._seat() as seat:
            turn, ticket = seat.holding()
            after(ticket.status, Move.RECALL)
            check_recall(turn, seat.tx.plan.rules)
            again = replace(turn, calls=turn.calls + 1, last_called_at=seat.tx.now)
            seat.tx.save_turn(again)
            seat.record(
                "ticket.recalled",
                f"ticket:{ticket.id}",
                {"turn": turn.id, "label": ticket.label, "calls": again.calls},
            )
            return window_state(seat.tx, seat.window)

    def start(self) -> WindowState:
        """Begin to serve: the citizen is here."""
        with self._seat() as seat:
            turn, ticket = seat.holding()
            seat.tx.move_ticket(ticket, after(ticket.status, Move.START))
            seat.tx.save_turn(replace(turn, started_at=seat.tx.now))
            seat.record("turn.started", f"turn:{turn.id}", {"label": ticket.label})
            return window_state(seat.tx, seat.window)

    def no_show(self) -> WindowState:
        """Record that the citizen did not come after enough calls."""
        with self._seat() as seat:
            turn, ticket = seat.holding()
            becomes = after(ticket.status, Move.NO_SHOW)
            check_no_show(turn, seat.tx.plan.rules)
            seat.tx.move_ticket(ticket, becomes)
            seat.tx.save_turn(replace(turn, ended_at=seat.tx.now, result=Outcome.NO_SHOW))
            seat.record(
                "ticket.no_show",
                f"ticket:{ticket.id}",
                {"turn": turn.id, "label": ticket.label, "calls": turn.calls},
            )
            return window_state(seat.tx, seat.window)

    def finish(self, outcome: Outcome) -> WindowState:
        """Record the outcome; a case is opened where there is one, and the rating is asked for."""
        if outcome not in CLERK_OUTCOMES:
            raise NotAllowed("not_an_outcome", f"{outcome} is not for a clerk to record")
        with self._seat() as seat:
            turn, ticket = seat.holding()
            tx = seat.tx
            tx.move_ticket(ticket, after(ticket.status, Move.FINISH))
            asked = tx.now if outcome in RATED_OUTCOMES else None
            ended = replace(turn, ended_at=tx.now, result=outcome, rating_asked_at=asked)
            tx.save_turn(ended)
            facts: dict[str, Json] = {"label": ticket.label, "outcome": outcome}
            if outcome in CASE_OUTCOMES:
                case = self._case(tx, ended, ticket)
                tx.add_case(case)
                facts |= {"case": case.id, "due": case.due_on.isoformat() if case.due_on else None}
            seat.record("turn.ended", f"turn:{turn.id}", facts)
            return window_state(tx, seat.window)

    def ask_again(self) -> WindowState:
        """Ask once more for the rating of the turn that ended last at this window."""
        with self._seat() as seat:
            turn = seat.tx.last_turn(seat.window.id)
            if turn is None:
                raise NotAllowed("no_turn", "no ticket has been served at this window")
            check_ask(turn)
            seat.tx.save_turn(replace(turn, rating_asked_at=seat.tx.now))
            seat.record("rating.asked", f"turn:{turn.id}", {})
            return window_state(seat.tx, seat.window)

    @contextmanager
    def _seat(self) -> Iterator[_Seat]:
        with changing(self._store, f"window:{self._window}") as tx:
            window = tx.plan.window(self._window)
            shift = tx.open_shift(window.id)
            if shift is None:
                raise NotAllowed("not_signed_in", "sign in at this window first")
            yield _Seat(tx, window, shift)

    @staticmethod
    def _case(tx: Transaction, turn: Turn, ticket: Ticket) -> Case:
        service = tx.plan.service_by_id(ticket.service_id)
        outcome = turn.result
        assert outcome is not None  # noqa: S101 - set by finish
        accepted = local_time(tx.plan, tx.now).date()
        due = due_on(outcome, service, accepted, WorkCalendar.of(tx.plan.calendar))
        day = today(tx)
        return Case(
            id=tx.new_id(),
            turn_id=turn.id,
            service_id=service.id,
            kind=outcome,
            number=case_number(day, tx.count("case")),
            accepted_at=tx.now,
            due_on=due,
            finished_at=tx.now if is_done(outcome) else None,
        )
