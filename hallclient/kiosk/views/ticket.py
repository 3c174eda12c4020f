"""The pages around a ticket: check it, take it, remember it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from hallclient.domain.estimate import WaitRange
from hallclient.domain.hall import HallPlan
from hallclient.domain.itinerary import StepState, to_come
from hallclient.domain.limits import Limit, Stop
from hallclient.domain.text import Language
from hallclient.kiosk.figures import HallSight
from hallclient.kiosk.hours import clock
from hallclient.kiosk.offers import offer_of
from hallclient.kiosk.views.limits import short_words
from hallclient.kiosk.views.parts import (
    FigureView,
    Paged,
    PlaceView,
    ahead_figure,
    offer_figure,
    page_of,
    place_view,
    wait_figure,
    zone_figure,
)
from hallclient.kiosk.views.several import StepView, issued_steps
from hallclient.kiosk.visit import Visit
from hallclient.services.hours import local_time
from hallclient.services.issuing import IssuedTicket
from hallclient.services.ports_devices import PrintTrouble
from hallclient.services.wait_words import wait_line, wait_said
from hallclient.ui.words import Words

MATERIALS, ELDER_MATERIALS = 5, 3


@dataclass(frozen=True, slots=True)
class MaterialView:
    """A numbered paper to bring."""

    number: int
    name: str
    form: str


@dataclass(frozen=True, slots=True)
class ConfirmView:
    """The last look before a number is taken. ``works`` False: the button says why it waits."""

    title: str
    figures: tuple[FigureView, ...]
    no_materials: str
    materials: tuple[MaterialView, ...]
    paged: Paged
    place: PlaceView
    list_offered: bool
    print_list: bool
    count: int
    count_words: str
    """How many numbers in one go; empty where the hall gives one only."""
    more: str
    """The words of the key that adds a service to the same ticket, empty where there is none."""
    button: str
    works: bool
    message: str
    message_sub: str


@dataclass(frozen=True, slots=True)
class DoneView:
    """A ticket that exists. ``note`` is why there is no paper, ``band`` where the paper is."""

    label: str
    service: str
    figures: tuple[FigureView, ...]
    place: PlaceView
    qr: str
    qr_title: str
    qr_sub: str
    band: str
    note: str
    note_calm: bool
    watch: str
    called: str
    labels: tuple[str, ...] = ()
    """All numbers of one go: those without paper on the page that says so. ``label`` is first."""
    steps: tuple[StepView, ...] = ()
    """Of a ticket with several services."""
    wait: str = ""
    """The wait on a line of its own, as elders read it, and for the ear."""
    wait_said: str = ""


def confirm_view(
    words: Words, sight: HallSight, visit: Visit, *, paper: bool, rows: int = MATERIALS
) -> ConfirmView:
    """Return the confirm page of a visit's service. NotFound when the hall has it no more."""
    plan, language = sight.plan, words.language
    service = plan.service(visit.service)
    offer = offer_of(sight, service.queue)
    shown, paged = page_of(words, service.materials, visit.material_page, rows)
    figures = [ahead_figure(words, offer.line.waiting if offer.known else None, 0.8)]
    wait = offer_figure(words, offer, 1.25)
    if wait is not None:
        figures.append(wait)
    figures.append(zone_figure(words, plan, offer.queue, words("kiosk.confirm.place")))
    button = words("kiosk.confirm.get")
    if visit.count > 1:
        button = words("kiosk.several.get_n", n=visit.count)
    if offer.limit is not None:
        button = _why_not(words, offer.local, offer.limit)
    elif visit.issuing:
        button = words("kiosk.confirm.getting")
    message, message_sub = _message(words, visit)
    first = paged.page * rows + 1
    return ConfirmView(
        title=service.name.text(language),
        figures=tuple(figures),
        no_materials="" if service.materials else words("kiosk.confirm.no_materials"),
        materials=tuple(
            MaterialView(n, material.name.text(language), material.form.text(language))
            for n, material in enumerate(shown, start=first)
        ),
        paged=paged,
        place=place_view(words, plan, offer.queue, words("kiosk.confirm.place")),
        list_offered=paper and offer.open and bool(service.materials),
        print_list=visit.print_list,
        count=visit.count,
        count_words=_count_words(words, plan, visit) if offer.open else "",
        more=words("kiosk.several.more") if offer.open and _carries_more(plan, visit) else "",
        button=button,
        works=offer.open,
        message=message,
        message_sub=message_sub,
    )


def _count_words(words: Words, plan: HallPlan, visit: Visit) -> str:
    return words("kiosk.several.count", n=visit.count) if plan.rules.tickets_at_once > 1 else ""


def _carries_more(plan: HallPlan, visit: Visit) -> bool:
    """Several services go on one ticket of one person."""
    general = plan.service(visit.service).general
    return plan.rules.services_at_once > 1 and visit.count == 1 and not general


