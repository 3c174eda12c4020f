"""How a test comes to each page of a kiosk, with something on it.

A page that needs nothing is simply shown. Whoever adds a page that shows something chosen adds a
line to :data:`PREPARE`; the accessibility tests then walk it in every language and mode.
"""

from collections.abc import Callable
from importlib.util import find_spec

from pytestqt.qtbot import QtBot

from hallclient.domain.limits import Limit, NoTicket, Stop
from hallclient.kiosk.screen import _PAGES
from hallclient.kiosk.visit import Page, new_request
from hallclient.services.appointments import Appointments, BookingRequest
from hallclient.services.issuing import TicketRequest
from tests.widget.kiosk_support import Kiosk
from tests.widget.reading_support import show_found, show_scan

STAFF = frozenset({Page.TECHNICIAN, Page.PIN})
"""Pages that no citizen sees."""
BUILT = tuple(page for page in Page if find_spec(f"hallclient.kiosk.pages.{_PAGES[page][0]}"))


def _choose(kiosk: Kiosk, _qtbot: QtBot) -> None:
    kiosk.presenter.take()


def _search(kiosk: Kiosk, _qtbot: QtBot) -> None:
    kiosk.presenter.take()
    choosing = kiosk.presenter.journeys.choosing
    choosing.open_search()
    choosing.type_letters("T")


def _check(kiosk: Kiosk, _qtbot: QtBot) -> None:
    plan = kiosk.presenter.plan
    assert plan is not None
    kiosk.presenter.choose_service(plan.services[0].code)


def _taken(kiosk: Kiosk, qtbot: QtBot) -> None:
    if kiosk.presenter.modes.elder:
        kiosk.presenter.set_modes(kiosk.desk.modes)
    _check(kiosk, qtbot)
    kiosk.presenter.confirm()
    qtbot.waitUntil(lambda: kiosk.presenter.visit.issued is not None)


def _unprinted(kiosk: Kiosk, qtbot: QtBot) -> None:
    _taken(kiosk, qtbot)
    kiosk.presenter.visit.unprinted = True


def _several(kiosk: Kiosk, qtbot: QtBot) -> None:
    _check(kiosk, qtbot)
    kiosk.presenter.journeys.several.add_more()
    kiosk.presenter.journeys.several.add("SW01")


def _guide(kiosk: Kiosk, _qtbot: QtBot) -> None:
    kiosk.presenter.journeys.guide.read("BDC01")


def _refused(kiosk: Kiosk, _qtbot: QtBot) -> None:
    limit = Limit(Stop.CLOSED, kiosk.presenter.figures.now())
    kiosk.presenter.journeys.refusing.show(NoTicket("B", limit))


def _help(kiosk: Kiosk, _qtbot: QtBot) -> None:
    kiosk.presenter.journeys.helping.ask()


def _check_in(kiosk: Kiosk, _qtbot: QtBot) -> None:
    journey = kiosk.presenter.journeys.checking_in
    journey.open()
    for sign in "YY-0001":
        journey.type_sign(sign)
    journey.look()


def _book(kiosk: Kiosk, qtbot: QtBot) -> None:
    journey = kiosk.presenter.journeys.booking
    journey.choose_service("BDC07")
    qtbot.waitUntil(lambda: not journey.busy)
    journey.choose_day(1)
    journey.confirm()  # without a time: it says so


def _booked(kiosk: Kiosk, qtbot: QtBot) -> None:
    _book(kiosk, qtbot)
    journey = kiosk.presenter.journeys.booking
    slot = next(slot for slot in journey.slots if slot.room)
    request = BookingRequest(new_request(), "BDC07", slot.starts_at)
    journey.present(Appointments(kiosk.store, "usher:desk").book(request))
    journey.cancel()  # it asks


def _found(kiosk: Kiosk, qtbot: QtBot) -> None:
    issued = kiosk.issuing.issue(TicketRequest(new_request(), "BDC01"))
    kiosk.presenter.journeys.scanning.scanned(issued.ticket.token)
    qtbot.waitUntil(lambda: kiosk.presenter.page is Page.FOUND)


PREPARE: dict[Page, Callable[[Kiosk, QtBot], None]] = {
    Page.SERVICES: _choose,
    Page.SEARCH: _search,
    Page.CONFIRM: _check,
    Page.DONE: _taken,
    Page.EASY_DONE: _taken,
    Page.NO_PAPER: _unprinted,
    Page.SEVERAL: _several,
    Page.GUIDE: _guide,
    Page.FOUND: show_found,
    Page.SCAN: show_scan,
    Page.REFUSED: _refused,
    Page.HELP: _help,
    Page.CHECK_IN: _check_in,
    Page.BOOK: _book,
    Page.BOOKED: _booked,
    Page.FOUND: _found,
}


def come_to(kiosk: Kiosk, qtbot: QtBot, page: Page) -> None:
    """Show a page as a citizen in the present modes finds it."""
    presenter = kiosk.presenter
    modes = presenter.modes
    if page in PREPARE:
        PREPARE[page](kiosk, qtbot)
    presenter.set_modes(modes)
    if presenter.page is not page:
        presenter.show(page)
    assert presenter.page is page
