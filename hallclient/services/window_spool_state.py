"""A window's state without the database: what was known last, and a move on top of it."""

from dataclasses import replace
from datetime import datetime, timedelta

from hallclient.domain.calendar import business_day
from hallclient.domain.hall import HallPlan
from hallclient.domain.rules import PriorityClass
from hallclient.domain.ticket import Channel, Ticket, TicketStatus
from hallclient.domain.turn import RATED_OUTCOMES, Outcome, Turn
from hallclient.services.floor_records import OfflineKind
from hallclient.services.window_spool_lines import LastState, SpooledMove
from hallclient.services.windows import WindowState

WRITTEN_EVERY = timedelta(seconds=60)
"""How often a contact alone is written down."""


def is_news(written: LastState | None, state: LastState) -> bool:
    """Return whether a state is to be written down in place of the one that was."""
    if written is None or state.contact.hall_id != written.contact.hall_id:
        return True
    if replace(state, contact=written.contact) != written:
        return True
    drift = abs(state.contact.offset_s - written.contact.offset_s)
    since = state.contact.at - written.contact.at
    return since >= WRITTEN_EVERY or since < timedelta(0) or drift >= 1


def state_after(state: WindowState, move: SpooledMove) -> WindowState:
    """Return a state with a move in it; a move of another turn changes nothing."""
    turn = state.turn
    if turn is None or turn.id != move.turn_id or move.kind is OfflineKind.RATING:
        return state
    outcome = move.ending.outcome if move.ending is not None else Outcome.HELD
    asked = move.at if outcome in RATED_OUTCOMES else None
    ended: Turn = replace(turn, ended_at=move.at, result=outcome, rating_asked_at=asked)
    becomes = TicketStatus.HELD if move.kind is OfflineKind.HOLD else TicketStatus.ENDED
    ticket = replace(state.ticket, status=becomes) if state.ticket else None
    return replace(state, turn=ended, ticket=ticket, can_take_back_until=None)


def last_state(known: LastState, plan: HallPlan, now: datetime) -> WindowState:
    """Return the window as it was when the database answered last."""
    window, service = plan.window(known.window), plan.service_of.get(known.service)
    state = WindowState(window, now, shift=known.shift)
    turn = known.turn
    if turn is None or service is None:
        return state
    queue = plan.queue(service.queue)
    status = TicketStatus.CALLED if turn.started_at is None else TicketStatus.SERVING
    ticket = Ticket(
        id=turn.ticket_id,
        request_id="",
        token="",
        day=business_day(turn.called_at, plan.time_zone, plan.rules.day_start),
        series_id=plan.series_of[queue.series].id,
        number=0,
        label=known.label,
        queue_id=queue.id,
        service_id=service.id,
        priority=PriorityClass.NORMAL,
        claim_at=turn.called_at,
        issued_at=turn.called_at,
        status=status if turn.active else TicketStatus.ENDED,
        channel=Channel.WINDOW,
        language="zh-CN",
    )
    return replace(state, turn=turn, ticket=ticket, service=service)
