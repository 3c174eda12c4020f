"""The built-in halls are what they are said to be, and loading them is repeatable."""

from collections import Counter
from datetime import time
from pathlib import Path

import pytest

from hallclient import assets
from hallclient.domain.hall import HallPlan
from hallclient.domain.parts import Audience, ServiceKind, StaffRole
from hallclient.domain.parts import windows_text as spoken
from hallclient.domain.rules import PriorityClass
from hallclient.domain.text import Language
from hallclient.services.hallfile import (
    HallFileError,
    LoadedHall,
    built_in_halls,
    load_hall,
    load_traffic,
)


@pytest.fixture(scope="module")
def demo() -> HallPlan:
    return load_hall("demo").plan


@pytest.fixture(scope="module")
def xindu() -> HallPlan:
    return load_hall("xindu").plan


def test_three_halls_come_with_the_program() -> None:
    assert set(built_in_halls()) == {"demo", "village", "xindu"}


@pytest.mark.parametrize("name", ["demo", "village", "xindu"])
def test_loading_is_repeatable(name: str) -> None:
    assert load_hall(name) == load_hall(name)


@pytest.mark.parametrize("name", ["demo", "village", "xindu"])
def test_every_public_text_has_three_languages(name: str) -> None:
    plan = load_hall(name).plan
    texts = [plan.name, plan.desk]
    texts += [zone.name for zone in plan.zones] + [queue.name for queue in plan.queues]
    texts += [department.name for department in plan.departments]
    texts += [service.name for service in plan.services]
    texts += [topic.name for topic in plan.topics]
    texts += [service.fee for service in plan.services if service.fee.zh_cn]
    texts += [service.guide for service in plan.services if service.guide.zh_cn]
    texts += [department.easy for department in plan.departments if department.easy.zh_cn]
    texts += [notice.text for notice in plan.notices]
    assert [t.zh_cn for t in texts if not (t.zh_cn and t.zh_hant and t.en)] == []


@pytest.mark.parametrize("name", ["demo", "village", "xindu"])
def test_every_service_can_be_searched_by_initials(name: str) -> None:
    services = load_hall(name).plan.listed
    assert [s.code for s in services if not s.initials] == []
    assert {c for s in services for word in s.initials for c in word} <= set(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
    )


def test_demo_is_the_hall_of_the_pictures(demo: HallPlan) -> None:
    assert demo.name.zh_cn == "岷安区政务服务中心"
    assert demo.name.en == "Min’an District Government Service Center"
    assert (demo.phone, demo.desk.zh_cn, demo.follow_url) == ("028-0000-0000", "一楼导办台", "")
    assert (len(demo.windows), len(demo.zones)) == (36, 5)
    assert [(d.name.zh_cn, d.icon) for d in demo.departments] == [
        ("不动产登记", "house"),
        ("社保医保", "shield"),
        ("税务", "tax"),
        ("企业开办", "building"),
        ("公安出入境", "passport"),
        ("公积金", "fund"),
        ("综合窗口", "grid"),
    ]
    assert [q.name.zh_cn for q in demo.queues if demo.zone(q.zone).floor.zh_cn == "一楼"][:5] == [
        "综合窗口",
        "不动产登记",
        "公积金",
        "企业开办",
        "公安出入境",
    ]
    services = Counter(service.department for service in demo.services)
    assert min(services[d.code] for d in demo.departments) >= 4


@pytest.mark.parametrize(
    ("label", "window"),
    [
        ("B107", "12"), ("A023", "3"), ("G036", "6"), ("B105", "14"), ("C062", "17"),
        ("A022", "1"), ("K028", "19"), ("A024", "2"), ("G035", "5"), ("K027", "20"),
        ("C060", "16"), ("F051", "21"), ("F053", "26"), ("H116", "29"), ("H119", "35"),
    ],
)  # fmt: skip
def test_demo_windows_serve_the_labels_of_the_pictures(
    demo: HallPlan, label: str, window: str
) -> None:
    first = demo.window(window).ranks[0]
    assert label[0] in {demo.series_of[demo.queue(code).series].prefix for code in first}
    assert {s.digits for s in demo.series} == {3}


def test_demo_zones_and_windows_are_those_of_the_supervisors_picture(demo: HallPlan) -> None:
    assert [
        (z.floor.zh_cn, z.letter, spoken(w for w in demo.windows if w.zone == z.code))
        for z in demo.zones
    ] == [
        ("一楼", "A", "1–7"),
        ("一楼", "B", "8–15"),
        ("一楼", "C", "16–20"),
        ("二楼", "D", "21–28"),
        ("二楼", "E", "29–36"),
    ]
    where = {q: spoken(demo.windows_of_queue[q]) for q in "ABCGKFH"}
    assert where == {
        "A": "1–4", "B": "8–15", "C": "16–18", "G": "5–7", "K": "19–20", "F": "21–28", "H": "29–36",
    }  # fmt: skip


