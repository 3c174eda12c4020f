"""What is said to the hall just now (全厅广播, 大屏通知): posted, taken back, read."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from hallclient.domain.bulletin import Audience, Bulletin, check_text, stands_for
from hallclient.domain.errors import NotAllowed, NotFound
from hallclient.domain.rights import Right
from hallclient.services.days import changing
from hallclient.services.member import member_with

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from hallclient.domain.text import LocalText
    from hallclient.services.store import Reader, Store, Transaction

LONGEST_MINUTES = 12 * 60


class Bulletins:
    """Bulletins, for those who read them and, with a member's staff number, for who posts them."""

    def __init__(self, store: Store, member: str = "") -> None:
        self._store = store
        self._member = member

    def standing(
        self, audience: Audience = Audience.PUBLIC, zones: Collection[str] = ()
    ) -> tuple[Bulletin, ...]:
        """Return what stands now for an audience in these zones (empty: anywhere), newest first."""
        with self._store.look() as reader:
            return standing(reader, audience, zones)

    def post(
        self, text: LocalText, audience: Audience, zones: Sequence[str] = (), minutes: int = 10
    ) -> Bulletin:
        """Say something for so many minutes; zones empty: the whole hall.

        Raises ``Refused`` without the right, ``NotAllowed`` for a text or a time that cannot be,
        ``NotFound`` for an unknown zone.
        """
        check_text(text)
        if not 1 <= minutes <= LONGEST_MINUTES:
            raise NotAllowed("bad_minutes", f"from 1 to {LONGEST_MINUTES} minutes")
        with changing(self._store, f"staff:{self._member}") as tx:
            who = member_with(tx, self._member, Right.BROADCAST)
            named = tuple(dict.fromkeys(tx.plan.zone(code).code for code in zones))
            return said(tx, who.id, text, audience, named, minutes)

    def withdraw(self, bulletin_id: int) -> None:
        """Take a bulletin back; ``NotFound`` for one that does not stand."""
        with changing(self._store, f"staff:{self._member}") as tx:
            member_with(tx, self._member, Right.BROADCAST)
            for bulletin in tx.bulletins():
                if bulletin.id == bulletin_id:
                    taken_back(tx, bulletin)
                    return
            raise NotFound("unknown_bulletin", "no such bulletin stands")


def standing(
    reader: Reader, audience: Audience, zones: Collection[str] = ()
) -> tuple[Bulletin, ...]:
    """Return what stands at the reader's moment for an audience in these zones, newest first."""
    return tuple(b for b in reader.bulletins() if stands_for(b, audience, zones, reader.now))


def said(
    tx: Transaction,
    staff_id: int,
    text: LocalText,
    audience: Audience,
    zones: tuple[str, ...],
    minutes: int,
) -> Bulletin:
    """Say something within a change; whoever calls has checked who may and what."""
    until = tx.now + timedelta(minutes=minutes)
    bulletin = Bulletin(tx.new_id(), text, audience, staff_id, tx.now, until, zones)
    tx.save_bulletin(bulletin)
    _record(tx, "bulletin.posted", bulletin)
    return bulletin


def taken_back(tx: Transaction, bulletin: Bulletin) -> None:
    """Take a bulletin back within a change."""
    tx.save_bulletin(replace(bulletin, ended_at=tx.now))
    _record(tx, "bulletin.withdrawn", bulletin)


def _record(tx: Transaction, kind: str, bulletin: Bulletin) -> None:
    # The journal holds no free text: the digest proves which one it was.
    digest = hashlib.sha256(repr(bulletin.text).encode()).hexdigest()
    data = {"audience": bulletin.audience, "digest": digest, "until": bulletin.until.isoformat()}
    zones = bulletin.zones or tuple(zone.code for zone in tx.plan.zones)
    tx.record(kind, f"bulletin:{bulletin.id}", {**data, "zones": list(bulletin.zones)})
    # Every bar listens to the hall itself, displays to their zones.
    tx.wake("hall", *(f"zone:{zone}" for zone in zones))
