"""Wake-ups between processes: "something in this scope has changed, look for yourself".

They carry no data and may be lost; a lost one costs a reader at most its safety poll. A scope is
a short string, `zone:1A`, `window:12`, `hall`; a reader asks only for what it shows.

PostgreSQL: NOTIFY inside the transaction, so that it arrives when the commit is visible.
SQLite: after the commit a UDP datagram on loopback to every listener whose scopes intersect.
"""

import logging
import random
import secrets
import selectors
import socket
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Collection
from contextlib import suppress
from typing import TYPE_CHECKING, ClassVar, Final, Self

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.engine import Engine

from hallclient.storage.engine import (
    PostgresPlace,
    SqlitePlace,
    database_clock,
    place_of,
    write_turn,
)
from hallclient.storage.errors import StorageError, translate
from hallclient.storage.listener import COOKIE_BYTES, EXPIRY, REFRESH_S, listener
from hallclient.storage.waker import LOOPBACK, Waker, channel_of, checked_scopes, seq_of
from hallclient.storage.write_turn import WAIT_S

if TYPE_CHECKING:
    import psycopg

__all__ = ["Feed", "Waker", "open_feed"]

_log = logging.getLogger(__name__)

_BACKOFF_S: Final = (0.1, 5.0)
_NEWS_BYTES: Final = 20
"""A byte more than the longest number."""


def _newest(heard: list[int]) -> int:
    """Return the last number of some wake-ups, 0 when one of them had none."""
    return max(heard) if heard and all(heard) else 0


class Feed(ABC):
    """The reader's side: one thread waits, any thread may close.

    Read the state after opening the feed and after every `wait`, whatever it returned.
    """

    safety_poll_s: ClassVar[float]

    def __init__(self) -> None:
        self.heard = 0
        """The last entry that the newest wake-up told of; 0: nobody knows, read in any case."""
        self._closing = threading.Event()
        self._in_use = threading.Lock()
        self._released = False
        self._bell, self._rope = socket.socketpair()
        self._rope.settimeout(0.0)

    @property
    def closed(self) -> bool:
        """Say whether `close` was called."""
        return self._closing.is_set()

    def wait(self, timeout: float | None = None) -> bool:
        """Wait at most `timeout` seconds, never longer than the safety poll.

        True: woken, or back after an outage in which something may have been missed.
        False: time-out, or closed.
        """
        limit = self.safety_poll_s if timeout is None else min(timeout, self.safety_poll_s)
        try:
            with self._in_use:
                return not self.closed and self._wait_until(time.monotonic() + limit)
        finally:
            if self.closed:
                self._release_when_idle()

    def close(self) -> None:
        """End a running `wait` and give everything back; does not wait for either."""
        self._closing.set()
        with suppress(OSError):
            self._rope.send(b"\0")
        self._release_when_idle()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def _release_when_idle(self) -> None:
        """Whoever is last, the closer or the waiter, closes the sockets."""
        if not self._in_use.acquire(blocking=False):
            return
        try:
            if not self._released:
                self._released = True
                self._bell.close()
                self._rope.close()
                self._release()
        finally:
            self._in_use.release()

    def _readable(self, source: int | None, until: float) -> bool:
        """Wait for `source`; False at the time or when the feed is closed."""
        with selectors.DefaultSelector() as selector:
            selector.register(self._bell, selectors.EVENT_READ)
            if source is not None:
                selector.register(source, selectors.EVENT_READ)
            ready = selector.select(max(0.0, until - time.monotonic()))
        return bool(ready) and not self.closed

    @abstractmethod
    def _wait_until(self, until: float) -> bool: ...

    @abstractmethod
    def _release(self) -> None: ...


def open_feed(engine: Engine, hall_id: str, scopes: Collection[str], role: str) -> Feed:
    """Listen for changes in `scopes` of one hall; `role` is the name a server shows.

    A PostgreSQL server that is away is waited for; other trouble is raised as a StorageError.
    """
    place = place_of(engine)
    if isinstance(place, SqlitePlace):
        return _DatagramFeed(engine, hall_id, checked_scopes(scopes), role)
    channels = sorted(channel_of(hall_id, scope) for scope in checked_scopes(scopes))
    return _ChannelFeed(place, channels, role)


