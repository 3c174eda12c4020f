"""The page of a ticket with several services, and its steps where a ticket is shown."""

from dataclasses import dataclass

from hallclient.domain.hall import HallPlan
from hallclient.domain.itinerary import Leg, Route, Step, StepState, misplaced
from hallclient.domain.parts import Queue
from hallclient.kiosk.figures import HallSight
from hallclient.kiosk.offers import offer_of
from hallclient.kiosk.views.limits import short_words
from hallclient.kiosk.visit import Visit
from hallclient.services.issuing import IssuedTicket
from hallclient.services.places import windows_words, zone_words
from hallclient.services.wait_words import wait_line, wait_said
from hallclient.ui.words import Words


@dataclass(frozen=True, slots=True)
class StepView:
    """One service of a visit. ``code`` is empty for one that is done: nothing can be changed."""

    number: int
    name: str
    place: str
    note: str = ""
    code: str = ""
    warns: bool = False
    """``note`` says why it may not work today."""
    earlier: str = ""
    """The words of the key that brings it forward, empty without one."""
    remove: str = ""
    more: str = ""
    """``note`` with the wait, where there is room for it."""
    said: str = ""
    """In place of both for the ear."""


@dataclass(frozen=True, slots=True)
class SeveralView:
    """The steps in order, and what can be done with them. ``message`` is why it does not work."""

    title: str
    line: str
    steps: tuple[StepView, ...]
    by_wait: str
    """The words of the key that sorts again, empty when it is sorted."""
    more: str
    note: str
    button: str
    works: bool
    message: str
    message_sub: str


def several_view(
    words: Words, sight: HallSight, visit: Visit, route: Route, *, room: bool, most: int
) -> SeveralView:
    """Return the page of the services chosen; ``room``: one more fits, of ``most``."""
    changing = visit.changing
    done = () if changing is None else _done_steps(words, sight.plan, changing)
    kept = _kept(visit, sight.plan)
    first = "only" if len(route.legs) == 1 else "first"
    steps = tuple(
        _step_view(words, sight, leg, number, kept, ends="" if number > len(done) + 1 else first)
        for number, leg in enumerate(route.legs, start=len(done) + 1)
    )
    message, message_sub = _message(words, sight, visit, route)
    title = words("kiosk.several.title", n=len(steps))
    if changing is not None:
        label = changing.ticket.label
        title = words("kiosk.several.title_changed", label=label, n=len(steps))
    return SeveralView(
        title=title,
        line=words(f"kiosk.several.{'own_order' if visit.own_order else 'ordered'}"),
        steps=(*done, *steps),
        by_wait=words("kiosk.several.by_wait") if visit.own_order and len(steps) > 1 else "",
        more=words("kiosk.several.more") if room else "",
        note="" if room else words("kiosk.several.full", n=most),
        button=_button(words, visit),
        works=not _stops(sight, visit, route) and not visit.issuing,
        message=message,
        message_sub=message_sub,
    )


def issued_steps(words: Words, plan: HallPlan, issued: IssuedTicket) -> tuple[StepView, ...]:
    """Return the steps of a ticket that was taken, to read only."""
    kept = [step for step in issued.steps if step.state is not StepState.DROPPED]
    return tuple(_read_only(words, plan, step, n) for n, step in enumerate(kept, start=1))


def _button(words: Words, visit: Visit) -> str:
    if visit.issuing:
        return words("kiosk.confirm.getting")
    return words("kiosk.several.get" if visit.changing is None else "kiosk.several.change")


def _step_view(
    words: Words, sight: HallSight, leg: Leg, number: int, kept: frozenset[str], *, ends: str
) -> StepView:
    """Return a step; ``ends`` says whether it is the ``first``, the ``only`` one or neither."""
    service = sight.plan.service(leg.stop.service)
    name = service.name.text(words.language)
    offer = offer_of(sight, service.queue)
    late = leg.starts is None
    closed = offer.limit is not None and service.code not in kept
    if offer.limit is not None and closed:
        note = " ".join(short_words(words, offer.local, offer.limit)).strip()
    elif late:
        note = words("kiosk.several.late")
    elif not offer.known:
        note = ""
    elif offer.line.waiting:
        note = words("kiosk.several.ahead", n=offer.line.waiting)
    else:
        note = words("kiosk.several.nobody")
    said, more, wait = "", "", offer.line.wait
    if ends and offer.known and wait is not None and not (closed or late):
        # Of what comes later nobody can tell the wait before the first is done.
        said = words("kiosk.several.ahead_wait", ahead=note, wait=wait_said(words, wait))
        more = words("kiosk.several.ahead_wait", ahead=note, wait=wait_line(words, wait))
    return StepView(
        number=number,
        name=name,
        place=place_of(words, sight.plan, offer.queue),
        note=note,
        code=service.code,
        warns=closed or late,
        earlier=words("kiosk.several.earlier", service=name) if not ends else "",
        remove="" if ends == "only" else words("kiosk.several.remove", service=name),
        more=more,
        said=said,
    )


def _done_steps(words: Words, plan: HallPlan, issued: IssuedTicket) -> tuple[StepView, ...]:
    done = [step for step in issued.steps if step.state is StepState.DONE]
    return tuple(_read_only(words, plan, step, n) for n, step in enumerate(done, start=1))


def _read_only(words: Words, plan: HallPlan, step: Step, number: int) -> StepView:
    service = plan.service_by_id(step.service_id)
    queue = plan.queue_of.get(service.queue)
    done = step.state is StepState.DONE
    return StepView(
        number=number,
        name=service.name.text(words.language),
        place=place_of(words, plan, queue) if queue is not None and not done else "",
        note=words("kiosk.several.done") if done else "",
    )


def place_of(words: Words, plan: HallPlan, queue: Queue) -> str:
    """Return where a queue is served, on one line."""
    zone = zone_words(plan.zone(queue.zone), words.language).whole
    return f"{zone} {windows_words(words, plan, queue)}".strip()


def done_services(plan: HallPlan, issued: IssuedTicket) -> tuple[str, ...]:
    """Return the codes of the services of a ticket that are over."""
    done = [step for step in issued.steps if step.state is StepState.DONE]
    return tuple(plan.service_by_id(step.service_id).code for step in done)


def _kept(visit: Visit, plan: HallPlan) -> frozenset[str]:
    """Return the services that the ticket has already: their places are taken."""
    changing = visit.changing
    if changing is None:
        return frozenset()
    ids = {step.service_id for step in changing.steps} or {changing.service.id}
    return frozenset(service.code for service in plan.services if service.id in ids)


def _stops(sight: HallSight, visit: Visit, route: Route) -> bool:
    """Tell whether this cannot be taken now: a queue gives no tickets, or the order is wrong."""
    kept = _kept(visit, sight.plan)
    new = [leg.stop for leg in route.legs if leg.stop.service not in kept]
    closed = any(not offer_of(sight, stop.queue).open for stop in new)
    return closed or misplaced([leg.stop for leg in route.legs]) is not None or not route.legs


def _message(words: Words, sight: HallSight, visit: Visit, route: Route) -> tuple[str, str]:
    wrong = misplaced([leg.stop for leg in route.legs])
    if wrong is not None:
        late, early = (sight.plan.service(code).name.text(words.language) for code in wrong)
        return words("kiosk.several.order", service=late, before=early), ""
    if visit.refused:
        return words("kiosk.fault.unexpected"), words("kiosk.fault.unexpected_sub")
    if visit.gave_up:
        return words("kiosk.fault.cannot_take"), words("kiosk.fault.cannot_take_sub")
    return "", ""
