"""A kiosk: numbers from the database, from its spool while that is away, each asked for once."""

import itertools
import os
from typing import Final

from hallclient.domain.errors import DomainError, Refused
from hallclient.domain.ticket import Delivery
from hallclient.lab.faults.acks import SAID
from hallclient.lab.faults.hall import SERVICES
from hallclient.lab.faults.work import Scene
from hallclient.services.handing_in import claim_slot, hand_in
from hallclient.services.issuing import Issuing, TicketRequest
from hallclient.services.spool import Spool
from hallclient.services.spool_clock import process_ticks
from hallclient.services.spool_lines import SpoolError
from hallclient.services.store_error import StoreError
from hallclient.storage.spool_file import SpoolFile

MET_EVERY: Final = 10
"""A kiosk reads the hall every few seconds, not before each number."""


class KioskWork:
    """Gives out numbers. ``issued`` and ``spooled`` are what a citizen has in hand."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        part = scene.part
        self._spool = Spool(SpoolFile(part.folder / part.name), process_ticks())
        self._issuing = Issuing(scene.store, f"kiosk:{part.name}")
        self._numbers = itertools.count()
        self._wish: TicketRequest | None = None
        """What the citizen who stands there wants; asked again until they have a number."""
        self._met = 0

    def step(self) -> None:
        """Give a number to whoever stands there."""
        if self._met % MET_EVERY == 0 or self._spool.pending:
            self.hand_in()
        self._met += 1
        wish = self._wish = self._wish or self._next()
        ticket = self._issuing.issue(wish).ticket
        self._tell("issued", wish, ticket.label)

    def without(self, error: StoreError) -> None:
        """Give the same citizen a number of the kiosk's own."""
        self._met = 0
        wish = self._wish = self._wish or self._next()
        if not error.retryable:
            return  # the kiosk says that it cannot take, and asks again
        try:
            ticket = self._spool.issue(wish, self._scene.part.plan).ticket
        except Refused:
            return  # no room, no slot or no number left: the citizen is asked to wait
        self._tell("spooled", wish, ticket.label)
        self._spool.told(wish.request_id, Delivery.SCREEN)

    def hand_in(self) -> None:
        """Be in touch with the hall: its time, the slot, and what waits to be handed in."""
        store, spool, hall_id = self._scene.store, self._spool, self._scene.part.plan.hall_id
        with store.look() as reader:
            now = reader.now
        try:
            spool.met(hall_id, now)
            if spool.slot is None:
                slot = claim_slot(store, spool.holder)
                if slot is not None:
                    spool.hold(slot.number, slot.until)
        except SpoolError as error:  # its disk: numbers come from the database all the same
            self._scene.acks.write(SAID, text=str(error), retryable=True)
        for entry in spool.pending:
            try:
                hand_in(store, "kiosk", entry)
            except DomainError as error:
                self._scene.acks.write(SAID, text=str(error), retryable=False)
                continue
            spool.done(entry.request_id, entry)

    def close(self) -> None:
        """Let the spool go."""
        self._spool.close()

    def _next(self) -> TicketRequest:
        n = next(self._numbers)
        name = self._scene.part.name
        return TicketRequest(f"{name} {os.getpid()} {n}", SERVICES[n % 2], station=name)

    def _tell(self, op: str, wish: TicketRequest, label: str) -> None:
        self._scene.acks.write(op, request=wish.request_id, label=label)
        self._wish = None
