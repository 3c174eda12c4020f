"""A window in the middle of a day (08): a clerk with work in hand, her bar and her panel."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from hallclient.domain.case import REFUSALS, Handover
from hallclient.domain.ending import Ending
from hallclient.domain.estimate import WaitRange
from hallclient.domain.hall import HallPlan
from hallclient.domain.holding import HoldKind
from hallclient.domain.parts import Service, ServiceKind, ServiceWindow, Staff, StaffRole
from hallclient.domain.rules import PriorityClass
from hallclient.domain.text import LocalText
from hallclient.domain.turn import Outcome
from hallclient.domain.wait import Told, Wait
from hallclient.lab.sheets.floor import until
from hallclient.services.bar_news import Glances
from hallclient.services.calling import Calling
from hallclient.services.cases import Cases
from hallclient.services.floor_records import OwnTotals
from hallclient.services.goals import Goals
from hallclient.services.hall_slips import HallSlips
from hallclient.services.halls import update_hall
from hallclient.services.helping import Helping, someone_there
from hallclient.services.issuing import Issuing, TicketRequest
from hallclient.services.person_records import PersonNote
from hallclient.services.ports_devices import DeviceState
from hallclient.services.print_jobs import PrintJobs
from hallclient.services.ratings import Ratings
from hallclient.services.shifts import Shifts, hash_pin
from hallclient.services.ticket_slip import speech_of
from hallclient.services.window_panel import PanelState, WindowPanel
from hallclient.storage import migrations
from hallclient.storage.engine import open_engine
from hallclient.storage.store import SqlStore, found_hall
from hallclient.ui.look import Look
from hallclient.ui.tasks import Worker
from hallclient.ui.theme import load_theme
from hallclient.ui.words import Words
from hallclient.window.bar import ClerkBar
from hallclient.window.desk import ClerkDesk
from hallclient.window.panel.desk import PanelDesk
from hallclient.window.panel.presenter import PanelPresenter
from hallclient.window.panel.screen import ClerkPanel
from hallclient.window.presenter import ClerkPresenter
from hallclient.window.states import Stand

if TYPE_CHECKING:
    from sqlalchemy.engine import Engine

PIN = "2580"
MORNING = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
"""Friday, ten in the morning in Shanghai."""


class Clock:
    """The hall's time and the PC's, moved on by the morning that is played."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def now(self) -> datetime:
        """Return the hall's time."""
        return MORNING + timedelta(seconds=self.seconds)

    def local(self) -> float:
        """Return the PC's own count of seconds."""
        return 1000.0 + self.seconds


class ToldPanel(WindowPanel):
    """Tells every kind of wait: what the ticket was told, a long one, a short one, none yet."""

    def look(self) -> PanelState:
        """Look as ever, with waits."""
        found = super().look()
        kinds = (WaitRange(100, 150), WaitRange(0, 15), None)
        waits = tuple(
            replace(one, wait=kinds[at % len(kinds)]) for at, one in enumerate(found.waits)
        )
        ticket = found.state.ticket
        if ticket is None:
            return replace(found, waits=waits)
        told = replace(ticket, told=Told(Wait(52, 63, 74), 6, 40))
        return replace(found, waits=waits, state=replace(found.state, ticket=told))

    def goals(self) -> Goals:
        """Return where a ticket may go, each queue with a wait."""
        found = super().goals()
        return replace(found, waits=dict.fromkeys(found.waiting, WaitRange(100, 150)))


class _Keypad:
    """A keypad that is asked and never answers."""

    state = DeviceState.READY

    def ask(self, turn_key: int) -> None:
        """Take what is asked."""

    def cancel(self, turn_key: int) -> None:
        """Take back what was asked."""

    def close(self) -> None:
        """Give nothing back."""


@dataclass(slots=True)
class WindowStand:
    """One window on a hall of its own."""

    store: SqlStore
    clock: Clock
    window: ServiceWindow
    staff: Staff
    presenter: ClerkPresenter
    bar: ClerkBar
    panel: ClerkPanel
    taken: int = 0

    @property
    def calling(self) -> Calling:
        """Moves at this window."""
        return Calling(self.store, self.window.code)

    @property
    def plan(self) -> HallPlan:
        """The hall."""
        return self.store.plan()

    def look_again(self) -> None:
        """Let the bar and the panel read what was done behind their backs."""
        state = self.calling.state()
        label = state.ticket.label if state.turn and state.ticket else ""
        active = state.turn is not None and state.turn.active
        self.presenter.refresh()
        until(
            lambda: (
                self.presenter.view.stand is not Stand.STARTING
                and (not active or self.presenter.view.label == label)
            ),
            "the bar",
        )
        self.panel.presenter.refresh()
        until(lambda: not self.panel.presenter._reading, "the panel")  # noqa: SLF001

    def services(self) -> tuple[Service, ...]:
        """Return what is done at this window first, promised cases before the others."""
        queue = self.window.queues[0]
        own = [one for one in self.plan.listed if one.queue == queue]
        return tuple(sorted(own, key=lambda one: one.kind is not ServiceKind.PROMISED))

    def take(self, at: int = 0, priority: PriorityClass = PriorityClass.NORMAL) -> None:
        """Let somebody take a number for one of the services."""
        self.taken += 1
        own = self.services()
        request = TicketRequest(f"take-{self.taken}", own[at % len(own)].code, priority=priority)
        Issuing(self.store, "kiosk:K1").issue(request)

    def serve(self, seconds: int, ending: Ending | Outcome, at: int = 0) -> None:
        """Let somebody come, be served for so long and go."""
        self.take(at)
        self.clock.seconds += 30
        calling = self.calling
        calling.call_next()
        calling.start()
        self.clock.seconds += seconds
        calling.finish(ending)


