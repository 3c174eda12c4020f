"""``bench window``: from the commit of a clerk's move to its picture on bar and panel.

Beside every move stands the same use case alone, in a loop without a screen (``bare``).
"""

import json
import os
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from hallclient.bootstrap.halls import load_hall_into, open_hall
from hallclient.domain.hall import HallPlan
from hallclient.domain.turn import Outcome
from hallclient.lab.bench.calls import database_of
from hallclient.lab.bench.figures import percentile
from hallclient.lab.bench.reads import console_hall
from hallclient.services.calling import Calling
from hallclient.services.hallfile import load_hall
from hallclient.services.issuing import Issuing, TicketRequest
from hallclient.services.shifts import Shifts

LIMIT_S = 300.0
MOVES = (
    "call", "recall", "start", "hold", "take_back", "finish",
    "pause", "resume", "call", "start", "transfer",
)  # fmt: skip
"""One round at a window; the second ticket is sent on."""
CALLS_A_ROUND = MOVES.count("call")


def measure(kind: str, rounds: int) -> dict[str, Any]:
    """Make so many rounds of moves on bar, panel and bare; times are medians in milliseconds."""
    with database_of(kind) as url:
        window, queue, reason = _prepare(url, rounds)
        bare = _bare(url, window, queue, reason, rounds)
        words = (url, window, queue, reason, str(rounds))
        bar, panel = (_probe("moves_probe", place, *words) for place in ("bar", "panel"))
    moves = {move: _figures(bare[move], bar[move], panel[move]) for move in dict.fromkeys(MOVES)}
    return {
        "database": kind,
        "moves": moves,
        "painted_ms_p50": max(max(one["bar_ms"], one["panel_ms"]) for one in moves.values()),
        "unseen": sum(len(line) < rounds for line in (*bar.values(), *panel.values())),
    }


def measure_console(kind: str, rounds: int) -> dict[str, float]:
    """Let a console of 220 windows read and paint the floor; medians in milliseconds."""
    with console_hall(kind) as (url, number, pin, ahead_s):
        found = _probe("console_probe", url, number, pin, str(ahead_s), str(rounds))
    return {
        "console_read_ms_p50": _median([read for read, _ in found["floor"]]),
        "console_paint_ms_p50": _median([paint for _, paint in found["floor"]]),
    }


def moves_of(
    calling: Calling, shifts: Shifts, queue: str, reason: str
) -> Mapping[str, Callable[[], object]]:
    """Return the moves by name."""
    return {
        "call": calling.call_next,
        "recall": calling.recall,
        "start": calling.start,
        "hold": calling.hold,
        "take_back": calling.take_back,
        "finish": partial(calling.finish, Outcome.CONSULT),
        "pause": partial(shifts.pause, reason),
        "resume": shifts.resume,
        "transfer": partial(calling.transfer, queue),
    }


def _figures(
    bare: list[float], bar: list[list[float]], panel: list[list[float]]
) -> dict[str, float]:
    """``bar_ms`` and ``panel_ms``: commit to picture; ``ratio``: press to picture over bare."""
    alone = _median(bare)
    return {
        "bare_ms": alone,
        "bar_ms": _median([painted for _, painted in bar]),
        "panel_ms": _median([painted for _, painted in panel]),
        "ratio": round(_median([commit + painted for commit, painted in bar]) / alone, 2),
    }


def _median(values: list[float]) -> float:
    return round(percentile(values, 0.5), 2)


def _prepare(url: str, rounds: int) -> tuple[str, str, str]:
    """Make the hall; return its first window, a queue that it does not serve, a pause's reason."""
    loaded = load_hall("demo")
    load_hall_into(url, replace(loaded, plan=_measured(loaded.plan)))
    hall = open_hall(url, "", "bench")
    try:
        plan = hall.store.plan()
        desk = plan.windows[0]
        clerk = next(member.code for member in plan.staff if member.code in loaded.pins)
        Shifts(hall.store, desk.code).sign_in(clerk, loaded.pins[clerk])
        service = next(s.code for s in plan.listed if s.queue == desk.queues[0])
        issuing = Issuing(hall.store, "kiosk:bench")
        for number in range(3 * (rounds + 1) * CALLS_A_ROUND):
            issuing.issue(TicketRequest(f"bench-{number}", service))
        other = next(q.code for q in plan.queues if q.code not in desk.queues)
        return desk.code, other, plan.rules.pause_reasons[0]
    finally:
        hall.close()


def _measured(plan: HallPlan) -> HallPlan:
    """Return the hall open at any hour, without quotas and without a pause between two calls."""
    queues = tuple(replace(q, day_quota=0, slice_quota=0) for q in plan.queues)
    rules = replace(plan.rules, closing_load_percent=0, recall_gap_seconds=0, recall_cap=9)
    return replace(plan, hours=(), queues=queues, rules=rules)


def _bare(url: str, window: str, queue: str, reason: str, rounds: int) -> Mapping[str, list[float]]:
    hall = open_hall(url, "", "bench")
    took: dict[str, list[float]] = defaultdict(list)
    try:
        acts = moves_of(Calling(hall.store, window), Shifts(hall.store, window), queue, reason)
        for number in range(rounds + 1):
            for move in MOVES:
                began = time.monotonic()
                acts[move]()
                if number:  # the first round warms up
                    took[move].append((time.monotonic() - began) * 1000)
    finally:
        hall.close()
    return took


def _probe(module: str, *words: str) -> dict[str, list[list[float]]]:
    """Run a process with a screen; return what it printed: pairs of milliseconds by name."""
    done = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-m", f"hallclient.lab.bench.{module}", *words],
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        timeout=LIMIT_S,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"a process of the benchmark failed: {done.stderr[-800:]}")
    found: dict[str, list[list[float]]] = json.loads(done.stdout.splitlines()[-1])
    return found
