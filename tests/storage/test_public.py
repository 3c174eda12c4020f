"""What public screens and ratings leave in both databases comes back, and goes in time."""

import hashlib
from dataclasses import replace
from datetime import date, time, timedelta

import pytest

from hallclient.domain.announcement import BoardRecord, Spoken, Unspoken
from hallclient.domain.follow_up import Appeal, FollowUp, FollowUpResult
from hallclient.domain.publication import Media, Publication, PublicationKind
from hallclient.domain.rating import Level, Origin, Rating
from hallclient.domain.text import LocalText
from hallclient.domain.turn import Outcome
from hallclient.services.chores.retention import RetentionChore
from hallclient.services.public_records import Stars
from hallclient.storage.public_tables import MOST_BYTES
from tests.stores import HallUnderTest

DAY = timedelta(days=1)
TODAY = date(2026, 9, 29)
TEXT = LocalText("通知", "通知", "Notice")


def called(hall: HallUnderTest, window: str = "2") -> int:
    """A turn that was called once; its id."""
    hall.issue()
    turn = hall.calling(window).call_next().turn
    assert turn is not None
    return turn.id


def media_of(data: bytes) -> Media:
    return Media(hashlib.sha256(data).hexdigest(), "image/png", len(data), 3, 4)


def test_the_first_report_of_a_call_counts(hall: HallUnderTest) -> None:
    hall.sign_in("2", "3")
    one, two = called(hall), called(hall, "3")
    with hall.store.change("x") as tx:
        first = tx.now
        assert tx.note_shown("D1", [(two, 1), (one, 1), (two, 1)]) == [(two, 1), (one, 1)]
        assert tx.note_shown("D2", [(one, 1), (one, 2), (999_999, 1), (one, 0)]) == []
    with hall.store.change("x") as tx:
        assert tx.note_shown("D2", [(one, 1)]) == []
        quiet = Spoken(one, 1, "", 0, Unspoken.NO_SOUND, 40)
        assert tx.note_spoken("D2", [quiet]) == [quiet]
        assert tx.note_spoken("D3", [replace(quiet, why=Unspoken.MUTED)]) == []
        loud = Spoken(one, 1, "", 2, None, 900)
        assert tx.note_spoken("D3", [quiet, loud]) == [loud], "spoken beats unspoken"
        assert tx.note_spoken("D2", [loud, quiet]) == []
        assert tx.note_spoken("D1", [replace(loud, turn_id=999_999)]) == []
        for wrong in (replace(loud, why=Unspoken.MUTED), replace(quiet, why=None)):
            with pytest.raises(ValueError, match="times"):
                tx.note_spoken("D1", [wrong])
        found = tx.announced([(one, 1), (two, 1), (one, 2)])
        assert set(found) == {(one, 1), (two, 1)}
        known = found[one, 1]
        assert (known.shown_at, known.shown_by) == (first, "D1")
        assert (known.spoken_at, known.spoken_by, known.times) == (tx.now, "D3", 2)
        assert known.why is None
        assert found[two, 1].spoken_at is None


def test_what_is_only_heard_has_no_screen(hall: HallUnderTest) -> None:
    hall.sign_in("2")
    one = called(hall)
    late = Spoken(one, 1, "", 0, Unspoken.TOO_OLD, 45_001)
    with hall.store.change("x") as tx:
        assert tx.note_spoken("D1", [late]) == [late]
        known = tx.announced([(one, 1)])[one, 1]
        assert (known.shown_at, known.spoken_at) == (None, None)
        assert (known.spoken_by, known.why) == ("D1", Unspoken.TOO_OLD)
        assert tx.note_shown("D2", [(one, 1)]) == [(one, 1)]
        assert tx.announced([(one, 1)])[one, 1].why is Unspoken.TOO_OLD


def test_old_reports_go_by_their_turns(hall: HallUnderTest) -> None:
    hall.sign_in("2", "3")
    one = called(hall)
    hall.clock.advance(hours=1)
    two = called(hall, "3")
    with hall.store.change("x") as tx:
        tx.note_shown("D1", [(one, 1), (two, 1)])
        (first, second) = (turn.called_at for turn in map(tx.turn, (one, two)) if turn)
        assert tx.drop_announced(first) == 0
        assert tx.drop_announced(second) == 1
        assert set(tx.announced([(one, 1), (two, 1)])) == {(two, 1)}
        assert tx.drop_announced(tx.now + DAY) == 1


