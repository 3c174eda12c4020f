"""What every window asks every few seconds, each in one statement that is made once."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from hallclient.domain.case import Case
from hallclient.domain.holding import Hold, HoldKind
from hallclient.domain.itinerary import Step
from hallclient.domain.ticket import Ticket, TicketStatus
from hallclient.services.ports_devices import DeviceKind, DeviceState
from hallclient.services.stations import SILENT_AFTER
from hallclient.services.store_records import Called
from hallclient.services.store_window import AtWindow, NewsAt
from hallclient.storage.figures import TURN_OF_TICKET
from hallclient.storage.floor_tables import bulletin, hold, note, person_note
from hallclient.storage.lean import Ask, lean
from hallclient.storage.lines import LineReader
from hallclient.storage.plumbing import device, lease
from hallclient.storage.public_tables import publication
from hallclient.storage.records import CASE, HOLD, PERSON_NOTE, SHIFT, STEP, TICKET, TURN, Row
from hallclient.storage.schema import case_record, hall, shift, ticket, turn
from hallclient.storage.tables import WAITING
from hallclient.storage.visit_tables import HELP_OPEN, help_call, ticket_step


class WindowReader(LineReader):
    """Looks at one window."""

    def at_window(self, window_id: int, *, public: bool = False) -> AtWindow:
        """Return who sits at a window, who is there or was last, and what is known of them.

        ``public``: without whom the ticket is for and whether there are notes; not asked at all,
        for a public screen may not read either (storage.rights).
        """
        values = {
            "hall": self._hall_id,
            "window": window_id,
            "code": self._plan.window_by_id(window_id).code,
            "heard": self._now - SILENT_AFTER,
        }
        asked = _at_window(self._link.real)(public)
        row = self._with_line(window_id, (asked, values))
        of_shift = SHIFT.of(row, "shift_") if row["shift_id"] is not None else None
        if row["turn_id"] is None:
            return AtWindow(of_shift, asks=bool(row["asks"]))
        return AtWindow(
            shift=of_shift,
            turn=TURN.of(row, "turn_"),
            ticket=TICKET.of(row, "ticket_"),
            hold=HOLD.of(row, "hold_") if row["hold_ticket_id"] is not None else None,
            own=None if public or row["own_ticket_id"] is None else PERSON_NOTE.of(row, "own_"),
            last=row["last_id"] == row["turn_id"],
            has_steps=bool(row["has_steps"]),
            has_notes=not public and bool(row["has_notes"]),
            asks=bool(row["asks"]),
        )

    def _with_line(self, window_id: int, asked: Ask) -> Row:
        """Ask for the line and the counts of a window's queues too: they are wanted next."""
        window = self._plan.window_by_id(window_id)
        queues = [self._plan.queue(code).id for code in window.queues]
        line = self._line_asked(queues, window_id, None)
        counts = self._counts_asked(queues)
        found, lined, counted = self._link.ask(asked, line, counts)
        row: Row = found[0]
        # Who sits there is known only now; hardly anybody waits for a person.
        if row["shift_id"] is None:
            self._link.known["line", tuple(queues), window_id, None] = lined
        else:
            key = ("line", tuple(queues), window_id, row["shift_staff_id"])
            self._link.known[key] = None if row["for_staff"] else lined
        self._link.known["counts", tuple(queues)] = counted
        return row

    def expect_news(self, helper: str, terminal: str, station: str) -> None:
        """Let the question for the news cross with the next one."""
        self._link.expect(self._news_asked(helper, terminal, station))

    def _news_asked(self, helper: str, terminal: str, station: str) -> Ask:
        values = {"hall": self._hall_id, "now": self._now, "clock": self._clock}
        names = {"helper": helper, "terminal": terminal, "station": station}
        return _news(self._link.real)(), values | names

    def news_at(self, helper: str, terminal: str, station: str) -> NewsAt:
        """Return the news for a window: its lease, any that begins ``helper``, a station's call."""
        row = self._rows(self._news_asked(helper, terminal, station))[0]
        return NewsAt(
            helper=row["helper_is"] or "",
            terminal=row["terminal_is"] or "",
            coming=row["coming"],
            held=bool(row["held"]),
            said=bool(row["said"]),
            emergency=bool(row["emergency"]),
        )

    def held_for(self, window_id: int, queue_ids: Iterable[int]) -> Sequence[tuple[Ticket, Hold]]:
        """Return the tickets held at a window, and those of these queues not held for another."""
        ours = sa.or_(
            hold.c.window_id == window_id,
            sa.and_(hold.c.kind != HoldKind.HERE, ticket.c.queue_id.in_(list(queue_ids))),
        )
        rows = self._all(_HELD.where(self._mine(hold), ours))
        return [(TICKET.of(row, "ticket_"), HOLD.of(row, "hold_")) for row in rows]

    def active_calls(self) -> Sequence[Called]:
        """Return the turns that hold a window, anywhere, with their tickets."""
        rows = self._all(_CALLED.where(self._mine(turn), turn.c.ended_at.is_(None)))
        return [Called(TURN.of(row, "turn_"), TICKET.of(row, "ticket_")) for row in rows]

    def steps_of(self, ticket_ids: Iterable[int]) -> Mapping[int, Sequence[Step]]:
        """Return the steps of several tickets, in order; those without are not there."""
        found: dict[int, list[Step]] = defaultdict(list)
        query = self._select(STEP, ticket_step.c.ticket_id.in_(list(ticket_ids)))
        for step in sorted(self._list(STEP, query), key=lambda one: one.position):
            found[step.ticket_id].append(step)
        return found

    def cases_of_turns(self, turn_ids: Iterable[int]) -> Mapping[int, Case]:
        """Return by turn the cases that some turns opened."""
        query = self._select(CASE, case_record.c.turn_id.in_(list(turn_ids)))
        return {case.turn_id: case for case in self._list(CASE, query)}


