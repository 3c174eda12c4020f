"""``hallclient city status|totals``."""

import argparse
import csv
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from hallclient.commands.running import CommandError
from hallclient.domain.day_tally import DayTally, summed
from hallclient.services.csv_cells import harmless
from hallclient.storage.city_database import check_city
from hallclient.storage.city_status import LinkState, link_states, stations
from hallclient.storage.city_sums import Counted, count_on, days_between, newest_day
from hallclient.storage.engine import READ, open_engine

_TITLES = ("tickets", "served", "no_shows", "abandoned", "open", "cases", "rated", "p50", "p90")


@dataclass(frozen=True, slots=True)
class _Row:
    hall_id: str
    name: str
    days: int
    tally: DayTally

    def figures(self) -> dict[str, Any]:
        """Return the columns by their titles; waits in whole minutes, None where nobody waited."""
        one = self.tally
        still = one.issued - one.served - one.no_shows - one.abandoned
        counts = (one.issued, one.served, one.no_shows, one.abandoned, still, one.cases, one.rated)
        return dict(zip(_TITLES, (*counts, one.wait(50), one.wait(90)), strict=True))


def status(args: argparse.Namespace) -> int:
    """Show how links and stations stand; 1 where somebody has something to do."""
    engine = open_engine(args.db, role="city", must_exist=True)
    try:
        check_city(engine)
        counted, links, files = count_on(engine), link_states(engine), stations(engine)
    finally:
        engine.dispose()
    bad = any(link.trouble for link in links) or any(one.trouble for one in counted)
    if args.json:
        plain = {
            "links": [asdict(one) for one in links],
            "stations": [asdict(one) for one in files],
            "halls": [asdict(one) for one in counted],
        }
        print(json.dumps(plain, ensure_ascii=False, default=str))
        return int(bad)
    for link in links:
        print(_link(link))
    for one in files:
        print(f"station {one.hall_id}: by file, up to {one.through}, {one.at:%Y-%m-%d %H:%M} UTC")
    for hall in counted:
        print(_counted(hall))
    if not links and not files:
        print("No hall comes here yet: hallclient city subscribe, or hand-in.")
    return int(bad)


def _link(link: LinkState) -> str:
    parts = [f"link {link.name}: {', '.join(link.halls) or 'no hall'}"]
    if link.behind is not None:
        parts.append(f"{link.behind} entries behind")
    if link.lag_bytes is not None:
        parts.append(f"lag {_size(link.lag_bytes)}")
    if link.kept_bytes is not None:
        bound = f", {_size(link.left_bytes)} left" if (link.left_bytes or -1) >= 0 else ""
        parts.append(f"the hall keeps {_size(link.kept_bytes)}{bound}")
    parts.append(f"TROUBLE: {link.trouble}" if link.trouble else "running")
    return "; ".join(parts)


def _size(size: int | None) -> str:
    number = float(size or 0)
    for unit in ("B", "kB", "MB"):
        if number < 1024:
            return f"{number:.0f} {unit}"
        number /= 1024
    return f"{number:.1f} GB"


def _counted(hall: Counted) -> str:
    at = f", last {hall.at:%Y-%m-%d %H:%M} UTC" if hall.at else ""
    end = f"; TROUBLE: {hall.trouble}" if hall.trouble else ""
    return f"hall {hall.hall_id} {hall.name}: counted to {hall.through} of {hall.known}{at}{end}"


def totals(args: argparse.Namespace) -> int:
    """Show the sums of some days, hall by hall and of the city."""
    engine = open_engine(args.db, role="city", must_exist=True)
    try:
        check_city(engine)
        halls = count_on(engine)
        with engine.execution_options(**READ).begin() as connection:
            first, last = _days(args, newest_day(connection))
            found = days_between(connection, first, last)
    finally:
        engine.dispose()
    rows = []
    for hall in halls:
        own = [tally for (hall_id, _), tally in found.items() if hall_id == hall.hall_id]
        rows.append(_Row(hall.hall_id, hall.name, len(own), summed(own)))
    whole = _Row("", "", 0, summed(row.tally for row in rows))
    _print(args, rows, whole, (first, last))
    for hall in halls:
        if hall.trouble:
            print(f"hall {hall.hall_id}: {hall.trouble}", file=sys.stderr)
    return int(any(hall.trouble for hall in halls))


def _days(args: argparse.Namespace, newest: date | None) -> tuple[date, date]:
    if args.day is not None and (args.first or args.last):
        raise CommandError("Either --day, or --from and --to.")
    first = args.day or args.first or args.last or newest
    last = args.day or args.last or newest or first
    if first is None or last is None:
        raise CommandError("No day was counted yet.")
    if last < first:
        raise CommandError("--to is before --from.")
    return first, last


def _print(
    args: argparse.Namespace, rows: Sequence[_Row], whole: _Row, days: tuple[date, date]
) -> None:
    if args.json:
        halls = [{"hall": r.hall_id, "name": r.name, "days": r.days} | r.figures() for r in rows]
        span = {"from": days[0].isoformat(), "to": days[1].isoformat()}
        print(json.dumps({**span, "halls": halls, "city": whole.figures()}, ensure_ascii=False))
        return
    if args.csv:
        out = csv.writer(sys.stdout, lineterminator="\n")
        out.writerow(("hall", "name", "from", "to", *_TITLES))
        for row in (*rows, whole):
            names = (harmless(row.hall_id or "*"), harmless(row.name))
            out.writerow((*names, *days, *row.figures().values()))
        return
    print(f"{days[0]} to {days[1]}; waits of walk-ins to the first call, minutes")
    print(f"{'hall':<16}" + "".join(f"{title:>10}" for title in _TITLES) + "  name")
    for row in (*rows, whole):
        values = ("–" if value is None else value for value in row.figures().values())
        print(f"{row.hall_id or 'city':<16}" + "".join(f"{v:>10}" for v in values), row.name)
