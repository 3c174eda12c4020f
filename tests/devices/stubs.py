"""What several device tests share: slips to print, boxes that collect callbacks."""

import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, Generic, TypeVar

from hallclient.devices.escpos_text import columns_of
from hallclient.devices.member import Channel, Member
from hallclient.devices.pseudo_terminal import PseudoDevice
from hallclient.services.glyphs import Bitmap, PictureError
from hallclient.services.slip import TicketSlip

T = TypeVar("T")
WAIT = 15.0

SLIP = TicketSlip(
    hall_name="岷安区政务服务中心",
    label="B107",
    service_name="二手房过户",
    zone="一楼 B 区",
    windows="8–15 号窗口",
    people_ahead=6,
    ahead_caption="前面",
    ahead_text="6 人",
    wait_caption="预计等候",
    wait_text="10–30 分钟",
    token="7F3KQ2M8XW4RTN6H",  # noqa: S106  a ticket's token, no secret
    qr_title="请留意屏幕和广播",
    qr_lines=("到取号机或窗口", "扫码查看、重排"),
    missed_title="过号怎么办",
    missed_text="叫三次没到算过号，号码留 30 分钟。到取号机点“过号重排”，排到后面第 3 位。",
    issued_at_text="2026-11-20 周五 14:36",
    code="1120-B107-7F3K",
    valid_text="当日有效",
    phone_text="咨询 028-0000-0000",
)
FOLLOW_URL = "https://hall.minan.example.gov.cn/follow/t/?"


def make_slip(**changes: Any) -> TicketSlip:
    return replace(SLIP, **changes)


class Box(Generic[T]):
    """Collects what callbacks deliver from another thread."""

    def __init__(self) -> None:
        self._items: list[T] = []
        self._changed = threading.Condition()

    def put(self, item: T) -> None:
        with self._changed:
            self._items.append(item)
            self._changed.notify_all()

    @property
    def items(self) -> list[T]:
        with self._changed:
            return list(self._items)

    def wait(self, count: int = 1, timeout: float = WAIT) -> list[T]:
        """Return the items once there are ``count`` of them; fail when they do not come."""
        return self.wait_until(lambda items: len(items) >= count, timeout)

    def wait_for(self, item: T, timeout: float = WAIT) -> None:
        self.wait_until(lambda items: item in items, timeout)

    def wait_until(self, wanted: Callable[[list[T]], bool], timeout: float = WAIT) -> list[T]:
        with self._changed:
            done = self._changed.wait_for(lambda: wanted(self._items), timeout)
            assert done, f"what was waited for did not come, only {self._items}"
            return list(self._items)


class Listener(PseudoDevice):
    """A device that only keeps what it is sent."""

    def __init__(self, **options: Any) -> None:
        self.heard: Box[bytes] = Box()
        super().__init__(**options)

    def say(self, data: bytes) -> None:
        self._send(data)

    def stop_reading(self) -> None:
        self._set_reading(reading=False)

    def start_reading(self) -> None:
        self._set_reading(reading=True)

    def _received(self, data: bytes) -> None:
        self.heard.put(data)


class ScriptedChannel:
    """A channel that gives the scripted reads, then nothing, and notes what is written."""

    def __init__(self, *reads: bytes) -> None:
        self._reads = list(reads)
        self.written: list[bytes] = []

    def read(self, timeout: float) -> bytes:
        return self._reads.pop(0) if self._reads else b""

    def write(self, data: bytes) -> None:
        self.written.append(data)

    def answers(self, *, answers: bool) -> None:
        pass


class BoxGlyphs:
    """Draws each character as a box of its columns, and each picture as it was told to."""

    def __init__(self, logo: Bitmap | Exception | None = None) -> None:
        self.lines: list[str] = []
        self.pictures = 0
        self._logo = logo

    def line(self, text: str, height_dots: int, max_dots: int) -> Bitmap:
        self.lines.append(text)
        width = max(1, min(max_dots, columns_of(text) * height_dots // 2))
        return solid(width, height_dots)

    def picture(self, path: Path, max_dots: int) -> Bitmap:
        self.pictures += 1
        if isinstance(self._logo, Bitmap):
            return self._logo
        raise self._logo or PictureError(f"{path} is not a PNG picture")


def solid(width: int, height: int) -> Bitmap:
    """A black bitmap."""
    row = (((1 << width) - 1) << (-width % 8)).to_bytes(-(-width // 8), "big")
    return Bitmap(width, height, row * height)


class Client:
    """A link client that only keeps what happens to it."""

    def __init__(self, gap: float | None = None) -> None:
        self.heard: Box[bytes] = Box()
        self.silences: Box[float] = Box()
        self.greetings: Box[str] = Box()
        self.threads: set[threading.Thread] = set()
        self.gap = gap
        self.alarm: float | None = None
        self.alarms: Box[float] = Box()
        self.member: Member | None = None

    @property
    def gap_seconds(self) -> float | None:
        return self.gap

    def opened(self, channel: Channel) -> None:
        self.threads.add(threading.current_thread())
        self.greetings.put("opened")

    def received(self, data: bytes, channel: Channel) -> None:
        self.heard.put(data)

    def silent(self, channel: Channel) -> None:
        self.gap = None
        self.silences.put(time.monotonic())

    def due(self, now: float) -> float | None:
        if self.alarm is not None and now >= self.alarm:
            self.alarm = None
            self.alarms.put(now)
        return self.alarm
