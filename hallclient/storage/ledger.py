"""The ledger of errands (代办台账)."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from hallclient.domain.errand import OVER, Errand, ErrandState
from hallclient.storage.asking import Asking
from hallclient.storage.records import ERRAND
from hallclient.storage.visit_tables import ERRAND_OPEN, OPEN_ERRANDS, REQUESTED, errand

_WORDS = ("mask", "result")


class LedgerReader(Asking):
    """Questions about errands."""

    def errand(self, errand_id: int) -> Errand | None:
        """Return an errand of the ledger."""
        return self._one(ERRAND, self._select(ERRAND, errand.c.id == errand_id))

    def errand_by_number(self, number: str) -> Errand | None:
        """Return the errand with the number that people see."""
        return self._one(ERRAND, self._select(ERRAND, errand.c.number == number))

    def errand_by_request(self, request_id: str) -> Errand | None:
        """Return the errand a request has already made."""
        return self._one(ERRAND, self._select(ERRAND, REQUESTED, errand.c.request_id == request_id))

    def errands(
        self, *states: ErrandState, after: datetime | None = None, limit: int = 1000
    ) -> Sequence[Errand]:
        """Return the errands in these states (any, when none is named), newest first."""
        query = self._select(ERRAND)
        if states:
            # Literals, and the index's own condition in its own words: see WAITING in the tables.
            named: list[sa.ColumnElement[str]] = [
                sa.literal_column(f"'{ErrandState(state).value}'") for state in states
            ]
            query = query.where(errand.c.state.in_(named))
            if set(OPEN_ERRANDS).issuperset(states):
                query = query.where(ERRAND_OPEN)
        if after is not None:
            query = query.where(errand.c.received_at >= after)
        newest = (errand.c.received_at.desc(), errand.c.id.desc())
        return self._list(ERRAND, query.order_by(*newest).limit(limit))


class LedgerWriter(LedgerReader):
    """Changes of errands."""

    def add_errand(self, one: Errand) -> None:
        """Store a new errand of the ledger."""
        row = {"hall_id": self._hall_id, **ERRAND.row(one)}
        self._connection.execute(sa.insert(errand), row)

    def save_errand(self, one: Errand) -> None:
        """Store an errand that has moved on."""
        self._connection.execute(
            sa.update(errand)
            .where(self._mine(errand), errand.c.id == one.id)
            .values(ERRAND.row(one))
        )

    def drop_errand_names(self, before: datetime) -> int:
        """Delete who and what of errands that ended before a moment; return how many.

        Papers and result are in the agent's own words, which may name somebody as well.
        """
        over: list[sa.ColumnElement[str]] = [
            sa.literal_column(f"'{state.value}'") for state in OVER
        ]
        gone = self._connection.execute(
            sa.update(errand)
            .where(self._mine(errand), errand.c.state.in_(over), errand.c.signed_at < before)
            .where(sa.or_(errand.c.sealed != b"", *(errand.c[name] != "" for name in _WORDS)))
            .values(sealed=b"", papers=[], **dict.fromkeys(_WORDS, ""))
        )
        return gone.rowcount
