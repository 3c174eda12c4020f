"""The slip of an appointment: when, where, its code. Nothing personal stands on it."""

from datetime import timedelta

from hallclient.domain.appointment import spaced
from hallclient.domain.hall import HallPlan
from hallclient.phrases import Speech
from hallclient.services.appointments.booking import Booked
from hallclient.services.hours import local_time
from hallclient.services.places import windows_words, zone_words
from hallclient.services.slip import (
    Align,
    Block,
    CheckList,
    PaperSlip,
    QrCode,
    Rule,
    Text,
    TextSize,
)
from hallclient.services.ticket_slip import material_words


def booking_slip(booked: Booked, plan: HallPlan, say: Speech) -> PaperSlip:
    """Return the slip of an appointment; its QR code is what the check-in reads."""
    one, language = booked.appointment, say.language
    local = local_time(plan, one.starts_at)
    early, late = come_between(booked, plan)
    zone = zone_words(plan.zone(booked.queue.zone), language).whole
    materials = tuple(material_words(m, language) for m in booked.service.materials)
    return PaperSlip(
        say("slip.booking.title"),
        (
            Text(plan.name.text(language), align=Align.CENTRE),
            Rule(),
            Text(booked.service.name.text(language), TextSize.DOUBLE, Align.CENTRE, bold=True),
            Text(day_words(booked, plan, say), TextSize.DOUBLE, Align.CENTRE),
            Text(f"{local:%H:%M}", TextSize.LARGEST, Align.CENTRE, bold=True),
            Text(f"{zone} {windows_words(say, plan, booked.queue)}".strip(), align=Align.CENTRE),
            Rule(),
            Text(say("slip.booking.code"), align=Align.CENTRE),
            Text(spaced(one.code), TextSize.DOUBLE, Align.CENTRE, bold=True),
            QrCode(one.code),
            Text(say("slip.booking.come", early=early, late=late)),
            Text(say("slip.booking.late")),
            Text(say("slip.booking.cancel")),
            *(_bring(materials, say) if materials else ()),
        ),
    )


def _bring(materials: tuple[str, ...], say: Speech) -> tuple[Block, ...]:
    return Rule(), Text(say("slip.booking.bring"), bold=True), CheckList(materials)


def day_words(booked: Booked, plan: HallPlan, say: Speech) -> str:
    """Return the day of an appointment: 11月24日 星期二."""
    local = local_time(plan, booked.appointment.starts_at)
    return say(
        "common.date.long",
        month=say(f"common.month.m{local.month}"),
        day=local.day,
        weekday=say(f"common.weekday.d{local.isoweekday()}"),
    )


def come_between(booked: Booked, plan: HallPlan) -> tuple[str, str]:
    """Return from when and until when to check in, so that the slot counts."""
    local = local_time(plan, booked.appointment.starts_at)
    early = local - timedelta(minutes=plan.rules.booking_early_minutes)
    late = local + timedelta(minutes=plan.rules.booking_late_minutes)
    return f"{early.hour}:{early:%M}", f"{late.hour}:{late:%M}"
