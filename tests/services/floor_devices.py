"""Devices, feeds and databases for the attendant's tests: they remember, block and go away."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from hallclient.domain.hall import HallPlan
from hallclient.services.ports_devices import DeviceState, StripColour
from hallclient.services.store import Reader, Store, Transaction
from hallclient.storage.errors import DatabaseAway

PATIENCE_S = 8.0
T = TypeVar("T")


class Memory:
    """What a device was told, from whatever thread; a test waits until it fits."""

    state = DeviceState.READY

    def __init__(self) -> None:
        self.said: list[Any] = []
        self._changed = threading.Condition()

    def note(self, what: Any) -> None:
        with self._changed:
            self.said.append(what)
            self._changed.notify_all()

    @property
    def last(self) -> Any:
        return self.said[-1] if self.said else None

    def until(self, fits: Callable[[], object]) -> None:
        with self._changed:
            assert self._changed.wait_for(fits, PATIENCE_S), self.said

    def until_last(self, wanted: Any) -> None:
        self.until(lambda: self.last == wanted)


class FakeCaller(Memory):
    def __init__(self) -> None:
        super().__init__()
        self.beeps = 0

    def show(self, text: str) -> None:
        self.note(text)

    def beep(self) -> None:
        with self._changed:
            self.beeps += 1
            self._changed.notify_all()


class FakeStrip(Memory):
    def __init__(self) -> None:
        super().__init__()
        self._colour = StripColour.RED

    def is_in(self, colour: StripColour) -> bool:
        return self._colour is colour

    def show(self, text: str, colour: StripColour = StripColour.RED) -> None:
        self._colour = colour
        self.note(text)


class FakeKeypad(Memory):
    def ask(self, turn_key: int) -> None:
        self.note(turn_key)

    def cancel(self, turn_key: int) -> None:
        raise AssertionError("nobody cancels")

    def close(self) -> None:
        raise AssertionError("who made it closes it")


class BrokenDevice:
    """Every method fails."""

    def __getattr__(self, name: str) -> Any:
        def fail(*_: Any) -> None:
            raise OSError(f"the device is broken: {name}")

        return fail


class HandFeed:
    """A feed that wakes when the test says so."""

    heard = 0

    def __init__(self) -> None:
        self.scopes: tuple[str, ...] = ()
        self._bell = threading.Semaphore(0)
        self._closed = threading.Event()

    def open(self, *scopes: str) -> "HandFeed":
        self.scopes = scopes
        return self

    def ring(self) -> None:
        self._bell.release()

    def wait(self, timeout: float) -> bool:
        return self._bell.acquire(timeout=timeout) and not self._closed.is_set()

    def close(self) -> None:
        self._closed.set()
        self._bell.release()


class Switch:
    """A store whose database can be taken away, or made to wait before the next change."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.away = False
        self.gate: threading.Event | None = None
        self.at_gate = threading.Event()

    @contextmanager
    def change(self, actor: str) -> Iterator[Transaction]:
        self._check()
        if self.gate is not None:
            self.at_gate.set()
            assert self.gate.wait(PATIENCE_S)
        with self.store.change(actor) as tx:
            yield tx

    @contextmanager
    def look(self) -> Iterator[Reader]:
        self._check()
        with self.store.look() as reader:
            yield reader

    def tail(self, *_: Any) -> Any:
        raise AssertionError

    def plan(self) -> HallPlan:
        self._check()
        return self.store.plan()

    def report_devices(self, *_: Any) -> None:
        raise AssertionError

    def tend(self) -> str:
        raise AssertionError

    def seize_lease(self, *_: Any) -> None:
        raise AssertionError

    def take_lease(self, *_: Any) -> bool:
        raise AssertionError

    def drop_lease(self, *_: Any) -> None:
        raise AssertionError

    def _check(self) -> None:
        if self.away:
            raise DatabaseAway("The database cannot be reached; trying again.")
