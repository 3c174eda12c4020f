"""What the ledger puts on paper: the principal's receipt, the list of a trip, the ledger's pages.

Only the mask of a name stands on them: a slip waits in the database until it is printed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from hallclient.domain.errand import ErrandState
from hallclient.services.errands import errand_row, find_errand, paper_words
from hallclient.services.hall_slips import MadeSlip
from hallclient.services.hours import local_time
from hallclient.services.jobs import SlipKind
from hallclient.services.slip import (
    Align,
    Block,
    Pair,
    PaperSlip,
    QrCode,
    Rule,
    Space,
    Text,
    TextSize,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from hallclient.domain.errand import Errand
    from hallclient.domain.hall import HallPlan
    from hallclient.phrases import Speech
    from hallclient.services.errands import ErrandRow
    from hallclient.services.store import Store

ROWS_A_PAGE = 12


class ErrandSlips:
    """Makes the slips of errands by their numbers."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def receipt(self, number: str, say: Speech) -> MadeSlip:
        """Return the receipt of an errand as it is now."""
        rows, at = self._rows((number,))
        return errand_receipt(self._store.plan(), rows[0], say, at)

    def trip(self, numbers: Sequence[str], say: Speech) -> MadeSlip:
        """Return the list of errands that are carried together."""
        rows, at = self._rows(numbers)
        return trip_list(self._store.plan(), rows, say, at)

    def pages(self, rows: Sequence[ErrandRow], say: Speech) -> tuple[MadeSlip, ...]:
        """Return pages of the ledger with these lines."""
        with self._store.look() as reader:
            return ledger_pages(reader.plan, rows, say, reader.now)

    def _rows(self, numbers: Sequence[str]) -> tuple[list[ErrandRow], datetime]:
        with self._store.look() as reader:
            day = local_time(reader.plan, reader.now).date()
            found = (find_errand(reader, number) for number in numbers)
            return [errand_row(reader.plan, one, day) for one in found], reader.now


def errand_receipt(plan: HallPlan, row: ErrandRow, say: Speech, printed_at: datetime) -> MadeSlip:
    """Return what the principal takes home: when handing in, and again when signing for it."""
    errand = row.errand
    over = errand.state in (ErrandState.SIGNED, ErrandState.CANCELLED)
    blocks: list[Block] = [
        Text(plan.name.text(say.language), align=Align.CENTRE),
        Text(errand.number, TextSize.DOUBLE, Align.CENTRE, bold=True),
        Rule(),
        Pair(say("slip.about.service"), row.service.name.text(say.language)),
        *_pair(say("slip.errand.principal"), errand.mask),
        Pair(say("slip.errand.agent"), row.staff.name),
        Pair(say("slip.errand.received"), _moment(plan, errand.received_at)),
        *([] if over else _due(errand.due_on, say)),
        *_trip(plan, errand, say),
        Rule(),
        *_paper_lines(row, say, returned=over),
        Rule(),
        Text(say("slip.errand.not_a_notice"), bold=True),
        Text(say("slip.errand.back" if over else "slip.errand.keep")),
        Space(),
        Text(say("slip.errand.agent_signs")),
        Space(),
        Text(say("slip.errand.principal_signs")),
        Space(),
        QrCode(errand.number),
        *_foot(plan, say, printed_at),
    ]
    slip = PaperSlip(say(f"slip.errand.title_{errand.state}"), tuple(blocks))
    return MadeSlip(slip, SlipKind.ERRAND, f"errand:{errand.id}")


