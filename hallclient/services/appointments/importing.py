"""Import: what another system has booked, changed and cancelled becomes this hall's.

The other system's number names an appointment: importing a file once more changes nothing, and a
later file changes or cancels what an earlier one booked. Lines are taken one by one, in order; a
bad one keeps no other out. The other system has its own quotas: an appointment that fits no more
is taken all the same, because its holder will come, and the report says how many there are.
"""

import secrets
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from hallclient.domain.appointment import Appointment, AppointmentState, BookedBy
from hallclient.domain.parts import Queue, Service
from hallclient.domain.slots import slice_taken
from hallclient.services.appointments.booking import booked_on, day_of, facts, free_code
from hallclient.services.appointments.files import Line, ParsedFile, Problem
from hallclient.services.days import changing
from hallclient.services.hours import local_time
from hallclient.services.store import Store, Transaction

_AT_ONCE = 20
"""Lines of one transaction: a kiosk does not wait for a whole file."""
_CROWDED = "crowded"


class _Done(StrEnum):
    ADDED = "added"
    CHANGED = "changed"
    CANCELLED = "cancelled"
    UNCHANGED = "unchanged"
    OVER = "over"


class _No(Exception):
    """A line cannot be taken."""


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What became of a file. ``over`` lines are for days that have passed.

    ``crowded`` is how many of those taken are more than their slots were to take.
    """

    added: int = 0
    changed: int = 0
    cancelled: int = 0
    unchanged: int = 0
    over: int = 0
    crowded: int = 0
    problems: tuple[Problem, ...] = ()

    def __str__(self) -> str:
        """Return the report as people read it, a line for each problem."""
        counts = (
            f"{self.added} added, {self.changed} changed, {self.cancelled} cancelled, "
            f"{self.unchanged} unchanged, {self.over} of days that are over, "
            f"{len(self.problems)} refused."
        )
        crowded = f"{self.crowded} more than their slots were to take."
        texts = [counts, crowded] if self.crowded else [counts]
        return "\n".join([*texts, *(f"Line {bad.line}: {bad.text}." for bad in self.problems)])


def take_in(store: Store, parsed: ParsedFile, actor: str) -> ImportReport:
    """Take in what a file says; raises ``StoreError`` when the database is away.

    What was taken before that stays; the whole file can be taken in again.
    """
    counts: Counter[str] = Counter()
    problems = list(parsed.problems)
    for begin in range(0, len(parsed.lines), _AT_ONCE):
        done, bad = _some(store, parsed.lines[begin : begin + _AT_ONCE], actor)
        counts.update(done)
        problems += bad
    problems.sort(key=lambda one: one.line)
    return ImportReport(
        added=counts[_Done.ADDED],
        changed=counts[_Done.CHANGED],
        cancelled=counts[_Done.CANCELLED],
        unchanged=counts[_Done.UNCHANGED],
        over=counts[_Done.OVER],
        crowded=counts[_CROWDED],
        problems=tuple(problems),
    )


def _some(store: Store, lines: Sequence[Line], actor: str) -> tuple[list[str], list[Problem]]:
    done: list[str] = []
    problems: list[Problem] = []
    with changing(store, actor) as tx:
        for line in lines:
            try:
                done += _take(tx, line)
            except _No as no:
                problems.append(Problem(line.line, str(no)))
    return done, problems


def _take(tx: Transaction, line: Line) -> tuple[str, ...]:
    if day_of(tx.plan, line.starts_at) < day_of(tx.plan, tx.now):
        return (_Done.OVER,)
    known = tx.appointment_by_external(line.number)
    if not line.booked:
        return (_cancel(tx, known),)
    service, queue = _parts(tx, line)
    crowded = _check_slot(tx, queue, line, known)
    done = _add(tx, line, service, queue) if known is None else _change(tx, known, line, service)
    counted = crowded and done in (_Done.ADDED, _Done.CHANGED)
    return (done, _CROWDED) if counted else (done,)


def _cancel(tx: Transaction, known: Appointment | None) -> _Done:
    if known is None or known.state is AppointmentState.CANCELLED:
        return _Done.UNCHANGED
    if known.state is AppointmentState.ARRIVED:
        raise _No("its holder is here already, it cannot be cancelled")
    _save(tx, replace(known, state=AppointmentState.CANCELLED), "appointment.cancelled")
    return _Done.CANCELLED


def _parts(tx: Transaction, line: Line) -> tuple[Service, Queue]:
    service = tx.plan.service_of.get(line.service)
    if service is None:
        raise _No("this hall has no such service")
    return service, tx.plan.queue(service.queue)


def _check_slot(tx: Transaction, queue: Queue, line: Line, known: Appointment | None) -> bool:
    """Return whether the slot is full without this one; refuse a time without hours.

    A queue that cannot be booked here has no measure of its own: what comes by file is welcome.
    """
    if not tx.plan.hours:
        return False
    if known is not None and (known.starts_at, known.queue_id) == (line.starts_at, queue.id):
        return False
    day = local_time(tx.plan, line.starts_at).date()
    taken = slice_taken(tx.plan, queue, booked_on(tx, queue, day), line.starts_at)
    if taken is None:
        raise _No(f"queue {queue.code} is not open then")
    return bool(queue.slice_booked) and taken >= queue.slice_booked


def _add(tx: Transaction, line: Line, service: Service, queue: Queue) -> _Done:
    if tx.appointment_by_code(line.number) is not None:
        raise _No("its number is the code of another appointment")
    made = Appointment(
        id=tx.new_id(),
        code=free_code(tx, secrets.token_hex(16)),
        service_id=service.id,
        queue_id=queue.id,
        starts_at=line.starts_at,
        minutes=queue.slice_minutes,
        source=BookedBy.IMPORT,
        state=AppointmentState.BOOKED,
        made_at=tx.now,
        person=line.person,
        external=line.number,
        language=line.language,
    )
    tx.add_appointment(made)
    tx.record("appointment.booked", f"appointment:{made.id}", facts(tx.plan, made))
    return _Done.ADDED


def _change(tx: Transaction, known: Appointment, line: Line, service: Service) -> _Done:
    wanted = replace(
        known,
        service_id=service.id,
        queue_id=tx.plan.queue(service.queue).id,
        starts_at=line.starts_at,
        minutes=tx.plan.queue(service.queue).slice_minutes,
        person=line.person,
        language=line.language,
    )
    arrived = known.state is AppointmentState.ARRIVED
    if not arrived:
        wanted = replace(wanted, state=AppointmentState.BOOKED)
    if wanted == known:
        return _Done.UNCHANGED
    if arrived:
        raise _No("its holder is here already, it cannot be changed")
    _save(tx, wanted, "appointment.changed")
    return _Done.CHANGED


def _save(tx: Transaction, appointment: Appointment, kind: str) -> None:
    tx.save_appointment(appointment)
    tx.record(kind, f"appointment:{appointment.id}", facts(tx.plan, appointment))