def done_view(
    words: Words, plan: HallPlan, visit: Visit, trouble: PrintTrouble | None, *, fitted: bool
) -> DoneView | None:
    """Return the page of the ticket just taken, None before there is one."""
    issued = visit.issued
    if issued is None:
        return None
    follow = bool(plan.follow_url)
    kind = "follow" if follow else "watch"
    sub = words("kiosk.done.follow_sub" if follow else "kiosk.done.scan_again")
    shown = [one for one in visit.tickets if one.ticket.id not in visit.printed or visit.paper]
    labels = tuple(one.ticket.label for one in shown)
    several = len(visit.tickets) > 1
    taken = "take_tickets" if visit.paper else "printing_n"
    band = words("kiosk.done.take_ticket" if visit.paper else "kiosk.done.printing")
    return DoneView(
        label=labels[0],
        service=_service_words(words, issued),
        figures=_figures(words, plan, issued, paper=True),
        place=place_view(words, plan, issued.queue, words("kiosk.done.go_to")),
        qr="" if several else f"{plan.follow_url}{issued.ticket.token}",
        qr_title=words("kiosk.several.codes" if several else f"kiosk.done.{kind}"),
        qr_sub=words("kiosk.several.codes_sub") if several else sub,
        band=words(f"kiosk.several.{taken}", n=len(visit.tickets)) if several else band,
        note=_why_no_paper(words, trouble, fitted=fitted),
        note_calm=not fitted,
        watch=words("kiosk.done.watch"),
        called=words("kiosk.done.called_is_you", label=_listed(words, labels)),
        labels=labels,
        steps=issued_steps(words, plan, issued),
        wait=_line(words, issued, wait_line),
        wait_said=_line(words, issued, wait_said),
    )


def _line(words: Words, issued: IssuedTicket, say: Callable[[Words, WaitRange], str]) -> str:
    """Return a ticket's wait as a line; nothing where it is not called before an hour."""
    begins, wait = issued.ticket.callable_from, issued.wait
    early = begins is not None and begins > issued.ticket.issued_at
    return "" if wait is None or early else say(words, wait)


def _listed(words: Words, labels: tuple[str, ...]) -> str:
    return (", " if words.language == Language.EN else "、").join(labels)


def _service_words(words: Words, issued: IssuedTicket) -> str:
    name = issued.service.name.text(words.language)
    left = len(to_come(issued.steps))
    return words("slip.steps.name", service=name, n=left) if left > 1 else name


def no_paper_figures(words: Words, plan: HallPlan, issued: IssuedTicket) -> tuple[FigureView, ...]:
    """Return the figures of the page without paper: the third is where to go."""
    return _figures(words, plan, issued, paper=False)


def _figures(
    words: Words, plan: HallPlan, issued: IssuedTicket, *, paper: bool
) -> tuple[FigureView, ...]:
    found = [ahead_figure(words, issued.people_ahead, 0.7)]
    begins = issued.ticket.callable_from
    if begins is not None and begins > issued.ticket.issued_at:
        caption = words("kiosk.done.called_from")
        found.append(FigureView(caption, clock(local_time(plan, begins)), share=1.25))
    elif issued.wait is not None:
        found.append(wait_figure(words, issued.wait, 1.25, _step_caption(words, issued)))
    if not paper:
        found.append(zone_figure(words, plan, issued.queue, words("kiosk.done.go_to")))
    elif issued.last_called:
        caption = words("kiosk.done.last_called")
        found.append(FigureView(caption, issued.last_called, share=1.1))
    return tuple(found)


def _step_caption(words: Words, issued: IssuedTicket) -> str:
    """Return which service a wait is for, where several are to come: it is no sum of theirs."""
    left = to_come(issued.steps)
    if issued.wait is None or len(left) < 2:
        return ""
    kept = [step for step in issued.steps if step.state is not StepState.DROPPED]
    number = len(kept) - len(left) + 1
    return words("wait.step_most" if issued.wait.wide else "wait.step_about", n=number)


def _why_no_paper(words: Words, trouble: PrintTrouble | None, *, fitted: bool) -> str:
    if not fitted:
        return words("kiosk.done.paperless")
    key = "out_of_paper" if trouble is PrintTrouble.PAPER_OUT else "no_printer"
    return words(f"kiosk.done.{key}")


def _why_not(words: Words, local: datetime, limit: Limit) -> str:
    what, again = short_words(words, local, limit)
    if limit.stop is Stop.CLOSED and again:
        return words("kiosk.confirm.opens", when=again)
    return what


def _message(words: Words, visit: Visit) -> tuple[str, str]:
    if visit.refused:
        return words("kiosk.fault.unexpected"), words("kiosk.fault.unexpected_sub")
    if visit.gave_up:
        return words("kiosk.fault.cannot_take"), words("kiosk.fault.cannot_take_sub")
    return "", ""
