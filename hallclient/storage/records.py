"""Records of the domain as rows: a column of its own name for every field of a dataclass."""

import types
from collections.abc import Mapping
from dataclasses import fields
from enum import Enum
from typing import Any, Generic, TypeVar, get_args, get_origin

import sqlalchemy as sa

from hallclient.domain.alarm import AlarmTaken
from hallclient.domain.appointment import Appointment
from hallclient.domain.case import Case, Suspension
from hallclient.domain.errand import Errand
from hallclient.domain.follow_up import FollowUp
from hallclient.domain.helping import HelpCall
from hallclient.domain.holding import Hold
from hallclient.domain.itinerary import Step
from hallclient.domain.message import Contact, Message
from hallclient.domain.plain import hints_of
from hallclient.domain.rating import Rating
from hallclient.domain.shift import Shift
from hallclient.domain.ticket import Ticket
from hallclient.domain.turn import Turn
from hallclient.domain.wait import Told, Wait
from hallclient.services.floor_records import OfflineMove, OwnTotals, QueueStop
from hallclient.services.jobs import PrintJob
from hallclient.services.person_records import Note, PersonNote
from hallclient.storage import floor_tables, outbox_tables, schema, visit_tables

Row = Mapping[Any, Any]
T = TypeVar("T")


class Record(Generic[T]):
    """How a dataclass lies in a table. Columns without a field are the table's own."""

    def __init__(self, kind: type[T], table: sa.Table, besides: str = "") -> None:
        """``besides`` is a field that has not its own column."""
        self.table = table
        self._kind = kind
        names = (field.name for field in fields(kind))  # type: ignore[arg-type]
        self._names = tuple(name for name in names if name != besides)
        self._enums = _enums_of(kind, self._names)
        self._tuples = _tuples_of(kind, self._names)
        self.columns = tuple(table.c[name] for name in self._names)

    def labelled(self, prefix: str) -> list["sa.Label[Any]"]:
        """Return the columns under other names, for a row with two records in it."""
        return [column.label(prefix + column.name) for column in self.columns]

    def of(self, row: Row, prefix: str = "") -> T:
        """Return the record of a row."""
        return self._kind(**self._values(row, prefix))

    def _values(self, row: Row, prefix: str) -> dict[str, Any]:
        values = {name: row[prefix + name] for name in self._names}
        for name, kind in self._enums:
            if values[name] is not None:
                values[name] = kind(values[name])
        for name in self._tuples:
            values[name] = tuple(values[name])
        return values

    def row(self, one: T) -> dict[str, Any]:
        """Return the columns of a record; string enums are their values already."""
        return {name: getattr(one, name) for name in self._names}


class TicketRecord(Record[Ticket]):
    """A ticket, and in five columns what was told with it."""

    def __init__(self) -> None:
        super().__init__(Ticket, schema.ticket, "told")
        self.columns += tuple(schema.ticket.c[name] for name in told_row(None))

    def _values(self, row: Row, prefix: str) -> dict[str, Any]:
        values = super()._values(row, prefix)
        p10 = row[prefix + "told_p10"]
        if p10 is not None:
            wait = Wait(p10, row[prefix + "told_p50"], row[prefix + "told_p90"])
            values["told"] = Told(wait, row[prefix + "told_ahead"], row[prefix + "told_calls"])
        return values

    def row(self, one: Ticket) -> dict[str, Any]:
        """Return the columns of a ticket."""
        return super().row(one) | told_row(one.told)


def told_row(told: Told | None) -> dict[str, Any]:
    """Return the columns of what was told with a ticket, empty ones where nothing was."""
    wait = told.wait if told else None
    return {
        "told_p10": wait and wait.p10,
        "told_p50": wait and wait.p50,
        "told_p90": wait and wait.p90,
        "told_ahead": told and told.ahead,
        "told_calls": told and told.calls,
    }


def _enums_of(kind: type, names: tuple[str, ...]) -> list[tuple[str, type[Enum]]]:
    hints = hints_of(kind)
    found = []
    for name in names:
        hint = hints[name]
        choices = get_args(hint) if isinstance(hint, types.UnionType) else (hint,)
        found += [(name, c) for c in choices if isinstance(c, type) and issubclass(c, Enum)]
    return found


def _tuples_of(kind: type, names: tuple[str, ...]) -> list[str]:
    return [name for name in names if get_origin(hints_of(kind)[name]) is tuple]


TICKET = TicketRecord()
TURN = Record(Turn, schema.turn)
SHIFT = Record(Shift, schema.shift)
CASE = Record(Case, schema.case_record)
RATING = Record(Rating, schema.rating)
PRINT_JOB = Record(PrintJob, outbox_tables.print_job)
CONTACT = Record(Contact, outbox_tables.contact)
MESSAGE = Record(Message, outbox_tables.message)
STEP = Record(Step, visit_tables.ticket_step)
APPOINTMENT = Record(Appointment, visit_tables.appointment)
HELP_CALL = Record(HelpCall, visit_tables.help_call)
ERRAND = Record(Errand, visit_tables.errand)
HOLD = Record(Hold, floor_tables.hold)
SUSPENSION = Record(Suspension, floor_tables.suspension)
PERSON_NOTE = Record(PersonNote, floor_tables.person_note)
NOTE = Record(Note, floor_tables.note)
QUEUE_STOP = Record(QueueStop, floor_tables.queue_stop)
ALARM_TAKEN = Record(AlarmTaken, floor_tables.alarm_taken)
OFFLINE_MOVE = Record(OfflineMove, floor_tables.offline_move)
FOLLOW_UP = Record(FollowUp, floor_tables.follow_up)
OWN_TOTALS = Record(OwnTotals, floor_tables.staff_week)
