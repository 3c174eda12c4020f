"""Finding a service: every one can be reached, by lists, letters, characters or English words."""

from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hallclient.domain.hall import HallPlan
from hallclient.domain.parts import Audience, Department, Service, ServiceKind, Topic
from hallclient.domain.text import LocalText
from hallclient.kiosk.choice import (
    COMMON,
    By,
    Choice,
    common,
    first_group,
    groups,
    services_in,
    ways,
)
from hallclient.kiosk.search import cleaned, find, suggestions, with_suggestion
from hallclient.services.hallfile import load_hall

HALLS = ("demo", "village", "xindu")


@cache
def hall(name: str) -> HallPlan:
    return load_hall(name).plan


def service(code: str, name: str, english: str = "", **more: object) -> Service:
    text = LocalText(name, "", english)
    return Service(code, text, "D", "Q", ServiceKind.INSTANT, **more)  # type: ignore[arg-type]


SMALL = HallPlan(
    "510114000000-01",
    LocalText("小厅"),
    departments=(Department("D", LocalText("综合")), Department("E", LocalText("没有事项"))),
    topics=(
        Topic("t", LocalText("住房")),
        Topic("c", LocalText("企业"), Audience.COMPANY),
        Topic("empty", LocalText("空")),
    ),
    services=(
        service("1", "二手房过户", "Property transfer", initials=("ESFGH", "GFZ"),
                aliases=("过房子",), common=2, topics=("t",)),
        service("2", "公积金（异地）提取", "Fund withdrawal", initials=("GJJYDTQ",), common=1),
        service("3", "电子税务 App 开通", "Tax app", initials=("DZSWAPPKT",), topics=("c",)),
        service("4", "换证", "Renewal", initials=("手写", "XX")),
        service("general-Q", "综合", general=True),
    ),
)  # fmt: skip


def codes(text: str, language: str = "zh-CN") -> list[str]:
    return [match.service.code for match in find(SMALL, text, language)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("ESF", ["1"]), ("SF", ["1"]), ("esf", ["1"]), ("二手", ["1"]), ("二手F", ["1"]),
        ("E手房G", ["1"]), ("GF", ["1"]), ("过房", ["1"]), ("GJJYD", ["2"]), ("金异地T", ["2"]),
        ("金YD提", ["2"]), ("APP", ["3"]), ("SWAPPK", ["3"]), ("XX", ["4"]), ("换证", ["4"]),
        ("ESFH", []), ("手二", []), ("7", []), ("", []), ("综合", []),
    ],
)  # fmt: skip
def test_letters_and_characters_match_together(text: str, found: list[str]) -> None:
    assert codes(text) == found


@pytest.mark.parametrize("text", ["PROP", "transfer", "PT", "property tr", "TRANS"])
def test_english_words_find(text: str) -> None:
    assert codes(text, "en") == ["1"]


def test_the_characters_that_answered_are_marked() -> None:
    (match,) = find(SMALL, "YDT", "zh-CN")
    assert SMALL.services[1].name.zh_cn[slice(*match.marked)] == "异地）提"
    assert find(SMALL, "过房子", "zh-CN")[0].marked == (0, 0), "an alias is not on the screen"


def test_letters_become_the_characters_that_were_meant() -> None:
    listed = hall("demo").listed
    assert "二手房" in suggestions(listed, "ESF", "zh-CN")
    assert "登记" in suggestions(listed, "DJ", "zh-CN")
    assert suggestions(listed, "ESF", "en") == ()
    assert suggestions(listed, "二手房", "zh-CN") == ()
    assert suggestions(listed, "ABCDE", "zh-CN") == ()
    assert with_suggestion("ESF", "二手房") == "二手房"
    assert with_suggestion("二手F", "房") == "二手房"
    assert with_suggestion("", "房") == "房"


@pytest.mark.parametrize("name", HALLS)
@pytest.mark.parametrize("language", ["zh-CN", "zh-Hant", "en"])
def test_every_service_is_found_by_its_own_name(name: str, language: str) -> None:
    plan = hall(name)
    for each in plan.listed[::7]:
        wanted = each.name.text(language)
        assert each in [match.service for match in find(plan, wanted, language)], wanted


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_a_suggestion_always_finds_something(data: st.DataObject) -> None:
    plan = hall("demo")
    each = data.draw(st.sampled_from(plan.listed))
    initials = each.initials[0]
    start = data.draw(st.integers(0, len(initials) - 1))
    typed = initials[start : start + data.draw(st.integers(1, 4))]
    for word in suggestions(plan.listed, typed, "zh-CN"):
        assert find(plan, with_suggestion(typed, word), "zh-CN"), (typed, word)


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=40), st.sampled_from(["zh-CN", "zh-Hant", "en"]))
def test_whatever_is_typed_is_searched(text: str, language: str) -> None:
    plan = hall("village")
    assert len(cleaned(text)) <= 12
    found = find(plan, text, language)
    assert {match.service.code for match in found} <= {s.code for s in plan.listed}
    suggestions(plan.listed, text, language)


# Lists


def test_the_common_services_come_first_in_their_order() -> None:
    choice = Choice()
    choice.group = first_group(SMALL, choice)
    assert choice.group == COMMON
    assert [s.code for s in services_in(SMALL, choice)] == ["2", "1"]


def test_only_what_leads_somewhere_is_listed() -> None:
    assert ways(SMALL, Choice()) == (By.DEPARTMENT, By.PERSON, By.COMPANY)
    assert [d.code for d in groups(SMALL, Choice())] == ["D"]
    assert [t.code for t in groups(SMALL, Choice(by=By.PERSON))] == ["t"]
    assert first_group(SMALL, Choice(by=By.COMPANY)) == "c"
    choice = Choice(offered=lambda s: s.code == "4")
    assert ways(SMALL, choice) == (By.DEPARTMENT,)
    assert first_group(SMALL, choice) == "D"
    assert common(SMALL, choice) == ()
    assert groups(SMALL, Choice(offered=lambda _s: False)) == ()


@pytest.mark.parametrize("name", HALLS)
def test_every_service_stands_in_the_list_of_its_department(name: str) -> None:
    plan = hall(name)
    reached = {
        s.code
        for group in groups(plan, Choice())
        for s in services_in(plan, Choice(group=group.code))
    }
    assert reached == {s.code for s in plan.listed}


@pytest.mark.parametrize("name", HALLS)
@pytest.mark.parametrize("by", [By.PERSON, By.COMPANY])
def test_no_topic_is_empty(name: str, by: By) -> None:
    plan = hall(name)
    for topic in groups(plan, Choice(by=by)):
        found = services_in(plan, Choice(by=by, group=topic.code))
        assert found
        assert all(topic.code in s.topics for s in found)
