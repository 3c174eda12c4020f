"""Several database servers in one URL: the one that accepts writes, if it is the right one.

A promoted standby begins a new timeline, one greater. Whoever has written to it never goes back to
a server of a smaller one: that is an old primary that came back by itself, and what is written
there is lost later. A process that begins, or finds another primary, looks at all hosts once; where
two accept writes it takes the later timeline and says so in the log.
"""

import logging
import threading
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    import psycopg

_log = logging.getLogger(__name__)

JOINED: Final = ("host", "hostaddr", "port")
CONNECT_S: Final = 3
"""For each of several hosts, unless the URL says otherwise (``storage.engine``): one that is
switched off holds the others up for no longer."""
_LOOK_S: Final = 2
TIMELINE: Final = "('x' || substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8))::bit(32)::bigint"
"""The timeline of a server that accepts writes, in SQL; any login may ask."""
Place = dict[str, str]


class Hosts:
    """Where connections of one process go. Any thread may use it.

    ``parameters`` are libpq's; hosts and ports with commas are several servers.
    """

    def __init__(self, parameters: dict[str, Any]) -> None:
        self._parameters = parameters
        self._lock = threading.Lock()
        self._order = hosts_of(parameters)
        self._timeline = 0

    @property
    def several(self) -> bool:
        """Whether there is a choice."""
        return len(self._order) > 1

    def connect(self, *, autocommit: bool = False, **more: Any) -> "psycopg.Connection":
        """Return a connection to the server that accepts writes; raises what psycopg raises."""
        import psycopg  # noqa: PLC0415 - an extra

        if not self.several:
            return psycopg.connect(**{**self._parameters, **more}, autocommit=autocommit)
        connection = self._open(self._order, more)
        timeline = _timeline(connection)
        if timeline != self._timeline:
            connection, timeline = self._latest(connection, timeline, more)
        if timeline < self._timeline:
            connection.close()
            raise psycopg.OperationalError(
                f"an old primary accepts writes (timeline {timeline}, known: {self._timeline})"
            )
        self._prefer(connection, timeline)
        connection.autocommit = autocommit
        return connection

    def _open(self, places: list[Place], more: dict[str, Any]) -> "psycopg.Connection":
        import psycopg  # noqa: PLC0415 - an extra

        writable = {"target_session_attrs": "read-write"}
        given = {**writable, **self._parameters, **more, **joined(places)}
        return psycopg.connect(**given, autocommit=True)

    def _latest(
        self, connection: "psycopg.Connection", timeline: int, more: dict[str, Any]
    ) -> "tuple[psycopg.Connection, int]":
        """Look at the other hosts; return the connection to whoever is on the latest timeline."""
        import psycopg  # noqa: PLC0415 - an extra

        own = place_of_connection(connection)
        for place in hosts_of(self._parameters):
            if _same(place, own):
                continue
            try:
                other = self._open([place], {**more, "connect_timeout": _LOOK_S})
                found = _timeline(other)
            except psycopg.Error:  # also one that goes down just now
                continue
            _log.error(
                "TWO DATABASE SERVERS ACCEPT WRITES: %s (timeline %s) and %s (timeline %s); "
                "stop the one with the smaller timeline",
                *(named(own), timeline, named(place), found),
            )
            if found > timeline:
                connection, other, timeline, own = other, connection, found, place
            other.close()
        return connection, timeline

    def _prefer(self, connection: "psycopg.Connection", timeline: int) -> None:
        own = place_of_connection(connection)
        with self._lock:
            if timeline > self._timeline:
                if self._timeline:
                    _log.warning("the database is at %s now, timeline %s", named(own), timeline)
                self._timeline = timeline
            self._order = sorted(self._order, key=lambda place: not _same(place, own))


def hosts_of(parameters: dict[str, Any]) -> list[Place]:
    """Return host and port of each server that libpq's parameters name."""
    lists = {key: str(parameters[key]).split(",") for key in JOINED if parameters.get(key)}
    count = max((len(values) for values in lists.values()), default=1)
    return [
        {key: values[nth] if len(values) > 1 else values[0] for key, values in lists.items()}
        for nth in range(count)
        if all(len(values) in (1, count) for values in lists.values())
    ]


def joined(places: list[Place]) -> dict[str, str]:
    """Return them as parameters with commas again."""
    return {key: ",".join(place[key] for place in places) for key in places[0]}


def named(place: Place) -> str:
    """Return a place as people write it."""
    return f"{place.get('host') or place.get('hostaddr', '')}:{place.get('port', '') or 5432}"


def place_of_connection(connection: "psycopg.Connection") -> Place:
    """Return where a connection leads."""
    info = connection.info
    return {"host": info.host, "port": str(info.port)}


def _same(place: Place, own: Place) -> bool:
    host = place.get("host") or place.get("hostaddr", "")
    return host == own["host"] and (place.get("port") or "5432") == own["port"]


def _timeline(connection: "psycopg.Connection") -> int:
    try:
        row = connection.execute(f"SELECT {TIMELINE}").fetchone()
    except BaseException:
        connection.close()
        raise
    return int(row[0]) if row else 0
