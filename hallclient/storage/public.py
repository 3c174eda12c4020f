"""Public screens: what became of calls, boards, what is published, photos and stars."""

import hashlib
import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from hallclient.domain.announcement import Announcement, BoardRecord, CallKey, Spoken
from hallclient.domain.calendar import A_DAY, day_began
from hallclient.domain.plain import decode, encode, hints_of
from hallclient.domain.publication import Media, Publication
from hallclient.domain.text import LocalText
from hallclient.services.public_records import Stars
from hallclient.services.store_public import NOW
from hallclient.storage.asking import AskingOfToday
from hallclient.storage.lean import Ask, Lean, lean
from hallclient.storage.public_tables import (
    MOST_BYTES,
    announced,
    board,
    media,
    publication,
    staff_photo,
    staff_stars,
)
from hallclient.storage.records import Record, Row
from hallclient.storage.schema import turn
from hallclient.storage.sql import insert, insert_for

log = logging.getLogger(__name__)

ANNOUNCEMENT: Final = Record(Announcement, announced)
BOARD: Final = Record(BoardRecord, board)
MEDIA: Final = Record(Media, media)
_NO_TIME: Final = timedelta(0)


class PublicReader(AskingOfToday):
    """Questions about public screens."""

    def announced(self, calls: Iterable[CallKey]) -> Mapping[CallKey, Announcement]:
        """Return what is known of these calls; a call that nobody reported is not there."""
        wanted = set(calls)
        turns = sorted({turn_id for turn_id, _calls in wanted})
        found = [ANNOUNCEMENT.of(row) for row in self._of_turns(_announced, turns)]
        known = {(one.turn_id, one.calls): one for one in found}
        return {key: known[key] for key in wanted & known.keys()}

    def _of_turns(
        self, question: Callable[[Connection], Callable[[int], Lean]], turns: Sequence[int]
    ) -> list[Row]:
        """Ask of some turns; the statements are few, so the last turn may be named more often."""
        found: list[Row] = []
        for at in range(0, len(turns), _SIZES[-1]):
            some = turns[at : at + _SIZES[-1]]
            size = next(one for one in _SIZES if len(some) <= one)
            names = {f"turn_{n}": some[min(n, len(some) - 1)] for n in range(size)}
            asked = question(self._link.real)(size)
            found += self._rows((asked, {"hall": self._hall_id, **names}))
        return found

    def boards(self) -> Sequence[BoardRecord]:
        """Return every board that the hall knows, by name."""
        return sorted(self._list(BOARD, self._select(BOARD)), key=lambda one: one.name)

    def publications(self) -> Sequence[Publication]:
        """Return what is published and not ended, also what is valid later, in playlist order.

        A row that this version cannot read is left out, with a line in the log: windows and boards
        read them, too, and no notice may stop the calls.
        """
        rows = self._rows(self._publications_asked())
        found = [one for row in rows if (one := _publication_of(row)) is not None]
        return sorted(found, key=lambda one: (one.position, one.id))

    def _publications_asked(self) -> Ask:
        return _published(self._link.real)(), {"hall": self._hall_id}

    def publication_by_request(self, request_id: str) -> Publication | None:
        """Return what was published under a request, also when it was ended since."""
        query = sa.select(publication).where(
            self._mine(publication), publication.c.request_id == request_id
        )
        row = self._connection.execute(query).mappings().first()
        return None if row is None else _publication_of(row)

    def media(self) -> Sequence[Media]:
        """Return the files in the hall, without their bytes."""
        return sorted(self._list(MEDIA, self._select(MEDIA)), key=lambda one: one.digest)

    def media_bytes(self, digest: str) -> bytes | None:
        """Return a file's bytes."""
        query = sa.select(media.c.data).where(self._mine(media), media.c.digest == digest)
        data = self._connection.execute(query).scalar()
        return None if data is None else bytes(data)

    def photo_of(self, staff_id: int) -> str:
        """Return the digest of a person's photo, empty for none."""
        query = sa.select(staff_photo.c.digest).where(
            self._mine(staff_photo), staff_photo.c.staff_id == staff_id
        )
        return self._connection.execute(query).scalar() or ""

    def photos(self) -> Mapping[int, str]:
        """Return the digests of all photos by person."""
        query = sa.select(staff_photo.c.staff_id, staff_photo.c.digest)
        rows = self._all(query.where(self._mine(staff_photo)))
        return {row["staff_id"]: row["digest"] for row in rows}

    def stars_of(self, staff_id: int) -> Stars | None:
        """Return a person's stars as of the last daily update; None below ten ratings."""
        one = staff_stars.c
        query = sa.select(one.tenths, one.ratings, one.through)
        row = self._connection.execute(
            query.where(self._mine(staff_stars), one.staff_id == staff_id)
        ).first()
        return None if row is None else Stars(*row)

    def rating_open_at(self, window_id: int) -> tuple[int, datetime] | None:
        """Return the turn whose rating this window has asked for last, and when.

        Turns called a day ago and earlier are not looked at: their time is over.
        """
        query = (
            sa.select(turn.c.id, turn.c.rating_asked_at)
            .where(
                self._mine(turn),
                turn.c.window_id == window_id,
                turn.c.called_at > self._now - A_DAY,
                turn.c.rating_asked_at.is_not(None),
            )
            .order_by(turn.c.called_at.desc())
            .limit(1)
        )
        row = self._connection.execute(query).first()
        return None if row is None else (row[0], row[1])


