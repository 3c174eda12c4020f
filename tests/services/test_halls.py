"""A hall file updates a running hall."""

from dataclasses import replace

import pytest

from hallclient.domain.errors import NotFound, Refused
from hallclient.domain.parts import CalendarDay, Notice, Part, Queue, Series
from hallclient.domain.text import LocalText
from hallclient.domain.turn import Outcome
from hallclient.services.halls import update_hall
from tests.halls import PIN, with_pins
from tests.stores import HallUnderTest, staffed_hall


def served(hall: HallUnderTest, window: str = "2") -> None:
    calling = hall.calling(window)
    calling.call_next()
    calling.start()
    calling.finish(Outcome.CONSULT)


def test_loaded_twice_nothing_changes(hall: HallUnderTest) -> None:
    entries = hall.journal()
    # A plan as the hall file gives it: PINs apart, no hashes.
    plan = replace(
        staffed_hall(), staff=tuple(replace(m, pin_hash="") for m in staffed_hall().staff)
    )
    assert update_hall(hall.store, with_pins(plan, {"1002": PIN}, hall.store.plan())) == ()
    assert hall.journal() == entries
    hall.sign_in("2")  # with the PIN that was there before


def test_a_plan_comes_back_as_it_was(hall: HallUnderTest) -> None:
    plan = hall.store.plan()
    assert plan == staffed_hall()
    with hall.another_store() as store:
        assert store.plan() == plan
    parts: list[Part] = [*plan.zones, *plan.queues, *plan.services, *plan.windows, *plan.staff]
    ids = [part.id for part in parts]
    assert len(set(ids)) == len(ids)
    assert 0 not in ids


def test_ids_are_kept(hall: HallUnderTest) -> None:
    before = hall.store.plan()
    ticket = hall.issue("BDC001").ticket
    hall.change_plan(
        queues=before.queues[::-1],
        services=tuple(replace(s, name=LocalText("新")) for s in before.services),
    )
    after = hall.store.plan()
    assert {q.code: q.id for q in after.queues} == {q.code: q.id for q in before.queues}
    assert {s.code: s.id for s in after.services} == {s.code: s.id for s in before.services}
    assert [q.code for q in after.queues] == ["B", "A"]
    assert after.service_by_id(ticket.service_id).name.zh_cn == "新"
    subjects = [e.subject for e in hall.journal() if e.kind == "hall.changed"]
    assert subjects == ["services:ZH001", "services:BDC001"]


def test_every_store_sees_the_new_hall(hall: HallUnderTest) -> None:
    with hall.another_store() as other:
        assert other.plan().notices == ()
        hall.change_plan(notices=(Notice("n1", LocalText("午间不休息")),))
        assert [n.code for n in other.plan().notices] == ["n1"]
        hall.change_plan(notices=())
        assert other.plan().notices == ()


def test_a_queue_or_window_in_use_cannot_go(hall: HallUnderTest) -> None:
    hall.sign_in("1")
    hall.issue("BDC001")
    plan = hall.store.plan()
    without_b = replace(
        plan,
        queues=plan.queues[:1],
        services=plan.services[:1],
        windows=tuple(replace(w, ranks=(("A",),)) for w in plan.windows),
    )
    with pytest.raises(Refused) as caught:
        update_hall(hall.store, without_b)
    assert (caught.value.key, caught.value.facts) == (
        "queue_in_use",
        {"queue": "B", "label": "B001"},
    )
    hall.calling("1").call_next()
    with pytest.raises(Refused) as caught:
        hall.change_plan(windows=plan.windows[1:])
    assert caught.value.key == "window_in_use"
    assert hall.store.plan() == plan


def test_who_a_ticket_waits_for_cannot_go(hall: HallUnderTest) -> None:
    ticket = hall.issue().ticket
    plan = hall.store.plan()
    with hall.store.change("x") as tx:
        bound = tx.bind_ticket(ticket, plan.window("3").id, None)
    with pytest.raises(Refused) as caught:
        hall.change_plan(windows=plan.windows[:2])
    assert (caught.value.key, caught.value.facts) == ("window_in_use", {"window": "3"})
    with hall.store.change("x") as tx:
        bound = tx.bind_ticket(bound, None, plan.staff_of["1003"].id)
    with pytest.raises(Refused) as caught:
        hall.change_plan(staff=plan.staff[:2])
    assert (caught.value.key, caught.value.facts["staff"]) == ("staff_in_use", "1003")
    with hall.store.change("x") as tx:
        tx.bind_ticket(bound, None, None)
    hall.change_plan(staff=plan.staff[:2], windows=plan.windows[:2])
    assert len(hall.store.plan().windows) == 2


