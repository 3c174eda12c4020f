"""The ushers' page: sign in, a number in hand, numbers for others, calls for help."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from hallclient.domain.hall import HallPlan
from hallclient.domain.rules import PriorityClass
from hallclient.domain.ticket import TicketStatus
from hallclient.services.helping import Help
from hallclient.services.ushering import FoundTicket, Usher
from hallclient.ui.words import Words

TABLE = "kiosk.usher"
LONGEST = 12
"""Signs of a label or a staff number."""
MOST_CALLS = 4
MOST_LETTERS = 16
_DOT = "•"


class Tab(StrEnum):
    """What the page is used for."""

    NUMBER = "number"
    TAKE = "take"
    CALLS = "calls"


class Action(StrEnum):
    """What can be done below the classes."""

    REPRINT = "reprint"
    REQUEUE = "requeue"
    ANOTHER = "another"
    CHOOSE = "choose"
    BOOK = "book"


@dataclass(slots=True)
class UsherState:
    """What has been typed, found and chosen; the PIN is in no printed form."""

    tab: Tab = Tab.NUMBER
    usher: Usher | None = None
    at_pin: bool = False
    code: str = ""
    pin: str = field(default="", repr=False)
    typed: str = ""
    found: FoundTicket | None = None
    priority: PriorityClass = PriorityClass.NORMAL
    calls: tuple[Help, ...] = ()
    said: str = ""
    """Key of the last answer's words."""
    facts: dict[str, str | int] = field(default_factory=dict)
    good: bool = False
    busy: bool = False
    books: bool = False
    """Whether appointments can be made here."""


@dataclass(frozen=True, slots=True)
class ChoiceView:
    """Something to press. ``chosen`` is marked, ``works`` False is dashed."""

    key: str
    title: str
    icon: str = ""
    chosen: bool = False
    solid: bool = False


@dataclass(frozen=True, slots=True)
class FieldView:
    """A field of the sign-in."""

    caption: str
    text: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class CallView:
    """A call for help and what to do about it."""

    id: int
    title: str
    sub: str
    mine: bool


@dataclass(frozen=True, slots=True)
class UsherView:
    """The page. ``letters`` and ``classes`` are empty where they do not apply."""

    title: str
    info: str
    said: str
    good: bool
    plate: str = ""
    fields: tuple[FieldView, ...] = ()
    tabs: tuple[ChoiceView, ...] = ()
    letters: str = ""
    digits: bool = False
    enter: str = ""
    classes: tuple[ChoiceView, ...] = ()
    actions: tuple[ChoiceView, ...] = ()
    calls: tuple[CallView, ...] = ()
    leave: str = ""


def usher_view(words: Words, plan: HallPlan, state: UsherState) -> UsherView:
    """Return the page for what was typed, found and chosen."""
    said = words(f"{TABLE}.{state.said}", **state.facts) if state.said else ""
    if state.usher is None:
        return _sign_in(words, state, said)
    tabs = tuple(
        ChoiceView(tab, _tab_words(words, tab, state.calls), chosen=tab is state.tab) for tab in Tab
    )
    view = UsherView(
        title=words(f"{TABLE}.title", name=state.usher.name),
        info=words(f"{TABLE}.{state.tab}_info"),
        said=said,
        good=state.good,
        tabs=tabs,
        leave=words(f"{TABLE}.leave"),
    )
    parts = {Tab.NUMBER: _number, Tab.TAKE: _take, Tab.CALLS: _calls}
    return parts[state.tab](words, plan, state, view)


def _sign_in(words: Words, state: UsherState, said: str) -> UsherView:
    return UsherView(
        title=words(f"{TABLE}.sign_in"),
        info=words(f"{TABLE}.sign_in_info"),
        said=said,
        good=False,
        fields=(
            FieldView(words(f"{TABLE}.code"), state.code, chosen=not state.at_pin),
            FieldView(words(f"{TABLE}.pin"), _DOT * len(state.pin), chosen=state.at_pin),
        ),
        digits=True,
        enter=words(f"{TABLE}.{'enter' if state.at_pin else 'next'}"),
        leave=words("kiosk.refused.back"),
    )