def test_many_calls_at_once(hall: HallUnderTest) -> None:
    hall.sign_in("2")
    one = called(hall)
    hall.execute("UPDATE turn SET calls = 400")
    calls = [(one, number) for number in range(1, 401)]
    with hall.store.change("x") as tx:
        assert tx.note_shown("D1", calls) == calls
        assert len(tx.announced(calls)) == 400


def test_boards_are_known_by_name_until_they_are_forgotten(hall: HallUnderTest) -> None:
    with hall.store.change("x") as tx:
        now = tx.now
        board = BoardRecord("D2", ("1",), (), now, now)
        tx.save_board(board)
        tx.save_board(replace(board, name="D1"))
        seen = replace(board, speaks=("1",), seen_at=now + DAY, ended_at=now + DAY)
        tx.save_board(seen)
        assert tx.boards() == [replace(board, name="D1"), seen]
        assert tx.drop_boards(now + DAY) == 1
        assert tx.forget_board("D2")
        assert not tx.forget_board("D2")


def test_publications_come_back_in_their_order(hall: HallUnderTest) -> None:
    with hall.store.change("x") as tx:
        now = tx.now
        full = Publication(
            id=tx.new_id(),
            kind=PublicationKind.PICTURE,
            text=TEXT,
            title=TEXT,
            media="0" * 64,
            zones=("1",),
            valid_from=TODAY,
            valid_until=TODAY + DAY,
            weekdays=(1, 5),
            begins=time(22, 30),
            ends=time(6),
            seconds=12,
            position=2,
            staff_id=tx.plan.staff_of["1002"].id,
            published_at=now,
        )
        strip = Publication(tx.new_id(), PublicationKind.STRIP, TEXT, position=1)
        for one in (full, strip):
            tx.save_publication(one)
        assert tx.publications() == [strip, full]
        tx.save_publication(replace(full, position=0))
        assert tx.publications() == [replace(full, position=0), strip]
        tx.save_publication(replace(strip, ended_at=now))
        assert tx.publications() == [replace(full, position=0)]
        assert tx.drop_publications(TODAY) == 0
        assert tx.drop_publications(TODAY + DAY) == 1, "ended today"
        assert tx.drop_publications(TODAY + 2 * DAY) == 1, "was valid until tomorrow"


@pytest.mark.parametrize(
    "harm",
    [
        "emergency = 'flood'",
        """text = '{"zh-CN": "a"}'""",
        """title = '{"zh_cn": 5, "zh_hant": "", "en": ""}'""",
        "zones = '7'",
        "zones = '[[7]]'",
        "begins = '08:00:00+08:00'",
        "seconds = 0",
    ],
)
def test_a_publication_of_another_version_is_left_out(hall: HallUnderTest, harm: str) -> None:
    """Windows and boards read what is published: it must not stop the calls."""
    with hall.store.change("x") as tx:
        one, other = (
            Publication(tx.new_id(), PublicationKind.STRIP, TEXT, position=n) for n in (1, 2)
        )
        tx.save_publication(one)
        tx.save_publication(other)
    hall.execute(f"UPDATE publication SET {harm} WHERE id = :id", id=one.id)  # noqa: S608
    with hall.store.look() as reader:
        assert reader.publications() == [other]


