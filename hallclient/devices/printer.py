"""A ticket printer on a link.

Each request asks the printer first, writes the ticket, and asks again behind it. The second
answer travels after the ticket's bytes, so it proves that they arrived. Rules (devices.md §1):

- asked first, the printer is out of paper, open, in error or silent: nothing is sent, the
  outcome is *not printed* with the reason;
- after a write time-out, a lost port, or silence or trouble behind the ticket, bytes may be on
  paper: the outcome is *unknown*. Nothing is ever sent twice by itself.
"""

import itertools
import logging
import time
from collections.abc import Callable

from hallclient.devices.escpos import PAPER_80, Paper, encode_ticket
from hallclient.devices.escpos_status import (
    QUERY,
    QUERY_KINDS,
    Answer,
    PaperState,
    PrinterStatus,
    StatusParser,
    status_from_answers,
)
from hallclient.devices.link import Channel, Link
from hallclient.devices.transport import DeviceError, PortLost, WriteTimeout
from hallclient.services.ports_devices import (
    DeviceState,
    PrintOutcome,
    PrintResult,
    PrintTrouble,
)
from hallclient.services.slip import MAX_QR_PAYLOAD, TicketSlip

log = logging.getLogger(__name__)

ANSWER_SECONDS = 0.5
SETTLE_SECONDS = 0.1
CHECK_SECONDS = 2.0
BITS_PER_BYTE = 10
HEAD_BYTES = 4
# After a torn write the printer may still wait for the rest of a QR store. NULs end it and print
# nothing; the longest store is the payload and three bytes.
RESYNC = bytes(MAX_QR_PAYLOAD + 3)


