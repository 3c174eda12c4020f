"""A window as a change of it begins, read with the hall's lock: who sits there, and who is there.

Where nobody is there, the next move is mostly a call: its line and the paces come along, so that
the lock is not held for one more way to the server and back. They are asked for in any case and
answer nothing where somebody is there.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from hallclient.domain.hall import HallPlan
from hallclient.storage.asking import Query
from hallclient.storage.figures import TURN_OF_TICKET
from hallclient.storage.lean import Ask, lean
from hallclient.storage.lines import line_of, pace_in_queue
from hallclient.storage.records import SHIFT, TICKET, TURN, Row
from hallclient.storage.schema import shift, ticket, turn

MOST_QUEUES: Final = 6
"""A window that serves more asks for its line when it calls."""

_HALL: sa.BindParameter[str] = sa.bindparam("hall", type_=sa.Text())
_WINDOW: sa.BindParameter[int] = sa.bindparam("window", type_=sa.BigInteger())
_HERE: Final = (turn.c.hall_id == _HALL, turn.c.window_id == _WINDOW, turn.c.ended_at.is_(None))
_SITS: Final = (
    shift.c.hall_id == _HALL,
    shift.c.signed_out_at.is_(None),
    shift.c.window_id == _WINDOW,
)


@dataclass(frozen=True, slots=True)
class Place:
    """A window, by id, with its queues; 0 is none."""

    window: int = 0
    queues: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Seated:
    """What was read: as a change keeps what it knows (``Link.known``), and by queue its pace."""

    known: Mapping[Any, Any] = field(default_factory=dict)
    paces: Mapping[int, tuple[str, int]] = field(default_factory=dict)
    """Text and count."""


def place_in(plan: HallPlan, code: str) -> Place:
    """Return the place of a window by its code; ``Place()`` where the plan has none."""
    window = plan.window_of.get(code)
    if window is None:
        return Place()
    return Place(window.id, tuple(plan.queue(one).id for one in window.queues))


def seat_at(connection: Connection, hall_id: str, place: Place) -> list[Ask]:
    """Return the questions for a place."""
    if not place.window:
        return []
    values = {"hall": hall_id, "window": place.window}
    asked: list[Ask] = [
        (one(connection)(), values) for one in (shift_of_window, turn_of_window, _ticket_at)
    ]
    if len(place.queues) > MOST_QUEUES or connection.dialect.name == "sqlite":
        return asked  # with SQLite there is no way to save
    queues = {f"queue_{n}": queue for n, queue in enumerate(place.queues)}
    asked.append((_line_if_free(connection)(len(place.queues)), values | queues))
    pace = _pace_if_free(connection)()
    return [*asked, *((pace, values | {"queue": queue}) for queue in place.queues)]


def seated(place: Place, found: Sequence[Sequence[Row]]) -> Seated:
    """Return the answers to them."""
    if not found:
        return Seated()
    shifts, turns, tickets, *ahead = found
    here = SHIFT.of(shifts[0]) if shifts else None
    known: dict[Any, Any] = {
        ("shift", place.window): here,
        ("turn", place.window): TURN.of(turns[0]) if turns else None,
    }
    known |= {("ticket", row["id"]): TICKET.of(row) for row in tickets}
    if turns or not ahead:
        return Seated(known)
    line, *paces = ahead
    known["line", place.queues, place.window, here.staff_id if here else None] = line
    rows = [row for found in paces for row in found]
    return Seated(known, {row["queue_id"]: (row["pace"], row["waiting"]) for row in rows})


@lean
def shift_of_window() -> "sa.Select[Any]":
    """Return the question for the shift at a window."""
    return sa.select(*SHIFT.columns).where(*_SITS)


@lean
def turn_of_window() -> "sa.Select[Any]":
    """Return the question for the turn that holds a window."""
    return sa.select(*TURN.columns).where(*_HERE)


@lean
def _ticket_at() -> "sa.Select[Any]":
    return sa.select(*TICKET.columns).join_from(turn, ticket, TURN_OF_TICKET).where(*_HERE)


def _nobody_here() -> sa.ColumnElement[bool]:
    return ~sa.exists(sa.select(turn.c.id).where(*_HERE).correlate(None))


@lean
def _line_if_free(queues: int) -> Query:
    staff = sa.select(shift.c.staff_id).where(*_SITS).correlate(None).scalar_subquery()
    return line_of(queues, staff, _nobody_here())


@lean
def _pace_if_free() -> "sa.Select[Any]":
    return pace_in_queue().where(_nobody_here())
