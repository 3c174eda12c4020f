"""The writer's side of the wake-ups, see `hallclient.storage.feed`."""

import hashlib
import logging
import socket
import time
import weakref
from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final, Self

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from hallclient.storage.engine import READ, SqlitePlace, database_clock, place_of
from hallclient.storage.errors import StorageError
from hallclient.storage.listener import EXPIRY, listener

_log = logging.getLogger(__name__)

LOOPBACK: Final = "127.0.0.1"
CACHE_S: Final = 1.0
_DIGITS: Final = 19
TEXTS: Final = sa.ARRAY(sa.Text)


def channel_of(hall_id: str, scope: str) -> str:
    """Name the PostgreSQL channel: fixed length, whatever the hall and scope are called."""
    key = f"{hall_id}\0{scope}".encode()
    return "hall_" + hashlib.blake2b(key, digest_size=16).hexdigest()


def notice(
    channels: sa.ColumnElement[Any], news: sa.ColumnElement[str] | str = ""
) -> sa.ScalarSelect[int]:
    """Return what notifies some channels when it is asked for, beside whatever else is.

    ``news`` is the number of the change, as ``news_of`` writes it.
    """
    name = sa.func.unnest(sa.cast(channels, TEXTS)).column_valued("name")
    return sa.select(sa.func.count(sa.func.pg_notify(name, news))).scalar_subquery()


def news_of(seq: int) -> str:
    """Return how a wake-up says up to which entry of the journal it tells; 0 says nothing."""
    return str(seq) if seq else ""


def seq_of(news: bytes) -> int:
    """Return what ``news_of`` wrote; 0 for anything else."""
    return int(news) if news.isdigit() and len(news) < _DIGITS else 0


def checked_scopes(scopes: Collection[str]) -> frozenset[str]:
    """Refuse the one string that is meant as a collection."""
    if isinstance(scopes, str):
        raise TypeError("scopes is a collection of strings, not one string")
    return frozenset(scopes)


@dataclass(frozen=True, slots=True)
class _Ear:
    address: tuple[str, int]
    cookie: bytes
    scopes: frozenset[str]


class Waker:
    """The writer's side. Any thread may use it.

    `stage` inside every write transaction, `fire` after its commit, both with the same scopes.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine.execution_options(**READ)
        self._ears: dict[str, tuple[float, tuple[_Ear, ...]]] = {}
        self._socket: socket.socket | None = None
        if isinstance(place_of(engine), SqlitePlace):
            self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            self._socket.settimeout(0.0)
            # Stores come and go with threads, and nobody closes one.
            weakref.finalize(self, self._socket.close)

    def stage(self, connection: Connection, hall_id: str, scopes: Collection[str]) -> None:
        """Prepare the wake-up in the transaction that makes the change."""
        channels = self.carry(connection, hall_id, scopes)
        if channels:
            connection.execute(sa.select(notice(sa.cast(channels, TEXTS))))

    def carry(self, connection: Connection, hall_id: str, scopes: Collection[str]) -> list[str]:
        """Prepare it as `stage` does, for a statement that is made anyway (`notice`).

        Return the channels that it shall notify; none on SQLite.
        """
        wanted = checked_scopes(scopes)
        if self._socket is not None:
            self._ears_of(hall_id, connection)
            return []
        return sorted(channel_of(hall_id, scope) for scope in wanted)

    def fire(self, hall_id: str, scopes: Collection[str], seq: int = 0) -> None:
        """Wake the readers after the commit; never raises, whatever became of them.

        ``seq`` is the last entry of the change: whoever has read it need not read again.
        """
        wanted = checked_scopes(scopes)
        udp = self._socket
        if udp is None:
            return
        try:
            ears = self._ears_of(hall_id, None)
        except (sa.exc.SQLAlchemyError, StorageError) as exc:
            _log.debug("nobody woken: %s", exc)
            return
        for ear in ears:
            if not wanted.isdisjoint(ear.scopes):
                with suppress(OSError):
                    udp.sendto(ear.cookie + news_of(seq).encode(), ear.address)

    def close(self) -> None:
        """Give the socket back."""
        if self._socket is not None:
            self._socket.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def _ears_of(self, hall_id: str, connection: Connection | None) -> tuple[_Ear, ...]:
        """Read who listens, at most once a second and if possible in the open transaction."""
        read_at, ears = self._ears.get(hall_id, (float("-inf"), ()))
        now = time.monotonic()
        if now - read_at < CACHE_S:
            return ears
        if connection is None:
            with self._engine.connect() as own:
                ears = _read_ears(own, hall_id)
        else:
            ears = _read_ears(connection, hall_id)
        self._ears[hall_id] = (now, ears)
        return ears


def _read_ears(connection: Connection, hall_id: str) -> tuple[_Ear, ...]:
    rows = connection.execute(
        sa.select(listener.c.port, listener.c.cookie, listener.c.scopes).where(
            listener.c.hall_id == hall_id,
            listener.c.seen_at > database_clock(connection) - EXPIRY,
        )
    )
    return tuple(_Ear((LOOPBACK, row.port), row.cookie, frozenset(row.scopes)) for row in rows)
