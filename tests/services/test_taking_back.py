"""A mis-click is taken back: in time, the last move only, and not once somebody else has it."""

from collections.abc import Callable

import pytest

from hallclient.domain.errors import Conflict, DomainError, NotAllowed
from hallclient.domain.holding import HoldKind
from hallclient.domain.ticket import TicketStatus
from hallclient.domain.turn import Outcome
from hallclient.lab.invariants import check_invariants
from hallclient.services.calling import Calling
from tests.halls import HALL_ID
from tests.services.test_moves import missed, now, serving, sound
from tests.stores import HallUnderTest

Move = Callable[[Calling], object]
UNFINISHED: dict[str, Move] = {
    "hold": lambda calling: calling.hold(),
    "hold here": lambda calling: calling.hold(HoldKind.HERE),
    "transfer": lambda calling: calling.transfer("B"),
    "to window": lambda calling: calling.transfer_to_window("3"),
    "to person": lambda calling: calling.transfer_to_staff("1003"),
    "return": lambda calling: calling.return_to_pool(),
}


def refusal(hall: HallUnderTest, window: str = "2") -> str:
    entries = len(hall.journal())
    with pytest.raises(DomainError) as caught:
        hall.calling(window).take_back()
    assert len(hall.journal()) == entries
    return caught.value.key


