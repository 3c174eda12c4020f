"""Take a rating. Levels go in and do not come out at a window (domain.md §5)."""

import secrets
from datetime import datetime

from hallclient.domain.errors import NotFound
from hallclient.domain.rating import Level, Origin, Rating, check_open
from hallclient.services.days import changing
from hallclient.services.store import Store, Transaction


class Ratings:
    """The write-only end of the rating scheme."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def record(self, turn_id: int, level: Level, device: str) -> bool:
        """Store what the citizen pressed; return False when this turn was rated before.

        Raises ``NotAllowed`` when the rating was not asked for or its time is over.
        """
        with changing(self._store, f"keypad:{device}") as tx:
            turn = tx.turn(turn_id)
            if turn is None:
                raise NotFound("unknown_turn", f"there is no turn {turn_id}")
            check_open(turn, tx.now, tx.plan.rules.rating_seconds)
            return _add(tx, turn.id, level, Origin.ACTIVE, device)


def add_defaults(tx: Transaction, before: datetime, limit: int) -> int:
    """Give turns the hall's default level that were asked before a moment; return how many."""
    level = Level(tx.plan.rules.default_level)
    turns = tx.unrated(before, limit)
    return sum(_add(tx, turn.id, level, Origin.DEFAULT, "") for turn in turns)


def _add(tx: Transaction, turn_id: int, level: Level, origin: Origin, device: str) -> bool:
    rating = Rating(
        id=tx.new_id(),
        turn_id=turn_id,
        level=level,
        origin=origin,
        device=device,
        given_at=tx.now,
        salt=secrets.token_bytes(16),
    )
    if not tx.add_rating(rating):
        return False
    kind = "rating.given" if origin is Origin.ACTIVE else "rating.defaulted"
    tx.record(kind, f"rating:{rating.id}", {"digest": rating.digest()})
    return True