class PublicWriter(PublicReader):
    """Changes of the same."""

    def note_shown(
        self, by: str, calls: Iterable[CallKey], ago: Mapping[CallKey, timedelta] = NOW
    ) -> Sequence[CallKey]:
        """Note that a board showed calls; return those that nobody had noted before.

        ``ago`` says how long ago, by call. A call that never was is passed over: a board may have
        looked at another database.
        """
        keys = self._called(calls)
        rows = [
            self._announced(key, shown_at=max(self._now - ago.get(key, _NO_TIME), at), shown_by=by)
            for key, at in keys.items()
        ]
        noted = self._note(_shown(self._link.real), rows)
        return [key for key in keys if key in noted]

    def note_spoken(self, by: str, spoken: Iterable[Spoken]) -> Sequence[Spoken]:
        """Note what a voice did; return what nobody had noted before. Spoken beats unspoken.

        A call that never was is passed over. Raises ``ValueError`` for one that was neither read
        nor has a reason, or both.
        """
        told = {(one.turn_id, one.calls): one for one in sorted(spoken, key=lambda one: one.times)}
        for one in told.values():
            if (one.times > 0) is (one.why is not None):
                raise ValueError(f"spoken {one.times} times, and the reason is {one.why}")
        keys = self._called(told)
        rows = [self._spoken(by, told[key], called_at) for key, called_at in keys.items()]
        noted = self._note(_spoken(self._link.real), rows)
        return [told[key] for key in keys if key in noted]

    def save_board(self, one: BoardRecord) -> None:
        """Write a board's row by its name."""
        self._replace(board, BOARD.row(one))

    def forget_board(self, name: str) -> bool:
        """Drop a board; False when there was none."""
        return self._drop(board, board.c.name == name) == 1

    def drop_boards(self, before: datetime) -> int:
        """Drop the boards last seen before a moment; return how many."""
        return self._drop(board, board.c.seen_at < before)

    def drop_announced(self, before: datetime) -> int:
        """Drop what is known of turns that were called before a moment; return how many.

        Ids of turns grow with time: the first turn called since is the border.
        """
        first = (
            sa.select(turn.c.id)
            .where(self._mine(turn), turn.c.last_called_at >= before)
            .order_by(turn.c.last_called_at)
            .limit(1)
        )
        border = self._connection.execute(first).scalar()
        older = sa.true() if border is None else announced.c.turn_id < border
        return self._drop(announced, older)

    def save_publication(self, one: Publication) -> None:
        """Write a publication by its id."""
        self._replace(publication, encode(one))

    def drop_publications(self, before: date) -> int:
        """Drop what was ended before a day, or valid until one before it; return how many."""
        ended = publication.c.ended_at < self._began(before)
        return self._drop(publication, sa.or_(ended, publication.c.valid_until < before))

    def add_media(self, one: Media, data: bytes) -> None:
        """Keep a file once, by its digest. Raises ``ValueError`` for bytes that are not its own."""
        if len(data) != one.size or hashlib.sha256(data).hexdigest() != one.digest:
            raise ValueError("the bytes are not those of the file")
        if len(data) > MOST_BYTES:
            raise ValueError(f"a file has {MOST_BYTES} bytes at the most")
        add = insert(self._connection, media).values(
            hall_id=self._hall_id, data=data, **MEDIA.row(one)
        )
        self._connection.execute(add.on_conflict_do_nothing())

    def drop_media_unused(self) -> int:
        """Drop files that no publication and no photo names; return how many."""
        published = sa.exists().where(
            publication.c.hall_id == media.c.hall_id, publication.c.media == media.c.digest
        )
        photo = sa.exists().where(
            staff_photo.c.hall_id == media.c.hall_id, staff_photo.c.digest == media.c.digest
        )
        return self._drop(media, sa.and_(~published, ~photo))

    def save_photo(self, staff_id: int, digest: str) -> None:
        """Give a person a photo, or none (empty)."""
        if digest:
            self._replace(staff_photo, {"staff_id": staff_id, "digest": digest})
        else:
            self._drop(staff_photo, staff_photo.c.staff_id == staff_id)

    def save_stars(self, staff_id: int, stars: Stars | None) -> None:
        """Write a person's stars."""
        if stars is None:
            self._drop(staff_stars, staff_stars.c.staff_id == staff_id)
        else:
            self._replace(staff_stars, {"staff_id": staff_id, **asdict(stars)})

    def _began(self, day: date) -> datetime:
        return day_began(day, self._plan.time_zone, self._plan.rules.day_start)

    def _called(self, calls: Iterable[CallKey]) -> dict[CallKey, datetime]:
        """Return which of these calls there were, each once, in their order, and since when.

        Nothing is noted of a moment before that: the hall's clock may have been set back since.
        """
        keys = list(dict.fromkeys(calls))
        turns = list(dict.fromkeys(turn_id for turn_id, _calls in keys))
        known = {row["id"]: row for row in self._of_turns(_calls_of, turns)}
        return {
            (turn_id, number): one["last_called_at" if number == one["calls"] else "called_at"]
            for turn_id, number in keys
            if (one := known.get(turn_id)) is not None and 0 < number <= one["calls"]
        }

    def _note(self, add: Callable[[str], Lean], rows: list[dict[str, Any]]) -> set[CallKey]:
        """Write what is new, in one go; return which calls these were."""
        noting = add(self._link.dialect.name)
        done = self._link.ask(*((noting, row) for row in rows)) if rows else []
        return {(row["turn_id"], row["calls"]) for found in done for row in found}

    def _spoken(self, by: str, one: Spoken, called_at: datetime) -> dict[str, Any]:
        key = (one.turn_id, one.calls)
        ago = timedelta(milliseconds=one.ago_ms)
        at = max(self._now - ago, called_at) if one.times else None
        return self._announced(
            key, spoken_at=at, spoken_by=by, times=one.times, why=one.why and one.why.value
        )

    def _announced(self, key: CallKey, **news: object) -> dict[str, Any]:
        row = ANNOUNCEMENT.row(Announcement(*key)) | news
        return {"hall_id": self._hall_id, **row}


