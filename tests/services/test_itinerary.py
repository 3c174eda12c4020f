"""One ticket, several services: issued, served step by step, changed on the way."""

from dataclasses import replace
from datetime import time
from functools import partial
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hallclient.devices.escpos_ticket import encode_ticket
from hallclient.devices.paper import TextLine
from hallclient.devices.paper_reader import PaperReader
from hallclient.domain.errors import Conflict, DomainError, NotFound, Refused
from hallclient.domain.itinerary import StepState
from hallclient.domain.limits import NoTicket
from hallclient.domain.parts import Queue, Service, ServiceKind, ServiceWindow
from hallclient.domain.rating import Level
from hallclient.domain.text import LocalText
from hallclient.domain.ticket import Ticket, TicketStatus
from hallclient.domain.turn import Outcome
from hallclient.lab.invariants import check_invariants
from hallclient.services.calling import Calling
from hallclient.services.days import close_day
from hallclient.services.hall_slips import HallSlips
from hallclient.services.issuing import TicketRequest
from hallclient.services.itinerary import Itineraries, proposed
from hallclient.services.slip import TicketSlip
from hallclient.services.slip_json import slip_as_json, slip_from_json
from hallclient.services.ticket_slip import speech_of, ticket_slip
from hallclient.services.windows import WindowState
from tests import invariants
from tests.halls import HALL_ID, weekdays
from tests.stores import HallUnderTest

pytestmark = pytest.mark.usually_on("sqlite")

if TYPE_CHECKING:
    from collections.abc import Callable

THREE = ("ZH001", "BDC001", "SW001")
"""Queues A (windows 2 and 3), B (window 1) and F (window 4)."""


@pytest.fixture
def hall(hall: HallUnderTest) -> HallUnderTest:
    """The small hall with a tax queue and a window that serves nothing else."""
    plan = hall.store.plan()
    tax = Service("SW001", LocalText("契税"), "ZH", "F", ServiceKind.INSTANT, minutes=5)
    copy = Service("ZH002", LocalText("复印"), "ZH", "A", ServiceKind.CONSULT)
    only = [replace(w, ranks=(("B",),) if w.code == "1" else (("A",),)) for w in plan.windows]
    hall.change_plan(
        queues=(*plan.queues, Queue("F", LocalText("税务"), "A", "1B")),
        services=(*plan.services, tax, copy),
        windows=(*only, ServiceWindow("4", "4", "1B", (("F",),))),
        staff=(*plan.staff, replace(plan.staff[0], code="1004", name="职员4", id=0)),
    )
    hall.sign_in("1", "2", "3", "4")
    return hall


def itineraries(hall: HallUnderTest) -> Itineraries:
    return Itineraries(hall.store, "kiosk:K1")


def visit(hall: HallUnderTest, *services: str) -> Ticket:
    first, *more = services or THREE
    return hall.issue(first, more=tuple(more)).ticket


def now(hall: HallUnderTest, ticket: Ticket) -> Ticket:
    with hall.store.look() as reader:
        found = reader.ticket(ticket.id)
    assert found is not None
    return found


def steps(hall: HallUnderTest, ticket: Ticket) -> list[tuple[str, StepState]]:
    with hall.store.look() as reader:
        plan = reader.plan
        return [(plan.service_by_id(s.service_id).code, s.state) for s in reader.steps(ticket.id)]


def serve(hall: HallUnderTest, window: str, outcome: Outcome = Outcome.CONSULT) -> WindowState:
    hall.clock.advance(seconds=30)
    calling = hall.calling(window)
    state = calling.call_next()
    assert state.turn is not None
    assert state.turn.active
    calling.start()
    hall.clock.advance(seconds=60)
    return calling.finish(outcome)


def sound(hall: HallUnderTest) -> None:
    invariants.check(hall.engine, hall.store)
    assert check_invariants(hall.engine, HALL_ID).broken == ()


DONE, TO_COME, DROPPED = StepState.DONE, StepState.TO_COME, StepState.DROPPED


def test_a_ticket_goes_from_queue_to_queue_with_its_key(hall: HallUnderTest) -> None:
    ticket = visit(hall)
    assert steps(hall, ticket) == [(code, TO_COME) for code in THREE]
    later = hall.issue("BDC001").ticket
    state = serve(hall, "2")
    assert state.service is not None
    assert state.following is not None
    assert (state.service.code, state.following.code) == ("ZH001", "BDC001")
    moved = now(hall, ticket)
    assert moved.status is TicketStatus.WAITING
    assert (moved.claim_at, moved.label) == (ticket.claim_at, ticket.label)
    with hall.store.look() as reader:
        assert reader.ahead_of(later) == 1, "its claim is older than who took a number for B"
        assert reader.day_figures().served == 0
    assert serve(hall, "1", Outcome.PROMISED).service.code == "BDC001"  # type: ignore[union-attr]
    state = serve(hall, "4", Outcome.INSTANT)
    assert state.following is None
    assert now(hall, ticket).status is TicketStatus.ENDED
    assert steps(hall, ticket) == [(code, DONE) for code in THREE]
    with hall.store.look() as reader:
        figures = reader.day_figures()
        assert (figures.issued, figures.served, figures.cases) == (2, 1, 2)
    sound(hall)


