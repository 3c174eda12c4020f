"""One open port in the hands of a link's worker: who may speak, who gets to hear.

Rules of a line, RS485 buses first of all:

1. What comes in is heard by every member; each picks its own frames.
2. Nothing is written into a frame that is coming in, but no babbling device silences the host
   for more than ``MAX_HOLD_SECONDS``.
3. On a bus (more than one member) a device gets ``ANSWER_SECONDS`` to begin its answer before
   the next one is spoken to, and the line ``SWITCH_SECONDS`` to change direction.
4. Answers to received frames go out before jobs; where they do not end, a job has every fourth
   turn, and no device has more than ``MOST_ANSWERS`` waiting: a stuck key silences nobody.
5. Trouble of one member's code or device is that member's; only a lost port ends the line.
"""

import logging
import time
from collections import deque
from collections.abc import Callable, Sequence

from hallclient.devices.member import Channel, Member, Run
from hallclient.devices.own_echo import OwnEcho
from hallclient.devices.transport import BITS_PER_BYTE, Port, PortLost, WriteTimeout

log = logging.getLogger(__name__)

ANSWER_SECONDS = 0.05
SWITCH_SECONDS = 0.004
MAX_HOLD_SECONDS = 0.5
BUS_READ_SECONDS = 0.05
MOST_ANSWERS = 3


class Line:
    """Gives members their turns on an open port. Belongs to the worker thread."""

    def __init__(self, port: Port, members: Sequence[Member], baud: int) -> None:
        self._port = port
        self._members = tuple(members)
        self._baud = baud
        self.shared = len(self._members) > 1
        now = time.monotonic()
        self._clear_at = now
        self._held_since: float | None = None
        self._own_echo = OwnEcho(BITS_PER_BYTE / baud)
        self._greetings = deque(self._members)
        self._answers: deque[tuple[Member, bytes]] = deque()
        self._answers_given = 0
        for member in self._members:
            member.quiet_since = now

    def has_urgent(self, *, jobs: bool) -> bool:
        """Whether the next turn is a greeting's or an answer's; ``jobs`` says that jobs wait."""
        if self._greetings or not self._answers:
            return bool(self._greetings)
        return not jobs or self._answers_given < MOST_ANSWERS

    def hold(self, now: float) -> float:
        """Return for how many seconds nobody may speak; 0 when the line is clear."""
        wait = max(0.0, self._clear_at - now, *(at - now for at in self._silences().values()))
        if wait == 0.0:
            self._held_since = None
        elif self._held_since is None:
            self._held_since = now
        elif now - self._held_since >= MAX_HOLD_SECONDS:
            return 0.0
        return wait

    def give_urgent_turn(self) -> None:
        """Let the oldest greeting or answer out."""
        if self._greetings:
            member = self._greetings.popleft()
            self._give_turn(member, member.client.opened)
            return
        member, data = self._answers.popleft()
        self._answers_given += 1
        self._give_turn(member, lambda channel: channel.write(data))

    def give_job_turn(self, member: Member, run: Run) -> None:
        """Run a member's job."""
        self._answers_given = 0
        self._give_turn(member, run)

    def _give_turn(self, member: Member, run: Run) -> None:
        """Give a member the line; afterwards the others hear what came in during it."""
        turn = _Turn(self, self._port, member)
        self._held_since = None
        try:
            self._guard(member, lambda: run(turn))
        finally:
            self._clear_at = time.monotonic() + self._reserved(turn)
        if self.shared and turn.heard:
            self._hand_out(bytes(turn.heard), without=member)

    def listen(self, timeout: float) -> None:
        """Wait up to ``timeout`` seconds for bytes and hand them out, or note a silence."""
        now = time.monotonic()
        until_silence = [at - now for at in self._silences().values()]
        data = self._port.read(max(0.0, min([timeout, *until_silence])))
        if data:
            if self.shared:
                data = self.without_echo(data)
                self._clear_at = time.monotonic() + SWITCH_SECONDS
            if data:
                self._hand_out(data)
        else:
            self._note_silence()

    def reply_later(self, member: Member, data: bytes) -> None:
        """Let bytes out as soon as the line is clear."""
        if sum(waiting is member for waiting, _data in self._answers) < MOST_ANSWERS:
            self._answers.append((member, data))

    def wrote(self, data: bytes) -> None:
        """Note what was written: an adapter may give it back."""
        self._own_echo.wrote(data, time.monotonic())

    def without_echo(self, data: bytes) -> bytes:
        """Return what devices said of what came in."""
        return self._own_echo.without(data, time.monotonic())

    def _silences(self) -> dict[Member, float]:
        """Return when the line will have been silent for long enough inside a member's frame."""
        return {
            member: member.quiet_since + max(gap, self._port.least_gap)
            for member in self._members
            if (gap := member.client.gap_seconds) is not None
        }

    def _reserved(self, turn: "_Turn") -> float:
        """Return for how long the line belongs to the device just spoken to."""
        if not self.shared or not turn.written:
            return 0.0
        return turn.written * BITS_PER_BYTE / self._baud + ANSWER_SECONDS

    def _hand_out(self, data: bytes, without: Member | None = None) -> None:
        now = time.monotonic()
        for member in self._members:
            member.quiet_since = now
            if member is not without:
                self._call(member, lambda m, reply: m.client.received(data, reply))

    def _note_silence(self) -> None:
        now = time.monotonic()
        for member, silent_at in self._silences().items():
            if now >= silent_at:
                member.quiet_since = now
                self._call(member, lambda m, reply: m.client.silent(reply))

    def _call(self, member: Member, call: Callable[[Member, Channel], None]) -> None:
        self._guard(member, lambda: call(member, _Reply(self, member)))

    def _guard(self, member: Member, action: Callable[[], None]) -> None:
        """Run device code: a lost port ends the line, anything else is only logged."""
        try:
            action()
        except WriteTimeout as error:
            log.info("%s", error)
        except PortLost:
            raise
        except Exception:
            log.exception("a device callback failed on %s", member.name)


class _Turn:
    """The channel of a member that has the line."""

    def __init__(self, line: Line, port: Port, member: Member) -> None:
        self._line = line
        self._port = port
        self._member = member
        self.heard = bytearray()
        self.written = 0

    def read(self, timeout: float) -> bytes:
        if not self._line.shared:
            return self._port.read(timeout)
        data = self._line.without_echo(self._port.read(min(timeout, BUS_READ_SECONDS)))
        self.heard += data
        return data

    def write(self, data: bytes) -> None:
        try:
            self._port.write(data)
        except WriteTimeout:
            self._member.took_bytes(took=False)
            self._port.discard_unsent()  # what is late must not come out as a surprise
            raise
        self.written += len(data)
        self._line.wrote(data)
        self._member.took_bytes(took=True)

    def answers(self, *, answers: bool) -> None:
        self._member.answered(answers=answers)


class _Reply:
    """The channel of a member that is listening: what it writes waits for a clear line."""

    def __init__(self, line: Line, member: Member) -> None:
        self._line = line
        self._member = member

    def read(self, timeout: float) -> bytes:  # noqa: ARG002 - what came in was handed over
        return b""

    def write(self, data: bytes) -> None:
        self._line.reply_later(self._member, data)

    def answers(self, *, answers: bool) -> None:
        self._member.answered(answers=answers)
