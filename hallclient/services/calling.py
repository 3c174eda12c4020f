"""A clerk's moves, for every hand that makes them: the bar, a hardware caller, a terminal."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from hallclient.domain.dispatch import Why, choose
from hallclient.domain.ending import Ending, as_ending
from hallclient.domain.errors import NotAllowed, Refused
from hallclient.domain.journal import Json
from hallclient.domain.rating import check_ask
from hallclient.domain.ticket import Ticket, TicketStatus
from hallclient.domain.turn import Move, Outcome, after, check_no_show, check_recall
from hallclient.services import finishing, passing
from hallclient.services.choosing import chosen_ticket
from hallclient.services.requeueing import let_in_again
from hallclient.services.seat import Seat, seated
from hallclient.services.store import Store
from hallclient.services.windows import WindowState, candidates, window_state


class Calling:
    """The moves of one window. Each returns the window's new state."""

    def __init__(self, store: Store, window: str) -> None:
        self._store = store
        self._window = window

    def state(self) -> WindowState:
        """Return the window as it is."""
        with self._store.look() as reader:
            return window_state(reader, reader.plan.window(self._window))

    # Calls

    def call_next(self) -> WindowState:
        """Call the next ticket by the hall's order; the state is unchanged when nobody waits."""
        return self._do(_call_next)

    def call_chosen(self, name: str, reason: str) -> WindowState:
        """Call a ticket out of order (特呼), for one of the hall's reasons.

        ``name`` is a label, a token or a bare number. The ticket waits in a queue of this window,
        or is a no-show who is let in again first, as often as the hall allows.
        """
        return self._do(partial(_call_chosen, name=name, reason=reason))

    def recall(self) -> WindowState:
        """Call the same ticket once more, up to the hall's cap."""
        return self._do(_recall)

    def start(self) -> WindowState:
        """Begin to serve: the citizen is here."""
        return self._do(_start)

    def no_show(self) -> WindowState:
        """Record that the citizen did not come after enough calls."""
        return self._do(_no_show)

    # Ends

    def finish(self, ending: Ending | Outcome, missing: tuple[str, ...] = ()) -> WindowState:
        """Record the outcome; a case is opened where there is one, and the rating is asked for.

        ``missing`` are the zh-CN names of the service's materials that a supplement lacks.
        """
        return self._do(partial(finishing.finish, ending=as_ending(ending, missing)))

    def hold(self) -> WindowState:
        """Let the citizen step aside; the ticket keeps its claim and waits for ``resume``."""
        return self._do(passing.hold)

    def resume(self, ticket: int | str | None = None) -> WindowState:
        """Go on with a held ticket: its id, its name, or None for the one held here last."""
        return self._do(partial(passing.resume, which=ticket))

    def transfer(self, queue: str) -> WindowState:
        """Send the ticket on to another queue, by its code; it keeps its claim."""
        return self._do(lambda seat: passing.transfer(seat, seat.tx.plan.queue(queue)))

    def transfer_to_window(self, number: str) -> WindowState:
        """Send the ticket on to the first queue of the window with this number."""
        return self._do(partial(_transfer_to_window, number=number))

    def ask_again(self) -> WindowState:
        """Ask once more for the rating of the turn that ended last at this window."""
        return self._do(_ask_again)

    def _do(self, move: Callable[[Seat], None]) -> WindowState:
        with seated(self._store, self._window) as seat:
            move(seat)
            return window_state(seat.tx, seat.window)


def _call_next(seat: Seat) -> None:
    seat.check_free()
    found, tickets = candidates(seat.tx, seat.window)
    choice = choose(found, seat.tx.now)
    if choice is not None:
        picked = choice.candidate
        why: dict[str, Json] = {"why": choice.why, "rank": picked.rank, "others": len(found) - 1}
        _call(seat, tickets[picked.ticket_id], why)


def _call_chosen(seat: Seat, name: str, reason: str) -> None:
    tx = seat.tx
    seat.check_free()
    if reason not in tx.plan.rules.chosen_reasons:
        raise NotAllowed("unknown_reason", "this is not a reason of this hall")
    ticket = chosen_ticket(seat, name, (TicketStatus.WAITING, TicketStatus.NO_SHOW))
    rank = seat.rank_of(ticket)
    if not rank:
        raise Refused("not_this_window", f"ticket {ticket.label} is not for this window")
    if ticket.status is TicketStatus.NO_SHOW:
        ticket = let_in_again(tx, ticket, whenever=True)
    others = sum(head.ticket_id != ticket.id for head in candidates(tx, seat.window)[0])
    _call(seat, ticket, {"why": Why.CHOSEN, "rank": rank, "reason": reason, "others": others})


def _call(seat: Seat, ticket: Ticket, why: dict[str, Json]) -> None:
    tx = seat.tx
    tx.move_ticket(ticket, after(ticket.status, Move.CALL))
    turn = seat.add_turn(ticket, called=True)
    seat.record(
        "ticket.called",
        f"ticket:{ticket.id}",
        {
            "turn": turn.id,
            "label": ticket.label,
            "service": tx.plan.service_by_id(ticket.service_id).code,
            "queue": tx.plan.queue_by_id(ticket.queue_id).code,
            "claim_seconds": int((tx.now - ticket.claim_at).total_seconds()),
            **why,
        },
    )


def _recall(seat: Seat) -> None:
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


def _start(seat: Seat) -> None:
    turn, ticket = seat.holding()
    seat.tx.move_ticket(ticket, after(ticket.status, Move.START))
    seat.tx.save_turn(replace(turn, started_at=seat.tx.now))
    seat.record("turn.started", f"turn:{turn.id}", {"label": ticket.label})


def _no_show(seat: Seat) -> None:
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


def _transfer_to_window(seat: Seat, number: str) -> None:
    plan = seat.tx.plan
    window = passing.window_numbered(plan, number)
    passing.transfer(seat, plan.queue(window.queues[0]), window)


def _ask_again(seat: Seat) -> None:
    turn = seat.tx.last_turn(seat.window.id)
    if turn is None:
        raise NotAllowed("no_turn", "no ticket has been served at this window")
    check_ask(turn)
    seat.tx.save_turn(replace(turn, rating_asked_at=seat.tx.now))
    seat.record("rating.asked", f"turn:{turn.id}", {})
