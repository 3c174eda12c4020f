"""Reasons and numbers go in with a level, once; numbers only sealed; offline ratings later."""

import base64
import json
import logging
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from hallclient.domain.errors import NotAllowed, Refused
from hallclient.domain.rating import Level, Rating
from hallclient.services.rating_contact import opened_contact
from hallclient.services.rating_spool import (
    MOST_IN_MEMORY,
    RatingMemory,
    RatingSpool,
    key_in_memory,
)
from hallclient.services.ratings import PATIENCE, Ratings, must_offer_again
from hallclient.services.sealing import HallKey, KeyTrouble
from hallclient.services.spool_lines import SpoolError, framed
from hallclient.services.store_error import StoreError
from hallclient.storage.rating_spool_file import RatingSpoolFile
from tests.services.test_ratings import ended_turn
from tests.stores import HallUnderTest

KEY = HallKey(bytes(range(32)))
NUMBER = "13800001234"
SQLITE = pytest.mark.parametrize("hall_url", ["sqlite"], indirect=True)
REASONS = ("209", "213")


def of_screen(hall: HallUnderTest, key: HallKey | None = KEY) -> Ratings:
    return Ratings(hall.store, lambda: key, PATIENCE)


def the_rating(hall: HallUnderTest) -> Rating:
    with hall.store.look() as reader:
        (row,) = reader.ratings_between(
            hall.clock.now - timedelta(days=1), hall.clock.now + timedelta(days=1)
        )
    return row.rating


def test_reasons_and_a_sealed_number_go_in_together(hall: HallUnderTest) -> None:
    turn = ended_turn(hall)
    assert of_screen(hall).record(turn, Level.DISSATISFIED, "screen 2", REASONS, NUMBER)
    rating = the_rating(hall)
    assert (rating.level, rating.reasons) == (Level.DISSATISFIED, REASONS)
    with hall.store.look() as reader:
        sealed = reader.rating_contact(rating.id)
    assert sealed is not None
    assert NUMBER.encode() not in sealed
    assert opened_contact(KEY, rating.id, sealed) == f"+86{NUMBER}"
    with pytest.raises(KeyTrouble):
        opened_contact(KEY, rating.id + 1, sealed)
    entry = hall.journal()[-1]
    assert dict(entry.data) == {"digest": rating.digest()}
    assert "209" not in json.dumps(dict(entry.data)).replace(rating.digest(), "")
    assert not of_screen(hall).record(turn, Level.SATISFIED, "screen 2", (), "13911112222")
    assert len(hall.rows("SELECT * FROM rating_contact")) == 1


@SQLITE
def test_the_digest_stands_for_reasons_too(hall: HallUnderTest) -> None:
    turn = ended_turn(hall)
    of_screen(hall).record(turn, Level.DISSATISFIED, "screen 2", REASONS)
    rating = the_rating(hall)
    other = {replace(rating, reasons=some).digest() for some in ((), REASONS[:1], REASONS)}
    assert len(other) == 3
    assert rating.digest() in other


@SQLITE
@pytest.mark.parametrize(
    ("reasons", "contact", "error"),
    [(("115",), "", NotAllowed), (("209", "209"), "", NotAllowed), ((), "1380000", Refused)],
)
def test_what_does_not_belong_to_the_level_or_is_no_number_is_refused(
    hall: HallUnderTest, reasons: tuple[str, ...], contact: str, error: type[Exception]
) -> None:
    turn = ended_turn(hall)
    with pytest.raises(error) as caught:
        of_screen(hall).record(turn, Level.DISSATISFIED, "screen 2", reasons, contact)
    assert "1380000" not in str(caught.value)
    assert hall.rows("SELECT * FROM rating") == []


@SQLITE
def test_without_the_key_the_rating_counts_and_the_number_is_left_out(hall: HallUnderTest) -> None:
    turn = ended_turn(hall)
    assert of_screen(hall, None).record(turn, Level.DISSATISFIED, "screen 2", REASONS, NUMBER)
    assert the_rating(hall).reasons == REASONS
    assert hall.rows("SELECT * FROM rating_contact") == []


@SQLITE
def test_a_screen_has_patience_and_a_keypad_has_not(hall: HallUnderTest) -> None:
    turn = ended_turn(hall)
    hall.clock.advance(seconds=20 + 10 + PATIENCE.seconds)
    with pytest.raises(NotAllowed):
        hall.ratings.record(turn, Level.SATISFIED, "k2")
    assert of_screen(hall).record(turn, Level.SATISFIED, "screen 2")
    late = ended_turn(hall)
    hall.clock.advance(seconds=20 + 10 + PATIENCE.seconds + 1)
    with pytest.raises(NotAllowed):
        of_screen(hall).record(late, Level.SATISFIED, "screen 2")