_CALLED = sa.select(*TURN.labelled("turn_"), *TICKET.labelled("ticket_")).join_from(
    turn, ticket, TURN_OF_TICKET
)
_HELD = (
    sa.select(*TICKET.labelled("ticket_"), *HOLD.labelled("hold_"))
    .join_from(
        hold,
        ticket,
        sa.and_(ticket.c.hall_id == hold.c.hall_id, ticket.c.id == hold.c.ticket_id),
    )
    .where(ticket.c.status == sa.literal_column(f"'{TicketStatus.HELD.value}'"))
)
_HALL: sa.BindParameter[str] = sa.bindparam("hall", type_=sa.Text())


@lean
def _at_window(public: bool) -> sa.Select[Any]:  # noqa: FBT001 - lean hands arguments by place
    """Begin with the hall, which is there: a window may have neither shift nor turn."""
    window: sa.BindParameter[int] = sa.bindparam("window", type_=sa.BigInteger())
    own = turn.alias("own_turn")
    here = sa.select(own.c.id).where(own.c.hall_id == _HALL, own.c.window_id == window)
    active = here.where(own.c.ended_at.is_(None)).scalar_subquery()
    called = here.order_by(own.c.called_at.desc()).limit(sa.literal_column("1")).scalar_subquery()
    other = turn.alias("other_turn")
    last = sa.select(sa.func.max(other.c.id)).where(
        other.c.hall_id == _HALL, other.c.ticket_id == ticket.c.id
    )
    subject = sa.literal_column("'ticket:'", sa.Text()).concat(sa.cast(ticket.c.id, sa.Text()))
    steps = sa.exists().where(
        ticket_step.c.hall_id == _HALL, ticket_step.c.ticket_id == ticket.c.id
    )
    notes = sa.exists().where(note.c.hall_id == _HALL, note.c.subject == subject)
    tables = (
        hall.outerjoin(
            shift,
            sa.and_(
                shift.c.hall_id == _HALL,
                shift.c.window_id == window,
                shift.c.signed_out_at.is_(None),
            ),
        )
        .outerjoin(
            turn, sa.and_(turn.c.hall_id == _HALL, turn.c.id == sa.func.coalesce(active, called))
        )
        .outerjoin(ticket, sa.and_(ticket.c.hall_id == _HALL, ticket.c.id == turn.c.ticket_id))
        .outerjoin(hold, sa.and_(hold.c.hall_id == _HALL, hold.c.ticket_id == ticket.c.id))
    )
    if public:
        private: tuple[sa.ColumnElement[Any], ...] = ()
    else:
        its = sa.and_(person_note.c.hall_id == _HALL, person_note.c.ticket_id == ticket.c.id)
        tables = tables.outerjoin(person_note, its)
        private = (*PERSON_NOTE.labelled("own_"), notes.label("has_notes"))
    return (
        sa.select(
            *SHIFT.labelled("shift_"),
            *TURN.labelled("turn_"),
            *TICKET.labelled("ticket_"),
            *HOLD.labelled("hold_"),
            *private,
            last.scalar_subquery().label("last_id"),
            steps.label("has_steps"),
            _asks().label("asks"),
            _for_staff().label("for_staff"),
        )
        .select_from(tables)
        .where(hall.c.hall_id == _HALL)
    )


