"""``bench wakes``: what waking costs PostgreSQL, by how many listen, with the bell and without.

One process changes a hall at an even pace; each change wakes a zone that nobody shows, which is
what most wake-ups are to most listeners. The bell (``storage.bell``) rings for many changes at
once; without its rest each change rings.
"""

import threading
import time
from collections.abc import Sequence
from contextlib import ExitStack
from typing import Any

from hallclient.lab.bench.hall import hall_on, server_look
from hallclient.lab.bench.hall_stage import stage
from hallclient.storage import bell
from hallclient.storage.engine import open_engine
from hallclient.storage.feed import open_feed
from hallclient.storage.store import SqlStore


def measure(listeners: Sequence[int], rate: float, seconds: float) -> dict[str, Any]:
    """Return the server's per cent of a core for each number of listeners, both ways."""
    rows = []
    rest, least = bell.REST_S, bell.LEAST_S
    with hall_on("postgresql") as (url, _folder):
        plan, _codes = stage(url, 1, 0)
        for count in listeners:
            row: dict[str, Any] = {"listeners": count}
            for name, own in (("each", 0.0), ("bell", rest)):
                bell.REST_S = bell.LEAST_S = own
                try:
                    row[f"{name}_server_percent"] = _cost(url, plan.hall_id, count, rate, seconds)
                finally:
                    bell.REST_S, bell.LEAST_S = rest, least
            rows.append(row)
    return {"changes_per_s": rate, "rest_ms": 1000 * rest, "rows": rows}


def _cost(url: str, hall_id: str, listeners: int, rate: float, seconds: float) -> float:
    engine = open_engine(url, role="bench")
    with ExitStack() as stack:
        stack.callback(engine.dispose)
        for number in range(listeners):
            stack.enter_context(open_feed(engine, hall_id, [f"window:{number}"], "bench"))
        store = SqlStore(engine, hall_id)
        stack.callback(store.close)
        _change(store)
        before, began = server_look(engine)["cpu"], time.monotonic()
        for number in range(round(rate * seconds)):
            threading.Event().wait(max(0.0, began + number / rate - time.monotonic()))
            _change(store)
        spent, took = server_look(engine)["cpu"] - before, time.monotonic() - began
    return round(100 * spent / took, 1)


def _change(store: SqlStore) -> None:
    with store.change("bench") as tx:
        tx.record("bench", "bench")
        tx.wake("zone:nowhere")