class _DatagramFeed(Feed):
    """SQLite: a UDP socket on loopback and a row that says where it is."""

    safety_poll_s = 1.0

    def __init__(self, engine: Engine, hall_id: str, scopes: frozenset[str], role: str) -> None:
        super().__init__()
        self._engine, self._hall_id, self._scopes, self._role = engine, hall_id, scopes, role
        self._id = secrets.randbits(63)
        self._cookie = secrets.token_bytes(COOKIE_BYTES)
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._refresher: threading.Thread | None = None
        try:
            self._socket.bind((LOOPBACK, 0))
            self._socket.settimeout(0.0)
            self._port = self._socket.getsockname()[1]
            self._register()
        except (sa.exc.SQLAlchemyError, OSError, StorageError) as exc:
            self.close()
            raise translate(exc) from exc
        self._refresh_at = time.monotonic() + REFRESH_S

    def _register(self) -> None:
        with write_turn(self._engine), self._engine.begin() as connection:
            now = database_clock(connection)
            connection.execute(sa.delete(listener).where(listener.c.seen_at <= now - EXPIRY))
            row = {
                "port": self._port,
                "cookie": self._cookie,
                "scopes": sorted(self._scopes),
                "seen_at": now,
            }
            connection.execute(
                insert(listener)
                .values(hall_id=self._hall_id, id=self._id, **row)
                .on_conflict_do_update(index_elements=["hall_id", "id"], set_=row)
            )

    def _refresh_when_due(self) -> None:
        """Renew the row, in a thread: in a burst of calls the turn to write takes a second."""
        running = self._refresher is not None and self._refresher.is_alive()
        if running or time.monotonic() < self._refresh_at:
            return
        self._refresh_at = time.monotonic() + REFRESH_S
        self._refresher = threading.Thread(target=self._refresh, name="listener", daemon=True)
        self._refresher.start()

    def _refresh(self) -> None:
        try:
            self._register()
        except (sa.exc.SQLAlchemyError, StorageError) as exc:
            _log.debug("%s not refreshed as a listener: %s", self._role, exc)
            self._refresh_at = time.monotonic() + self.safety_poll_s

    def _wait_until(self, until: float) -> bool:
        self._refresh_when_due()
        while self._readable(self._socket.fileno(), until):
            if self._called():
                return True
        return False

    def _called(self) -> bool:
        """Take all datagrams there are; only our cookie, with a number or alone, is a call."""
        heard: list[int] = []
        while True:
            try:
                datagram = self._socket.recv(COOKIE_BYTES + _NEWS_BYTES)
            except BlockingIOError:
                self.heard = _newest(heard)
                return bool(heard)
            except OSError:  # Windows reports datagrams that are too long
                continue
            cookie, news = datagram[:COOKIE_BYTES], datagram[COOKIE_BYTES:]
            if cookie == self._cookie and (not news or seq_of(news)):
                heard.append(seq_of(news))

    def _release(self) -> None:
        self._socket.close()
        if self._refresher is not None:
            self._refresher.join(WAIT_S)


class _ChannelFeed(Feed):
    """PostgreSQL: a connection of its own that listens."""

    safety_poll_s = 5.0

    def __init__(self, place: PostgresPlace, channels: list[str], role: str) -> None:
        super().__init__()
        self._hosts, self._name = place.hosts, f"{role} feed"
        self._listen = "; ".join(f'LISTEN "{channel}"' for channel in channels)
        self._connection: psycopg.Connection | None = None
        self._backoff, self._retry_at = _BACKOFF_S[0], float("-inf")
        error = self._connect()
        if error is not None and not error.retryable:
            self.close()
            raise error

    def _connect(self) -> StorageError | None:
        """Connect and listen; on failure plan the next attempt and say what was wrong."""
        import psycopg  # noqa: PLC0415 - an extra

        try:
            connection = self._hosts.connect(autocommit=True, application_name=self._name)
        except psycopg.Error as exc:
            return self._put_off(exc)
        try:
            if self._listen:
                connection.execute(self._listen)
        except psycopg.Error as exc:
            connection.close()
            return self._put_off(exc)
        self._connection, self._backoff = connection, _BACKOFF_S[0]
        return None

    def _put_off(self, exc: Exception) -> StorageError:
        # Spread out: a hall's PCs shall not all come back in the same moment.
        pause = self._backoff * random.uniform(0.8, 1.2)  # noqa: S311 - no secret
        self._retry_at = time.monotonic() + pause
        self._backoff = min(self._backoff * 2, _BACKOFF_S[1])
        return translate(exc)

    def _wait_until(self, until: float) -> bool:
        while not self.closed:
            connection = self._connection
            if connection is not None:
                if not self._readable(connection.fileno(), until):
                    return False
                if self._notified(connection):
                    return True
            elif time.monotonic() >= self._retry_at:
                if self._connect() is None:
                    self.heard = 0
                    return True
            elif time.monotonic() >= until:
                return False
            else:
                self._readable(None, min(until, self._retry_at))
        return False

    def _notified(self, connection: "psycopg.Connection") -> bool:
        """Take all notifications there are; a broken connection is let go."""
        import psycopg  # noqa: PLC0415 - an extra

        heard: list[int] = []
        try:
            connection.pgconn.consume_input()
            while (told := connection.pgconn.notifies()) is not None:
                heard.append(seq_of(told.extra))
        except psycopg.Error as exc:
            _log.debug("feed lost: %s", exc)
            connection.close()
            self._connection = None
            self._put_off(exc)
        self.heard = _newest(heard)
        return bool(heard)

    def _release(self) -> None:
        if self._connection is not None:
            self._connection.close()