def _for_staff() -> "sa.Exists":
    """Return whether somebody waits for who sits there, at whichever window."""
    one = ticket.alias("for_staff")
    waits = one.c.status == WAITING
    mine = (one.c.hall_id == _HALL, waits, one.c.staff_id.is_not(None))
    return sa.exists().where(*mine, one.c.staff_id == shift.c.staff_id)


def _asks() -> "sa.Exists":
    """Return whether something is ready that takes ratings; a keypad that tells no number does."""
    code: sa.BindParameter[str] = sa.bindparam("code", type_=sa.Text())
    heard: sa.BindParameter[Any] = sa.bindparam("heard", type_=device.c.seen_at.type)
    takes = sa.or_(
        device.c.levels > 0,
        sa.and_(device.c.levels.is_(None), device.c.kind == DeviceKind.KEYPAD.value),
    )
    return sa.exists().where(
        device.c.hall_id == _HALL,
        device.c.window_code == code,
        sa.or_(device.c.kind == DeviceKind.KEYPAD.value, device.c.kind == DeviceKind.SCREEN.value),
        device.c.state == DeviceState.READY.value,
        device.c.seen_at >= heard,
        takes,
    )


@lean
def _news() -> sa.Select[Any]:
    now: sa.BindParameter[Any] = sa.bindparam("now", type_=bulletin.c.until.type)
    clock: sa.BindParameter[Any] = sa.bindparam("clock", type_=lease.c.until.type)

    def holder(name: str, *, begins: bool = False) -> sa.Label[Any]:
        named: sa.BindParameter[str] = sa.bindparam(name, type_=sa.Text())
        fits = lease.c.name.startswith(named) if begins else lease.c.name == named
        # By the clock alone, as leases are taken: also after it was set back.
        found = sa.select(sa.func.max(lease.c.holder)).where(
            lease.c.hall_id == _HALL, fits, lease.c.until > clock
        )
        return found.scalar_subquery().label(f"{name}_is")

    station: sa.BindParameter[str] = sa.bindparam("station", type_=sa.Text())
    coming = sa.select(help_call.c.staff_id).where(
        help_call.c.hall_id == _HALL, HELP_OPEN, help_call.c.station == station
    )
    said = sa.exists().where(
        bulletin.c.hall_id == _HALL,
        bulletin.c.ended_at.is_(None),
        bulletin.c.from_at <= now,
        bulletin.c.until > now,
    )
    emergency = sa.exists().where(
        publication.c.hall_id == _HALL,
        publication.c.kind == sa.literal_column("'emergency'"),
        publication.c.ended_at.is_(None),
    )
    return sa.select(
        holder("helper", begins=True),
        holder("terminal"),
        coming.scalar_subquery().label("coming"),
        sa.exists().where(hold.c.hall_id == _HALL).label("held"),
        said.label("said"),
        emergency.label("emergency"),
    )
