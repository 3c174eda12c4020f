"""Waits in words: every language, every kind of range, the same at kiosk, board and on paper."""

import re
import time
from dataclasses import replace
from datetime import UTC, timedelta

import pytest

from hallclient import assets
from hallclient.display.said import Saying, also_of
from hallclient.display.wording import Wording
from hallclient.domain.estimate import WaitRange
from hallclient.domain.itinerary import Step
from hallclient.domain.wait import Told, Wait
from hallclient.kiosk.figures import HallSight
from hallclient.kiosk.offers import Offer, most_wait, offer_of
from hallclient.kiosk.views.parts import offer_figure
from hallclient.kiosk.views.rows import service_row
from hallclient.kiosk.views.ticket import no_paper_figures
from hallclient.phrases import Phrases, catalogue
from hallclient.services import wait_words
from hallclient.services.board import HallNow, QueueLine
from hallclient.services.ticket_slip import ticket_slip
from hallclient.ui.voice_bank import VoiceBank, bank_language
from hallclient.ui.words import Words
from tests.widget.kiosk_support import daily, kiosk_hall
from tests.widget.test_kiosk_words import FRIDAY, issued

LANGUAGES = ("zh-CN", "zh-Hant", "en")
RANGES = [
    WaitRange(low, high)
    for low, high in ((0, 5), (0, 15), (0, 45), (5, 10), (10, 30), (10, 45), (50, 80), (100, 200))
]
SAYS = (
    wait_words.wait_line,
    wait_words.wait_said,
    wait_words.wait_text,
    wait_words.wait_caption,
    wait_words.wait_short,
    wait_words.wait_figures,
)


def told(wait: WaitRange | None, *, waiting: int = 6, at_once: bool = False) -> HallNow:
    lines = {
        queue.code: QueueLine(queue.code, waiting, None, 2, 0, wait, at_once=at_once)
        for queue in kiosk_hall().queues
    }
    return HallNow(FRIDAY.astimezone(UTC), 1, waiting, frozenset(), lines)


def sight(now: HallNow) -> HallSight:
    return HallSight(kiosk_hall(), now, time.monotonic())


def offer(now: HallNow) -> Offer:
    return offer_of(sight(now), "B")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("wait", RANGES, ids=str)
def test_a_range_is_never_one_minute_and_never_begins_at_nothing(
    language: str, wait: WaitRange
) -> None:
    say = Phrases(language)
    for words in SAYS:
        text = words(say, wait)
        if words is wait_words.wait_caption:
            assert not re.search(r"\d", text)
        elif wait.low or words is wait_words.wait_said:
            assert f"{wait.low}–{wait.high}" in text
        else:
            assert "0–" not in text
            assert re.findall(r"\d+", text) == [str(wait.high)]
            assert any(
                sign in text for sign in ("以内", "以內", "内", "內", "at most", "At most", "≤")
            )
    most = {"zh-CN": "多数人", "zh-Hant": "多數人", "en": "Most people"}[language]
    assert wait_words.wait_line(say, wait).startswith(most) is (wait.high - wait.low > 30)
    assert wait_words.wait_caption(say, wait).startswith(most) is (wait.high - wait.low > 30)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_texts_of_waits_are_there_and_differ(language: str) -> None:
    found = {key: text for key, text in catalogue(language).items() if key.startswith("wait.")}
    assert {key.removesuffix(".one") for key in found} == {
        key.removesuffix(".one") for key in catalogue("zh-CN") if key.startswith("wait.")
    }
    assert len(set(found.values())) > len(found) / 2
    for key in ("about", "most", "text", "short"):
        assert found[f"wait.{key}"] != found[f"wait.{key}_within"]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("wait", RANGES, ids=str)
def test_every_wait_can_be_read_out(language: str, wait: WaitRange) -> None:
    code = bank_language(language)
    bank, say = VoiceBank(assets.path("voice", code), code), Phrases(language)
    figure = wait_words.wait_figure(say, wait)
    key = "wait.step_most" if wait.wide else "wait.step_about"
    step = wait_words.wait_figure(say, wait, say(key, n=2))
    for text in (wait_words.wait_said(say, wait), figure.said, step.said):
        assert bank.cut(text) is not None, text


def test_no_wait_only_where_the_hall_says_at_once() -> None:
    say = Words()
    free = told(WaitRange(0, 5), waiting=0, at_once=True)
    row = service_row(say, sight(free), kiosk_hall().services[0], offer(free), one=False)
    assert (row.side, row.strong, row.good) == ("前面没有人", "马上可办", True)
    figure = offer_figure(say, offer(free), 1)
    assert figure is not None
    assert (figure.name, figure.figure) == ("马上可办", "")
    empty = told(WaitRange(0, 15), waiting=0)
    row = service_row(say, sight(empty), kiosk_hall().services[0], offer(empty), one=False)
    assert (row.side, row.strong, row.good) == ("前面没有人", "预计 15 分钟以内", False)
    unknown = told(None, waiting=3)
    row = service_row(say, sight(unknown), kiosk_hall().services[0], offer(unknown), one=False)
    assert (row.side, row.strong) == ("", "前面 3 人")
    assert offer_figure(say, offer(unknown), 1) is None


