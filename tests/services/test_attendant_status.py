"""What an attendant says of itself: the database, and windows that the hall does not have."""

import threading
from dataclasses import replace

import pytest

from hallclient.phrases import Phrases
from hallclient.services.attendant import Attendant, WindowDevices
from hallclient.storage.store import SqlStore
from tests.halls import HALL_ID
from tests.services.floor_devices import PATIENCE_S, FakeStrip, HandFeed, Switch
from tests.stores import HallUnderTest


@pytest.mark.parametrize("hall_url", ["sqlite"], indirect=True)
def test_it_tells_when_something_changes(hall: HallUnderTest) -> None:
    store, feed, rung = Switch(SqlStore(hall.engine, HALL_ID, hall.clock)), HandFeed(), []
    strips = {"2": FakeStrip(), "77": FakeStrip()}
    devices = {code: WindowDevices(strip=strip) for code, strip in strips.items()}
    changed = threading.Semaphore(0)

    def ring() -> None:
        rung.append((attendant.away, attendant.unknown))
        changed.release()

    attendant = Attendant(lambda: store, feed.open, devices, Phrases(), changed=ring)
    assert attendant.windows == ("2", "77")
    attendant.start()
    try:
        assert changed.acquire(timeout=PATIENCE_S)
        store.away = True
        feed.ring()
        assert changed.acquire(timeout=PATIENCE_S)
        store.away = False
        assert changed.acquire(timeout=PATIENCE_S)
        plan = hall.store.plan()
        more = plan.windows[1]
        hall.change_plan(windows=(*plan.windows, replace(more, id=0, code="77", number="77")))
        feed.ring()
        assert changed.acquire(timeout=PATIENCE_S)
    finally:
        attendant.close()
    unknown = frozenset({"77"})
    assert rung == [(False, unknown), (True, unknown), (False, unknown), (False, frozenset())]
