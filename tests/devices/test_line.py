"""Who may speak on a shared line, and who hears what."""

import logging
import time
from collections import deque
from collections.abc import Callable

import pytest

from hallclient.devices.line import (
    ANSWER_SECONDS,
    BUS_READ_SECONDS,
    MAX_HOLD_SECONDS,
    SWITCH_SECONDS,
    Line,
)
from hallclient.devices.link import Channel, Link, Member
from hallclient.devices.transport import Port, PortLost, PortSettings, WriteTimeout
from hallclient.services.ports_devices import DeviceState
from tests.devices.stubs import Box, Client, Listener

READY, STALE = DeviceState.READY, DeviceState.STALE
SETTINGS = PortSettings(write_timeout=0.3)


class ScriptedPort(Port):
    """A port that gives the scripted reads and keeps what is written."""

    def __init__(self, *reads: bytes) -> None:
        self.reads = deque(reads)
        self.written: list[bytes] = []
        self.takes = True
        self.lost = False
        self.waits: list[float] = []

    def read(self, timeout: float) -> bytes:
        self.waits.append(timeout)
        if self.lost:
            raise PortLost("lost")
        return self.reads.popleft() if self.reads else b""

    def write(self, data: bytes) -> None:
        if not self.takes:
            raise WriteTimeout("takes no bytes")
        self.written.append(data)

    def discard_unsent(self) -> None:
        pass

    def wake(self) -> None:
        pass

    def interrupt(self) -> None:
        pass

    def close(self) -> None:
        pass


class Bus:
    """A line with as many members as wanted; greetings are over."""

    def __init__(self, port: ScriptedPort, count: int = 2, gap: float | None = None) -> None:
        self.link = Link("/dev/ttyHALL9", SETTINGS)
        self.clients = [Client(gap) for _ in range(count)]
        self.members = [self.link.join(client) for client in self.clients]
        for member in self.members:
            member.port_entered(READY)
        self.line = Line(port, self.members, 9600)
        while self.line.has_urgent(jobs=False):
            self.line.give_urgent_turn()

    def heard(self) -> list[bytes]:
        return [b"".join(client.heard.items) for client in self.clients]


def reads(channel: Channel) -> None:
    channel.read(5.0)


def says(data: bytes) -> Callable[[Channel], None]:
    return lambda channel: channel.write(data)


def test_everybody_is_greeted_in_a_turn_of_its_own() -> None:
    bus = Bus(ScriptedPort(), 3)
    assert [client.greetings.items for client in bus.clients] == [["opened"]] * 3


def test_what_comes_in_is_heard_by_everyone() -> None:
    bus = Bus(ScriptedPort(b"ab"), 3)
    bus.line.listen(0.1)
    assert bus.heard() == [b"ab"] * 3


def test_what_one_reads_in_its_turn_the_others_hear_too() -> None:
    bus, got = Bus(ScriptedPort(b"ab", b"cd"), 3), list[bytes]()

    def collects(channel: Channel) -> None:
        got.append(channel.read(5.0) + channel.read(5.0))

    bus.line.give_job_turn(bus.members[1], collects)
    assert got == [b"abcd"]
    assert bus.heard() == [b"abcd", b"", b"abcd"]


@pytest.mark.parametrize(("count", "most"), [(1, 5.0), (2, BUS_READ_SECONDS)])
def test_nobody_reads_for_long_on_a_bus(count: int, most: float) -> None:
    port = ScriptedPort()
    bus = Bus(port, count)
    bus.line.give_job_turn(bus.members[0], reads)
    assert port.waits == [most]


def test_trouble_of_one_member_is_its_own(caplog: pytest.LogCaptureFixture) -> None:
    class Broken(Client):
        def received(self, data: bytes, channel: Channel) -> None:
            raise ZeroDivisionError

        def opened(self, channel: Channel) -> None:
            raise ZeroDivisionError

    link, port = Link("/dev/ttyHALL9", SETTINGS), ScriptedPort(b"ab")
    well = Client()
    members = [link.join(Broken()), link.join(well)]
    line = Line(port, members, 9600)
    with caplog.at_level(logging.ERROR):
        while line.has_urgent(jobs=False):
            line.give_urgent_turn()
        line.listen(0.1)
    assert well.greetings.items == ["opened"]
    assert well.heard.items == [b"ab"]
    assert caplog.text.count("a device callback failed on /dev/ttyHALL9") == 2


def test_a_lost_port_is_everybodys() -> None:
    port = ScriptedPort()
    bus = Bus(port)
    port.lost = True
    with pytest.raises(PortLost):
        bus.line.give_job_turn(bus.members[0], reads)


