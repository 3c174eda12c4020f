"""A village station with its ledger: a hall, a clock, a page with a worker of its own."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache

from pytestqt.qtbot import QtBot

from hallclient.domain.errand import Errand
from hallclient.domain.hall import HallPlan
from hallclient.services.errand_slips import ErrandSlips
from hallclient.services.errands import Errands, NewErrand
from hallclient.services.hallfile import load_hall
from hallclient.services.halls import update_hall
from hallclient.services.print_jobs import PrintJobs
from hallclient.services.sealing import HallKey
from hallclient.services.shifts import Shifts
from hallclient.storage.store import SqlStore, found_hall
from hallclient.ui.look import Look
from hallclient.ui.tasks import Worker
from hallclient.ui.theme import load_theme
from hallclient.ui.words import Words
from hallclient.window.ledger.desk import LedgerDesk
from hallclient.window.ledger.page import LedgerPage
from hallclient.window.ledger.presenter import LedgerPresenter
from hallclient.window.ledger.view import LedgerView
from hallclient.window.slips import SlipEars
from tests.halls import PIN, with_pins
from tests.tables import engine_with_tables
from tests.widget.window_floor import Gate

MORNING = datetime(2026, 11, 20, 1, 0, tzinfo=UTC)
"""Friday, nine in the morning in Shanghai; a station begins two weeks earlier."""
KEY = HallKey(b"k" * 32)
OFFICE = "镇便民服务中心"


@cache
def village() -> HallPlan:
    return load_hall("village").plan


class Station:
    """The hall, its clock, and pages of its ledger."""

    def __init__(self, url: str) -> None:
        self.now = MORNING - timedelta(days=14)
        self.engine = engine_with_tables(url)
        found_hall(self.engine, village())
        self.store = self.new_store()
        update_hall(self.store, with_pins(village(), {m.code: PIN for m in village().staff}))
        self.errands = Errands(self.store, "1", KEY)
        self._closers: list[Callable[[], object]] = [self.engine.dispose, self.store.close]

    def new_store(self) -> SqlStore:
        return SqlStore(self.engine, village().hall_id, lambda: self.now)

    def sign_in(self) -> None:
        Shifts(self.store, "1").sign_in("0002", PIN)

    def receive(self, service: str = "MZB01", name: str = "王小芳", **more: object) -> Errand:
        self.now += timedelta(seconds=1)
        new = NewErrand(service, name, papers=("身份证",))
        return self.errands.receive(replace(new, **more))  # type: ignore[arg-type]

    def fill(self) -> None:
        """Two weeks of a station: something in every list, two of it late."""
        self.sign_in()
        old = [
            self.receive(
                "DBD01", "欧阳娜", papers=("户口簿", "身份证"), days=5, phone="13900000001"
            ),
            self.receive("MZB02", "陈大明", days=8),
            self.receive("MZB05", "李桂英", days=20),
        ]
        self.errands.carry([one.number for one in old], OFFICE)
        signed = self.receive("MZB01", "赵一")
        self.errands.carry([signed.number], "县残疾人联合会")
        self.now += timedelta(days=3)
        self.sign_in()
        self.errands.bring_back(signed.number, "已办好，带回证照")
        self.errands.sign(signed.number)
        self.errands.bring_back(old[2].number, "已办好，带回证照")
        self.errands.cancel(self.receive("DBD03", "孙七").number, "委托人不办了")
        self.now = MORNING
        self.sign_in()
        for service, name, days in (
            ("MZB01", "王小芳", 0), ("MZB01", "John Smith", 1), ("DBD02", "周志强", 15),
            ("MZB02", "阿卜杜拉·买买提", 10), ("ZNB03", "吴", 3), ("DBD03", "郑秀兰", 15),
        ):  # fmt: skip
            self.receive(service, name, days=days, phone="028-12345678")
        papers = ("户口簿", "低保申请书", "家庭收入证明", "身份证")
        self.receive("MZB05", "冯小刚", papers=papers)

    def page(
        self,
        *,
        language: str = "zh-CN",
        scheme: str = "light",
        seals: bool = True,
        prints: bool = True,
    ) -> tuple[LedgerPage, Gate]:
        store = self.new_store()
        gate, worker = Gate(store), Worker()
        desk = LedgerDesk(
            errands=Errands(gate, "1", KEY if seals else None),
            slips=ErrandSlips(gate),
            jobs=PrintJobs(gate, "window:1"),
            plan=gate.plan,
            worker=worker,
            words=Words(language),
            station="window 1" if prints else "",
            ears=SlipEars(),
        )
        page = LedgerPage(LedgerPresenter(desk), Look(load_theme(scheme), language))
        self._closers += [page.deleteLater, store.close, worker.close, page.close]
        page.presenter.start()
        return page, gate

    def close(self) -> None:
        for close in reversed(self._closers):
            close()


@contextmanager
def open_station(url: str) -> Iterator[Station]:
    station = Station(url)
    try:
        yield station
    finally:
        station.close()


def until(qtbot: QtBot, page: LedgerPage, holds: Callable[[LedgerView], bool]) -> LedgerView:
    """Wait until the page shows a view that is so."""
    qtbot.waitUntil(lambda: holds(page.presenter.view), timeout=8000)
    return page.presenter.view
