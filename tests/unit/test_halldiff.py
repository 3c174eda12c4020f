"""What the journal notes when a hall file is loaded: names, never values."""

from dataclasses import replace
from datetime import time

from hallclient.domain.hall import CalendarDay, HallRules, LocalText
from hallclient.domain.halldiff import PARTS, Change, ChangeKind, diff_plans
from tests.halls import small_hall

PLAN = small_hall()


def test_equal_plans_do_not_differ() -> None:
    assert diff_plans(PLAN, small_hall()) == ()
    # Ids and what has left are storage's own business.
    ids = tuple(replace(q, id=7) for q in PLAN.queues)
    assert diff_plans(PLAN, replace(PLAN, queues=ids, former=PLAN)) == ()


def test_from_nothing_everything_is_added() -> None:
    found = diff_plans(None, PLAN)
    assert found[0] == Change("hall", PLAN.hall_id, ChangeKind.ADDED)
    assert {c.kind for c in found} == {ChangeKind.ADDED}
    assert len(found) == 1 + sum(len(getattr(PLAN, part)) for part in PARTS)


def test_parts_added_removed_and_changed() -> None:
    queue = replace(PLAN.queues[1], ceiling_minutes=5, zone="1A")
    new = replace(
        PLAN,
        queues=(PLAN.queues[0], queue),
        windows=PLAN.windows[:2],
        calendar=(CalendarDay("2026-10-01", working=False),),
    )
    assert diff_plans(PLAN, new) == (
        Change("queues", "B", ChangeKind.CHANGED, ("zone", "ceiling_minutes")),
        Change("windows", "3", ChangeKind.REMOVED),
        Change("calendar", "2026-10-01", ChangeKind.ADDED),
    )


def test_the_hall_itself_and_its_rules() -> None:
    new = replace(PLAN, name=LocalText("新"), rules=HallRules(day_start=time(5), recall_cap=4))
    assert diff_plans(PLAN, new) == (
        Change("hall", PLAN.hall_id, ChangeKind.CHANGED, ("name",)),
        Change("rules", PLAN.hall_id, ChangeKind.CHANGED, ("day_start", "recall_cap")),
    )


def test_another_order_is_a_difference() -> None:
    new = replace(PLAN, windows=PLAN.windows[::-1])
    assert diff_plans(PLAN, new) == (Change("windows", "", ChangeKind.REORDERED),)


def test_no_value_gets_into_a_change() -> None:
    hashed = "$argon2id$made-up"
    new = replace(PLAN, staff=tuple(replace(m, pin_hash=hashed, name="某某") for m in PLAN.staff))
    found = diff_plans(PLAN, new)
    assert [c.fields for c in found] == [("name", "pin_hash")] * 3
    assert hashed not in repr(found)
    assert "某某" not in repr(found)
