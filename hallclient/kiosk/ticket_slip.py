"""A ticket's words for the paper, in the citizen's language."""

from hallclient.domain.estimate import WaitRange
from hallclient.domain.hall import HallPlan, Material
from hallclient.domain.ticket import short_code
from hallclient.kiosk.places import windows_words, zone_words
from hallclient.services.hours import local_time
from hallclient.services.issuing import IssuedTicket
from hallclient.services.slip import TicketSlip
from hallclient.ui.words import Words


def ticket_slip(
    issued: IssuedTicket, plan: HallPlan, words: Words, *, materials: bool = False
) -> TicketSlip:
    """Return what is printed for a ticket; ``materials`` adds the list that the citizen wants.

    "Scan to follow" is promised only where the hall has a follow URL (visual.md §1.8).
    """
    language = words.language
    ticket, service, queue = issued.ticket, issued.service, issued.queue
    follow = bool(plan.follow_url)
    local = local_time(plan, ticket.issued_at)
    wanted = service.materials if materials else ()
    kind = "follow" if follow else "watch"
    return TicketSlip(
        hall_name=plan.name.text(language),
        label=ticket.label,
        service_name=service.name.text(language),
        zone=zone_words(plan.zone(queue.zone), language).whole,
        windows=windows_words(words, plan, queue),
        people_ahead=issued.people_ahead,
        ahead_caption=words("kiosk.slip.ahead"),
        ahead_text=words("common.people_n", n=issued.people_ahead),
        token=ticket.token,
        qr_title=words(f"kiosk.slip.{kind}"),
        qr_lines=tuple(words(f"kiosk.slip.{kind}_lines").split("\n")),
        missed_title=words("kiosk.slip.missed"),
        missed_text=words(
            "kiosk.slip.missed_text",
            calls=plan.rules.no_show_after,
            minutes=plan.rules.no_show_valid_minutes,
            place=plan.rules.requeue_behind,
        ),
        issued_at_text=words(
            "kiosk.slip.issued",
            date=f"{local:%Y-%m-%d}",
            day=words(f"kiosk.hours.d{local.isoweekday()}"),
            time=f"{local:%H:%M}",
        ),
        code=short_code(ticket),
        valid_text=words("kiosk.slip.valid"),
        wait_caption=words("kiosk.slip.estimate") if issued.wait else None,
        wait_text=_wait(words, issued.wait) if issued.wait else None,
        follow_url=plan.follow_url if follow else None,
        phone_text=words("kiosk.slip.phone", phone=plan.phone) if plan.phone else None,
        materials=tuple(_material(material, language) for material in wanted),
        materials_title=words("kiosk.slip.materials"),
    )


def _wait(words: Words, wait: WaitRange) -> str:
    return words("common.minutes_range", range=words.minutes(wait.low, wait.high))


def _material(material: Material, language: str) -> str:
    form = material.form.text(language)
    name = material.name.text(language)
    return f"{name} {form}" if form else name
