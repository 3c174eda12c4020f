"""The processes of ``bench hall``: forked from one that has loaded the program and the hall.

``python -m hallclient.lab.bench.hall_cast SPEC``: prints ``ready`` when all clients can begin,
waits for a line, prints the monotonic second of the beginning, plays, and ends when all have
written what they did into the spec's folder.
"""

import gc
import json
import mmap
import os
import resource
import signal
import struct
import sys
import time
import traceback
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from PySide6.QtCore import QCoreApplication, QTimer

from hallclient.bootstrap.halls import OpenHall
from hallclient.domain.parts import StaffRole
from hallclient.domain.rating import Level
from hallclient.domain.turn import Outcome
from hallclient.lab.bench.hall_clients import (
    BoardClient,
    Client,
    ConsoleClient,
    Count,
    KioskClient,
    WindowClient,
)
from hallclient.lab.bench.hall_spec import Deed, Spec
from hallclient.lab.bench.saying import put_line
from hallclient.services.announcing import Announcing
from hallclient.services.bar_news import bar_glance
from hallclient.services.board import Board
from hallclient.services.calling import Calling
from hallclient.services.issuing import Issuing, TicketRequest
from hallclient.services.member import Supervisor
from hallclient.services.ratings import Ratings
from hallclient.services.supervising import Supervising
from hallclient.storage.engine import open_engine
from hallclient.storage.store import SqlStore, halls_in

SPREAD = 2 / 3
"""Of the time to settle: in it all begin to follow, as PCs are switched on."""
LINGER_S = 1.5
"""After the last change: what it woke is still read."""

Maker = Callable[[OpenHall, Count], Client]


class Statements:
    """Counts what an engine sends, in all threads."""

    def __init__(self, engine: sa.Engine) -> None:
        self.count = 0
        sa.event.listen(engine, "before_cursor_execute", self._one)

    def _one(self, *_: object) -> None:
        self.count += 1


def main(spec: Spec) -> int:
    """Fork the clients, let them begin together; return how many failed."""
    engine = open_engine(spec.database, role="bench", pool_size=2 * spec.together)
    hall = OpenHall(engine, SqlStore(engine, halls_in(engine)[0]), halls_in(engine)[0], "bench")
    makers = _makers(spec, hall)
    _warm(hall, spec)
    engine.dispose()
    gc.collect()
    gc.freeze()
    begins = mmap.mmap(-1, 8)
    opened, may_go = os.pipe(), os.pipe()
    children = []
    for first in range(0, len(makers), spec.together):
        child = os.fork()
        if not child:
            os.close(may_go[1])
            group = list(enumerate(makers))[first : first + spec.together]
            os._exit(_one(spec, group, hall, (opened[1], may_go[0], begins)))
        children.append(child)
    signal.signal(signal.SIGTERM, lambda *_: _end(children))
    os.close(opened[1])
    ready = 0
    while ready < len(children) and os.read(opened[0], 1):
        ready += 1
    if ready < len(children) or not put_line("ready") or not sys.stdin.readline():
        _end(children)
    t0 = time.monotonic() + 0.5
    begins.write(struct.pack("d", t0))
    os.close(may_go[1])
    put_line(repr(t0))
    return sum(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) != 0 for child in children)


def _makers(spec: Spec, hall: OpenHall) -> list[Maker]:
    plan = hall.store.plan()
    made: list[Maker] = [partial(WindowClient, code) for code in spec.windows]
    made += [partial(KioskClient, number) for number in range(1, spec.kiosks + 1)]
    made += [partial(BoardClient, n, zones) for n, zones in enumerate(spec.boards, start=1)]
    heads = [one for one in plan.staff if one.role is StaffRole.SUPERVISOR]
    for number in range(spec.consoles):
        one = heads[number % len(heads)]
        who = Supervisor(one.code, one.name, one.role, one.department)
        made.append(partial(ConsoleClient, number + 1, who))
    # A process has clients of every kind, where it has several.
    return (
        made
        if spec.together == 1
        else [one for n in range(spec.together) for one in made[n :: spec.together]]
    )


