"""Held for whom, bound to whom, and who is free again when somebody leaves."""

from dataclasses import replace

import pytest

from hallclient.domain.errors import DomainError, NotAllowed, Refused
from hallclient.domain.holding import HoldKind
from hallclient.domain.parts import Staff
from hallclient.domain.ticket import TicketStatus
from hallclient.domain.turn import Outcome
from hallclient.services.halls import update_hall
from tests.halls import PIN
from tests.services.test_moves import at_window, now, serving, sound
from tests.stores import HallUnderTest

pytestmark = pytest.mark.parametrize("hall_url", ["sqlite"], indirect=True)


def refusal(caught: pytest.ExceptionInfo[DomainError]) -> str:
    return caught.value.key


# Held


def test_held_for_this_window_goes_on_nowhere_else(hall: HallUnderTest) -> None:
    hall.sign_in("2", "3")
    ticket = serving(hall)
    state = hall.calling().hold(HoldKind.HERE, "copy")
    assert state.hold_of is not None
    assert (state.hold_of.kind, state.hold_of.reason) == (HoldKind.HERE, "copy")
    assert now(hall, ticket).window_id == hall.store.plan().window("2").id
    assert hall.calling("3").held() == ()
    for move in (hall.calling("3").resume, hall.calling("3").release):
        with pytest.raises(Refused) as caught:
            move(ticket.id)
        assert refusal(caught) == "not_this_window"
    assert [one.ticket.id for one in hall.calling("2").held()] == [ticket.id]
    assert at_window(hall.calling("2").resume()) == "A001"
    assert now(hall, ticket).window_id is None
    sound(hall)


def test_what_waits_for_an_event_is_not_the_last_held(hall: HallUnderTest) -> None:
    hall.sign_in("2")
    serving(hall)
    hall.calling().hold()
    serving(hall)
    hall.calling().hold(HoldKind.EVENT, "payment")
    assert at_window(hall.calling().resume()) == "A001"
    hall.calling().finish(Outcome.CONSULT)
    assert at_window(hall.calling().resume()) == "A002", "nothing else is left"
    hall.calling().hold(HoldKind.EVENT)
    with pytest.raises(NotAllowed) as caught:
        hall.calling().hold(HoldKind.ANY, "because")
    assert refusal(caught) == "unknown_reason"
    sound(hall)


def test_a_released_ticket_waits_by_its_old_claim(hall: HallUnderTest) -> None:
    hall.sign_in("2", "3")
    ticket = serving(hall)
    hall.calling().hold()
    hall.issue()
    state = hall.calling("3").release("A001")
    assert state.turn is None
    assert now(hall, ticket) == replace(ticket, status=TicketStatus.WAITING)
    assert at_window(hall.calling("3").call_next()) == "A001"
    with pytest.raises(NotAllowed):
        hall.calling("2").release(ticket.id)
    sound(hall)


# Bound


def test_who_is_sent_to_a_window_is_called_there_only(hall: HallUnderTest) -> None:
    hall.sign_in("1", "2", "3")
    ticket = serving(hall)
    hall.calling("2").transfer_to_window("1", "缺一张表")
    with hall.store.look() as reader:
        (note,) = reader.notes(f"ticket:{ticket.id}")
    assert (note.text, note.staff_id) == ("缺一张表", hall.store.plan().staff_of["1002"].id)
    assert "缺一张表" not in str([entry.data for entry in hall.journal()])
    assert hall.calling("3").call_next().turn is None
    with pytest.raises(Refused) as caught:
        hall.calling("3").call_chosen("A001", "other")
    assert refusal(caught) == "not_this_window"
    assert [one.label for one in hall.calling("1").state().bound] == ["A001"]
    state = hall.calling("1").call_next()
    assert at_window(state) == "A001"
    assert [one.text for one in state.notes] == ["缺一张表"]
    assert hall.journal()[-1].data["bound"] is True
    sound(hall)


def test_who_is_sent_to_a_person_follows_them(hall: HallUnderTest) -> None:
    hall.sign_in("1", "2")
    serving(hall)
    hall.calling("2").transfer_to_staff("1001")
    hall.shifts("3").sign_in("1001", PIN)
    assert hall.calling("1").state().bound == ()
    assert at_window(hall.calling("3").call_next()) == "A001"
    sound(hall)


def test_a_foreign_queue_is_of_the_first_rank(hall: HallUnderTest) -> None:
    """Sent to a window that does not serve its queue, a ticket waits in that window's first."""
    plan = hall.store.plan()
    only_b = replace(plan.windows[0], ranks=(("B",),))
    hall.change_plan(windows=(only_b, *plan.windows[1:]))
    hall.sign_in("1", "2")
    ticket = serving(hall)
    hall.issue("BDC001")
    hall.calling("2").transfer_to_window("1")
    assert now(hall, ticket).queue_id == plan.queue("B").id
    assert at_window(hall.calling("1").call_next()) == "A001", "by its claim"
    sound(hall)


