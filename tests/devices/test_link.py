"""A link over a real pseudo-terminal: states, reconnection, hung devices, clean ends."""

import logging
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import cast

import pytest

from hallclient.devices.line import Line
from hallclient.devices.link import PATIENCE_SECONDS, Channel, Link
from hallclient.devices.transport import (
    DeviceError,
    LinkClosed,
    Port,
    PortBusy,
    PortMissing,
    PortSettings,
    WriteTimeout,
    open_port,
)
from hallclient.services.ports_devices import DeviceState
from tests.devices.stubs import WAIT, Box, Client, Listener

ABSENT, OPENING, READY, STALE, FAILED, CLOSED = DeviceState
QUICK = PortSettings(write_timeout=0.3)


def nothing(_: object) -> None:
    pass


class Floor:
    """A running link, its client and the states it went through."""

    def __init__(self, url: str, client: Client | None = None) -> None:
        self.client = client or Client()
        self.states: Box[DeviceState] = Box()
        self.link = Link(url, QUICK)
        self.member = self.link.join(self.client)
        self.member.watch(self.states.put)
        self.ran: Box[str] = Box()
        self.refused: Box[DeviceError] = Box()

    def submit(self, data: bytes) -> None:
        def run(channel: Channel) -> None:
            try:
                channel.write(data)
            finally:
                self.ran.put(threading.current_thread().name)

        self.member.submit(run, self.refused.put)


@contextmanager
def linked(url: str, client: Client | None = None) -> Iterator[Floor]:
    floor = Floor(url, client)
    floor.link.start()
    try:
        yield floor
    finally:
        floor.link.close()


def test_opens_works_and_closes() -> None:
    with Listener() as device:
        with linked(device.path) as floor:
            floor.client.greetings.wait()
            device.say(b"hello")
            floor.client.heard.wait_until(lambda parts: b"".join(parts) == b"hello")
            floor.submit(b"to the device")
            device.heard.wait_until(lambda parts: b"".join(parts) == b"to the device")
            assert floor.ran.wait() == [f"link {device.path}"]
            assert floor.link.state is READY
        assert floor.states.items == [OPENING, READY, CLOSED]
        assert floor.refused.items == []
        open_port(device.path, QUICK).close()  # the port is free again


def test_comes_back_by_itself_after_a_pulled_cable(tmp_path: Path) -> None:
    with Listener(link=tmp_path / "keypad") as device, linked(device.path) as floor:
        floor.states.wait_for(READY)
        device.unplug()
        floor.states.wait_for(ABSENT)
        device.plug_in()
        plugged = time.monotonic()
        floor.states.wait_until(lambda states: states == [OPENING, READY, ABSENT, READY])
        assert time.monotonic() - plugged < 1.5
        floor.submit(b"again")
        device.heard.wait_until(lambda parts: b"".join(parts) == b"again")
        assert len(floor.client.greetings.wait(2)) == 2


def test_an_absent_port_refuses_in_time_and_does_not_flicker() -> None:
    with linked("/dev/ttyHALL9") as floor:
        floor.submit(b"x")
        before = time.monotonic()
        (reason,) = floor.refused.wait()
        assert isinstance(reason, PortMissing)
        assert time.monotonic() - before < PATIENCE_SECONDS + 0.5
        assert floor.states.items == [OPENING, ABSENT]
        assert floor.ran.items == []


def test_a_port_that_appears_within_the_patience_is_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hallclient.devices.link.PATIENCE_SECONDS", 30.0)  # a machine may stand
    with Listener(link=tmp_path / "printer") as device:
        device.unplug()
        with linked(device.path) as floor:
            floor.states.wait_for(ABSENT)
            floor.submit(b"x")
            device.plug_in()
            floor.ran.wait()
            assert floor.refused.items == []


def test_a_busy_port_is_failed_until_its_owner_goes() -> None:
    with Listener() as device:
        with open_port(device.path, QUICK), linked(device.path) as floor:
            floor.states.wait_for(FAILED)
            floor.submit(b"x")
            assert isinstance(floor.refused.wait()[0], PortBusy)
            assert floor.states.items == [OPENING, FAILED]
        with open_port(device.path, QUICK) as owner, linked(device.path) as floor:
            floor.states.wait_for(FAILED)
            owner.close()
            floor.states.wait_for(READY)


def test_a_hung_device_never_blocks_callers() -> None:
    with Listener() as device, linked(device.path) as floor:
        floor.states.wait_for(READY)
        device.stop_reading()
        before = time.monotonic()
        for _ in range(3):
            floor.submit(bytes(100_000))
        assert floor.link.state in {READY, STALE}
        assert time.monotonic() - before < 0.1
        floor.states.wait_for(STALE)
        floor.ran.wait(3)


