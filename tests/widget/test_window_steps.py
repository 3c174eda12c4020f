"""The clerk's bar says where a ticket with several services goes next."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from pytestqt.qtbot import QtBot

from hallclient.domain.parts import Service, ServiceKind, ServiceWindow
from hallclient.domain.rules import HallRules, PriorityClass
from hallclient.domain.shift import Shift
from hallclient.domain.text import LocalText
from hallclient.domain.ticket import Channel, Ticket, TicketStatus
from hallclient.domain.turn import Outcome, Turn
from hallclient.services.ports_devices import DeviceState
from hallclient.services.windows import WindowState
from hallclient.ui.words import Words
from hallclient.window.blocks import ServiceBlock
from hallclient.window.scene import Scene
from hallclient.window.view import bar_view

T = datetime(2026, 11, 20, 6, 0, tzinfo=UTC)
TAX = Service("SW01", LocalText("契税", "契稅", "Deed tax"), "SW", "F", ServiceKind.INSTANT)
HOUSE = replace(TAX, code="BDC01", name=LocalText("二手房过户", "二手房過戶", "Home transfer"))
TICKET = Ticket(
    id=1,
    request_id="r",
    token="A" * 16,
    day=T.date(),
    series_id=1,
    number=12,
    label="F012",
    queue_id=1,
    service_id=1,
    priority=PriorityClass.NORMAL,
    claim_at=T,
    issued_at=T - timedelta(minutes=9),
    status=TicketStatus.SERVING,
    channel=Channel.KIOSK,
    language="zh-CN",
)
TURN = Turn(1, 1, 1, 1, called_at=T, last_called_at=T, started_at=T)
SERVING = WindowState(
    window=ServiceWindow("1", "1", "1A", (("F",),)),
    now=T,
    shift=Shift(1, 1, 1, signed_in_at=T - timedelta(hours=1)),
    turn=TURN,
    ticket=TICKET,
    service=TAX,
)
DONE = replace(TURN, ended_at=T, result=Outcome.INSTANT, rating_asked_at=T)


def sub(state: WindowState, language: str = "zh-CN") -> str:
    scene = Scene("1", state, HallRules(), T + timedelta(seconds=5))
    return bar_view(replace(scene, keypad=None), Words(language)).sub


@pytest.mark.parametrize(
    ("language", "said"), [("zh-CN", "之后：二手房过户"), ("zh-Hant", "之後：二手房過戶"),
                           ("en", "Then: Home transfer")],
)  # fmt: skip
def test_while_serving_it_says_what_comes_after(language: str, said: str) -> None:
    assert sub(replace(SERVING, following=HOUSE), language).endswith(said)
    assert said not in sub(SERVING, language)


def test_afterwards_it_says_where_the_ticket_went() -> None:
    state = replace(SERVING, turn=DONE, following=HOUSE)
    scene = Scene("1", state, HallRules(), T + timedelta(seconds=5), keypad=DeviceState.READY)
    view = bar_view(scene, Words("zh-CN"))
    assert view.sub == "F012 已转到：二手房过户"
    assert (
        bar_view(replace(scene, state=replace(state, following=None)), Words("zh-CN")).sub
        != view.sub
    )


@pytest.mark.parametrize(
    ("language", "marks", "said"),
    [
        ("zh-CN", "残约", "残疾人 预约"),
        ("zh-Hant", "殘約", "殘疾人 預約"),
        ("en", "DB", "Disabled Booked"),
    ],
)
def test_what_a_ticket_has_a_right_to_is_marked(language: str, marks: str, said: str) -> None:
    special = replace(TICKET, priority=PriorityClass.DISABLED, channel=Channel.BOOKED)
    idle = replace(SERVING, turn=None, ticket=None, next_ticket=special, next_service=TAX)
    for state in (replace(SERVING, ticket=special), idle):
        view = bar_view(Scene("1", state, HallRules(), T + timedelta(seconds=5)), Words(language))
        assert (view.mark, view.mark_name) == (marks, said)
    for state in (SERVING, replace(SERVING, turn=DONE, ticket=special)):
        scene = Scene("1", state, HallRules(), T + timedelta(seconds=5), keypad=DeviceState.READY)
        assert bar_view(scene, Words(language)).mark == ""
    booked = replace(SERVING, ticket=replace(TICKET, channel=Channel.BOOKED))
    view = bar_view(Scene("1", booked, HallRules(), T), Words(language))
    assert view.mark == marks[1]


def test_both_marks_are_drawn_beside_the_title(qtbot: QtBot) -> None:
    special = replace(TICKET, priority=PriorityClass.DISABLED, channel=Channel.BOOKED)
    widths = []
    for ticket in (TICKET, replace(special, channel=Channel.KIOSK), special):
        view = bar_view(Scene("1", replace(SERVING, ticket=ticket), HallRules(), T), Words("zh-CN"))
        block = ServiceBlock()
        qtbot.addWidget(block)
        block.resize(300, 50)
        block.show_view(view)
        assert not block.is_cut()
        image = block.grab().toImage()
        ink = [
            x
            for x in range(image.width())
            if any(image.pixel(x, y) != image.pixel(299, 0) for y in range(30))
        ]
        widths.append(max(ink))
    assert widths == sorted(set(widths)), "each right has its own mark"
