"""What differs between two plans is named, and nothing else is."""

from collections.abc import Iterable
from dataclasses import fields, replace
from datetime import time
from enum import StrEnum
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hallclient.domain.hall import HallPlan
from hallclient.domain.halldiff import PARTS, Change, ChangeKind, diff_plans
from hallclient.domain.text import LocalText
from hallclient.services.hallfile import load_hall

DEMO = load_hall("demo").plan
FILLED = [part for part in PARTS if getattr(DEMO, part)]


def with_parts(part: str, values: Iterable[Any]) -> HallPlan:
    changed: dict[str, Any] = {part: tuple(values)}
    return replace(DEMO, **changed)


def other(value: Any) -> Any:
    """Return another value of the same type."""
    if isinstance(value, StrEnum):
        return next(each for each in type(value) if each is not value)
    if isinstance(value, bool):
        return not value
    if isinstance(value, LocalText):
        return replace(value, zh_cn=value.zh_cn + "+")
    if isinstance(value, time):
        return value.replace(minute=(value.minute + 1) % 60)
    if isinstance(value, tuple):
        return (*value, "more")
    return value + "+" if isinstance(value, str) else (value or 0) + 1


@pytest.mark.parametrize("name", ["demo", "village", "xindu"])
def test_a_plan_does_not_differ_from_itself(name: str) -> None:
    assert diff_plans(load_hall(name).plan, load_hall(name).plan) == ()


def test_a_first_plan_is_all_new() -> None:
    changes = diff_plans(None, DEMO)
    assert {change.kind for change in changes} == {ChangeKind.ADDED}
    assert len(changes) == 1 + sum(len(getattr(DEMO, part)) for part in PARTS)


def test_ids_do_not_count() -> None:
    zones = tuple(replace(zone, id=n) for n, zone in enumerate(DEMO.zones, start=7))
    assert diff_plans(DEMO, replace(DEMO, zones=zones)) == ()


@given(st.data())
def test_every_changed_field_is_named(data: st.DataObject) -> None:
    part = data.draw(st.sampled_from(FILLED))
    values = list(getattr(DEMO, part))
    place = data.draw(st.integers(0, len(values) - 1))
    names = [f.name for f in fields(values[place]) if f.compare and f.name != "code"]
    chosen = data.draw(st.lists(st.sampled_from(names), min_size=1, unique=True))
    values[place] = replace(
        values[place], **{name: other(getattr(values[place], name)) for name in chosen}
    )
    (change,) = diff_plans(DEMO, with_parts(part, values))
    assert (change.part, change.code, change.kind) == (
        part, values[place].code, ChangeKind.CHANGED
    )  # fmt: skip
    assert set(change.fields) == set(chosen)


@given(st.sampled_from(PARTS), st.data())
def test_parts_that_come_go_or_move(part: str, data: st.DataObject) -> None:
    old = data.draw(st.permutations(getattr(DEMO, part)))
    keep = data.draw(st.integers(0, len(old)))
    new = data.draw(st.permutations(old[:keep]))
    before, after = (with_parts(part, values) for values in (old, new))
    changes = diff_plans(before, after)
    assert (changes == ()) == (before == after)
    assert {c.code for c in changes if c.kind is ChangeKind.REMOVED} == {
        value.code for value in old[keep:]
    }
    back = diff_plans(after, before)
    assert {c.code for c in back if c.kind is ChangeKind.ADDED} == {v.code for v in old[keep:]}
    moved = Change(part, "", ChangeKind.REORDERED)
    assert (moved in changes) == (list(new) != list(old[:keep]))


def test_the_hall_and_its_rules() -> None:
    rules = replace(DEMO.rules, recall_cap=5)
    changes = diff_plans(DEMO, replace(DEMO, phone="12345", rules=rules))
    assert changes == (
        Change("hall", DEMO.hall_id, ChangeKind.CHANGED, ("phone",)),
        Change("rules", DEMO.hall_id, ChangeKind.CHANGED, ("recall_cap",)),
    )


@given(
    st.sampled_from(
        [f.name for f in fields(HallPlan) if f.compare and f.name not in (*PARTS, "rules")]
    )
)
def test_every_plain_field_of_a_hall_counts(name: str) -> None:
    (change,) = diff_plans(DEMO, replace(DEMO, **{name: other(getattr(DEMO, name))}))
    assert change.fields == (name,)


def test_no_secret_gets_into_a_change() -> None:
    staff = tuple(replace(person, pin_hash="$argon2id$secret") for person in DEMO.staff)
    changes = diff_plans(DEMO, replace(DEMO, staff=staff))
    assert {change.fields for change in changes} == {("pin_hash",)}
    assert "secret" not in repr(changes)