def test_what_has_left_is_still_named_by_old_tickets(hall: HallUnderTest) -> None:
    hall.sign_in("1")
    issued = hall.issue("BDC001")
    served(hall, "1")
    plan = hall.store.plan()
    turn = hall.calling("1").state().turn
    assert turn is not None
    hall.change_plan(
        queues=plan.queues[:1],
        services=plan.services[:1],
        windows=tuple(replace(w, ranks=(("A",),)) for w in plan.windows[1:]),
        staff=plan.staff[1:],
    )
    now = hall.store.plan()
    assert now.queue_by_id(issued.queue.id).code == "B"
    assert now.service_by_id(issued.service.id) == issued.service
    assert now.window_by_id(turn.window_id).code == "1"
    assert now.staff_by_id(turn.staff_id).code == "1001"
    with pytest.raises(NotFound):
        hall.issue("BDC001")
    assert list(hall.board.state().calls) == [], "a board names windows that are there"
    # It comes back as what it was.
    hall.change_plan(queues=plan.queues, services=plan.services, windows=plan.windows)
    again = hall.store.plan()
    assert again.queue("B").id == issued.queue.id
    assert again.window("1").id == turn.window_id
    assert hall.issue("BDC001").ticket.label == "B002"


def test_a_new_queue_counts(hall: HallUnderTest) -> None:
    plan = hall.store.plan()
    hall.change_plan(
        series=(*plan.series, Series("C", "C")),
        queues=(*plan.queues, Queue("C", LocalText("社保"), "C", "1A")),
        services=(*plan.services, replace(plan.services[0], code="SB001", queue="C")),
        windows=tuple(replace(w, ranks=(*w.ranks, ("C",))) for w in plan.windows),
    )
    hall.sign_in("2")
    assert hall.issue("SB001").ticket.label == "C001"
    assert hall.board.now().lines["C"].waiting == 1
    served(hall)
    assert hall.board.now().lines["C"].waiting == 0


def test_a_series_that_gets_another_code_goes_on_counting(hall: HallUnderTest) -> None:
    """Two series of one prefix on one day would give the same label twice."""
    assert hall.issue().ticket.label == "A001"
    plan = hall.store.plan()
    hall.change_plan(
        series=(Series("all", "A"), plan.series[1]),
        queues=(replace(plan.queues[0], series="all"), plan.queues[1]),
    )
    assert hall.issue().ticket.label == "A002"


def test_rules_count_from_the_next_change_on(hall: HallUnderTest) -> None:
    hall.change_rules(recall_cap=1, no_show_after=1)
    hall.sign_in("2")
    hall.issue()
    hall.calling().call_next()
    hall.calling().no_show()
    assert hall.store.plan().rules.recall_cap == 1


def test_new_staff_get_their_first_pin(hall: HallUnderTest) -> None:
    plan = hall.store.plan()
    member = replace(plan.staff[0], code="2001", pin_hash="")
    more = replace(plan, staff=(*plan.staff, member))
    update_hall(hall.store, with_pins(more, {"2001": "1357"}, plan))
    assert hall.shifts().sign_in("2001", "1357").staff is not None
    with pytest.raises(Refused):
        hall.shifts("3").sign_in("2001", PIN)
    hall.change_plan(staff=plan.staff)
    with pytest.raises(Refused):
        hall.shifts("3").sign_in("2001", "1357")


def test_the_calendar_is_the_halls_own(hall: HallUnderTest) -> None:
    hall.change_plan(calendar=(CalendarDay("2026-10-01", working=False, note="国庆节"),))
    assert hall.store.plan().calendar == (CalendarDay("2026-10-01", False, "国庆节"),)
