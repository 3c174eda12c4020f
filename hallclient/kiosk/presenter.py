"""What a kiosk does, without a single widget: the visit, its pages, and what each one shows."""

import logging

from PySide6.QtCore import QObject, QTimer, Signal

from hallclient.domain.limits import NoTicket
from hallclient.kiosk.desk import KioskDesk
from hallclient.kiosk.entries import begin, entries_of, works
from hallclient.kiosk.faults import Faults
from hallclient.kiosk.figures import Figures
from hallclient.kiosk.giving import Giving
from hallclient.kiosk.hours import HallState
from hallclient.kiosk.idle import IdleWatch
from hallclient.kiosk.journeys.all import Journeys
from hallclient.kiosk.modes import Modes
from hallclient.kiosk.offers import offer_of
from hallclient.kiosk.offline import Offline
from hallclient.kiosk.printing import Printing
from hallclient.kiosk.showing import Showing
from hallclient.kiosk.taking import Taking, Wish
from hallclient.kiosk.unprinted import Unprinted
from hallclient.kiosk.views.home import Standing, hall_state
from hallclient.kiosk.visit import INNER, Page, Visit, new_request
from hallclient.services.ports_devices import DeviceState, PrintOutcome, PrintTrouble
from hallclient.ui.notices import NoticeBoard

log = logging.getLogger(__name__)

_CLOCK_MS = 1000
_HOMES = frozenset({Page.STARTING, Page.HOME, Page.CLOSED, Page.EASY})
_SEEN = frozenset({Page.DONE, Page.EASY_DONE, Page.BOOKED})
"""Pages that leave by themselves when their number or slot can be supposed to be read."""


