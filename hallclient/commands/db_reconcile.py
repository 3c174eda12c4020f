"""``hallclient db reconcile``: what a failover has lost, found on the old primary's disk."""

import argparse
import json
from typing import TYPE_CHECKING

from hallclient.bootstrap.halls import open_hall
from hallclient.config import load_settings
from hallclient.services.hours import local_time
from hallclient.services.reconciling import Entered, Loss, enter_lost, find_loss

if TYPE_CHECKING:
    from hallclient.domain.hall import HallPlan
    from hallclient.domain.journal import Entry

_SHOWN = ("window", "outcome", "to", "service")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of this command."""
    parser.add_argument(
        "--lost", required=True, metavar="URL", help="the old primary, started only to be read"
    )
    parser.add_argument("--hall", default="", help="where the database has several")
    parser.add_argument(
        "--enter", action="store_true", help="bring lost numbers that still wait into the hall"
    )
    parser.add_argument("--json", action="store_true")


def run(args: argparse.Namespace) -> int:
    """List what was lost, and enter it if asked; 1 while something is to be done by hand."""
    settings = load_settings()
    new = open_hall(
        args.db or settings.database, args.hall, "reconcile", credentials=settings.credentials
    )
    try:
        old = open_hall(args.lost, new.hall_id, "reconcile", credentials=settings.credentials)
        try:
            loss = find_loss(old.store, new.store)
            plan = old.store.plan()
        finally:
            old.close()
        entered = enter_lost(new.store, loss) if args.enter else ()
    finally:
        new.close()
    if args.json:
        print(json.dumps(_plain(loss, entered), ensure_ascii=False))
    else:
        _print(loss, entered, plan, entering=args.enter)
    return int(bool(loss.entries) and not args.enter)


def _print(loss: Loss, entered: tuple[Entered, ...], plan: "HallPlan", *, entering: bool) -> None:
    if not loss.entries:
        print(f"Nothing was lost: both have the same journal up to entry {loss.common}.")
        return
    print(f"Lost: {len(loss.entries)} journal entries behind entry {loss.common}.")
    for kind, count in sorted(loss.kinds.items()):
        print(f"  {count:>5}  {kind}")
    print("What people were told:")
    for entry in loss.told():
        print(f"  {_line(loss, entry, plan)}")
    waiting = [one for one in loss.tickets if not one.ended]
    if not entering and waiting:
        labels = " ".join(one.ticket.label for one in waiting)
        print(f"NUMBERS TO BE HONOURED, --enter brings them into the hall: {labels}")
    for one in entered:
        if one.now == one.was:
            print(f"{one.was} waits again.")
        else:
            print(f"{one.was} ON THE PAPER WAITS AS {one.now}: its number was given out again.")


def _line(loss: Loss, entry: "Entry", plan: "HallPlan") -> str:
    at = local_time(plan, entry.at)
    label = loss.labels.get(entry.subject, "")
    more = [f"{key} {entry.data[key]}" for key in _SHOWN if entry.data.get(key)]
    if entry.window:
        more.insert(0, f"window {entry.window}")
    return f"{at:%H:%M:%S} {entry.kind:<18} {label or entry.subject:<8} {', '.join(more)}"


def _plain(loss: Loss, entered: tuple[Entered, ...]) -> dict[str, object]:
    return {
        "common": loss.common,
        "lost": len(loss.entries),
        "kinds": dict(sorted(loss.kinds.items())),
        "tickets": [
            {
                "request": one.ticket.request_id,
                "label": one.ticket.label,
                "service": one.service,
                "issued_at": one.ticket.issued_at.isoformat(),
                "ended": one.ended,
            }
            for one in loss.tickets
        ],
        "operations": [
            {
                "seq": entry.seq,
                "at": entry.at.isoformat(),
                "kind": entry.kind,
                "subject": entry.subject,
                "label": loss.labels.get(entry.subject, ""),
                "window": entry.window,
            }
            for entry in loss.told()
        ],
        "entered": [{"was": one.was, "now": one.now} for one in entered],
    }
