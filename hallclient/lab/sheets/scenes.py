"""How a kiosk comes to each page, with something on it.

A page that needs nothing is simply shown. Whoever adds a page that shows something chosen adds a
line to :data:`PREPARE`; tests and contact sheets then walk it in every language and mode.
"""

from collections.abc import Callable

from hallclient.domain.limits import Limit, NoTicket, Stop
from hallclient.kiosk.visit import Page, new_request
from hallclient.lab.sheets.floor import Floor, bookable, longest, plan_of, until
from hallclient.services.appointments import Appointments, BookingRequest
from hallclient.services.finding import Finding
from hallclient.services.issuing import IssuedTicket, Issuing, TicketRequest


def come_to(floor: Floor, page: Page) -> None:
    """Show a page as a citizen in the present modes finds it."""
    presenter = floor.presenter
    modes = presenter.modes
    if page in PREPARE:
        PREPARE[page](floor)
    presenter.set_modes(modes)
    if presenter.page is not page:
        presenter.show(page)


def issue(floor: Floor, service: str = "") -> IssuedTicket:
    """Let somebody else take a number."""
    wanted = service or plan_of(floor).listed[0].code
    return Issuing(floor.store, "lab").issue(TicketRequest(new_request(), wanted))


def choose(floor: Floor) -> None:
    """Open the list of services."""
    floor.presenter.take()


def search(floor: Floor) -> None:
    """Look for services by the first letter of the first one."""
    floor.presenter.take()
    choosing = floor.presenter.journeys.choosing
    choosing.open_search()
    choosing.type_letters("".join(plan_of(floor).listed[0].initials)[:1])


def check(floor: Floor) -> None:
    """Choose the first service."""
    floor.presenter.choose_service(plan_of(floor).listed[0].code)


def taken(floor: Floor) -> None:
    """Take a number in the usual way."""
    floor.presenter.set_modes(floor.presenter.desk.modes)
    check(floor)
    confirm(floor)


def confirm(floor: Floor) -> None:
    """Touch 确认取号 and wait for the number."""
    presenter = floor.presenter
    several = presenter.page is Page.SEVERAL
    (presenter.journeys.several.confirm if several else presenter.confirm)()
    until(lambda: presenter.visit.issued is not None, "a number")


def unprinted(floor: Floor) -> None:
    """Take a number without paper."""
    taken(floor)
    floor.presenter.visit.unprinted = True


def basket(floor: Floor, most: int = 2) -> None:
    """Choose several services for one ticket, each of a queue of its own as far as there are."""
    check(floor)
    several, visit = floor.presenter.journeys.several, floor.presenter.visit
    plan = plan_of(floor)
    first = plan.service(visit.service)
    other = {one.queue: one for one in reversed(plan.listed) if one.queue != first.queue}
    others = [*other.values(), *(one for one in plan.listed if one.queue == first.queue)]
    for one in [each for each in others if each.code != first.code][: most - 1]:
        several.add_more()
        several.add(one.code)


def read_guide(floor: Floor) -> None:
    """Read about the first service."""
    floor.presenter.journeys.guide.read(plan_of(floor).listed[0].code)


def refused(floor: Floor, stop: Stop = Stop.CLOSED) -> None:
    """Hear that there is no number now."""
    queue = plan_of(floor).listed[0].queue
    limit = Limit(stop, floor.presenter.figures.now())
    floor.presenter.journeys.refusing.show(NoTicket(queue, limit))


def ask_help(floor: Floor) -> None:
    """Call for somebody."""
    floor.presenter.journeys.helping.ask()


def unknown_booking(floor: Floor) -> None:
    """Type a code of an appointment that there is not."""
    journey = floor.presenter.journeys.checking_in
    journey.open()
    for sign in "YY-0001":
        journey.type_sign(sign)
    journey.look()


def choose_time(floor: Floor) -> None:
    """Choose a service and a day to come, and forget the time: the page says so."""
    journey = floor.presenter.journeys.booking
    journey.choose_service(longest(bookable(plan_of(floor)) or plan_of(floor).listed).code)
    until(lambda: not journey.busy, "the days")
    journey.choose_day(1)
    journey.confirm()


def booked(floor: Floor) -> None:
    """Book a time."""
    choose_time(floor)
    journey = floor.presenter.journeys.booking
    service = longest(bookable(plan_of(floor)))
    request = BookingRequest(new_request(), service.code, journey.slots[0].starts_at)
    journey.present(Appointments(floor.store, "usher:desk").book(request))


def cancelling(floor: Floor) -> None:
    """Book a time and touch 取消预约: it asks."""
    booked(floor)
    floor.presenter.journeys.booking.cancel()


def found(floor: Floor) -> None:
    """Find a ticket that waits, one of two things."""
    ticket = Finding(floor.store).ticket(issue(floor).ticket.id)
    floor.presenter.journeys.found.present((ticket, ticket), fresh=True)


def strange_code(floor: Floor) -> None:
    """Scan something that is no code of this hall."""
    floor.presenter.journeys.scanning.take(None)


PREPARE: dict[Page, Callable[[Floor], None]] = {
    Page.SERVICES: choose,
    Page.SEARCH: search,
    Page.CONFIRM: check,
    Page.DONE: taken,
    Page.EASY_DONE: taken,
    Page.NO_PAPER: unprinted,
    Page.SEVERAL: basket,
    Page.GUIDE: read_guide,
    Page.FOUND: found,
    Page.SCAN: strange_code,
    Page.REFUSED: refused,
    Page.HELP: ask_help,
    Page.CHECK_IN: unknown_booking,
    Page.BOOK: choose_time,
    Page.BOOKED: cancelling,
}
