"""A mis-click is taken back (撤回): the last move of a window, within the hall's few seconds.

Only moves that announce nothing: start, no-show, hold, transfer, return, pause and its end. All is
as it was before, and the journal has both: ``move.taken_back`` names the entry that no longer
counts (``entry:17``). A note that went with the move stays.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from hallclient.domain.errors import Conflict, NotAllowed
from hallclient.domain.journal import Entry, Json
from hallclient.domain.ticket import Ticket, TicketStatus
from hallclient.domain.turn import Outcome, Turn
from hallclient.services.seat import Seat, is_bound
from hallclient.services.store import Reader
from hallclient.services.store_window import AtWindow

_LOOK_BACK, _PAGE = 500, 50
"""Journal entries in which a window's last move is looked for: far more than a hall's seconds."""
_OF_OTHERS = frozenset({"window.lent", "window.given_back"})
"""What a supervisor does about a window is no move of its clerk."""
_LEFT_AS: Mapping[Outcome | None, TicketStatus] = {
    None: TicketStatus.SERVING,
    Outcome.NO_SHOW: TicketStatus.NO_SHOW,
    Outcome.HELD: TicketStatus.HELD,
    Outcome.TRANSFERRED: TicketStatus.WAITING,
    Outcome.RETURNED: TicketStatus.WAITING,
}
"""What a ticket is after a move that can be taken back, by the result of its turn."""


def open_until(reader: Reader, here: AtWindow) -> datetime | None:
    """Return until when a window's last move can be taken back; None where it cannot.

    ``here`` is the window with its shift and its present or last turn.
    """
    allowed = timedelta(seconds=reader.plan.rules.take_back_seconds)
    shift = here.shift
    if shift is None:
        return None
    pauses = [at for at in (shift.paused_at, shift.resumed_at) if at is not None]
    moved = max([*pauses, *_ends(here.turn)], default=None)
    if moved is None or not reader.now <= moved + allowed or not allowed:
        return None
    if moved not in pauses and not (here.last and _left_alone(here.turn, here.ticket)):
        return None
    code = reader.plan.window_by_id(shift.window_id).code
    last, _later = _last_move(reader, code)
    return moved + allowed if last is not None and last.kind in _UNDO else None


def take_back(seat: Seat) -> None:
    """Undo the last move of this window; raises ``NotAllowed`` or ``Conflict``."""
    tx = seat.tx
    entry, later = _last_move(tx, seat.window.code)
    undo = _UNDO.get(entry.kind) if entry is not None else None
    allowed = timedelta(seconds=tx.plan.rules.take_back_seconds)
    if entry is None or undo is None:
        raise NotAllowed("nothing_to_take_back", "there is no move to take back at this window")
    if not allowed or tx.now - entry.at > allowed:
        raise NotAllowed("take_back_late", "it is too late to take this back")
    facts = undo(seat, entry, later)
    seat.record("move.taken_back", f"entry:{entry.seq}", {"was": entry.kind, **facts})


def _last_move(reader: Reader, window: str) -> tuple[Entry | None, tuple[Entry, ...]]:
    """Return the journal's last entry of a window, and those of others behind it."""
    later: tuple[Entry, ...] = ()
    for seq in range(reader.seq - _PAGE, reader.seq - _LOOK_BACK - _PAGE, -_PAGE):
        entries = reader.moves_between(max(0, seq), seq + _PAGE)
        for place in range(len(entries) - 1, -1, -1):
            if entries[place].window == window and entries[place].kind not in _OF_OTHERS:
                return entries[place], (*entries[place + 1 :], *later)
        later = (*entries, *later)
        if seq <= 0:
            break
    return None, ()


def _undo_turn(seat: Seat, entry: Entry, later: tuple[Entry, ...]) -> dict[str, Json]:
    """Give the window its turn back, as it was before the move."""
    tx = seat.tx
    turn = tx.turn(int(str(entry.data.get("turn") or entry.subject.removeprefix("turn:"))))
    if turn is None:
        raise NotAllowed("nothing_to_take_back", "this turn is no more")
    seat.check_meant(turn)
    ticket = seat.ticket_of(turn)
    touched = {f"ticket:{ticket.id}", f"turn:{turn.id}"} & {one.subject for one in later}
    if touched or not _untouched(tx, turn, ticket):
        raise Conflict("take_back_touched", f"somebody else has ticket {ticket.label} by now")
    before = replace(turn, ended_at=None, result=None)
    if entry.kind == "turn.started":
        before = replace(turn, started_at=None)
    status = TicketStatus.CALLED if before.started_at is None else TicketStatus.SERVING
    queue = tx.plan.queue(str(entry.data["from"])) if "from" in entry.data else None
    # By way of being served: to wait and then be called would be a call to the boards.
    restored = tx.move_ticket(ticket, TicketStatus.SERVING, queue_id=queue.id if queue else None)
    if status is not TicketStatus.SERVING:
        restored = tx.move_ticket(restored, status)
    if is_bound(restored):
        tx.bind_ticket(restored, None, None)
    if ticket.status is TicketStatus.HELD:
        tx.drop_hold(ticket.id)
    tx.save_turn(before)
    tx.wake(*(f"zone:{tx.plan.queue_by_id(one.queue_id).zone}" for one in (ticket, restored)))
    if entry.data.get("to_window"):
        tx.wake(f"window:{entry.data['to_window']}")
    return {"turn": turn.id, "ticket": ticket.id, "label": ticket.label}


def _undo_pause(seat: Seat, entry: Entry, _later: tuple[Entry, ...]) -> dict[str, Json]:
    """Let the window be open for calls, or paused, as it was before.

    A pause that goes on counts from the moment it was ended: both stretches are on record.
    """
    shift = seat.shift
    if entry.subject != f"shift:{shift.id}":
        raise Conflict("take_back_touched", "somebody else sits at this window by now")
    paused = entry.kind == "window.resumed"
    before = replace(
        shift,
        paused_at=entry.at if paused else None,
        pause_reason=str(entry.data["reason"]) if paused else "",
        resumed_at=None,
    )
    seat.tx.save_shift(before)
    return {}


def _ends(turn: Turn | None) -> list[datetime]:
    """Return when a turn moved on last: it ended, or it began to be served after a call."""
    if turn is None:
        return []
    if turn.ended_at is not None:
        return [turn.ended_at]
    return [turn.started_at] if turn.started_at is not None and turn.calls else []


def _untouched(reader: Reader, turn: Turn, ticket: Ticket) -> bool:
    """Return whether a ticket is still as the last move of its turn left it."""
    last = reader.turn_of_ticket(ticket.id)
    return last is not None and last.id == turn.id and _left_alone(turn, ticket)


def _left_alone(turn: Turn | None, ticket: Ticket | None) -> bool:
    """Return the same by its status alone."""
    if turn is None or ticket is None or turn.result not in _LEFT_AS:
        return False
    if turn.result is None and not turn.calls:
        return False
    return ticket.status is _LEFT_AS[turn.result]


_UNDO: Mapping[str, Callable[[Seat, Entry, tuple[Entry, ...]], dict[str, Json]]] = {
    "turn.started": _undo_turn,
    "ticket.no_show": _undo_turn,
    "turn.held": _undo_turn,
    "ticket.transferred": _undo_turn,
    "ticket.returned": _undo_turn,
    "window.paused": _undo_pause,
    "window.resumed": _undo_pause,
}
