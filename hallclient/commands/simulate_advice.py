"""``hallclient simulate --advise``: what to change so that a goal is reached, and what it costs."""

import argparse
import json
import re
from contextlib import closing

from hallclient.bootstrap.halls import open_hall
from hallclient.commands.hour_shown import hour_shown
from hallclient.commands.running import CommandError
from hallclient.commands.simulate_days import DEFAULT_HALL, days_of
from hallclient.config import load_settings
from hallclient.lab.postgres import NoPostgresError
from hallclient.lab.replay.day import draw_day
from hallclient.lab.replay.run import Options
from hallclient.lab.simulate.proof import Proof, prove
from hallclient.services.hallfile import load_hall
from hallclient.services.hallfile.traffic import load_traffic
from hallclient.services.whatif.advice import (
    LITTLE,
    Advice,
    Advised,
    Goal,
    QueueAdvice,
    Way,
    advise,
)
from hallclient.services.whatif.now import advise_now
from hallclient.services.whatif.record import DayRecord
from hallclient.services.whatif.trying import Budget

PLAYS = 2000
WAYS = 3
"""So many ways to help a queue are printed."""
_GOAL = re.compile(r"(\d{1,3})\s*%\s*<\s*(\d+(?:\.\d+)?)")


def add_advice_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what is asked about advice."""
    parser.add_argument(
        "--advise",
        action="store_true",
        help="what would help the queues that miss --goal; with --day now for the rest of today",
    )
    parser.add_argument(
        "--goal", default="90%<20", metavar="SHARE%<MIN", help="so many within minutes (90%%<20)"
    )
    parser.add_argument("--budget", type=float, default=60.0, metavar="S", help="of --advise (60)")
    parser.add_argument(
        "--prove",
        action="store_true",
        help="with --advise: play the first advice through the product's services too, on --db",
    )


def run_advise(args: argparse.Namespace) -> int:
    """Print what helps, queue by queue, the worst first."""
    goal = goal_of(args.goal)
    if args.changes:
        raise CommandError("--advise looks for the change itself.")
    if args.prove:
        return _prove(args, goal)
    budget = Budget(args.budget, PLAYS)
    if args.day == "now":
        title, names, advised = _now(args, goal, budget)
    else:
        days = days_of(args)
        title, names = days.title("en"), _names(days.records[0])
        advised = advise(days.records, goal=goal, budget=budget)
    if args.json:
        print(json.dumps(_plain(advised), ensure_ascii=False, indent=1))
        return 0
    print(title)
    print("\n".join(lines_of(advised, names)))
    return 0


def goal_of(text: str) -> Goal:
    """Return the goal of ``90%<20``. Raises ``CommandError``."""
    found = _GOAL.fullmatch(text.strip())
    if not found or not 0 < int(found[1]) <= 100:
        raise CommandError("--goal is written like 90%<20: so many within so many minutes.")
    return Goal(float(found[2]), int(found[1]) / 100)


def lines_of(advised: Advised, names: dict[str, str]) -> list[str]:
    """Return the answer in lines of text."""
    goal = advised.goal
    took = f"{advised.plays} plays in {advised.seconds:.1f} s"
    aim = f"{goal.share:.0%} under {goal.minutes:g} min"
    if advised.cut:
        took += "; the time was over before everything was tried"
    if not advised.queues:
        return [f"Every queue keeps {aim} ({took})."]
    lines = [f"{len(advised.queues)} queues miss {aim} ({took}):"]
    for queue in advised.queues:
        lines += _queue_lines(queue, goal, names)
    return lines


def _queue_lines(queue: QueueAdvice, goal: Goal, names: dict[str, str]) -> list[str]:
    now = queue.now
    head = (
        f"{_name(queue.queue, names)}: {now.share_under(goal.minutes):.0%} under {goal.minutes:g} "
        f"min, {goal.share:.0%} within {goal.reach(now):.0f} min"
    )
    if not queue.found:
        return [head, "  nothing that was tried helps"]
    return [head, *(f"  {_line(one, goal, names)}" for one in queue.found[:WAYS])]


def _line(one: Advice, goal: Goal, names: dict[str, str]) -> str:
    hours = f"{_clock(one.start)}–{_clock(one.stop)}"
    what = {
        Way.OPEN: f"open {one.many} more",
        Way.LEND: f"window {one.window} takes it first",
        Way.BACK_UP: f"window {one.window} backs it up",
    }[one.way]
    before, after = one.effect.minutes(goal)
    share = one.effect.after.share_under(goal.minutes)
    line = (
        f"{what} {hours}: {goal.share:.0%} within {before:.0f} → {after:.0f} min, {share:.0%} under"
    )
    if not one.reached:
        line += ", not enough"
    worst = one.worst
    if worst is None or worst.harm(goal) <= LITTLE:
        return f"{line}; {goal.share:.0%} of no other queue wait longer"
    was, then = worst.minutes(goal)
    spoils = " and misses the goal" if worst.queue in one.spoils else ""
    return f"{line}; {_name(worst.queue, names)} {was:.0f} → {then:.0f} min{spoils}"


def _now(
    args: argparse.Namespace, goal: Goal, budget: Budget
) -> tuple[str, dict[str, str], Advised]:
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
        found, plan = advise_now(reader, goal, budget), reader.plan
    if found is None:
        raise CommandError("The hall has no open day.")
    days = ", ".join(day.isoformat() for day in found.days)
    basis = f"who came later on {days}" if days else "who came in the last hour"
    title = f"{plan.name.zh_cn}, the rest of today, from how it stands and {basis}"
    return title, {queue.code: queue.name.zh_cn for queue in plan.queues}, found.advised


def _prove(args: argparse.Namespace, goal: Goal) -> int:
    if args.day != "drawn":
        raise CommandError("--prove plays a drawn day.")
    name = args.hall or DEFAULT_HALL
    loaded, traffic = load_hall(name), load_traffic(name)
    cases = args.cases or round(sum(load.tickets_normal_day for load in traffic.services))
    windows = args.windows or len(loaded.plan.windows)
    options = Options(cases, windows, args.processes, args.seed, args.db)
    try:
        drawn = draw_day(loaded.plan, traffic, cases=cases, windows=windows, seed=args.seed)
        with hour_shown() as progress:
            found = prove(loaded, drawn, goal, options, progress=progress)
    except (ValueError, NoPostgresError) as error:
        raise CommandError(f"This day cannot be played: {error}") from error
    if found is None:
        raise CommandError("No advice for this day reaches the goal with windows of this hall.")
    names = {queue.code: queue.name.zh_cn for queue in loaded.plan.queues}
    print(f"{loaded.plan.name.zh_cn}, a drawn day of {cases:,} cases, seed {args.seed}")
    print(f"{_name(found.advice.queue, names)}: {_line(found.advice, goal, names)}")
    print("\n".join(proof_lines(found)))
    return 0 if found.sound else 1


def proof_lines(found: Proof) -> list[str]:
    """Return what was promised beside what the services gave."""
    lines = [f"{'minutes':<10}{'mean before':>13}{'promised | services':>22}{'p90':>8}{'':>15}"]
    for one in found.queues:
        means = f"{one.promised.mean:.1f} | {one.product.mean:.1f}"
        tops = f"{one.before.p90:.1f} → {one.promised.p90:.1f} | {one.product.p90:.1f}"
        lines.append(f"{one.queue:<10}{one.before.mean:>13.1f}{means:>22}{tops:>23}")
    return lines


def _names(day: DayRecord) -> dict[str, str]:
    return {queue.code: queue.name.zh_cn for queue in day.queues}


def _name(code: str, names: dict[str, str]) -> str:
    name = names.get(code, "")
    return f"{code} {name}".strip()


def _clock(second: float) -> str:
    minutes = round(second / 60)
    return f"{minutes // 60:02}:{minutes % 60:02}"


def _plain(advised: Advised) -> dict[str, object]:
    goal = advised.goal

    def one(advice: Advice) -> dict[str, object]:
        return {
            "way": advice.way.value,
            "window": advice.window,
            "many": advice.many,
            "ranks": advice.ranks,
            "from": _clock(advice.start),
            "until": _clock(advice.stop),
            "reached": advice.reached,
            "spoils": advice.spoils,
            "within": {
                effect.queue: [round(m, 2) for m in effect.minutes(goal)]
                for effect in advice.effects
            },
        }

    return {
        "goal": {"share": goal.share, "minutes": goal.minutes},
        "plays": advised.plays,
        "seconds": round(advised.seconds, 2),
        "cut": advised.cut,
        "queues": {
            queue.queue: {
                "share": round(queue.now.share_under(goal.minutes), 4),
                "within": round(goal.reach(queue.now), 2),
                "found": [one(advice) for advice in queue.found],
            }
            for queue in advised.queues
        },
    }
