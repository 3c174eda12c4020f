"""What a printer is told and tells over its port, apart from slips (devices.md §1).

Two ways lead to its state: asking (``DLE EOT``, executed on arrival, so the answer behind a slip
proves that the slip arrived) and its own reports (ASB, within milliseconds of a change). A printer
forgets the wish for reports at power-on and at each ``ESC @``, so it is renewed whenever the
printer was found fit; one that is not fit might only store it.
"""

import time
from collections.abc import Callable

from hallclient.devices.escpos_status import (
    ASB_ON,
    ERROR_BIT,
    QUERY,
    QUERY_ERROR,
    QUERY_KINDS,
    Answer,
    AutomaticStatus,
    FlowControl,
    PrinterStatus,
    StatusParser,
    status_from_answers,
)
from hallclient.devices.member import Channel
from hallclient.devices.transport import PortSettings, WriteTimeout

ANSWER_SECONDS = 0.5
SETTLE_SECONDS = 0.1
BITS_PER_BYTE = 10
MAX_STALE_READS = 64


class PrinterTalk:
    """One printer's side of a channel; ``seen`` gets every state told. Worker thread only."""

    def __init__(self, settings: PortSettings, seen: Callable[[PrinterStatus], None]) -> None:
        self._settings = settings
        self._seen = seen
        self.opened()

    def opened(self) -> None:
        """Forget everything: the port is open anew, maybe with another printer behind it."""
        self._parser = StatusParser()
        self._late_answers = False
        self.reports = False
        """Whether the printer has told its state unasked."""
        self._stopped = False

    def wire_seconds(self, data: bytes) -> float:
        """Return how long bytes take on the line."""
        return len(data) * BITS_PER_BYTE / self._settings.baud

    def hear(self, data: bytes, channel: Channel) -> list[int]:
        """Take bytes from the printer; return the answers in them."""
        answers: list[int] = []
        for event in self._parser.feed(data):
            if isinstance(event, Answer):
                answers.append(event.value)
            elif isinstance(event, AutomaticStatus):
                self.reports = True
                channel.answers(answers=True)
                self._seen(event.status)
            elif isinstance(event, FlowControl):
                self._stopped = event.stopped
        return answers

    def ask(self, channel: Channel, seconds: float = ANSWER_SECONDS) -> PrinterStatus | None:
        """Query the printer; ``None`` when it does not answer in full."""
        self._hear_stale(channel)
        channel.write(QUERY)
        answers = self._answers(channel, len(QUERY_KINDS), seconds)
        complete = len(answers) >= len(QUERY_KINDS)
        if complete and self._late_answers:
            # It was silent before: the first answers may belong to the earlier questions.
            complete = self._settled(answers, channel)
        self._late_answers = not complete
        channel.answers(answers=complete)
        if not complete:
            return None
        status = self._status(answers[-len(QUERY_KINDS) :], channel)
        if status.online:
            self._stopped = False  # an XON may have been lost with the cable
        self._seen(status)
        return status

    def want_reports(self, channel: Channel) -> None:
        """Ask the printer to tell changes by itself; it answers with its state."""
        channel.write(ASB_ON)

    def write(self, data: bytes, channel: Channel) -> None:
        """Send a slip in pieces, none so long that a slow line would look dead.

        Raises ``WriteTimeout``, also when the printer said stop (XOFF) and did not go on.
        """
        patience = self._settings.write_timeout
        piece = max(16, int(self._settings.baud / BITS_PER_BYTE * patience / 2))
        for start in range(0, len(data), piece):
            self.hear(channel.read(0.0), channel)
            self._wait_until_wanted(channel)
            channel.write(data[start : start + piece])

    def _wait_until_wanted(self, channel: Channel) -> None:
        deadline = time.monotonic() + self._settings.write_timeout
        while self._stopped:
            left = deadline - time.monotonic()
            if left <= 0:
                self._stopped = False
                raise WriteTimeout("the printer takes no bytes")
            self.hear(channel.read(left), channel)

    def _hear_stale(self, channel: Channel) -> None:
        for _ in range(MAX_STALE_READS):
            stale = channel.read(0.0)
            if not stale:
                return
            self.hear(stale, channel)

    def _settled(self, answers: list[int], channel: Channel) -> bool:
        """Add what still comes; false for a device that never stops talking."""
        deadline = time.monotonic() + ANSWER_SECONDS
        while late := channel.read(SETTLE_SECONDS):
            answers += self.hear(late, channel)
            if time.monotonic() > deadline:
                return False
        return True

    def _answers(self, channel: Channel, count: int, seconds: float) -> list[int]:
        """Return the answers that come, until there are ``count`` or time is up."""
        answers: list[int] = []
        deadline = time.monotonic() + seconds
        while len(answers) < count and (left := deadline - time.monotonic()) > 0:
            answers += self.hear(channel.read(left), channel)
        return answers

    def _status(self, answers: list[int], channel: Channel) -> PrinterStatus:
        n1, n2, n4 = answers
        if not n2 & ERROR_BIT:
            return status_from_answers(n1, n2, n4)
        channel.write(QUERY_ERROR)
        kinds = self._answers(channel, 1, ANSWER_SECONDS)
        self._late_answers = not kinds
        return status_from_answers(n1, n2, n4, *kinds[-1:])