def morning(stand: WindowStand) -> None:
    """Play what 08 shows: five done, two on hold, three missed, seven waiting."""
    calling = stand.calling
    someone_there(stand.store, "usher:desk")
    Shifts(stand.store, stand.window.code).sign_in(stand.staff.code, PIN)
    for seconds, ending, at in (
        (288, Outcome.CONSULT, 1),
        (756, Ending(Outcome.REFUSED, refused=REFUSALS[0]), 0),
        (185, Outcome.INSTANT, 1),
        (1100, Ending(Outcome.PROMISED, handover=Handover.MAIL), 0),
        (461, Outcome.INSTANT, 2),
    ):
        stand.serve(seconds, ending, at)
    for kind, reason in ((HoldKind.HERE, "form"), (HoldKind.ANY, "payment")):
        stand.take()
        calling.call_next()
        calling.start()
        calling.hold(kind, reason)
    for _ in range(3):
        stand.take(1)
        calling.call_next()
        for _again in range(stand.plan.rules.no_show_after - 1):
            stand.clock.seconds += 6
            calling.recall()
        calling.no_show()
    stand.take(0, PriorityClass.ELDERLY)
    stand.clock.seconds += 700
    classes = (PriorityClass.NORMAL, PriorityClass.SOLDIER, PriorityClass.DISABLED)
    for at in range(7):
        stand.take(at, classes[at % 3])
        stand.clock.seconds += 60
    totals = (date(2026, 11, 16), date(2026, 11, 19), 118, 68440, 99710, 31, 0, 60, 58)
    with stand.store.change("lab") as tx:
        tx.save_own_totals(OwnTotals(tx.plan.staff_of[stand.staff.code].id, *totals))


def serve_now(stand: WindowStand) -> None:
    """Call the next one and begin."""
    someone_there(stand.store, "usher:desk")
    state = stand.calling.call_next()
    assert state.ticket is not None  # noqa: S101 - seven are waiting
    with stand.store.change("lab") as tx:
        tx.save_person_note(PersonNote(state.ticket.id, "王*芳", "2217", ""))
    stand.clock.seconds += 20
    stand.calling.start()
    stand.clock.seconds += 252


@contextmanager
def open_window(
    folder: Path, plan: HallPlan, language: str, scheme: str = "light"
) -> Iterator[WindowStand]:
    """Yield a window of the hall before anybody has signed in; QApplication and fonts are there."""
    engine = open_engine(f"sqlite:///{folder / 'window.db'}")
    worker = Worker()
    try:
        yield from _running(engine, worker, plan, language, scheme)
    finally:
        worker.close()
        engine.dispose()


def _running(
    engine: "Engine", worker: Worker, plan: HallPlan, language: str, scheme: str
) -> Iterator[WindowStand]:
    migrations.upgrade(engine)
    window, staff = _desk_of(plan)
    pinned = replace(staff, pin_hash=hash_pin(PIN))
    plan = replace(
        plan,
        rules=replace(plan.rules, recall_gap_seconds=0),
        staff=tuple(pinned if one.code == staff.code else one for one in plan.staff),
    )
    found_hall(engine, plan)
    clock = Clock()
    store = SqlStore(engine, plan.hall_id, clock.now)
    update_hall(store, plan)
    own = store.another()
    words = Words(language)
    station = f"window {window.code}"
    desk = ClerkDesk(
        calling=Calling(own, window.code),
        shifts=Shifts(own, window.code),
        ratings=Ratings(own),
        worker=worker,
        words=words,
        plan=own.plan,
        keypad=_Keypad(),
        ask_help=partial(Helping(own, f"window:{window.code}").ask, station),
        store=own,
        news=Glances(own, window.code, station).news,
        number=window.number,
    )
    presenter = ClerkPresenter(desk, clock=clock.local)
    bar = ClerkBar(presenter)
    look = Look(load_theme(scheme), language)
    bar.set_look(look)
    panel_desk = PanelDesk(
        panel=ToldPanel(own, window.code),
        cases=lambda member: Cases(own, member),
        worker=worker,
        words=words,
        slips=HallSlips(own, speech_of),
        jobs=PrintJobs(own, f"window:{window.code}"),
        station=station,
    )
    panel = ClerkPanel(PanelPresenter(panel_desk, presenter, clock=clock.local), look)
    bar.panel = lambda: None
    try:
        presenter.start()
        until(lambda: presenter.view.stand is not Stand.STARTING, "its first look")
        yield WindowStand(store, clock, window, pinned, presenter, bar, panel)
    finally:
        for one in (panel, bar):
            one.close()
            one.deleteLater()
        store.close()


def _desk_of(plan: HallPlan) -> tuple[ServiceWindow, Staff]:
    """Return the window whose first queue promises most, and a clerk for it."""
    promised = [one.queue for one in plan.listed if one.kind is ServiceKind.PROMISED]
    window = max(plan.windows, key=lambda one: promised.count(one.queues[0]))
    clerks = [one for one in plan.staff if one.role is StaffRole.CLERK]
    own = [one for one in clerks if one.window == window.code]
    return window, (own or clerks)[0]


def with_more(plan: HallPlan) -> HallPlan:
    """Return the plan with partners and an authority: forms say who takes part, who decides."""
    first = next((one for one in plan.listed if one.kind is ServiceKind.PROMISED), None)
    if first is None or len(plan.departments) < 2:
        return plan
    other = next(d.code for d in plan.departments if d.code != first.department)
    told = LocalText("市市场监管局", "市市場監管局", "City market authority")
    more = replace(first, partners=first.partners or (other,), authority=told)
    return replace(
        plan, services=tuple(more if one.code == more.code else one for one in plan.services)
    )
