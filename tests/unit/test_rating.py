"""When a rating may be asked for and given, and what the journal keeps of it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from hallclient.domain.errors import NotAllowed
from hallclient.domain.rating import GRACE, Level, Origin, Rating, check_ask, check_open
from hallclient.domain.turn import Outcome, Turn

NOON = datetime(2026, 9, 29, 4, tzinfo=UTC)
SERVED = {
    "instant",
    "promised",
    "supplement",
    "refused",
    "joint",
    "escalated",
    "consult",
    "collect",
}
TURN = Turn(1, 1, 1, 1, NOON, NOON, ended_at=NOON, result=Outcome.CONSULT, rating_asked_at=NOON)


@pytest.mark.parametrize("outcome", Outcome)
def test_asked_only_after_something_was_done(outcome: Outcome) -> None:
    ended = replace(TURN, result=outcome)
    if outcome in SERVED:
        check_ask(ended)
    else:
        with pytest.raises(NotAllowed):
            check_ask(ended)


def test_not_during_the_service() -> None:
    serving = replace(TURN, ended_at=None, result=None, rating_asked_at=None)
    with pytest.raises(NotAllowed):
        check_ask(serving)
    with pytest.raises(NotAllowed):
        check_open(serving, NOON, 20)


def test_not_unasked() -> None:
    with pytest.raises(NotAllowed):
        check_open(replace(TURN, rating_asked_at=None), NOON, 20)


def test_only_within_the_limit() -> None:
    end = NOON + timedelta(seconds=20) + GRACE
    check_open(TURN, NOON, 20)
    check_open(TURN, end, 20)
    with pytest.raises(NotAllowed):
        check_open(TURN, end + timedelta(microseconds=1), 20)


def test_levels_are_the_national_five() -> None:
    assert [(level.name, int(level)) for level in Level] == [
        ("VERY_DISSATISFIED", 1),
        ("DISSATISFIED", 2),
        ("FAIRLY_SATISFIED", 3),
        ("SATISFIED", 4),
        ("VERY_SATISFIED", 5),
    ]


def test_the_digest_tells_no_level_without_its_salt() -> None:
    rating = Rating(1, 2, Level.SATISFIED, Origin.ACTIVE, "k1", NOON, b"s" * 16)
    every = {replace(rating, level=level).digest() for level in Level}
    salted = {replace(rating, salt=bytes([n]) * 16).digest() for n in range(20)}
    others = {replace(rating, id=9).digest(), replace(rating, turn_id=9).digest()}
    assert (len(every), len(salted), len(others - every)) == (5, 20, 2)
    assert replace(rating, device="k2").digest() == rating.digest()