def test_demo_property_transfer_is_the_one_of_the_pictures(demo: HallPlan) -> None:
    service = demo.services[0]
    assert service.name.text(Language.ZH_HANT) == "二手房過戶"
    assert service.name.text(Language.EN) == "Property transfer"
    assert service.hint.zh_cn == "买卖、赠与、继承"
    assert (service.kind, service.promised_days, service.minutes) == (ServiceKind.PROMISED, 5, 18)
    assert [(m.name.zh_cn, m.form.zh_cn) for m in service.materials] == [
        ("买卖双方身份证", "原件"),
        ("不动产权证书", "原件"),
        ("网签备案的买卖合同", "原件 1 份"),
        ("契税完税证明", "二楼税务区可办"),
        ("婚姻状况证明", "夫妻共有须双方到场"),
    ]
    queue = demo.queue(service.queue)
    zone = demo.zone(queue.zone)
    assert spoken(demo.windows_of_queue[queue.code]) == "8–15"
    assert (zone.floor.zh_cn, zone.name.zh_cn) == ("一楼", "B 区")
    assert zone.place.zh_cn == "向前 20 米，右手边"
    assert zone.map_box == (35, 8, 60, 28)


def test_demo_property_services_and_their_papers(demo: HallPlan) -> None:
    property_services = [s for s in demo.services if s.department == "BDC"]
    assert [(s.name.zh_cn, s.hint.zh_cn, len(s.materials)) for s in property_services][:5] == [
        ("二手房过户", "买卖、赠与、继承", 5),
        ("新房首次登记", "开发商统一办理的除外", 6),
        ("抵押登记", "含按揭还清后解押", 4),
        ("产权证换发、补发", "遗失、损毁、信息变更", 3),
        ("不动产查档", "个人名下房产证明", 1),
    ]
    assert property_services[5].hint.zh_cn == "周一、周三 9:00–12:00"
    own = [h for h in demo.hours if h.queue == property_services[5].queue]
    assert [(h.weekday, h.opens, h.closes) for h in own] == [
        (1, time(9), time(12)),
        (3, time(9), time(12)),
    ]


def test_demo_search_finds_what_the_picture_finds(demo: HallPlan) -> None:
    found = [s.name.zh_cn for s in demo.services if any("ESF" in word for word in s.initials)]
    assert sorted(found) == sorted(
        ["二手房过户", "二手房公积金贷款", "二手房交易缴税", "二手房网签备案"]
    )
    words = {word for s in demo.services for word in s.initials}
    assert {"YYZZ", "TX", "GATXZ"} <= words


def test_demo_hours_and_staff(demo: HallPlan) -> None:
    usual = [h for h in demo.hours if not h.queue]
    assert [h.weekday for h in usual] == [1, 2, 3, 4, 5]
    assert {(h.opens, h.closes, h.tickets_until) for h in usual} == {
        (time(9), time(17), time(16, 30))
    }
    assert demo.staff_of["0127"].name == "张敏"
    assert demo.staff_of["0001"].name == "陈建国"
    assert demo.staff_of["0001"].role is StaffRole.SUPERVISOR
    assert {"何静", "赵强", "李雪", "周洋"} <= {person.name for person in demo.staff}
    assert set(load_hall("demo").pins) == set(demo.staff_of)
    assert {person.pin_hash for person in demo.staff} == {""}


@pytest.mark.parametrize("name", ["demo", "village", "xindu"])
def test_the_built_in_halls_show_what_a_kiosk_can_do(name: str) -> None:
    plan = load_hall(name).plan
    assert 3 <= sum(1 for d in plan.departments if d.easy.zh_cn) <= 8
    assert {d.easy_queue for d in plan.departments} - {""} <= set(plan.queue_of)
    assert {topic.audience for topic in plan.topics} >= {Audience.PERSON}
    assert any(queue.slice_booked for queue in plan.queues)
    assert any(service.fee.zh_cn for service in plan.listed)
    assert any(hours.weekday == 6 for hours in plan.hours)
    assert set(plan.general_of) == set(plan.queue_of)


def test_a_home_is_sold_in_three_steps(demo: HallPlan) -> None:
    after = {s.code: s.after for s in demo.services if s.after}
    assert after["BDC01"] == ("SWJ01", "ZHC02")
    assert after["SWJ01"] == ("ZHC02",)


def test_demo_notices(demo: HallPlan) -> None:
    card = next(n for n in demo.notices if n.place == "card")
    assert card.title.zh_cn == "“带押过户”可以办了"
    strip = next(n for n in demo.notices if n.place == "strip" and not n.zones)
    assert strip.text.zh_cn.startswith("请带好随身物品，看管好小孩。")