def test_one_service_has_no_steps_and_two_of_a_name_are_one(hall: HallUnderTest) -> None:
    assert steps(hall, visit(hall, "ZH001")) == []
    assert steps(hall, visit(hall, "ZH001", "ZH001")) == []
    sound(hall)


def test_sending_on_and_the_end_of_the_turn_are_one_moment(hall: HallUnderTest) -> None:
    visit(hall)
    serve(hall, "2")
    ended, sent = hall.journal()[-2:]
    assert (ended.kind, sent.kind) == ("turn.ended", "ticket.sent_on")
    assert ended.at == sent.at
    facts = ("label", "service", "from", "to")
    assert [sent.data[f] for f in facts] == ["A001", "BDC001", "A", "B"]


def test_the_same_request_is_the_same_ticket_with_the_same_steps(hall: HallUnderTest) -> None:
    request = TicketRequest("once", "ZH001", more=("BDC001",))
    first, again = hall.issuing.issue(request), hall.issuing.issue(request)
    assert first.ticket.id == again.ticket.id
    assert first.steps == again.steps
    assert len(first.steps) == 2


def test_more_than_the_hall_allows_is_refused_and_nothing_is_issued(hall: HallUnderTest) -> None:
    hall.change_rules(services_at_once=2)
    with pytest.raises(Refused) as refused:
        visit(hall)
    assert refused.value.key == "too_many_services"
    with pytest.raises(NotFound):
        visit(hall, "ZH001", "nothing")
    assert hall.one("SELECT count(*) FROM ticket") == 0


def test_a_closed_queue_among_them_says_which(hall: HallUnderTest) -> None:
    plan = hall.store.plan()
    quotas = tuple(replace(q, day_quota=1) if q.code == "F" else q for q in plan.queues)
    hall.change_plan(queues=quotas)
    visit(hall)
    with pytest.raises(NoTicket) as refused:
        visit(hall)
    assert refused.value.queue == "F", "the first visit has taken the day's only place"


def test_what_has_to_come_first_comes_first(hall: HallUnderTest) -> None:
    plan = hall.store.plan()
    hall.change_plan(
        services=tuple(
            replace(s, after=("SW001",)) if s.code == "BDC001" else s for s in plan.services
        )
    )
    with pytest.raises(Refused) as refused:
        visit(hall, "BDC001", "SW001")
    assert (refused.value.key, refused.value.facts["before"]) == ("step_order", "SW001")
    found = proposed(hall.store.plan(), hall.board.now(), ("BDC001", "SW001"))
    assert found.services == ("SW001", "BDC001")


def test_the_proposal_goes_where_nobody_waits_first(hall: HallUnderTest) -> None:
    for _ in range(4):
        hall.issue("ZH001")
    found = proposed(hall.store.plan(), hall.board.now(), ("ZH001", "SW001"))
    assert found.services == ("SW001", "ZH001")
    own = proposed(hall.store.plan(), hall.board.now(), ("ZH001", "SW001"), own_order=True)
    assert own.services == ("ZH001", "SW001")
    assert found.finish < own.finish
    assert proposed(hall.store.plan(), hall.board.now(), ("gone", "ZH001")).services == ("ZH001",)


def test_a_queue_without_a_window_is_left_for_last(hall: HallUnderTest) -> None:
    hall.shifts("2").sign_out()
    hall.shifts("3").sign_out()
    found = proposed(hall.store.plan(), hall.board.now(), ("ZH001", "SW001"))
    assert found.services == ("SW001", "ZH001")


def test_hours_put_first_what_closes_first(hall: HallUnderTest) -> None:
    tax = tuple(replace(s, code=f"F{s.code}", queue="F") for s in weekdays(time(9), time(9, 10)))
    hall.change_plan(hours=(*weekdays(time(9), time(17)), *tax))
    found = proposed(hall.store.plan(), hall.board.now(), ("ZH001", "SW001"))
    assert found.services == ("SW001", "ZH001")
    assert found.missed == ()


# Changes


def test_another_order_sends_the_waiting_ticket_elsewhere(hall: HallUnderTest) -> None:
    ticket = visit(hall)
    changed = itineraries(hall).change(ticket.id, ("SW001", "BDC001", "ZH001"))
    assert (changed.queue.code, changed.service.code) == ("F", "SW001")
    assert changed.ticket.claim_at == ticket.claim_at
    serve(hall, "4", Outcome.INSTANT)
    sound(hall)


