"""Take a rating. Levels go in and do not come out at a window (domain.md §5)."""

import logging
import secrets
from datetime import datetime

from hallclient.domain.errors import DomainError, NotFound
from hallclient.domain.rating import Level, Origin, Rating, check_open
from hallclient.services.days import changing
from hallclient.services.store import Store, StoreError, Transaction

log = logging.getLogger(__name__)

TRY_AGAIN_S = (0.5, 1.0, 2.0, 4.0, 8.0, 8.0)
"""A rating that met a database away is offered again while its time may still be open."""


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
            return add_rating(tx, turn.id, level, device)


def add_rating(
    tx: Transaction, turn_id: int, level: Level, device: str, at: datetime | None = None
) -> bool:
    """Store what a citizen pressed, now or at a moment that is over; False: it was known."""
    return _add(tx, turn_id, level, Origin.ACTIVE, device, at)


def add_defaults(tx: Transaction, before: datetime, limit: int) -> int:
    """Give turns the hall's default level that were asked before a moment; return how many."""
    level = Level(tx.plan.rules.default_level)
    turns = tx.unrated(before, limit)
    return sum(_add(tx, turn.id, level, Origin.DEFAULT, "") for turn in turns)


def _add(
    tx: Transaction,
    turn_id: int,
    level: Level,
    origin: Origin,
    device: str,
    at: datetime | None = None,
) -> bool:
    rating = Rating(
        id=tx.new_id(),
        turn_id=turn_id,
        level=level,
        origin=origin,
        device=device,
        given_at=at or tx.now,
        salt=secrets.token_bytes(16),
    )
    if not tx.add_rating(rating):
        return False
    kind = "rating.given" if origin is Origin.ACTIVE else "rating.defaulted"
    tx.record(kind, f"rating:{rating.id}", {"digest": rating.digest()})
    return True


def must_offer_again(ratings: Ratings, turn_id: int, level: int, device: str) -> bool:
    """Write a rating; return whether it should be offered again.

    No exception leaves: a traceback of the database driver carries the row's values.
    """
    try:
        ratings.record(turn_id, Level(level), device)
    except StoreError as error:
        log.warning("a rating was not written: %s", type(error).__name__)
        return error.retryable
    except DomainError as error:
        log.info("a rating was not taken: %s", error.key)
    except Exception as error:  # noqa: BLE001 - see above
        log.error("a rating was not written: %s", type(error).__name__)  # noqa: TRY400 - see above
    return False
