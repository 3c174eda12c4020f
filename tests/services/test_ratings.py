"""Ratings go in once, in time, and never come out at a window or in the journal."""

import dataclasses
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import pytest

from hallclient.domain.errors import NotAllowed, NotFound
from hallclient.domain.rating import Level, Origin, Rating
from hallclient.domain.turn import Outcome
from tests.halls import PIN
from tests.stores import HallUnderTest

if TYPE_CHECKING:
    from hallclient.services.windows import WindowState


def ended_turn(hall: HallUnderTest, outcome: Outcome = Outcome.CONSULT) -> int:
    hall.sign_in("2")
    hall.issue()
    calling = hall.calling()
    calling.call_next()
    calling.start()
    turn = calling.finish(outcome).turn
    assert turn is not None
    return turn.id


@pytest.mark.parametrize("level", Level)
def test_a_rating_is_stored_as_it_was_given(hall: HallUnderTest, level: Level) -> None:
    turn = ended_turn(hall)
    assert hall.ratings.record(turn, level, "k2")
    (row,) = hall.rows("SELECT id, turn_id, level, origin, device, salt FROM rating")
    assert (row.turn_id, row.level, row.origin, row.device) == (turn, level, "active", "k2")
    entry = hall.journal()[-1]
    rating = Rating(row.id, turn, level, Origin.ACTIVE, "k2", hall.clock.now, bytes(row.salt))
    assert (entry.kind, dict(entry.data)) == ("rating.given", {"digest": rating.digest()})


def test_one_rating_a_turn(hall: HallUnderTest) -> None:
    turn = ended_turn(hall)
    assert hall.ratings.record(turn, Level.SATISFIED, "k2")
    entries = len(hall.journal())
    assert not hall.ratings.record(turn, Level.VERY_DISSATISFIED, "k2")
    hall.calling().ask_again()
    assert not hall.ratings.record(turn, Level.VERY_DISSATISFIED, "k2")
    assert hall.rows("SELECT level FROM rating") == [(4,)]
    assert len(hall.journal()) == entries + 1, "asked again, and nothing else"


def test_not_before_the_service_ended(hall: HallUnderTest) -> None:
    hall.sign_in("2")
    hall.issue()
    turn = hall.calling().call_next().turn
    assert turn is not None
    with pytest.raises(NotAllowed):
        hall.ratings.record(turn.id, Level.SATISFIED, "k2")
    hall.calling().start()
    with pytest.raises(NotAllowed):
        hall.ratings.record(turn.id, Level.SATISFIED, "k2")
    assert hall.rows("SELECT level FROM rating") == []


def test_not_for_a_no_show(hall: HallUnderTest) -> None:
    hall.sign_in("2")
    hall.issue()
    calling = hall.calling()
    calling.call_next()
    calling.recall()
    calling.recall()
    turn = calling.no_show().turn
    assert turn is not None
    with pytest.raises(NotAllowed):
        hall.ratings.record(turn.id, Level.SATISFIED, "k2")


def test_only_within_the_time_and_again_after_asking_again(hall: HallUnderTest) -> None:
    turn = ended_turn(hall)
    hall.clock.advance(seconds=20 + 10 + 1)
    with pytest.raises(NotAllowed) as caught:
        hall.ratings.record(turn, Level.SATISFIED, "k2")
    assert caught.value.key == "rating_closed"
    hall.calling().ask_again()
    hall.clock.advance(seconds=20)
    assert hall.ratings.record(turn, Level.SATISFIED, "k2")


def test_a_turn_that_is_not_there(hall: HallUnderTest) -> None:
    with pytest.raises(NotFound):
        hall.ratings.record(4711, Level.SATISFIED, "k2")


def inside(value: Any, path: str = "state") -> Iterator[tuple[str, Any]]:
    """Every value that can be reached from a value, with its path."""
    yield path, value
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        for field in dataclasses.fields(value):
            yield from inside(getattr(value, field.name), f"{path}.{field.name}")
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from inside(item, f"{path}[{key!r}]")
    elif isinstance(value, tuple | list | set | frozenset):
        for n, item in enumerate(value):
            yield from inside(item, f"{path}[{n}]")


def test_a_window_never_sees_a_rating(hall: HallUnderTest) -> None:
    """The state is the same whatever was pressed, and whether anything was."""
    turn = ended_turn(hall)
    before = hall.calling().state()
    assert hall.ratings.record(turn, Level.VERY_DISSATISFIED, "k2")
    after = hall.calling().state()
    assert dataclasses.replace(after, now=before.now) == before
    for state in (before, after):
        for path, value in inside(state):
            assert not isinstance(value, Level | Rating), path
            assert not path.endswith((".level", ".rating", ".rated", ".digest")), path
    names = {path.rpartition(".")[2] for path, _ in inside(after)}
    assert {"turn", "rating_asked_at", "label"} <= names, "the search goes into the parts"


def test_every_move_hands_out_the_same_kind_of_state(hall: HallUnderTest) -> None:
    turn = ended_turn(hall)
    hall.ratings.record(turn, Level.VERY_DISSATISFIED, "k2")
    states: list[WindowState] = [hall.calling().ask_again(), hall.shifts().pause("meal")]
    states += [hall.shifts().resume(), hall.shifts().sign_in("1002", PIN), hall.shifts().sign_out()]
    for state in states:
        assert not [path for path, value in inside(state) if isinstance(value, Level | Rating)]


def test_the_journal_holds_no_level_no_pin_and_no_name(hall: HallUnderTest) -> None:
    hall.change_plan(
        staff=tuple(dataclasses.replace(m, department="ZH") for m in hall.store.plan().staff)
    )
    for level in Level:
        turn = ended_turn(hall, Outcome.PROMISED)
        assert hall.ratings.record(turn, level, "k2")
    plan = hall.store.plan()
    rows = hall.rows("SELECT * FROM journal")
    kinds = {row.kind for row in rows}
    assert {"rating.given", "shift.began", "hall.changed", "turn.ended"} <= kinds
    for row in rows:
        data = "" if row.kind == "rating.given" else row.data
        text = f"{row.kind} {row.zone_code} {row.window_code} {row.subject} {row.actor} {data}"
        for member in plan.staff:
            assert member.name not in text
            assert member.pin_hash not in text
        assert PIN not in text
        assert "level" not in text
    given = [row for row in rows if row.kind == "rating.given"]
    assert len(given) == 5
    digests = {row.data for row in given}
    assert len(digests) == 5
    assert all(len(digest) == len('{"digest":""}') + 64 for digest in digests)
    salts = [bytes(salt) for (salt,) in hall.rows("SELECT salt FROM rating")]
    assert len(set(salts)) == 5
    assert all(len(salt) == 16 for salt in salts)
