"""What the processes of these tests do: the product's services, and a line for each commit.

A line is written after the service has returned, so whatever stands in the file was
acknowledged to a citizen or a clerk.
"""

import itertools
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from hallclient.domain.turn import Outcome
from hallclient.services.calling import Calling
from hallclient.services.issuing import Issuing, TicketRequest
from hallclient.storage.engine import open_engine
from hallclient.storage.store import SqlStore
from tests.halls import HALL_ID
from tests.processes import say


@contextmanager
def opened(url: str) -> Iterator[SqlStore]:
    engine = open_engine(url)
    try:
        yield SqlStore(engine, HALL_ID)
    finally:
        engine.dispose()


def issue_on(url: str, acks: str, kiosk: str) -> None:
    """Issue tickets until killed."""
    with opened(url) as store:
        issuing = Issuing(store, f"kiosk:{kiosk}")
        for n in itertools.count():
            request = f"{kiosk} {os.getpid()} {n}"
            service = "BDC001" if n % 2 else "ZH001"
            ticket = issuing.issue(TicketRequest(request, service)).ticket
            say(acks, "issued", ticket.id, ticket.label)


def serve_on(url: str, acks: str, window: str) -> None:
    """Go on with whatever is at the window, and call, serve and finish until killed."""
    with opened(url) as store:
        calling = Calling(store, window)
        state = calling.state()
        while True:
            turn = state.turn
            if turn is None or not turn.active:
                state = calling.call_next()
                if state.turn is not None and state.turn.active:
                    say(acks, "called", state.turn.id, state.turn.ticket_id)
            elif turn.started_at is None:
                state = calling.start()
                say(acks, "started", turn.id)
            else:
                state = calling.finish(Outcome.PROMISED)
                say(acks, "finished", turn.id)


def call_together(url: str, acks: str, window: str, start: Any, rounds: int) -> None:
    """Call the next at the same moment as all others, a number of times."""
    with opened(url) as store:
        calling = Calling(store, window)
        calling.state()
        for _ in range(rounds):
            start.wait()
            state = calling.call_next()
            if state.turn is not None and state.turn.active:
                say(acks, "called", state.turn.id, state.turn.ticket_id, window)
                calling.start()
                calling.finish(Outcome.CONSULT)


def issue_together(url: str, kiosk: str, start: Any, count: int) -> None:
    """Issue tickets in a hurry."""
    with opened(url) as store:
        issuing = Issuing(store, f"kiosk:{kiosk}")
        start.wait()
        for n in range(count):
            issuing.issue(TicketRequest(f"{kiosk} {n}", "ZH001"))


def issue_some(url: str, count: int) -> None:
    """Issue so many tickets, one after the other."""
    with opened(url) as store:
        issuing = Issuing(store, "kiosk:K1")
        for n in range(count):
            issuing.issue(TicketRequest(f"serial {n}", "ZH001"))
