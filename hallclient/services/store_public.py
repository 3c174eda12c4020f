"""What storage is asked and told of public screens and ratings. The rest of the port: ``store``."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final, Protocol

if TYPE_CHECKING:  # a role must not load for a port what it does not use
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date, datetime, timedelta

    from hallclient.domain.announcement import (
        Announcement,
        BoardRecord,
        CallKey,
        Spoken,
    )
    from hallclient.domain.publication import Media, Publication
    from hallclient.services.public_records import RatingCell, RatingRow, Stars

NOW: Final[Mapping[CallKey, timedelta]] = MappingProxyType({})
"""No call is of an earlier moment."""


class PublicQuestions(Protocol):
    """What can be asked."""

    def announced(self, calls: Iterable[CallKey]) -> Mapping[CallKey, Announcement]:
        """Return what is known of these calls; a call that nobody reported is not there."""
        ...

    def lease_holders(self, prefix: str) -> Mapping[str, str]:
        """Return who holds the leases whose names begin so, by name; lapsed ones are not there."""
        ...

    def boards(self) -> Sequence[BoardRecord]:
        """Return every board that the hall knows, by name."""
        ...

    def publications(self) -> Sequence[Publication]:
        """Return what is published and not ended, also what is valid later, in playlist order."""
        ...

    def publication_by_request(self, request_id: str) -> Publication | None:
        """Return what was published under a request, also when it was ended since."""
        ...

    def media(self) -> Sequence[Media]:
        """Return the files in the hall, without their bytes."""
        ...

    def media_bytes(self, digest: str) -> bytes | None:
        """Return a file's bytes."""
        ...

    def photo_of(self, staff_id: int) -> str:
        """Return the digest of a person's photo (``media_bytes``), empty for none."""
        ...

    def photos(self) -> Mapping[int, str]:
        """Return the digests of all photos by person."""
        ...

    def stars_of(self, staff_id: int) -> Stars | None:
        """Return a person's stars as of the last daily update; None below ten ratings."""
        ...

    def rating_open_at(self, window_id: int) -> tuple[int, datetime] | None:
        """Return the turn whose rating this window has asked for last, and when.

        Says nothing of whether it was given: a window's screen could tell otherwise.
        """
        ...

    def ratings_between(
        self, begin: datetime, end: datetime, *, low: bool = False
    ) -> Sequence[RatingRow]:
        """Return ratings given in [begin, end), oldest first; for those who may see them only.

        ``low``: the bad active ones.
        """
        ...

    def low_ratings(self) -> Sequence[RatingRow]:
        """Return the bad active ratings that wait for a call-back or about an appeal, oldest first.

        Nobody reached is not over before so many tries; a correction promised by a day comes back
        behind it. Leads and up.
        """
        ...

    def low_rating(self, rating_id: int) -> RatingRow | None:
        """Return a bad active rating. Leads and up."""
        ...

    def rating_cells(self, begin: datetime, end: datetime, without: int) -> Sequence[RatingCell]:
        """Return what was counted in [begin, end) by window and service, without call-backs.

        Ratings that were put aside are not there, nor turns of one member of staff (``without``).
        """
        ...

    def levels_between(self, begin: datetime, end: datetime) -> Mapping[int, tuple[int, int]]:
        """Return by member of staff how many active ratings of [begin, end) count, and their sum.

        What was set aside by an appeal counts nowhere. For the chore that moves stars.
        """
        ...

    def rating_contact(self, rating_id: int) -> bytes | None:
        """Return the sealed telephone number that was left with a rating."""
        ...


class PublicChanges(Protocol):
    """What can be changed."""

    def take_lease(self, name: str, holder: str, seconds: float) -> bool:
        """Take or renew a lease with what else changes; False while another holds it."""
        ...

    def drop_lease(self, name: str, holder: str) -> None:
        """Give a lease back with what else changes; nothing happens when another holds it."""
        ...

    def note_shown(
        self, board: str, calls: Iterable[CallKey], ago: Mapping[CallKey, timedelta] = NOW
    ) -> Sequence[CallKey]:
        """Note that a board showed calls; return those that nobody had noted before.

        ``ago`` says how long ago, by call. A call that never was is passed over: a board may have
        looked at another database.
        """
        ...

    def note_spoken(self, board: str, spoken: Iterable[Spoken]) -> Sequence[Spoken]:
        """Note what a voice did; return what nobody had noted before. Spoken beats unspoken.

        A call that never was is passed over. Raises ``ValueError`` for one that was neither read
        nor has a reason, or both.
        """
        ...

    def save_board(self, board: BoardRecord) -> None:
        """Write a board's row by its name."""
        ...

    def forget_board(self, name: str) -> bool:
        """Drop a board; False when there was none."""
        ...

    def drop_boards(self, before: datetime) -> int:
        """Drop the boards last seen before a moment; return how many."""
        ...

    def drop_announced(self, before: datetime) -> int:
        """Drop what is known of turns that were called before a moment; return how many."""
        ...

    def save_publication(self, publication: Publication) -> None:
        """Write a publication by its id."""
        ...

    def drop_publications(self, before: date) -> int:
        """Drop what was ended before a day, or valid until one before it; return how many."""
        ...

    def add_media(self, media: Media, data: bytes) -> None:
        """Keep a file once, by its digest. Raises ``ValueError`` for bytes that are not its own."""
        ...

    def drop_media_unused(self) -> int:
        """Drop files that no publication and no photo names; return how many."""
        ...

    def save_photo(self, staff_id: int, digest: str) -> None:
        """Give a person a photo, or none (empty)."""
        ...

    def save_stars(self, staff_id: int, stars: Stars | None) -> None:
        """Write a person's stars."""
        ...

    def add_rating_contact(self, rating_id: int, sealed: bytes) -> None:
        """Keep a sealed telephone number with a rating."""
        ...

    def drop_rating_contacts(self, before: date, given_before: date) -> int:
        """Drop the numbers of ratings whose follow-up was over before a day; return how many.

        What was given before ``given_before`` goes whatever became of it.
        """
        ...
