"""A kiosk on a real SQLite hall, with a printer that says what a test wants."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from PySide6.QtWidgets import QAbstractButton, QWidget
from sqlalchemy.engine import Engine

from hallclient.domain.hall import HallPlan
from hallclient.domain.parts import (
    Department,
    Material,
    Queue,
    Series,
    Service,
    ServiceKind,
    ServiceWindow,
    SessionHours,
    Zone,
)
from hallclient.domain.text import LocalText
from hallclient.domain.ticket import Ticket
from hallclient.kiosk.bridge import PrinterBridge
from hallclient.kiosk.desk import KioskDesk, KioskTimes
from hallclient.kiosk.presenter import KioskPresenter
from hallclient.kiosk.screen import KioskScreen
from hallclient.services.board import Board
from hallclient.services.halls import update_hall
from hallclient.services.issuing import IssuedTicket, Issuing, TicketRequest
from hallclient.services.ports_devices import (
    DeviceState,
    PrintOutcome,
    PrintResult,
    PrintTrouble,
)
from hallclient.services.slip import Slip, TicketSlip
from hallclient.services.store_error import StoreError
from hallclient.storage.store import SqlStore, found_hall
from hallclient.ui.tasks import Worker
from hallclient.ui.words import Words
from tests.halls import HALL_ID
from tests.tables import engine_with_tables

QUICK = KioskTimes(refresh=0.05, print_answer=0.3, retries=(0.02, 0.05), quiet=0.02, leftovers=0.1)
PRINTED = (PrintResult.PRINTED, None)


class Unreachable(StoreError):
    """The database is away for a while."""

    retryable = True


def material(n: int) -> Material:
    return Material(
        LocalText(f"材料{n}的原件和复印件", f"材料{n}的原件和複印件", f"Document {n} and a copy"),
        LocalText("原件 1 份", "原件 1 份", "1 original"),
    )


def kiosk_hall(*, hours: tuple[SessionHours, ...] = ()) -> HallPlan:
    """Three departments: one queue for seven services, two queues for two, one far away."""
    house = tuple(
        Service(
            f"BDC{n:02}",
            LocalText(name, name, english),
            "BDC",
            "B",
            ServiceKind.PROMISED,
            hint=LocalText("买卖、赠与、继承", "買賣、贈與、繼承", "Sale, gift, inheritance"),
            initials=(initials,),
            aliases=("房屋过户",) if n == 1 else (),
            materials=tuple(material(m) for m in range(1, papers + 1)),
            common=n if n < 4 else 0,
        )
        for n, (name, english, initials, papers) in enumerate(
            (
                ("二手房过户", "Property transfer", "ESFGH", 7),
                ("新房首次登记", "First registration", "XFSCDJ", 3),
                ("抵押登记", "Mortgage", "DYDJ", 0),
                ("产权证换发、补发", "Certificate replacement", "CQZHFBF", 2),
                ("不动产查档", "Property search", "BDCCD", 1),
                ("异议登记", "Objection", "YYDJ", 1),
                (
                    "特别长的一个事项名称用来看两行能不能放得下去啊",
                    "A service with quite a long name that needs two lines",
                    "TBCD",
                    1,
                ),
            ),
            start=1,
        )
    )
    others = (
        Service("SW01", LocalText("契税", "契稅", "Deed tax"), "SW", "F", ServiceKind.INSTANT,
                initials=("QS",)),
        Service("SW02", LocalText("发票", "發票", "Invoices"), "SW", "FP", ServiceKind.INSTANT,
                initials=("FP",)),
        Service("ZH01", LocalText("咨询", "諮詢", "Advice"), "ZH", "A", ServiceKind.CONSULT,
                initials=("ZX",)),
    )  # fmt: skip
    return HallPlan(
        hall_id=HALL_ID,
        name=LocalText("岷安区政务服务中心", "岷安區政務服務中心", "Min’an Service Center"),
        phone="028-0000-0000",
        desk=LocalText("一楼导办台", "一樓導辦台", "Guide desk, floor 1"),
        zones=(
            Zone("1B", LocalText("B 区", "B 區", "Zone B"), LocalText("一楼", "一樓", "Floor 1"),
                 LocalText("向前 20 米，右手边", "向前 20 米，右手邊", "20 m ahead, on the right"),
                 (35, 8, 60, 28), "B"),
            Zone("2", LocalText("税务大厅", "稅務大廳", "Tax hall"),
                 LocalText("二楼", "二樓", "Floor 2")),
        ),
        departments=(
            Department("BDC", LocalText("不动产登记", "不動產登記", "Real estate"), "house"),
            Department("SW", LocalText("税务", "稅務", "Tax"), "tax"),
            Department("ZH", LocalText("综合窗口", "綜合窗口", "General services"), "grid"),
        ),
        series=(Series("A", "A"), Series("B", "B"), Series("F", "F")),
        queues=(
            Queue("A", LocalText("综合"), "A", "1B"),
            Queue("B", LocalText("不动产"), "B", "1B"),
            Queue("F", LocalText("税务"), "F", "2"),
            Queue("FP", LocalText("发票"), "F", "2"),
        ),
        services=(*house, *others),
        windows=(
            *(ServiceWindow(str(n), str(n), "1B", (("B", "A"),)) for n in range(8, 16)),
            ServiceWindow("30", "30", "2", (("F", "FP"),)),
        ),
        hours=hours,
    )  # fmt: skip


def big_hall(departments: int = 77) -> HallPlan:
    """As many organisations as the biggest hall has, with its longest names; one service each."""
    plan = kiosk_hall()
    name = LocalText(
        "区规划和自然资源局第{n}分局服务",
        "區規劃和自然資源局第{n}分局服務",
        "District Planning and Natural Resources Bureau, Branch {n}",
    )
    return replace(
        plan,
        departments=tuple(
            Department(f"D{n}", LocalText(*(t.format(n=n) for t in _texts(name))))
            for n in range(departments)
        ),
        services=tuple(replace(plan.services[6], code=f"S{n}", department=f"D{n}", common=0)
                       for n in range(departments)),
    )  # fmt: skip


def village_hall() -> HallPlan:
    """One queue, one department, six services."""
    plan = kiosk_hall()
    services = tuple(replace(s, common=0) for s in plan.services[:6])
    return replace(
        plan,
        departments=plan.departments[:1],
        queues=(plan.queues[1],),
        zones=(replace(plan.zones[0], map_box=None),),
        services=services,
        windows=(ServiceWindow("1", "1", "1B", (("B",),)),),
    )


def _texts(text: LocalText) -> tuple[str, str, str]:
    return text.zh_cn, text.zh_hant, text.en


def daily(opens: time, closes: time) -> tuple[SessionHours, ...]:
    return tuple(SessionHours(f"d{n}", n, opens, closes, opens, closes) for n in range(1, 8))


@dataclass
class FakePrinter:
    """Answers at once with ``answers``, or never when that is None. Nothing runs in a thread."""

    answers: tuple[PrintResult, PrintTrouble | None] | None = PRINTED
    state: DeviceState = DeviceState.READY
    slips: list[TicketSlip] = field(default_factory=list)
    finished: Callable[[PrintOutcome], None] | None = None

    def print_slip(self, slip: Slip) -> int:
        assert isinstance(slip, TicketSlip)
        self.slips.append(slip)
        request = len(self.slips)
        if self.answers is not None:
            self.say(request, *self.answers)
        return request

    def say(self, request: int, result: PrintResult, trouble: PrintTrouble | None = None) -> None:
        assert self.finished is not None
        outcome = PrintOutcome(request, result, trouble)
        thread = threading.Thread(target=self.finished, args=(outcome,))
        thread.start()
        thread.join()

    def close(self) -> None:
        self.state = DeviceState.CLOSED


class LeakyIssuing(Issuing):
    """Issuing whose database can go away."""

    away = False
    calls = 0

    def issue(self, request: TicketRequest) -> IssuedTicket:
        self.calls += 1
        if self.away:
            raise Unreachable("nobody answers")
        return super().issue(request)


@dataclass
class Kiosk:
    """A running kiosk with everything a test looks at."""

    desk: KioskDesk
    presenter: KioskPresenter
    screen: KioskScreen
    store: SqlStore
    engine: Engine
    issuing: LeakyIssuing
    printer: FakePrinter | None

    def tickets(self) -> list[Ticket]:
        with self.store.look() as reader:
            entries = reader.entries_after(0, 10_000)
            ids = [int(e.subject.split(":")[1]) for e in entries if e.kind == "ticket.issued"]
            return [ticket for i in ids if (ticket := reader.ticket(i)) is not None]

    def deliveries(self) -> list[str]:
        with self.store.look() as reader:
            entries = reader.entries_after(0, 10_000)
        return [str(e.data["how"]) for e in entries if e.kind == "ticket.delivered"]


def clock_at(hour: time, day: date | None = None) -> Callable[[], datetime]:
    """Return a clock that goes on from this hour of a day, of the hall's today if none is named."""
    place, began = ZoneInfo("Asia/Shanghai"), datetime.now(UTC)
    ahead = datetime.combine(day or began.astimezone(place), hour, place) - began
    return lambda: datetime.now(UTC) + ahead


