"""A GSM modem on a link: sends text messages in PDU mode (devices.md §2.4).

A message is *sent* when the modem has said so for all its parts, *failed* when surely none went
out, and *unknown* in every other case: the modem fell silent behind the text, the port was lost,
or a later part was refused. An unknown message is never tried again by itself: whoever is called
twice stands at the window twice. Numbers and texts are in no log line.
"""

import itertools
import logging
import re
import threading
import time
from collections.abc import Callable, Iterator

from hallclient.devices.link import Link
from hallclient.devices.member import Channel
from hallclient.devices.pdu import DAY_MINUTES, Pdu, encode_message
from hallclient.services.ports_devices import DeviceState, MessageFate

log = logging.getLogger(__name__)

ANSWER_SECONDS = 5.0
SENT_SECONDS = 60.0
"""A network may take its time for one part (3GPP TS 27.005 leaves it open)."""
CHECK_SECONDS = 30.0
SET_UP = ("ATE0", "AT+CMEE=1", "AT+CMGF=0")
CTRL_Z, ESCAPE = b"\x1a", b"\x1b"
MAX_LINE = 512
_FINAL = re.compile(rb"OK|ERROR|\+CM[ES] ERROR: ?\d{1,5}")
_TAKEN = re.compile(rb"\+CMGS: ?\d{1,3}(?:,.*)?")
"""The network's own acknowledgement may stand behind the reference (3GPP TS 27.005 §3.5.1)."""
_TIMED_OUT = re.compile(rb"\+CMS ERROR: ?332")
"""The network did not answer: it may have the text all the same (3GPP TS 27.005 §3.2.5)."""
_PROMPT = re.compile(rb"(?:^|[\r\n])> ?$")


EndOfMessage = Callable[[MessageFate], None]


class _SilentError(Exception):
    """The modem did not answer in time."""


