"""What a kiosk says without a screen: hours, places, the search, the ticket's words."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from time import monotonic
from zoneinfo import ZoneInfo

import pytest

from hallclient.devices.escpos_ticket import encode_ticket
from hallclient.domain.estimate import WaitRange
from hallclient.domain.hall import HallPlan
from hallclient.domain.parts import CalendarDay, SessionHours
from hallclient.domain.rules import PriorityClass
from hallclient.domain.text import LocalText
from hallclient.domain.ticket import Channel, Ticket, TicketStatus
from hallclient.kiosk.figures import HallSight
from hallclient.kiosk.hours import (
    HallState,
    hall_hours,
    next_opening,
    today_line,
    week_text,
    when,
)
from hallclient.kiosk.modes import Modes
from hallclient.kiosk.search import find
from hallclient.kiosk.views.easy import easy_view
from hallclient.kiosk.views.guide import guide_view
from hallclient.kiosk.views.home import Standing
from hallclient.services.board import HallNow
from hallclient.services.issuing import IssuedTicket
from hallclient.services.places import windows_words, zone_words
from hallclient.services.slip import TicketSlip
from hallclient.services.ticket_slip import ticket_slip
from hallclient.ui.words import Words
from tests.widget.kiosk_support import daily, kiosk_hall

SHANGHAI = ZoneInfo("Asia/Shanghai")
FRIDAY = datetime(2026, 11, 20, 14, 36, tzinfo=SHANGHAI)
TOKEN = "0123456789ABCDEF"  # noqa: S105 - a ticket's, made up


def session(queue: str, weekday: int, opens: int, closes: int) -> SessionHours:
    start, end = time(opens), time(closes)
    return SessionHours(f"{queue}{weekday}{opens}", weekday, start, end, start, end, queue)


def split_days() -> HallPlan:
    """Mornings and afternoons on weekdays; queue F on Monday and Wednesday mornings."""
    hall = [s for d in range(1, 6) for s in (session("", d, 9, 12), session("", d, 14, 17))]
    return kiosk_hall(hours=(*hall, session("F", 1, 9, 12), session("F", 3, 9, 12)))


@pytest.mark.parametrize(
    ("hour", "state", "tickets_at"),
    [
        (8, HallState.EARLY, (20, 9)),
        (10, HallState.OPEN, None),
        (12, HallState.BREAK, (20, 14)),
        (18, HallState.CLOSED, (23, 9)),
    ],
)
def test_what_a_hall_is_doing(
    hour: int, state: HallState, tickets_at: tuple[int, int] | None
) -> None:
    at = FRIDAY.replace(hour=hour, minute=0).astimezone(UTC)
    hours = hall_hours(split_days(), at, any_open=state is HallState.OPEN)
    assert hours.state is state
    found = hours.tickets_at
    assert (found and (found.day, found.hour)) == tickets_at


def test_tickets_end_before_the_windows_close() -> None:
    hours = tuple(replace(s, tickets_until=time(16, 30)) for s in daily(time(9), time(17)))
    at = FRIDAY.replace(hour=16, minute=45).astimezone(UTC)
    found = hall_hours(kiosk_hall(hours=hours), at, any_open=False)
    assert found.state is HallState.NO_MORE


def test_the_next_opening_steps_over_holidays() -> None:
    plan = replace(
        split_days(),
        calendar=(
            CalendarDay("2026-11-23", working=False),
            CalendarDay("2026-11-22", working=True),
        ),
    )
    after = FRIDAY.replace(hour=18)
    opens = next_opening(plan, "F", after)
    assert opens is not None
    assert opens.date() == date(2026, 11, 22), "a Sunday worked in lieu follows Monday's hours"
    later = next_opening(plan, "F", opens)
    assert later is not None
    assert later.date() == date(2026, 11, 25)
    assert next_opening(kiosk_hall(), "F", after) is None, "always open, never opening"


@pytest.mark.parametrize(
    ("days", "language", "text"),
    [
        (0, "zh-CN", "今天 9:00"),
        (1, "zh-CN", "明天 9:00"),
        (2, "zh-CN", "周日 9:00"),
        (3, "zh-CN", "下周一 9:00"),
        (7, "zh-CN", "11月27日 星期五 9:00"),
        (3, "zh-Hant", "下週一 9:00"),
        (3, "en", "Mon 9:00"),
    ],
)
def test_a_coming_moment(days: int, language: str, text: str) -> None:
    at = FRIDAY.replace(hour=9, minute=0) + timedelta(days=days)
    assert when(Words(language), FRIDAY, at) == text


def test_hours_in_words() -> None:
    words, plan = Words(), split_days()
    assert week_text(words, plan, "F") == "周一、周三 9:00–12:00"
    assert week_text(words, plan, "B") == "周一至周五 9:00–12:00，14:00–17:00"
    one = daily(time(9), time(17))[:1]
    assert today_line(words, one) == "9:00–17:00，中午不休"
    later = replace(one[0], code="later", opens=time(17), closes=time(19))
    assert today_line(words, (*one, later)) == "9:00–19:00，中午不休", "no gap, one span"
    longer = replace(
        plan, hours=(*plan.hours, replace(later, weekday=3, queue="F", opens=time(12)))
    )
    assert week_text(words, longer, "F") == "周一 9:00–12:00，周三 9:00–19:00"
    assert today_line(words, ()) == ""


@pytest.mark.parametrize(
    ("closes", "language", "says"),
    [
        (time(11, 30), "zh-CN", "正在办公，上午 11:30 下班"),
        (time(12), "zh-CN", "正在办公，中午 12 点下班"),
        (time(12, 30), "zh-Hant", "正在辦公，中午 12:30 下班"),
        (time(17), "zh-CN", "正在办公，下午 5 点下班"),
    ],
)
def test_elders_hear_when_it_closes_as_people_say_it(
    closes: time, language: str, says: str
) -> None:
    plan = kiosk_hall(hours=daily(time(9), closes))
    at = FRIDAY.replace(hour=10).astimezone(UTC)
    sight = HallSight(plan, HallNow(at, 0, 0, frozenset(), {}), monotonic())
    standing = Standing(paper=True, takes=True, entries=frozenset(), waiting=frozenset())
    assert easy_view(Words(language), sight, standing).state == says


def test_a_day_stays_with_its_hours_where_a_line_breaks() -> None:
    plan = split_days()
    sight = HallSight(plan, HallNow(FRIDAY.astimezone(UTC), 0, 0, frozenset(), {}), monotonic())
    code = next(s.code for s in plan.services if s.queue == "F")
    view = guide_view(Words(), sight, code, 0, Modes(), "")
    hours = next(fact.text for fact in view.facts if "9:00" in fact.text)
    joined = "\N{WORD JOINER}"
    assert hours == f"周{joined}一、周{joined}三\N{NO-BREAK SPACE}9:00–12:00"


def test_places_in_words() -> None:
    plan = kiosk_hall()
    zone = zone_words(plan.zone("1B"), "zh-CN")
    assert (zone.before, zone.letter, zone.after) == ("一楼", "B", "区")
    assert zone.whole == "一楼 B 区"
    assert zone_words(plan.zone("2"), "zh-CN").whole == "二楼税务大厅"
    assert zone_words(plan.zone("2"), "en").whole == "Floor 2, Tax hall"
    assert windows_words(Words("en"), plan, plan.queue("F")) == "Window 30"
    assert windows_words(Words(), plan, plan.queue("B")) == "8–15 号窗口"


@pytest.mark.parametrize(
    ("typed", "language", "first", "marked"),
    [
        ("esf", "zh-CN", "BDC01", (0, 3)),
        ("ESF7", "zh-CN", "BDC01", (0, 3)),
        ("GH", "zh-CN", "BDC01", (3, 5)),
        ("二手房", "zh-CN", "BDC01", (0, 3)),
        ("房屋过户", "zh-CN", "BDC01", (0, 0)),
        ("登记", "zh-Hant", "BDC02", (4, 6)),
        ("mort", "en", "BDC03", (0, 0)),
        ("PT", "en", "BDC01", (0, 0)),
    ],
)
def test_finding_a_service(typed: str, language: str, first: str, marked: tuple[int, int]) -> None:
    found = find(kiosk_hall(), typed, language)
    assert found[0].service.code == first
    assert found[0].marked == marked


def test_finding_nothing() -> None:
    assert find(kiosk_hall(), "QQQ", "zh-CN") == ()
    assert find(kiosk_hall(), "12 ", "zh-CN") == ()


# The ticket


def issued(plan: HallPlan, *, wait: WaitRange | None = None) -> IssuedTicket:
    at = FRIDAY.astimezone(UTC)
    ticket = Ticket(
        id=1,
        request_id="r",
        token=TOKEN,
        day=date(2026, 11, 20),
        series_id=1,
        number=107,
        label="B107",
        queue_id=1,
        service_id=1,
        priority=PriorityClass.NORMAL,
        claim_at=at,
        issued_at=at,
        status=TicketStatus.WAITING,
        channel=Channel.KIOSK,
        language="zh-CN",
    )
    return IssuedTicket(ticket, plan.services[0], plan.queue("B"), 6, "B100", wait)


def slip(
    language: str = "zh-CN",
    *,
    url: str = "",
    wait: WaitRange | None = None,
    materials: bool = False,
) -> TicketSlip:
    plan = replace(kiosk_hall(), follow_url=url)
    return ticket_slip(issued(plan, wait=wait), plan, Words(language), materials=materials)


def test_a_ticket_promises_to_follow_only_where_there_is_something() -> None:
    plain, url = slip(), "https://example.org/q/"
    assert plain.qr_payload == TOKEN
    assert plain.qr_title == "请留意屏幕和广播"
    phone = slip(url=url)
    assert phone.qr_payload == url + TOKEN
    assert phone.qr_title == "手机扫码看排队"


def test_a_ticket_guesses_no_wait() -> None:
    assert slip().wait_text is None
    assert slip(wait=WaitRange(10, 30)).wait_text == "10–30 分钟"


def test_the_words_of_a_ticket() -> None:
    words = slip(materials=True)
    assert (words.ahead_caption, words.ahead_text) == ("前面", "6 人")
    assert words.issued_at_text == "2026-11-20 周五 14:36"
    assert words.code == "1120-B107-CDEF"
    assert words.phone_text == "咨询 028-0000-0000"
    assert words.materials[0] == "材料1的原件和复印件 原件 1 份"
    assert slip().materials == ()


@pytest.mark.parametrize("language", ["zh-CN", "zh-Hant", "en"])
@pytest.mark.parametrize("url", ["", "https://hall.example.org/queue/follow/tick/"])
def test_every_language_fits_the_wire(language: str, url: str) -> None:
    """450 bytes for service names of up to 12 characters, else 520."""
    words = slip(language, url=url, wait=WaitRange(10, 30))
    assert len(encode_ticket(words)) <= (450 if len(words.service_name) <= 12 else 520)


def test_traditional_words_reach_the_paper() -> None:
    data = encode_ticket(slip("zh-Hant")).decode("gb18030", "ignore")
    assert "二手房过户" in data, "the test hall's own name"
    assert "號窗口" in data


def test_a_service_may_lack_a_language() -> None:
    plan = kiosk_hall()
    bare = replace(plan.services[0], name=LocalText("二手房过户"))
    taken = replace(issued(plan), service=bare)
    assert ticket_slip(taken, plan, Words("en")).service_name == "二手房过户"