@contextmanager
def running_kiosk(
    folder: Path,
    plan: HallPlan | None = None,
    *,
    printer: FakePrinter | None = None,
    times: KioskTimes = QUICK,
    clock: Callable[[], datetime] | None = None,
    language: str = "zh-CN",
    remembered: HallPlan | None = None,
    late: bool = False,
    paper_free: Callable[[bool], None] = lambda _free: None,
    scanner: bool = False,
    **more: Any,
) -> Iterator[Kiosk]:
    """Run a kiosk on a database of its own; it is ten in the morning if nothing else is said."""
    clock = clock or clock_at(time(10))
    hall = plan or kiosk_hall()
    folder.mkdir(exist_ok=True)
    engine = engine_with_tables(f"sqlite:///{folder}/hall.db")
    found_hall(engine, hall)
    store = SqlStore(engine, hall.hall_id, clock)
    update_hall(store, hall)
    own = SqlStore(engine, hall.hall_id, clock)
    issuing, worker = LeakyIssuing(store, "kiosk:K1"), Worker()
    desk = KioskDesk(
        issuing=issuing,
        board=Board(store),
        store=store,
        plan=store.plan,
        worker=worker,
        words=Words(language),
        printer=printer,
        paper_free=paper_free,
        times=times,
        remembered=remembered,
        scanner=scanner,
        **more,
    )
    presenter = KioskPresenter(desk)
    bridge = PrinterBridge(presenter)
    bridge.outcome.connect(presenter.printer_finished)
    bridge.status.connect(presenter.printer_status_changed)
    if printer is not None:
        printer.finished = bridge.finished
    screen = KioskScreen(presenter)
    try:
        screen.show()
        if not late:
            presenter.start()
        yield Kiosk(desk, presenter, screen, own, engine, issuing, printer)
    finally:
        screen.close()
        assert worker.close()
        screen.deleteLater()
        presenter.deleteLater()
        engine.dispose()


def controls(page: QWidget) -> list[QAbstractButton]:
    """Return what can be touched on a page, from top to bottom."""
    found = [b for b in page.findChildren(QAbstractButton) if b.isVisible()]
    return sorted(found, key=lambda b: (b.mapTo(page, b.rect().topLeft()).y(), b.x()))


def names(page: QWidget) -> list[str]:
    """Return the names of what can be touched."""
    return [button.accessibleName() for button in controls(page)]


def press(page: QWidget, name: str) -> None:
    """Touch the control with this accessible name."""
    for button in controls(page):
        if button.accessibleName() == name:
            button.click()
            return
    raise AssertionError(f"no {name} among {names(page)}")
