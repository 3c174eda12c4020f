"""Several services at a window: split off, one step more, served on; what was done before."""

from dataclasses import replace

import pytest

from hallclient.domain.errors import DomainError, NotAllowed
from hallclient.domain.itinerary import StepState
from hallclient.domain.parts import Service, ServiceKind
from hallclient.domain.text import LocalText
from hallclient.domain.ticket import Channel, TicketStatus
from hallclient.domain.turn import Outcome
from hallclient.services.person_records import PersonNote
from tests.services.test_moves import at_window, now, serving, sound
from tests.stores import HallUnderTest

pytestmark = pytest.mark.parametrize("hall_url", ["sqlite"], indirect=True)


@pytest.fixture(autouse=True)
def more_services(hall: HallUnderTest) -> None:
    plan = hall.store.plan()
    more = Service("ZH002", LocalText("证明"), "ZH", "A", ServiceKind.INSTANT)
    hall.change_plan(services=(*plan.services, more))


def test_a_ticket_split_off_has_the_claim_of_its_parent(hall: HallUnderTest) -> None:
    hall.sign_in("1", "2")
    parent = serving(hall)
    for _ in range(2):
        hall.issue("BDC001")
    with hall.store.change("kiosk:K1") as tx:
        tx.save_person_note(PersonNote(parent.id, "王*芳", "1234", ""))
    state = hall.calling().split_off("BDC001")
    assert at_window(state) == "A001"
    assert state.issued is not None
    child = state.issued.ticket
    assert (child.label, child.channel, child.claim_at) == (
        "B003",
        Channel.WINDOW,
        parent.claim_at,
    )
    assert (child.parent_id, child.status) == (parent.id, TicketStatus.WAITING)
    again = hall.calling().split_off("BDC001").issued
    assert again is not None
    assert again.ticket == child, "a double press gives one ticket"
    assert hall.calling().state().issued is None
    called = hall.calling("1").call_next()
    assert at_window(called) == "B003", "by the parent's claim"
    assert called.own is not None
    assert called.own.mask == "王*芳"
    assert "王" not in repr(called.own)
    sound(hall)


def test_a_step_to_come_leaves_with_the_ticket_split_off(hall: HallUnderTest) -> None:
    hall.sign_in("2")
    ticket = serving(hall, service="ZH001")
    hall.calling().add_step("ZH002")
    hall.calling().add_step("BDC001")
    hall.calling().split_off("ZH002")
    with hall.store.look() as reader:
        steps = reader.steps(ticket.id)
        codes = {s.position: reader.plan.service_by_id(s.service_id).code for s in steps}
    states = [(codes[s.position], s.state) for s in steps]
    assert states == [
        ("ZH001", StepState.TO_COME),
        ("BDC001", StepState.TO_COME),
        ("ZH002", StepState.DROPPED),
    ]
    sound(hall)


def test_one_step_more_and_the_ticket_goes_on_by_itself(hall: HallUnderTest) -> None:
    hall.sign_in("1", "2")
    ticket = serving(hall)
    state = hall.calling("2").add_step("BDC001")
    assert state.following is not None
    assert state.following.code == "BDC001"
    state = hall.calling("2").finish(Outcome.CONSULT)
    assert now(hall, ticket).queue_id == hall.store.plan().queue("B").id
    state = hall.calling("1").call_next()
    assert at_window(state) == "A001"
    (done,) = state.steps_done
    assert (done.service.code, done.window.code, done.outcome) == ("ZH001", "2", Outcome.CONSULT)
    sound(hall)


def test_this_window_does_the_next_step_too(hall: HallUnderTest) -> None:
    hall.sign_in("1", "2")
    ticket = serving(hall)
    hall.calling("2").add_step("BDC001")
    for _ in range(2):
        hall.issue("BDC001")
    state = hall.calling("2").finish(Outcome.CONSULT)
    assert state.can_serve_on
    assert now(hall, ticket).status is TicketStatus.WAITING
    state = hall.calling("2").serve_on()
    assert at_window(state) == "A001"
    assert state.turn is not None
    assert (state.turn.calls, state.turn.started_at) == (0, state.turn.called_at)
    assert state.service is not None
    assert state.service.code == "BDC001"
    assert at_window(hall.calling("1").call_next()) == "B001", "others are called meanwhile"
    sound(hall)
    state = hall.calling("2").finish(Outcome.PROMISED)
    assert not state.can_serve_on
    assert now(hall, ticket).status is TicketStatus.ENDED
    sound(hall)


def test_only_right_after_the_end_and_where_it_is_served(hall: HallUnderTest) -> None:
    plan = hall.store.plan()
    only_a = replace(plan.windows[2], ranks=(("A",),))
    hall.change_plan(windows=(*plan.windows[:2], only_a))
    hall.sign_in("1", "2", "3")

    def refused(window: str) -> str:
        with pytest.raises(NotAllowed) as caught:
            hall.calling(window).serve_on()
        return caught.value.key

    assert refused("2") == "no_turn"
    serving(hall, "3")
    hall.calling("3").add_step("BDC001")
    assert refused("3") == "turn_open"
    assert not hall.calling("3").finish(Outcome.CONSULT).can_serve_on
    assert refused("3") == "no_next_step"
    serving(hall, "2")
    hall.calling("2").add_step("ZH002")
    hall.calling("2").finish(Outcome.CONSULT)
    hall.calling("3").call_next()
    assert refused("2") == "no_next_step"
    sound(hall)


@pytest.mark.parametrize(
    ("move", "service", "key"),
    [
        ("split_off", "ZH001", "same_service"),
        ("add_step", "ZH001", "same_service"),
        ("add_step", "ZH002", "same_service"),
        ("add_step", "NO", "unknown_part"),
        ("split_off", "NO", "unknown_part"),
        ("add_step", "BDC001", "too_many_services"),
    ],
)
def test_what_cannot_be_added(hall: HallUnderTest, move: str, service: str, key: str) -> None:
    hall.change_rules(services_at_once=2)
    hall.sign_in("2")
    hall.issue()
    with pytest.raises(NotAllowed):
        hall.calling().add_step("ZH002")
    hall.calling().call_next()
    with pytest.raises(NotAllowed) as early:
        hall.calling().split_off("ZH002")
    assert early.value.key == "not_serving"
    hall.calling().start()
    hall.calling().add_step("ZH002")
    entries = len(hall.journal())
    with pytest.raises(DomainError) as caught:
        getattr(hall.calling(), move)(service)
    assert caught.value.key == key
    assert len(hall.journal()) == entries
