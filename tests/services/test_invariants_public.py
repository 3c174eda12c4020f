"""The checker sees what is wrong with reports of calls, ratings and emergencies."""

from dataclasses import replace
from datetime import timedelta

import pytest

from hallclient.domain.announcement import Spoken, Unspoken
from hallclient.domain.follow_up import FollowUp
from hallclient.domain.journal import Json
from hallclient.domain.publication import Publication, PublicationKind
from hallclient.domain.rating import Level, Origin, Rating
from hallclient.domain.text import LocalText
from hallclient.domain.turn import Outcome
from hallclient.lab.invariants import check_invariants
from tests.halls import HALL_ID
from tests.stores import OPENING, HallUnderTest

pytestmark = pytest.mark.usually_on("sqlite")

APPEAL = "来的人按错了键"


def broken(hall: HallUnderTest) -> tuple[str, ...]:
    return check_invariants(hall.engine, HALL_ID).broken


@pytest.fixture
def told(hall: HallUnderTest) -> HallUnderTest:
    """Two turns: one shown, spoken and rated badly, one not spoken and rated by default."""
    hall.sign_in("2")
    for level, origin in ((Level.DISSATISFIED, Origin.ACTIVE), (Level.SATISFIED, Origin.DEFAULT)):
        hall.issue()
        turn = hall.calling().call_next().turn
        assert turn is not None
        hall.clock.advance(seconds=1)
        with hall.store.change("display:D1") as tx:
            active = origin is Origin.ACTIVE
            why, times = (None, 2) if active else (Unspoken.NO_SOUND, 0)
            tx.note_shown("D1", [(turn.id, 1)])
            tx.note_spoken("D1", [Spoken(turn.id, 1, "1", times, why, 900)])
        hall.calling().start()
        hall.calling().finish(Outcome.INSTANT)
        with hall.store.change("keypad:W2") as tx:
            rating = Rating(tx.new_id(), turn.id, level, origin, "W2", tx.now, b"salt")
            tx.add_rating(replace(rating, reasons=("207", "209") if active else ()))
            if active:
                tx.add_rating_contact(rating.id, b"sealed")
                follow_up = FollowUp(rating.id, OPENING.date(), appeal_reason=APPEAL)
                tx.save_follow_up(follow_up)
            data: dict[str, Json] = {"digest": rating.digest()}
            tx.record("rating.given", f"rating:{rating.id}", data)
    return hall


SWAP = "UPDATE rating_contact SET rating_id = (SELECT max(id) FROM rating)"
BREAKS = [
    ("misreported", "UPDATE announced SET calls = 2 WHERE times = 2"),
    ("misreported", "UPDATE announced SET shown_at = :before WHERE times = 2"),
    ("misreported", "UPDATE announced SET spoken_at = :before WHERE times = 2"),
    ("misreported", "UPDATE announced SET why = NULL, shown_at = NULL WHERE times = 0"),
    ("unsound_ratings", "UPDATE rating SET level = 1 WHERE origin = 'active'"),
    ("unsound_ratings", "UPDATE rating SET reasons = '[\"207\",\"207\"]' WHERE origin = 'active'"),
    ("unsound_ratings", "UPDATE rating SET reasons = '[\"406\"]' WHERE origin = 'default'"),
    ("unsound_ratings", "UPDATE rating SET given_at = :before WHERE origin = 'default'"),
    ("unsound_ratings", SWAP),
]
TABLES = ("announced", "rating", "rating_contact")


def test_edited_rows(told: HallUnderTest) -> None:
    assert broken(told) == ()
    for name in TABLES:
        told.execute(f"CREATE TABLE kept_{name} AS SELECT * FROM {name}")  # noqa: S608 - as below
    for name, spoil in BREAKS:
        before = {"before": OPENING - timedelta(hours=1)} if ":before" in spoil else {}
        told.execute(spoil, **before)
        assert broken(told) == (name,), spoil
        if "announced" in spoil:
            told.execute("DELETE FROM announced")
            told.execute("INSERT INTO announced SELECT * FROM kept_announced")
        else:
            told.execute("DELETE FROM rating_contact")
            for column in ("level", "reasons", "given_at"):
                told.execute(
                    f"UPDATE rating SET {column} = (SELECT {column} FROM kept_rating AS kept"  # noqa: S608 - the test's own
                    " WHERE kept.id = rating.id)"
                )
            told.execute("INSERT INTO rating_contact SELECT * FROM kept_rating_contact")
    assert broken(told) == ()


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        ("rating.given", {"level": 2}),
        ("rating.given", {"digest": "x", "reasons": ["207"]}),
        ("rating.given", {"digest": "x", "more": {"turn": 7}}),
        ("follow_up.recorded", {"result": "explained"}),
        ("follow_up.unsealed", {"rating": 7, "to": "13800138000"}),
        ("call.shown", {"turn": 7, "board": APPEAL}),
    ],
)
def test_the_journal_tells_nothing_of_ratings(
    told: HallUnderTest, kind: str, data: dict[str, Json]
) -> None:
    with told.store.change("staff:1") as tx:
        tx.record("follow_up.unsealed", "rating:7", {"rating": 7, "digest": "1" * 64})
        tx.record("call.shown", "turn:7", {"turn": 7, "calls": 1, "board": "D1"})
    assert broken(told) == ()
    with told.store.change("staff:1") as tx:
        tx.record(kind, "x", data)
    assert broken(told) == ("personal",)


def test_one_emergency_at_a_time(hall: HallUnderTest) -> None:
    def stands(*zones: str, ended: bool = False) -> int:
        with hall.store.change("staff:1") as tx:
            one = Publication(tx.new_id(), PublicationKind.EMERGENCY, LocalText("火警"))
            ended_at = tx.now if ended else None
            tx.save_publication(replace(one, zones=zones, ended_at=ended_at))
        return check_invariants(hall.engine, HALL_ID).double_emergencies

    zones = [zone.code for zone in hall.store.plan().zones]
    assert stands(ended=True) == 0
    assert stands(zones[0]) == 0
    assert stands("gone") == 0
    assert stands(zones[0]) == 1
    assert stands() == 1, "the other zone has this one only"
    assert stands() == len(zones) == 2
