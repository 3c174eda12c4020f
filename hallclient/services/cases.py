"""What staff do with cases after the turn: find them, move them on, finish them.

Every change is checked here: a clerk's own cases, a lead's department, a supervisor's all. What is
read of others' cases needs the same right; what citizens may know is ``finding``'s.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from hallclient.domain.case import (
    CASE_OUTCOMES,
    RUNNING_OUTCOMES,
    Case,
    CaseResult,
    SuspendReason,
    Suspension,
)
from hallclient.domain.case_clock import after_standing, is_late
from hallclient.domain.case_moves import (
    CORRECTIONS,
    MOVE_OF_RESULT,
    CaseMove,
    moved,
)
from hallclient.domain.case_number import own_number
from hallclient.domain.ending import Ending
from hallclient.domain.errors import NotAllowed, NotFound, Refused
from hallclient.domain.parts import Service, Staff
from hallclient.domain.rights import Right, may
from hallclient.domain.ticket import Ticket
from hallclient.domain.turn import RATED_OUTCOMES, Outcome, Turn
from hallclient.services.case_notes import note_case
from hallclient.services.case_opening import (
    check_ending,
    clock_of,
    filled,
    known_materials,
    number_for,
    open_case,
    tells,
)
from hallclient.services.case_views import (
    SCOPE,
    CaseView,
    due_cases,
    near_until,
    state_with,
    view_of,
    wanted_cases,
)
from hallclient.services.days import changing, today
from hallclient.services.persons import PersonKeys, likely_document
from hallclient.services.steps import service_of_turn
from hallclient.services.store import Reader, Store, Transaction

if TYPE_CHECKING:
    from hallclient.domain.journal import Json

MOST_OPEN = 20_000
"""Open cases of a hall that are looked through for those a member may see."""
__all__ = ["CaseView", "Cases", "due_cases"]


class Cases:
    """The cases of a hall for one member of staff, as ``sign_in`` of a service returned it."""

    def __init__(self, store: Store, member: Staff) -> None:
        self._store = store
        self._member = member

    # Questions

    def case(self, case_id: int) -> CaseView:
        """Return a case; raises ``NotFound``, and ``Refused`` without the right to see it."""
        with self._store.look() as reader:
            return view_of(reader, self._seen(reader, _known(reader, case_id)))

    def find(self, wanted: str, day: date | None = None) -> tuple[CaseView, ...]:
        """Return the cases of a number, of a ticket's label (of ``day``, else today) or token."""
        with self._store.look() as reader:
            found = wanted_cases(reader, wanted, day)
            if not found:
                raise NotFound("unknown_case", "no case has this number, label or token")
            return self._visible(reader, found) or (view_of(reader, self._seen(reader, found[0])),)

    def look_up(self, wanted: str, keys: PersonKeys | None) -> tuple[CaseView, ...]:
        """Return what :meth:`find` does, else the cases of the holder of a document.

        ``keys``: None where this PC has no key of the hall; persons are then not found.
        """
        try:
            return self.find(wanted)
        except NotFound:
            known = keys is not None and likely_document(wanted)
            found = self.find_person(keys.of_cases(wanted)) if keys and known else ()
            if not found:
                raise
            return found

    def find_person(self, person: str) -> tuple[CaseView, ...]:
        """Return those cases of a person that may be seen (``PersonKeys.of_cases``), newest first.

        An empty key is nobody.
        """
        with self._store.look() as reader:
            found = reader.cases_of_person(person) if person else ()
            return self._visible(reader, found)

    def open(self, limit: int = 200) -> tuple[CaseView, ...]:
        """Return the open cases this member may see, the nearest due first."""
        with self._store.look() as reader:
            return self._visible(reader, reader.open_cases(MOST_OPEN), limit)

    def due(self, until: date | None = None) -> tuple[CaseView, ...]:
        """Return those due by a day, else those overdue or near; a clock that stands has no due."""
        with self._store.look() as reader:
            seen = self._visible(reader, due_cases(reader, until or near_until(reader)))
            return tuple(view for view in seen if until or view.overdue or view.near)

    # Moves

    def accept(self, case_id: int, how: Ending) -> CaseView:
        """Accept a supplement whose material is complete: the clock starts now.

        It has run since receipt where nothing was told within five days.

        ``how`` names its outcome (instant, promised, joint, escalated) and details. A number given
        now takes the place of the one it has.
        """
        with self._moving(case_id, CaseMove.ACCEPT) as (tx, case):
            service = tx.plan.service_by_id(case.service_id)
            if how.outcome not in ACCEPTED:
                raise NotAllowed("not_an_outcome", f"{how.outcome} accepts nothing")
            how = check_ending(service, how)
            renumbered = _numbered(tx, case, service, how)
            late = case.told_at is None and is_late(case, tx.now, clock_of(tx.plan, service))
            # Nothing was told in time: the clock has been running since receipt, by law.
            begun = case.accepted_at if late and how.outcome in RUNNING_OUTCOMES else tx.now
            accepted = filled(tx.plan, renumbered, service, how, begun)
            if accepted.finished_at is not None:
                accepted = replace(accepted, finished_by=self._present(tx).id)
            note_case(tx, accepted, how.note, self._present(tx).id)
            facts: dict[str, Json] = {"kind": how.outcome, "due": _iso(accepted.due_on)}
            return _save(tx, accepted, "case.accepted", facts)

    def tell(self, case_id: int, missing: tuple[str, ...], note: str = "") -> CaseView:
        """Tell everything that is missing, later than at the window, once and within five days.

        A service without a list of materials takes a note in its place.
        """
        with self._moving(case_id, CaseMove.TELL) as (tx, case):
            service = tx.plan.service_by_id(case.service_id)
            named = known_materials(service, missing)
            if not tells(service, named, note.strip()):
                raise NotAllowed("no_missing", "name at least one thing that is missing")
            if is_late(case, tx.now, clock_of(tx.plan, service)):
                raise NotAllowed("told_too_late", "the five days are over: it counts as accepted")
            told = replace(case, missing=named, told_at=tx.now, due_on=None, due_at=None)
            note_case(tx, told, note, self._present(tx).id)
            return _save(tx, told, "case.told", {"missing": list(named)})

    def suspend(self, case_id: int, reason: SuspendReason) -> CaseView:
        """Stop the clock of an accepted case."""
        with self._moving(case_id, CaseMove.SUSPEND) as (tx, case):
            tx.save_suspension(Suspension(case.id, tx.now, reason))
            return _save(tx, case, "case.suspended", {"reason": reason})

    def resume(self, case_id: int) -> CaseView:
        """Let the clock go on; the case is due later by what stood."""
        with self._moving(case_id, CaseMove.RESUME) as (tx, case):
            began = _end_standing(tx, case)
            clock = clock_of(tx.plan, tx.plan.service_by_id(case.service_id))
            later = after_standing(case, began, tx.now, clock)
            return _save(tx, later, "case.resumed", {"due": _iso(later.due_on)})

    def finish(
        self, case_id: int, result: CaseResult, *, elsewhere: bool = False, note: str = ""
    ) -> CaseView:
        """Finish a case; ``elsewhere``: it was not decided in this hall.

        A case whose service names another authority is decided there anyway.
        """
        with self._moving(case_id, MOVE_OF_RESULT[result]) as (tx, found):
            case, clock = found, clock_of(tx.plan, tx.plan.service_by_id(found.service_id))
            if any(one.end is None for one in tx.suspensions(case.id)):
                case = after_standing(case, _end_standing(tx, case), tx.now, clock)
            me = self._present(tx).id
            done = replace(
                case,
                finished_at=tx.now,
                finished_by=me,
                result=result,
                decided_in_hall=not (elsewhere or case.authority),
            )
            note_case(tx, done, note, me)
            late = is_late(case, tx.now, clock)
            facts: dict[str, Json] = {"result": result, "late": late}
            return _save(tx, done, "case.finished", facts | {"in_hall": done.decided_in_hall})

    def note(self, case_id: int, text: str) -> CaseView:
        """Note something about a case, for staff only."""
        with changing(self._store, self._actor) as tx:
            case = self._seen(tx, _known(tx, case_id))
            note_case(tx, case, text, self._present(tx).id)
            return view_of(tx, case)

    def correct(self, turn_id: int, ending: Ending, reason: str) -> CaseView | None:
        """Correct the outcome of a turn that ended today; ``reason`` is one of ``CORRECTIONS``.

        The case is what it would have been; None where the right outcome opens none and none was.
        Raises ``NotAllowed`` (``case_moved``) once the case has moved on.
        """
        if reason not in CORRECTIONS:
            raise NotAllowed("unknown_reason", "this is no reason of a correction")
        with changing(self._store, self._actor) as tx:
            turn, ticket = _ended_today(tx, turn_id)
            service = service_of_turn(tx, turn, ticket)
            self._check(tx, service, turn.staff_id)
            ending = check_ending(service, ending)
            case = tx.case_of_turn(turn.id)
            if case is not None and _has_moved(tx, case, turn):
                raise NotAllowed("case_moved", "the case has moved on since; finish it instead")
            right = replace(turn, result=ending.outcome)
            tx.save_turn(right)
            case = self._corrected(tx, case, right, ticket, ending)
            if case is not None:  # also where it is closed now: the words are of whoever corrects
                note_case(tx, case, ending.note, self._present(tx).id)
            facts: dict[str, Json] = {
                "label": ticket.label, "from": turn.result, "to": ending.outcome, "reason": reason,
                "case": case.id if case else None, "due": _iso(case.due_on) if case else None,
            }  # fmt: skip
            window = tx.plan.window_by_id(turn.window_id)
            where = {"zone": window.zone, "window": window.code}
            tx.record("turn.corrected", f"turn:{turn.id}", facts, **where)
            tx.wake(SCOPE, f"window:{window.code}")
            return view_of(tx, case) if case is not None else None

    def _corrected(
        self, tx: Transaction, case: Case | None, turn: Turn, ticket: Ticket, ending: Ending
    ) -> Case | None:
        service, ended = service_of_turn(tx, turn, ticket), turn.ended_at or tx.now
        if ending.outcome not in CASE_OUTCOMES:
            if case is not None:
                me = self._present(tx).id
                case = replace(case, finished_at=tx.now, finished_by=me, result=CaseResult.CLOSED)
                tx.save_case(case)
            return case
        if case is None:
            return open_case(tx, turn, ticket, service, replace(ending, note=""))
        bare = replace(_numbered(tx, case, service, ending), missing=(), told_at=None)
        case = filled(tx.plan, bare, service, ending, ended)
        tx.save_case(case)
        return case

    # Rights

    @property
    def _actor(self) -> str:
        return f"staff:{self._member.code}"

    def _present(self, reader: Reader) -> Staff:
        """Return the member as the hall has it now, or raise ``Refused``."""
        member = reader.plan.staff_of.get(self._member.code)
        if member is None:
            raise Refused("no_right", "this member of staff is in the hall no longer")
        return member

    def _check(self, reader: Reader, service: Service, staff_id: int | None) -> None:
        if not self._allowed(reader, service, staff_id):
            raise Refused("no_right", "this case is another's", right=Right.CASES.value)

    def _allowed(self, reader: Reader, service: Service, staff_id: int | None) -> bool:
        member = self._present(reader)
        own = staff_id == member.id and may(member, Right.SERVE)
        return own or may(member, Right.CASES, service.department)

    def _seen(self, reader: Reader, case: Case) -> Case:
        self._check(reader, reader.plan.service_by_id(case.service_id), case.staff_id)
        return case

    def _visible(
        self, reader: Reader, cases: Sequence[Case], limit: int | None = None
    ) -> tuple[CaseView, ...]:
        plan = reader.plan
        mine = [
            case
            for case in cases
            if self._allowed(reader, plan.service_by_id(case.service_id), case.staff_id)
        ][:limit]
        stood = reader.suspensions_of([case.id for case in mine])
        return tuple(view_of(reader, case, stood.get(case.id, ())) for case in mine)

    @contextmanager
    def _moving(self, case_id: int, move: CaseMove) -> Iterator[tuple[Transaction, Case]]:
        """Begin a change of a case that allows the move, by somebody who may."""
        with changing(self._store, self._actor) as tx:
            case = self._seen(tx, _known(tx, case_id))
            moved(state_with(case, tx.suspensions(case.id)), move)
            yield tx, case


