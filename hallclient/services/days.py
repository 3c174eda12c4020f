"""The business day: every change happens in one; the first after ``day_start`` opens it."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from hallclient.domain.calendar import business_day
from hallclient.domain.ticket import TicketStatus
from hallclient.domain.turn import Move, Outcome, after

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from hallclient.services.store import Store, Transaction


@contextmanager
def changing(store: Store, actor: str) -> Iterator[Transaction]:
    """Begin a change on the business day of now, opening the day if it is the first of it."""
    with store.change(actor) as tx:
        _roll(tx)
        yield tx


def today(tx: Transaction) -> date:
    """Return the open business day of a change."""
    assert tx.day is not None  # noqa: S101 - changing() has opened it
    return tx.day


def close_day(store: Store, actor: str) -> date | None:
    """Close the open business day, if any: whoever still waits is recorded as abandoned."""
    with store.change(actor) as tx:
        if tx.day is None:
            return None
        day = tx.day
        _close(tx, day)
        return day


def close_day_if_over(store: Store, actor: str) -> date | None:
    """Close the open business day if it is not the day of now; return it, None if none was."""
    with store.change(actor) as tx:
        day = tx.day
        if day is None or day >= _day_of_now(tx):
            return None
        _close(tx, day)
        return day


def _day_of_now(tx: Transaction) -> date:
    return business_day(tx.now, tx.plan.time_zone, tx.plan.rules.day_start)


def _roll(tx: Transaction) -> None:
    day = _day_of_now(tx)
    if tx.day == day:
        return
    if tx.day is not None:
        _close(tx, tx.day)
    tx.open_day(day)
    tx.record("day.opened", f"day:{day}")


def _close(tx: Transaction, day: date) -> None:
    turns = {turn.ticket_id: turn for turn in tx.active_turns()}
    abandoned = 0
    for ticket in tx.open_tickets():
        turn = turns.get(ticket.id)
        if turn is not None:
            tx.save_turn(replace(turn, ended_at=tx.now, result=Outcome.ABANDONED))
        tx.move_ticket(ticket, after(ticket.status, Move.ABANDON))
        if ticket.status is TicketStatus.HELD:
            tx.drop_hold(ticket.id)
        abandoned += ticket.status is TicketStatus.WAITING
        tx.record("ticket.abandoned", f"ticket:{ticket.id}", {"was": ticket.status})
    for shift in tx.open_shifts():
        tx.save_shift(replace(shift, signed_out_at=tx.now, paused_at=None))
        tx.record("shift.ended", f"shift:{shift.id}", {"why": "day_closed"})
    tx.drop_person_notes(tx.now)  # whom a ticket was for is nobody's business any more
    tx.record("day.closed", f"day:{day}", {"abandoned": abandoned})
    tx.close_day()
    tx.wake(*(f"zone:{zone.code}" for zone in tx.plan.zones), "hall")