def test_a_service_is_added_and_another_dropped(hall: HallUnderTest) -> None:
    ticket = visit(hall, "ZH001", "BDC001")
    serve(hall, "2")
    itineraries(hall).change(ticket.id, ("SW001",))
    assert steps(hall, ticket) == [("ZH001", DONE), ("SW001", TO_COME), ("BDC001", DROPPED)]
    serve(hall, "4", Outcome.INSTANT)
    assert now(hall, ticket).status is TicketStatus.ENDED
    sound(hall)


def test_to_and_fro_takes_no_more_places_than_there_are_services(hall: HallUnderTest) -> None:
    queues = hall.store.plan().queues
    hall.change_plan(queues=tuple(replace(q, day_quota=1) for q in queues))
    ticket = hall.issue("ZH001").ticket
    for services in (["BDC001"], ["ZH001"], ["BDC001", "ZH001"], ["BDC001"], ["ZH001"]):
        itineraries(hall).change(ticket.id, services)
    with hall.store.look() as reader:
        counters = reader.counters()
    assert (counters["queue:A"], counters["queue:B"]) == (1, 1)
    with pytest.raises(NoTicket):
        hall.issue("ZH001")


def test_a_simple_ticket_becomes_a_visit(hall: HallUnderTest) -> None:
    ticket = visit(hall, "ZH001")
    itineraries(hall).change(ticket.id, ("ZH001", "SW001"))
    assert serve(hall, "2").following is not None
    serve(hall, "4", Outcome.INSTANT)
    assert now(hall, ticket).status is TicketStatus.ENDED
    sound(hall)


def test_what_cannot_be_changed(hall: HallUnderTest) -> None:
    ticket = visit(hall, "ZH001", "BDC001")
    change = itineraries(hall).change

    def refused(*services: str) -> str:
        with pytest.raises(DomainError) as error:
            change(ticket.id, services)
        return error.value.key

    assert refused() == "no_service_left"
    assert refused("nothing") == "unknown_part"
    hall.calling("2").call_next()
    assert refused("BDC001") == "not_waiting_now"
    hall.calling("2").start()
    hall.calling("2").finish(Outcome.CONSULT)
    assert refused("ZH001", "BDC001") == "service_done"
    with pytest.raises(NotFound):
        change(10**9, ("ZH001",))
    sound(hall)


def test_two_kiosks_change_and_a_window_calls_at_once(hall: HallUnderTest) -> None:
    ticket = visit(hall, "ZH001", "BDC001")
    with hall.store.look() as reader:
        waiting = reader.ticket(ticket.id)
    assert waiting is not None
    hall.calling("2").call_next()
    with pytest.raises(Conflict), hall.store.change("kiosk:K2") as tx:
        tx.rechoose(waiting, waiting.queue_id, waiting.service_id)


# What sees a ticket after its first step


def test_a_receipt_and_a_rating_belong_to_the_turn(hall: HallUnderTest) -> None:
    ticket = visit(hall, "BDC001", "SW001")
    first = serve(hall, "1", Outcome.PROMISED).turn
    assert first is not None
    assert hall.ratings.record(first.id, Level(5), "k1")
    second = serve(hall, "4", Outcome.INSTANT).turn
    assert second is not None
    assert hall.ratings.record(second.id, Level(4), "k4")
    slip = HallSlips(hall.store, speech_of).of_turn(first.id)
    assert slip is not None
    assert "二手房过户" in str(slip.slip)
    assert ticket.label in str(slip.slip)
    sound(hall)


def test_the_board_names_the_service_of_each_call(hall: HallUnderTest) -> None:
    visit(hall, "BDC001", "SW001")
    serve(hall, "1", Outcome.INSTANT)
    hall.clock.advance(seconds=5)
    hall.calling("4").call_next()
    calls = [(c.window, c.service.zh_cn) for c in hall.board.state().calls]
    assert calls == [("4", "契税"), ("1", "二手房过户")]


def test_a_no_show_at_the_second_step_comes_back_there(hall: HallUnderTest) -> None:
    ticket = visit(hall, "ZH001", "SW001")
    serve(hall, "2")
    calling = hall.calling("4")
    calling.call_next()
    calling.recall()
    calling.recall()
    calling.no_show()
    with hall.store.look() as reader:
        figures = reader.day_figures()
        assert (figures.served, figures.no_shows) == (0, 1), "one step is not the visit"
    hall.issuing.requeue(ticket.id)
    assert serve(hall, "4", Outcome.INSTANT).service.code == "SW001"  # type: ignore[union-attr]
    assert now(hall, ticket).status is TicketStatus.ENDED
    sound(hall)


