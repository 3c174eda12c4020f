"""The agent's part for text messages: by lease, patient with the database, never hanging."""

import threading
from collections.abc import Callable
from typing import cast

import pytest

from hallclient.agent.messages import MessagePart
from hallclient.agent.part import PartState
from hallclient.services.messages import LEASE, Messages
from hallclient.services.ports_devices import MessageFate, MessageSenderPort
from hallclient.services.sealing import KeyTrouble
from hallclient.services.store import Store
from hallclient.services.store_error import StoreError

SOON = 5.0


class Away(StoreError):
    retryable = True


class Bench:
    """A store, an outbox and a sender in one, steered by the test."""

    unreadable = 0

    def __init__(self) -> None:
        self.holder = ""
        self.away = False
        self.done: list[str] = []
        self.changed = threading.Condition()

    def note(self, what: str) -> None:
        with self.changed:
            self.done.append(what)
            self.changed.notify_all()

    def wait_for(self, what: str, count: int = 1) -> None:
        with self.changed:
            assert self.changed.wait_for(lambda: self.done.count(what) >= count, SOON), self.done

    # a store

    def take_lease(self, name: str, holder: str, seconds: int) -> bool:
        assert (name, seconds > 60) == (LEASE, True)
        if self.away:
            self.note("away")
            raise Away("the database is away")
        free = self.holder in ("", holder)
        if not free:
            self.note("refused")
        else:
            self.holder = holder
        return free

    def drop_lease(self, name: str, holder: str) -> None:
        assert self.holder == holder
        self.holder = ""

    # an outbox

    def give_up_interrupted(self) -> int:
        self.note("swept")
        return 1

    def plan_due(self) -> int:
        self.note("planned")
        return 0

    def deliver(self, sender: MessageSenderPort, may_go_on: Callable[[], bool]) -> int:
        assert may_go_on()
        self.note("delivered")
        return 2

    # a sender

    def send(self, number: str, text: str, *, minutes: int) -> MessageFate:
        raise AssertionError

    def close(self) -> None:
        self.note("closed")


def part(bench: Bench, holder: str = "PC-1") -> MessagePart:
    store = cast("Store", bench)
    outbox = cast("Messages", bench)
    return MessagePart(
        lambda: store, lambda _store: outbox, lambda: bench, holder, every_seconds=0.01
    )


def test_the_holder_sweeps_once_and_delivers_again_and_again() -> None:
    bench = Bench()
    messages = part(bench)
    messages.start()
    bench.wait_for("delivered", 3)
    (line,) = messages.status()
    messages.close()
    assert line.state is PartState.RUNNING
    assert "sent" in line.words
    assert bench.done.count("swept") == 1
    assert bench.holder == ""
    assert messages.status()[0].state is PartState.STOPPED


def test_who_does_not_hold_the_lease_sends_nothing() -> None:
    bench = Bench()
    bench.holder = "PC-2"
    messages = part(bench)
    messages.start()
    bench.wait_for("refused", 2)
    messages.close()
    assert "delivered" not in bench.done
    assert bench.holder == "PC-2"


def test_after_a_database_away_the_interrupted_are_looked_at_again() -> None:
    bench = Bench()
    messages = part(bench)
    messages.start()
    bench.wait_for("delivered")
    bench.away = True
    bench.wait_for("away", 2)
    assert messages.status()[0].state is PartState.WAITING
    bench.away = False
    bench.wait_for("swept", 2)
    messages.close()


def test_closing_before_the_start_is_harmless() -> None:
    bench = Bench()
    part(bench).close()
    assert bench.done == []


def test_who_lacks_the_key_keeps_nobody_from_sending() -> None:
    bench, told = Bench(), threading.Event()
    keys: list[str] = []

    def outbox(_store: Store) -> Messages:
        if not keys:
            raise KeyTrouble("There is no key file hall.key.")
        return cast("Messages", bench)

    store = cast("Store", bench)
    messages = MessagePart(
        lambda: store, outbox, lambda: bench, "PC-1", every_seconds=0.01, changed=told.set
    )
    messages.start()
    assert told.wait(SOON)
    (line,) = messages.status()
    assert line.state is PartState.TROUBLE
    assert line.words == "There is no key file hall.key. hallclient hall key makes one."
    assert bench.holder == ""
    keys.append("a key")
    bench.wait_for("delivered")
    messages.close()


def test_a_sender_that_hangs_is_cut_off_when_the_agent_ends(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("hallclient.agent.messages.END_SECONDS", 0.05)
    cut = threading.Event()

    class Hanging(Bench):
        def deliver(self, sender: MessageSenderPort, may_go_on: Callable[[], bool]) -> int:
            self.note("delivering")
            assert cut.wait(SOON)
            return 0

        def close(self) -> None:
            cut.set()

    bench = Hanging()
    messages = part(bench)
    messages.start()
    bench.wait_for("delivering")
    messages.close()
    assert cut.is_set()
    assert messages.status()[0].state is PartState.STOPPED
    assert bench.holder == ""


def test_a_database_that_no_waiting_mends_is_trouble() -> None:
    told = threading.Event()

    def hopeless() -> Store:
        raise StoreError("The tables are of version 0001: run hallclient db upgrade.")

    bench = Bench()
    messages = MessagePart(
        hopeless, lambda _: cast("Messages", bench), lambda: bench, "PC-1", changed=told.set
    )
    messages.start()
    assert told.wait(SOON)
    (line,) = messages.status()
    messages.close()
    assert line.state is PartState.TROUBLE
    assert "db upgrade" in line.words


def test_numbers_sealed_with_another_key_are_told_until_one_is_sent() -> None:
    class WrongKey(Bench):
        unreadable = 1
        readable = False

        def deliver(self, sender: MessageSenderPort, may_go_on: Callable[[], bool]) -> int:
            self.note("delivered")
            return 1 if self.readable else 0

    bench = WrongKey()
    messages = part(bench)
    messages.start()
    bench.wait_for("delivered", 3)
    (line,) = messages.status()
    assert line.state is PartState.TROUBLE
    assert "another key" in line.words
    bench.readable = True
    bench.wait_for("delivered", bench.done.count("delivered") + 3)
    (line,) = messages.status()
    messages.close()
    assert line.state is PartState.RUNNING
