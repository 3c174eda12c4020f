"""请人帮我: somebody at a kiosk calls for a person, somebody of the staff goes there.

Who would come holds a lease whose name begins with ``helper``; while nobody does, kiosks offer no
such call. Several may be there, each at a place of their own.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from hallclient.domain.errors import Conflict, NotFound
from hallclient.domain.helping import HelpCall
from hallclient.services.days import changing

if TYPE_CHECKING:
    from hallclient.services.store import Reader, Store, Transaction

HELPER = "helper"
"""How the leases of those begin who are there to come."""
HELP_SCOPE = "help"
"""The wake-up scope of those who watch the calls."""
LEASE_S = 30.0
RENEW_S = 10.0


@dataclass(frozen=True, slots=True)
class Help:
    """A call for help as people see it: ``name`` and ``staff`` number of who is coming, or empty.

    ``now`` is the database's time.
    """

    call: HelpCall
    now: datetime
    name: str = ""
    staff: str = ""


class Helping:
    """Calls for help. ``actor`` is a kiosk or a member of staff, ``staff:1023``."""

    def __init__(self, store: Store, actor: str) -> None:
        self._store = store
        self._actor = actor

    def ask(self, station: str) -> Help:
        """Call for help at a station; while a call of it is open that one is returned."""
        with changing(self._store, self._actor) as tx:
            call = _open_call(tx, station)
            if call is None:
                call = HelpCall(tx.new_id(), station, tx.now)
                tx.add_help_call(call)
                _record(tx, "help.asked", call)
            return _seen(tx, call)

    def of(self, station: str) -> Help | None:
        """Return the open call of a station."""
        with self._store.look() as reader:
            call = _open_call(reader, station)
            return _seen(reader, call) if call else None

    def calls(self) -> tuple[Help, ...]:
        """Return the open calls, the oldest first."""
        with self._store.look() as reader:
            return seen_calls(reader)

    def answer(self, call_id: int, staff: str) -> Help:
        """我来: say who is coming. Raises ``Conflict`` when somebody else is, or it is over."""
        with changing(self._store, self._actor) as tx:
            call = _known(tx, call_id)
            member = tx.plan.staff_of.get(staff)
            if member is None:
                raise NotFound("unknown_part", "this hall has no such member of staff")
            if call.staff_id is not None and call.staff_id != member.id:
                name = tx.plan.staff_by_id(call.staff_id).name
                raise Conflict("help_taken", "somebody else is going there", name=name)
            if call.staff_id is None:
                call = replace(call, staff_id=member.id, answered_at=tx.now)
                tx.save_help_call(call)
                _record(tx, "help.answered", call, member.code)
            return _seen(tx, call)

    def end(self, call_id: int) -> None:
        """Note that a call is over: help was there, or is no longer wanted."""
        with changing(self._store, self._actor) as tx:
            call = _known(tx, call_id)
            tx.save_help_call(replace(call, ended_at=tx.now))
            _record(tx, "help.ended", call)

    def end_own(self, station: str) -> None:
        """End the open call of a station, if there is one."""
        with changing(self._store, self._actor) as tx:
            call = _open_call(tx, station)
            if call is not None:
                tx.save_help_call(replace(call, ended_at=tx.now))
                _record(tx, "help.ended", call)


def someone_there(store: Store, place: str) -> None:
    """Say for the next half minute that somebody at a place (a desk, a console) would come.

    To be said again every ``RENEW_S`` seconds.
    """
    store.take_lease(f"{HELPER} {place}", place, LEASE_S)


def gone_from(store: Store, place: str) -> None:
    """Say that nobody is at a place any more."""
    store.drop_lease(f"{HELPER} {place}", place)


def anybody_there(reader: Reader) -> bool:
    """Return whether somebody would come now."""
    return any(left > timedelta(0) for left in reader.leases(HELPER).values())


def seen_calls(reader: Reader) -> tuple[Help, ...]:
    """Return the open calls at the reader's moment, the oldest first."""
    return tuple(_seen(reader, call) for call in reader.help_calls())


def _open_call(reader: Reader, station: str) -> HelpCall | None:
    return next((call for call in reader.help_calls() if call.station == station), None)


def _known(tx: Transaction, call_id: int) -> HelpCall:
    for call in tx.help_calls():
        if call.id == call_id:
            return call
    raise Conflict("help_over", "this call for help is over")


def _seen(reader: Reader, call: HelpCall) -> Help:
    if call.staff_id is None:
        return Help(call, reader.now)
    coming = reader.plan.staff_by_id(call.staff_id)
    return Help(call, reader.now, coming.name, coming.code)


def _record(tx: Transaction, kind: str, call: HelpCall, staff: str = "") -> None:
    data = {"station": call.station, "staff": staff} if staff else {"station": call.station}
    tx.record(kind, f"help:{call.id}", data)
    tx.wake(HELP_SCOPE)
