"""Is this the history we know? A hall's journal only grows; where it has not, something was lost.

After a failover without synchronous standbys the new primary may lack the last changes. Whoever
has seen them notices: the journal's number has gone back, or the hash at a known number is
another. That is logged and journalled once (``history.lost``), and work goes on; what was lost is
found with ``hallclient db reconcile``.

Ids and versions of the plan that were lost are not given out again: programs remember them. Each
promotion begins a new timeline, and the first change there leaps ahead.
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from weakref import WeakSet

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from hallclient.storage.schema import journal

if TYPE_CHECKING:
    from hallclient.domain.journal import Json
    from hallclient.storage.transaction import SqlTransaction

_log = logging.getLogger(__name__)

LOST: Final = "history.lost"
ID_LEAP: Final = 1_000_000
PLAN_LEAP: Final = 1_000
_COMPARED: Final = "hallclient_lineage"


@dataclass(frozen=True, slots=True)
class Loss:
    """Entries up to ``seen`` were known here, the journal had ``found`` entries then."""

    seen: int
    hash: str
    found: int


def leaps(row: Mapping[str, Any]) -> bool:
    """Return whether a hall's row was written on another timeline than the server's now."""
    return bool(row["timeline"]) and row.get("server", 0) not in (0, row["timeline"])


class Lineage:
    """What one store has seen of its hall's journal. One thread at a time."""

    def __init__(self) -> None:
        self._seq, self._hash = 0, ""
        self._loss: Loss | None = None

    def look(self, connection: Connection, row: Mapping[str, Any]) -> None:
        """Compare with what the hall's row says now; on a new connection with the journal too."""
        seq, head = row["seq"], row["head"]
        lost = seq < self._seq or (seq == self._seq and head != self._hash)
        # Each store by itself: another one that uses the connection has seen more or less.
        compared: WeakSet[Lineage] = connection.info.setdefault(_COMPARED, WeakSet())
        if self._seq < seq and self not in compared:
            lost = bool(self._seq) and self._differs(connection, row["hall_id"])
        compared.add(self)
        if self._seq and lost:
            self._loss = Loss(self._seq, self._hash, seq)
            _log.error(
                "THE DATABASE HAS LOST CHANGES: journal entry %s, seen before, is not there as it "
                "was; the journal ends at %s now; find them with hallclient db reconcile",
                *(self._seq, seq),
            )
        self._seq, self._hash = seq, head

    @property
    def loss(self) -> Loss | None:
        """What was lost and is not told yet."""
        return self._loss

    def tell(self, tx: "SqlTransaction") -> None:
        """Journal what was lost, with a change that is made anyway."""
        loss = self._loss
        if loss is not None:
            facts: dict[str, Json] = {"seen": loss.seen, "hash": loss.hash, "found": loss.found}
            tx.record(LOST, f"entry:{loss.seen}", facts)
            tx.wake("hall")

    def told(self, seq: int, head: str) -> None:
        """Note that a change was committed with these as its last entry."""
        self._seq, self._hash, self._loss = seq, head, None

    def _differs(self, connection: Connection, hall_id: str) -> bool:
        asked = sa.select(journal.c.hash).where(
            journal.c.hall_id == hall_id, journal.c.seq == self._seq
        )
        found = connection.execute(asked).scalar_one_or_none()
        # None: an entry that this login may not read (storage.rights_rows); it tells nothing.
        return found is not None and found != self._hash
