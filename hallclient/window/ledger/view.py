"""What the page of the ledger shows, in words: plain data, made from the ledger and the choices."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from hallclient.domain.errand import OVER, Due, Errand, ErrandMove, ErrandState, can
from hallclient.domain.text import Language
from hallclient.services.errands import ErrandRow, Ledger, Principal, paper_words
from hallclient.services.hours import local_time

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, datetime

    from hallclient.domain.hall import HallPlan
    from hallclient.phrases import Speech


class Tab(StrEnum):
    """A list of the ledger."""

    RECEIVED = "received"
    CARRIED = "carried"
    RETURNED = "returned"
    LATE = "late"
    OVER = "over"


class Form(StrEnum):
    """What the page asks for now."""

    NONE = "none"
    RECEIVE = "receive"
    CARRY = "carry"
    RETURN = "return"
    SIGN = "sign"
    CANCEL = "cancel"


class Stand(StrEnum):
    """What the page can show at all."""

    STARTING = "starting"
    SIGNED_OUT = "signed_out"
    OPEN = "open"


MARKS = {Due.LATE: "alert", Due.TODAY: "clock", Due.SOON: "clock"}
"""The icon beside the word of an errand that is late or due."""
MAIN = {
    ErrandState.RECEIVED: Form.CARRY,
    ErrandState.CARRIED: Form.RETURN,
    ErrandState.RETURNED: Form.SIGN,
}
_MOVES = {
    Form.CARRY: ErrandMove.CARRY,
    Form.RETURN: ErrandMove.RETURN,
    Form.SIGN: ErrandMove.SIGN,
    Form.CANCEL: ErrandMove.CANCEL,
}


@dataclass(frozen=True, slots=True)
class Choices:
    """What the one at the window has chosen on the page."""

    tab: Tab = Tab.RECEIVED
    search: str = ""
    selected: int | None = None
    ticked: frozenset[int] = frozenset()
    form: Form = Form.NONE
    principal: tuple[int, Principal] | None = field(default=None, repr=False)
    """An errand's id with its principal, shown for a moment."""


@dataclass(frozen=True, slots=True)
class RowView:
    """One line of the list. ``when`` is told with ``mark`` where it is late or due."""

    id: int
    number: str
    service: str
    mask: str
    when: str
    mark: Due = Due.NONE
    ticks: bool = False
    ticked: bool = False


@dataclass(frozen=True, slots=True)
class DetailView:
    """The errand that is looked at. ``shows``: name and telephone can be shown."""

    id: int
    number: str
    service: str
    state: str
    mark: Due
    due: str
    lines: tuple[tuple[str, str], ...]
    papers: str
    main: Form
    moves: tuple[Form, ...]
    shows: bool


@dataclass(frozen=True, slots=True)
class LedgerView:
    """The page. ``notice`` is its calm line, ``warns`` that somebody should look at it."""

    stand: Stand = Stand.STARTING
    staff: str = ""
    waiting: str = ""
    notice: str = ""
    warns: bool = False
    tabs: tuple[tuple[Tab, str, int], ...] = ()
    tab: Tab = Tab.RECEIVED
    search: str = ""
    rows: tuple[RowView, ...] = ()
    empty: str = ""
    selected: int | None = None
    detail: DetailView | None = None
    carrying: tuple[RowView, ...] = ()
    form: Form = Form.NONE
    prints: bool = False


def of_tab(ledger: Ledger, tab: Tab) -> list[ErrandRow]:
    """Return the lines of a list."""
    if tab is Tab.LATE:
        return [row for row in ledger.rows if row.due is Due.LATE]
    if tab is Tab.OVER:
        return [row for row in ledger.rows if row.errand.state in OVER]
    return [row for row in ledger.rows if row.errand.state == tab.value]


def shown_rows(ledger: Ledger, choices: Choices) -> list[ErrandRow]:
    """Return the lines on the page: those found by a search from all lists, else one list's."""
    if ledger.found is not None and choices.search:
        return [row for row in ledger.rows if row.errand.id in ledger.found]
    return of_tab(ledger, choices.tab)


def ledger_view(
    plan: HallPlan, ledger: Ledger, choices: Choices, say: Speech, *, prints: bool
) -> LedgerView:
    """Return the page without its passing lines; see the presenter for those."""
    if ledger.staff is None:
        return LedgerView(Stand.SIGNED_OUT, prints=prints)
    rows = [_row(plan, row, choices, say) for row in shown_rows(ledger, choices)]
    chosen = next((row for row in ledger.rows if row.errand.id == choices.selected), None)
    carried = [row for row in ledger.rows if row.errand.id in choices.ticked]
    notice, warns = _notice(ledger, say)
    empty = "none_found" if choices.search else f"none_{choices.tab}"
    return LedgerView(
        stand=Stand.OPEN,
        staff=f"{ledger.staff.name} {ledger.staff.code}",
        waiting=say("ledger.waiting", n=ledger.waiting),
        notice=notice,
        warns=warns,
        tabs=tuple((tab, say(f"ledger.tab.{tab}"), len(of_tab(ledger, tab))) for tab in Tab),
        tab=choices.tab,
        search=choices.search,
        rows=tuple(rows),
        empty="" if rows else say(f"ledger.{empty}"),
        selected=choices.selected if chosen else None,
        detail=_detail(plan, chosen, choices, say, seals=ledger.seals) if chosen else None,
        carrying=tuple(_row(plan, row, choices, say) for row in carried),
        form=choices.form,
        prints=prints,
    )