def test_what_a_device_did_not_take_in_time_is_thrown_away() -> None:
    class StuckPort:
        """A port whose line takes nothing; a pseudo-terminal cannot take bytes back."""

        least_gap = 0.0
        discarded = False

        def write(self, data: bytes) -> None:
            raise WriteTimeout("takes no bytes")

        def discard_unsent(self) -> None:
            self.discarded = True

    port, link = StuckPort(), Link("/dev/ttyHALL9", QUICK)
    member = link.join(Client())
    member.port_entered(READY)
    Line(cast("Port", port), [member], 9600).give_job_turn(member, lambda line: line.write(b"x"))
    assert port.discarded
    assert member.state is STALE


def test_an_answer_after_staleness_is_ready_again() -> None:
    with Listener() as device, linked(device.path) as floor:
        floor.member.submit(lambda channel: channel.answers(answers=False), floor.refused.put)
        floor.states.wait_for(STALE)
        floor.member.submit(lambda channel: channel.answers(answers=True), floor.refused.put)
        floor.states.wait_until(lambda states: states[-2:] == [STALE, READY])


def test_closing_refuses_what_is_queued_and_what_comes_late() -> None:
    floor = Floor("/dev/ttyHALL9")
    floor.link.start()
    floor.states.wait_for(ABSENT)
    floor.submit(b"x")
    floor.link.close()
    floor.submit(b"y")
    reasons = floor.refused.wait(2)
    assert [type(reason) for reason in reasons] == [LinkClosed, LinkClosed]
    assert floor.link.state is CLOSED
    floor.link.close()


def test_silence_and_alarms_reach_the_client() -> None:
    client = Client(gap=0.05)
    with Listener() as device, linked(device.path, client):
        client.silences.wait()
        client.alarm = time.monotonic() + 0.05
        device.say(b"x")  # the worker looks at the clock again
        client.alarms.wait()


def test_alarms_go_off_without_a_port() -> None:
    client = Client()
    client.alarm = time.monotonic() + 0.2
    with linked("/dev/ttyHALL9", client):
        (at,) = client.alarms.wait()
        assert at < time.monotonic() + WAIT


def test_a_failing_callback_is_logged_and_survived(caplog: pytest.LogCaptureFixture) -> None:
    def broken(_channel: Channel) -> None:
        raise ZeroDivisionError

    with Listener() as device, linked(device.path) as floor:
        with caplog.at_level(logging.ERROR):
            floor.member.submit(broken, floor.refused.put)
            floor.submit(b"still here")
            device.heard.wait_until(lambda parts: b"".join(parts) == b"still here")
        assert "a device callback failed" in caplog.text


def test_jobs_without_end_do_not_keep_anybody_from_hearing() -> None:
    with Listener() as device, linked(device.path) as floor:
        floor.states.wait_for(READY)
        stop = threading.Event()

        def again(_channel: Channel) -> None:
            floor.ran.put("again")
            if not stop.is_set():
                floor.member.submit(again, floor.refused.put)

        floor.member.submit(again, floor.refused.put)
        try:
            floor.ran.wait(10)
            device.say(b"hello")
            floor.client.heard.wait_until(lambda parts: b"".join(parts) == b"hello")
        finally:
            stop.set()


def test_jobs_wake_the_worker_once_for_all() -> None:
    """A wake is a byte in a pipe: tens of thousands would block who submits."""
    with Listener() as device, linked(device.path) as floor:
        floor.states.wait_for(READY)
        port, wakes = floor.link._port, Box[None]()
        assert port is not None
        device.stop_reading()
        floor.submit(bytes(200_000))  # the worker is held up by this one
        floor.client.greetings.wait()
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(port, "wake", lambda: wakes.put(None))
            for _ in range(1000):
                floor.member.submit(nothing, nothing)
        assert len(wakes.items) < 10
        floor.states.wait_for(STALE)


def test_alarms_go_off_while_the_line_is_busy() -> None:
    client = Client()
    with Listener() as device, linked(device.path, client) as floor:
        floor.states.wait_for(READY)
        stop = threading.Event()

        def again(_channel: Channel) -> None:
            if not stop.is_set():
                floor.member.submit(again, floor.refused.put)

        floor.member.submit(again, floor.refused.put)
        client.alarm = time.monotonic() + 0.05
        try:
            client.alarms.wait()
        finally:
            stop.set()


@pytest.mark.parametrize("where", ["open_port", "Line"])
def test_a_mistake_of_ours_is_logged_and_tried_again(
    where: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    with Listener() as device:
        with caplog.at_level(logging.ERROR), monkeypatch.context() as patch:
            patch.setattr(f"hallclient.devices.link.{where}", lambda *_: 1 / 0)
            with linked(device.path) as floor:
                floor.states.wait_for(FAILED)
                patch.undo()
                floor.states.wait_for(READY)
        assert f"port {device.path} " in caplog.text