def test_hold_and_transfer_keep_the_step(hall: HallUnderTest) -> None:
    ticket = visit(hall, "ZH001", "SW001")
    calling = hall.calling("2")
    calling.call_next()
    calling.start()
    hall.clock.advance(seconds=9)
    calling.hold()
    assert steps(hall, ticket) == [("ZH001", TO_COME), ("SW001", TO_COME)]
    hall.clock.advance(seconds=9)
    assert calling.resume().following is not None
    hall.clock.advance(seconds=9)
    calling.transfer("B")
    hall.clock.advance(seconds=9)
    serve(hall, "1")
    assert steps(hall, ticket) == [("ZH001", DONE), ("SW001", TO_COME)]
    serve(hall, "4", Outcome.INSTANT)
    sound(hall)


def test_the_days_close_abandons_what_is_left(hall: HallUnderTest) -> None:
    ticket = visit(hall)
    serve(hall, "2")
    hall.clock.advance(seconds=9)
    close_day(hall.store, "chore")
    assert now(hall, ticket).status is TicketStatus.ENDED
    with hall.store.look() as reader:
        (day,) = reader.days(1)
        figures = reader.day_figures(day.day)
    assert (figures.issued, figures.served, figures.abandoned) == (1, 1, 0)
    sound(hall)


def test_a_step_that_the_hall_no_longer_has_is_dropped(hall: HallUnderTest) -> None:
    ticket = visit(hall, "ZH001", "SW001", "BDC001")
    plan = hall.store.plan()
    hall.change_plan(services=tuple(s for s in plan.services if s.code != "SW001"))
    state = serve(hall, "2")
    assert state.following is not None
    assert state.following.code == "BDC001"
    assert dict(steps(hall, ticket))["SW001"] is DROPPED
    serve(hall, "1")
    assert now(hall, ticket).status is TicketStatus.ENDED
    sound(hall)


def miss(calling: Calling) -> None:
    calling.recall()
    calling.recall()
    calling.no_show()


def take(hall: HallUnderTest, tickets: list[Ticket], services: list[str]) -> None:
    tickets.append(visit(hall, *services))


MOVES = ("call", "start", "finish", "hold", "resume", "no_show", "requeue", "change", "issue")


@settings(
    max_examples=12,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.lists(st.tuples(st.sampled_from(MOVES), st.integers(0, 99)), min_size=15, max_size=45))
def test_whatever_happens_to_visits_the_hall_stays_sound(
    hall: HallUnderTest, moves: list[tuple[str, int]]
) -> None:
    tickets: list[Ticket] = [visit(hall)]
    for move, number in moves:
        hall.clock.advance(seconds=7)
        calling = hall.calling("1234"[number % 4])
        some = tickets[number % len(tickets)]
        wanted = [code for n, code in enumerate((*THREE, "ZH002")) if number >> n & 1]
        acts: dict[str, Callable[[], object]] = {
            "call": calling.call_next,
            "start": calling.start,
            "finish": partial(calling.finish, Outcome.CONSULT),
            "hold": calling.hold,
            "resume": calling.resume,
            "no_show": partial(miss, calling),
            "requeue": partial(hall.issuing.requeue, some.id),
            "change": partial(itineraries(hall).change, some.id, wanted),
            "issue": partial(take, hall, tickets, wanted),
        }
        try:
            acts[move]()
        except DomainError:
            continue
    sound(hall)


# On paper


@pytest.mark.parametrize("language", ["zh-CN", "zh-Hant", "en"])
def test_the_paper_lists_the_steps_with_their_places(hall: HallUnderTest, language: str) -> None:
    first, *more = THREE
    issued = hall.issue(first, more=tuple(more), language=language)
    say = speech_of(language)
    slip = ticket_slip(issued, hall.store.plan(), say)
    assert [line[:2] for line in slip.steps] == ["1.", "2.", "3."]
    assert slip_from_json(slip_as_json(slip)) == slip
    plain = replace(slip, steps=(), steps_title="")
    printed, without = (words_on(encode_ticket(one)) for one in (slip, plain))
    assert set(without) < set(printed), "nothing else gave way to the steps"
    where = printed.index(slip.steps_title)
    assert "".join(printed[where + 1 :]).startswith(slip.steps[0])


def test_a_copy_says_what_is_done(hall: HallUnderTest) -> None:
    ticket = visit(hall)
    serve(hall, "2")
    slip = HallSlips(hall.store, speech_of).reprint(ticket.label).slip
    assert isinstance(slip, TicketSlip)
    assert slip.steps[0].endswith("（已办）")
    assert slip.windows == "1 号窗口", "where it goes now"


def words_on(data: bytes) -> list[str]:
    (paper,) = PaperReader().feed(data)
    lines = [item for item in paper.items if isinstance(item, TextLine)]
    return ["".join(run.text for run in line.runs).strip() for line in lines]
