"""A hall's parts: how they are found, and how they are said."""

from dataclasses import replace

import pytest

from hallclient.domain.errors import NotFound
from hallclient.domain.parts import PREFIX_LETTERS, ServiceWindow, windows_text
from hallclient.domain.rules import HallRules, PriorityClass
from hallclient.domain.serving import beside
from hallclient.domain.text import Language, LocalText
from hallclient.services.hallfile import load_hall
from tests.halls import small_hall


def windows(*numbers: str) -> list[ServiceWindow]:
    return [ServiceWindow(f"c{n}", n, "1A", (("A",),)) for n in numbers]


@pytest.mark.parametrize(
    ("numbers", "text"),
    [
        (("8", "9", "10", "11", "12", "13", "14", "15"), "8–15"),
        (("3", "7", "9", "10", "11"), "3、7、9–11"),
        (("11", "3", "10"), "3、10–11"),
        (("5",), "5"),
        (("A1", "A2"), "A1、A2"),
        ((), ""),
    ],
)
def test_window_numbers_as_people_say_them(numbers: tuple[str, ...], text: str) -> None:
    assert windows_text(windows(*numbers)) == text


def test_texts_fall_back_to_simplified_chinese() -> None:
    whole, only = LocalText("厅", "廳", "Hall"), LocalText("厅")
    assert [whole.text(language) for language in Language] == ["厅", "廳", "Hall"]
    assert [only.text(language) for language in Language] == ["厅", "厅", "厅"]
    assert whole.text("en") == "Hall"


def test_prefix_letters_stay_apart() -> None:
    assert len(set(PREFIX_LETTERS)) == len(PREFIX_LETTERS) == 16
    assert set("IOQSZDRUVE").isdisjoint(PREFIX_LETTERS)


def test_parts_by_code() -> None:
    plan = small_hall()
    assert plan.queue("B").series == "B"
    assert plan.service("BDC001").promised_days == 5
    assert plan.window("2").queues == ("A", "B")
    assert plan.zone("1B").name.zh_cn == "一楼 B 区"
    for find in (plan.queue, plan.service, plan.window, plan.zone):
        with pytest.raises(NotFound) as caught:
            find("nowhere")
        assert caught.value.facts["part"] == "nowhere"


def test_parts_by_id_and_those_that_have_left() -> None:
    plan = small_hall()
    numbered = replace(
        plan, queues=tuple(replace(q, id=n) for n, q in enumerate(plan.queues, start=10))
    )
    left = replace(numbered, queues=numbered.queues[:1], former=numbered)
    assert left.queue_by_id(11).code == "B"
    assert left.queue_by_id(10) is left.queues[0]
    with pytest.raises(NotFound):
        left.queue("B")
    with pytest.raises(NotFound):
        left.queue_by_id(99)


def test_windows_of_a_queue_are_those_of_its_first_rank() -> None:
    plan = small_hall()
    served = {code: [w.code for w in found] for code, found in plan.windows_of_queue.items()}
    assert served == {"A": ["2", "3"], "B": ["1"]}
    none_first = replace(plan, windows=plan.windows[1:])
    assert [w.code for w in none_first.windows_of_queue["B"]] == ["2", "3"]
    assert replace(plan, windows=()).windows_of_queue == {"A": (), "B": ()}


def test_credits() -> None:
    rules = HallRules()
    assert rules.credit(PriorityClass.NORMAL) == 0
    assert {rules.credit(c) for c in PriorityClass if c is not PriorityClass.NORMAL} == {10}


def test_windows_and_neighbours_of_a_queue_are_those_of_the_ranks() -> None:
    """As a walk through all windows says, for a hall of every kind of rank."""
    plan = load_hall("demo").plan
    for queue in plan.queues:
        serving = [window for window in plan.windows if queue.code in window.queues]
        assert list(plan.windows_serving[queue.code]) == serving
        found: set[str] = set()
        for window in serving:
            place = next(n for n, codes in enumerate(window.ranks) if queue.code in codes)
            found.update(code for codes in window.ranks[: place + 1] for code in codes)
        assert beside(plan, queue.code) == found - {queue.code}
    assert any(len(window.ranks) > 1 for window in plan.windows)
    assert beside(plan, "no such queue") == frozenset()
