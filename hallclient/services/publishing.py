"""What screens show beside the calls (综合信息发布), and emergencies over everything.

Every change raises ``Refused`` without the right to speak to the hall, ``NotAllowed`` for what
cannot be published and ``NotFound`` for an unknown zone or publication.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time
from typing import TYPE_CHECKING

from hallclient.domain.publication import EmergencyKind, Publication, PublicationKind
from hallclient.domain.text import NO_TEXT

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from hallclient.domain.text import LocalText
    from hallclient.services.store import Store

SECONDS = 8


@dataclass(frozen=True, slots=True)
class Draft:
    """What somebody wants to publish; the fields are those of ``Publication``.

    ``data`` are the bytes of a new picture or video; a change without them keeps the old ones.
    """

    kind: PublicationKind
    text: LocalText = NO_TEXT
    title: LocalText = NO_TEXT
    data: bytes = b""
    zones: tuple[str, ...] = ()
    valid_from: date | None = None
    valid_until: date | None = None
    weekdays: tuple[int, ...] = ()
    begins: time = time(0, 0)
    ends: time = time(0, 0)
    seconds: int = SECONDS


def draft_of(publication: Publication) -> Draft:
    """Return what stands as a draft, to be changed with ``dataclasses.replace``."""
    one = publication
    return Draft(
        one.kind,
        one.text,
        one.title,
        b"",
        one.zones,
        one.valid_from,
        one.valid_until,
        one.weekdays,
        one.begins,
        one.ends,
        one.seconds,
    )


class Publishing:
    """Publications of a hall, changed by a member of staff (the staff number)."""

    def __init__(self, store: Store, member: str = "") -> None:
        self._store = store
        self._member = member

    def published(self) -> tuple[Publication, ...]:
        """Return everything that is not ended, also what is valid later, in playlist order."""
        with self._store.look() as reader:
            return tuple(reader.publications())

    def add(self, draft: Draft) -> Publication:
        """Publish something at the end of the playlist."""
        raise NotImplementedError

    def change(self, publication_id: int, draft: Draft) -> Publication:
        """Publish it differently from now on; its kind and its place in the playlist stay."""
        raise NotImplementedError

    def end(self, publication_id: int) -> None:
        """Show it no more."""
        raise NotImplementedError

    def reorder(self, ids: Sequence[int]) -> None:
        """Show these first, in this order, and then the rest as before."""
        raise NotImplementedError

    def emergency(
        self,
        kind: EmergencyKind,
        *,
        title: LocalText = NO_TEXT,
        text: LocalText = NO_TEXT,
        zones: Sequence[str] = (),
        drill: bool = False,
    ) -> Publication:
        """Cover every public screen of these zones (empty: the whole hall) until it is ended.

        ``title`` is what has happened, for ``OTHER`` only; ``text`` says where to go. An emergency
        that stands there is replaced; a drill never replaces a real one (``Conflict``).
        """
        raise NotImplementedError

    def end_emergency(self, publication_id: int | None = None) -> int:
        """解除: end one emergency, or all of them; return how many were ended."""
        raise NotImplementedError

    def media(self, digest: str) -> bytes | None:
        """Return the bytes of a picture or video."""
        with self._store.look() as reader:
            return reader.media_bytes(digest)
