"""A port behind TCP: a serial device server, a network printer (9100).

A peer that vanished without a word is noticed by keep-alive probes when the line is idle, and by
the system's time-out for unacknowledged bytes otherwise; both are about ten seconds. Bytes the
system has taken cannot be taken back one by one: ``discard_unsent`` resets the connection.
"""

import contextlib
import errno
import select
import socket
import struct
import threading
import time
from collections.abc import Callable
from urllib.parse import urlsplit

from hallclient.devices.transport import (
    MAX_READ,
    Port,
    PortError,
    PortForbidden,
    PortLost,
    PortMissing,
    PortSettings,
    PortUnsuitable,
    WriteTimeout,
)

CONNECT_SECONDS = 2.0
LOOK_SECONDS = 0.1
VANISHED_SECONDS = 10
OPTIONS = (
    (socket.SOL_SOCKET, "SO_KEEPALIVE", 1),
    (socket.IPPROTO_TCP, "TCP_NODELAY", 1),
    (socket.IPPROTO_TCP, "TCP_KEEPIDLE", 4),
    (socket.IPPROTO_TCP, "TCP_KEEPALIVE", 4),  # the same on macOS
    (socket.IPPROTO_TCP, "TCP_KEEPINTVL", 2),
    (socket.IPPROTO_TCP, "TCP_KEEPCNT", 3),
    (socket.IPPROTO_TCP, "TCP_USER_TIMEOUT", VANISHED_SECONDS * 1000),
)
"""What keeps a connection honest; a system takes those it knows."""

_RESET_ON_CLOSE = struct.pack("ii", 1, 0)
_GOING_ON = {errno.EINPROGRESS, errno.EWOULDBLOCK, errno.EAGAIN}


class SocketPort(Port):
    """An open connection. The socket does not block."""

    least_gap = 0.25  # packets come when they come

    def __init__(self, connection: socket.socket, url: str, write_timeout: float) -> None:
        self._socket = connection
        self._url = url
        self._write_timeout = write_timeout
        self._closing = threading.Lock()
        self._closed = False
        self._interrupted = False
        self._wake_read, self._wake_write = socket.socketpair()
        self._wake_read.settimeout(0)
        self._wake_write.settimeout(0)

    def read(self, timeout: float) -> bytes:
        """Wait for the first packet."""
        try:
            ready, _, _ = select.select([self._socket, self._wake_read], [], [], max(0.0, timeout))
            if self._wake_read in ready:
                with contextlib.suppress(BlockingIOError):
                    self._wake_read.recv(MAX_READ)
            return self._take()
        except (OSError, ValueError) as error:
            raise PortLost(f"lost {self._url}") from error

    def write(self, data: bytes) -> None:
        """Send as fast as the peer takes it."""
        left = memoryview(data)
        deadline = time.monotonic() + self._write_timeout
        while left:
            if self._interrupted:
                raise PortLost(f"{self._url} was closed over a write")
            sent = self._send(left, min(LOOK_SECONDS, max(0.0, deadline - time.monotonic())))
            left = left[sent:]
            if sent:
                deadline = time.monotonic() + self._write_timeout
            elif time.monotonic() >= deadline:
                raise WriteTimeout(f"{self._url} takes no bytes")

    def discard_unsent(self) -> None:
        """Reset the connection: bytes on their way cannot be called back."""
        with contextlib.suppress(OSError):
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)
        raise PortLost(f"{self._url} takes no bytes, the connection is given up")

    def wake(self) -> None:
        """End a read."""
        with self._closing:
            if not self._closed:
                with contextlib.suppress(OSError):  # full: it is awake
                    self._wake_write.send(b"x")

    def interrupt(self) -> None:
        """End a read and stop a write."""
        self._interrupted = True
        self.wake()

    def close(self) -> None:
        """Close; what was sent still travels."""
        with self._closing:
            self._closed = True
            for one in (self._socket, self._wake_read, self._wake_write):
                one.close()

    def _take(self) -> bytes:
        try:
            data = self._socket.recv(MAX_READ)
        except BlockingIOError:
            return b""
        if not data:
            raise PortLost(f"{self._url} hung up")
        return data

    def _send(self, data: memoryview, timeout: float) -> int:
        try:
            _, ready, _ = select.select([], [self._socket], [], timeout)
            return self._socket.send(data) if ready else 0
        except BlockingIOError:
            return 0
        except (OSError, ValueError) as error:
            raise PortLost(f"lost {self._url}") from error


def open_socket(url: str, settings: PortSettings, given_up: Callable[[], bool]) -> SocketPort:
    """Connect to ``socket://HOST:PORT``; raises ``PortError``."""
    host, number = _address(url)
    try:
        found = socket.getaddrinfo(host, number, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise PortMissing(f"there is no host {host}") from error
    trouble: PortError = PortMissing(f"there is no host {host}")
    for family, kind, protocol, _name, address in found:
        connection = socket.socket(family, kind, protocol)
        try:
            _connect(connection, address, given_up)
            _set_options(connection)
            return SocketPort(connection, url, settings.write_timeout)
        except OSError as error:
            connection.close()
            trouble = _port_error(url, error)
        except BaseException:
            connection.close()
            raise
    raise trouble


def _address(url: str) -> tuple[str, int]:
    try:
        parts = urlsplit(url)
        host, number = parts.hostname, parts.port
    except ValueError as error:
        raise PortUnsuitable(f"{url} is not socket://HOST:PORT") from error
    extra = parts.path or parts.query or parts.fragment or parts.username
    if parts.scheme != "socket" or not host or not number or extra:
        raise PortUnsuitable(f"{url} is not socket://HOST:PORT")
    return host, number


def _connect(connection: socket.socket, address: object, given_up: Callable[[], bool]) -> None:
    connection.settimeout(0)
    begun = connection.connect_ex(address)  # type: ignore[arg-type]  # as getaddrinfo gave it
    deadline = time.monotonic() + CONNECT_SECONDS
    while begun in _GOING_ON:
        # A refused connection is "exceptional" on Windows and writable elsewhere.
        _, ready, refused = select.select([], [connection], [connection], LOOK_SECONDS)
        if ready or refused:
            begun = connection.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
            break
        if given_up() or time.monotonic() >= deadline:
            begun = errno.ETIMEDOUT
    if begun:
        raise OSError(begun, "not connected")


def _set_options(connection: socket.socket) -> None:
    for level, name, value in OPTIONS:
        option = getattr(socket, name, None)
        if option is not None:
            connection.setsockopt(level, option, value)


def _port_error(url: str, error: OSError) -> PortError:
    if error.errno in {errno.EACCES, errno.EPERM}:
        return PortForbidden(f"this user may not connect to {url}")
    if error.errno == errno.ECONNREFUSED:
        return PortMissing(f"nobody accepts a connection at {url}")
    return PortMissing(f"nothing answers at {url}")
