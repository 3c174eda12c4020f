"""``hallclient simulate --day DATE --check``: a recorded day beside itself, played unchanged."""

import argparse
import json
import time
from contextlib import closing
from datetime import date
from statistics import fmean

from hallclient.bootstrap.halls import open_hall
from hallclient.commands.running import CommandError
from hallclient.config import load_settings
from hallclient.lab.replay.report import percentile
from hallclient.services.whatif.play import play
from hallclient.services.whatif.recorded import RecordedDay, recorded_day
from hallclient.services.whatif.result import DayResult

SHOWN = 12
Marks = dict[str, float]


def recorded_of(args: argparse.Namespace) -> tuple[str, RecordedDay, float]:
    """Return the hall's name, the day that ``--day`` names, and the seconds it took to read."""
    try:
        day = date.fromisoformat(args.day)
    except ValueError:
        raise CommandError("--day is a date like 2026-03-10 here.") from None
    settings = load_settings(args.settings)
    with (
        closing(
            open_hall(
                args.db or settings.database,
                args.hall or settings.hall,
                "simulate",
                credentials=settings.credentials,
            )
        ) as hall,
        hall.store.look() as reader,
    ):
        began = time.perf_counter()
        recorded = recorded_day(reader, day)
        return reader.plan.name.zh_cn, recorded, time.perf_counter() - began


def run_recorded_check(args: argparse.Namespace) -> int:
    """Print the waits as they were and as they are played, queue by queue."""
    name, recorded, took = recorded_of(args)
    began = time.perf_counter()
    played = play(recorded.record)
    rows = check_rows(recorded, played)
    if args.json:
        print(json.dumps({code: row for code, *row in rows}, ensure_ascii=False, indent=1))
        return 0
    record = recorded.record
    print(f"{name}, {recorded.day}: {len(record.visits):,} waits at {len(record.windows)} windows")
    print(f"read in {took:.1f} s, played in {time.perf_counter() - began:.1f} s")
    print(told_of(recorded))
    print(f"{'minutes':<10}{'called':>15}{'mean':>17}{'p50':>17}{'p90':>17}   recorded | played")
    for code, was, is_played in rows if args.all else rows[: SHOWN + 1]:
        columns = [f"{was['called']:.0f} | {is_played['called']:.0f}"]
        columns += [f"{was[key]:.1f} | {is_played[key]:.1f}" for key in ("mean", "p50", "p90")]
        print(f"{code:<10}{columns[0]:>15}" + "".join(f"{one:>17}" for one in columns[1:]))
    print(f"means of {len(rows) - 1} queues are {apart(rows):.2f} min apart, weighed by calls")
    return 0


def told_of(recorded: RecordedDay) -> str:
    """Return what is not in the record and was drawn or guessed."""
    return (
        f"{recorded.unserved} handling times drawn from others of the day, {recorded.sent_on} "
        f"second and later waits, {recorded.strangers} calls to queues that are not the window's"
    )


def check_rows(recorded: RecordedDay, played: DayResult) -> list[tuple[str, Marks, Marks]]:
    """Return queue, recorded and played; the hall first, then the busiest queue."""
    busiest = sorted(recorded.waits, key=lambda code: -len(recorded.waits[code]))
    every = sorted(wait for line in recorded.waits.values() for wait in line)
    rows = [("hall", _marks(every), _marks(played.hall.waits))]
    for code in busiest:
        queue = played.queues.get(code)
        rows.append((code, _marks(recorded.waits[code]), _marks(queue.waits if queue else ())))
    return rows


def apart(rows: list[tuple[str, Marks, Marks]]) -> float:
    """Return how far the queues' means are off on average, weighed by calls, in minutes."""
    calls = sum(was["called"] for _code, was, _played in rows[1:]) or 1.0
    off = (abs(was["mean"] - now["mean"]) * was["called"] for _code, was, now in rows[1:])
    return sum(off) / calls


def _marks(waits: "tuple[float, ...] | list[float]") -> Marks:
    return {
        "called": len(waits),
        "mean": round(fmean(waits), 3) if waits else 0.0,
        "p50": round(percentile(waits, 0.5), 3),
        "p90": round(percentile(waits, 0.9), 3),
    }
