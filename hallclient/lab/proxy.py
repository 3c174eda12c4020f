"""A cable of the lab: a TCP proxy before a server that can be cut, slowed, frozen and mended.

Whoever connects to it reaches a server by TCP or a Unix socket. Everything is done on the
connections that pass and on new ones alike, from the next byte on::

    with Proxy(("127.0.0.1", 5432)) as cable:
        cable.cut()          # nobody listens, every connection is reset
        cable.freeze()       # connections stand, new ones too, not a byte passes
        cable.forget()       # half open: the server's ends are closed, the clients' are silent
        cable.delay(0.15)    # seconds, each way
        cable.trickle(2000)  # bytes a second, each way
        cable.reset()        # what is open is reset, new ones pass
        cable.heal()         # all is well again, what was frozen goes on

It answers for TCP itself: a byte that it holds back is acknowledged to the sender's kernel, as by a
server that hangs. Lost packets it cannot play.
"""

import selectors
import socket
import struct
import threading
import time
from collections import deque
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final, Self

_CHUNK: Final = 1 << 16
_MOST: Final = 1 << 20
"""So many bytes wait in one direction before the sender has to."""
_STEP_S: Final = 0.05
"""A trickle runs in steps of this."""
_LINGER_NONE: Final = struct.pack("ii", 1, 0)

Server = tuple[str, int] | str
"""Host and port, or the path of a Unix socket."""


@dataclass(slots=True, eq=False)
class _Way:
    """One direction of a connection: what was read and when each piece may go on."""

    source: socket.socket
    target: socket.socket
    held: deque[tuple[float, bytes]] = field(default_factory=deque)
    size: int = 0
    deaf: bool = False
    """So much is held that the source is not read: the sender waits."""
    ended: bool = False
    """The source has said all."""
    shut: bool = False
    free_at: float = 0.0
    """When a trickle may pass its next piece."""

    @property
    def due(self) -> float | None:
        """Return when something can go on."""
        return max(self.held[0][0], self.free_at) if self.held else None


@dataclass(slots=True, eq=False)
class _Pair:
    """A client's connection and the server's."""

    client: socket.socket
    server: socket.socket
    ways: tuple[_Way, _Way]
    forgotten: bool = False

    @property
    def over(self) -> bool:
        """Return whether both have said all, and it was passed on."""
        return not self.forgotten and all(way.shut for way in self.ways)


