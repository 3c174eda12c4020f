"""The clerk's bar says where a ticket with several services goes next."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from hallclient.domain.parts import Service, ServiceKind, ServiceWindow
from hallclient.domain.rules import HallRules, PriorityClass
from hallclient.domain.shift import Shift
from hallclient.domain.text import LocalText
from hallclient.domain.ticket import Channel, Ticket, TicketStatus
from hallclient.domain.turn import Outcome, Turn
from hallclient.services.ports_devices import DeviceState
from hallclient.services.windows import WindowState
from hallclient.ui.words import Words
from hallclient.window.view import Scene, bar_view

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