class KioskPresenter(Showing):
    """The logic of a kiosk. Made and called in the UI thread; :meth:`start` begins the work."""

    moved = Signal(object)
    """Another ``Page`` is to be shown."""
    updated = Signal()
    """What the present page shows has changed; ask for its view again."""
    ticked = Signal()
    """A second has passed on a clock or a countdown."""
    ready = Signal()
    """The hall has been read for the first time: from now on a touch takes a number."""
    modes_changed = Signal()
    """Elder mode, contrast, low reach or voice was switched."""
    read_asked = Signal()
    """Somebody wants the present page read out."""
    visit_ended = Signal()
    """The citizen has gone, or begins anew: nothing of the visit may be kept."""

    def __init__(self, desk: KioskDesk, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.desk = desk
        self.words = desk.words
        self.notices: NoticeBoard = desk.notices or NoticeBoard(self)
        self.page = Page.STARTING
        self.visit = Visit()
        self.modes = desk.modes
        self.journeys = Journeys(self)
        self._trail: list[Page] = []
        self._language = desk.words.language
        self.figures = Figures(desk, self)
        self.printing = Printing(desk, self)
        self.offline = Offline(desk, self.figures, self)
        self.taking = Taking(desk, self.figures, self.offline, self)
        self.unprinted = Unprinted(desk, self.printing, self.taking, self)
        self.faults = Faults(desk.words, self.notices, self.printing, self.offline, self)
        self.idle = IdleWatch(self)
        self._clock = QTimer(self)
        self._clock.setInterval(_CLOCK_MS)
        self._clock.timeout.connect(self.ticked)
        self._told_ready = False
        self.page = self._home_page()
        self.giving = Giving(self)
        self._connect()

    def _connect(self) -> None:
        self.figures.changed.connect(self._on_figures)
        self.figures.lost.connect(self._on_lost)
        self.taking.lost.connect(self._on_take_lost)
        self.printing.trouble_changed.connect(self.updated)
        self.offline.changed.connect(self.updated)
        self.idle.ran_out.connect(self.home)
        self.idle.changed.connect(self.ticked)
        self.words.switched.connect(self._on_switched)

    def start(self) -> None:
        """Look at the hall, and keep looking."""
        self._clock.start()
        self.faults.printer()
        self.figures.look()

    def stop(self) -> None:
        """Stop every timer. The worker and the printer belong to whoever made them."""
        self._clock.stop()
        self.figures.stop()
        self.taking.stop()
        self.printing.stop()
        self.unprinted.stop()
        self.offline.stop()
        self.idle.stop()

    @property
    def asking(self) -> bool:
        """Whether the idle strip asks if somebody is still there."""
        warning = self.desk.times.warning * self.patience
        return self.page in INNER and 0 < self.idle.left <= warning

    @property
    def patience(self) -> int:
        """How many times longer than usual this visit may take: twice for elders."""
        return 2 if self.modes.elder else 1

    # What the citizen does

    def take(self) -> None:
        """取号: choose a service."""
        self.journeys.choosing.begin()

    def choose_department(self, code: str) -> None:
        """Show a department's services."""
        self.journeys.choosing.begin()
        self.journeys.choosing.open_group(code)

    def choose_service(self, code: str) -> None:
        """Check what a service needs before a number is taken; makes the request's id."""
        visit, plan = self.visit, self.plan
        service = plan.service_of.get(code) if plan else None
        if service is None:
            self.updated.emit()
            return
        visit.service = code
        visit.material_page, visit.print_list, visit.count = 0, False, 1
        visit.request_id = new_request()
        visit.issuing, visit.refused, visit.gave_up = False, "", False
        self.show(Page.CONFIRM)

    def turn_materials(self, by: int) -> None:
        """Show other materials."""
        self.visit.material_page = max(0, self.visit.material_page + by)
        self.updated.emit()

    def set_print_list(self, *, wanted: bool) -> None:
        """Print the materials with the ticket, or not."""
        self.visit.print_list = wanted

    def confirm(self) -> None:
        """确认取号. Touched twice it is one number: the request's id is the visit's."""
        visit, sight = self.visit, self.sight
        if self.page is not Page.CONFIRM or visit.issuing or sight is None:
            return
        service = sight.plan.service_of.get(visit.service)
        if service is None:
            return
        limit = offer_of(sight, service.queue).limit
        if limit is not None:
            self.journeys.refusing.show(NoTicket(service.queue, limit))
            return
        from hallclient.services.issuing import TicketRequest  # noqa: PLC0415 - not for the start

        request = TicketRequest(
            visit.request_id,
            visit.service,
            language=self.words.language,
            priority=visit.priority,
            station=self.desk.name,
            person=visit.person,
            note=visit.note,
        )
        issuing, count, key = visit.usher or self.desk.issuing, visit.count, visit.request_id
        if count == 1:
            wish = Wish(key, lambda: (issuing.issue(request),), request)
        else:
            wish = Wish(key, lambda: issuing.issue_several(request, count))
        self.giving.obtain(wish)

    def set_count(self, count: int) -> None:
        """Take so many tickets in one go; as many as the hall allows, and one at least."""
        plan = self.plan
        if plan is not None and not self.visit.issuing:
            self.visit.count = min(max(1, count), max(1, plan.rules.tickets_at_once))
            self.updated.emit()

    def show(self, page: Page) -> None:
        """Go on to a page; :meth:`back` leads to the present one."""
        if page is not self.page:
            if self.page not in _HOMES:
                self._trail.append(self.page)
            self.go_to(page)
        else:
            self.updated.emit()

    def show_after(self, before: Page, page: Page) -> None:
        """Go on to a page as if straight from ``before``: what came between is behind us."""
        trail = [*self._trail, self.page]
        if page in trail:
            self._trail = trail[: trail.index(page)]
        elif before in trail:
            self._trail = trail[: trail.index(before) + 1]
        self.go_to(page)

    def back(self) -> None:
        """Go one page back; from the first to the first screen, as this citizen has set it."""
        self.taking.drop()
        self.visit.issuing = False
        if self._trail:
            self.go_to(self._trail.pop())
        else:
            self._begin()
            self.go_to(self._home_page())

    def home(self) -> None:
        """Begin anew for the next citizen, in the hall's own language and the usual modes."""
        self.taking.drop()
        self._begin()
        self.words.switch(self._language)
        self.set_modes(self.desk.modes)
        self.go_to(self._home_page())

    @property
    def entries(self) -> frozenset[str]:
        """The entries besides 取号 that exist here now, by the names of their journeys."""
        return entries_of(self)

    @property
    def standing(self) -> Standing:
        """How the kiosk stands just now: what can be begun, what has to wait."""
        entries = self.entries
        return Standing(
            paper=self.printing.works,
            takes=self.takes,
            entries=entries,
            waiting=frozenset(name for name in entries if not works(self, name)),
            low=self.modes.low,
        )

    @property
    def takes(self) -> bool:
        """Whether numbers can be taken just now, from the database or from the spool."""
        return not self.figures.down or self.offline.ready

    def enter(self, name: str) -> None:
        """Begin an entry that is on the screen; one that has to wait says so there."""
        if name in self.entries and works(self, name):
            begin(self, name)

    def open_technician(self) -> None:
        """Ask for the technician's PIN, where one is set."""
        self.journeys.technician.ask()

    def read_aloud(self) -> None:
        """读给我听: read the present page out once."""
        self.read_asked.emit()

    def louder(self, steps: int) -> None:
        """大声, 小声 (below 0): the voice begins the page again, that loud."""
        modes = self.modes.louder(steps)
        if modes == self.modes:
            self.read_aloud()
        else:
            self.set_modes(modes)

    def set_modes(self, modes: Modes) -> None:
        """Meet the citizen in another way until this visit ends."""
        if modes != self.modes:
            self.modes = modes
            self.watch_idle()
            self.modes_changed.emit()
            if self.page in _HOMES:
                self.go_to(self._home_page())
            else:
                self.updated.emit()

    def _begin(self) -> None:
        self.visit = Visit()
        self._trail.clear()
        self.visit_ended.emit()

    def finish(self) -> None:
        """完成 or 我记下了: the citizen has seen the number."""
        self.giving.note_read()
        self.home()

    def another(self) -> None:
        """再取一个号: once more, in the same language, at the ushers' desk by the same usher."""
        self.giving.note_read()
        usher = self.visit.usher if self.desk.ushers else None
        self._begin()
        self.visit.usher = usher
        self.go_to(self._home_page())
        if self.modes.elder:
            self.journeys.easy.open()
        else:
            self.take()

    def switch_language(self, code: str) -> None:
        """Change the language until this visit ends."""
        self.words.switch(code)
        if self.page in _HOMES:
            self.watch_idle()

    def stay(self) -> None:
        """继续办: somebody is still there."""
        self.idle.restart()
        self.updated.emit()

    # What devices say

    def printer_finished(self, outcome: PrintOutcome) -> None:
        """Take a print outcome, in the UI thread; connect ``PrinterBridge.outcome``."""
        self.printing.finished(outcome)

    def printer_status_changed(self, state: DeviceState, trouble: PrintTrouble | None) -> None:
        """Take what the printer says of itself; connect ``PrinterBridge.status``."""
        self.printing.status_changed(state, trouble)

    # What happens by itself

    def _on_figures(self) -> None:
        self.faults.printer()
        if not self.visit.issuing:
            # Reading may work while writing does not: then taking a number tells.
            self.faults.database_found()
        self.taking.settle()
        if self.page in _HOMES:
            self.go_to(self._home_page())
        else:
            self.updated.emit()
        if not self._told_ready:
            self._told_ready = True
            self.unprinted.look()
            self.ready.emit()

    def _on_lost(self, error: object) -> None:
        self.faults.database_lost(error)
        self.updated.emit()

    def _on_take_lost(self, error: object) -> None:
        self.faults.database_lost(error)
        self.figures.look()
        self.updated.emit()

    def _on_switched(self, _code: str) -> None:
        self.updated.emit()

    @property
    def rests(self) -> bool:
        """Whether nobody is in the middle of something, as far as the page tells."""
        return self.page in _HOMES or (self.desk.ushers and self.page is Page.USHER)

    def _home_page(self) -> Page:
        sight = self.sight
        if sight is None:
            return Page.STARTING
        if self.desk.ushers:
            return Page.USHER
        if hall_state(sight).state is not HallState.OPEN:
            return Page.CLOSED
        return Page.EASY if self.modes.elder else Page.HOME

    def go_to(self, page: Page) -> None:
        """Show a page without a way back to the present one."""
        if page is self.page:
            self.updated.emit()
            return
        self.page = page
        self.watch_idle()
        self.moved.emit(page)
        self.updated.emit()

    def watch_idle(self) -> None:
        """Set the time that the present page has; elders have twice as much."""
        times, page, slow = self.desk.times, self.page, self.patience
        if page in INNER and not self.rests:
            self.idle.watch(times.idle * slow)
        elif page is Page.NO_PAPER or (page is Page.EASY_DONE and self.visit.unprinted):
            self.idle.watch(times.no_paper * slow)
        elif page in _SEEN:
            self.idle.watch(times.done * slow, extends=False)
        elif self.words.language != self._language or self.modes != self.desk.modes:
            self.idle.watch(times.idle * slow)
        else:
            self.idle.watch(None)