def test_who_may_not_be_reached_today_is_told_before_the_number_is_taken() -> None:
    plan = replace(kiosk_hall(), hours=daily((FRIDAY - timedelta(hours=5)).time(), CLOSES))
    late = HallSight(plan, told(WaitRange(20, 60)), time.monotonic())
    figure = offer_figure(Words(), offer_of(late, "B"), 1)
    assert figure is not None
    assert figure.name == "今天可能排不到"
    early = replace(late, hall=told(WaitRange(10, 30)))
    figure = offer_figure(Words(), offer_of(early, "B"), 1)
    assert figure is not None
    assert figure.figure == "10–30"
    evening = daily(CLOSES, (FRIDAY + timedelta(hours=3)).time())
    after_lunch = replace(late, plan=replace(plan, hours=(*plan.hours, *evening)))
    figure = offer_figure(Words(), offer_of(after_lunch, "B"), 1)
    assert figure is not None
    assert figure.figure == "20–60", "the day goes on behind the break"


CLOSES = (FRIDAY + timedelta(minutes=45)).time()


def test_the_first_page_speaks_for_most_of_those_who_wait() -> None:
    def line(waiting: int, wait: WaitRange | None) -> QueueLine:
        return QueueLine("A", waiting, None, 1, 0, wait)

    usual = [line(40, WaitRange(10, 30)), line(50, WaitRange(15, 40))]
    assert most_wait(usual) == WaitRange(10, 40)
    assert most_wait([*usual, line(2, None), line(0, None)]) == WaitRange(10, 40)
    assert most_wait([*usual, line(2, WaitRange(100, 200))]) == WaitRange(10, 40)
    assert most_wait([*usual, line(30, None)]) is None
    assert most_wait([line(3, None)]) is None
    assert most_wait([*usual, line(30, WaitRange(100, 200))]) is None, "too different for one range"
    assert most_wait([]) is None


def test_of_several_services_the_wait_is_for_the_next() -> None:
    plan = kiosk_hall()
    one = issued(plan, wait=WaitRange(10, 30))
    steps = tuple(Step(1, n, plan.services[0].id) for n in (1, 2))
    caption = no_paper_figures(Words(), plan, replace(one, steps=steps))[1].caption
    assert caption == "第 1 项预计等候"
    assert no_paper_figures(Words(), plan, one)[1].caption == "预计等候"


@pytest.mark.usefixtures("qapp")
@pytest.mark.parametrize("wait", RANGES, ids=str)
def test_kiosk_board_and_paper_tell_the_same(wait: WaitRange) -> None:
    plan, now = kiosk_hall(), told(wait)
    figures = str(wait.high) if not wait.low else f"{wait.low}–{wait.high}"
    kiosk = service_row(Words(), sight(now), plan.services[0], offer(now), one=False).strong
    board = {row.wait for row in Wording(plan, (), Saying(Words())).rows(now)}
    paper = ticket_slip(issued(plan, wait=wait), plan, Words()).wait_text or ""
    for text in (kiosk, *board, paper):
        assert re.findall(r"[\d–]+", text) == [figures]


def test_a_bilingual_board_has_the_figures_once_or_both_whole() -> None:
    plan = kiosk_hall()
    saying = Saying(Words(), bilingual=True)
    row = Wording(plan, (), saying).rows(told(WaitRange(10, 30)))[0]
    assert (str(row.wait), also_of(row.wait)) == ("10–30 分", "min")
    row = Wording(plan, (), saying).rows(told(WaitRange(0, 15)))[0]
    assert (str(row.wait), also_of(row.wait)) == ("15 分内", "≤ 15 min")
    english = Wording(plan, (), Saying(Words("en"))).rows(told(WaitRange(0, 15)))[0]
    assert english.minutes == "≤ 15"


@pytest.mark.parametrize(
    ("language", "caption", "text"),
    [
        ("zh-CN", "14:36 时预计", "10–30 分钟"),
        ("zh-Hant", "14:36 時預計", "10–30 分鐘"),
        ("en", "At 14:36: wait", "10–30 min"),
    ],
)
def test_paper_says_when_it_was_told(language: str, caption: str, text: str) -> None:
    plan = kiosk_hall()
    slip = ticket_slip(issued(plan, wait=WaitRange(10, 30)), plan, Words(language))
    assert (slip.wait_caption, slip.wait_text) == (caption, text)
    wide = ticket_slip(issued(plan, wait=WaitRange(10, 45)), plan, Words(language))
    assert wide.wait_caption != caption


def test_a_copy_says_what_was_told_and_nothing_else() -> None:
    plan = kiosk_hall()
    later = issued(plan, wait=WaitRange(0, 10))
    assert ticket_slip(later, plan, Words(), again=True).wait_text is None
    ticket = replace(later.ticket, told=Told(Wait(11, 18, 28), 6, 40))
    slip = ticket_slip(replace(later, ticket=ticket), plan, Words(), again=True)
    assert (slip.wait_caption, slip.wait_text) == ("14:36 时预计", "10–30 分钟")
