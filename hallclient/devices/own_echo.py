"""What a cheap RS485 adapter gives back of what the host itself has said.

Such an adapter listens while it speaks. Taken for a device's words, the host's own ``ask`` to a
keypad would be a key of the caller at the same address (devices.md §2.1). So on a shared line
bytes that repeat what was just written, from its beginning and soon enough, are dropped.
"""

from collections import deque

ECHO_SECONDS = 0.05
"""How long after the last byte went out an echo may come in: an adapter's own delay."""


class OwnEcho:
    """Remembers what was written and takes it out of what comes in. Belongs to one thread.

    A device's own frame begins like ours: bytes are held back until it is clear whose they are.
    """

    def __init__(self, seconds_per_byte: float) -> None:
        self._seconds_per_byte = seconds_per_byte
        self._said: deque[bytes] = deque()
        self._held = 0
        self._until = 0.0

    def wrote(self, data: bytes, now: float) -> None:
        """Note what goes out at ``now`` (monotonic seconds)."""
        if now > self._until and not self._held:
            self._said.clear()
        self._said.append(data)
        self._until = max(self._until, now + ECHO_SECONDS) + len(data) * self._seconds_per_byte

    def without(self, data: bytes, now: float) -> bytes:
        """Return what came in at ``now`` without the echoes at its beginning."""
        if now > self._until:
            return self._give_back() + data
        while self._said and data:
            rest = self._said[0][self._held :]
            size = min(len(rest), len(data))
            if rest[:size] != data[:size]:  # a device speaks: no echo is on its way
                return self._give_back() + data
            data = data[size:]
            self._held += size
            if size == len(rest):
                self._said.popleft()
                self._held = 0
        return data

    def _give_back(self) -> bytes:
        """Return what was held back for an echo and is none."""
        held = self._said[0][: self._held] if self._said else b""
        self._said.clear()
        self._held = 0
        return held
