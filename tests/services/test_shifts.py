"""Staff at windows: signing in and out, pauses, taking over."""

from typing import TYPE_CHECKING

import pytest

from hallclient.domain.errors import NotAllowed, NotFound, Refused
from hallclient.domain.rating import Level
from hallclient.domain.turn import Outcome
from tests.halls import PIN
from tests.stores import HallUnderTest

if TYPE_CHECKING:
    from collections.abc import Callable


def test_sign_in_and_out(hall: HallUnderTest) -> None:
    state = hall.shifts().sign_in("1002", PIN)
    assert state.staff is not None
    assert state.shift is not None
    assert state.staff.code == "1002"
    assert state.shift.open_for_calls
    again = hall.shifts().sign_in("1002", PIN)
    assert again.shift == state.shift, "signed in already: nothing changes"
    hall.clock.advance(hours=1)
    out = hall.shifts().sign_out()
    assert (out.shift, out.staff) == (None, None)
    assert hall.kinds() == ["day.opened", "shift.began", "shift.ended"]
    with pytest.raises(NotAllowed):
        hall.shifts().sign_out()


def test_a_wrong_pin_and_an_unknown_number_are_told_alike(hall: HallUnderTest) -> None:
    errors = []
    for code, pin in (("1002", "0000"), ("9999", PIN), ("1002", "")):
        with pytest.raises(Refused) as caught:
            hall.shifts().sign_in(code, pin)
        errors.append((caught.value.key, str(caught.value), caught.value.facts))
    assert errors[0] == errors[1] == errors[2]
    assert hall.calling().state().shift is None
    assert hall.kinds() == []


def test_a_window_that_is_not_there(hall: HallUnderTest) -> None:
    with pytest.raises(NotFound):
        hall.shifts("99").sign_in("1002", PIN)


def test_taking_over_a_window(hall: HallUnderTest) -> None:
    """The open turn goes on, and the next turn is the new clerk's."""
    hall.sign_in("2")
    hall.issue()
    hall.issue()
    first = hall.calling().call_next().turn
    state = hall.shifts().sign_in("1003", PIN)
    assert state.turn == first
    assert state.staff is not None
    assert state.staff.code == "1003"
    assert [e.data["why"] for e in hall.journal() if e.kind == "shift.ended"] == ["replaced"]
    calling = hall.calling()
    calling.recall()
    calling.recall()
    calling.no_show()
    second = calling.call_next().turn
    assert first is not None
    assert second is not None
    assert second.staff_id == state.staff.id != first.staff_id


def test_a_turn_that_was_taken_over_is_rated_like_any_other(hall: HallUnderTest) -> None:
    hall.sign_in("2")
    hall.issue()
    hall.calling().call_next()
    turn = hall.calling().start().turn
    hall.clock.advance(seconds=1)
    hall.shifts().sign_in("1003", PIN)
    ended = hall.calling().finish(Outcome.CONSULT).turn
    assert turn is not None
    assert ended is not None
    assert (ended.id, ended.rating_asked_at) == (turn.id, ended.ended_at)
    assert hall.ratings.record(ended.id, Level.SATISFIED, "k2")


def test_moving_to_another_window(hall: HallUnderTest) -> None:
    hall.sign_in("2")
    hall.shifts("3").sign_in("1002", PIN)
    assert hall.calling("2").state().shift is None
    assert hall.calling("3").state().shift is not None
    (ended,) = [e for e in hall.journal() if e.kind == "shift.ended"]
    assert (ended.data["why"], ended.window) == ("moved", "2")
    assert hall.one("SELECT count(*) FROM shift WHERE signed_out_at IS NULL") == 1


def test_a_pause(hall: HallUnderTest) -> None:
    hall.sign_in("2")
    hall.issue()
    hall.clock.advance(seconds=1)
    state = hall.shifts().pause("meal")
    assert state.shift is not None
    assert not state.shift.open_for_calls
    began = hall.clock.now
    assert (state.shift.paused_at, state.shift.pause_reason) == (began, "meal")
    with pytest.raises(NotAllowed) as caught:
        hall.calling().call_next()
    assert caught.value.key == "window_paused"
    hall.clock.advance(minutes=10)
    unchanged = hall.shifts().pause("meeting")
    assert unchanged.shift == state.shift, "a pause goes on as it began"
    resumed = hall.shifts().resume()
    assert resumed.shift is not None
    assert resumed.shift.open_for_calls
    assert hall.shifts().resume().shift == resumed.shift
    assert hall.calling().call_next().turn is not None
    events = [(e.kind, dict(e.data)) for e in hall.journal() if e.kind.startswith("window.")]
    assert events == [
        ("window.paused", {"reason": "meal"}),
        ("window.resumed", {"seconds": 600, "reason": "meal"}),
    ]
    assert hall.rows("SELECT shift_id, reason FROM pause") == [(state.shift.id, "meal")]


def test_a_pause_ends_with_the_shift(hall: HallUnderTest) -> None:
    hall.sign_in("2")
    hall.shifts().pause("away")
    hall.clock.advance(minutes=1)
    hall.shifts().sign_out()
    assert hall.one("SELECT count(*) FROM pause") == 1
    hall.sign_in("2")
    state = hall.calling().state()
    assert state.shift is not None
    assert (state.shift.paused_at, state.shift.pause_reason) == (None, "")


def test_only_reasons_of_the_hall(hall: HallUnderTest) -> None:
    hall.sign_in("2")
    with pytest.raises(NotAllowed) as caught:
        hall.shifts().pause("weather")
    assert caught.value.key == "unknown_reason"


def test_not_while_a_ticket_is_at_the_window(hall: HallUnderTest) -> None:
    hall.sign_in("2")
    hall.issue()
    hall.calling().call_next()
    moves: list[Callable[[], object]] = [
        hall.shifts().sign_out,
        lambda: hall.shifts().pause("meal"),
    ]
    for leave in moves:
        with pytest.raises(NotAllowed) as caught:
            leave()
        assert caught.value.key == "turn_open"
    state = hall.calling().state()
    assert state.shift is not None
    assert state.shift.open_for_calls


def test_nobody_pauses_a_window_without_staff(hall: HallUnderTest) -> None:
    moves: list[Callable[[], object]] = [
        lambda: hall.shifts().pause("meal"),
        hall.shifts().resume,
    ]
    for move in moves:
        with pytest.raises(NotAllowed) as caught:
            move()
        assert caught.value.key == "not_signed_in"


def test_the_last_turn_of_an_earlier_shift_is_not_shown(hall: HallUnderTest) -> None:
    hall.sign_in("2")
    hall.issue()
    calling = hall.calling()
    calling.call_next()
    for _ in range(2):
        calling.recall()
    calling.no_show()
    hall.clock.advance(seconds=1)
    hall.shifts().sign_in("1003", PIN)
    state = calling.state()
    assert (state.turn, state.ticket) == (None, None)