@SQLITE
def test_nothing_given_is_logged(hall: HallUnderTest, caplog: pytest.LogCaptureFixture) -> None:
    turn = ended_turn(hall)
    caplog.set_level(logging.DEBUG)
    assert not must_offer_again(of_screen(hall), turn, 2, "screen 2", ("115",), NUMBER)
    assert not must_offer_again(of_screen(hall), turn, 2, "screen 2", REASONS, "138000")
    assert not must_offer_again(of_screen(hall), turn, 2, "screen 2", REASONS, NUMBER)
    assert the_rating(hall).reasons == REASONS
    assert not any(
        told in "\n".join(caplog.messages) for told in (NUMBER, "138000", "209", "115", "level")
    )


# The spool of a screen


def spool(hall: HallUnderTest, folder: Path, key: HallKey | None = KEY) -> RatingSpool:
    return RatingSpool(RatingSpoolFile(folder), lambda: key, lambda: hall.clock.now)


def test_what_was_given_offline_comes_in_once_with_its_moment(
    hall: HallUnderTest, tmp_path: Path
) -> None:
    turn = ended_turn(hall)
    hall.clock.advance(seconds=15)
    given_at = hall.clock.now
    kept = spool(hall, tmp_path)
    assert kept.keep(turn, 2, "screen 2", REASONS, NUMBER)
    assert kept.keep(turn, 5, "screen 2", (), ""), "the first counts"
    text = (tmp_path / "ratings.log").read_text()
    assert not any(told in text for told in (NUMBER, "209", "level", "given"))
    assert json.loads(text.split(" ", 1)[1])[0] == "screen 2", "and nothing before it"
    kept.close()
    hall.clock.advance(hours=3)
    again = spool(hall, tmp_path)
    assert again.hand_in(hall.store) == 1
    assert again.hand_in(hall.store) == 0
    assert again.pending == 0
    rating = the_rating(hall)
    assert (rating.level, rating.reasons, rating.given_at) == (2, REASONS, given_at)
    assert len(hall.rows("SELECT * FROM rating_contact")) == 1
    again.close()
    assert (tmp_path / "ratings.log").read_text() == ""


@SQLITE
def test_lines_on_the_disk_tell_neither_turns_nor_ratings_apart(
    hall: HallUnderTest, tmp_path: Path
) -> None:
    kept = spool(hall, tmp_path)
    assert kept.keep(3, 5, "screen 2", (), "")
    assert kept.keep(987_654_321, 1, "screen 2", REASONS, NUMBER)
    kept.close()
    lines = (tmp_path / "ratings.log").read_text().splitlines()
    assert len(lines) == 2
    assert len({len(line) for line in lines}) == 1
    assert not any("987654321" in line or ",3," in line for line in lines)


@SQLITE
def test_a_line_of_an_earlier_version_comes_in(hall: HallUnderTest, tmp_path: Path) -> None:
    turn = ended_turn(hall)
    at = hall.clock.now.isoformat()
    given = json.dumps({"level": 2, "reasons": REASONS, "contact": "", "at": at})
    sealed = base64.b64encode(KEY.seal("rating-spool", f"turn:{turn}", given)).decode()
    (tmp_path / "ratings.log").write_bytes(framed(json.dumps([turn, "screen 2", sealed])))
    kept = spool(hall, tmp_path)
    assert kept.keep(turn, 5, "screen 2", (), ""), "the first counts"
    assert kept.hand_in(hall.store) == 1
    kept.close()
    assert the_rating(hall).level == 2


@SQLITE
def test_without_a_key_nothing_is_kept(hall: HallUnderTest, tmp_path: Path) -> None:
    kept = spool(hall, tmp_path, None)
    assert not kept.keep(1, 2, "screen 2", (), "")
    kept.close()


