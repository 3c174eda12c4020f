"""A kiosk without a screen: with the database while it answers, from its spool while it does not.

A line is written for every number that a citizen would hold in hand.
"""

import os
import random
import threading
from contextlib import suppress
from pathlib import Path
from typing import Final

from hallclient.bootstrap.halls import LateHall, LateStore
from hallclient.config import Settings
from hallclient.domain.errors import Refused
from hallclient.domain.hall import HallPlan
from hallclient.domain.ticket import Delivery
from hallclient.services.handing_in import claim_slot, hand_in
from hallclient.services.issuing import Issuing, TicketRequest
from hallclient.services.spool import Spool
from hallclient.services.spool_clock import process_ticks
from hallclient.services.store import Store
from hallclient.services.store_error import StoreError
from hallclient.storage.spool_file import SpoolFile
from tests.processes import say

NUMBERS: Final = 40
"""One life gives so many, few enough for the hall's 200 numbers, and waits for its end."""
PAUSE = threading.Event()


def meet(store: Store, spool: Spool, hall_id: str) -> None:
    """Be in touch with the hall: its time, the slot, and what has to be handed in."""
    with store.look() as reader:
        now = reader.now
    spool.met(hall_id, now)
    if spool.slot is None:
        slot = claim_slot(store, spool.holder)
        assert slot is not None
        spool.hold(slot.number, slot.until)
    for entry in spool.pending:
        hand_in(store, "kiosk", entry)
        spool.done(entry.request_id, entry)


def give_numbers(url: str, folder: str, acks: str, plan: HallPlan, last: bool = False) -> None:
    """Give out numbers until killed; with ``last`` only hand in what there is."""
    dice = random.Random(os.urandom(8))  # noqa: S311 - no secret
    hall = LateHall(Settings(database=url), "kiosk", lambda _sentence: None)
    store = LateStore(hall)
    spool = Spool(SpoolFile(Path(folder)), process_ticks())
    issuing = Issuing(store, "kiosk")
    if last:
        meet(store, spool, plan.hall_id)
        assert spool.pending == ()
        return
    for n in range(NUMBERS):
        request = TicketRequest(f"{os.getpid()} {n}", "BDC001" if n % 2 else "ZH001", station="K")
        with suppress(StoreError):
            meet(store, spool, plan.hall_id)
            label = issuing.issue(request).ticket.label
            if dice.random() < 0.5:
                say(acks, "online", label, request.request_id)
                continue
            # Its answer is lost: the same request goes to the spool.
        with suppress(Refused):
            label = spool.issue(request, plan).ticket.label
            say(acks, "spool", label, request.request_id)
            spool.told(request.request_id, Delivery.PAPER)
        PAUSE.wait(0.003)
    PAUSE.wait()