ACCEPTED = RUNNING_OUTCOMES | {Outcome.INSTANT}
"""The outcomes by which a supplement is accepted."""


def _known(reader: Reader, case_id: int) -> Case:
    case = reader.case(case_id)
    if case is None:
        raise NotFound("unknown_case", f"there is no case {case_id}")
    return case


def _save(tx: Transaction, case: Case, kind: str, facts: "dict[str, Json]") -> CaseView:
    tx.save_case(case)
    tx.record(kind, f"case:{case.id}", facts)
    tx.wake(SCOPE)
    return view_of(tx, case)


def _end_standing(tx: Transaction, case: Case) -> datetime:
    """End the suspension that stands and return when it began."""
    (one,) = [each for each in tx.suspensions(case.id) if each.end is None]
    # A clock set back must not end it before it began.
    tx.save_suspension(replace(one, end=max(tx.now, one.began_at + timedelta(microseconds=1))))
    return one.began_at


def _numbered(tx: Transaction, case: Case, service: Service, ending: Ending) -> Case:
    if not ending.number.strip() or own_number(ending.number) == case.number:
        return case
    return replace(case, number=number_for(tx, service, ending.number))


def _ended_today(tx: Transaction, turn_id: int) -> tuple[Turn, Ticket]:
    turn = tx.turn(turn_id)
    ticket = tx.ticket(turn.ticket_id) if turn is not None else None
    if turn is None or ticket is None:
        raise NotFound("unknown_turn", f"there is no turn {turn_id}")
    if turn.ended_at is None or ticket.day != today(tx):
        raise NotAllowed("not_today", "an outcome is corrected on the day of its turn")
    if turn.result not in RATED_OUTCOMES:
        raise NotAllowed("no_outcome", "this turn has no outcome to correct")
    return turn, ticket


def _has_moved(tx: Transaction, case: Case, turn: Turn) -> bool:
    """Return whether anything but the turn itself, or a correction, has happened to its case."""
    ended = turn.ended_at
    if turn.result not in CASE_OUTCOMES:
        return case.result is not CaseResult.CLOSED
    untouched = case.accepted_at == ended and case.told_at in (None, ended)
    finished = case.finished_at not in (None, ended)
    return finished or not untouched or bool(tx.suspensions(case.id))


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day is not None else None
