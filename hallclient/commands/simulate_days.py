"""The days that ``hallclient simulate`` plays: drawn from a hall's traffic, or recorded."""

import argparse
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import date

from hallclient.bootstrap.halls import open_hall
from hallclient.commands.running import CommandError
from hallclient.config import load_settings
from hallclient.domain.text import LocalText
from hallclient.lab.replay.day import draw_day
from hallclient.lab.replay.run import FIRST_DAY
from hallclient.lab.simulate.drawn import drawn_record
from hallclient.phrases import Phrases
from hallclient.services.hallfile import load_hall
from hallclient.services.hallfile.traffic import load_traffic
from hallclient.services.whatif.record import DayRecord
from hallclient.services.whatif.recorded import recorded_day

TYPICAL_RUNS = 5
DEFAULT_HALL = "xindu"


@dataclass(frozen=True)
class Days:
    """Days to play, and how they are called: a message of the catalogue with its values."""

    hall: LocalText
    key: str
    values: Mapping[str, object]
    records: tuple[DayRecord, ...]

    def title(self, language: str) -> str:
        """Return what is played."""
        return Phrases(language)(self.key, hall=self.hall.text(language), **self.values)


def days_of(args: argparse.Namespace) -> Days:
    """Return the days that the arguments ask for."""
    if args.day in ("drawn", "typical"):
        return _drawn(args)
    try:
        day = date.fromisoformat(args.day)
    except ValueError:
        raise CommandError("--day is drawn, typical or a date like 2026-03-10.") from None
    return _recorded(args, day)


def _drawn(args: argparse.Namespace) -> Days:
    name = args.hall or DEFAULT_HALL
    plan, traffic = load_hall(name).plan, load_traffic(name)
    normal = round(sum(load.tickets_normal_day for load in traffic.services))
    cases, windows = args.cases or normal, args.windows or len(plan.windows)
    runs = args.runs or (TYPICAL_RUNS if args.day == "typical" else 1)
    try:
        records = tuple(
            drawn_record(
                plan, draw_day(plan, traffic, cases=cases, windows=windows, seed=seed), FIRST_DAY
            )
            for seed in range(args.seed, args.seed + runs)
        )
    except ValueError as error:
        raise CommandError(f"This day cannot be drawn: {error}.") from error
    facts = {"cases": f"{cases:,}", "windows": windows, "seed": args.seed}
    many = {"days": runs, "last": args.seed + runs - 1} if runs > 1 else {}
    key = "drawn_days" if many else "drawn_day"
    return Days(plan.name, f"simulate.{key}", {**facts, **many}, records)


def _recorded(args: argparse.Namespace, day: date) -> Days:
    if args.runs > 1:
        raise CommandError("A recorded day is played as it was: --runs is for drawn ones.")
    settings = load_settings(args.settings)
    wanted = args.hall or settings.hall
    database = args.db or settings.database
    opened = open_hall(database, wanted, "simulate", credentials=settings.credentials)
    with closing(opened) as hall, hall.store.look() as reader:
        record, name = recorded_day(reader, day).record, reader.plan.name
    facts = {"day": day, "cases": f"{len(record.visits):,}", "windows": len(record.windows)}
    return Days(name, "simulate.recorded", facts, (record,))
