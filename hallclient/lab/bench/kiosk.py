"""``bench kiosk``: from the touch on 确认取号 to the printer's first byte and the paper."""

import os
import subprocess
import sys
import time
from dataclasses import replace

from hallclient.bootstrap.halls import load_hall_into, open_hall
from hallclient.devices.emulators.printer import EmulatedPrinter
from hallclient.domain.hall import HallPlan
from hallclient.lab.bench.calls import database_of
from hallclient.lab.bench.figures import summary
from hallclient.services.hallfile import load_hall
from hallclient.services.issuing import Issuing, TicketRequest

LIMIT_S = 300.0


def measure(kind: str, tickets: int) -> dict[str, object]:
    """Take ``tickets`` at one kiosk on ``sqlite`` or ``postgresql``; times are milliseconds.

    ``bare`` is the same use case called in a loop without screen and printer.
    """
    with database_of(kind) as url:
        loaded = load_hall("demo")
        load_hall_into(url, replace(loaded, plan=_always_open(loaded.plan)))
        bare = _bare(url, tickets)
        printer = EmulatedPrinter()
        try:
            lines = _probe(url, str(printer.path), tickets)
        finally:
            printer.close()
    rows = [[float(word) for word in line.split()] for line in lines]
    figures: dict[str, object] = {
        "database": kind,
        "tickets": len(rows),
        "touches": int(max(row[0] for row in rows)),
        **summary("touch_to_commit", [(row[2] - row[1]) * 1000 for row in rows]),
        **summary("commit_to_byte", [(row[3] - row[2]) * 1000 for row in rows]),
        **summary("touch_to_byte", [(row[3] - row[1]) * 1000 for row in rows]),
        **summary("touch_to_paper", [(row[4] - row[1]) * 1000 for row in rows]),
        **summary("bare_issue", bare),
    }
    touched, alone = figures["touch_to_commit_ms_p50"], figures["bare_issue_ms_p50"]
    figures["touch_ratio"] = round(float(str(touched)) / float(str(alone)), 2)
    return figures


def _always_open(plan: HallPlan) -> HallPlan:
    """Return the hall without opening hours and quotas: it is measured at any hour."""
    queues = tuple(replace(q, day_quota=0, slice_quota=0) for q in plan.queues)
    rules = replace(plan.rules, closing_load_percent=0)
    return replace(plan, hours=(), queues=queues, rules=rules)


def _bare(url: str, tickets: int) -> list[float]:
    hall = open_hall(url, "", "bench")
    took = []
    try:
        issuing = Issuing(hall.store, "kiosk:bench")
        service = next(s.code for s in hall.store.plan().services if s.common)
        for n in range(tickets):
            began = time.monotonic()
            issuing.issue(TicketRequest(f"bare-{n}", service))
            took.append((time.monotonic() - began) * 1000)
    finally:
        hall.close()
    return took


def _probe(url: str, port: str, tickets: int) -> list[str]:
    command = [sys.executable, "-m", "hallclient.lab.bench.kiosk_probe", url, port, str(tickets)]
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run(  # noqa: S603 - our own program
        command, env=environment, capture_output=True, text=True, timeout=LIMIT_S, check=False
    )
    if done.returncode:
        raise RuntimeError(f"the kiosk of the benchmark failed: {done.stderr[-400:]}")
    return done.stdout.splitlines()
