"""Every state a clerk's bar can be in (07a), as plain scenes: no hall behind them."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from hallclient.domain.parts import Service, ServiceKind, ServiceWindow, Staff
from hallclient.domain.rules import HallRules, PriorityClass
from hallclient.domain.shift import Shift
from hallclient.domain.text import LocalText
from hallclient.domain.ticket import Channel, Ticket, TicketStatus
from hallclient.domain.turn import Outcome, Turn
from hallclient.services.ports_devices import DeviceState
from hallclient.services.windows import WindowState
from hallclient.window.scene import Scene

T = datetime(2026, 11, 20, 6, 0, tzinfo=UTC)
SERVICE = Service(
    "B1",
    LocalText("二手房过户", "二手房過戶", "Property transfer"),
    "D",
    "B",
    ServiceKind.PROMISED,
    minutes=18,
)
NEXT = Service("B2", LocalText("抵押登记", "抵押登記", "Mortgage"), "D", "B", ServiceKind.PROMISED)


def ticket(label: str) -> Ticket:
    """Return somebody's ticket, fourteen minutes old."""
    issued = T - timedelta(minutes=14)
    return Ticket(
        id=1,
        request_id="r",
        token="0" * 16,
        day=date(2026, 11, 20),
        series_id=1,
        number=107,
        label=label,
        queue_id=1,
        service_id=1,
        priority=PriorityClass.ELDERLY,
        claim_at=issued,
        issued_at=issued,
        status=TicketStatus.CALLED,
        channel=Channel.KIOSK,
        language="zh-CN",
    )


SHIFT = Shift(1, 1, 12, T - timedelta(hours=2))
IDLE = WindowState(
    window=ServiceWindow("12", "12", "1B", (("B",),)),
    now=T,
    staff=Staff("0127", "张敏"),
    shift=SHIFT,
    waiting=7,
    longest_since=T - timedelta(minutes=23),
    next_ticket=ticket("B108"),
    next_service=NEXT,
)
TURN = Turn(1, 1, 12, 1, T, T)
CALLED = replace(IDLE, turn=TURN, ticket=ticket("B107"), service=SERVICE)
SERVING = replace(CALLED, turn=replace(TURN, started_at=T))
RATED = replace(TURN, started_at=T, ended_at=T, result=Outcome.INSTANT, rating_asked_at=T)
SCENE = Scene(
    number="12",
    rules=HallRules(),
    keypad=DeviceState.READY,
    now=T + timedelta(seconds=12),
    helper=True,
)
SCENES = {
    "starting": replace(SCENE, now=None),
    "signed out": replace(SCENE, state=replace(IDLE, shift=None, staff=None)),
    "idle": replace(SCENE, state=IDLE),
    "nobody": replace(SCENE, state=replace(IDLE, waiting=0, next_ticket=None, longest_since=None)),
    "called": replace(SCENE, state=CALLED),
    "called, not seen": replace(SCENE, state=CALLED, unseen=True),
    "called to the cap": replace(SCENE, state=replace(CALLED, turn=replace(TURN, calls=3))),
    "serving": replace(SCENE, state=SERVING),
    "long": replace(SCENE, state=SERVING, now=T + timedelta(minutes=32)),
    "rating": replace(SCENE, state=replace(CALLED, turn=RATED)),
    "keypad away": replace(SCENE, state=replace(CALLED, turn=RATED), keypad=DeviceState.ABSENT),
    "no keypad": replace(SCENE, state=IDLE, keypad=None),
    "paused": replace(SCENE, state=replace(IDLE, shift=replace(SHIFT, paused_at=T))),
    "offline serving": replace(SCENE, state=SERVING, lost_seconds=42),
    "offline idle": replace(SCENE, state=IDLE, lost_seconds=42),
    "undo": replace(
        SCENE, state=replace(SERVING, can_take_back_until=T + timedelta(seconds=16)), helper=True
    ),
    "elsewhere": replace(SCENE, state=IDLE, elsewhere=True),
    "wide": replace(SCENE, number="220", state=replace(SERVING, ticket=ticket("AB107"))),
}
SCENES |= {
    f"paused {reason}": replace(
        SCENE, state=replace(IDLE, shift=replace(SHIFT, paused_at=T, pause_reason=reason))
    )
    for reason in HallRules().pause_reasons
}
