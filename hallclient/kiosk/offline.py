"""Numbers from the kiosk's own spool while the database is away, and handing them in afterwards.

The spool has a thread of its own: the one of the database may just be waiting for it. Nothing of it
is imported before the hall was read, or could not be.
"""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from hallclient.domain.errors import DomainError
from hallclient.services.store_error import StoreError
from hallclient.ui.tasks import Worker

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from hallclient.domain.hall import HallPlan
    from hallclient.domain.ticket import Delivery
    from hallclient.kiosk.desk import KioskDesk
    from hallclient.kiosk.figures import Figures
    from hallclient.services.codes import Code
    from hallclient.services.issuing import IssuedTicket, TicketRequest
    from hallclient.services.spool import Spool

log = logging.getLogger(__name__)

RENEW_S = 3600.0
"""How often the slot's lease is renewed, and how often one is asked for by whoever has none."""


@dataclass(frozen=True, slots=True)
class SpoolState:
    """How the spool stands: does it give out numbers, what has to be handed in, the hall's time."""

    ready: bool
    pending: int
    now: datetime
    slot: int | None
    last_contact: datetime | None
    tokens: frozenset[str] = field(default=frozenset(), repr=False)
    """Of the tickets that have to be handed in."""


class Offline(QObject):
    """A kiosk's way to go on without the database. Without a spool nothing here does anything."""

    changed = Signal()
    """:attr:`ready` or :attr:`pending` says something else."""

    def __init__(self, desk: KioskDesk, figures: Figures, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._figures = figures
        self._make = desk.spool
        self._spool: Spool | None = None
        self._worker: Worker | None = None
        self._requests: dict[int, str] = {}
        self._stuck: set[str] = set()
        self._claimed_at: float | None = None
        self._claiming = self._handing = self._asking = self._stopped = False
        self._telling = 0
        self._told = ""
        self._making = threading.Lock()
        self.state: SpoolState | None = None
        figures.changed.connect(self._on_seen)
        figures.lost.connect(self._on_lost)

    @property
    def fitted(self) -> bool:
        """Tell whether this kiosk has a spool at all."""
        return self._make is not None

    @property
    def ready(self) -> bool:
        """Tell whether a number can be taken without the database."""
        return self.state is not None and self.state.ready

    @property
    def pending(self) -> int:
        """How many numbers the database does not know yet."""
        return self.state.pending if self.state else 0

    def has(self, code: Code) -> bool:
        """Tell whether a code is of a number that was taken here and has to be handed in."""
        return self.state is not None and code.text in self.state.tokens

    @property
    def settled(self) -> bool:
        """Tell whether everything that can be handed in was: who has which number is certain."""
        if self.state is None:  # one that never opened keeps nothing else waiting
            return not self.fitted or bool(self._told)
        return self.pending <= len(self._stuck) and not self._telling

    def issue(
        self,
        request: TicketRequest,
        plan: HallPlan,
        came: Callable[[IssuedTicket], object],
        failed: Callable[[Exception], object],
    ) -> None:
        """Take a number from the spool; on the disk when ``came`` is called."""

        def taken(issued: IssuedTicket) -> None:
            self._requests[issued.ticket.id] = issued.ticket.request_id
            self._look()
            came(issued)

        self._submit(lambda: self._opened().issue(request, plan), taken, failed)

    def told(self, ticket_id: int, how: Delivery) -> bool:
        """Note who has a number of the spool; False for any other ticket."""
        request = self._requests.get(ticket_id)
        if request is None:
            return False
        self._telling += 1
        work = partial(self._tell, request, how)
        self._submit(work, self._was_told, self._was_not_told)
        return True

    def stop(self) -> None:
        """Hand in no more; the file is let go."""
        self._stopped = True
        worker, self._worker = self._worker, None
        if worker is not None:
            worker.submit(self._close)
            worker.close()

    # The hall

    def _on_seen(self) -> None:
        sight = self._figures.sight
        if not self.fitted or sight is None or self._stopped:
            return
        hall_id, now = sight.plan.hall_id, sight.hall.now
        self._submit(lambda: self._met(hall_id, now), self._stands, self._trouble)

    def _on_lost(self, _error: object) -> None:
        if self.fitted and not self._stopped:
            self._look()

    def _look(self) -> None:
        plan = self._figures.sight.plan if self._figures.sight else None
        if plan is None or self._asking or self._stopped:
            return
        self._asking = True
        hall_id = plan.hall_id
        self._submit(lambda: self._state(hall_id), self._stands, self._trouble)

    def _met(self, hall_id: str, now: datetime) -> SpoolState:
        self._opened().met(hall_id, now)
        return self._state(hall_id)

    def _state(self, hall_id: str) -> SpoolState:
        spool = self._opened()
        pending = spool.pending
        return SpoolState(
            ready=spool.ready(hall_id),
            pending=len(pending),
            now=spool.now(),
            slot=spool.slot,
            last_contact=spool.last_contact,
            tokens=frozenset(entry.token for entry in pending),
        )

    def _stands(self, state: SpoolState) -> None:
        self._asking, self._told = False, ""
        before, self.state = self.state, state
        if not self._figures.known:
            self._figures.set_time(state.now)
        if before is None or (before.ready, before.pending) != (state.ready, state.pending):
            self.changed.emit()
        if not self._figures.down and self._figures.known:
            self._claim()
            self._hand_in()

    def _tell(self, request: str, how: Delivery) -> None:
        self._opened().told(request, how)

    def _was_told(self, _done: object) -> None:
        self._telling -= 1
        self._look()

    def _was_not_told(self, error: Exception) -> None:
        self._telling -= 1
        self._trouble(error)

    def _trouble(self, error: Exception) -> None:
        self._asking = False
        why = str(error) or type(error).__name__
        if why != self._told:  # it is tried at every look
            self._told = why
            log.warning("the spool: %s", why)
            self.changed.emit()

    # The slot

    def _claim(self) -> None:
        from time import monotonic  # noqa: PLC0415 - small

        due = self._claimed_at is None or monotonic() - self._claimed_at >= RENEW_S
        if self._claiming or self._stopped or not due:
            return
        self._claiming, self._claimed_at = True, monotonic()
        store, opened = self._desk.store, self._opened

        def claim() -> None:
            from hallclient.services.handing_in import claim_slot  # noqa: PLC0415 - see the module

            spool = opened()
            slot = claim_slot(store, spool.holder, spool.slot)
            spool.hold(slot.number if slot else None, slot.until if slot else None)
            if slot is None:
                log.warning("all offline slots are held by other kiosks: none for this one")

        self._desk.worker.submit(claim, self._claim_ended, self._not_claimed, owner=self)

    def _claim_ended(self, _done: object) -> None:
        self._claiming = False
        self._look()

    def _not_claimed(self, error: Exception) -> None:
        self._claiming, self._claimed_at = False, None
        log.warning("an offline slot could not be asked for: %s", error)

    # Handing in

    def _hand_in(self) -> None:
        if self._handing or self._stopped or self.pending <= len(self._stuck):
            return
        self._handing = True
        work = partial(_hand_in_one, self._desk, self._opened, frozenset(self._stuck))
        self._desk.worker.submit(work, self._handed, self._not_handed, owner=self)

    def _handed(self, result: tuple[str, str]) -> None:
        """Go on with the next one; those that cannot come in stay, and are told in the log."""
        self._handing = False
        request, trouble = result
        if trouble:
            log.error("a number from the spool cannot be handed in: %s", trouble)
            self._stuck.add(request)
        self._look()

    def _not_handed(self, error: Exception) -> None:
        self._handing = False
        log.warning("numbers from the spool are handed in later: %s", error)

    # The thread

    def _opened(self) -> Spool:
        """Return the spool; any thread, and only one of them makes it."""
        with self._making:
            if self._spool is None:
                assert self._make is not None  # noqa: S101 - callers have looked
                self._spool = self._make()
            return self._spool

    def _close(self) -> None:
        if self._spool is not None:
            self._spool.close()

    def _submit(
        self,
        work: Callable[[], object],
        came: Callable[..., object],
        failed: Callable[[Exception], object],
    ) -> None:
        if self._stopped:
            return
        if self._worker is None:
            self._worker = Worker("spool")
        self._worker.submit(work, came, failed, owner=self)


def _hand_in_one(
    desk: KioskDesk, opened: Callable[[], Spool], stuck: frozenset[str]
) -> tuple[str, str]:
    """Hand in the oldest entry that can be; return its request and why it cannot, if so."""
    from hallclient.services.handing_in import hand_in  # noqa: PLC0415 - see the module

    spool = opened()
    entry = next((one for one in spool.pending if one.request_id not in stuck), None)
    if entry is None:
        return "", ""
    try:
        hand_in(desk.store, desk.actor, entry)
    except DomainError as error:
        return entry.request_id, str(error)
    except StoreError as error:
        if error.retryable:
            raise
        return entry.request_id, str(error)
    spool.done(entry.request_id, entry)
    return entry.request_id, ""