class TicketPrinter:
    """Prints tickets; ``finished`` gets exactly one outcome per request, in the worker thread.

    It may arrive before ``print_ticket`` has returned the request's number. Requests still queued
    when the link is closed end as not printed.
    """

    def __init__(
        self,
        link: Link,
        finished: Callable[[PrintOutcome], None],
        *,
        paper: Paper = PAPER_80,
    ) -> None:
        self._finished = finished
        self._paper = paper
        self._baud = link.settings.baud
        self._requests = itertools.count(1)
        self._late_answers = False
        self._torn = False
        self._check_at = 0.0
        self._member = link.join(self)

    @property
    def state(self) -> DeviceState:
        """Where the printer stands now; any thread."""
        return self._member.state

    def watch(self, changed: Callable[[DeviceState], None]) -> None:
        """Call ``changed`` at every change of state, in the worker thread."""
        self._member.watch(changed)

    def print_ticket(self, slip: TicketSlip) -> int:
        """Queue a ticket and return its request number at once."""
        request = next(self._requests)
        data = encode_ticket(slip, self._paper)
        self._member.submit(
            lambda channel: self._print(request, data, channel),
            lambda _reason: self._not_printed(request, PrintTrouble.ABSENT),
        )
        return request

    # The link's client: a printer talks only when asked.

    @property
    def gap_seconds(self) -> float | None:
        """No frames, no gap."""
        return None

    def opened(self, channel: Channel) -> None:
        """Find out whether anybody answers."""
        self._late_answers = False
        self._ask(channel, ANSWER_SECONDS)

    def received(self, data: bytes, channel: Channel) -> None:
        """Drop what the printer says unasked, but note that it lives."""
        if any(isinstance(event, Answer) for event in StatusParser().feed(data)):
            channel.answers(answers=True)

    def silent(self, channel: Channel) -> None:
        """Nothing to do, see ``gap_seconds``."""

    def due(self, now: float) -> float | None:
        """Ask a silent printer now and then, so that its return is seen before the next visitor."""
        if self.state is not DeviceState.STALE:
            self._check_at = now + CHECK_SECONDS
            return None
        if now >= self._check_at:
            self._check_at = now + CHECK_SECONDS
            self._member.submit(self._check, _ignore)
        return self._check_at

    def _check(self, channel: Channel) -> None:
        self._ask(channel, ANSWER_SECONDS)

    # One request, in the worker thread.

    def _print(self, request: int, data: bytes, channel: Channel) -> None:
        try:
            status = self._ask(channel, ANSWER_SECONDS) or self._ask(channel, ANSWER_SECONDS)
        except (PortLost, WriteTimeout) as error:
            lost = isinstance(error, PortLost)
            self._not_printed(request, PrintTrouble.ABSENT if lost else PrintTrouble.OFFLINE)
            raise
        trouble = _trouble(status)
        if trouble is not None:
            self._not_printed(request, trouble)
            return
        self._send(request, data, channel)

    def _send(self, request: int, data: bytes, channel: Channel) -> None:
        first_byte_at = None
        try:
            if self._torn:
                channel.write(RESYNC)
                self._torn = False
            # The head alone only initialises the printer; its time is the first byte's.
            channel.write(data[:HEAD_BYTES])
            first_byte_at = time.monotonic()
            channel.write(data[HEAD_BYTES:])
            status = self._ask(channel, ANSWER_SECONDS + self._wire_seconds(data))
        except (PortLost, WriteTimeout) as error:
            self._torn = True
            lost = isinstance(error, PortLost)
            reason = PrintTrouble.ABSENT if lost else self._last_words(channel)
            self._finish(PrintOutcome(request, PrintResult.UNKNOWN, reason, first_byte_at))
            raise
        trouble = _trouble(status)
        self._torn = status is None
        low = status is not None and status.paper is not PaperState.OK
        result = PrintResult.PRINTED if trouble is None else PrintResult.UNKNOWN
        self._finish(PrintOutcome(request, result, trouble, first_byte_at, low))

    def _last_words(self, channel: Channel) -> PrintTrouble:
        """Ask a printer that takes no bytes what the matter is."""
        try:
            return _trouble(self._ask(channel, ANSWER_SECONDS)) or PrintTrouble.OFFLINE
        except DeviceError:
            return PrintTrouble.OFFLINE

    def _ask(self, channel: Channel, seconds: float) -> PrinterStatus | None:
        """Query the printer; ``None`` when it does not answer in full."""
        while channel.read(0.0):
            pass  # stale bytes
        parser = StatusParser()
        answers: list[int] = []
        channel.write(QUERY)
        deadline = time.monotonic() + seconds
        while len(answers) < len(QUERY_KINDS) and (left := deadline - time.monotonic()) > 0:
            answers += _answers(parser, channel.read(left))
        complete = len(answers) >= len(QUERY_KINDS)
        if complete and self._late_answers:
            # It was silent before: the first answers may belong to the earlier questions.
            while late := channel.read(SETTLE_SECONDS):
                answers += _answers(parser, late)
        self._late_answers = not complete
        channel.answers(answers=complete)
        return status_from_answers(*answers[-len(QUERY_KINDS) :]) if complete else None

    def _wire_seconds(self, data: bytes) -> float:
        return len(data) * BITS_PER_BYTE / self._baud

    def _not_printed(self, request: int, trouble: PrintTrouble) -> None:
        self._finish(PrintOutcome(request, PrintResult.NOT_PRINTED, trouble))

    def _finish(self, outcome: PrintOutcome) -> None:
        log.info("print request %d: %s", outcome.request, outcome.result)
        self._finished(outcome)


def _ignore(_reason: DeviceError) -> None:
    """Leave a check that could not be made to the next one."""


def _answers(parser: StatusParser, data: bytes) -> list[int]:
    return [event.value for event in parser.feed(data) if isinstance(event, Answer)]


def _trouble(status: PrinterStatus | None) -> PrintTrouble | None:
    """Return why a printer in this state prints nothing, ``None`` when it would print."""
    if status is None:
        return PrintTrouble.OFFLINE
    if status.cover_open:
        return PrintTrouble.COVER_OPEN
    if status.paper is PaperState.OUT:
        return PrintTrouble.PAPER_OUT
    return None if status.can_print else PrintTrouble.OFFLINE
