"""``bench throughput``: numbers and calls a second, flat out, by so many windows at once.

Processes forked from one that has done each thing once; each does one change after the other. First
all issue, then all call, start and end: a call is counted by its three changes, for where many wait
in one line the first ends come long after the first calls.
"""

import os
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from hallclient.domain.turn import Outcome
from hallclient.lab.bench.hall import hall_on
from hallclient.lab.bench.hall_floor import floors
from hallclient.lab.bench.hall_stage import stage
from hallclient.services.calling import Calling
from hallclient.services.issuing import Issuing, TicketRequest
from hallclient.services.store_error import StoreError
from hallclient.storage.engine import open_engine
from hallclient.storage.store import SqlStore, halls_in

Work = Callable[[SqlStore, str, int], Iterator[None]]
"""Yields after each change."""
CHANGES = 3
"""Of a call: it, the start, the end."""
START_S = 2.0


def measure(kind: str, windows: Sequence[int], seconds: float) -> dict[str, Any]:
    """Return numbers and calls a second for each count of windows on a kind of database."""
    rows = []
    with hall_on(kind) as (url, folder):
        _plan, codes = stage(url, max(windows), 2)
        floor = floors(url, folder)
        for count in windows:
            own = codes[:count]
            issues = _flat_out(url, own, seconds, _issue)
            calls = _flat_out(url, own, seconds, _call)
            rows.append(
                {
                    "windows": len(own),
                    "issues_per_s": round(issues / seconds, 1),
                    "calls_per_s": round(calls / CHANGES / seconds, 1),
                }
            )
    return {"database": kind, "seconds": seconds, **floor, "rows": rows}


def _flat_out(url: str, codes: Sequence[str], seconds: float, work: Work) -> int:
    """Let a process for each window work for so long; return how many changes all did."""
    engine = open_engine(url, role="bench")
    hall_id = halls_in(engine)[0]
    store = SqlStore(engine, hall_id)
    for _ in work(store, codes[0], 0):  # what is compiled and imported now is there in all
        pass
    engine.dispose()
    begins = time.monotonic() + START_S + len(codes) / 50
    with tempfile.TemporaryDirectory(prefix="hallclient-bench-") as folder:
        children = []
        for number, code in enumerate(codes):
            child = os.fork()
            if not child:
                path = Path(folder, str(number))
                os._exit(_one(store, code, (begins, begins + seconds), work, path))
            children.append(child)
        failed = sum(os.waitstatus_to_exitcode(os.waitpid(one, 0)[1]) != 0 for one in children)
        if failed:
            raise RuntimeError(f"{failed} processes of the benchmark failed: see above")
        return sum(int(path.read_text("ascii")) for path in Path(folder).iterdir())


def _one(store: SqlStore, code: str, between: tuple[float, float], work: Work, path: Path) -> int:
    try:
        begins, ends = between
        with store.look() as reader:
            reader.open_shift(reader.plan.window(code).id)
        _first_change(store)
        time.sleep(max(0.0, begins - time.monotonic()))
        done = number = 0
        while time.monotonic() < ends:
            number += 1
            try:
                for _ in work(store, code, number):
                    done += time.monotonic() < ends
            except StoreError as error:
                if not error.retryable:
                    raise
        path.write_text(str(done), "ascii")
    except Exception:  # noqa: BLE001 - a forked process must not go on as its mother
        traceback.print_exc()
        return 1
    return 0


def _first_change(store: SqlStore) -> None:
    """Change nothing: what a process just forked copies at its first change is copied then."""
    try:
        with store.change("bench"):
            pass
    except StoreError as error:  # all do it at once
        if not error.retryable:
            raise


def _issue(store: SqlStore, code: str, number: int) -> Iterator[None]:
    plan = store.plan()
    queue = plan.window(code).queues[0]
    service = next((one.code for one in plan.listed if one.queue == queue), plan.listed[0].code)
    request = TicketRequest(f"flat-{code}-{os.getpid()}-{number}", service)
    Issuing(store, f"kiosk:{code}").issue(request)
    yield


def _call(store: SqlStore, code: str, _number: int) -> Iterator[None]:
    calling = Calling(store, code)
    turn = calling.call_next().turn
    if turn is None or not turn.active:
        return  # nobody is left
    yield
    calling.start()
    yield
    calling.finish(Outcome.CONSULT)
    yield