def _tab_words(words: Words, tab: Tab, calls: Sequence[Help]) -> str:
    if tab is Tab.CALLS and calls:
        return words(f"{TABLE}.calls_n", n=len(calls))
    return words(f"{TABLE}.{tab}")


def _number(words: Words, plan: HallPlan, state: UsherState, view: UsherView) -> UsherView:
    found = state.found
    if found is None:
        letters = sorted({sign for one in plan.series for sign in one.prefix})
        return replace(
            view,
            plate=state.typed,
            letters="".join(letters[:MOST_LETTERS]),
            digits=True,
            enter=words(f"{TABLE}.find"),
        )
    waits = found.ticket.status is TicketStatus.WAITING
    actions = [ChoiceView(Action.REPRINT, words(f"{TABLE}.reprint"), "printer")] if waits else []
    if found.returns:
        requeue = words(f"{TABLE}.requeue")
        actions.append(ChoiceView(Action.REQUEUE, requeue, "requeue", solid=True))
    actions.append(ChoiceView(Action.ANOTHER, words(f"{TABLE}.another"), "keypad"))
    return replace(
        view,
        plate=found.ticket.label,
        info=_standing(words, found),
        classes=_classes(words, found.ticket.priority) if waits else (),
        actions=tuple(actions),
    )


def _standing(words: Words, found: FoundTicket) -> str:
    service = found.issued.service.name.text(words.language)
    ahead = found.issued.people_ahead
    where = words(f"{TABLE}.is_{found.ticket.status}", n=ahead)
    return f"{service}\n{where}"


def _take(words: Words, _plan: HallPlan, state: UsherState, view: UsherView) -> UsherView:
    actions = [ChoiceView(Action.CHOOSE, words(f"{TABLE}.choose"), "ticket", solid=True)]
    if state.books:
        actions.append(ChoiceView(Action.BOOK, words(f"{TABLE}.book"), "calendar-check"))
    return replace(view, classes=_classes(words, state.priority), actions=tuple(actions))


def _calls(words: Words, plan: HallPlan, state: UsherState, view: UsherView) -> UsherView:
    usher = state.usher.code if state.usher else ""
    rows = tuple(_call(words, plan, one, usher) for one in state.calls[:MOST_CALLS])
    info = view.info if rows else words(f"{TABLE}.no_calls")
    return replace(view, calls=rows, info=info)


def _call(words: Words, plan: HallPlan, one: Help, usher: str) -> CallView:
    minutes = int((one.now - one.call.asked_at).total_seconds()) // 60
    since = words(f"{TABLE}.since", n=minutes) if minutes else words(f"{TABLE}.just_now")
    mine = bool(one.staff) and one.staff == usher
    if mine:
        todo = words(f"{TABLE}.helped")
    elif one.name:
        todo = words(f"{TABLE}.taken", name=one.name)
    else:
        todo = words(f"{TABLE}.go")
    return CallView(one.call.id, f"{_place(words, plan, one.call.station)} · {since}", todo, mine)


def _place(words: Words, plan: HallPlan, station: str) -> str:
    """Return how people call a station: 12 号窗口; a kiosk has its name."""
    window = plan.window_of.get(station.removeprefix("window "))
    if window is None or window.code == station:
        return station
    return words("common.window_n", window=window.number)


def _classes(words: Words, chosen: PriorityClass) -> tuple[ChoiceView, ...]:
    return tuple(
        ChoiceView(
            one,
            words(f"{TABLE}.normal" if one is PriorityClass.NORMAL else f"window.priority.{one}"),
            chosen=one is chosen,
        )
        for one in PriorityClass
    )
