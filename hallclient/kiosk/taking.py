"""Taking numbers: one wish, tried until the database or the spool answers; and who has which."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from hallclient.domain.errors import DomainError
from hallclient.services.store_error import StoreError
from hallclient.ui.timer import new_timer

if TYPE_CHECKING:
    from collections.abc import Callable

    from hallclient.domain.ticket import Delivery
    from hallclient.kiosk.desk import KioskDesk
    from hallclient.kiosk.figures import Figures
    from hallclient.kiosk.offline import Offline
    from hallclient.services.issuing import IssuedTicket, TicketRequest

log = logging.getLogger(__name__)

_REMEMBERED = 500
"""Requests; a leftover ticket is minutes old."""
_NO_SPOOL = frozenset({"offline_none", "offline_full"})
"""Why the spool gives no number although a rule would let it."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What a citizen asks for: tickets that ``work`` makes in the worker, for one key the same.

    ``request`` is what may be taken from the spool while the database is away; None: nothing.
    """

    key: str
    work: Callable[[], tuple[IssuedTicket, ...]]
    request: TicketRequest | None = None


class Taking(QObject):
    """Issues tickets in the worker. One wish at a time; asked again it is the same tickets.

    With the database away, or silent for longer than ``KioskTimes.offline``, a wish goes to the
    spool. From then on the spool's number is the one: an answer of the database that comes late is
    the same request, and gets that number when the spool is handed in.
    """

    issued = Signal(str, object)
    """The wish's key and a tuple of ``IssuedTicket``."""
    refused = Signal(str, object)
    """Request id and the ``DomainError`` or the error nobody expected."""
    gave_up = Signal(str)
    lost = Signal(object)
    """The database did not answer; it is tried again."""
    orphaned = Signal()
    """A ticket may have been issued for somebody who has gone."""

    def __init__(
        self, desk: KioskDesk, figures: Figures, offline: Offline, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._desk = desk
        self._figures = figures
        self._offline = offline
        self._wish: Wish | None = None
        self._tries = 0
        self._spent = 0.0
        self._spooling = False
        self._late: tuple[IssuedTicket, ...] | Exception | None = None
        self._owed: list[tuple[int, Delivery]] = []
        self._mine: dict[str, None] = {}
        self._telling = False
        self._stopped = False
        self._again = new_timer(self, self._try)
        self._patience = new_timer(self, self._spool)

    def take(self, wish: Wish) -> None:
        """Begin to take numbers; the same wish again changes nothing."""
        if self._is_current(wish.key):
            return
        self._wish, self._tries, self._spent = wish, 0, 0.0
        self._spooling, self._late = False, None
        self._mine[wish.key] = None
        if len(self._mine) > _REMEMBERED:
            del self._mine[next(iter(self._mine))]
        if self._figures.down and self._can_spool():
            self._spool()
            return
        if self._can_spool():
            self._patience.start(round(self._desk.times.offline * 1000))
        self._try()

    def drop(self) -> None:
        """Try no more; an answer under way is not told."""
        self._wish = None
        self._again.stop()
        self._patience.stop()

    def delivered(self, ticket_id: int, how: Delivery) -> None:
        """Note that the citizen has the number; kept until the database has taken it."""
        if self._offline.told(ticket_id, how):
            return
        self._owed.append((ticket_id, how))
        self.settle()

    def owes(self, ticket_id: int) -> bool:
        """Tell whether the database has still to be told who has this number."""
        return any(owed == ticket_id for owed, _ in self._owed)

    def is_mine(self, request_id: str) -> bool:
        """Tell whether this request was made here since the start, and not long ago."""
        return request_id in self._mine

    def settle(self) -> None:
        """Tell the database what it does not know yet."""
        if self._telling or self._stopped or not self._owed:
            return
        self._telling = True
        ticket_id, how = self._owed[0]
        self._desk.worker.submit(
            lambda: self._desk.issuing.delivered(ticket_id, how),
            self._told,
            self._not_told,
            owner=self,
        )

    def stop(self) -> None:
        """Try no more: the worker is about to close."""
        self._stopped = True
        self.drop()

    # The database

    def _try(self) -> None:
        wish = self._wish
        if wish is None:
            return
        came, failed = partial(self._came, wish.key), partial(self._failed, wish.key)
        self._desk.worker.submit(wish.work, came, failed, owner=self)

    def _came(self, key: str, issued: tuple[IssuedTicket, ...]) -> None:
        if not self._is_current(key):
            self.orphaned.emit()
        elif self._spooling:
            self._late = issued
        else:
            self.drop()
            self.issued.emit(key, issued)

    def _failed(self, key: str, error: Exception) -> None:
        if not self._is_current(key):
            self.orphaned.emit()
        elif self._spooling:
            self._late = error
        elif not isinstance(error, StoreError):
            self._refuse(key, error)
        else:
            self.lost.emit(error)
            if error.retryable and self._can_spool():
                self._spool()
            else:
                self._later(key, error)

    def _refuse(self, key: str, error: Exception) -> None:
        if not isinstance(error, DomainError):
            log.error("a ticket could not be taken", exc_info=error)
        self.drop()
        self.refused.emit(key, error)

    def _later(self, key: str, error: StoreError) -> None:
        """Try again after a pause that grows, or give up."""
        pauses = self._desk.times.retries
        pause = pauses[min(self._tries, len(pauses) - 1)]
        self._tries += 1
        self._spent += pause
        if not error.retryable or self._spent > self._desk.times.give_up:
            self.drop()
            self.gave_up.emit(key)
            self.orphaned.emit()
        else:
            self._again.start(round(pause * 1000))

    # The spool

    def _can_spool(self) -> bool:
        wish = self._wish
        return self._offline.ready and wish is not None and wish.request is not None

    def _spool(self) -> None:
        wish, sight = self._wish, self._figures.sight
        if wish is None or wish.request is None or sight is None or self._spooling:
            return
        self._spooling = True
        self._patience.stop()
        self._again.stop()
        came, failed = partial(self._spooled, wish.key), partial(self._not_spooled, wish.key)
        self._offline.issue(wish.request, sight.plan, came, failed)

    def _spooled(self, key: str, issued: IssuedTicket) -> None:
        if self._is_current(key):
            self.drop()
            self.issued.emit(key, (issued,))
        else:
            self.orphaned.emit()

    def _not_spooled(self, key: str, error: Exception) -> None:
        """Go on with the database: with what it has said meanwhile, or by asking once more."""
        if not self._is_current(key):
            return
        self._spooling = False
        late, self._late = self._late, None
        if isinstance(late, tuple):
            self._came(key, late)
            return
        if isinstance(error, DomainError) and error.key not in _NO_SPOOL:
            self._refuse(key, error)
            return
        log.warning("no number from the spool: %s", error)
        if late is None or (isinstance(late, StoreError) and late.retryable):
            self._try_again(key, late)
        else:
            self._failed(key, late)

    def _try_again(self, key: str, late: StoreError | None) -> None:
        self._later(key, late or _Silent("the database does not answer"))

    def _is_current(self, key: str) -> bool:
        return self._wish is not None and self._wish.key == key

    def _told(self, _result: object) -> None:
        self._telling = False
        self._owed.pop(0)
        self.settle()

    def _not_told(self, error: Exception) -> None:
        self._telling = False
        if not isinstance(error, StoreError):
            log.error("a delivery could not be noted", exc_info=error)
            self._owed.pop(0)
            self.settle()


class _Silent(StoreError):
    """No answer yet."""

    retryable = True
