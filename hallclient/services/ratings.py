"""Take a rating. Levels go in and do not come out at a window (domain.md §5)."""

import logging
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from hallclient.domain.errors import DomainError, NotFound
from hallclient.domain.rating import Level, Origin, Rating, check_open
from hallclient.domain.rating_reason import check_reasons
from hallclient.domain.telephone import normalised
from hallclient.services.days import changing
from hallclient.services.rating_contact import sealed_contact
from hallclient.services.store import Store, Transaction
from hallclient.services.store_error import StoreError

if TYPE_CHECKING:
    from collections.abc import Callable

    from hallclient.services.sealing import HallKey

log = logging.getLogger(__name__)

PATIENCE: Final = timedelta(seconds=130)
"""After the hall's time a screen's citizen has it once more, and it is 120 seconds at the most."""
TRY_AGAIN_S = (0.5, 1.0, 2.0, 4.0, 8.0, 8.0)
"""A rating that met a database away is offered again while its time may still be open."""


class Ratings:
    """The write-only end of the rating scheme.

    ``key`` seals telephone numbers; without it none is kept. ``patience`` is added to the hall's
    time by a screen, where reasons are read and a number is typed after the level was chosen.
    """

    def __init__(
        self,
        store: Store,
        key: "Callable[[], HallKey | None] | None" = None,
        patience: timedelta = timedelta(0),
    ) -> None:
        self._store = store
        self._key = key
        self._patience = patience

    def record(
        self,
        turn_id: int,
        level: Level,
        device: str,
        reasons: tuple[str, ...] = (),
        contact: str = "",
    ) -> bool:
        """Store what the citizen gave; return False when this turn was rated before.

        ``reasons`` are codes of ``domain.rating_reason``, ``contact`` a telephone number; without
        the hall's key it is left out, the rating counts. Raises ``NotAllowed`` when the rating was
        not asked for or its time is over, or for a reason of another level, ``Refused`` for a
        number that is none.
        """
        check_reasons(level, reasons)
        number = normalised(contact) if contact else ""
        with changing(self._store, f"keypad:{device}") as tx:
            turn = tx.turn(turn_id)
            if turn is None:
                raise NotFound("unknown_turn", f"there is no turn {turn_id}")
            limit = tx.plan.rules.rating_seconds + int(self._patience.total_seconds())
            check_open(turn, tx.now, limit)
            words = RatingWords(reasons, number, self._key() if self._key and number else None)
            return add_rating(tx, turn.id, level, device, words=words)


@dataclass(frozen=True, slots=True)
class RatingWords:
    """What a citizen gave with a level. A number without the hall's key is not kept."""

    reasons: tuple[str, ...] = field(default=(), repr=False)
    contact: str = field(default="", repr=False)
    key: "HallKey | None" = None


NO_WORDS: Final = RatingWords()


def add_rating(
    tx: Transaction,
    turn_id: int,
    level: Level,
    device: str,
    at: datetime | None = None,
    words: RatingWords = NO_WORDS,
) -> bool:
    """Store what a citizen gave, now or at a moment that is over; False: it was known."""
    return _add(tx, _rating(tx, turn_id, level, Origin.ACTIVE, device, at, words), words)


DEFAULTED: Final = timedelta(days=92)
"""A turn asked for longer ago gets no default level any more: to look for it, all turns there ever
were would be looked through."""


def add_defaults(tx: Transaction, before: datetime, limit: int) -> int:
    """Give turns the hall's default level that were asked before a moment; return how many."""
    level = Level(tx.plan.rules.default_level)
    turns = tx.unrated(before, limit, after=before - DEFAULTED)
    return sum(_add(tx, _rating(tx, turn.id, level, Origin.DEFAULT), NO_WORDS) for turn in turns)


def _rating(
    tx: Transaction,
    turn_id: int,
    level: Level,
    origin: Origin,
    device: str = "",
    at: datetime | None = None,
    words: RatingWords = NO_WORDS,
) -> Rating:
    return Rating(
        id=tx.new_id(),
        turn_id=turn_id,
        level=level,
        origin=origin,
        device=device,
        given_at=at or tx.now,
        salt=secrets.token_bytes(16),
        reasons=words.reasons,
    )


def _add(tx: Transaction, rating: Rating, words: RatingWords) -> bool:
    if not tx.add_rating(rating):
        return False
    if words.contact and words.key is not None:
        tx.add_rating_contact(rating.id, sealed_contact(words.key, rating.id, words.contact))
    kind = "rating.given" if rating.origin is Origin.ACTIVE else "rating.defaulted"
    tx.record(kind, f"rating:{rating.id}", {"digest": rating.digest()})
    return True


def must_offer_again(
    ratings: Ratings,
    turn_id: int,
    level: int,
    device: str,
    reasons: tuple[str, ...] = (),
    contact: str = "",
) -> bool:
    """Write a rating; return whether it should be offered again.

    No exception leaves: a traceback of the database driver carries the row's values.
    """
    try:
        ratings.record(turn_id, Level(level), device, reasons, contact)
    except StoreError as error:
        log.warning("a rating was not written: %s", type(error).__name__)
        return True  # also what must be looked after: a full disk, a standby
    except DomainError as error:
        log.info("a rating was not taken: %s", error.key)
    except Exception as error:  # noqa: BLE001 - see above
        log.error("a rating was not written: %s", type(error).__name__)  # noqa: TRY400 - see above
    return False