class Proxy:
    """Listens on 127.0.0.1; a context manager. Its methods may be called from any thread."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._lock = threading.RLock()
        self._pairs: set[_Pair] = set()
        self._frozen = self._closed = False
        self._delay_s = self._rate = 0.0
        self._selector = selectors.DefaultSelector()
        self._bell, self._ear = socket.socketpair()
        self._ear.settimeout(0)
        self._selector.register(self._ear, selectors.EVENT_READ)
        self._listener: socket.socket | None = None
        self.port = 0
        """Where it listens, also after a cut."""
        self._listen()
        self._thread = threading.Thread(target=self._run, name="proxy", daemon=True)
        self._thread.start()

    def cut(self) -> None:
        """Be a server that has gone: refuse new connections, reset those there are."""
        with self._lock:
            self._hang_up()
            self._reset()
        self._ring()

    def reset(self) -> None:
        """Reset the connections there are."""
        with self._lock:
            self._reset()
        self._ring()

    def freeze(self) -> None:
        """Let nothing pass; connections stand, and new ones are taken."""
        with self._lock:
            self._frozen = True

    def forget(self) -> None:
        """Close the server's ends of the connections there are; the clients' hear nothing."""
        with self._lock:
            for pair in self._pairs:
                if not pair.forgotten:
                    pair.forgotten = True
                    with suppress(KeyError):
                        self._selector.unregister(pair.server)
                    pair.server.close()
                    for way in pair.ways:
                        way.held.clear()
                        way.size = 0
        self._ring()

    def delay(self, seconds: float) -> None:
        """Pass every byte so much later, each way."""
        with self._lock:
            self._delay_s = seconds

    def trickle(self, bytes_per_s: float) -> None:
        """Pass so many bytes a second, each way."""
        with self._lock:
            self._rate = bytes_per_s

    def heal(self) -> None:
        """End whatever was done."""
        with self._lock:
            self._frozen, self._delay_s, self._rate = False, 0.0, 0.0
            for pair in [pair for pair in self._pairs if pair.forgotten]:
                self._drop(pair)  # as the first packet that gets through finds out
            if self._listener is None and not self._closed:
                self._listen()
        self._ring()

    def close(self) -> None:
        """Reset everything and listen no more."""
        with self._lock:
            self._closed = True
            self._hang_up()
        self._ring()
        self._thread.join()
        with self._lock:
            self._reset()
        self._selector.close()
        self._bell.close()
        self._ear.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    # The thread

    def _run(self) -> None:
        while not self._closed:
            ready = self._selector.select(self._patience())
            with self._lock:
                for key, _mask in ready:
                    self._serve(key.fileobj)
                now = time.monotonic()
                for pair in list(self._pairs):
                    self._carry(pair, now)

    def _serve(self, what: object) -> None:
        if what is self._ear:
            with suppress(BlockingIOError):
                self._ear.recv(_CHUNK)
        elif what is self._listener:
            self._accept()
        else:
            for pair in [p for p in self._pairs if what in (p.client, p.server)]:
                self._read(pair, pair.ways[0] if what is pair.client else pair.ways[1])

    def _patience(self) -> float | None:
        with self._lock:
            if self._frozen:
                return None
            due = [way.due for pair in self._pairs for way in pair.ways]
        waits = [max(0.0, one - time.monotonic()) for one in due if one is not None]
        return max(min(waits), 0.001) if waits else None

    def _accept(self) -> None:
        assert self._listener is not None  # noqa: S101 - it was ready
        try:
            client, _address = self._listener.accept()
        except OSError:
            return
        try:
            server = self._connected()
        except OSError:
            _reset(client)
            return
        for one in (client, server):
            one.settimeout(0)
            self._selector.register(one, selectors.EVENT_READ)
        self._pairs.add(_Pair(client, server, (_Way(client, server), _Way(server, client))))

    def _connected(self) -> socket.socket:
        if isinstance(self._server, str):
            server = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            try:
                server.connect(self._server)
            except OSError:
                server.close()
                raise
            return server
        server = socket.create_connection(self._server, timeout=5)
        server.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return server

    def _read(self, pair: _Pair, way: _Way) -> None:
        try:
            data = way.source.recv(_CHUNK)
        except BlockingIOError:
            return
        except OSError:
            self._drop(pair)
            return
        if pair.forgotten:
            if not data:
                self._drop(pair)
            return
        if not data:
            way.ended = True
            with suppress(KeyError):
                self._selector.unregister(way.source)
            return
        way.held.append((time.monotonic() + self._delay_s, data))
        way.size += len(data)
        if way.size > _MOST:
            way.deaf = True
            self._selector.unregister(way.source)

    def _carry(self, pair: _Pair, now: float) -> None:
        if self._frozen or pair.forgotten or pair not in self._pairs:
            return
        for way in pair.ways:
            try:
                self._pass_on(way, now)
            except BlockingIOError:
                way.free_at = now + 0.005
            except OSError:
                self._drop(pair)
                return
        if pair.over:
            self._drop(pair)

    def _pass_on(self, way: _Way, now: float) -> None:
        while way.due is not None and way.due <= now:
            due, data = way.held[0]
            most = max(1, int(self._rate * _STEP_S)) if self._rate else len(data)
            sent = way.target.send(data[:most])
            way.size -= sent
            if sent == len(data):
                way.held.popleft()
            else:
                way.held[0] = (due, data[sent:])
            if self._rate:
                way.free_at = now + sent / self._rate
        if way.deaf and way.size <= _MOST:
            way.deaf = False
            self._selector.register(way.source, selectors.EVENT_READ)
        if way.ended and not way.held and not way.shut:
            way.shut = True
            with suppress(OSError):
                way.target.shutdown(socket.SHUT_WR)

    # Helpers, with the lock

    def _listen(self) -> None:
        listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", self.port))
        listener.listen(128)
        listener.settimeout(0)
        self.port = listener.getsockname()[1]
        self._selector.register(listener, selectors.EVENT_READ)
        self._listener = listener

    def _hang_up(self) -> None:
        if self._listener is not None:
            self._selector.unregister(self._listener)
            self._listener.close()
            self._listener = None

    def _reset(self) -> None:
        for pair in list(self._pairs):
            self._drop(pair)

    def _drop(self, pair: _Pair) -> None:
        self._pairs.discard(pair)
        for one in (pair.client, pair.server):
            if one.fileno() < 0:
                continue
            with suppress(KeyError):
                self._selector.unregister(one)
            _reset(one) if one.family == socket.AF_INET and not pair.over else one.close()

    def _ring(self) -> None:
        with suppress(OSError):
            self._bell.send(b".")


def _reset(connection: socket.socket) -> None:
    """Close with RST instead of a goodbye."""
    with suppress(OSError):
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _LINGER_NONE)
    connection.close()
