"""What a window did without the database comes into it, each move exactly once.

A move is known by its request's id. It is done only where its turn is as the window saw it last. A
turn that has ended the same way at the same window was ended by this very move, before its answer
was lost. Anything else is a conflict: it changes nothing, is kept, and becomes an alarm.
"""

import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from hallclient.domain.errors import Conflict, DomainError, NotAllowed, NotFound
from hallclient.domain.rating import Level, check_open
from hallclient.domain.ticket import TicketStatus
from hallclient.domain.turn import Turn
from hallclient.services import finishing, holding
from hallclient.services.floor_records import OfflineKind, OfflineMove
from hallclient.services.member import FLOOR_SCOPE
from hallclient.services.ratings import add_rating
from hallclient.services.seat import Seat, check_serves
from hallclient.services.store import Store, Transaction
from hallclient.services.store_error import StoreError
from hallclient.services.window_spool_lines import SpooledMove

log = logging.getLogger(__name__)

NOT_TAKEN = "not_taken"
"""Why a move is a conflict that the database will never take; where it takes not even this, the
database itself is in trouble.
"""

Open = Callable[[SpooledMove], str]
"""Gives what is sealed in a move; raises ``DomainError`` where that cannot be opened."""


def hand_in(store: Store, move: SpooledMove, unsealed: Open) -> OfflineMove:
    """Bring a move into the database, once however often it is asked; return what became of it.

    Raises ``StoreError`` only, of a database in trouble: a rule that says no, and what can never be
    done, is a conflict and is kept as one.
    """
    actor = f"window:{move.window}"
    try:
        # No day is closed or opened first: the turn is of the day that is still open.
        with store.change(actor) as tx:
            known = tx.offline_move(move.request_id)
            if known is not None:
                return known
            _DO[move.kind](tx, move, _turn(tx, move), unsealed)
            return _kept(tx, move)
    except DomainError as error:
        trouble = error.key
    except StoreError as error:
        if error.retryable:
            raise
        trouble = NOT_TAKEN
    except Exception as error:  # noqa: BLE001 - it would stand before all that the window does
        log.error("a move made offline failed: %s", type(error).__name__)  # noqa: TRY400 - a level
        trouble = NOT_TAKEN
    log.info("a move made offline was not taken: %s", trouble)
    with store.change(actor) as tx:
        known = tx.offline_move(move.request_id)
        return known if known is not None else _conflict(tx, move, trouble)


def _conflict(tx: Transaction, move: SpooledMove, trouble: str) -> OfflineMove:
    kept = _kept(tx, move, trouble)
    if move.kind is not OfflineKind.RATING:  # whose level must not outlive it
        facts = {"label": move.label, "kind": move.kind, "wanted": move.wanted, "why": trouble}
        tx.record("offline.conflict", f"turn:{move.turn_id}", dict(facts), window=move.window)
        tx.wake(FLOOR_SCOPE, f"window:{move.window}")
    return kept


def _kept(tx: Transaction, move: SpooledMove, trouble: str = "") -> OfflineMove:
    window = tx.plan.window_of.get(move.window)
    kept = OfflineMove(
        request_id=move.request_id,
        turn_id=move.turn_id,
        window_id=window.id if window is not None else tx.plan.windows[0].id,
        label=move.label,
        kind=move.kind,
        wanted=move.wanted,
        made_at=move.at,
        at=tx.now,
        trouble=trouble,
    )
    tx.save_offline_move(kept)
    return kept


def _finish(tx: Transaction, move: SpooledMove, turn: Turn, unsealed: Open) -> None:
    ending = move.ending
    assert ending is not None  # noqa: S101 - see move_of
    if not _was_done(move, turn):
        seat = _seat(tx, move, turn)
        note = unsealed(move) if move.sealed else ending.note
        finishing.finish(seat, replace(ending, note=note), _ended_at(tx, move, turn))


def _hold(tx: Transaction, move: SpooledMove, turn: Turn, _unsealed: Open) -> None:
    assert move.hold is not None  # noqa: S101 - see move_of
    if not _was_done(move, turn):
        seat = _seat(tx, move, turn)
        holding.hold(seat, move.hold, move.reason, _ended_at(tx, move, turn))


def _rate(tx: Transaction, move: SpooledMove, turn: Turn, unsealed: Open) -> None:
    _check_place(tx, move, turn)
    if turn.rating_asked_at is not None and move.asked is not None:
        asked = max(turn.rating_asked_at, _clamped(tx, move, move.asked))  # or once more since
        turn = replace(turn, rating_asked_at=asked)
    at = _clamped(tx, move, move.at)
    check_open(turn, at, tx.plan.rules.rating_seconds)
    level = unsealed(move)
    if level not in {str(int(one)) for one in Level}:
        raise NotAllowed("rating_lost", "what was sealed is no level")
    add_rating(tx, turn.id, Level(int(level)), move.device, max(at, turn.ended_at or at))


_DO: dict[OfflineKind, Callable[[Transaction, SpooledMove, Turn, Open], None]] = {
    OfflineKind.FINISH: _finish,
    OfflineKind.HOLD: _hold,
    OfflineKind.RATING: _rate,
}


def _turn(tx: Transaction, move: SpooledMove) -> Turn:
    if tx.plan.hall_id != move.hall_id:
        raise NotFound("unknown_hall", f"the move is of hall {move.hall_id}")
    turn = tx.turn(move.turn_id)
    if turn is None:
        raise NotFound("unknown_turn", f"there is no turn {move.turn_id}")
    return turn


def _check_place(tx: Transaction, move: SpooledMove, turn: Turn) -> None:
    if turn.window_id != tx.plan.window(move.window).id or turn.staff_id != move.staff_id:
        raise Conflict("ticket_moved", "somebody else has this turn")


def _was_done(move: SpooledMove, turn: Turn) -> bool:
    """Return whether the window's own move had been committed before it was made offline too."""
    if turn.ended_at is None or turn.ended_at < move.contact:
        return False
    wanted = move.ending.outcome if move.ending is not None else "held"
    return turn.result == wanted and turn.staff_id == move.staff_id


def _seat(tx: Transaction, move: SpooledMove, turn: Turn) -> Seat:
    """Return the window, where its turn is as the window saw it last; or raise ``Conflict``."""
    _check_place(tx, move, turn)
    window = tx.plan.window(move.window)
    shift, ticket = tx.open_shift(window.id), tx.ticket(turn.ticket_id)
    served = ticket is not None and ticket.status is TicketStatus.SERVING and turn.active
    if not served or shift is None or shift.staff_id != move.staff_id:
        raise Conflict("ticket_moved", f"ticket {move.label} has gone on without this window")
    check_serves(tx.plan, shift)
    return Seat(tx, window, shift, turn)


def _ended_at(tx: Transaction, move: SpooledMove, turn: Turn) -> datetime:
    at = _clamped(tx, move, move.at)
    return min(max(at, turn.started_at or at), tx.now)


def _clamped(tx: Transaction, move: SpooledMove, at: datetime) -> datetime:
    """Return a moment of the terminal between its last contact and now."""
    return min(max(at, move.contact), tx.now)
