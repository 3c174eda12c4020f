"""How PostgreSQL's wake-ups go out: many changes in one ring (adr/0024).

A notification wakes the server's process of every listener of the database, whatever it listens
to: with 250 of them a hundred changes a second cost a core. So the first change rings at once, and
the bell rests for a moment. Changes in that moment write down whom they would have woken, and the
next ring says it all: that of the next change, else that of who wrote first.

The bell is a row of ``lease``: ``until`` it rests, ``holder`` says who is to hear ("channel=news").
"""

import logging
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

_log = logging.getLogger(__name__)

BELL: Final = "bell"
REST_S = 0.05
_LATE_S: Final = 0.01
_NO_REST: Final = -1.0
"""Rings at once."""
_BREAK, _IS = " ", "="
_HALLS: Final = f"hall_id = :hall AND name = '{BELL}'"
_REST: Final = "clock_timestamp() + make_interval(secs => :rest)"
# A bell that rests for longer than that was rung by a clock that has been set back. What waits may
# be rung for without the hall's lock, so the row is locked before it is read.
_RING: Final = f"""
WITH bell AS (
  SELECT holder, until NOT BETWEEN clock_timestamp() AND {_REST} AS free
  FROM lease WHERE {_HALLS} FOR UPDATE
), heard AS (
  UPDATE lease SET holder = CASE WHEN free THEN '' ELSE bell.holder || CAST(:wanted AS text) END,
    until = CASE WHEN free THEN {_REST} ELSE until END
  FROM bell WHERE {_HALLS} AND (CAST(:wanted AS text) <> '' OR free AND bell.holder <> '')
)
SELECT bell.holder = '' AS first, CASE WHEN free THEN (
  SELECT count(pg_notify(split_part(one, '{_IS}', 1), split_part(one, '{_IS}', 2)))
  FROM unnest(string_to_array(trim(bell.holder || CAST(:wanted AS text)), '{_BREAK}')) AS one
) ELSE -1 END AS rung FROM bell
"""  # noqa: S608 - our own names


@lean
def _ring() -> Any:
    """Return what rings for these channels and all that wait, or lets them wait, too."""
    return sa.text(_RING).columns(first=sa.Boolean, rung=sa.BigInteger)


class Bell:
    """The bell of one hall, for one store. ``due`` rings what was left waiting, after a rest."""

    def __init__(self, engine: Engine, hall_id: str) -> None:
        self._engine = engine.execution_options(isolation_level="AUTOCOMMIT")
        self._hall_id = hall_id
        self._there = False
        self._owed: threading.Timer | None = None

    def asked(self, connection: Connection, channels: Sequence[str], news: str) -> Ask:
        """Return what rings at the end of a change; the bell is there then."""
        if not self._there:
            ensure_lease(connection, self._hall_id, BELL)
            self._there = True
        wanted = "".join(f"{channel}{_IS}{news}{_BREAK}" for channel in channels)
        return self._asked(connection, wanted, REST_S)

    def rung(self, rows: Sequence[Row]) -> None:
        """Take the answer, after the commit: who wrote first into a resting bell rings it later."""
        if not rows:
            self._there = False  # somebody has cleared the leases
        elif rows[0]["rung"] < 0 and rows[0]["first"]:
            if self._owed is not None:
                self._owed.cancel()  # somebody has rung since
            self._owed = threading.Timer(REST_S + _LATE_S, self._late, (REST_S,))
            self._owed.name = "bell"
            self._owed.start()

    def close(self) -> None:
        """Ring what is owed now: nobody will later."""
        owed, self._owed = self._owed, None
        if owed is not None and owed.is_alive():
            owed.cancel()
            owed.join()
            self._late(_NO_REST)

    def _asked(self, connection: Connection, wanted: str, rest: float) -> Ask:
        return _ring(connection)(), {"hall": self._hall_id, "wanted": wanted, "rest": rest}

    def _late(self, rest: float) -> None:
        """Ring for those who wait; whoever changed something since may have done so."""

        def ring(connection: Connection) -> None:
            connection.begin()
            ask(connection, self._asked(connection, "", rest))

        with suppress(StoreError), translated():  # followers look by themselves, too
            connection, _ = begin(self._engine, ring)
            connection.close()
