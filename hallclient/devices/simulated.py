"""An emulated printer behind a real pseudo-terminal: the demo plays with it, tests talk to it.

Nothing in the product knows that it is not real; faults are switched by its attributes.
"""

import threading
from collections.abc import Callable
from pathlib import Path

from hallclient.devices.escpos import PAPER_80, Paper
from hallclient.devices.paper import PaperReader, PrintedTicket
from hallclient.devices.pseudo_terminal import PseudoDevice

_IDLE = 0x12


class EmulatedPrinter(PseudoDevice):
    """An ESC/POS printer. ``printed`` is called for each ticket in the emulator's thread.

    Faults: ``paper_out``, ``paper_near_end``, ``cover_open`` (it takes bytes and prints none of
    them), ``mute`` (reads, never answers), ``deaf`` (stops reading), ``deaf_after`` (stops once
    that many bytes of a ticket came), ``unplug()``. ``baud`` paces it like a real line.
    """

    def __init__(
        self,
        *,
        link: Path | None = None,
        paper: Paper = PAPER_80,
        printed: Callable[[PrintedTicket], None] | None = None,
        baud: int | None = None,
    ) -> None:
        self.paper_out = False
        self.paper_near_end = False
        self.cover_open = False
        self.mute = False
        self.deaf_after: int | None = None
        self._printed = printed
        self._paper = paper
        self._reader = PaperReader(paper)
        self._tickets: list[PrintedTicket] = []
        self._changed = threading.Condition()
        self._realtime = b""
        super().__init__(link=link, baud=baud)

    @property
    def tickets(self) -> tuple[PrintedTicket, ...]:
        """All tickets cut off so far."""
        with self._changed:
            return tuple(self._tickets)

    @property
    def deaf(self) -> bool:
        """Whether the printer has stopped reading."""
        return not self._reading

    @deaf.setter
    def deaf(self, deaf: bool) -> None:
        self.deaf_after = None
        self._set_reading(reading=not deaf)

    def wait_for_tickets(self, count: int, timeout: float) -> bool:
        """Wait until that many tickets came out."""
        with self._changed:
            return self._changed.wait_for(lambda: len(self._tickets) >= count, timeout)

    def _received(self, data: bytes) -> None:
        for value in data:
            self._print(self._answer_realtime(value))
            if self.deaf:
                break  # what it had taken in dies with it

    def _answer_realtime(self, value: int) -> bytes:
        """Return what is left for the paper: ``DLE EOT n`` is answered wherever it stands."""
        self._realtime += bytes((value,))
        if len(self._realtime) == 3 and value in self._answers():
            if not self.mute:
                self._send(bytes((self._answers()[value],)))
            self._realtime = b""
            return b""
        if b"\x10\x04".startswith(self._realtime):
            return b""
        rest, self._realtime = self._realtime, b""
        if rest[-1:] == b"\x10":
            rest, self._realtime = rest[:-1], b"\x10"
        return rest

    def _answers(self) -> dict[int, int]:
        """Return the answer bytes of devices.md §1 for the present state."""
        blocked = self.paper_out or self.cover_open
        stop = (0x20 if self.paper_out else 0) | (0x04 if self.cover_open else 0)
        sensor = 0x6C if self.paper_out else 0x0C if self.paper_near_end else 0
        return {1: _IDLE | (0x08 if blocked else 0), 2: _IDLE | stop, 3: _IDLE, 4: _IDLE | sensor}

    def _print(self, ink: bytes) -> None:
        if not ink:
            return
        if self.paper_out or self.cover_open:
            # What was begun is torn off with the new roll, and a half command is forgotten.
            self._reader = PaperReader(self._paper)
            return
        tickets = self._reader.feed(ink)
        if self.deaf_after is not None and self._reader.printed_bytes >= self.deaf_after:
            self._set_reading(reading=False)
        for ticket in tickets:
            with self._changed:
                self._tickets.append(ticket)
                self._changed.notify_all()
            if self._printed is not None:
                self._printed(ticket)
