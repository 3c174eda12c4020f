"""The pages of a contact sheet: every page, and every state of it that a citizen can meet."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from hallclient.domain.errors import Refused
from hallclient.domain.hall import HallPlan
from hallclient.domain.limits import Limit, NoTicket, Stop
from hallclient.domain.rules import PriorityClass
from hallclient.domain.ticket import TicketStatus
from hallclient.domain.turn import Outcome
from hallclient.kiosk.choice import By
from hallclient.kiosk.modes import Modes
from hallclient.kiosk.views.found import Deed
from hallclient.kiosk.views.ushering import Tab
from hallclient.kiosk.visit import Page
from hallclient.lab.sheets import scenes, things
from hallclient.lab.sheets.floor import bookable, longest, plan_of, until
from hallclient.lab.sheets.stand import PIN, USHER, Stand
from hallclient.services.helping import HELPER, Helping
from hallclient.services.hours import local_time
from hallclient.services.ports_devices import PrintTrouble, Visitor


@dataclass(frozen=True, slots=True)
class Scene:
    """A page in one of its states. ``fits`` says whether this hall and these modes have it."""

    name: str
    page: Page
    come: Callable[[Stand], None]
    fits: Callable[[HallPlan, Modes], bool] = lambda _plan, _modes: True


def _usual(_plan: HallPlan, modes: Modes) -> bool:
    return not modes.elder


def _usual_numbers(plan: HallPlan, modes: Modes) -> bool:
    return not modes.elder and _several_numbers(plan, modes)


def _usual_steps(plan: HallPlan, modes: Modes) -> bool:
    return not modes.elder and _many(plan, modes)


def _elder_numbers(plan: HallPlan, modes: Modes) -> bool:
    return modes.elder and _several_numbers(plan, modes)


def _elder_steps(plan: HallPlan, modes: Modes) -> bool:
    return modes.elder and _many(plan, modes)


def _elder(_plan: HallPlan, modes: Modes) -> bool:
    return modes.elder


def _books(plan: HallPlan, _modes: Modes) -> bool:
    return bool(bookable(plan))


def _many(plan: HallPlan, _modes: Modes) -> bool:
    return plan.rules.services_at_once > 1 and len(plan.listed) > 1


def _several_numbers(plan: HallPlan, _modes: Modes) -> bool:
    return plan.rules.tickets_at_once > 1


def _windows(plan: HallPlan, _modes: Modes) -> bool:
    return len(plan.windows) > 3


def _topics(plan: HallPlan, modes: Modes) -> bool:
    return bool(plan.topics) and not modes.elder


def _stay(_stand: Stand) -> None:
    """Stay where the visit begins."""


# Home and its faults


def _offline(stand: Stand) -> None:
    stand.set_away()


def _no_paper_roll(stand: Stand) -> None:
    stand.set_printer(PrintTrouble.PAPER_OUT)


def _evening(stand: Stand) -> None:
    stand.set_evening()


def _helper(stand: Stand) -> None:
    stand.store.take_lease(HELPER, "lab", 600)
    stand.look()


# Choosing


def _offline_services(stand: Stand) -> None:
    stand.set_away()
    scenes.choose(stand)


def _last_services(stand: Stand) -> None:
    scenes.choose(stand)
    stand.presenter.journeys.choosing.open_group(plan_of(stand).departments[-1].code)


def _biggest_group(stand: Stand) -> None:
    plan = plan_of(stand)
    sizes = [service.department for service in plan.listed]
    scenes.choose(stand)
    stand.presenter.journeys.choosing.open_group(max(set(sizes), key=lambda c: (sizes.count(c), c)))
    stand.presenter.journeys.choosing.turn_services(1)


def _for_persons(stand: Stand) -> None:
    scenes.choose(stand)
    stand.presenter.journeys.choosing.switch(By.PERSON)


def _idle(stand: Stand) -> None:
    scenes.choose(stand)
    stand.presenter.idle.watch(14.0 * stand.presenter.patience)
    stand.presenter.ticked.emit()


def _search_open(stand: Stand) -> None:
    stand.presenter.take()
    stand.presenter.journeys.choosing.open_search()


def _search_nothing(stand: Stand) -> None:
    _search_open(stand)
    stand.presenter.journeys.choosing.type_letters("QXQXQ")


# Confirming


def _longest(stand: Stand) -> None:
    stand.presenter.choose_service(longest(plan_of(stand).listed).code)


def _most_papers(stand: Stand) -> None:
    most = max(plan_of(stand).listed, key=lambda service: len(service.materials))
    stand.presenter.choose_service(most.code)


def _no_papers(stand: Stand) -> None:
    least = min(plan_of(stand).listed, key=lambda service: len(service.materials))
    stand.presenter.choose_service(least.code)


def _three_people(stand: Stand) -> None:
    _longest(stand)
    stand.presenter.set_count(3)


def _basket_full(stand: Stand) -> None:
    scenes.basket(stand, plan_of(stand).rules.services_at_once)


# Numbers


def _printed(stand: Stand, choose: Callable[[Stand], None]) -> None:
    choose(stand)
    scenes.confirm(stand)
    visit = stand.presenter.visit
    until(lambda: visit.paper or visit.unprinted, "paper")


def _done(stand: Stand) -> None:
    _printed(stand, _longest)


def _done_three(stand: Stand) -> None:
    _printed(stand, _three_people)


def _done_steps(stand: Stand) -> None:
    _printed(stand, _basket_full)


def _done_offline(stand: Stand) -> None:
    stand.set_away()
    _printed(stand, _longest)


def _done_no_paper(stand: Stand) -> None:
    stand.printer.trouble = PrintTrouble.PAPER_OUT
    _printed(stand, _longest)


def _three_no_paper(stand: Stand) -> None:
    stand.printer.trouble = PrintTrouble.PAPER_OUT
    _printed(stand, _three_people)


def _steps_no_paper(stand: Stand) -> None:
    stand.printer.trouble = PrintTrouble.PAPER_OUT
    _printed(stand, _basket_full)


def _easy_done(stand: Stand) -> None:
    presenter = stand.presenter
    presenter.journeys.easy.open()
    view = presenter.easy_choice_view()
    tile = next(tile for tile in view.tiles if tile.department) if view else None
    if tile is not None:
        presenter.journeys.easy.choose(tile.department)
        until(lambda: presenter.visit.issued is not None or presenter.page is Page.REFUSED)


# Codes and cards


def _found(make: Callable[[Stand], object]) -> Callable[[Stand], None]:
    def come(stand: Stand) -> None:
        stand.presenter.journeys.found.present((make(stand),))  # type: ignore[arg-type]

    return come


def _found_ticket(status: TicketStatus) -> Callable[[Stand], None]:
    return _found(lambda stand: things.ticket_that(stand, status))


def _requeued(stand: Stand) -> None:
    _found_ticket(TicketStatus.NO_SHOW)(stand)
    journey = stand.presenter.journeys.found
    journey.do(Deed.REQUEUE)
    until(lambda: not journey.busy, "a number that waits again")


def _changing(stand: Stand) -> None:
    _found_ticket(TicketStatus.WAITING)(stand)
    stand.presenter.journeys.found.do(Deed.STEPS)


def _no_case(stand: Stand) -> None:
    journey = stand.presenter.journeys.progress
    journey.open()
    for digit in "202601010001":
        journey.type_digit(digit)
    journey.look()
    until(lambda: not journey.busy, "an answer")


def _no_ticket(stand: Stand) -> None:
    journey = stand.presenter.journeys.requeueing
    journey.open()
    for sign in "B999":
        journey.type_sign(sign)
    journey.choose(tail=True)
    for sign in "0000":
        journey.type_sign(sign)
    journey.go_on()
    until(lambda: not journey.busy, "an answer")


def _card(stand: Stand) -> None:
    stand.presenter.journeys.card.present()


def _card_waiting(stand: Stand) -> None:
    _card(stand)
    stand.presenter.journeys.card.agree()


def _card_unreadable(stand: Stand) -> None:
    _card_waiting(stand)
    stand.presenter.journeys.card.unreadable()


def _letters(stand: Stand) -> None:
    stand.presenter.journeys.checking_in.open()
    stand.presenter.journeys.checking_in.switch_keys()


def _days(stand: Stand) -> None:
    journey = stand.presenter.journeys.booking
    journey.choose_service(longest(bookable(plan_of(stand))).code)
    until(lambda: not journey.busy, "the days")


def _slot(stand: Stand) -> None:
    _days(stand)
    journey = stand.presenter.journeys.booking
    journey.choose_day(1)
    journey.choose_slot(journey.slots[-1].starts_at)


def _booked(stand: Stand) -> None:
    _slot(stand)
    stand.presenter.journeys.booking.confirm()
    until(lambda: stand.presenter.page is Page.BOOKED, "an appointment")


def _unknown_booking(stand: Stand) -> None:
    scenes.unknown_booking(stand)
    until(lambda: not stand.presenter.journeys.checking_in.busy, "an answer")


def _guide_most(stand: Stand) -> None:
    most = max(plan_of(stand).listed, key=lambda s: (len(s.materials), len(s.guide.zh_cn)))
    stand.presenter.journeys.guide.read(most.code)


def _guide_least(stand: Stand) -> None:
    least = min(plan_of(stand).listed, key=lambda s: (len(s.materials), len(s.guide.zh_cn)))
    stand.presenter.journeys.guide.read(least.code)


# Refusals


def _no(stop: Stop, label: str = "", left: int = 0) -> Callable[[Stand], None]:
    def come(stand: Stand) -> None:
        service = longest(plan_of(stand).listed)
        stand.presenter.visit.service = service.code
        local = local_time(plan_of(stand), stand.presenter.figures.now())
        again = (local + timedelta(days=1)).replace(hour=9, minute=0)
        limit = Limit(stop, None if label else again, label=label, left=left)
        stand.presenter.journeys.refusing.show(NoTicket(service.queue, limit))

    return come


def _other_no(key: str, **facts: int) -> Callable[[Stand], None]:
    return lambda stand: stand.presenter.journeys.refusing.show(Refused(key, key, **facts))


# Help and staff


def _help(stand: Stand) -> None:
    _helper(stand)
    Helping(stand.store, "lab").end_own("K1")
    stand.presenter.journeys.helping.ask()
    view = stand.presenter.journeys.helping.view
    until(lambda: bool(view().cancel), "a call")


def _help_coming(stand: Stand) -> None:
    helping = Helping(stand.store, "lab")
    helping.end_own("K1")
    helping.answer(helping.ask("K1").call.id, USHER.code)
    _helper(stand)
    stand.presenter.journeys.helping.ask()
    view = stand.presenter.journeys.helping.view
    until(lambda: view().tone == "ok", "somebody")


def _help_over(stand: Stand) -> None:
    _help(stand)
    Helping(stand.store, "lab").end_own("K1")
    journey = stand.presenter.journeys.helping

    def over() -> bool:
        stand.presenter.ticked.emit()
        return bool(journey.view().again)

    until(over, "the end of a call")


def _usher(stand: Stand) -> None:
    stand.presenter.journeys.ushering.open()


def _signed_in(stand: Stand) -> None:
    journey = stand.presenter.journeys.ushering
    journey.open()
    for sign in USHER.code:
        journey.key(sign)
    journey.enter()
    for sign in PIN:
        journey.key(sign)
    journey.enter()
    until(lambda: journey.state.usher is not None, "the usher")


def _usher_number(stand: Stand) -> None:
    label = scenes.issue(stand, longest(plan_of(stand).listed).code).ticket.label
    _signed_in(stand)
    journey = stand.presenter.journeys.ushering
    for sign in label:
        journey.key(sign)
    journey.enter()
    until(lambda: journey.state.found is not None, "the number")
    journey.choose_class(PriorityClass.ELDERLY)
    until(lambda: not journey.state.busy, "priority")


def _usher_take(stand: Stand) -> None:
    _signed_in(stand)
    stand.presenter.journeys.ushering.choose_tab(Tab.TAKE)


def _usher_no_calls(stand: Stand) -> None:
    Helping(stand.store, "lab").end_own("K1")
    _signed_in(stand)
    stand.presenter.journeys.ushering.choose_tab(Tab.CALLS)


def _usher_calls(stand: Stand) -> None:
    helping = Helping(stand.store, "lab")
    for station in ("K1", "K2", "K3"):
        helping.ask(station)
    _signed_in(stand)
    journey = stand.presenter.journeys.ushering
    journey.choose_tab(Tab.CALLS)
    until(lambda: bool(journey.state.calls), "calls")


def _pin(stand: Stand) -> None:
    stand.presenter.journeys.technician.ask()


def _pin_wrong(stand: Stand) -> None:
    _pin(stand)
    stand.presenter.journeys.technician.type("0000")
    stand.presenter.journeys.technician.enter()


def _technician(stand: Stand) -> None:
    _pin(stand)
    journey = stand.presenter.journeys.technician
    journey.type(PIN)
    journey.enter()
    view = journey.view
    until(lambda: view() is not None, "the technician's page")
    until(lambda: stand.presenter.desk.worker.pending == 0, "the database")


def _technician_log(stand: Stand) -> None:
    _technician(stand)
    stand.presenter.journeys.technician.show_log()


def _technician_check(stand: Stand) -> None:
    _technician(stand)
    stand.presenter.journeys.technician.check()


def _person(stand: Stand) -> None:
    _card_waiting(stand)
    stand.presenter.journeys.card.read(Visitor("", "王*芳", elderly=True))


SCENES = (
    Scene("home", Page.HOME, _stay, _usual),
    Scene("home-helper", Page.HOME, _helper, _usual),
    Scene("home-offline", Page.HOME, _offline, _usual),
    Scene("home-paper-out", Page.HOME, _no_paper_roll, _usual),
    Scene("closed", Page.CLOSED, _evening),
    Scene("services", Page.SERVICES, scenes.choose),
    Scene("services-more", Page.SERVICES, _biggest_group),
    Scene("services-last", Page.SERVICES, _last_services),
    Scene("services-persons", Page.SERVICES, _for_persons, _topics),
    Scene("services-offline", Page.SERVICES, _offline_services),
    Scene("services-idle", Page.SERVICES, _idle),
    Scene("search", Page.SEARCH, scenes.search),
    Scene("search-open", Page.SEARCH, _search_open),
    Scene("search-nothing", Page.SEARCH, _search_nothing),
    Scene("confirm", Page.CONFIRM, _most_papers),
    Scene("confirm-longest", Page.CONFIRM, _longest),
    Scene("confirm-no-papers", Page.CONFIRM, _no_papers),
    Scene("confirm-three", Page.CONFIRM, _three_people, _several_numbers),
    Scene("several", Page.SEVERAL, scenes.basket, _many),
    Scene("several-full", Page.SEVERAL, _basket_full, _many),
    Scene("several-changing", Page.SEVERAL, _changing, _many),
    Scene("done", Page.DONE, _done, _usual),
    Scene("done-offline", Page.DONE, _done_offline, _usual),
    Scene("done-three", Page.DONE, _done_three, _usual_numbers),
    Scene("done-steps", Page.DONE, _done_steps, _usual_steps),
    Scene("no-paper", Page.NO_PAPER, _done_no_paper, _usual),
    Scene("no-paper-three", Page.NO_PAPER, _three_no_paper, _usual_numbers),
    Scene("no-paper-steps", Page.NO_PAPER, _steps_no_paper, _usual_steps),
    Scene("easy", Page.EASY, _stay, _elder),
    Scene("easy-helper", Page.EASY, _helper, _elder),
    Scene("easy-offline", Page.EASY, _offline, _elder),
    Scene("easy-choice", Page.EASY_CHOICE, lambda s: s.presenter.journeys.easy.open(), _elder),
    Scene("easy-done", Page.EASY_DONE, _done, _elder),
    Scene("easy-done-general", Page.EASY_DONE, _easy_done, _elder),
    Scene("easy-no-paper", Page.EASY_DONE, _done_no_paper, _elder),
    Scene("easy-done-three", Page.EASY_DONE, _done_three, _elder_numbers),
    Scene("easy-done-steps", Page.EASY_DONE, _done_steps, _elder_steps),
    Scene("easy-no-paper-three", Page.EASY_DONE, _three_no_paper, _elder_numbers),
    Scene("scan", Page.SCAN, lambda s: s.presenter.journeys.scanning.open()),
    Scene("scan-strange", Page.SCAN, scenes.strange_code),
    Scene("found-two", Page.FOUND, scenes.found),
    Scene("found-waiting", Page.FOUND, _found_ticket(TicketStatus.WAITING)),
    Scene("found-missed", Page.FOUND, _found_ticket(TicketStatus.NO_SHOW)),
    Scene("found-requeued", Page.FOUND, _requeued),
    Scene("found-called", Page.FOUND, _found_ticket(TicketStatus.CALLED), _windows),
    Scene("found-ended", Page.FOUND, _found_ticket(TicketStatus.ENDED)),
    Scene("found-booked", Page.FOUND, _found(things.appointment), _books),
    Scene("found-booked-early", Page.FOUND, _found(lambda s: things.appointment(s, 90)), _books),
    Scene("found-case", Page.FOUND, _found(things.case)),
    Scene("found-case-more", Page.FOUND, _found(lambda s: things.case(s, Outcome.SUPPLEMENT))),
    Scene("found-case-done", Page.FOUND, _found(lambda s: things.case(s, finished=True))),
    Scene("check-in", Page.CHECK_IN, _letters, _books),
    Scene("check-in-unknown", Page.CHECK_IN, _unknown_booking, _books),
    Scene("book", Page.BOOK, _days, _books),
    Scene("book-slot", Page.BOOK, _slot, _books),
    Scene("book-no-time", Page.BOOK, scenes.choose_time, _books),
    Scene("booked", Page.BOOKED, _booked, _books),
    Scene("booked-found", Page.BOOKED, scenes.booked, _books),
    Scene("booked-cancel", Page.BOOKED, scenes.cancelling, _books),
    Scene("guide", Page.GUIDE, _guide_most),
    Scene("guide-least", Page.GUIDE, _guide_least),
    Scene("progress", Page.PROGRESS, lambda s: s.presenter.journeys.progress.open()),
    Scene("progress-unknown", Page.PROGRESS, _no_case),
    Scene("requeue", Page.REQUEUE, lambda s: s.presenter.journeys.requeueing.open()),
    Scene("requeue-unknown", Page.REQUEUE, _no_ticket),
    Scene("card", Page.CARD, _card),
    Scene("card-waiting", Page.CARD, _card_waiting),
    Scene("card-unreadable", Page.CARD, _card_unreadable),
    Scene("card-services", Page.SERVICES, _person),
    *(Scene(f"refused-{stop.replace('_', '-')}", Page.REFUSED, _no(stop)) for stop in Stop
      if stop not in (Stop.HAS_TICKET, Stop.MISSED)),
    Scene("refused-has-ticket", Page.REFUSED, _no(Stop.HAS_TICKET, "B107")),
    Scene("refused-missed", Page.REFUSED, _no(Stop.MISSED, "B107")),
    Scene("refused-few-left", Page.REFUSED, _no(Stop.DAY_FULL, left=2)),
    Scene("refused-requeue", Page.REFUSED, _other_no("requeue_late", minutes=30)),
    Scene("refused-unknown", Page.REFUSED, _other_no("something_new")),
    Scene("help", Page.HELP, _help),
    Scene("help-coming", Page.HELP, _help_coming),
    Scene("help-over", Page.HELP, _help_over),
    Scene("usher", Page.USHER, _usher),
    Scene("usher-signed-in", Page.USHER, _signed_in),
    Scene("usher-number", Page.USHER, _usher_number),
    Scene("usher-take", Page.USHER, _usher_take),
    Scene("usher-calls", Page.USHER, _usher_calls),
    Scene("usher-no-calls", Page.USHER, _usher_no_calls),
    Scene("pin", Page.PIN, _pin),
    Scene("pin-wrong", Page.PIN, _pin_wrong),
    Scene("technician", Page.TECHNICIAN, _technician),
    Scene("technician-log", Page.TECHNICIAN, _technician_log),
    Scene("technician-check", Page.TECHNICIAN, _technician_check),
)  # fmt: skip
