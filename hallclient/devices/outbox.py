"""What the host has to say to one device: one command at a time, until it is acknowledged.

Rules:

1. Of each kind of command only the newest waits. One on its way when a newer comes is not said
   again, but its acknowledgement is waited for: else it would be taken for the newer one's.
2. A command is sent, and again after ``ack_seconds`` without an answer, ``retries`` times more.
3. Then it is given up and the device counts as silent. Any word from the device ends that.
4. A command that no device acknowledges is sent once, and calls nobody silent.

Pure: the owner writes the bytes and brings the clock (``time.monotonic`` seconds).
"""

from dataclasses import dataclass


@dataclass(slots=True)
class _Sending:
    kind: str
    data: bytes
    again_at: float
    tries_left: int
    outdated: bool = False


class Outbox:
    """Commands on their way to one device."""

    def __init__(self, *, ack_seconds: float, retries: int) -> None:
        self._ack_seconds = ack_seconds
        self._retries = retries
        self._waiting: dict[str, tuple[bytes, bool]] = {}
        self._sending: _Sending | None = None
        self.silent = False

    @property
    def sending(self) -> str | None:
        """The kind of command whose acknowledgement is awaited."""
        return None if self._sending is None else self._sending.kind

    def put(self, kind: str, data: bytes, *, acknowledged: bool = True) -> None:
        """Queue a command, one that the device acknowledges; an older one is forgotten."""
        self._waiting.pop(kind, None)
        self._waiting[kind] = (data, acknowledged)
        if self._sending is not None and self._sending.kind == kind:
            self._sending.tries_left = 0
            self._sending.outdated = True

    def clear(self) -> None:
        """Forget everything: the line broke, the owner greets the device anew."""
        self._waiting.clear()
        self._sending = None

    def acknowledged(self) -> None:
        """Note the acknowledgement of the command on its way."""
        self._sending = None
        self.silent = False

    def next(self, now: float) -> bytes | None:
        """Return what is to be written now; call again until there is nothing."""
        sending = self._sending
        if sending is not None and now < sending.again_at:
            return None
        if sending is not None and sending.tries_left:
            sending.tries_left -= 1
            sending.again_at = now + self._ack_seconds
            return sending.data
        if sending is not None:
            self._sending = None
            self.silent = self.silent or not sending.outdated
        return self._begin(now)

    def due_at(self) -> float | None:
        """Return when ``next`` is wanted: 0 for at once, ``None`` for not before ``put``."""
        if self._sending is not None:
            return self._sending.again_at
        return 0.0 if self._waiting else None

    def _begin(self, now: float) -> bytes | None:
        if not self._waiting:
            return None
        kind = next(iter(self._waiting))
        data, acknowledged = self._waiting.pop(kind)
        if acknowledged:
            self._sending = _Sending(kind, data, now + self._ack_seconds, self._retries)
        return data
