"""What FOUND shows: a ticket, an appointment or a case, where it stands, what can be done."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from hallclient.domain.appointment import AppointmentState, Timing
from hallclient.domain.turn import Outcome
from hallclient.kiosk.hours import clock, full_when
from hallclient.kiosk.views.parts import (
    FigureView,
    Paged,
    PlaceView,
    ahead_figure,
    place_view,
    wait_figure,
)
from hallclient.services.appointments.booking import Booked
from hallclient.services.finding import Found, FoundCase, FoundTicket, Standing
from hallclient.services.hours import local_time

if TYPE_CHECKING:
    from datetime import datetime

    from hallclient.domain.parts import Queue
    from hallclient.kiosk.figures import HallSight
    from hallclient.ui.words import Words

KNOWN_NO = frozenset(
    {
        "code_strange", "code_unknown", "ticket_unknown", "ticket_other_day", "case_unknown",
        "no_case_number", "fill_in", "ask_desk", "later", "gave_up", "no_paper", "requeue_limit",
        "requeue_late", "ticket_offline",
    }
)  # fmt: skip
"""Reasons that ``kiosk.found.no`` has words for; any other is ``unexpected``."""
_BECOMES = {
    Outcome.SUPPLEMENT: "supplement",
    Outcome.REFUSED: "refused",
}


class Deed(StrEnum):
    """What a button of FOUND does."""

    REQUEUE = "requeue"
    BACK = "back"
    CHECK_IN = "check_in"
    REPRINT = "reprint"
    STEPS = "steps"
    CANCEL = "cancel"
    TAKE = "take"
    FINISH = "finish"


class Tone(StrEnum):
    """How the band speaks."""

    CALM = "calm"
    GOOD = "good"
    CALL = "call"
    WARN = "warn"


@dataclass(frozen=True, slots=True)
class Aftermath:
    """What has happened to what was found: which of how many, what was done, why not."""

    at: int = 0
    of: int = 1
    fresh: bool = False
    reprints: bool = False
    changes: bool = False
    told: str = ""
    problem: str = ""
    busy: bool = False


@dataclass(frozen=True, slots=True)
class FoundView:
    """One thing. ``plate`` is a ticket's number; ``heading`` stands in its place for the others.

    ``works`` False: the button waits for an answer. ``more`` are quieter buttons, three at most.
    """

    title: str
    plate: str
    heading: str
    service: str
    band: str
    tone: Tone
    figures: tuple[FigureView, ...]
    place: PlaceView | None
    button: str
    deed: Deed
    works: bool
    more: tuple[tuple[Deed, str], ...]
    paged: Paged


@dataclass(frozen=True, slots=True)
class _Part:
    """What the three kinds of things differ in."""

    kind: str
    band: str
    tone: Tone
    deed: Deed
    service: str
    figures: tuple[FigureView, ...] = ()
    plate: str = ""
    heading: str = ""
    queue: Queue | None = None


def reason_words(words: Words, why: str) -> str:
    """Return the words for a no, "" for none."""
    if not why:
        return ""
    return words(f"kiosk.found.no.{why if why in KNOWN_NO else 'unexpected'}")


def found_view(words: Words, sight: HallSight, found: Found, after: Aftermath) -> FoundView:
    """Return what FOUND shows of one thing."""
    part = _part(words, sight, found)
    band, tone, deed = part.band, part.tone, part.deed
    if after.problem:
        band, tone = reason_words(words, after.problem), Tone.WARN
    elif after.told:
        band, tone = words(f"kiosk.found.told.{after.told}"), Tone.GOOD
    page = words("kiosk.found.page", page=after.at + 1, pages=after.of) if after.of > 1 else ""
    place = None
    if part.queue is not None:
        caption = words(f"kiosk.found.{'ask_at' if part.kind == 'case' else 'go_to'}")
        place = place_view(words, sight.plan, part.queue, caption)
    return FoundView(
        title=words(f"kiosk.found.{part.kind}"),
        plate=part.plate,
        heading=part.heading,
        service=part.service,
        band=band,
        tone=tone,
        figures=part.figures,
        place=place,
        button=words("kiosk.found.working" if after.busy else f"kiosk.found.do.{deed}"),
        deed=deed,
        works=not after.busy,
        more=_more(words, found, after, deed),
        paged=Paged(page, after.at, after.of),
    )


def _part(words: Words, sight: HallSight, found: Found) -> _Part:
    if isinstance(found, FoundTicket):
        return _ticket(words, sight, found)
    if isinstance(found, Booked):
        return _booked(words, sight, found)
    return _case(words, sight, found)


def _ticket(words: Words, sight: HallSight, found: FoundTicket) -> _Part:
    issued, standing, plan = found.issued, found.standing, sight.plan
    ticket = issued.ticket
    facts: dict[str, object] = {"window": found.window, "place": plan.rules.requeue_behind}
    key = standing.value
    if standing is Standing.WAITING and ticket.callable_from and ticket.callable_from > sight.now():
        key, facts["time"] = "early", clock(local_time(plan, ticket.callable_from))
    elif standing is Standing.OTHER_DAY:
        facts["day"] = words.long_date(ticket.day)
    elif standing is Standing.WAITING and found.window:
        key = "bound"
    elif standing is Standing.HELD and not found.returns:
        key = "held_event"
    figures: tuple[FigureView, ...] = ()
    open_ = standing not in {Standing.GONE, Standing.ENDED, Standing.OTHER_DAY}
    if standing is Standing.WAITING:
        figures = (ahead_figure(words, issued.people_ahead, 0.7),)
        if issued.wait is not None and key == standing.value:
            figures += (wait_figure(words, issued.wait, 1.25),)
        if issued.last_called:
            caption = words("kiosk.done.last_called")
            figures += (FigureView(caption, issued.last_called, share=1.1),)
    return _Part(
        kind="ticket",
        band=words(f"kiosk.found.is.{key}", **facts),
        tone=_TONES.get(standing, Tone.CALM),
        deed=Deed.BACK if found.returns else _DEEDS.get(standing, Deed.FINISH),
        service=issued.service.name.text(words.language),
        figures=figures,
        plate=ticket.label,
        queue=issued.queue if open_ else None,
    )


_TONES = {
    Standing.CALLED: Tone.CALL,
    Standing.MISSED: Tone.WARN,
    Standing.GONE: Tone.WARN,
    Standing.OTHER_DAY: Tone.WARN,
}
_DEEDS = {
    Standing.MISSED: Deed.REQUEUE,
    Standing.GONE: Deed.TAKE,
    Standing.ENDED: Deed.TAKE,
    Standing.OTHER_DAY: Deed.TAKE,
}


def _booked(words: Words, sight: HallSight, found: Booked) -> _Part:
    plan, state = sight.plan, found.appointment.state
    slot = local_time(plan, found.appointment.starts_at)
    now = local_time(plan, sight.now())
    key, tone, deed = _timing(found)
    start = _called_from(sight, found)
    return _Part(
        kind="booked",
        band=words(
            f"kiosk.found.booked_is.{key}",
            minutes=found.arrival.minutes,
            label=found.label,
            time=clock(local_time(plan, start)),
        ),
        tone=tone,
        deed=deed,
        service=found.service.name.text(words.language),
        heading=_begun(full_when(words, now, slot)),
        queue=found.queue if state is not AppointmentState.CANCELLED else None,
    )


def _called_from(sight: HallSight, found: Booked) -> datetime:
    return found.arrival.callable_from or sight.now()


def _timing(found: Booked) -> tuple[str, Tone, Deed]:
    state = found.appointment.state
    if state is AppointmentState.CANCELLED:
        return "cancelled", Tone.WARN, Deed.TAKE
    if state is AppointmentState.ARRIVED:
        return "arrived", Tone.CALM, Deed.FINISH
    if not found.today:
        return "other_day", Tone.WARN, Deed.FINISH
    timing = found.arrival.timing
    tone = Tone.WARN if timing is Timing.LATE else Tone.GOOD
    return timing.value, tone, Deed.CHECK_IN


def _begun(text: str) -> str:
    """Return a text as the beginning of a line: Today 9:00."""
    return text[:1].upper() + text[1:]


def _case(words: Words, sight: HallSight, found: FoundCase) -> _Part:
    case = found.case
    captions = [(words("kiosk.found.accepted"), found.accepted)]
    if found.finished is not None:
        captions.append((words("kiosk.found.finished"), found.finished))
    elif case.due_on is not None:
        captions.append((words("kiosk.found.due"), case.due_on))
    key = _BECOMES.get(case.kind, "finished" if found.finished else "running")
    if found.overdue and key == "running":
        key = "overdue"
    tones = {"finished": Tone.GOOD, "overdue": Tone.WARN, "supplement": Tone.WARN}
    return _Part(
        kind="case",
        band=words(f"kiosk.found.case_is.{key}"),
        tone=tones.get(key, Tone.CALM),
        deed=Deed.FINISH,
        service=found.service.name.text(words.language),
        heading=case.number,
        figures=tuple(
            FigureView(caption, "", name=words.long_date(day)) for caption, day in captions
        ),
        queue=sight.plan.queue_of.get(found.service.queue),
    )


def _more(words: Words, found: Found, after: Aftermath, deed: Deed) -> tuple[tuple[Deed, str], ...]:
    deeds: list[Deed] = []
    if isinstance(found, FoundTicket) and found.standing is Standing.WAITING and after.reprints:
        deeds.append(Deed.REPRINT)
    if isinstance(found, FoundTicket) and found.standing is Standing.WAITING and after.changes:
        deeds.append(Deed.STEPS)
    if deed is Deed.CHECK_IN:
        deeds.append(Deed.CANCEL)
    if after.fresh and deed is not Deed.TAKE:
        deeds.append(Deed.TAKE)
    return tuple((one, words(f"kiosk.found.do.{one}")) for one in deeds)