_CALL: Final = ["hall_id", "turn_id", "calls"]


_HALL: "sa.BindParameter[str]" = sa.bindparam("hall", type_=sa.Text())
_SIZES: Final = (1, 4, 16, 64)
"""So many turns a question names."""


@lean
def _published() -> "sa.Select[Any]":
    mine = (publication.c.hall_id == _HALL, publication.c.ended_at.is_(None))
    return sa.select(publication).where(*mine)


@lean
def _announced(turns: int) -> "sa.Select[Any]":
    mine = (announced.c.hall_id == _HALL, announced.c.turn_id.in_(_named(turns)))
    return sa.select(*ANNOUNCEMENT.columns).where(*mine)


@lean
def _calls_of(turns: int) -> "sa.Select[Any]":
    columns = turn.c.id, turn.c.calls, turn.c.called_at, turn.c.last_called_at
    return sa.select(*columns).where(turn.c.hall_id == _HALL, turn.c.id.in_(_named(turns)))


def _named(turns: int) -> list["sa.BindParameter[int]"]:
    return [sa.bindparam(f"turn_{n}", type_=sa.BigInteger()) for n in range(turns)]


@lean
def _shown(dialect: str) -> Any:
    """Return what notes that a call was shown, and answers with it where that is new."""
    add = insert_for(dialect, announced)
    return _noting(add, ("shown_at", "shown_by"), announced.c.shown_at.is_(None))


@lean
def _spoken(dialect: str) -> Any:
    """Return the same for a voice."""
    add = insert_for(dialect, announced)
    new = sa.or_(announced.c.why.is_(None), add.excluded.times > 0)
    names = ("spoken_at", "spoken_by", "times", "why")
    return _noting(add, names, sa.and_(announced.c.times == 0, new))


def _noting(add: Any, names: tuple[str, ...], where: "sa.ColumnElement[bool]") -> Any:
    news = {name: add.excluded[name] for name in names}
    add = add.on_conflict_do_update(index_elements=_CALL, set_=news, where=where)
    whole = ("hall_id", *(column.name for column in ANNOUNCEMENT.columns))
    return add.returning(announced.c.turn_id, announced.c.calls), whole


def _publication_of(row: Row) -> Publication | None:
    hints = hints_of(Publication)
    try:
        one = Publication(**{name: decode(hint, row[name]) for name, hint in hints.items()})
    except (TypeError, ValueError, KeyError, AttributeError):
        one = None
    if one is None or not _can_stand(one):
        _tell_unread(row["id"])
        return None
    return one


def _can_stand(one: Publication) -> bool:
    """Tell whether screens can follow it; a time of day with a zone of its own compares to none."""
    timed = one.begins.tzinfo is None and one.ends.tzinfo is None and one.seconds > 0
    zoned = all(isinstance(code, str) for code in one.zones)
    return timed and zoned and _is_text(one.text) and _is_text(one.title)


def _is_text(text: LocalText) -> bool:
    return all(isinstance(part, str) for part in asdict(text).values())


@lru_cache(maxsize=200)
def _tell_unread(publication_id: int) -> None:
    log.warning("publication %d is left out: this version cannot read it", publication_id)