@pytest.mark.parametrize("hall_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("name", UNFINISHED)
def test_an_unfinished_turn_goes_on(hall: HallUnderTest, name: str) -> None:
    hall.sign_in("2", "3")
    ticket = serving(hall)
    before = hall.calling().state()
    UNFINISHED[name](hall.calling())
    assert before.can_take_back_until is not None, "the start itself"
    state = hall.calling().state()
    assert state.can_take_back_until is not None
    hall.clock.advance(seconds=4)
    state = hall.calling().take_back()
    assert state.turn == before.turn
    assert state.ticket == ticket == now(hall, ticket)
    assert state.hold_of is None
    assert hall.calling("3").state().bound == ()
    assert state.waiting == before.waiting
    entry = hall.journal()[-1]
    undone = next(e for e in hall.journal() if f"entry:{e.seq}" == entry.subject)
    assert (entry.kind, entry.data["was"]) == ("move.taken_back", undone.kind)
    sound(hall)
    hall.issue("BDC001")
    hall.calling("3").call_next()
    hall.calling("2").finish(Outcome.CONSULT)
    assert check_invariants(hall.engine, HALL_ID).broken == (), "nobody was passed over"


def test_the_start_and_a_no_show_are_taken_back(hall: HallUnderTest) -> None:
    hall.sign_in("2")
    ticket = hall.issue().ticket
    called = hall.calling().call_next()
    hall.calling().start()
    state = hall.calling().take_back()
    assert (state.turn, state.can_take_back_until) == (called.turn, None)
    assert now(hall, ticket).status is TicketStatus.CALLED
    hall.calling().recall()
    hall.calling().recall()
    before = hall.calling().state()
    assert hall.calling().no_show().can_take_back_until is not None
    assert hall.calling().take_back().turn == before.turn
    with pytest.raises(NotAllowed) as caught:
        hall.calling().recall()
    assert caught.value.key == "recall_cap"
    sound(hall)


def test_a_pause_and_its_end_are_taken_back(hall: HallUnderTest) -> None:
    hall.sign_in("2")
    assert hall.shifts().pause("meal").can_take_back_until is not None
    state = hall.calling().take_back()
    assert state.shift is not None
    assert state.shift.open_for_calls
    assert state.can_take_back_until is None
    hall.shifts().pause("meal")
    hall.clock.advance(minutes=10)
    assert hall.shifts().resume().can_take_back_until is not None
    hall.clock.advance(seconds=3)
    state = hall.calling().take_back()
    assert state.shift is not None
    assert state.shift.pause_reason == "meal"
    hall.clock.advance(minutes=5)
    hall.shifts().resume()
    stretches = hall.rows("SELECT began_at, ended_at FROM pause ORDER BY began_at")
    assert len(stretches) == 3
    assert stretches[1].ended_at == stretches[2].began_at
    sound(hall)


@pytest.mark.parametrize("hall_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("name", UNFINISHED)
def test_not_too_late_and_never_where_the_hall_says_so(hall: HallUnderTest, name: str) -> None:
    hall.sign_in("2", "3")
    serving(hall)
    UNFINISHED[name](hall.calling())
    hall.clock.advance(seconds=5, milliseconds=1)
    assert hall.calling().state().can_take_back_until is None
    assert refusal(hall) == "take_back_late"
    hall.change_rules(take_back_seconds=0)
    serving(hall, "2", "BDC001")
    assert hall.calling().state().can_take_back_until is None
    assert refusal(hall) == "take_back_late"


@pytest.mark.parametrize("hall_url", ["sqlite"], indirect=True)
def test_only_the_last_move_and_only_what_told_nobody(hall: HallUnderTest) -> None:
    hall.sign_in("2", "3")
    assert refusal(hall) == "nothing_to_take_back", "a sign-in is announced"
    hall.issue()
    hall.calling().call_next()
    assert refusal(hall) == "nothing_to_take_back", "so is a call"
    hall.calling().start()
    hall.calling().finish(Outcome.CONSULT)
    assert refusal(hall) == "nothing_to_take_back", "and what the citizen is asked about"
    serving(hall)
    hall.calling().return_to_pool()
    hall.calling("2").call_next()
    assert refusal(hall) == "nothing_to_take_back", "another move came behind"
    assert refusal(hall, "3") == "nothing_to_take_back"
    hall.calling().start()
    hall.calling().take_back()
    assert refusal(hall) == "nothing_to_take_back", "only once"
    sound(hall)


@pytest.mark.parametrize(
    ("move", "touch"),
    [
        ("hold", lambda hall: hall.calling("3").resume("A001")),
        ("hold", lambda hall: hall.calling("3").release("A001")),
        ("transfer", lambda hall: hall.calling("3").call_next()),
        ("to window", lambda hall: hall.calling("3").call_next()),
        ("to window", lambda hall: hall.shifts("3").sign_out()),
        ("return", lambda hall: hall.calling("3").call_next()),
    ],
)
@pytest.mark.parametrize("hall_url", ["sqlite"], indirect=True)
def test_not_once_somebody_else_has_touched_it(
    hall: HallUnderTest, move: str, touch: Callable[[HallUnderTest], object]
) -> None:
    hall.sign_in("2", "3")
    serving(hall)
    UNFINISHED[move](hall.calling())
    touch(hall)
    with pytest.raises(Conflict) as caught:
        hall.calling().take_back()
    assert caught.value.key == "take_back_touched"
    sound(hall)


@pytest.mark.parametrize("hall_url", ["sqlite"], indirect=True)
def test_not_once_it_went_away_and_came_back(hall: HallUnderTest) -> None:
    """Held again as it was left, but by another turn in between."""
    hall.sign_in("2", "3")
    serving(hall)
    hall.calling("2").hold()
    hall.calling("3").resume("A001")
    hall.calling("3").hold()
    assert hall.calling("2").state().can_take_back_until is None
    assert refusal(hall, "2") == "take_back_touched"
    hall.issue()
    gone = missed(hall, "2")
    hall.calling("3").requeue(gone.label)
    assert refusal(hall, "2") == "take_back_touched"
    sound(hall)


@pytest.mark.parametrize("hall_url", ["sqlite"], indirect=True)
def test_what_would_be_refused_is_not_offered(hall: HallUnderTest) -> None:
    """The start was seconds ago, but another move came behind it."""
    hall.sign_in("2", "3")
    serving(hall)
    hall.calling().hold()
    state = hall.calling().take_back()
    assert state.can_take_back_until is None
    assert hall.calling().state().can_take_back_until is None
    assert refusal(hall) == "nothing_to_take_back"
    assert hall.calling().hold().can_take_back_until is not None
    with hall.store.change("others") as tx:
        for number in range(120):
            tx.record("test.noise", f"test:{number}")
        assert [entry.subject for entry in tx.entries_after(tx.seq - 2, 9)][-1] == "test:119"
    assert hall.calling().state().can_take_back_until is not None
    hall.calling().take_back()


@pytest.mark.parametrize("hall_url", ["sqlite"], indirect=True)
def test_what_a_supervisor_does_about_the_window_is_in_nobodys_way(hall: HallUnderTest) -> None:
    hall.sign_in("2")
    serving(hall)
    with hall.store.change("staff:1000") as tx:
        tx.record("window.lent", "window:2", {"ranks": [["B"]]}, window="2")
    assert hall.calling().state().can_take_back_until is not None
    state = hall.calling().take_back()
    assert state.ticket is not None
    assert state.ticket.status is TicketStatus.CALLED
