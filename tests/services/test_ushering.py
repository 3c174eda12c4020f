"""What ushers may do, and calls for help, on both databases."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest

from hallclient.domain.errors import Conflict, DomainError, NotAllowed, NotFound, Refused
from hallclient.domain.limits import NoTicket
from hallclient.domain.parts import StaffRole
from hallclient.domain.rules import PriorityClass
from hallclient.domain.ticket import Channel
from hallclient.lab.invariant_queries import OUT_OF_ORDER
from hallclient.lab.invariants import check_invariants
from hallclient.services.days import changing
from hallclient.services.helping import LEASE_S, Helping, gone_from, someone_there
from hallclient.services.issuing import Terms, TicketRequest, new_ticket
from hallclient.services.pin_guard import PinGuard
from hallclient.services.slip_json import slip_from_json
from hallclient.services.ushering import USHERS, Usher, Ushering, sign_in
from tests.halls import HALL_ID, PIN
from tests.stores import HallUnderTest

pytestmark = pytest.mark.usually_on("sqlite")


def staffed(hall: HallUnderTest, role: StaffRole = StaffRole.USHER) -> None:
    """Make 1001 somebody of that role; 1002 and 1003 stay clerks."""
    staff = hall.store.plan().staff
    hall.change_plan(staff=tuple(replace(m, role=role) if m.code == "1001" else m for m in staff))


def usher(hall: HallUnderTest, station: str = "K1") -> Ushering:
    staffed(hall)
    return Ushering(hall.store, sign_in(hall.store, PinGuard(), "1001", PIN), station)


@pytest.mark.parametrize("role", list(StaffRole))
def test_who_may_sign_in(hall: HallUnderTest, role: StaffRole) -> None:
    staffed(hall, role)
    if role in USHERS:
        assert sign_in(hall.store, PinGuard(), " 1001 ", PIN) == Usher("1001", "职员1", role)
        return
    with pytest.raises(Refused) as caught:
        sign_in(hall.store, PinGuard(), "1001", PIN)
    assert caught.value.key == "not_an_usher"


def test_a_wrong_pin_and_an_unknown_number_sound_the_same(hall: HallUnderTest) -> None:
    staffed(hall)
    seconds = 0.0
    guard = PinGuard(clock=lambda: seconds)
    said = []
    for code, pin in (("1001", "0000"), ("9999", PIN), ("1001", "")):
        with pytest.raises(Refused) as caught:
            sign_in(hall.store, guard, code, pin)
        assert caught.value.key == "sign_in_failed"
        said.append(str(caught.value))
    assert len(set(said)) == 1
    # From now on even the right one has to wait.
    with pytest.raises(Refused) as caught:
        sign_in(hall.store, guard, "1001", PIN)
    assert caught.value.key == "pin_wait"
    seconds = 31.0
    assert sign_in(hall.store, guard, "1001", PIN).code == "1001"


def test_the_right_is_looked_at_at_every_move(hall: HallUnderTest) -> None:
    desk = usher(hall)
    label = hall.issue().ticket.label
    call = Helping(hall.store, "kiosk:K1").ask("K1").call
    moves = (
        lambda: desk.issue(TicketRequest("r", "ZH001")),
        lambda: desk.find(label),
        lambda: desk.prioritise(label, PriorityClass.ELDERLY),
        lambda: desk.requeue(label),
        lambda: desk.reprint(label),
        lambda: desk.go(call.id),
        lambda: desk.helped(call.id),
    )
    for change in (StaffRole.CLERK, None):
        staff = hall.store.plan().staff
        kept = [m for m in staff if m.code != "1001"]
        if change is not None:
            kept += [replace(m, role=change) for m in staff if m.code == "1001"]
        hall.change_plan(staff=tuple(kept))
        for move in moves:
            with pytest.raises(Refused) as caught:
                move()
            assert caught.value.key == "not_an_usher"
    assert hall.one("SELECT count(*) FROM ticket") == 1


def test_numbers_taken_for_others(hall: HallUnderTest) -> None:
    desk = usher(hall)
    hall.issue()
    request = TicketRequest("desk 1", "ZH001", priority=PriorityClass.DISABLED)
    two = desk.issue_several(request, 2)
    assert [one.ticket.label for one in two] == ["A002", "A003"]
    assert [one.ticket.channel for one in two] == [Channel.USHER, Channel.USHER]
    assert [one.ticket.station for one in two] == ["K1", "K1"]
    assert [one.people_ahead for one in two] == [0, 1]
    assert desk.issue_several(request, 2) == two
    assert {e.actor for e in hall.journal() if e.kind == "ticket.issued"} == {
        "kiosk:K1",
        "staff:1001",
    }
    hall.change_plan(queues=tuple(replace(q, day_quota=3) for q in hall.store.plan().queues))
    with pytest.raises(NoTicket):
        desk.issue(TicketRequest("desk 2", "ZH001"))


def test_a_waiting_ticket_goes_ahead_by_its_credit_once(hall: HallUnderTest) -> None:
    desk = usher(hall)
    for _ in range(5):
        hall.issue()
        hall.clock.advance(minutes=4)
    last = hall.issue()
    assert last.people_ahead == 5
    first = desk.prioritise(last.ticket.label, PriorityClass.PREGNANT)
    assert first.ticket.claim_at == last.ticket.claim_at - timedelta(minutes=10)
    assert (first.ticket.priority, first.people_ahead) == (PriorityClass.PREGNANT, 3)
    assert desk.prioritise("a006", PriorityClass.PREGNANT) == first
    assert desk.prioritise("A006", PriorityClass.SOLDIER).ticket.claim_at == first.ticket.claim_at
    back = desk.prioritise(last.ticket.token, PriorityClass.NORMAL)
    assert back.ticket.claim_at == last.ticket.claim_at
    with hall.store.look() as reader:
        assert reader.ticket(last.ticket.id) == back.ticket
    said = [e.data for e in hall.journal() if e.kind == "ticket.prioritised"]
    told = {"label": "A006", "was": "normal", "priority": "pregnant", "minutes": 10}
    assert said[0] == told
    assert [one["minutes"] for one in said] == [10, 0, -10], "bounded by the class, and told"
    assert len(said) == 3


def test_no_call_seems_out_of_order_after_a_late_priority(hall: HallUnderTest) -> None:
    desk = usher(hall)
    hall.sign_in("2")
    for _ in range(4):
        hall.issue()
        hall.clock.advance(minutes=3)
    hall.calling().call_next()
    desk.prioritise("A004", PriorityClass.ELDERLY)
    hall.calling().start()
    hall.clock.advance(minutes=1)
    far = hall.clock.now + timedelta(days=9)
    assert hall.one(OUT_OF_ORDER, hall=HALL_ID, far=far.isoformat() if hall.is_sqlite else far) == 0


@pytest.mark.parametrize("issued", [PriorityClass.NORMAL, PriorityClass.ELDERLY])
def test_no_call_seems_out_of_order_after_a_priority_that_was_taken_back(
    hall: HallUnderTest, issued: PriorityClass
) -> None:
    """Called ahead of another by a credit, back in the pool, and of no class at last."""
    desk = usher(hall)
    hall.sign_in("2")
    hall.issue()
    hall.clock.advance(minutes=3)
    late = hall.issue(priority=issued).ticket
    if issued is PriorityClass.NORMAL:
        desk.prioritise(late.label, PriorityClass.ELDERLY)
    called = hall.calling().call_next().ticket
    assert called is not None
    assert called.label == late.label
    hall.calling().return_to_pool()
    desk.prioritise(late.label, PriorityClass.NORMAL)
    assert check_invariants(hall.engine, HALL_ID).broken == ()


def test_a_paper_that_was_lost_is_printed_once_more(hall: HallUnderTest) -> None:
    desk = usher(hall, "K7")
    label = hall.issue().ticket.label
    job = desk.reprint(label)
    assert (job.station, job.kind) == ("K7", "ticket")
    with hall.store.look() as reader:
        assert [one.id for one in reader.print_jobs("K7")] == [job.id]


@pytest.mark.parametrize("hall_url", ["sqlite"], indirect=True)
def test_the_first_paper_of_a_number_taken_for_somebody_is_no_copy(hall: HallUnderTest) -> None:
    desk = usher(hall, "K7")
    label = desk.issue(TicketRequest("for her", "ZH001")).ticket.label
    slips = [slip_from_json(desk.reprint(label).slip) for _ in range(2)]
    marks = [one.reprint_mark for one in slips]
    assert marks[0] is None
    assert marks[1], "the first may have come out"


def test_only_a_waiting_ticket_of_today(hall: HallUnderTest) -> None:
    desk = usher(hall)
    hall.sign_in("2")
    label = hall.issue().ticket.label
    hall.calling().call_next()
    with pytest.raises(NotAllowed) as caught:
        desk.prioritise(label, PriorityClass.ELDERLY)
    assert caught.value.facts == {"label": "A001"}
    for name in ("B999", "", "X" * 16, "'; DROP TABLE ticket", "😀"):
        with pytest.raises(NotFound):
            desk.prioritise(name, PriorityClass.ELDERLY)
        with pytest.raises(NotFound):
            desk.find(name)
    token = hall.issue().ticket.token
    hall.clock.advance(days=1)
    hall.issue()
    with pytest.raises(NotFound):
        desk.find(token)


def test_a_missed_ticket_is_found_and_let_in_again(hall: HallUnderTest) -> None:
    desk = usher(hall)
    hall.sign_in("2")
    label = hall.issue().ticket.label
    assert not desk.find(label).returns
    calling = hall.calling()
    calling.call_next()
    for move in (calling.recall, calling.recall, calling.no_show):
        move()
    assert desk.find(label).returns
    assert desk.requeue(label).ticket.requeued == 1
    assert not desk.find(label).returns


# Help


def test_a_call_for_help_from_asking_to_its_end(hall: HallUnderTest) -> None:
    desk = usher(hall)
    kiosk = Helping(hall.store, "kiosk:K1")
    asked = kiosk.ask("K1")
    hall.clock.advance(seconds=20)
    again = kiosk.ask("K1")
    assert (again.call, again.name) == (asked.call, "")
    assert (again.now - asked.call.asked_at).total_seconds() > 19
    other = kiosk.ask("K2")
    assert [one.call.station for one in desk.calls()] == ["K1", "K2"]
    coming = desk.go(asked.call.id)
    assert coming.name == "职员1"
    assert kiosk.of("K1") == replace(coming, now=kiosk.of("K1").now)  # type: ignore[union-attr]
    assert desk.go(asked.call.id).call == coming.call
    desk.helped(asked.call.id)
    assert kiosk.of("K1") is None
    kiosk.end_own("K2")
    kiosk.end_own("K2")
    assert desk.calls() == ()
    with pytest.raises(Conflict):
        desk.go(other.call.id)
    assert [k for k in hall.kinds() if k.startswith("help")] == [
        "help.asked", "help.asked", "help.answered", "help.ended", "help.ended",
    ]  # fmt: skip


def test_two_ushers_one_goes(hall: HallUnderTest) -> None:
    staff = hall.store.plan().staff
    hall.change_plan(staff=tuple(replace(m, role=StaffRole.USHER) for m in staff))
    call = Helping(hall.store, "kiosk:K1").ask("K1").call

    def go(code: str) -> str:
        with hall.another_store() as store:
            try:
                return Ushering(store, sign_in(store, PinGuard(), code, PIN)).go(call.id).name
            except DomainError as error:
                return error.key

    with ThreadPoolExecutor(3) as pool:
        said = sorted(pool.map(go, ("1001", "1002", "1003")))
    assert said.count("help_taken") == 2
    assert said[-1].startswith("职员")


def test_many_touches_one_call(hall: HallUnderTest) -> None:
    def ask(_n: int) -> int:
        with hall.another_store() as store:
            return Helping(store, "kiosk:K1").ask("K1").call.id

    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(ask, range(8)))) == 1
    assert hall.kinds().count("help.asked") == 1


def test_help_is_offered_while_somebody_would_come(hall: HallUnderTest) -> None:
    assert not hall.board.now().helper
    someone_there(hall.store, "usher 1001")
    assert hall.board.now().helper
    hall.clock.advance(seconds=LEASE_S - 1)
    someone_there(hall.store, "console S1")
    gone_from(hall.store, "usher 1001")
    assert hall.board.now().helper, "any of them counts"
    gone_from(hall.store, "console S1")
    assert not hall.board.now().helper
    someone_there(hall.store, "usher 1001")
    hall.clock.advance(seconds=LEASE_S + 1)
    assert not hall.board.now().helper


def test_an_appointment_gets_what_its_class_has_above_the_booking(hall: HallUnderTest) -> None:
    """Credits do not add up: who is booked has overtaken already."""
    rules = hall.store.plan().rules
    assert rules.booking_credit_minutes == 30
    hall.change_rules(credit_minutes=((PriorityClass.DISABLED, 20), (PriorityClass.PROJECT, 45)))
    desk = usher(hall)
    with changing(hall.store, "test") as tx:
        request = TicketRequest("booked", "ZH001", Channel.BOOKED)
        claim = tx.now - timedelta(minutes=30 - 4)  # four minutes before the slot
        booked = new_ticket(tx, request, Terms(claim_at=claim)).ticket

    def key(priority: PriorityClass) -> timedelta:
        return booked.claim_at - desk.prioritise(booked.label, priority).ticket.claim_at

    assert key(PriorityClass.DISABLED) == timedelta(0)
    assert key(PriorityClass.PROJECT) == timedelta(minutes=15)
    assert key(PriorityClass.NORMAL) == timedelta(0)


def test_a_number_taken_offline_is_no_mistake(hall: HallUnderTest) -> None:
    hall.issue()
    with pytest.raises(NotFound) as no:
        usher(hall).find("A812")
    assert no.value.key == "ticket_offline"
