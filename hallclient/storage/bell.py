"""How PostgreSQL's wake-ups go out: many changes in one ring (adr/0024).

A notification wakes the server's process of every listener of the database, whatever it listens
to: with 250 of them a hundred changes a second cost a core. So the first change rings at once, and
the bell rests for a moment, the longer the more terminals there are. Changes in that moment write
down whom they would have woken, and the next ring says it all: that of the next change, else that
of who wrote first.

What nobody waits for (that a citizen has come to a window: its clerk knows) waits longer, for a
ring that others need, and rings for them when it comes first. The bell is a row of ``lease``:
``until`` it rests, ``holder`` says who is to hear ("channel=news", and "!" before it where it is
urgent).
"""

import threading
from collections.abc import Sequence
from contextlib import suppress
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from hallclient.services.store_error import StoreError
from hallclient.storage.errors import translated
from hallclient.storage.lean import Ask, Row, ask, lean
from hallclient.storage.plumbing import ensure_lease
from hallclient.storage.sql import begin

BELL: Final = "bell"
REST_S = 0.075
"""How long it rests in the biggest hall, at most."""
LEAST_S = 0.01
_A_TERMINAL_S: Final = 0.075 / 220
"""For each terminal: what a ring costs grows with who listens (``bench wakes``)."""
PATIENCE_S: Final = 0.2
"""So much longer it rests for what is not urgent."""
_LATE_S: Final = 0.01
_TRIES: Final = 3
_NO_REST: Final = -1.0
"""Rings at once."""
_BREAK, _IS, _URGENT = " ", "=", "!"
_HALLS: Final = f"hall_id = :hall AND name = '{BELL}'"
_URGENT_WAITS: Final = f"position('{_URGENT}' IN bell.holder) > 0"
_RESTS: Final = (
    f"until + make_interval(secs => CASE WHEN {_URGENT_WAITS} THEN 0 ELSE :patience END)"
)
_MOST: Final = "clock_timestamp() + make_interval(secs => :most + :patience)"
# A bell that rests for longer than that was rung by a clock that has been set back. What waits may
# be rung for without the hall's lock, so the row is locked before it is read. A terminal holds its
# window's lease; they are counted for a ring only.
_RING: Final = f"""
WITH bell AS (
  SELECT holder, {_RESTS} AS rests, {_RESTS} NOT BETWEEN clock_timestamp() AND {_MOST} AS free
  FROM lease AS bell WHERE {_HALLS} FOR UPDATE {{skip}}
), rest AS (
  SELECT clock_timestamp()
    + make_interval(secs => least(:most, greatest(:least, count(*) * :each))) AS until
  FROM lease WHERE hall_id = :hall AND until > clock_timestamp()
), heard AS (
  UPDATE lease SET holder = CASE WHEN free THEN '' ELSE bell.holder || CAST(:wanted AS text) END,
    until = CASE WHEN free THEN (SELECT rest.until FROM rest) ELSE lease.until END
  FROM bell WHERE {_HALLS} AND (CAST(:wanted AS text) <> '' OR free AND bell.holder <> '')
)
SELECT {{more}}
  bell.holder = '' OR :patience = 0 AND NOT {_URGENT_WAITS} AS first,
  extract(epoch FROM rests - clock_timestamp())::float AS rests_s, CASE WHEN free THEN (
  SELECT count(pg_notify(split_part(one, '{_IS}', 1), split_part(one, '{_IS}', 2)))
  FROM unnest(string_to_array(
    trim(replace(bell.holder || CAST(:wanted AS text), '{_URGENT}', '')), '{_BREAK}')) AS one
) ELSE -1 END AS rung FROM bell
"""  # noqa: S608 - our own names
_SAYS: Final[dict[str, Any]] = {"first": sa.Boolean, "rests_s": sa.Float, "rung": sa.BigInteger}
"""Whether nobody as urgent waited, how long it rests, how many it rang for; -1: it rests."""


@lean
def _ring() -> Any:
    """Return what rings for these channels and all that wait, or lets them wait, too."""
    return sa.text(_RING.format(skip="", more="")).columns(**_SAYS)


@lean
def _late_ring(skip: str) -> Any:
    """Return what rings for those who wait, beside a change that may be under way.

    No change waits there for the disk; with ``SKIP LOCKED`` it does not wait for a change either.
    """
    soon = "set_config('synchronous_commit', 'off', true) AS soon, "
    return sa.text(_RING.format(skip=skip, more=soon)).columns(soon=sa.Text, **_SAYS)


class Bell:
    """The bell of one hall, for one store; what is owed is rung after the rest, in a thread."""

    def __init__(self, engine: Engine, hall_id: str) -> None:
        self._engine = engine.execution_options(isolation_level="AUTOCOMMIT")
        self._hall_id = hall_id
        self._there = False
        self._owed: threading.Timer | None = None

    def asked(
        self, connection: Connection, channels: Sequence[str], news: str, *, urgent: bool = True
    ) -> Ask:
        """Return what rings at the end of a change; the bell is there then."""
        if not self._there:
            ensure_lease(connection, self._hall_id, BELL)
            self._there = True
        mark, patience = (_URGENT, 0.0) if urgent else ("", PATIENCE_S)
        wanted = "".join(f"{mark}{channel}{_IS}{news}{_BREAK}" for channel in channels)
        return _ring(connection)(), self._values(wanted, patience=patience)

    def rung(self, rows: Sequence[Row], *, urgent: bool = True) -> None:
        """Take the answer, after the commit: who wrote first into a resting bell rings it later."""
        if not rows:
            self._there = False  # somebody has cleared the leases
        elif rows[0]["rung"] < 0 and rows[0]["first"]:
            if self._owed is not None:
                self._owed.cancel()  # somebody has rung since
            self._owe(rows[0]["rests_s"], 0.0 if urgent else PATIENCE_S, _TRIES)

    def _values(self, wanted: str, **others: float) -> dict[str, Any]:
        times = {"most": REST_S, "least": LEAST_S, "each": _A_TERMINAL_S, "patience": 0.0, **others}
        return {"hall": self._hall_id, "wanted": wanted, **times}

    def _owe(self, rests_s: float, patience: float, tries: int) -> None:
        self._owed = threading.Timer(rests_s + _LATE_S, self._late, (patience, tries))
        self._owed.name = "bell"
        self._owed.start()

    def close(self) -> None:
        """Ring what is owed now: nobody will later."""
        owed, self._owed = self._owed, None
        if owed is not None and owed.is_alive():
            owed.cancel()
            owed.join()
            self._ring("", most=_NO_REST)

    def _late(self, patience: float, tries: int) -> None:
        """Ring for those who wait, unless somebody has; a change that is at the bell goes first."""
        if not self._ring("SKIP LOCKED", patience=patience) and tries > 1:
            self._owe(REST_S, patience, tries - 1)

    def _ring(self, skip: str, **times: float) -> bool:
        """Ring without a change, by a connection that is there; False when one was under way.

        No connection is opened for it: the program may be about to end.
        """
        pool = self._engine.pool
        if not pool.checkedin():  # type: ignore[attr-defined] # a queue's
            return False

        def ring(connection: Connection) -> bool:
            connection.begin()
            late = _late_ring(connection)(skip), self._values("", **times)
            return bool(ask(connection, late)[0])

        with suppress(StoreError), translated():  # followers look by themselves, too
            connection, there = begin(self._engine, ring)
            connection.close()
            if self._engine.pool is not pool:  # let go of meanwhile: nobody else closes ours
                pool.dispose()
            return there
        return True
