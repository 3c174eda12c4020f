"""Elder mode: its first page, what a matter is about, the number."""

from collections.abc import Sequence
from dataclasses import dataclass

from hallclient.domain.hall import HallPlan
from hallclient.domain.parts import Department, Service
from hallclient.kiosk.figures import HallSight
from hallclient.kiosk.offers import departments_of, offer_of
from hallclient.kiosk.views.home import EntryView, Standing, hall_state
from hallclient.kiosk.views.limits import short_words
from hallclient.kiosk.visit import Visit
from hallclient.services.hours import local_time
from hallclient.ui.words import Words

TILES, LOW_TILES = 8, 6
_NOON = 12


@dataclass(frozen=True, slots=True)
class EasyView:
    """Three choices at most: a matter, an appointment, help."""

    hall: str
    clock: str
    day: str
    state: str
    entries: tuple[EntryView, ...]


@dataclass(frozen=True, slots=True)
class EasyTile:
    """What a matter is about; ``department`` "" is another page of them."""

    title: str
    icon: str
    department: str = ""
    note: str = ""
    open: bool = True


@dataclass(frozen=True, slots=True)
class EasyChoiceView:
    """Up to eight tiles; ``helping`` is the last of them when somebody would come."""

    title: str
    hint: str
    said: bool
    """The hint says why there is no number."""
    tiles: tuple[EasyTile, ...]
    helping: str


def easy_view(words: Words, sight: HallSight, standing: Standing) -> EasyView:
    """Return the elders' first page."""
    plan = sight.plan
    local = local_time(plan, sight.now())
    half = "kiosk.easy.afternoon" if local.hour >= _NOON else "kiosk.easy.morning"
    take_sub = words("kiosk.easy.take_sub") if standing.takes else words("common.later")
    entries = [EntryView("", words("kiosk.easy.take"), take_sub, "ticket", standing.takes)]
    for name, sub, icon in (
        ("checking_in", "card" if "card" in standing.entries else "code", "calendar-check"),
        ("helping", "sub", "help-person"),
    ):
        if name in standing.entries:
            works = name not in standing.waiting
            text = words(f"kiosk.easy.{name}_{sub}") if works else words("common.later")
            entries.append(EntryView(name, words(f"kiosk.easy.{name}"), text, icon, works))
    return EasyView(
        hall=plan.name.text(words.language),
        clock=f"{local:%H:%M}",
        day=f"{words(f'common.weekday.d{local.isoweekday()}')}\n{words(half)}",
        state=_until(words, sight),
        entries=tuple(entries),
    )


def _until(words: Words, sight: HallSight) -> str:
    hours = hall_state(sight)
    now = local_time(sight.plan, sight.now()).time()
    ends = [session.closes for session in hours.today if session.opens <= now < session.closes]
    if not ends:
        return words(f"kiosk.home.{hours.state.value}")
    end = max(ends)
    if words.language == "en":
        return words("kiosk.easy.until", time=f"{end:%H:%M}")
    half = words(f"kiosk.easy.{_half(end.hour)}")
    # People say 下午 5 点, and 下午 5:30.
    hour = end.hour - _NOON if end.hour > _NOON else end.hour
    at = words("kiosk.easy.oclock", n=hour) if not end.minute else f"{hour}:{end.minute:02} "
    return words("kiosk.easy.until", time=f"{half} {at}")


def _half(hour: int) -> str:
    """Return the part of the day that people say with an hour: nobody says 下午 12 点."""
    return "noon" if hour == _NOON else "afternoon" if hour > _NOON else "morning"


def easy_departments(plan: HallPlan) -> tuple[Department, ...]:
    """Return the departments: those that the hall gave a plain name first."""
    offering = departments_of(plan)
    return tuple(sorted(offering, key=lambda d: not d.easy.text("zh-CN")))


def general_service(plan: HallPlan, department: Department) -> Service | None:
    """Return the service of an elder's tile: told at the window. None where a hall has none."""
    queue = department.easy_queue
    if not queue:
        own = (s.queue for s in plan.services if s.department == department.code)
        queue = next(own, "")
    return plan.general_of.get(queue)


def easy_pages(plan: HallPlan, room: int) -> list[Sequence[Department]]:
    """Return the departments in pages; where there are several, one tile turns to the next."""
    every = easy_departments(plan)
    if len(every) <= room:
        return [every]
    return [every[at : at + room - 1] for at in range(0, len(every), room - 1)]


def easy_choice_view(
    words: Words, sight: HallSight, visit: Visit, standing: Standing
) -> EasyChoiceView:
    """Return what a matter may be about."""
    plan, helping = sight.plan, "helping" in standing.entries
    pages = easy_pages(plan, (LOW_TILES if standing.low else TILES) - helping)
    tiles = [_tile(words, sight, d) for d in pages[visit.easy_page % len(pages)]]
    if len(pages) > 1:
        tiles.append(EasyTile(words("kiosk.easy.further"), "grid"))
    hint, said = _hint(words, plan, visit)
    return EasyChoiceView(
        title=words("kiosk.easy.ask"),
        hint=hint,
        said=said,
        tiles=tuple(tiles),
        helping=words("kiosk.easy.helping") if helping else "",
    )


def _tile(words: Words, sight: HallSight, department: Department) -> EasyTile:
    plan, language = sight.plan, words.language
    service = general_service(plan, department)
    limit = offer_of(sight, service.queue).limit if service else None
    return EasyTile(
        department.easy.text(language) or department.name.text(language),
        department.icon,
        department.code,
        "" if limit is None else short_words(words, local_time(plan, sight.now()), limit)[0],
        limit is None,
    )


def _hint(words: Words, plan: HallPlan, visit: Visit) -> tuple[str, bool]:
    if visit.issuing:
        return words("kiosk.confirm.getting"), False
    desk = plan.desk.text(words.language)
    ask = words("kiosk.refused.ask", desk=desk) if desk else words("kiosk.easy.ask_people")
    if visit.refused:
        return f"{words('kiosk.fault.unexpected')}\n{ask}", True
    if visit.gave_up:
        return f"{words('kiosk.fault.cannot_take')}\n{ask}", True
    return words("kiosk.easy.hint"), False