def test_files_are_kept_once_and_while_somebody_names_them(hall: HallUnderTest) -> None:
    picture, photo, spare = b"picture", b"photo", b"spare"
    with hall.store.change("x") as tx:
        clerk = tx.plan.staff_of["1002"].id
        for data in (picture, photo, spare, spare):
            tx.add_media(media_of(data), data)
        assert {one.digest for one in tx.media()} == {
            media_of(data).digest for data in (picture, photo, spare)
        }
        assert tx.media_bytes(media_of(photo).digest) == photo
        assert tx.media_bytes("") is None
        assert tx.photo_of(clerk) == ""
        tx.save_photo(clerk, media_of(spare).digest)
        tx.save_photo(clerk, media_of(photo).digest)
        assert tx.photo_of(clerk) == media_of(photo).digest
        tx.save_publication(
            Publication(tx.new_id(), PublicationKind.PICTURE, media=media_of(picture).digest)
        )
        assert tx.drop_media_unused() == 1
        assert media_of(spare) not in tx.media()
        tx.save_photo(clerk, "")
        assert tx.drop_media_unused() == 1
        assert tx.media() == [media_of(picture)]
        for wrong in (replace(media_of(spare), size=4), replace(media_of(spare), digest="0" * 64)):
            with pytest.raises(ValueError, match="not those"):
                tx.add_media(wrong, spare)
        big = bytes(MOST_BYTES + 1)
        with pytest.raises(ValueError, match="at the most"):
            tx.add_media(media_of(big), big)


def test_stars_come_and_go(hall: HallUnderTest) -> None:
    with hall.store.change("x") as tx:
        clerk = tx.plan.staff_of["1002"].id
        for stars in (None, Stars(47, 10, TODAY), Stars(48, 20, TODAY + DAY), None):
            tx.save_stars(clerk, stars)
            assert tx.stars_of(clerk) == stars


def rated(hall: HallUnderTest, level: Level, **more: object) -> Rating:
    """A turn of window 2, rated now."""
    turn = called(hall)
    hall.calling().start()
    hall.calling().finish(Outcome.INSTANT)
    with hall.store.change("x") as tx:
        rating = Rating(tx.new_id(), turn, level, Origin.ACTIVE, "K", tx.now, b"salt")
        rating = replace(rating, **more)  # type: ignore[arg-type]
        assert tx.add_rating(rating)
    return rating


def test_a_window_knows_what_it_asked_for_last(hall: HallUnderTest) -> None:
    hall.sign_in("2", "3")
    rating = rated(hall, Level.SATISFIED)
    with hall.store.look() as reader:
        window, other = (reader.plan.window(code).id for code in "23")
        turn = reader.turn(rating.turn_id)
        assert turn is not None
        assert reader.rating_open_at(window) == (turn.id, turn.rating_asked_at)
        assert reader.rating_open_at(other) is None
    called(hall)
    with hall.store.look() as reader:
        assert reader.rating_open_at(window) == (turn.id, turn.rating_asked_at)
    hall.clock.advance(days=1, seconds=5)
    with hall.store.look() as reader:
        assert reader.rating_open_at(window) is None


def test_ratings_with_what_they_are_about(hall: HallUnderTest) -> None:
    hall.sign_in("2")
    good = rated(hall, Level.SATISFIED, reasons=("406", "409"))
    hall.clock.advance(minutes=1)
    bad = rated(hall, Level.DISSATISFIED)
    follow_up = FollowUp(
        bad.id, TODAY, None, note="said", appeal=Appeal.ASKED, appealed_by=1,
        appeal_reason="wrong key", decided_by=2,
    )  # fmt: skip
    with hall.store.change("x") as tx:
        tx.save_follow_up(follow_up)
        tx.add_rating_contact(bad.id, b"sealed")
        rows = tx.ratings_between(good.given_at, bad.given_at + DAY)
        assert [row.rating for row in rows] == [good, bad]
        assert [row.follow_up for row in rows] == [None, follow_up]
        assert [row.contact for row in rows] == [False, True]
        plan = tx.plan
        about = (plan.window("2").id, plan.service("ZH001").id, plan.staff_of["1002"].id)
        for row in rows:
            assert (row.window_id, row.service_id, row.staff_id) == about
        assert [row.label for row in rows] == ["A001", "A002"]
        assert tx.ratings_between(good.given_at, bad.given_at) == rows[:1]
        assert tx.rating_contact(good.id) is None
        assert tx.rating_contact(bad.id) == b"sealed"


