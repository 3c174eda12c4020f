"""Moves out of the usual order: chosen calls, hold and resume, transfer, what was missing."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from hallclient.domain.errors import Conflict, DomainError, NotAllowed, NotFound, Refused
from hallclient.domain.parts import Material
from hallclient.domain.text import LocalText
from hallclient.domain.ticket import Ticket, TicketStatus
from hallclient.domain.turn import Outcome, Turn
from hallclient.lab.invariants import check_invariants
from hallclient.services.calling import Calling
from hallclient.services.days import close_day
from hallclient.services.windows import WindowState
from tests import invariants
from tests.halls import HALL_ID
from tests.stores import HallUnderTest


def at_window(state: WindowState) -> str:
    assert state.turn is not None
    assert state.turn.active
    assert state.ticket is not None
    return state.ticket.label


def serving(hall: HallUnderTest, window: str = "2", service: str = "ZH001") -> Ticket:
    """A ticket that is being served at a window."""
    hall.issue(service)
    hall.calling(window).call_next()
    ticket = hall.calling(window).start().ticket
    assert ticket is not None
    return ticket


def now(hall: HallUnderTest, ticket: Ticket) -> Ticket:
    with hall.store.look() as reader:
        found = reader.ticket(ticket.id)
    assert found is not None
    return found


def sound(hall: HallUnderTest) -> None:
    invariants.check(hall.engine, hall.store)
    assert check_invariants(hall.engine, HALL_ID).broken == ()


def missed(hall: HallUnderTest, window: str = "2") -> Ticket:
    calling = hall.calling(window)
    calling.call_next()
    calling.recall()
    calling.recall()
    ticket = calling.no_show().ticket
    assert ticket is not None
    return ticket


# Chosen calls


def test_a_chosen_call_is_out_of_order_and_says_why(hall: HallUnderTest) -> None:
    hall.sign_in("2")
    hall.issue()
    hall.issue()
    third = hall.issue().ticket
    hall.clock.advance(seconds=90)
    state = hall.calling().call_chosen(" a003 ", "asked_back")
    assert at_window(state) == "A003"
    entry = hall.journal()[-1]
    assert (entry.kind, entry.subject, entry.window) == ("ticket.called", f"ticket:{third.id}", "2")
    facts = ("why", "reason", "rank", "others", "queue", "claim_seconds")
    assert [entry.data[f] for f in facts] == ["chosen", "asked_back", 1, 1, "A", 90]
    hall.calling().start()
    hall.calling().finish(Outcome.CONSULT)
    assert at_window(hall.calling().call_next()) == "A001"
    sound(hall)


def test_by_token_and_by_bare_number(hall: HallUnderTest) -> None:
    hall.sign_in("1", "2")
    first, second = hall.issue().ticket, hall.issue().ticket
    assert at_window(hall.calling("2").call_chosen(second.token, "assist")) == "A002"
    assert at_window(hall.calling("1").call_chosen("001", "assist")) == first.label
    sound(hall)


@pytest.mark.parametrize(("window", "label"), [("1", "B001"), ("2", "A001")])
def test_a_bare_number_means_the_best_rank(hall: HallUnderTest, window: str, label: str) -> None:
    hall.sign_in(window)
    hall.issue("ZH001")
    hall.issue("BDC001")
    assert at_window(hall.calling(window).call_chosen("1", "other")) == label


def test_a_bare_number_means_who_waits_before_who_missed_it(hall: HallUnderTest) -> None:
    hall.sign_in("2")
    hall.issue("ZH001")
    assert missed(hall).label == "A001"
    hall.issue("BDC001")
    assert at_window(hall.calling().call_chosen("1", "other")) == "B001"


def test_a_no_show_is_let_in_again_first_and_only_so_often(hall: HallUnderTest) -> None:
    hall.change_rules(requeue_per_day=1)
    hall.sign_in("2")
    hall.issue()
    ticket = missed(hall)
    assert at_window(hall.calling().call_chosen("A001", "asked_back")) == "A001"
    kinds = [e.kind for e in hall.journal()[-2:]]
    assert kinds == ["ticket.requeued", "ticket.called"]
    assert now(hall, ticket).requeued == 1
    sound(hall)
    hall.calling().recall()
    hall.calling().recall()
    hall.calling().no_show()
    entries = len(hall.journal())
    with pytest.raises(Refused) as caught:
        hall.calling().call_chosen("A001", "asked_back")
    assert caught.value.key == "requeue_limit"
    assert len(hall.journal()) == entries
    sound(hall)


@pytest.mark.parametrize(
    ("name", "reason", "key"),
    [
        ("A009", "other", "unknown_ticket"),
        ("A812", "other", "ticket_offline"),
        ("812", "other", "ticket_offline"),
        ("0" * 16, "other", "unknown_ticket"),
        ("", "other", "unknown_ticket"),
        ("9", "other", "unknown_ticket"),
        ("²", "other", "unknown_ticket"),
        ("A001", "because", "unknown_reason"),
        ("A001", "", "unknown_reason"),
        ("A002", "other", "move_not_allowed"),
        ("2", "other", "move_not_allowed"),
    ],
)
def test_what_cannot_be_chosen(hall: HallUnderTest, name: str, reason: str, key: str) -> None:
    hall.sign_in("2", "3")
    hall.issue()
    hall.issue()
    hall.calling("3").call_chosen("A002", "other")
    entries = len(hall.journal())
    with pytest.raises(DomainError) as caught:
        hall.calling("2").call_chosen(name, reason)
    assert caught.value.key == key
    assert len(hall.journal()) == entries


def test_a_chosen_ticket_is_of_the_windows_own_queues(hall: HallUnderTest) -> None:
    plan = hall.store.plan()
    hall.change_plan(windows=(*plan.windows[:2], replace(plan.windows[2], ranks=(("B",),))))
    hall.sign_in("3")
    hall.issue("ZH001")
    for name, key in (("A001", "not_this_window"), ("1", "unknown_ticket")):
        with pytest.raises(DomainError) as caught:
            hall.calling("3").call_chosen(name, "other")
        assert caught.value.key == key


def test_no_chosen_call_to_a_window_that_is_not_free(hall: HallUnderTest) -> None:
    hall.issue()
    hall.issue()

    def refusal() -> str:
        with pytest.raises(NotAllowed) as caught:
            hall.calling().call_chosen("A002", "other")
        return caught.value.key

    assert refusal() == "not_signed_in"
    hall.sign_in("2")
    hall.shifts().pause("meal")
    assert refusal() == "window_paused"
    hall.shifts().resume()
    hall.calling().call_next()
    assert refusal() == "turn_open"


# Hold and resume


def test_hold_frees_the_window_and_resume_goes_on(hall: HallUnderTest) -> None:
    hall.sign_in("2")
    ticket = serving(hall)
    hall.issue()
    state = hall.calling().hold()
    assert state.turn is not None
    assert (state.turn.active, state.turn.result) == (False, Outcome.HELD)
    assert state.turn.rating_asked_at is None
    assert state.waiting == 1, "a held ticket does not wait"
    held = now(hall, ticket)
    assert (held.status, held.claim_at) == (TicketStatus.HELD, ticket.claim_at)
    assert at_window(hall.calling().call_next()) == "A002"
    hall.calling().start()
    hall.calling().finish(Outcome.CONSULT)
    sound(hall)
    hall.clock.advance(minutes=5)
    again = hall.calling().resume()
    assert at_window(again) == "A001"
    assert again.turn is not None
    assert (again.turn.calls, again.turn.started_at) == (0, hall.clock.now)
    with hall.store.look() as reader:
        assert not reader.holds(), "what goes on is not held"
    assert hall.journal()[-1].kind == "turn.resumed"
    assert [c.label for c in hall.board.state().calls] == ["A002", "A001"], "no call on a display"
    hall.calling().finish(Outcome.CONSULT)
    assert now(hall, ticket).status is TicketStatus.ENDED
    sound(hall)


def test_the_last_held_comes_first_and_any_by_id_or_number(hall: HallUnderTest) -> None:
    hall.sign_in("2")
    tickets = []
    for _ in range(4):
        tickets.append(serving(hall))
        hall.calling().hold()
        hall.clock.advance(seconds=1)
    calling = hall.calling()
    assert at_window(calling.resume()) == "A004"
    calling.hold()
    assert at_window(calling.resume(tickets[1].id)) == "A002"
    calling.finish(Outcome.CONSULT)
    assert at_window(calling.resume("001")) == "A001"
    calling.hold()
    hall.clock.advance(seconds=1)
    assert at_window(calling.resume()) == "A001", "held last, whenever it was first called"
    calling.finish(Outcome.CONSULT)
    assert at_window(calling.resume("A003")) == "A003"
    sound(hall)


def test_where_a_held_ticket_may_go_on(hall: HallUnderTest) -> None:
    """At the window that held it, though it no longer serves the queue, and where it is served."""
    hall.sign_in("1", "2", "3")
    ticket = serving(hall, "2", "BDC001")
    hall.calling("2").hold()
    plan = hall.store.plan()
    only_a = tuple(replace(w, ranks=(("A",),)) for w in plan.windows[1:])
    hall.change_plan(windows=(plan.windows[0], *only_a))
    with pytest.raises(Refused) as caught:
        hall.calling("3").resume(ticket.id)
    assert caught.value.key == "not_this_window"
    with pytest.raises(NotFound):
        hall.calling("3").resume("1")
    assert at_window(hall.calling("2").resume("1")) == "B001"
    hall.calling("2").hold()
    assert at_window(hall.calling("1").resume(ticket.id)) == "B001"
    with pytest.raises(NotAllowed) as nothing:
        hall.calling("2").resume()
    assert nothing.value.key == "nothing_held"
    sound(hall)


def test_what_cannot_be_resumed(hall: HallUnderTest) -> None:
    hall.sign_in("2")
    waiting = hall.issue().ticket
    calling = hall.calling()
    for which, key in (
        (None, "nothing_held"),
        (waiting.id, "move_not_allowed"),
        ("A001", "move_not_allowed"),
        (4711, "unknown_ticket"),
        ("A777", "unknown_ticket"),
    ):
        with pytest.raises(DomainError) as caught:
            calling.resume(which)
        assert caught.value.key == key
    calling.call_next()
    with pytest.raises(NotAllowed):
        calling.hold()
    calling.start()
    calling.hold()
    hall.shifts().pause("meal")
    with pytest.raises(NotAllowed) as caught:
        calling.resume()
    assert caught.value.key == "window_paused"


def test_a_day_that_closes_ends_held_tickets(hall: HallUnderTest) -> None:
    hall.sign_in("2")
    ticket = serving(hall)
    hall.calling().hold()
    close_day(hall.store, "chore")
    assert now(hall, ticket).status is TicketStatus.ENDED
    sound(hall)


def test_a_rating_is_for_the_turn_that_ended_the_service(hall: HallUnderTest) -> None:
    hall.sign_in("2")
    serving(hall)
    hall.calling().hold()
    with pytest.raises(NotAllowed):
        hall.calling().ask_again()
    hall.calling().resume()
    turn = hall.calling().finish(Outcome.CONSULT).turn
    assert turn is not None
    assert turn.rating_asked_at is not None


# Transfer


def test_a_transfer_keeps_the_claim_and_waits_elsewhere(hall: HallUnderTest) -> None:
    hall.sign_in("1", "2")
    for _ in range(2):
        hall.issue("BDC001")
    ticket = serving(hall)
    state = hall.calling("2").transfer("B")
    assert state.turn is not None
    assert state.turn.result is Outcome.TRANSFERRED
    moved = now(hall, ticket)
    assert (moved.status, moved.claim_at) == (TicketStatus.WAITING, ticket.claim_at)
    entry = hall.journal()[-1]
    assert (entry.kind, entry.subject) == ("ticket.transferred", f"ticket:{ticket.id}")
    assert [entry.data[k] for k in ("label", "from", "to", "to_window")] == ["A001", "A", "B", None]
    with hall.store.look() as reader:
        counts = {c.queue_id: c.waiting for c in reader.queue_counts()}
    plan = hall.store.plan()
    assert counts == {plan.queue("A").id: 0, plan.queue("B").id: 3}
    sound(hall)
    labels = []
    for _ in range(3):
        labels.append(at_window(hall.calling("1").call_next()))
        hall.calling("1").start()
        hall.calling("1").finish(Outcome.CONSULT)
    assert labels == ["B001", "B002", "A001"], "by their claims"
    sound(hall)


def test_there_and_back_again(hall: HallUnderTest) -> None:
    hall.sign_in("1", "2")
    serving(hall)
    hall.calling("2").transfer("B")
    hall.calling("1").call_next()
    hall.calling("1").start()
    hall.calling("1").transfer("A")
    hall.issue()
    assert at_window(hall.calling("2").call_next()) == "A001"
    sound(hall)


def test_the_checker_sees_who_was_passed_in_the_new_queue(hall: HallUnderTest) -> None:
    """A transferred ticket waits by its old claim; whoever passes it there breaks the order."""
    hall.sign_in("1", "2")
    serving(hall)
    hall.issue("BDC001")
    hall.calling("2").transfer("B")
    with hall.engine.connect() as connection:
        connection.exec_driver_sql("UPDATE ticket SET status = 'held' WHERE label = 'A001'")
        connection.commit()
    assert at_window(hall.calling("1").call_next()) == "B001"
    with hall.engine.connect() as connection:
        connection.exec_driver_sql("UPDATE ticket SET status = 'waiting' WHERE label = 'A001'")
        connection.commit()
    assert check_invariants(hall.engine, HALL_ID).out_of_order == 1


def test_to_a_window_by_its_number(hall: HallUnderTest) -> None:
    hall.sign_in("1", "2")
    ticket = serving(hall)
    hall.calling().transfer_to_window("001")
    sent = now(hall, ticket)
    assert (sent.queue_id, sent.window_id) == (ticket.queue_id, hall.store.plan().window("1").id)
    assert hall.journal()[-1].data["to_window"] == "1"
    sound(hall)


def test_where_no_ticket_can_be_sent(hall: HallUnderTest) -> None:
    hall.sign_in("2")
    with pytest.raises(NotAllowed):
        hall.calling().transfer("B")
    serving(hall)
    for number, key in (
        ("9", "unknown_window"),
        ("", "unknown_window"),
        ("2", "same_window"),
        ("3", "window_not_staffed"),
    ):
        with pytest.raises(DomainError) as caught:
            hall.calling().transfer_to_window(number)
        assert caught.value.key == key
    for queue, key in (("A", "same_queue"), ("X", "unknown_part")):
        with pytest.raises(DomainError) as caught:
            hall.calling().transfer(queue)
        assert caught.value.key == key
    hall.calling().finish(Outcome.CONSULT)
    hall.issue()
    hall.calling().call_next()
    with pytest.raises(NotAllowed):
        hall.calling().transfer("B")
    sound(hall)


# What was missing


def test_what_was_missing_is_told_and_journalled(hall: HallUnderTest) -> None:
    plan = hall.store.plan()
    materials = tuple(Material(LocalText(name)) for name in ("身份证", "产权证", "合同"))
    hall.change_plan(services=(replace(plan.services[0], materials=materials), plan.services[1]))
    hall.sign_in("2")
    serving(hall)
    calling = hall.calling()
    for outcome, missing, key in (
        (Outcome.SUPPLEMENT, ("张三的结婚证",), "unknown_material"),
        (Outcome.PROMISED, ("合同",), "nothing_missing"),
    ):
        with pytest.raises(NotAllowed) as caught:
            calling.finish(outcome, missing)
        assert caught.value.key == key
        assert "张三" not in str(caught.value)
    calling.finish(Outcome.SUPPLEMENT, ("合同", "身份证", "合同"))
    assert hall.journal()[-1].data["missing"] == ["身份证", "合同"]
    serving(hall)
    calling.finish(Outcome.SUPPLEMENT)
    assert "missing" not in hall.journal()[-1].data
    sound(hall)


# Another ticket than the one that is seen

SERVED: dict[str, Callable[[Calling], object]] = {
    "finish": lambda calling: calling.finish(Outcome.CONSULT),
    "hold": Calling.hold,
    "transfer": lambda calling: calling.transfer("B"),
    "transfer to a window": lambda calling: calling.transfer_to_window("001"),
    "transfer to a person": lambda calling: calling.transfer_to_staff("1001"),
    "return": Calling.return_to_pool,
    "split off": lambda calling: calling.split_off("BDC001"),
    "add a step": lambda calling: calling.add_step("BDC001"),
}
CALLED: dict[str, Callable[[Calling], object]] = {
    "recall": Calling.recall,
    "start": Calling.start,
    "no-show": Calling.no_show,
    "return": Calling.return_to_pool,
}
OVER: dict[str, Callable[[Calling], object]] = {
    "ask again": Calling.ask_again,
    "take back": Calling.take_back,
}


def refused_as_changed(hall: HallUnderTest, move: Callable[[], object]) -> None:
    before = hall.journal()
    with pytest.raises(Conflict) as caught:
        move()
    assert caught.value.key == "turn_changed"
    assert hall.journal() == before


@pytest.mark.parametrize("name", SERVED)
def test_a_move_for_a_ticket_that_was_served_before_is_not_made(
    hall: HallUnderTest, name: str
) -> None:
    """Another terminal went on, or a failover lost it: the clerk sees a ticket that has gone."""
    hall.sign_in("1", "2")
    serving(hall)
    seen = hall.calling().state().turn
    hall.calling().finish(Outcome.CONSULT)
    serving(hall)
    refused_as_changed(hall, lambda: SERVED[name](hall.calling().of(seen)))
    SERVED[name](hall.calling().of(hall.calling().state().turn))
    sound(hall)


@pytest.mark.parametrize("name", CALLED)
def test_a_move_for_a_ticket_that_was_called_before_is_not_made(
    hall: HallUnderTest, name: str
) -> None:
    hall.sign_in("2")
    seen: list[Turn | None] = []
    for _ in range(2):
        if seen:
            hall.calling().return_to_pool()
        hall.issue()
        seen.append(hall.calling().call_next().turn)
    hall.change_rules(no_show_after=1)
    refused_as_changed(hall, lambda: CALLED[name](hall.calling().of(seen[0])))
    CALLED[name](hall.calling().of(seen[1]))


@pytest.mark.parametrize("name", OVER)
def test_a_move_about_the_last_ticket_is_about_the_one_that_is_seen(
    hall: HallUnderTest, name: str
) -> None:
    hall.sign_in("2")
    hall.change_rules(take_back_seconds=10)
    seen: list[Turn | None] = []
    for _ in range(2):
        serving(hall)
        end = hall.calling().hold if name == "take back" else None
        state = end() if end else hall.calling().finish(Outcome.CONSULT)
        seen.append(state.turn)
    refused_as_changed(hall, lambda: OVER[name](hall.calling().of(seen[0])))
    OVER[name](hall.calling().of(seen[1]))


def test_who_sees_nobody_may_move_whoever_is_there(hall: HallUnderTest) -> None:
    """A hardware caller shows a call a little later than the bar that made it."""
    hall.sign_in("2")
    serving(hall)
    assert hall.calling().of(None).finish(Outcome.CONSULT).turn is not None
