"""An emulated ESC/POS printer behind a real pseudo-terminal: the demo and tests print on it.

Nothing in the product knows that it is not real; faults are switched by its attributes.
"""

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from hallclient.devices.escpos import PAPER_80, Paper
from hallclient.devices.paper import PrintedTicket
from hallclient.devices.paper_reader import PaperReader
from hallclient.devices.pseudo_terminal import PseudoDevice

_IDLE = 0x12
_XOFF, _XON = b"\x13", b"\x11"


class _Fault:
    """A switch of the printer; turning it is seen by the sensors, so the printer may report."""

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = f"_{name}"

    def __get__(self, printer: "EmulatedPrinter", owner: type | None = None) -> bool:
        return bool(getattr(printer, self._name, False))

    def __set__(self, printer: "EmulatedPrinter", there: bool) -> None:  # noqa: FBT001  a descriptor
        setattr(printer, self._name, there)
        printer.sensors_changed()


class EmulatedPrinter(PseudoDevice):
    """An ESC/POS printer. ``printed`` is called for each ticket in the emulator's thread.

    Faults: ``paper_out``, ``cover_open``, ``cutter_error``, ``head_hot`` (it takes bytes and prints
    none of them), ``paper_near_end``, ``mute`` (reads, never answers), ``deaf`` (stops reading),
    ``deaf_after`` (stops once that many bytes of a ticket came), ``slow`` (seconds before each
    answer), ``noise`` (bytes before each answer), ``set_busy`` (XOFF and XON),
    ``unplug()``. ``baud`` paces it like a real line; ``reports`` false is a printer without ASB.
    """

    paper_out, paper_near_end, cover_open = _Fault(), _Fault(), _Fault()
    cutter_error, head_hot = _Fault(), _Fault()

    def __init__(
        self,
        *,
        link: Path | None = None,
        paper: Paper = PAPER_80,
        printed: Callable[[PrintedTicket], None] | None = None,
        baud: int | None = None,
        reports: bool = True,
    ) -> None:
        self.mute = False
        self.slow = 0.0
        self.noise = b""
        self.deaf_after: int | None = None
        self._reports = reports
        self._wanted = 0
        self._printed = printed
        self._paper = paper
        self._reader = PaperReader(paper, self._want)
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
    def reporting(self) -> bool:
        """Whether the printer was asked to report changes by itself."""
        with self._changed:
            return bool(self._wanted)

    @property
    def deaf(self) -> bool:
        """Whether the printer has stopped reading."""
        return not self._reading

    @deaf.setter
    def deaf(self, deaf: bool) -> None:
        self.deaf_after = None
        self._set_reading(reading=not deaf)

    def set_busy(self, *, busy: bool) -> None:
        """Say stop (XOFF) or go on (XON)."""
        self._send(_XOFF if busy else _XON)

    def switch_off_and_on(self) -> None:
        """Forget what a printer forgets without power: half a slip, the wish for reports."""
        self._want(0)
        self._reader = PaperReader(self._paper, self._want)

    def wait_for_tickets(self, count: int, timeout: float) -> bool:
        """Wait until that many tickets came out."""
        with self._changed:
            return self._changed.wait_for(lambda: len(self._tickets) >= count, timeout)

    def wait_for_wish(self, timeout: float) -> bool:
        """Wait until the printer was asked to report changes by itself."""
        with self._changed:
            return self._changed.wait_for(lambda: bool(self._wanted), timeout)

    def sensors_changed(self) -> None:
        """Report by itself, if that was asked for; any thread."""
        if getattr(self, "_wanted", 0):
            self._answer(self._report())

    def _received(self, data: bytes) -> None:
        for value in data:
            self._print(self._answer_realtime(value))
            if self.deaf:
                break  # what it had taken in dies with it

    def _answer_realtime(self, value: int) -> bytes:
        """Return what is left for the paper: ``DLE EOT n`` is answered wherever it stands."""
        self._realtime += bytes((value,))
        if len(self._realtime) == 3 and value in self._answers():
            self._answer(bytes((self._answers()[value],)))
            self._realtime = b""
            return b""
        if b"\x10\x04".startswith(self._realtime):
            return b""
        rest, self._realtime = self._realtime, b""
        if rest[-1:] == b"\x10":
            rest, self._realtime = rest[:-1], b"\x10"
        return rest

    def _answer(self, data: bytes) -> None:
        if self.mute:
            return
        if self.slow:
            self._paced.wait(self.slow)
        self._send(self.noise + data)

    @property
    def _blocked(self) -> bool:
        return self.paper_out or self.cover_open or self.cutter_error or self.head_hot

    def _answers(self) -> dict[int, int]:
        """Return the answer bytes of devices.md §1 for the present state."""
        error = self.cutter_error or self.head_hot
        stop = _bits({0x20: self.paper_out, 0x04: self.cover_open, 0x40: error})
        cause = _bits({0x08: self.cutter_error, 0x40: self.head_hot})
        sensor = 0x6C if self.paper_out else 0x0C if self.paper_near_end else 0
        blocked = _bits({0x08: self._blocked})
        return {1: _IDLE | blocked, 2: _IDLE | stop, 3: _IDLE | cause, 4: _IDLE | sensor}

    def _report(self) -> bytes:
        """Return the four bytes of an automatic status."""
        first = 0x10 | _bits({0x08: self._blocked, 0x20: self.cover_open})
        second = _bits({0x08: self.cutter_error, 0x40: self.head_hot})
        sensor = 0x0F if self.paper_out else 0x03 if self.paper_near_end else 0
        return bytes((first, second, sensor, 0))

    def _want(self, kinds: int) -> None:
        with self._changed:
            self._wanted = kinds if self._reports else 0
            self._changed.notify_all()
        self.sensors_changed()

    def _print(self, ink: bytes) -> None:
        if not ink:
            return
        if self._blocked:
            # What was begun is torn off with the new roll, and a half command is forgotten.
            self._reader = PaperReader(self._paper, self._want)
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


def _bits(switches: dict[int, Any]) -> int:
    return sum(bit for bit, there in switches.items() if there)