@pytest.mark.parametrize(
    ("level", "changes", "goes"),
    [
        (Level.DISSATISFIED, None, False),
        (Level.DISSATISFIED, {}, False),
        (Level.DISSATISFIED, {"result": FollowUpResult.EXPLAINED}, True),
        (Level.DISSATISFIED, {"result": FollowUpResult.BY_DATE}, False),
        (Level.DISSATISFIED, {"result": FollowUpResult.UNREACHED, "tries": 3}, True),
        (Level.DISSATISFIED, {"result": FollowUpResult.UNREACHED, "tries": 2}, False),
        (Level.DISSATISFIED, {"result": FollowUpResult.MISTAKEN, "appeal": Appeal.ASKED}, False),
        (Level.DISSATISFIED, {"result": FollowUpResult.MISTAKEN, "appeal": Appeal.GRANTED}, True),
        (Level.SATISFIED, None, True),
    ],
)
def test_a_telephone_goes_when_its_follow_up_is_over(
    hall: HallUnderTest, level: Level, changes: dict[str, object] | None, goes: bool
) -> None:
    hall.sign_in("2")
    rating = rated(hall, level)
    with hall.store.change("x") as tx:
        tx.add_rating_contact(rating.id, b"sealed")
        if changes is not None:
            at = tx.now if changes else None
            follow_up = FollowUp(rating.id, TODAY, recorded_at=at)
            tx.save_follow_up(replace(follow_up, **changes))  # type: ignore[arg-type]
        assert tx.drop_rating_contacts(TODAY, TODAY) == 0
        assert tx.drop_rating_contacts(TODAY + DAY, TODAY) == int(goes)
        assert tx.drop_rating_contacts(TODAY, TODAY + DAY) == int(not goes), "it has an end"


def test_a_granted_appeal_counts_in_no_figure(hall: HallUnderTest) -> None:
    hall.sign_in("2")
    good = rated(hall, Level.VERY_SATISFIED)
    hall.clock.advance(minutes=1)
    bad = rated(hall, Level.VERY_DISSATISFIED)
    since, until = good.given_at, bad.given_at + DAY
    for appeal, rated_, listed in (
        (None, 2, True), (Appeal.ASKED, 2, True), (Appeal.REFUSED, 2, True),
        (Appeal.GRANTED, 1, False),
    ):  # fmt: skip
        with hall.store.change("x") as tx:
            tx.save_follow_up(FollowUp(bad.id, TODAY, appeal=appeal))
            service, clerk = tx.plan.service("ZH001").id, tx.plan.staff_of["1002"].id
            assert tx.rating_counts(since, until) == {service: (rated_, 1)}
            (day,) = [one for one in tx.staff_days(TODAY) if one.staff_id == clerk]
            assert (day.served, day.rated, day.satisfied) == (2, rated_, 1)
            assert [row.rating.id for row in tx.low_ratings()] == [bad.id] * listed
            assert len(tx.ratings_between(since, until)) == 2, "it stays listed"


def test_an_appeal_keeps_a_follow_up_open_until_it_is_decided(hall: HallUnderTest) -> None:
    hall.sign_in("2")
    bad = rated(hall, Level.DISSATISFIED)
    done = FollowUp(bad.id, TODAY, result=FollowUpResult.EXPLAINED)
    for appeal, listed in ((None, False), (Appeal.ASKED, True), (Appeal.REFUSED, False)):
        with hall.store.change("x") as tx:
            tx.save_follow_up(replace(done, appeal=appeal))
            assert bool(tx.low_ratings()) is listed


def test_retention_clears_what_the_public_left(hall: HallUnderTest) -> None:
    hall.sign_in("2")
    rating = rated(hall, Level.SATISFIED)
    picture = b"picture"
    with hall.store.change("x") as tx:
        now = tx.now
        tx.note_shown("D1", [(rating.turn_id, 1)])
        tx.save_board(BoardRecord("D1", (), (), now, now))
        tx.add_rating_contact(rating.id, b"sealed")
        tx.add_media(media_of(picture), picture)
        one = Publication(tx.new_id(), PublicationKind.PICTURE, media=media_of(picture).digest)
        tx.save_publication(replace(one, ended_at=now))
    told = []
    for day in range(1, 45):
        hall.clock.now = now + day * DAY
        said = RetentionChore().step(hall.store)
        told += [(day, what) for what in said.removeprefix("deleted: ").split(", ") if what]
    assert told == [
        (15, "boards 1"),
        (31, "telephones of ratings 1"), (31, "publications 1"), (31, "files 1"),
        (40, "reports of calls 1"),
    ]  # fmt: skip
