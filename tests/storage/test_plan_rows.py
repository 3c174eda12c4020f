"""A hall's description survives the way through the database, field by field."""

import dataclasses
from dataclasses import replace
from datetime import time

import pytest

from hallclient.domain import parts
from hallclient.domain.hall import HallPlan
from hallclient.domain.journal import canonical
from hallclient.domain.plain import encode
from hallclient.domain.rules import HallRules, PriorityClass
from hallclient.domain.text import LocalText
from hallclient.services.hallfile import load_hall
from hallclient.storage.schema import PART_TABLES
from tests.stores import HallUnderTest

NAME = LocalText("名", "名稱", "Name")
FULL = HallPlan(
    hall_id="510114000000-01",
    name=NAME,
    time_zone="Asia/Urumqi",
    phone="12345",
    follow_url="https://example.org/t/",
    desk=NAME,
    rules=HallRules(
        day_start=time(3, 30),
        recall_cap=5,
        credit_minutes=((PriorityClass.SOLDIER, 7),),
        pause_reasons=("meal", "午"),
        pause_minutes=(("午", 90),),
        hotline="",
        voice_languages=("zh", "bo"),
        voice_volumes=((time(8), 80), (time(12, 30), 0)),
    ),
    zones=(parts.Zone("Z", NAME, NAME, NAME, (1, 2, 30, 40), "Z"), parts.Zone("Y", NAME)),
    departments=(parts.Department("D", NAME, "house", NAME, "Q", "{n:4}"),),
    topics=(parts.Topic("T", NAME, parts.Audience.COMPANY, "baby"),),
    series=(parts.Series("S", "AB", 4),),
    queues=(parts.Queue("Q", NAME, "S", "Z", 0, 100, 60, 12, 4), parts.Queue("P", NAME, "S", "Y")),
    services=(
        parts.Service(
            "V", NAME, "D", "Q", parts.ServiceKind.PROMISED, NAME, 20, 5, 12.5,
            ("别名",), ("BM", "X"), (parts.Material(NAME, NAME, optional=True),), 3,
            NAME, NAME, "https://example.org/g/", ("T",), ("U",),
            ("promised",), 8, 4, ("E",), NAME, True,
        ),
    ),
    windows=(parts.ServiceWindow("W", "12", "Z", (("Q",), ("P",)), "D"),),
    staff=(parts.Staff("1", "某", parts.StaffRole.LEAD, "D", "hash", "W", "1.jpg", NAME),),
    hours=(parts.SessionHours("h", 1, time(9), time(12), time(8, 59, 59), time(11), "Q"),),
    calendar=(parts.CalendarDay("2026-10-10", working=True, note="调休"),),
    notices=(parts.Notice("n", NAME, NAME, "card", ("Z",)),),
)  # fmt: skip


def test_the_example_leaves_no_field_at_its_default() -> None:
    """Else a field that gets lost on the way would not be missed."""
    for part in PART_TABLES:
        one = getattr(FULL, part)[0]
        for field in dataclasses.fields(one):
            if field.name != "id":
                assert getattr(one, field.name) != field.default, f"{part}.{field.name}"


def test_every_field_comes_back(hall: HallUnderTest) -> None:
    with hall.store.change("x") as tx:
        tx.save_plan(FULL)
    assert hall.store.plan() == FULL
    with hall.another_store() as store:
        assert store.plan() == FULL


@pytest.mark.parametrize("name", ["demo", "village"])
def test_the_halls_of_the_product_come_back(hall: HallUnderTest, name: str) -> None:
    plan = replace(load_hall(name).plan, hall_id=FULL.hall_id)
    with hall.store.change("x") as tx:
        tx.save_plan(plan)
    assert hall.store.plan() == plan


def test_json_of_parts_is_canonical(hall: HallUnderTest) -> None:
    with hall.store.change("x") as tx:
        tx.save_plan(FULL)
    assert hall.one("SELECT ranks FROM service_window WHERE active") == '[["Q"],["P"]]'
    assert hall.one("SELECT map_box FROM zone WHERE code = 'Z'") == "[1,2,30,40]"
    assert hall.one("SELECT map_box FROM zone WHERE code = 'Y'") is None
    assert hall.one("SELECT name FROM hall") == '{"en":"Name","zh_cn":"名","zh_hant":"名稱"}'
    assert hall.one("SELECT desk FROM hall") == canonical(encode(NAME))


def test_former_parts_are_kept_apart(hall: HallUnderTest) -> None:
    before = hall.store.plan()
    with hall.store.change("x") as tx:
        tx.save_plan(FULL)
    former = hall.store.plan().former
    assert former is not None
    for part in PART_TABLES:
        gone = {one.code: one.id for one in getattr(before, part)}
        assert {one.code: one.id for one in getattr(former, part)} == gone
    with hall.store.change("x") as tx:
        tx.save_plan(before)
    after = hall.store.plan()
    for part in PART_TABLES:
        ids = [one.id for one in getattr(before, part)]
        assert [one.id for one in getattr(after, part)] == ids