def short_day(day: date, say: Speech) -> str:
    """Return 11月27日 周五, or Fri 27 Nov."""
    return say(
        "ledger.day",
        month=_month(day, say),
        day=day.day,
        weekday=say(f"kiosk.hours.d{day.isoweekday()}"),
    )


def due_words(row: ErrandRow, say: Speech) -> str:
    """Return when an errand is due, as people say it."""
    left, due_on = row.days_left, row.errand.due_on
    if due_on is None or left is None:
        return say("ledger.due.none")
    if row.due is Due.LATE:
        return say("ledger.due.late", n=-left)
    if row.due in (Due.TODAY, Due.SOON):
        return say(f"ledger.due.{row.due}")
    return short_day(due_on, say)


def _notice(ledger: Ledger, say: Speech) -> tuple[str, bool]:
    if not ledger.seals:
        return say("ledger.no_key"), True
    late = len(of_tab(ledger, Tab.LATE))
    if late:
        return say("ledger.some_late", n=late), True
    left = [row.errand.due_on for row in ledger.rows if row.due in (Due.TODAY, Due.SOON, Due.FINE)]
    first = min((day for day in left if day is not None), default=None)
    if first is None:
        return say("ledger.nothing_due"), False
    return say("ledger.next_due", day=short_day(first, say)), False


def _row(plan: HallPlan, row: ErrandRow, choices: Choices, say: Speech) -> RowView:
    errand = row.errand
    return RowView(
        id=errand.id,
        number=errand.number,
        service=row.service.name.text(say.language),
        mask=errand.mask,
        when=_when(plan, row, say),
        mark=row.due,
        ticks=can(errand.state, ErrandMove.CARRY) and errand.state is ErrandState.RECEIVED,
        ticked=errand.id in choices.ticked,
    )


def _when(plan: HallPlan, row: ErrandRow, say: Speech) -> str:
    errand = row.errand
    if errand.state in OVER:
        at = errand.signed_at or errand.received_at
        return f"{say(f'ledger.state.{errand.state}')} {_date(plan, at, say)}"
    if errand.state is ErrandState.RETURNED and errand.returned_at is not None:
        return say("ledger.back_since", day=_date(plan, errand.returned_at, say))
    return due_words(row, say)


def _detail(
    plan: HallPlan, row: ErrandRow, choices: Choices, say: Speech, *, seals: bool
) -> DetailView:
    errand = row.errand
    moves = tuple(form for form, move in _MOVES.items() if can(errand.state, move))
    return DetailView(
        id=errand.id,
        number=errand.number,
        service=row.service.name.text(say.language),
        state=say(f"ledger.state.{errand.state}"),
        mark=row.due,
        due=due_words(row, say) if row.due in MARKS else "",
        lines=tuple(_lines(plan, row, _shown(errand, choices), say)),
        papers=_papers(row, say),
        main=MAIN.get(errand.state, Form.NONE),
        moves=moves,
        shows=seals and bool(errand.sealed),
    )


def _shown(errand: Errand, choices: Choices) -> Principal | None:
    if choices.principal is None or choices.principal[0] != errand.id:
        return None
    return choices.principal[1]


def _lines(
    plan: HallPlan, row: ErrandRow, whose: Principal | None, say: Speech
) -> list[tuple[str, str]]:
    errand = row.errand
    lines = [(say("ledger.line.principal"), whose.name if whose else errand.mask)]
    if whose is not None:
        lines.append((say("ledger.line.phone"), whose.phone or say("ledger.line.no_phone")))
    lines.append((say("ledger.line.received"), _moment(plan, errand.received_at, say)))
    if errand.due_on is not None:
        lines.append((say("ledger.line.due"), short_day(errand.due_on, say)))
    if errand.carried_at is not None:
        carried = _moment(plan, errand.carried_at, say)
        lines.append((say("ledger.line.carried"), f"{carried}  {errand.carried_to}"))
    if errand.returned_at is not None:
        lines.append((say("ledger.line.returned"), _moment(plan, errand.returned_at, say)))
    if errand.result:
        lines.append((say("ledger.line.result"), errand.result))
    if errand.signed_at is not None:
        ended = _moment(plan, errand.signed_at, say)
        lines.append((say(f"ledger.state.{errand.state}"), ended))
    return [*lines, (say("ledger.line.agent"), row.staff.name)]


def _papers(row: ErrandRow, say: Speech) -> str:
    papers = paper_words(row.service, row.errand.papers, say.language)
    if not papers:
        return say("ledger.line.no_papers")
    listed = listed_words(papers, say)
    return say("ledger.line.papers", n=len(papers), papers=listed)


def _moment(plan: HallPlan, at: datetime, say: Speech) -> str:
    local = local_time(plan, at)
    return f"{short_date(local.date(), say)} {local:%H:%M}"


def _date(plan: HallPlan, at: datetime, say: Speech) -> str:
    return short_date(local_time(plan, at).date(), say)


def short_date(day: date, say: Speech) -> str:
    """Return 11月27日, or 27 Nov."""
    return say("ledger.date", month=_month(day, say), day=day.day)


def listed_words(parts: Iterable[str], say: Speech) -> str:
    """Return parts as a list in a line: 身份证、户口簿."""
    return (", " if say.language == Language.EN else "、").join(parts)


def _month(day: date, say: Speech) -> str:
    month = say(f"common.month.m{day.month}")
    return month[:3] if say.language == Language.EN else month
