"""A ticket's words for the paper, in the citizen's language."""

from datetime import timedelta

from hallclient.domain.hall import HallPlan
from hallclient.domain.itinerary import Step, StepState, to_come
from hallclient.domain.parts import Material
from hallclient.domain.rules import PriorityClass
from hallclient.domain.ticket import short_code
from hallclient.phrases import SOURCE, Phrases, Speech, languages
from hallclient.services.hours import local_time
from hallclient.services.issuing import IssuedTicket
from hallclient.services.places import windows_words, zone_words
from hallclient.services.slip import TicketSlip
from hallclient.services.wait_words import wait_text
from hallclient.services.waits import range_of


def ticket_slip(
    issued: IssuedTicket,
    plan: HallPlan,
    say: Speech,
    *,
    materials: bool = False,
    again: bool = False,
) -> TicketSlip:
    """Return what is printed for a ticket; ``materials`` adds the list that the citizen wants.

    ``again`` marks a copy: a first one may be in somebody's hands. "Scan to follow" is promised
    only where the hall has a follow URL (visual.md §1.8).
    """
    language = say.language
    ticket, service, queue = issued.ticket, issued.service, issued.queue
    follow = bool(plan.follow_url)
    local = local_time(plan, ticket.issued_at)
    wanted = service.materials if materials else ()
    kind = "follow" if follow else "watch"
    wait_caption, wait_text = _wait(issued, plan, say, again=again)
    return TicketSlip(
        hall_name=plan.name.text(language),
        label=ticket.label,
        service_name=_name(issued, say),
        zone=zone_words(plan.zone(queue.zone), language).whole,
        windows=windows_words(say, plan, queue),
        people_ahead=issued.people_ahead or 0,
        ahead_caption=say("slip.ticket.ahead"),
        ahead_text=say("common.none")
        if issued.people_ahead is None
        else say("common.people_n", n=issued.people_ahead),
        token=ticket.token,
        qr_title=say(f"slip.ticket.{kind}"),
        qr_lines=tuple(say(f"slip.ticket.{kind}_lines").split("\n")),
        missed_title=say("slip.ticket.missed"),
        missed_text=say(
            "slip.ticket.missed_text",
            calls=plan.rules.no_show_after,
            minutes=plan.rules.no_show_valid_minutes,
            place=plan.rules.requeue_behind,
        ),
        issued_at_text=say(
            "slip.ticket.issued",
            date=f"{local:%Y-%m-%d}",
            day=say(f"kiosk.hours.d{local.isoweekday()}"),
            time=f"{local:%H:%M}",
        ),
        code=short_code(ticket),
        valid_text=say("slip.ticket.valid"),
        wait_caption=wait_caption,
        wait_text=wait_text,
        follow_url=plan.follow_url if follow else None,
        phone_text=say("slip.ticket.phone", phone=plan.phone) if plan.phone else None,
        materials=tuple(material_words(material, language) for material in wanted),
        materials_title=say("slip.ticket.materials"),
        steps=step_lines(issued, plan, say),
        steps_title=say("slip.steps.title") if issued.steps else "",
        reprint_mark=say("slip.ticket.again") if again else None,
        class_mark=None if ticket.priority is PriorityClass.NORMAL else say("slip.ticket.first"),
    )


def _name(issued: IssuedTicket, say: Speech) -> str:
    name = issued.service.name.text(say.language)
    left = len(to_come(issued.steps))
    return say("slip.steps.name", service=name, n=left) if left > 1 else name


def step_lines(issued: IssuedTicket, plan: HallPlan, say: Speech) -> tuple[str, ...]:
    """Return the services of a visit in order, each with its place; without those dropped."""
    kept = [step for step in issued.steps if step.state is not StepState.DROPPED]
    return tuple(_step_line(step, n, plan, say) for n, step in enumerate(kept, start=1))


def _step_line(step: Step, n: int, plan: HallPlan, say: Speech) -> str:
    service = plan.service_by_id(step.service_id)
    name = service.name.text(say.language)
    queue = plan.queue_of.get(service.queue)
    if step.state is StepState.DONE or queue is None:
        return say("slip.steps.done", n=n, service=name)
    zone = zone_words(plan.zone(queue.zone), say.language).whole
    place = f"{zone} {windows_words(say, plan, queue)}".strip()
    return say("slip.steps.line", n=n, service=name, place=place)


def _wait(
    issued: IssuedTicket, plan: HallPlan, say: Speech, *, again: bool
) -> tuple[str | None, str | None]:
    """Return how long to wait, and as of when; for an appointment that is early, its slot.

    Paper says what was told with the number, a copy too: it does not know when it is read.
    """
    begins = issued.ticket.callable_from
    told = issued.ticket.told
    wait = range_of(told.wait if told else None) or (None if again else issued.wait)
    if begins is not None and begins > issued.ticket.issued_at:
        slot = local_time(plan, begins + timedelta(minutes=plan.rules.booking_early_minutes))
        begun = local_time(plan, begins)
        return (
            say("slip.ticket.slot", time=f"{slot:%H:%M}"),
            say("slip.ticket.called_from", time=f"{begun:%H:%M}"),
        )
    if wait is None:
        return None, None
    at = local_time(plan, issued.ticket.issued_at)
    key = "most" if wait.wide else "estimate"
    return say(f"slip.ticket.{key}", time=f"{at:%H:%M}"), wait_text(say, wait)


def material_words(material: Material, language: str) -> str:
    """Return a material with its form: 身份证 原件 1 份."""
    form = material.form.text(language)
    name = material.name.text(language)
    return f"{name} {form}" if form else name


def speech_of(language: str) -> Speech:
    """Return the words of a ticket's language, the source's for one that is not here any more."""
    known = {one.code for one in languages()}
    return Phrases(language if language in known else SOURCE)
