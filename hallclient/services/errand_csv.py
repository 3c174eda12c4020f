"""The ledger as a table for a spreadsheet: UTF-8 with a byte order mark, one line an errand."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from hallclient.services.csv_cells import harmless
from hallclient.services.errands import paper_words
from hallclient.services.hours import local_time

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from hallclient.domain.hall import HallPlan
    from hallclient.phrases import Speech
    from hallclient.services.errands import ErrandRow, Principal

BOM = "\ufeff"
COLUMNS = ("number", "state", "service", "principal", "papers", "received", "due", "carried",
           "office", "returned", "result", "signed", "agent")  # fmt: skip
PERSONAL = ("name", "phone")


def ledger_csv(
    plan: HallPlan,
    rows: Iterable[ErrandRow],
    say: Speech,
    names: Mapping[int, Principal] | None = None,
) -> str:
    """Return the table; ``names`` adds name and telephone of those it has.

    A cell that a spreadsheet would take for a formula gets an apostrophe before it.
    """
    columns = COLUMNS if names is None else (*COLUMNS, *PERSONAL)
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\r\n")
    writer.writerow([say(f"ledger.column.{name}") for name in columns])
    for row in rows:
        whose = names.get(row.errand.id) if names else None
        personal = () if names is None else (whose.name, whose.phone) if whose else ("", "")
        writer.writerow([harmless(cell) for cell in (*_cells(plan, row, say), *personal)])
    return BOM + file.getvalue()


def _cells(plan: HallPlan, row: ErrandRow, say: Speech) -> tuple[str, ...]:
    errand = row.errand
    return (
        errand.number,
        say(f"ledger.state.{errand.state}"),
        row.service.name.text(say.language),
        errand.mask,
        "；".join(paper_words(row.service, errand.papers, say.language)),
        _moment(plan, errand.received_at),
        errand.due_on.isoformat() if errand.due_on else "",
        _moment(plan, errand.carried_at),
        errand.carried_to,
        _moment(plan, errand.returned_at),
        errand.result,
        _moment(plan, errand.signed_at),
        row.staff.name,
    )


def _moment(plan: HallPlan, at: datetime | None) -> str:
    return f"{local_time(plan, at):%Y-%m-%d %H:%M}" if at else ""
