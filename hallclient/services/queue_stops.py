"""A queue gives out no numbers until it is opened again, or for the rest of the day (停止取号).

Who waits already is called as ever.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from hallclient.domain.errors import NotAllowed
from hallclient.domain.rights import Right
from hallclient.services.days import changing
from hallclient.services.floor import department_of
from hallclient.services.floor_records import QueueStop
from hallclient.services.member import FLOOR_SCOPE, member_with

if TYPE_CHECKING:
    from hallclient.domain.parts import Queue
    from hallclient.services.store import Store, Transaction

STOP_REASONS = ("full", "staff", "system", "event", "other")
"""Why a queue is stopped, the words are ``supervisor.stop.<reason>`` and the kiosk's."""


class QueueStops:
    """Stops and openings by one member of staff (the staff number)."""

    def __init__(self, store: Store, member: str) -> None:
        self._store = store
        self._member = member

    def stop(self, queue: str, reason: str) -> None:
        """Stop a queue, or give another reason. Raises ``NotFound`` and ``Refused``."""
        if reason not in STOP_REASONS:
            raise NotAllowed("unknown_reason", f"{reason!r} is no reason to stop a queue")
        with changing(self._store, f"staff:{self._member}") as tx:
            here = tx.plan.queue(queue)
            who = member_with(tx, self._member, Right.STOP, department_of(tx.plan, queue))
            known = {one.queue_id: one for one in tx.queue_stops()}.get(here.id)
            if known is not None and known.reason == reason:
                return
            tx.stop_queue(QueueStop(here.id, who.id, tx.now, reason))
            _record(tx, "queue.stopped", here, {"queue": queue, "reason": reason})

    def reopen(self, queue: str) -> None:
        """Open a queue again; nothing happens to one that is open."""
        with changing(self._store, f"staff:{self._member}") as tx:
            here = tx.plan.queue(queue)
            member_with(tx, self._member, Right.STOP, department_of(tx.plan, queue))
            if tx.reopen_queue(here.id):
                _record(tx, "queue.reopened", here, {"queue": queue})


def _record(tx: Transaction, kind: str, queue: Queue, data: dict[str, str]) -> None:
    tx.record(kind, f"queue:{queue.id}", dict(data), zone=queue.zone)
    tx.wake(f"zone:{queue.zone}", FLOOR_SCOPE)
