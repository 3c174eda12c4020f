"""A service's guide in words: for the screen, for paper, and as text that a phone reads."""

import re
from dataclasses import dataclass

from hallclient.domain.hall import HallPlan
from hallclient.domain.parts import Service, ServiceKind
from hallclient.phrases import Speech
from hallclient.services.places import windows_words, zone_words
from hallclient.services.slip import MAX_QR_PAYLOAD as PRINTED_QR
from hallclient.services.slip import Align, Block, CheckList, Pair, PaperSlip, QrCode, Rule, Text
from hallclient.services.ticket_slip import material_words

MAX_QR_BYTES = 360
"""UTF-8 bytes: a code of 73 modules at level M, four px each in 316 px."""

_STEP = re.compile("[;；]")


@dataclass(frozen=True, slots=True)
class GuideWords:
    """What is known of a service, each "" or empty where the hall file says nothing."""

    name: str
    kind: str
    """承诺件，5 个工作日办结."""
    fee: str
    hours: str
    place: str
    steps: tuple[str, ...]
    materials: tuple[str, ...]
    department: str
    url: str


def guide_words(say: Speech, plan: HallPlan, service: Service, hours: str) -> GuideWords:
    """Return a service's guide in a language; ``hours`` are the week of its queue in words."""
    language, queue = say.language, plan.queue(service.queue)
    zone = zone_words(plan.zone(queue.zone), language).whole
    department = plan.department_of.get(service.department)
    return GuideWords(
        name=service.name.text(language),
        kind=_kind(say, service),
        fee=service.fee.text(language),
        hours=hours,
        place=f"{zone} {windows_words(say, plan, queue)}".strip(),
        steps=steps_of(service, language),
        materials=tuple(material_words(each, language) for each in service.materials),
        department=department.name.text(language) if department else "",
        url=service.guide_url,
    )


def steps_of(service: Service, language: str) -> tuple[str, ...]:
    """Return the steps of a guide: what stands between the semicolons of the hall file."""
    return steps_in(service.guide.text(language))


def steps_in(guide: str) -> tuple[str, ...]:
    """Divide a guide at its semicolons, of either width."""
    return tuple(step for part in _STEP.split(guide) if (step := part.strip()))


def qr_of(say: Speech, guide: GuideWords) -> str:
    """Return what a phone is given: the address of the guide, or its text as far as it fits.

    Whole lines are left out from the end, never a part of one; the last line then says so.
    """
    if guide.url:
        return guide.url
    lines = [guide.name, *_lines(say, guide)]
    more = say("kiosk.guide.qr_more")
    for count in range(len(lines), 0, -1):
        text = "\n".join(lines[:count] if count == len(lines) else [*lines[:count], more])
        if len(text.encode()) <= MAX_QR_BYTES:
            return text
    return ""


def _lines(say: Speech, guide: GuideWords) -> list[str]:
    facts = ((what, getattr(guide, what)) for what in ("kind", "fee", "hours", "place"))
    found = [f"{say(f'kiosk.guide.{what}')}: {text}" for what, text in facts if text]
    if guide.materials:
        found.append(say("kiosk.confirm.materials"))
        found += [f"{n}. {text}" for n, text in enumerate(guide.materials, start=1)]
    if guide.steps:
        found.append(say("kiosk.guide.steps"))
        found += [f"{n}. {text}" for n, text in enumerate(guide.steps, start=1)]
    return found


def guide_slip(say: Speech, plan: HallPlan, guide: GuideWords, printed_at: str) -> PaperSlip:
    """Return the guide on paper: boxes before the materials are meant for a pen."""
    facts = [
        Pair(say(f"kiosk.guide.{what}"), text)
        for what in ("kind", "fee", "hours", "place")
        if (text := getattr(guide, what))
    ]
    blocks: list[Block] = [Text(plan.name.text(say.language), align=Align.CENTRE), Rule(), *facts]
    if guide.materials:
        blocks += [Rule(), Text(say("kiosk.confirm.materials"), bold=True)]
        blocks.append(CheckList(guide.materials))
    if guide.steps:
        blocks += [Rule(), Text(say("kiosk.guide.steps"), bold=True)]
        blocks += [Text(f"{n}. {text}") for n, text in enumerate(guide.steps, start=1)]
    if guide.url and len(guide.url) <= PRINTED_QR:
        blocks += [Rule(), Text(say("kiosk.guide.scan"), align=Align.CENTRE), QrCode(guide.url)]
    blocks += [Rule(), Text(say("kiosk.guide.printed", time=printed_at))]
    if plan.phone:
        blocks.append(Text(say("slip.ticket.phone", phone=plan.phone)))
    return PaperSlip(guide.name, tuple(blocks))


def _kind(say: Speech, service: Service) -> str:
    if service.kind is ServiceKind.PROMISED and service.promised_hours:
        return say("case.limit.promised_hours", n=service.promised_hours)
    if service.kind is ServiceKind.PROMISED and service.promised_days:
        if service.legal_days > service.promised_days:
            legal = service.legal_days
            return say("kiosk.guide.promised_of", n=service.promised_days, legal=legal)
        return say("kiosk.guide.promised_days", n=service.promised_days)
    return say(f"kiosk.guide.is_{service.kind}")
