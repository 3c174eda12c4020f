"""Ratings that a window's screen could not write: kept sealed on its disk, handed in later.

A line tells the screen and nothing else: turn, level, reasons, number and moment are under the
hall's key, at one length, so that nobody at this PC reads who has rated. Without the key nothing is
on the disk: :class:`RatingMemory` keeps it until the program ends. A rating that is handed in twice
counts once: there is one for each turn.
"""

import base64
import json
import logging
import secrets
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final, Protocol

from hallclient.domain.errors import DomainError, NotAllowed, NotFound
from hallclient.domain.rating import Level, check_open
from hallclient.domain.rating_reason import check_reasons
from hallclient.services.ratings import PATIENCE, RatingWords, add_rating
from hallclient.services.sealing import KEY_BYTES, HallKey, KeyTrouble
from hallclient.services.spool_lines import SpoolError
from hallclient.services.store import Store
from hallclient.services.store_error import StoreError

if TYPE_CHECKING:
    from hallclient.services.store import Transaction

log = logging.getLogger(__name__)

_PURPOSE = "rating-spool"
_PADDED = 256
"""Characters of what is sealed: its length must not tell that there are reasons or a number."""


MOST_IN_MEMORY: Final = 500
"""Of a window's whole day without the database."""


@dataclass(frozen=True, slots=True)
class KeptRating:
    """A line of the spool. ``sealed`` is what was given, in base64."""

    device: str
    sealed: str = field(repr=False)
    turn_id: int = 0
    """As lines of an earlier version named it in the open."""


class RatingLog(Protocol):
    """The spool's file. What ``append`` took is on the disk when it returns."""

    def open(self) -> Sequence[KeptRating]:
        """Read everything; ``SpoolError`` also when another process has the folder."""
        ...

    def append(self, kept: KeptRating) -> None:
        """Write a line."""
        ...

    def rewrite(self, kept: Sequence[KeptRating]) -> None:
        """Replace all lines."""
        ...

    def close(self) -> None:
        """Let the folder go."""
        ...


class RatingMemory:
    """Fulfils ``RatingLog`` without a disk, for a PC that has not the hall's key.

    A level in the open on a disk at the window is a harm; in the memory of a program that shows it
    nowhere it is none. What a restart costs is the price of a missing key, and is told in the log.
    """

    def __init__(self) -> None:
        self._kept: tuple[KeptRating, ...] = ()

    def open(self) -> Sequence[KeptRating]:
        """Return what is kept."""
        return self._kept

    def append(self, kept: KeptRating) -> None:
        """Keep one more; ``SpoolError`` when there are too many."""
        if len(self._kept) >= MOST_IN_MEMORY:
            raise SpoolError("too many ratings wait in memory")
        self._kept = (*self._kept, kept)

    def rewrite(self, kept: Sequence[KeptRating]) -> None:
        """Replace all."""
        self._kept = tuple(kept)

    def close(self) -> None:
        """Forget everything."""
        if self._kept:
            log.warning("ratings lost, for this PC has not the hall's key: %d", len(self._kept))
        self._kept = ()


def key_in_memory() -> HallKey:
    """Return a key for what never leaves this program."""
    return HallKey(secrets.token_bytes(KEY_BYTES))


class RatingSpool:
    """What a screen's citizens gave while the database was away. Any thread, one after the other.

    ``now`` gives the hall's time as well as the screen knows it.
    """

    def __init__(
        self, file: RatingLog, key: Callable[[], HallKey | None], now: Callable[[], datetime]
    ) -> None:
        self._file = file
        self._key_of = key
        self._key: HallKey | None = None
        self._now = now
        self._lock = threading.Lock()
        self._opened = False
        self._kept: tuple[KeptRating, ...] = ()
        self._turns: set[int] = set()

    @property
    def pending(self) -> int:
        """How many ratings the database does not know yet, as far as the file was read."""
        return len(self._kept)

    def keep(
        self, turn_id: int, level: int, device: str, reasons: tuple[str, ...], contact: str
    ) -> bool:
        """Keep what was given; False when it cannot be kept. The first of a turn counts."""
        with self._lock:
            try:
                self._open()
                if self._key is None:
                    return False
                if turn_id in self._turns:
                    return True
                at = self._now().isoformat()
                given = {"turn": turn_id, "level": int(level), "reasons": reasons, "at": at}
                text = json.dumps({**given, "contact": contact}).ljust(_PADDED)
                sealed = self._key.seal(_PURPOSE, _owner(device), text)
                kept = KeptRating(device, base64.b64encode(sealed).decode())
                self._file.append(kept)
            except SpoolError as error:
                log.warning("a rating was not kept: %s", type(error).__name__)
                return False
            self._kept = (*self._kept, kept)
            self._turns.add(turn_id)
            return True

    def hand_in(self, store: Store) -> int:
        """Bring everything into the database; return how many were new to it.

        Raises ``StoreError`` when it is away or takes something not (a full disk, a standby, old
        tables; that stays), ``SpoolError`` when the file is another process's.
        """
        with self._lock:
            self._open()
            taken = 0
            trouble: StoreError | None = None
            for kept in self._kept:
                try:
                    taken += self._handed_in(store, kept)
                except StoreError as error:
                    if error.retryable:
                        raise
                    trouble = error
                    continue
                self._kept = tuple(one for one in self._kept if one is not kept)
                self._file.rewrite(self._kept)
            if trouble is not None:
                raise trouble
            return taken

    def close(self) -> None:
        """Let the folder go."""
        with self._lock:
            self._opened = False
            self._file.close()

    def _open(self) -> None:
        if not self._opened:
            self._key = self._key_of()
            self._kept = tuple(self._file.open())
            self._turns = set()
            for kept in self._kept:
                with suppress(NotAllowed):
                    self._turns.add(self._unsealed(kept)["turn"])
            self._opened = True

    def _handed_in(self, store: Store, kept: KeptRating) -> bool:
        try:
            with store.change(f"keypad:{kept.device}") as tx:
                return self._take(tx, kept)
        except StoreError:
            raise
        except DomainError as error:
            log.info("a rating made offline was not taken: %s", error.key)
        except Exception as error:  # noqa: BLE001 - its text may be what was sealed
            log.error("a rating made offline failed: %s", type(error).__name__)  # noqa: TRY400
        return False

    def _take(self, tx: "Transaction", kept: KeptRating) -> bool:
        given = self._unsealed(kept)
        turn = tx.turn(given["turn"])
        if turn is None:
            raise NotFound("unknown_turn", "a rating is of no turn of this hall")
        level, reasons = Level(given["level"]), tuple(given["reasons"])
        check_reasons(level, reasons)
        at = min(datetime.fromisoformat(given["at"]), tx.now)
        check_open(turn, at, tx.plan.rules.rating_seconds + PATIENCE.seconds)
        words = RatingWords(reasons, given["contact"], self._key)
        assert turn.ended_at is not None  # noqa: S101 - see check_open
        return add_rating(tx, turn.id, level, kept.device, max(at, turn.ended_at), words)

    def _unsealed(self, kept: KeptRating) -> dict[str, Any]:
        try:
            if self._key is not None:
                sealed = base64.b64decode(kept.sealed, validate=True)
                owner = f"turn:{kept.turn_id}" if kept.turn_id else _owner(kept.device)
                text = self._key.unseal(_PURPOSE, owner, sealed)
                return {"turn": kept.turn_id, **json.loads(text)}
        except (KeyTrouble, ValueError):
            pass
        raise NotAllowed("rating_lost", "a rating cannot be opened with this key")


def _owner(device: str) -> str:
    return f"device:{device}"
