"""A window with its full panel: a small hall in the middle of a day, a clerk with work in hand."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from functools import cache

from hallclient.domain.case import Handover
from hallclient.domain.ending import Ending
from hallclient.domain.hall import HallPlan
from hallclient.domain.holding import HoldKind
from hallclient.domain.parts import CalendarDay, Material, Service, ServiceKind
from hallclient.domain.rules import HallRules, PriorityClass
from hallclient.domain.text import LocalText
from hallclient.domain.turn import Outcome
from hallclient.services.calling import Calling
from hallclient.services.cases import Cases
from hallclient.services.floor_records import OwnTotals
from hallclient.services.hall_slips import HallSlips
from hallclient.services.halls import update_hall
from hallclient.services.helping import someone_there
from hallclient.services.issuing import Issuing, TicketRequest
from hallclient.services.person_records import PersonNote
from hallclient.services.persons import PersonKeys
from hallclient.services.print_jobs import PrintJobs
from hallclient.services.sealing import HallKey
from hallclient.services.ticket_slip import speech_of
from hallclient.services.window_panel import PanelState, WindowPanel
from hallclient.ui.look import Look
from hallclient.ui.theme import load_theme
from hallclient.window.panel.desk import PanelDesk
from hallclient.window.panel.presenter import PanelPresenter
from hallclient.window.panel.screen import ClerkPanel
from tests.halls import PIN, small_hall, with_pins
from tests.widget.window_floor import Desk, Floor

MATERIALS = (
    Material(LocalText("不动产权证书", "不動產權證書", "Title deed"), LocalText("原件")),
    Material(LocalText("买卖双方身份证", "買賣雙方身份證", "ID cards of both parties")),
    Material(LocalText("房屋买卖合同", "房屋買賣合同", "Sales contract")),
    Material(LocalText("完税证明", "完稅證明", "Proof of tax paid")),
    Material(LocalText("婚姻状况证明", "婚姻狀況證明", "Proof of marital status")),
    Material(LocalText("房屋测绘图", "房屋測繪圖", "Survey plan")),
    Material(LocalText("原产权人声明", "原產權人聲明", "Statement of the former owner")),
)
HOME, LOAN, LOOK = "BDC001", "BDC002", "BDC003"


def hall(rules: HallRules | None = None) -> HallPlan:
    """The small hall with a department's real services and a calendar."""
    plan = small_hall(rules=rules)
    home = replace(
        plan.services[1],
        materials=MATERIALS,
        legal_days=30,
        fee=LocalText("80 元/件", "80 元/件", "80 yuan"),
        guide=LocalText("核对材料；受理；缴费；领证", en="Check papers; accept; pay; collect"),
        minutes=18,
    )
    more = (
        Service(
            LOAN,
            LocalText("抵押登记", "抵押登記", "Mortgage registration"),
            "BDC",
            "B",
            ServiceKind.INSTANT,
            initials=("DYDJ",),
        ),
        Service(
            LOOK,
            LocalText("不动产查档", "不動產查檔", "Property records"),
            "BDC",
            "B",
            ServiceKind.INSTANT,
            initials=("BDCCD",),
        ),
        Service(
            "ZH002",
            LocalText("企业开办", "企業開辦", "Company set-up"),
            "ZH",
            "A",
            ServiceKind.PROMISED,
            promised_hours=4,
            initials=("QYKB",),
            partners=("BDC",),
            authority=LocalText("市市场监管局", en="City market authority"),
        ),
    )
    names = ("张敏", "李强", "王芳")
    staff = tuple(
        replace(member, name=name, department="BDC", window=str(n))
        for n, (member, name) in enumerate(zip(plan.staff, names, strict=True), start=1)
    )
    return replace(
        plan,
        services=(plan.services[0], home, *more),
        staff=staff,
        calendar=(CalendarDay("2026-01-01", working=False),),
    )


@cache
def pinned(rules: HallRules | None) -> HallPlan:
    """The hall with PINs: hashing them takes longer than all the rest."""
    plan = hall(rules)
    return with_pins(plan, {member.code: PIN for member in plan.staff})


class Looker(WindowPanel):
    """The panel's looks, counted."""

    looks = 0

    def look(self) -> PanelState:
        self.looks += 1
        return super().look()


