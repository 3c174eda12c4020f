"""Cables that are pulled, ports that hang, many at once: nobody else notices, nothing is left."""

import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from hallclient.devices.link import Link, Member
from hallclient.devices.links import Links
from hallclient.devices.transport import PortSettings, PortUnsuitable
from hallclient.lab.bench.devices import Bench, Phase
from hallclient.services.ports_devices import DeviceState
from tests.devices.stubs import Box, Client, Listener

PORTS, ROUNDS = 10, 10
BACK_SECONDS = 2.0
FRAME_SECONDS = 1 / 60
"""A screen's own beat: nobody sees less."""
WINDOWS = 6


class Plugged:
    """A device behind a name that stays, and the link that looks after it."""

    def __init__(self, stack: ExitStack, path: Path) -> None:
        self.device = stack.enter_context(Listener(link=path))
        self.client = Client()
        self.states: Box[DeviceState] = Box()
        self.link = Link(str(path), PortSettings(write_timeout=0.3))
        self.member: Member = self.link.join(self.client)
        self.member.watch(self.states.put)
        self.link.start()
        stack.callback(self.link.close)

    def wait_ready(self, times: int) -> None:
        self.states.wait_until(lambda seen: seen.count(DeviceState.READY) >= times)

    def wait_gone(self, times: int) -> None:
        self.states.wait_until(lambda seen: seen.count(DeviceState.ABSENT) >= times)

    def talks(self, word: bytes) -> None:
        """Both ways."""
        self.device.say(word)
        self.client.heard.wait_until(lambda parts: b"".join(parts).endswith(word))
        self.member.submit(lambda channel: channel.write(word), lambda _reason: None)
        self.device.heard.wait_until(lambda parts: b"".join(parts).endswith(word))


def descriptors() -> int:
    return sum(1 for _ in Path("/proc/self/fd").iterdir())


def test_a_hundred_replugs_each_back_within_two_seconds_and_nothing_left(tmp_path: Path) -> None:
    with ExitStack() as stack:
        floor = [Plugged(stack, tmp_path / f"port{n}") for n in range(PORTS)]
        for one in floor:
            one.wait_ready(1)
        open_now, threads = descriptors(), threading.active_count()
        for number in range(1, ROUNDS + 1):
            replug(floor, number)
            assert descriptors() == open_now
            assert threading.active_count() == threads
        assert {len(one.client.greetings.items) for one in floor} == {ROUNDS + 1}


def replug(floor: list[Plugged], number: int) -> None:
    """Pull all cables for the ``number``-th time and put them back."""
    for one in floor:
        one.device.unplug()
    for one in floor:
        one.wait_gone(number)
    plugged = time.monotonic()
    for one in floor:
        one.device.plug_in()
    for one in floor:
        one.wait_ready(number + 1)
    assert time.monotonic() - plugged < BACK_SECONDS
    for one in floor:
        one.talks(b"round %d;" % number)


def test_a_cable_that_is_pulled_over_a_write_that_hangs(tmp_path: Path) -> None:
    with ExitStack() as stack:
        one = Plugged(stack, tmp_path / "port")
        one.wait_ready(1)
        one.device.stop_reading()
        one.member.submit(lambda channel: channel.write(bytes(200_000)), lambda _reason: None)
        one.device.unplug()
        one.wait_gone(1)
        one.device.start_reading()
        one.device.plug_in()
        one.wait_ready(2)
        one.talks(b"again")


def test_the_links_of_a_process_are_one_for_each_port() -> None:
    links, slow = Links(), PortSettings(baud=9600)
    with Listener() as one, Listener() as two:
        link = links.at(one.path, slow)
        assert links.at(one.path, PortSettings(baud=9600, write_timeout=0.2)) is link
        assert links.at(two.path, slow) is not link
        with pytest.raises(PortUnsuitable, match="cannot run at 9600 baud, none, and at 19200"):
            links.at(one.path, PortSettings(baud=19200))
        members = [links.at(device.path, slow).join(Client()) for device in (one, two)]
        states: Box[DeviceState] = Box()
        for member, device in zip(members, (one, two), strict=True):
            member.watch(states.put)
            device.stop_reading()
            member.submit(lambda channel: channel.write(bytes(200_000)), lambda _reason: None)
        links.start()
        states.wait_until(lambda seen: seen.count(DeviceState.STALE) == 2)
        for member in members:
            member.submit(lambda channel: channel.write(bytes(200_000)), lambda _reason: None)
        before = time.monotonic()
        links.close()
        assert time.monotonic() - before < 1.6 * slow.write_timeout
        assert [member.state for member in members] == [DeviceState.CLOSED] * 2


@pytest.fixture(scope="module")
def thirty_two_ports() -> Iterator[Bench]:
    with Bench(30, 2) as bench:
        yield bench


def best(phases: list[Phase]) -> float:
    return min(phase.stall_ms for phase in phases)


def test_two_hung_ports_of_thirty_two_stall_neither_the_screen_nor_the_others(
    thirty_two_ports: Bench,
) -> None:
    """Hung ports are written to all the time, so each window has its chance to stall.

    What other programs do to this one's processor is no stall of ours: the calmest counts.
    """
    phases: list[Phase] = []
    while not phases or (best(phases) > FRAME_SECONDS * 1000 and len(phases) < WINDOWS):
        phases.append(thirty_two_ports.busy(1.0))
    assert best(phases) <= FRAME_SECONDS * 1000
    assert sum(phase.lost for phase in phases) == 0
    middle = sorted(phases[-1].frame_ms)[len(phases[-1].frame_ms) // 2]
    assert middle < FRAME_SECONDS * 1000
    assert len(phases[-1].frame_ms) > 200


def test_ports_where_nothing_happens_cost_nearly_nothing(thirty_two_ports: Bench) -> None:
    assert thirty_two_ports.idle(1.0).cpu < 0.25