class _Talk:
    """One conversation by AT commands: a line out, lines in until a final result."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel
        self._buffer = bytearray()
        self.handed_over = False
        """Whether a text may have reached the modem."""

    def quiet(self) -> None:
        """Drop what the modem said unasked."""
        while self._channel.read(0.0):
            pass
        self._buffer.clear()

    def ask(self, command: str, seconds: float = ANSWER_SECONDS) -> list[bytes]:
        """Send a command and return its answer, the final result last."""
        self.quiet()
        self._channel.write(command.encode("ascii") + b"\r")
        return list(self.answer(seconds))

    def answer(self, seconds: float) -> Iterator[bytes]:
        """Return lines up to a final result; ``_SilentError`` when none comes in time."""
        deadline = time.monotonic() + seconds
        while True:
            line = self._line(deadline)
            yield line
            if _FINAL.fullmatch(line):
                return

    def prompt(self, command: str, seconds: float = ANSWER_SECONDS) -> bool:
        """Send a command that is followed by text; return whether the modem wants the text."""
        self.quiet()
        self._channel.write(command.encode("ascii") + b"\r")
        deadline = time.monotonic() + seconds
        while not _PROMPT.search(self._buffer):
            if any(_FINAL.fullmatch(line.strip()) for line in self._buffer.splitlines()):
                return False
            self._more(deadline)
        self._buffer.clear()
        return True

    def write(self, data: bytes) -> None:
        self._channel.write(data)

    def _line(self, deadline: float) -> bytes:
        while True:
            line, newline, rest = self._buffer.partition(b"\n")
            if newline:
                self._buffer[:] = rest
                if line.strip():
                    return bytes(line.strip())
                continue
            self._more(deadline)

    def _more(self, deadline: float) -> None:
        left = deadline - time.monotonic()
        if left <= 0:
            raise _SilentError
        self._buffer += self._channel.read(left)
        del self._buffer[:-MAX_LINE]  # noise without line ends is not kept


class SmsModem:
    """Fulfils ``services.ports_devices.MessageSenderPort`` on a link of its own."""

    def __init__(self, link: Link, *, answer_seconds: float = ANSWER_SECONDS) -> None:
        self._answer_seconds = answer_seconds
        self._references = itertools.cycle(range(256))
        # Not before the port was opened: that sets the modem up.
        self._check_at = time.monotonic() + CHECK_SECONDS
        self._closed = threading.Event()
        self._member = link.join(self)

    @property
    def state(self) -> DeviceState:
        """Where the link stands now; any thread."""
        return self._member.state

    def send(self, number: str, text: str, *, minutes: int = DAY_MINUTES) -> MessageFate:
        """Send one message that is of use for so many minutes; waits for the modem's word."""
        if self._closed.is_set():
            return MessageFate.FAILED
        try:
            pdus = encode_message(
                number, text, reference=next(self._references), validity_minutes=minutes
            )
        except ValueError as error:
            log.warning("a text message cannot be sent: %s", error)
            return MessageFate.FAILED
        done = threading.Event()
        fates: list[MessageFate] = []

        def end(fate: MessageFate) -> None:
            fates.append(fate)
            done.set()

        self._member.submit(
            lambda channel: self._send(pdus, channel, end), lambda _reason: end(MessageFate.FAILED)
        )
        # The link answers every job; the limit is for the case that it does not.
        done.wait((SENT_SECONDS + 2 * ANSWER_SECONDS) * len(pdus) + ANSWER_SECONDS)
        return fates[0] if fates else MessageFate.UNKNOWN

    def close(self) -> None:
        """Send nothing more. The link belongs to whoever made it."""
        self._closed.set()

    # The link's client, in the worker thread.

    @property
    def gap_seconds(self) -> float | None:
        """No frames, no gap."""
        return None

    def opened(self, channel: Channel) -> None:
        """Set the modem up; one that is silent is asked again by ``due``."""
        self._set_up(channel)

    def received(self, data: bytes, channel: Channel) -> None:
        """Drop what the modem says unasked (rings, registrations)."""

    def silent(self, channel: Channel) -> None:
        """Nothing to do, see ``gap_seconds``."""

    def due(self, now: float) -> float | None:
        """Look now and then whether the modem still answers."""
        if now >= self._check_at:
            self._check_at = now + CHECK_SECONDS
            self._member.submit(self._set_up, lambda _reason: None)
        return self._check_at

    def _set_up(self, channel: Channel) -> None:
        self._check_at = time.monotonic() + CHECK_SECONDS
        talk = _Talk(channel)
        try:
            # What an interrupted message left open is closed first.
            talk.write(ESCAPE)
            answers = [talk.ask(command, self._answer_seconds)[-1] for command in ("AT", *SET_UP)]
        except _SilentError:
            channel.answers(answers=False)
            return
        ready = all(answer == b"OK" for answer in answers)
        channel.answers(answers=ready)
        if not ready:
            log.warning("the modem refuses its settings")

    def _send(self, pdus: tuple[Pdu, ...], channel: Channel, end: EndOfMessage) -> None:
        """Send all parts; ``end`` gets exactly one fate, also when the port is lost."""
        if self.state is DeviceState.STALE:  # switched off meanwhile, it has forgotten its settings
            self._set_up(channel)
        talk = _Talk(channel)
        fate = None
        try:
            fate = self._parts(pdus, talk, channel)
        finally:
            end(fate or (MessageFate.UNKNOWN if talk.handed_over else MessageFate.FAILED))

    def _parts(self, pdus: tuple[Pdu, ...], talk: _Talk, channel: Channel) -> MessageFate:
        for place, pdu in enumerate(pdus):
            fate = self._part(pdu, talk, channel)
            if fate is not MessageFate.SENT:
                return MessageFate.UNKNOWN if place else fate
        return MessageFate.SENT

    def _part(self, pdu: Pdu, talk: _Talk, channel: Channel) -> MessageFate:
        try:
            wanted = talk.prompt(f"AT+CMGS={pdu.length}", self._answer_seconds)
        except _SilentError:
            channel.answers(answers=False)
            talk.write(ESCAPE)
            return MessageFate.FAILED
        if not wanted:
            log.warning("the modem refused a text message")
            return MessageFate.FAILED
        talk.handed_over = True
        talk.write(pdu.hex.encode("ascii") + CTRL_Z)
        try:
            lines = list(talk.answer(SENT_SECONDS))
        except _SilentError:
            channel.answers(answers=False)
            return MessageFate.UNKNOWN
        taken = any(_TAKEN.fullmatch(line) for line in lines)
        if lines[-1] == b"OK":
            return MessageFate.SENT if taken else MessageFate.UNKNOWN
        if taken or _TIMED_OUT.fullmatch(lines[-1]):
            return MessageFate.UNKNOWN
        log.warning("the network refused a text message")
        return MessageFate.FAILED