def test_a_write_time_out_is_of_the_device_that_was_written_to() -> None:
    port = ScriptedPort()
    bus = Bus(port)
    port.takes = False
    bus.line.give_job_turn(bus.members[0], says(b"x"))
    assert [member.state for member in bus.members] == [STALE, READY]
    port.takes = True
    bus.line.give_job_turn(bus.members[0], says(b"y"))
    assert [member.state for member in bus.members] == [READY, READY]
    assert port.written == [b"y"]


def test_answers_wait_for_a_clear_line_and_go_before_jobs() -> None:
    class Polite(Client):
        def received(self, data: bytes, channel: Channel) -> None:
            super().received(data, channel)
            channel.write(b"ack " + data)
            assert channel.read(5.0) == b""

    link, port = Link("/dev/ttyHALL9", SETTINGS), ScriptedPort(b"one")
    members = [link.join(Polite())]
    line = Line(port, members, 9600)
    line.give_urgent_turn()
    line.listen(0.1)
    assert port.written == []
    assert line.has_urgent(jobs=False)
    line.give_urgent_turn()
    assert port.written == [b"ack one"]
    assert not line.has_urgent(jobs=False)


def test_nobody_speaks_into_a_frame_that_is_coming_in() -> None:
    bus = Bus(ScriptedPort(b"half a fr"), 1)
    (client,) = bus.clients
    assert bus.line.hold(time.monotonic()) == 0.0
    client.gap = 0.05
    bus.line.listen(0.1)
    now = time.monotonic()
    assert 0.0 < bus.line.hold(now) <= 0.05
    assert bus.line.hold(now + 0.06) == 0.0
    client.gap = None  # the rest has come
    assert bus.line.hold(now) == 0.0


def test_a_babbling_device_does_not_silence_the_host() -> None:
    bus = Bus(ScriptedPort(), 1)
    (client,), (member,) = bus.clients, bus.members
    client.gap = 0.05
    begun = now = time.monotonic()
    while True:
        member.quiet_since = now  # another byte
        if bus.line.hold(now) == 0.0:
            break
        now += 0.02
        assert now - begun < 2 * MAX_HOLD_SECONDS
    assert now - begun >= MAX_HOLD_SECONDS


def test_silence_is_told_once_to_those_who_wait_inside_a_frame() -> None:
    bus = Bus(ScriptedPort(b"half"), 2)
    waiting, done = bus.clients
    waiting.gap = 0.02
    bus.line.listen(0.1)
    deadline = time.monotonic() + 5.0
    while not waiting.silences.items:
        bus.line.listen(0.0)
        assert time.monotonic() < deadline
    assert done.silences.items == []


def test_a_device_on_a_bus_gets_time_to_answer_before_the_next_is_spoken_to() -> None:
    bus = Bus(ScriptedPort(b"answer"))
    bus.line.give_job_turn(bus.members[0], says(bytes(96)))
    now = time.monotonic()
    # The bytes are a tenth of a second on the wire, then it is the device's turn.
    assert 0.1 + ANSWER_SECONDS - 0.02 < bus.line.hold(now) <= 0.1 + ANSWER_SECONDS
    assert bus.line.hold(now + 0.1 + ANSWER_SECONDS) == 0.0
    bus.line.listen(0.1)  # it has answered: only the line must change its direction
    assert bus.line.hold(time.monotonic()) <= SWITCH_SECONDS


def test_a_device_with_a_line_of_its_own_is_not_waited_for() -> None:
    bus = Bus(ScriptedPort(), 1)
    bus.line.give_job_turn(bus.members[0], says(bytes(96)))
    assert bus.line.hold(time.monotonic()) == 0.0


def test_each_member_has_its_own_state_and_the_link_the_lines() -> None:
    states: Box[DeviceState] = Box()
    link = Link("/dev/ttyHALL9", SETTINGS)
    one, two = (link.join(Client()) for _ in range(2))
    link.watch(states.put)

    def answers(member: Member, yes: bool) -> None:
        member.submit(lambda channel: channel.answers(answers=yes), lambda _reason: None)

    with Listener() as device:
        link.url = device.path
        link.start()
        try:
            states.wait_for(READY)
            answers(one, yes=False)
            answers(two, yes=False)
            states.wait_until(lambda seen: seen[-1] is STALE)
            assert (one.state, two.state) == (STALE, STALE)
            answers(one, yes=True)
            states.wait_until(lambda seen: seen[-1] is READY)
            assert (one.state, two.state) == (READY, STALE)
        finally:
            link.close()
    assert (one.state, two.state) == (DeviceState.CLOSED, DeviceState.CLOSED)
    assert states.items == [
        DeviceState.OPENING,
        READY,
        STALE,
        READY,
        DeviceState.CLOSED,
    ]


def test_a_started_link_takes_no_more_devices() -> None:
    link = Link("/dev/ttyHALL9", SETTINGS)
    link.start()
    try:
        with pytest.raises(RuntimeError, match="has started already"):
            link.join(Client())
    finally:
        link.close()