def test_village_is_one_window() -> None:
    plan = load_hall("village").plan
    assert (len(plan.windows), len(plan.queues), len(plan.series)) == (1, 1, 1)
    assert plan.rules.credit(PriorityClass.ELDERLY) == 10
    assert plan.rules.ledger
    words = {word for s in plan.services for word in (s.name.zh_cn, *s.aliases)}
    assert {"农保", "医保", "老年证", "残疾证", "生育登记", "开具证明", "代办"} <= words


def test_xindu_has_its_true_size(xindu: HallPlan) -> None:
    assert len(xindu.windows) == 220
    assert len(xindu.departments) == 77
    assert len(xindu.queues) == 58
    assert len(xindu.listed) == 746 + 128 + 107 + 97  # the last are desk services
    roles = Counter(person.role for person in xindu.staff)
    assert roles[StaffRole.CLERK] == 220
    assert roles[StaffRole.USHER] > 0
    assert roles[StaffRole.SUPERVISOR] > 0
    assert {s.code for s in xindu.series if s.digits == 4} == {"T", "H", "F"}
    assert sum(1 for s in xindu.services if s.materials) == 198


def test_xindu_has_evening_and_saturday_sessions(xindu: HallPlan) -> None:
    evening = {h.queue for h in xindu.hours if h.closes == time(20)}
    saturday = {h.queue for h in xindu.hours if h.weekday == 6}
    assert (len(evening), len(saturday)) == (8, 20)
    assert {h.weekday for h in xindu.hours if h.closes == time(20)} == {2, 4}


def test_xindu_topics(xindu: HallPlan) -> None:
    assert Counter(topic.audience for topic in xindu.topics) == {"person": 22, "company": 16}
    assert [s.code for s in xindu.listed if not s.topics] == []
    assert sum(1 for s in xindu.listed if s.fee.zh_cn) == 43
    assert sum(1 for q in xindu.queues if q.slice_booked) == 54


def test_xindu_traffic_fits_the_hall(xindu: HallPlan) -> None:
    traffic = load_traffic("xindu")
    assert sum(slot.weight for slot in traffic.day(2)) == pytest.approx(9710, abs=0.5)
    assert sum(load.tickets_normal_day for load in traffic.services) == pytest.approx(9710, abs=1)
    assert set(traffic.service_of) == {s.code for s in xindu.listed}
    assert {slot.queue for slot in traffic.slots} == set(xindu.queue_of)


def test_people_come_only_while_tickets_are_given_out(xindu: HallPlan) -> None:
    own = {h.queue for h in xindu.hours}
    for slot in load_traffic("xindu").slots:
        queue = slot.queue if slot.queue in own else ""
        sessions = [h for h in xindu.hours if (h.queue, h.weekday) == (queue, slot.weekday)]
        assert any(h.tickets_from <= slot.start < h.tickets_until for h in sessions), slot


def test_a_hall_without_a_day_profile_says_so() -> None:
    with pytest.raises(HallFileError, match=r"demo\.toml: has no day profile"):
        load_traffic("demo")


def test_a_path_is_loaded_like_a_name(tmp_path: Path) -> None:
    copy = tmp_path / "our hall.toml"
    copy.write_bytes(assets.path("halls", "demo.toml").read_bytes())
    assert load_hall(str(copy)).plan == load_hall("demo").plan


def _hashed(pin: str) -> str:
    return f"$argon2id$fresh${pin[::-1]}"


def _verifies(hashed: str, pin: str) -> bool:
    return hashed.endswith(pin[::-1])


def test_a_pin_that_still_verifies_keeps_its_hash() -> None:
    loaded = load_hall("village")
    first = loaded.with_pins(None, _hashed, _verifies)
    assert first.staff_of["0002"].pin_hash == "$argon2id$fresh$8642"
    again = loaded.with_pins(first, lambda _pin: "$argon2id$other$8642", _verifies)
    assert again == first
    changed = LoadedHall(loaded.plan, {**loaded.pins, "0002": "1357"}, loaded.source)
    later = changed.with_pins(first, _hashed, _verifies)
    assert later.staff_of["0002"].pin_hash == "$argon2id$fresh$7531"
    assert later.staff_of["0001"] == first.staff_of["0001"]


def test_someone_without_a_pin_in_the_file_keeps_the_present_one() -> None:
    loaded = load_hall("village")
    present = loaded.with_pins(None, _hashed, _verifies)
    silent = LoadedHall(loaded.plan, {}, loaded.source)
    assert silent.with_pins(present, _hashed, _verifies) == present