@pytest.mark.parametrize("how", ["sign out", "moved", "replaced", "hall file"])
@pytest.mark.parametrize("to", ["window", "person"])
def test_nobody_waits_for_somebody_who_has_left(hall: HallUnderTest, how: str, to: str) -> None:
    hall.sign_in("2", "3")
    ticket = serving(hall, "3")
    hall.calling("3").hold(HoldKind.HERE)
    bound = serving(hall)
    if to == "window":
        hall.calling("2").transfer_to_window("3")
    else:
        hall.calling("2").transfer_to_staff("1003")
    if how == "sign out":
        hall.shifts("3").sign_out()
    elif how == "moved":
        hall.shifts("1").sign_in("1003", PIN)
    elif how == "replaced":
        hall.shifts("3").sign_in("1001", PIN)
    else:
        plan = hall.store.plan()
        update_hall(hall.store, replace(plan, staff=plan.staff[:2]))
    stays = {("moved", "person"), ("replaced", "window")}
    free = now(hall, bound)
    assert (free.window_id is None and free.staff_id is None) is ((how, to) not in stays)
    here = now(hall, ticket).window_id
    assert (here is None) is (how != "replaced"), "it is held at a window that is staffed"
    freed = [e.subject for e in hall.journal() if e.kind == "ticket.freed"]
    assert (f"ticket:{bound.id}" in freed) is ((how, to) not in stays)
    sound(hall)


def test_a_hand_over_gives_everything_to_the_next(hall: HallUnderTest) -> None:
    plan = hall.store.plan()
    late = Staff("1009", "晚班", pin_hash=plan.staff[0].pin_hash)
    hall.change_plan(staff=(*plan.staff, late))
    hall.sign_in("2", "3")
    held, bound = serving(hall, "3"), None
    hall.calling("3").hold(HoldKind.HERE)
    bound = serving(hall)
    hall.calling("2").transfer_to_staff("1003")
    open_turn = serving(hall, "2")
    hall.calling("2").transfer_to_window("3")
    hall.issue()
    hall.calling("3").call_chosen(open_turn.label, "other")
    hall.calling("3").start()
    before = hall.shifts("3").left_behind()
    assert before.ticket is not None
    assert (before.ticket.id, [h.ticket.id for h in before.held]) == (open_turn.id, [held.id])
    assert ([t.id for t in before.bound], before.waiting) == ([bound.id], 2)
    with pytest.raises(NotAllowed):
        hall.shifts("3").hand_over("1003", PIN)
    state = hall.shifts("3").hand_over("1009", PIN)
    assert at_window(state) == open_turn.label
    assert [one.id for one in state.bound] == [bound.id]
    assert now(hall, bound).staff_id is None
    hall.calling("3").finish(Outcome.CONSULT)
    assert at_window(hall.calling("3").resume()) == held.label
    hall.calling("3").finish(Outcome.CONSULT)
    assert at_window(hall.calling("3").call_next()) == bound.label
    assert "handed_over" in [e.data.get("why") for e in hall.journal()]
    sound(hall)


def test_back_to_the_pool_by_the_claim_it_has(hall: HallUnderTest) -> None:
    hall.sign_in("2", "3")
    ticket = hall.issue().ticket
    hall.issue()
    hall.calling("2").call_next()
    state = hall.calling("2").return_to_pool("先去复印")
    assert state.turn is not None
    assert (state.turn.result, state.turn.rating_asked_at) == (Outcome.RETURNED, None)
    back = now(hall, ticket)
    assert back.first_called_at is not None
    assert replace(back, first_called_at=None) == ticket
    assert at_window(hall.calling("3").call_next()) == "A001"
    hall.calling("3").start()
    hall.calling("3").return_to_pool()
    assert at_window(hall.calling("2").call_next()) == "A001"
    with pytest.raises(NotAllowed) as caught:
        hall.calling("3").return_to_pool()
    assert refusal(caught) == "no_turn"
    sound(hall)


def test_a_note_is_short_and_on_one_line(hall: HallUnderTest) -> None:
    hall.sign_in("2")
    ticket = serving(hall)
    with pytest.raises(NotAllowed) as caught:
        hall.calling().return_to_pool("长" * 201)
    assert refusal(caught) == "note_too_long"
    assert "长" not in str(caught.value)
    hall.calling().return_to_pool(" 请带\x1b[31m\n材料\u202e ")
    with hall.store.look() as reader:
        assert [one.text for one in reader.notes(f"ticket:{ticket.id}")] == ["请带 [31m 材料"]
    assert "材料" not in repr(hall.calling().state())