@SQLITE
def test_without_a_key_it_is_kept_in_memory_and_nowhere_else(
    hall: HallUnderTest, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    turns = [ended_turn(hall), ended_turn(hall)]
    given_at = hall.clock.now
    own = key_in_memory()
    kept = RatingSpool(RatingMemory(), lambda: own, lambda: hall.clock.now)
    assert kept.keep(turns[0], 2, "screen 2", REASONS, "")
    with pytest.raises(StoreError):
        kept.hand_in(Away())  # type: ignore[arg-type]
    hall.clock.advance(hours=3)
    assert kept.hand_in(hall.store) == 1
    rating = the_rating(hall)
    assert (rating.level, rating.reasons, rating.given_at) == (2, REASONS, given_at)
    assert kept.keep(turns[1], 1, "screen 2", (), "")
    kept.close()
    assert "1" in caplog.messages[-1]
    assert kept.hand_in(hall.store) == 0, "it is gone with the program"
    full = RatingSpool(RatingMemory(), lambda: own, lambda: hall.clock.now)
    kept_all = [full.keep(n, 2, "screen 2", (), "") for n in range(MOST_IN_MEMORY + 1)]
    assert kept_all == [True] * MOST_IN_MEMORY + [False]
    assert not list(tmp_path.rglob("ratings.log"))


@SQLITE
def test_what_never_can_be_taken_is_dropped_and_holds_nothing_up(
    hall: HallUnderTest, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    turn = ended_turn(hall)
    hall.clock.advance(seconds=20 + 10 + PATIENCE.seconds + 1)
    kept = spool(hall, tmp_path)
    assert kept.keep(4711, 2, "screen 2", (), "")
    assert kept.keep(turn, 1, "screen 2", (), NUMBER)
    kept.close()
    strange = spool(hall, tmp_path, HallKey(bytes(32)))
    assert strange.pending == 0, "nobody has looked"
    assert strange.hand_in(hall.store) == 0
    strange.close()
    good = ended_turn(hall)
    again = spool(hall, tmp_path)
    assert again.keep(good, 4, "screen 2", (), "")
    assert again.hand_in(hall.store) == 1
    again.close()
    assert NUMBER not in caplog.text


class Away:
    """A database that is away."""

    def change(self, _actor: str) -> None:
        raise _Away("no connection")


class _Away(StoreError):
    retryable = True


@SQLITE
def test_it_waits_for_a_database_and_for_another_process(
    hall: HallUnderTest, tmp_path: Path
) -> None:
    turn = ended_turn(hall)
    kept = spool(hall, tmp_path)
    assert kept.keep(turn, 2, "screen 2", (), "")
    with pytest.raises(StoreError):
        kept.hand_in(Away())  # type: ignore[arg-type]
    assert kept.pending == 1
    other = spool(hall, tmp_path)
    with pytest.raises(SpoolError):
        other.hand_in(hall.store)
    assert not other.keep(turn, 5, "screen 2", (), "")
    other.close()
    assert kept.hand_in(hall.store) == 1
    kept.close()


class Full:
    """A database that takes nothing until somebody looks after it, with work for the next one."""

    def change(self, _actor: str) -> None:
        raise StoreError("The disk that holds the database is full.")


@SQLITE
def test_no_rating_is_lost_to_a_database_that_somebody_must_look_after(
    hall: HallUnderTest, tmp_path: Path
) -> None:
    turns = [ended_turn(hall), ended_turn(hall)]
    kept = spool(hall, tmp_path)
    full = Ratings(Full(), lambda: KEY, PATIENCE)  # type: ignore[arg-type]
    for turn in turns:
        assert must_offer_again(full, turn, 2, "screen 2", REASONS, NUMBER), "so that it is kept"
        assert kept.keep(turn, 2, "screen 2", REASONS, NUMBER)
    with pytest.raises(StoreError):
        kept.hand_in(Full())  # type: ignore[arg-type]
    assert kept.pending == 2
    kept.close()
    again = spool(hall, tmp_path)
    assert again.hand_in(hall.store) == 2
    again.close()


@SQLITE
def test_lines_that_are_none_are_left_out(hall: HallUnderTest, tmp_path: Path) -> None:
    turn = ended_turn(hall)
    kept = spool(hall, tmp_path)
    assert kept.keep(turn, 2, "screen 2", (), "")
    kept.close()
    file = tmp_path / "ratings.log"
    hostile = [
        framed("[]"),
        framed('{"turn": 1}'),
        framed('[true,"screen","x"]'),
        framed(f'[{turn},"screen 2","!!"]'),
        b"rubbish\n",
        b"0000",
    ]
    file.write_bytes(hostile[0] + file.read_bytes() + b"".join(hostile[1:]))
    again = spool(hall, tmp_path)
    assert again.hand_in(hall.store) == 1
    assert again.pending == 0
    again.close()
