"""What an attendant says of itself, and how long it listens to a keypad."""

import threading
import time
from dataclasses import replace

import pytest

from hallclient.domain.turn import Outcome
from hallclient.phrases import Phrases
from hallclient.services.attendant import Attendant, WindowDevices
from hallclient.storage.store import SqlStore
from tests.halls import HALL_ID
from tests.services.floor_devices import PATIENCE_S, FakeKeypad, FakeStrip, HandFeed, Switch
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


@pytest.mark.parametrize("hall_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(("pressed_after", "counts"), [(4.0, 1), (6.0, 0)])
def test_a_key_counts_for_the_time_that_is_left(
    hall: HallUnderTest, pressed_after: float, counts: int
) -> None:
    """Asked 15 s ago by an attendant that is gone: 5 of the hall's 20 s are left."""
    hall.sign_in("2")
    hall.issue()
    calling = hall.calling("2")
    calling.call_next()
    calling.start()
    turn = calling.finish(Outcome.CONSULT).turn
    assert turn is not None
    hall.clock.advance(seconds=15)
    store = SqlStore(hall.engine, HALL_ID, hall.clock)
    keypad, ahead = FakeKeypad(), [0.0]
    attendant = Attendant(
        lambda: store,
        HandFeed().open,
        {"2": WindowDevices(keypad=keypad)},
        Phrases(),
        clock=lambda: time.monotonic() + ahead[0],
    )
    attendant.start()
    try:
        keypad.until_last(turn.id)
        ahead[0] = pressed_after
        attendant.rated("2", turn.id, 5)
        attendant.rated("2", turn.id, 1)
        drained = threading.Event()
        attendant._inbox.put(drained.set)
        assert drained.wait(PATIENCE_S)
    finally:
        attendant.close()
    assert hall.rows("SELECT level FROM rating") == [(5,)] * counts
