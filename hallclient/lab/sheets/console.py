"""A console on a floor that stands still, and every sheet that opens on it."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any, cast

from hallclient.domain.bulletin import Audience, Bulletin
from hallclient.domain.follow_up import Appeal, FollowUp, FollowUpResult
from hallclient.domain.hall import HallPlan
from hallclient.domain.parts import StaffRole
from hallclient.domain.publication import Publication, PublicationKind
from hallclient.domain.rating import Level, Origin, Rating
from hallclient.domain.text import LocalText
from hallclient.domain.wait import Wait
from hallclient.domain.wait_figures import Waited, figures_of
from hallclient.lab.sheets.advice import some_day
from hallclient.lab.sheets.console_floor import NOW
from hallclient.lab.sheets.console_history import history_of, some_past, some_period
from hallclient.lab.sheets.floor import until
from hallclient.services.floor import FloorState
from hallclient.services.floor_history import Past, Period, PeriodReport, Span
from hallclient.services.floor_report import By
from hallclient.services.follow_ups import OpenFollowUp
from hallclient.services.helping import Help
from hallclient.services.member import Supervisor
from hallclient.services.wait_report import QueueWaits, WaitReport
from hallclient.services.whatif.now import AdviceNow
from hallclient.services.whatif.trial import TrialDays
from hallclient.supervisor.desk import ConsoleDesk
from hallclient.supervisor.presenter import ConsolePresenter
from hallclient.supervisor.screen import SupervisorScreen
from hallclient.supervisor.sheets.advice import AdviceSheet
from hallclient.supervisor.sheets.broadcast import BroadcastSheet
from hallclient.supervisor.sheets.cases import CasesSheet
from hallclient.supervisor.sheets.devices import DeviceSheet
from hallclient.supervisor.sheets.follow_ups import AppealSheet, FollowUpSheet, FollowUpsSheet
from hallclient.supervisor.sheets.history import HistorySheet
from hallclient.supervisor.sheets.people import MenuSheet, StaffSheet
from hallclient.supervisor.sheets.publish import PublishSheet
from hallclient.supervisor.sheets.publish_emergency import EmergencySheet
from hallclient.supervisor.sheets.publish_form import PublishForm
from hallclient.supervisor.sheets.queues import StopSheet
from hallclient.supervisor.sheets.sheet import Sheet
from hallclient.supervisor.sheets.tickets import TakeSheet, TicketSheet
from hallclient.supervisor.sheets.waits import WaitsSheet
from hallclient.supervisor.sheets.what_if import WhatIfSheet
from hallclient.supervisor.sheets.what_if_form import Kind
from hallclient.supervisor.sheets.windows import AssignSheet, PickSheet, WindowSheet
from hallclient.supervisor.view import Stand
from hallclient.ui.look import Look
from hallclient.ui.notices import NoticeBoard
from hallclient.ui.tasks import Worker
from hallclient.ui.theme import load_theme
from hallclient.ui.words import Words


class _Still:
    """Whatever is asked of it, nothing happens: lists are empty."""

    def __getattr__(self, _name: str) -> Callable[..., Any]:
        return lambda *_args, **_named: ()


@dataclass(slots=True)
class _StillFloor:
    """Stands in for ``Supervising``: the same floor at every look."""

    supervisor: Supervisor
    state: FloorState
    called: tuple[Help, ...] = ()
    desk: Any = field(default_factory=_Still)
    advised: AdviceNow | None = None
    follow_ups: Any = field(default_factory=_Still)

    def waits(self, day: date | None = None) -> WaitReport:
        return waits_of_a_day(self.state.plan, day)

    def history(self, period: Period, by: By) -> PeriodReport:
        return some_period(self.state.plan, period, by)

    def past(self, periods: Sequence[Period]) -> Past:
        return some_past(periods)

    def floor(self) -> FloorState:
        return self.state

    def advice(self, _stopped: object, _seconds: float) -> AdviceNow | None:
        return self.advised

    def trial_days(self, day: date | None) -> TrialDays:
        return some_day(self.state, day)

    def emergencies(self) -> tuple[Publication, ...]:
        return ()

    def calls(self) -> tuple[Help, ...]:
        return self.called


@dataclass(frozen=True, slots=True)
class Setting:
    """How a console looks: language, contrast, size in px, who has signed in."""

    language: str = "zh-CN"
    contrast: bool = False
    size: tuple[int, int] = (1440, 900)
    role: StaffRole = StaffRole.SUPERVISOR
    department: str = ""


@contextmanager
def still_console(
    state: FloorState,
    setting: Setting,
    calls: tuple[Help, ...] = (),
    *,
    signed_in: bool = True,
    advice: AdviceNow | None = None,
) -> Iterator[SupervisorScreen]:
    """Yield a console on a floor that stands still; ``advice`` is asked for at once."""
    who = Supervisor("2001", "陈建国", setting.role, setting.department)
    worker, notices = Worker(), NoticeBoard()
    floor = _StillFloor(who, state, calls, advised=advice)
    desk = ConsoleDesk(
        sign_in=lambda _number, _pin: who,
        supervising=lambda _who: cast("Any", floor),
        cases=lambda _who: cast("Any", _Still()),
        plan=lambda: state.plan,
        worker=worker,
        words=Words(setting.language),
        save=lambda _table, name: Path(f"{name}.csv"),
    )
    presenter = ConsolePresenter(desk, notices)
    theme = load_theme("high-contrast" if setting.contrast else "light")
    screen = SupervisorScreen(presenter, notices, Look(theme, setting.language))
    try:
        screen.resize(*setting.size)
        screen.show()
        if signed_in:
            presenter.sign_in("2001", "2580")
            until(lambda: presenter.view.stand is Stand.OPEN, "the floor")
        if signed_in and advice is not None:
            presenter.ask_advice()
            until(lambda: presenter.advice is not None, "the advice")
        yield screen
    finally:
        presenter.close()
        worker.close()
        screen.close()
        screen.deleteLater()


def sheets_of(presenter: ConsolePresenter) -> dict[str, Callable[[], Sheet]]:
    """Return every sheet by name."""
    state = presenter.state
    if state is None:
        return {}
    window = state.plan.windows[0].code
    queue = state.plan.queues[0].code
    return {
        "advice": lambda: AdviceSheet(presenter),
        "window": lambda: WindowSheet(presenter, window),
        "assign": lambda: AssignSheet(presenter, window, queue),
        "pick": lambda: PickSheet(presenter, queue=queue),
        "pick-shut": lambda: PickSheet(presenter, shut=True),
        "stop": lambda: StopSheet(presenter, queue),
        "broadcast": lambda: BroadcastSheet(presenter, Audience.ALL),
        "publish": lambda: PublishSheet(presenter),
        "publish-form": lambda: PublishForm(presenter),
        "publish-page": lambda: page_form(presenter),
        "emergency": lambda: EmergencySheet(presenter),
        "staff": lambda: StaffSheet(presenter),
        "devices": lambda: DeviceSheet(presenter, "device:K2/printer"),
        "cases": lambda: CasesSheet(presenter),
        "follow-ups": lambda: FollowUpsSheet(presenter),
        "follow-up": lambda: FollowUpSheet(presenter, bad_rating(state)),
        "appeal": lambda: AppealSheet(presenter, bad_rating(state, Appeal.ASKED)),
        "appeal-new": lambda: AppealSheet(presenter, bad_rating(state)),
        "reprint": lambda: TicketSheet(presenter, priority=False),
        "priority": lambda: TicketSheet(presenter, priority=True),
        "take": lambda: TakeSheet(presenter),
        "menu": lambda: MenuSheet(presenter),
        "waits": lambda: WaitsSheet(presenter),
        "history": lambda: HistorySheet(presenter),
        "history-year": lambda: history_of(presenter, Span.YEAR, By.WINDOW),
        "what-if": lambda: WhatIfSheet(presenter),
    }


def settled(sheet: Sheet) -> None:
    """Let what a sheet plays come to its end; at a day to try things on, two changes are tried."""
    if isinstance(sheet, AdviceSheet):
        until(lambda: bool(sheet.picture.text()), "the picture")
    if isinstance(sheet, HistorySheet):
        until(lambda: sheet.found is not None and not sheet.missing_bars, "the periods before")
    if not isinstance(sheet, WhatIfSheet):
        return
    until(lambda: sheet.found is not None, "the day as it is")
    queues = sheet.days.queues if sheet.days else ()
    for kind, code in ((Kind.OPEN, queues[0]), (Kind.ARRIVALS, queues[1])):
        sheet.form.kind.choose(kind)
        sheet.form.queues.chosen.emit(code)
        sheet.form.add.click()
        until(lambda: not sheet.busy, "the day with changes")
    sheet.form.kind.choose(Kind.MOVE)
    sheet.form.queues.chosen.emit(queues[0])


def waits_of_a_day(plan: HallPlan, day: date | None) -> WaitReport:
    """Return how waits came true: queues that kept their word, were too bold, told nothing."""
    rows: list[QueueWaits] = []
    every: list[Waited] = []
    for at, queue in enumerate(plan.queues):
        waits = []
        for n in range((128, 64, 31, 7)[at % 4]):
            middle = 6.0 + n % 23
            told = Wait(middle * 0.5, middle, middle * 1.8 + 3) if at % 5 != 3 and n % 19 else None
            minutes = middle * (0.4 + (n * 7 % 16) / 10 * (1.0, 1.3, 0.9)[at % 3])
            waits.append(Waited(queue.id, minutes, told))
        rows.append(QueueWaits(queue, figures_of(waits)))
        every += waits
    return WaitReport(day, figures_of(every), tuple(rows))


def page_form(presenter: ConsolePresenter) -> PublishForm:
    """Return the form of a page, which has most to fill in."""
    form = PublishForm(presenter)
    form.kind.choose(PublicationKind.PAGE.value)
    return form


def bad_rating(state: FloorState, appeal: Appeal | None = None) -> OpenFollowUp:
    """Return a bad rating with all that may be known of it, called twice in vain."""
    plan = state.plan
    member = plan.staff[0]
    given = Rating(1, 1, Level.DISSATISFIED, Origin.ACTIVE, "K1", state.now, b"", ("210", "212"))
    known = FollowUp(
        rating_id=1,
        due_on=state.now.date(),
        staff_id=member.id,
        result=FollowUpResult.UNREACHED,
        note="第一次没人接；第二次说在开车，约好下午三点以后再打，材料的事已经问过窗口",
        appeal=appeal,
        appeal_reason="投诉的是另一个部门的审批时间，和本窗口这次办理没有关系" if appeal else "",
        tries=2,
    )
    return OpenFollowUp(
        rating=given,
        follow_up=known,
        label="AB107",
        window=plan.windows[-1],
        service=max(plan.services, key=lambda one: len(one.name.zh_cn)),
        clerk=member.name,
        department=plan.windows[-1].department,
        given_at=state.now,
        overdue=True,
        taken_by="陈建国",
        appealed_by=member.name if appeal else "",
        contact=True,
        phone="+86139****5678",
    )


def with_bulletin(state: FloorState) -> FloorState:
    """Return the floor with something said to the hall."""
    text = LocalText(
        "社保系统正在恢复，预计十五分钟",
        "社保系統正在恢復，預計十五分鐘",
        "Social insurance is back in 15 min",
    )
    return replace(state, bulletins=(Bulletin(1, text, Audience.ALL, 1, NOW, NOW),))