def _warm(hall: OpenHall, spec: Spec) -> None:
    """Do everything once: what is compiled and imported then is there in all processes."""
    plan, store = hall.store.plan(), hall.store
    service_of = {one.queue: one.code for one in plan.listed}
    window = spec.windows[0]
    service = service_of[plan.window(window).queues[0]]
    for number in range(2):
        Issuing(store, "kiosk:bench").issue(TicketRequest(f"bench-warm-{number}", service))
    for code in spec.windows[:6]:
        calling = Calling(store, code)
        bar_glance(store, code, f"window {code}")
        turn = calling.call_next().turn
        if turn is not None and turn.active:
            calling.start()
            calling.finish(Outcome.CONSULT)
            Ratings(store).record(turn.id, Level.VERY_SATISFIED, "bench")
    board = Board(store, plan_zones(plan)[:1])
    state = board.state()
    board.now()
    board.news(state.hall.seq - 1, "")
    Announcing(store, "warm")
    heads = [one for one in plan.staff if one.role is StaffRole.SUPERVISOR]
    if heads and spec.consoles:
        who = Supervisor(heads[0].code, heads[0].name, heads[0].role, heads[0].department)
        Supervising(store, who).floor()


def plan_zones(plan: Any) -> tuple[str, ...]:
    """Return the codes of a hall's zones."""
    return tuple(zone.code for zone in plan.zones)


def _end(children: Sequence[int]) -> None:
    for child in children:
        with suppress(ProcessLookupError):
            os.kill(child, signal.SIGTERM)
    os._exit(1)


def _one(
    spec: Spec, group: list[tuple[int, Maker]], hall: OpenHall, ways: tuple[int, int, mmap.mmap]
) -> int:
    """Be some clients: say that they are there, wait for the beginning, play, write it down."""
    try:
        sys.stdin = open(os.devnull)  # noqa: PTH123, SIM115 - the mother's is hers
        opened, may_go, begins = ways
        application = QCoreApplication([])
        statements = Statements(hall.engine)
        clients = [(n, make(hall, lambda: statements.count)) for n, make in group]
        for _, client in clients:
            _first_use(client)
        os.write(opened, b".")
        os.close(opened)
        os.read(may_go, 1)
        (t0,) = struct.unpack("d", begins[:8])
        marks: dict[str, dict[str, float]] = {}

        def mark(name: str) -> None:
            used = resource.getrusage(resource.RUSAGE_SELF)
            marks[name] = {"cpu": used.ru_utime + used.ru_stime, "statements": statements.count}

        for stretch in spec.stretches:
            _at(t0 + stretch.begins, partial(mark, f"{stretch.name} begins"))
            _at(t0 + stretch.ends, partial(mark, f"{stretch.name} ends"))
        for number, client in clients:
            client.hand.begin(t0, client.plan(spec, number))
            if spec.follow_at is not None:
                late = SPREAD * (spec.follow_s - spec.warm_s) * (number % 97) / 97
                _at(t0 + spec.follow_at + late, client.follow)
        _at(t0 + spec.ends + LINGER_S, application.quit)
        application.exec()
        ended = time.monotonic() - t0
        told = [
            {
                "name": client.name,
                "undone": [asdict(Deed("", due, ended, ended)) for due in client.hand.stop()],
                "zones": getattr(client, "zones", ()),
                "deeds": [asdict(deed) for deed in client.hand.deeds],
                "seen": [(turn, at - t0) for turn, at in client.seen],
                "failed": client.failed,
            }
            for _, client in clients
        ]
        record = {"marks": marks, "clients": told, "pss_mb": _pss_mb()}
        path = Path(spec.folder, f"{group[0][0]}.json")
        path.write_text(json.dumps(record), encoding="utf-8")
        for _, client in clients:
            client.close()
        hall.close()
    except Exception:  # noqa: BLE001 - a forked process must not go on as its mother
        traceback.print_exc()
        return 1
    return 0


def _first_use(client: Client) -> None:
    """Connect, look and change nothing: a process just forked copies what it touches first."""
    client.store.plan()
    for _ in range(2):
        with client.store.change("bench"):
            pass
    client.warm()


def _at(moment: float, act: Callable[[], object]) -> None:
    QTimer.singleShot(max(0, round((moment - time.monotonic()) * 1000)), act)


def _pss_mb() -> float:
    try:
        lines = Path("/proc/self/smaps_rollup").read_text("ascii").splitlines()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("Pss:")), 0.0)


if __name__ == "__main__":
    sys.exit(main(Spec.of(sys.argv[1])))