class PanelFloor(Floor):
    """The hall, and panels of its windows."""

    def __init__(self, url: str, rules: HallRules | None = None) -> None:
        super().__init__(url, rules)
        update_hall(self.store, pinned(rules))
        self.panels: list[ClerkPanel] = []
        self.lookers: list[Looker] = []
        self.note: PersonNote | None = None
        self.keys = PersonKeys(HallKey(bytes(32)))

    def take(
        self, service: str = HOME, priority: PriorityClass = PriorityClass.NORMAL
    ) -> tuple[int, str]:
        """Issue one ticket; return its id and label."""
        self._issued += 1
        request = TicketRequest(f"take-{self._issued}", service, priority=priority, note=self.note)
        ticket = Issuing(self.store, "kiosk:K1").issue(request).ticket
        return ticket.id, ticket.label

    def serve(self, seconds: int, ending: Ending | Outcome, service: str = HOME) -> str:
        """Let somebody come, be served for so long and go."""
        _id, label = self.take(service)
        calling = Calling(self.store, "1")
        self.clock.forward(30)
        calling.call_next()
        calling.start()
        self.clock.forward(seconds)
        calling.finish(ending)
        return label

    def a_morning(self) -> None:
        """What 08 shows: five done, two on hold, three missed, seven waiting, one served."""
        self.sign_in()
        calling = Calling(self.store, "1")
        self.serve(288, Outcome.CONSULT, LOOK)
        self.serve(756, Ending(Outcome.SUPPLEMENT, missing=(MATERIALS[3].name.zh_cn,)))
        self.serve(185, Outcome.INSTANT, LOOK)
        self.serve(1100, Ending(Outcome.PROMISED, handover=Handover.MAIL))
        self.serve(461, Outcome.INSTANT, LOAN)
        for kind, reason in ((HoldKind.HERE, "form"), (HoldKind.ANY, "payment")):
            self.take()
            calling.call_next()
            calling.start()
            calling.hold(kind, reason)
        for _ in range(3):
            self.take(LOAN)
            calling.call_next()
            for _again in range(2):
                self.clock.forward(6)
                calling.recall()
            calling.no_show()
        self.take(HOME, PriorityClass.ELDERLY)
        self.clock.forward(700)
        for service, priority, gap in (
            (LOAN, PriorityClass.NORMAL, 120),
            (HOME, PriorityClass.NORMAL, 60),
            (LOOK, PriorityClass.NORMAL, 120),
            (HOME, PriorityClass.SOLDIER, 120),
            (LOOK, PriorityClass.NORMAL, 60),
            (HOME, PriorityClass.DISABLED, 30),
            (HOME, PriorityClass.NORMAL, 0),
        ):
            self.take(service, priority)
            self.clock.forward(gap)
        with self.store.change("test") as tx:
            clerk = tx.plan.staff_of["1001"]
            tx.save_own_totals(
                OwnTotals(
                    clerk.id,
                    date(2026, 11, 16),
                    date(2026, 11, 19),
                    118,
                    68440,
                    99710,
                    31,
                    0,
                    60,
                    58,
                )
            )
        self.serve_now()
        someone_there(self.store, "usher:desk")

    def serve_now(self) -> None:
        """Call the next one and begin."""
        state = Calling(self.store, "1").call_next()
        assert state.ticket is not None
        with self.store.change("test") as tx:
            tx.save_person_note(PersonNote(state.ticket.id, "王*芳", "2217", ""))
        self.clock.forward(20)
        Calling(self.store, "1").start()
        self.clock.forward(252)

    def panel(
        self, *, language: str = "zh-CN", scheme: str = "light", prints: bool = True
    ) -> tuple[ClerkPanel, Desk]:
        """Open the panel of window 1 beside a bar that is not shown."""
        desk = self.desk("1", language=language)
        self.lookers.append(Looker(desk.gate, "1"))
        presenter = PanelPresenter(
            PanelDesk(
                panel=self.lookers[-1],
                cases=lambda member: Cases(desk.gate, member),
                worker=desk.worker,
                words=desk.words,
                keys=lambda: self.keys,
                slips=HallSlips(desk.gate, speech_of),
                jobs=PrintJobs(desk.gate, "window:1"),
                station="window 1" if prints else "",
            ),
            desk.presenter,
            clock=self.clock.local,
        )
        panel = ClerkPanel(presenter, Look(load_theme(scheme), language))
        self.panels.append(panel)
        desk.presenter.start()
        return panel, desk

    def close(self) -> None:
        for panel in self.panels:
            panel.close()
            panel.deleteLater()
        super().close()


@contextmanager
def open_panel_floor(url: str, rules: HallRules | None = None) -> Iterator[PanelFloor]:
    """Open a hall and close every panel of it."""
    floor = PanelFloor(url, rules)
    try:
        yield floor
    finally:
        floor.close()
