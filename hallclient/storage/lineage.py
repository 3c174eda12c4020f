"""Is this the history we know? A hall's journal only grows; where it has not, something was lost.

After a failover without synchronous standbys the new primary may lack the last changes. Whoever
has seen them notices: the journal's number has gone back, or the hash at a known number is
another. That is logged and journalled once (``history.lost``), and work goes on; what was lost is
found with ``hallclient db reconcile``.
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from hallclient.storage.schema import journal

if TYPE_CHECKING:
    from hallclient.domain.journal import Json
    from hallclient.storage.transaction import SqlTransaction

_log = logging.getLogger(__name__)

LOST: Final = "history.lost"
_CHECKED: Final = "hallclient_lineage"


@dataclass(frozen=True, slots=True)
class Loss:
    """Entries up to ``seen`` were known here, the journal had ``found`` entries then."""

    seen: int
    hash: str
    found: int


class Lineage:
    """What one store has seen of its hall's journal. One thread at a time."""

    def __init__(self) -> None:
        self._seq, self._hash = 0, ""
        self._loss: Loss | None = None

    def look(self, connection: Connection, row: Mapping[str, Any]) -> None:
        """Compare with what the hall's row says now; on a new connection with the journal too."""
        lost = row["seq"] < self._seq or (row["seq"] == self._seq and row["head"] != self._hash)
        if self._seq and not lost and _CHECKED not in connection.info:
            lost = self._differs(connection, row["hall_id"])
        connection.info[_CHECKED] = True
        if self._seq and lost:
            self._loss = Loss(self._seq, self._hash, row["seq"])
            _log.error(
                "THE DATABASE HAS LOST CHANGES: journal entry %s was seen, it has %s other entries "
                "now; find them with hallclient db reconcile",
                *(self._seq, row["seq"]),
            )
        self._seq, self._hash = row["seq"], row["head"]

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
        # Not every login sees every entry (storage.rights): of one unseen nothing is known.
        return found is not None and found != self._hash
