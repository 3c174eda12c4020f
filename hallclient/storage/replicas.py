"""The servers of a hall beside each other: who writes, who follows, how far behind; a promotion."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from hallclient.services.store_error import StoreError
from hallclient.storage.engine import PostgresPlace
from hallclient.storage.errors import translate
from hallclient.storage.hosts import Place, hosts_of, named

if TYPE_CHECKING:
    import psycopg

CONNECT_S: Final = 3
PROMOTE_S: Final = 60
_SERVER: Final = """
    SELECT pg_is_in_recovery(),
      CASE WHEN pg_is_in_recovery() THEN
          GREATEST((SELECT received_tli FROM pg_stat_wal_receiver),
                   (SELECT timeline_id FROM pg_control_checkpoint()))
        ELSE ('x' || substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8))::bit(32)::bigint END,
      CASE WHEN pg_is_in_recovery()
        THEN COALESCE(pg_last_wal_receive_lsn(), pg_last_wal_replay_lsn())
        ELSE pg_current_wal_flush_lsn() END - '0/0'::pg_lsn,
      CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn()
        ELSE pg_current_wal_lsn() END - '0/0'::pg_lsn,
      EXTRACT(epoch FROM clock_timestamp() - pg_last_xact_replay_timestamp()),
      current_setting('synchronous_standby_names'),
      EXISTS (SELECT 1 FROM pg_stat_wal_receiver)
"""
_FOLLOWERS: Final = """
    SELECT application_name, state, sync_state,
      pg_wal_lsn_diff(pg_current_wal_lsn(), replay_lsn)::bigint,
      EXTRACT(epoch FROM replay_lag)
    FROM pg_stat_replication ORDER BY application_name
"""


class ReplicaError(StoreError):
    """A promotion that would do harm; the text says which."""


@dataclass(frozen=True, slots=True)
class Follower:
    """A standby as its primary sees it. Lags are None where the primary does not know."""

    name: str
    state: str
    sync: str
    lag_bytes: int | None
    lag_s: float | None


@dataclass(frozen=True, slots=True)
class ServerState:
    """One server. ``received`` and ``replayed`` are places in the log, in bytes.

    ``quiet_s``: so long ago was the last change that a standby has replayed; on a quiet evening
    that is long without anything missing. ``halls`` are ids with their last journal numbers.
    """

    name: str
    answers: bool = False
    standby: bool = False
    timeline: int = 0
    received: int = 0
    replayed: int = 0
    quiet_s: float | None = None
    synchronous: str = ""
    streaming: bool = False
    followers: tuple[Follower, ...] = ()
    halls: tuple[tuple[str, int], ...] = ()
    trouble: str = ""


def look_at(place: PostgresPlace) -> tuple[ServerState, ...]:
    """Look at every host of a URL, each for a few seconds at most."""
    return tuple(_look(place, one) for one in hosts_of(place.parameters))


def promote(place: PostgresPlace, name: str, *, force: bool = False) -> tuple[ServerState, ...]:
    """Make a standby the primary; return how it stood before and how it stands now.

    Raises ``ReplicaError`` where another host of the URL still accepts writes, or has received more
    than this one, unless ``force``.
    """
    import psycopg  # noqa: PLC0415 - an extra

    states = {state.name: state for state in look_at(place)}
    chosen = states.get(name)
    if chosen is None:
        raise ReplicaError(f"{name} is none of {', '.join(states)}.")
    if not chosen.answers:
        raise ReplicaError(f"{name} does not answer: {chosen.trouble}")
    if not chosen.standby:
        raise ReplicaError(f"{name} is no standby: it accepts writes already.")
    if not force:
        _check(chosen, [state for state in states.values() if state.name != name])
    try:
        with _connect(place, _place_named(place, name)) as connection:
            done = connection.execute("SELECT pg_promote(true, %s)", (PROMOTE_S,)).fetchone()
    except psycopg.Error as error:
        raise translate(error) from error
    if done != (True,):
        raise ReplicaError(f"{name} was not ready within {PROMOTE_S} s; look again.")
    return chosen, _look(place, _place_named(place, name))


def _check(chosen: ServerState, others: list[ServerState]) -> None:
    for other in others:
        if other.answers and not other.standby:
            raise ReplicaError(
                f"{other.name} accepts writes: two primaries would part the hall's history. Stop "
                "it for good first; --force promotes all the same."
            )
        if other.standby and (other.timeline, other.received) > (chosen.timeline, chosen.received):
            raise ReplicaError(
                f"{other.name} has received {other.received - chosen.received} bytes more than "
                f"{chosen.name}: promote that one. --force promotes this one all the same."
            )


def _place_named(place: PostgresPlace, name: str) -> Place:
    return next(one for one in hosts_of(place.parameters) if named(one) == name)


def _connect(place: PostgresPlace, one: Place) -> "psycopg.Connection":
    import psycopg  # noqa: PLC0415 - an extra

    alone: dict[str, Any] = {"target_session_attrs": "any", "connect_timeout": CONNECT_S, **one}
    return psycopg.connect(**{**place.parameters, **alone}, autocommit=True)


def _look(place: PostgresPlace, one: Place) -> ServerState:
    import psycopg  # noqa: PLC0415 - an extra

    state = ServerState(named(one))
    try:
        with _connect(place, one) as connection:
            return _seen(connection, state)
    except psycopg.Error as error:
        return replace(state, trouble=str(translate(error)))


def _seen(connection: "psycopg.Connection", state: ServerState) -> ServerState:
    row = connection.execute(_SERVER).fetchone()
    assert row is not None  # noqa: S101 - one row always
    standby, timeline, received, replayed, quiet, synchronous, streaming = row
    followers: list[Any] = [] if standby else connection.execute(_FOLLOWERS).fetchall()
    return replace(
        state,
        answers=True,
        standby=standby,
        timeline=int(timeline),
        received=int(received),
        replayed=int(replayed),
        quiet_s=None if quiet is None else float(quiet),
        synchronous=synchronous,
        streaming=streaming,
        followers=tuple(
            Follower(name, how, sync, lag, None if lag_s is None else float(lag_s))
            for name, how, sync, lag, lag_s in followers
        ),
        halls=_halls(connection),
    )


def _halls(connection: "psycopg.Connection") -> tuple[tuple[str, int], ...]:
    import psycopg  # noqa: PLC0415 - an extra

    try:
        rows = connection.execute("SELECT hall_id, seq FROM hall ORDER BY hall_id").fetchall()
    except psycopg.Error:  # no hall's database, or no right to look
        return ()
    return tuple((str(hall_id), int(seq)) for hall_id, seq in rows)
