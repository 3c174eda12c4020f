"""What screens show beside the calls (综合信息发布), and emergencies over everything.

Every change raises ``Refused`` without the right to speak to the hall, ``NotAllowed`` for what
cannot be published and ``NotFound`` for an unknown zone or publication.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from hallclient.domain.bulletin import Audience
from hallclient.domain.errors import Conflict, NotAllowed, NotFound
from hallclient.domain.publication import EmergencyKind, Publication, PublicationKind
from hallclient.domain.rights import Right
from hallclient.domain.text import NO_TEXT, LocalText
from hallclient.phrases import Phrases
from hallclient.services.bulletins import said, standing, taken_back
from hallclient.services.days import changing
from hallclient.services.drafts import Draft, check_draft, check_emergency, media_of, tidy
from hallclient.services.hours import local_time
from hallclient.services.member import FLOOR_SCOPE, member_with

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from hallclient.services.store import Store, Transaction

MOST = 60
"""Publications that stand at the same time, whatever their validity."""
CLEAR_MINUTES = 10
"""How long the screens say that an emergency is over."""


class Publishing:
    """Publications of a hall, changed by a member of staff (the staff number)."""

    def __init__(self, store: Store, member: str = "") -> None:
        self._store = store
        self._member = member

    def published(self) -> tuple[Publication, ...]:
        """Return everything that is not ended, also what is valid later, in playlist order."""
        with self._store.look() as reader:
            return tuple(reader.publications())

    def media(self, digest: str) -> bytes | None:
        """Return the bytes of a picture or video."""
        with self._store.look() as reader:
            return reader.media_bytes(digest)

    def add(self, draft: Draft, request_id: str = "") -> Publication:
        """Publish something at the end of the playlist, once under a request."""
        draft, media = tidy(draft), media_of(draft)  # without the hall's lock
        with changing(self._store, f"staff:{self._member}") as tx:
            who = member_with(tx, self._member, Right.BROADCAST)
            known = tx.publication_by_request(request_id) if request_id else None
            if known is not None:
                return known
            check_draft(draft, local_time(tx.plan, tx.now).date())
            now = tx.publications()
            if len(now) >= MOST:
                raise NotAllowed("published_many", f"at most {MOST} stand at a time", most=MOST)
            if media is not None:
                tx.add_media(media, draft.data)
            one = Publication(
                id=tx.new_id(),
                kind=draft.kind,
                media=media.digest if media is not None else "",
                position=max((other.position for other in now), default=0) + 1,
                staff_id=who.id,
                published_at=tx.now,
                request_id=request_id,
            )
            return _save(tx, _filled(one, draft, _zones(tx, draft.zones)))

    def change(self, publication_id: int, draft: Draft) -> Publication:
        """Publish it differently from now on; its kind and its place in the playlist stay."""
        draft, media = tidy(draft), media_of(draft, changes=True)
        with changing(self._store, f"staff:{self._member}") as tx:
            who = member_with(tx, self._member, Right.BROADCAST)
            before = _one(tx, publication_id)
            if draft.kind is not before.kind:
                raise NotAllowed("kind_stays", "what it is cannot be changed")
            check_draft(draft, local_time(tx.plan, tx.now).date())
            one = replace(before, staff_id=who.id)
            if media is not None:
                tx.add_media(media, draft.data)
                one = replace(one, media=media.digest)
            one = _filled(one, draft, _zones(tx, draft.zones))
            return _save(tx, one, before.zones)

    def end(self, publication_id: int) -> None:
        """Show it no more."""
        with changing(self._store, f"staff:{self._member}") as tx:
            member_with(tx, self._member, Right.BROADCAST)
            _end(tx, _one(tx, publication_id))

    def reorder(self, ids: Sequence[int]) -> None:
        """Show these first, in this order, and then the rest as before."""
        with changing(self._store, f"staff:{self._member}") as tx:
            member_with(tx, self._member, Right.BROADCAST)
            first = [_one(tx, one) for one in dict.fromkeys(ids)]
            rest = [one for one in tx.publications() if one not in first]
            for position, one in enumerate((*first, *rest), start=1):
                if one.position != position:
                    _save(tx, replace(one, position=position))

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
        check_emergency(kind, title, text)
        with changing(self._store, f"staff:{self._member}") as tx:
            who = member_with(tx, self._member, Right.BROADCAST)
            named = _zones(tx, zones)
            _make_room(tx, named, drill=drill)
            _unsay_clear(tx, named)
            one = Publication(
                id=tx.new_id(),
                kind=PublicationKind.EMERGENCY,
                text=text,
                title=title,
                zones=named,
                staff_id=who.id,
                published_at=tx.now,
                emergency=kind,
                drill=drill,
            )
            return _save(tx, one)

    def end_emergency(self, publication_id: int | None = None) -> int:
        """解除: end one emergency, or all of them; return how many were ended.

        Screens say for ten minutes that it is over.
        """
        with changing(self._store, f"staff:{self._member}") as tx:
            who = member_with(tx, self._member, Right.BROADCAST)
            ended = [one for one in _emergencies(tx) if publication_id in (None, one.id)]
            if not ended and publication_id is not None:
                raise NotFound("unknown_publication", "no such emergency stands")
            for one in ended:
                _end(tx, one)
                clear = _clear_text(drill=one.drill)
                said(tx, who.id, clear, Audience.ALL, one.zones, CLEAR_MINUTES)
            return len(ended)


def _filled(one: Publication, draft: Draft, zones: tuple[str, ...]) -> Publication:
    return replace(
        one,
        text=draft.text,
        title=draft.title,
        zones=zones,
        valid_from=draft.valid_from,
        valid_until=draft.valid_until,
        weekdays=tuple(sorted(set(draft.weekdays))),
        begins=draft.begins,
        ends=draft.ends,
        seconds=draft.seconds,
    )


def _make_room(tx: Transaction, zones: tuple[str, ...], *, drill: bool) -> None:
    """End what stands where a new emergency will; elsewhere it goes on."""
    everywhere = tuple(zone.code for zone in tx.plan.zones)
    mine = set(zones or everywhere)
    for one in _emergencies(tx):
        theirs = one.zones or everywhere
        rest = tuple(code for code in theirs if code not in mine)
        if len(rest) == len(theirs):
            continue
        if drill and not one.drill:
            raise Conflict("emergency_real", "a real emergency stands there: no drill now")
        if rest:
            _save(tx, replace(one, zones=rest), theirs)
        else:
            _end(tx, one)


def _unsay_clear(tx: Transaction, zones: tuple[str, ...]) -> None:
    """Take back what was said of an earlier one: a bar shows it before what stands now."""
    clear = {_clear_text(drill=True), _clear_text(drill=False)}
    for one in standing(tx, Audience.ALL, zones):
        if one.text in clear:
            taken_back(tx, one)


def _clear_text(*, drill: bool) -> LocalText:
    key = "emergency.clear_drill" if drill else "emergency.clear"
    return LocalText(*(Phrases(code)(key) for code in ("zh-CN", "zh-Hant", "en")))


def _emergencies(tx: Transaction) -> list[Publication]:
    return [one for one in tx.publications() if one.kind is PublicationKind.EMERGENCY]


def _one(tx: Transaction, publication_id: int) -> Publication:
    for one in tx.publications():
        if one.id == publication_id and one.kind is not PublicationKind.EMERGENCY:
            return one
    raise NotFound("unknown_publication", "no such publication stands")


def _zones(tx: Transaction, zones: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(tx.plan.zone(code).code for code in zones))


def _save(tx: Transaction, one: Publication, before: Collection[str] | None = None) -> Publication:
    tx.save_publication(one)
    _tell(tx, "publication.saved", one, one.zones if before is None else before)
    return one


def _end(tx: Transaction, one: Publication) -> None:
    tx.save_publication(replace(one, ended_at=tx.now))
    _tell(tx, "publication.ended", one, one.zones)


def _tell(tx: Transaction, kind: str, one: Publication, before: Collection[str]) -> None:
    """Journal that it was done, no word of what it says, and wake who shows it."""
    tx.record(kind, f"publication:{one.id}", {"id": one.id, "kind": one.kind})
    everywhere = not one.zones or not before
    zones = {*one.zones, *before}
    tx.wake(
        FLOOR_SCOPE, *(f"zone:{z.code}" for z in tx.plan.zones if everywhere or z.code in zones)
    )
    if one.kind is PublicationKind.EMERGENCY:
        # Kiosks and bars listen to the hall, a window's screen to its window.
        windows = (w for w in tx.plan.windows if everywhere or w.zone in zones)
        tx.wake("hall", *(f"window:{window.code}" for window in windows))