def trip_list(
    plan: HallPlan, rows: Sequence[ErrandRow], say: Speech, printed_at: datetime
) -> MadeSlip:
    """Return the list that goes with the papers of one trip; the office signs it."""
    first = rows[0].errand
    blocks: list[Block] = [
        Text(plan.name.text(say.language), align=Align.CENTRE),
        Rule(),
        Pair(say("slip.trip.office"), first.carried_to),
        Pair(say("slip.trip.carried"), _moment(plan, first.carried_at or printed_at)),
        Pair(say("slip.trip.count"), say("slip.trip.errands", n=len(rows))),
    ]
    for row in rows:
        papers = paper_words(row.service, row.errand.papers, say.language)
        blocks += [
            Rule(),
            Pair(row.errand.number, row.errand.mask),
            Text(row.service.name.text(say.language), bold=True),
            *_due(row.errand.due_on, say),
            *(Text(f"□ {paper}") for paper in papers),
        ]
    blocks += [
        Rule(),
        Text(say("slip.trip.not_a_notice"), bold=True),
        Space(),
        Text(say("slip.trip.agent_signs")),
        Space(),
        Text(say("slip.trip.office_signs")),
        Space(),
        *_foot(plan, say, printed_at),
    ]
    slip = PaperSlip(say("slip.trip.title"), tuple(blocks))
    return MadeSlip(slip, SlipKind.TRIP, f"errand:{first.id}")


def ledger_pages(
    plan: HallPlan, rows: Sequence[ErrandRow], say: Speech, printed_at: datetime
) -> tuple[MadeSlip, ...]:
    """Return the ledger's pages, a slip each, for the file and the signature."""
    starts = range(0, len(rows), ROWS_A_PAGE)
    parts = [rows[start : start + ROWS_A_PAGE] for start in starts]
    return tuple(
        _page(plan, part, say, printed_at, f"{number}/{len(parts)}")
        for number, part in enumerate(parts, start=1)
    )


def _page(
    plan: HallPlan, rows: Sequence[ErrandRow], say: Speech, printed_at: datetime, place: str
) -> MadeSlip:
    blocks: list[Block] = [
        Text(plan.name.text(say.language), align=Align.CENTRE),
        Pair(say("slip.ledger.page"), place),
    ]
    for row in rows:
        errand = row.errand
        state = say(f"ledger.state.{errand.state}")
        blocks += [
            Rule(),
            Pair(f"{errand.number}  {errand.mask}", state),
            Text(row.service.name.text(say.language)),
            Pair(say("slip.errand.received"), _moment(plan, errand.received_at)),
            *_trip(plan, errand, say),
            *_due(errand.due_on, say),
        ]
    blocks += [Rule(), Space(), Text(say("slip.ledger.signs")), *_foot(plan, say, printed_at)]
    return MadeSlip(PaperSlip(say("slip.ledger.title"), tuple(blocks)), SlipKind.LEDGER, "ledger")


def _paper_lines(row: ErrandRow, say: Speech, *, returned: bool) -> list[Block]:
    papers = paper_words(row.service, row.errand.papers, say.language)
    if not papers:
        return [Text(say("slip.errand.no_papers"))]
    key = "slip.errand.papers_back" if returned else "slip.errand.papers"
    title = say(key, n=len(papers))
    return [Text(title, bold=True), *(Text(f"{n}. {p}") for n, p in enumerate(papers, start=1))]


def _trip(plan: HallPlan, errand: Errand, say: Speech) -> list[Block]:
    found: list[Block] = []
    if errand.carried_at is not None:
        found.append(Pair(say("slip.errand.carried"), _moment(plan, errand.carried_at)))
        found.append(Pair(say("slip.trip.office"), errand.carried_to))
    if errand.returned_at is not None:
        found.append(Pair(say("slip.errand.returned"), _moment(plan, errand.returned_at)))
    found += _pair(say("slip.errand.result"), errand.result)
    if errand.signed_at is not None:
        found.append(Pair(say(f"slip.errand.{errand.state}"), _moment(plan, errand.signed_at)))
    return found


def _pair(caption: str, value: str) -> list[Block]:
    return [Pair(caption, value)] if value else []


def _due(day: date | None, say: Speech) -> list[Block]:
    if day is None:
        return []
    told = f"{day:%Y-%m-%d} {say(f'kiosk.hours.d{day.isoweekday()}')}"
    return [Pair(say("slip.errand.due"), told)]


def _foot(plan: HallPlan, say: Speech, printed_at: datetime) -> list[Block]:
    phone: list[Block] = [Text(say("slip.ticket.phone", phone=plan.phone))] if plan.phone else []
    return [*phone, Text(say("slip.about.printed", time=_moment(plan, printed_at)))]


def _moment(plan: HallPlan, at: datetime) -> str:
    return f"{local_time(plan, at):%Y-%m-%d %H:%M}"
