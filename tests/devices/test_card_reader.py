"""An ID-card reader over a real pseudo-terminal: every card once, and nothing of it in any log."""

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hallclient.devices.card_reader import CardReader
from hallclient.devices.emulators.card_reader import NOBODY, EmulatedCardReader
from hallclient.devices.id_card import IdCard, card_text
from hallclient.devices.link import Link
from hallclient.devices.profile import DeviceEvent, load_profile
from hallclient.services.ports_devices import DeviceState
from tests.devices.stubs import WAIT, Box, Listener, ScriptedChannel

SAM = load_profile("sam-card-reader")
FIND, SELECT, READ = (SAM.encode(name) for name in ("find", "select", "read"))
SOMEBODY = replace(
    NOBODY,
    name="样张乙",
    number="999999198512300029",
    born=date(1985, 12, 30),
    sex=2,
    valid_to=None,
)
QUICK = 0.02


class Kiosk:
    """A reader on a link, with what it reported."""

    def __init__(self, url: str) -> None:
        self.cards: Box[IdCard] = Box()
        self.removals: Box[float] = Box()
        self.unreadable: Box[float] = Box()
        self.states: Box[DeviceState] = Box()
        self.link = Link(url, SAM.port)
        self.reader = CardReader(
            self.link,
            SAM,
            self.cards.put,
            removed=lambda: self.removals.put(time.monotonic()),
            unreadable=lambda: self.unreadable.put(time.monotonic()),
        )
        self.reader.watch(self.states.put)


@contextmanager
def kiosk(url: str) -> Iterator[Kiosk]:
    made = Kiosk(url)
    made.link.start()
    try:
        made.states.wait_until(lambda seen: seen[-1:] != [DeviceState.OPENING] and bool(seen))
        yield made
    finally:
        made.link.close()


@pytest.fixture
def sam() -> Iterator[EmulatedCardReader]:
    with EmulatedCardReader(SAM) as reader:
        yield reader


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ask faster than any reader wants, so that a test needs no seconds."""
    monkeypatch.setattr("hallclient.devices.card_reader.POLL_SECONDS", QUICK)
    monkeypatch.setattr("hallclient.devices.card_reader.STALE_POLL_SECONDS", QUICK)
    monkeypatch.setattr("tests.devices.test_card_reader.SAM", replace(SAM, poll_seconds=QUICK))


def test_the_vectors_of_a_whole_reading() -> None:
    assert tuple(
        bytes.fromhex(f"AA AA AA 96 69 00 03 {rest}")
        for rest in ("20 01 22", "20 02 21", "30 01 32")
    ) == (FIND, SELECT, READ)
    head = bytes.fromhex("AA AA AA 96 69")
    with Listener() as device, kiosk(device.path) as hall:
        device.heard.wait_until(lambda parts: b"".join(parts) == FIND)
        device.say(head + bytes.fromhex("00 08 00 00 9F 00 00 00 00 97"))
        device.heard.wait_until(lambda parts: b"".join(parts) == FIND + SELECT)
        device.say(head + bytes.fromhex("00 0C 00 00 90 00 00 00 00 00 00 00 00 9C"))
        device.heard.wait_until(lambda parts: b"".join(parts) == FIND + SELECT + READ)
        reply = SAM.say("read", text=card_text(NOBODY))
        assert len(reply) == 5 + 2 + 3 + 4 + 256 + 1024 + 1
        for start in range(0, len(reply), 100):
            device.say(reply[start : start + 100])
        assert hall.cards.wait() == [NOBODY]


class Timed(EmulatedCardReader):
    """A reader that notes when it is asked."""

    def __init__(self) -> None:
        self.moments: Box[float] = Box()
        super().__init__(SAM)

    def _obey(self, event: DeviceEvent) -> None:
        self.moments.put(time.monotonic())
        super()._obey(event)


def test_it_is_asked_every_third_of_a_second_and_never_faster() -> None:
    with Timed() as sam, kiosk(sam.path):
        seen = sam.moments.wait(4)
    pauses = [later - earlier for earlier, later in pairwise(seen)]
    assert min(pauses) >= 0.29
    assert max(pauses) < 1.0


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize("finds_again", [False, True])
def test_every_card_is_read_once_however_long_it_lies(
    sam: EmulatedCardReader, *, finds_again: bool
) -> None:
    sam.finds_again = finds_again
    with kiosk(sam.path) as hall:
        sam.lay(NOBODY)
        assert hall.cards.wait() == [NOBODY]
        asked = sam.requests("find")
        assert sam.wait_for_requests("find", asked + 8, WAIT)
        assert sam.requests("read") == 1
        sam.lift()
        hall.removals.wait()
        sam.lay(SOMEBODY)
        assert hall.cards.wait(2) == [NOBODY, SOMEBODY]
        sam.lift()
        hall.removals.wait(2)
        sam.lay(SOMEBODY)
        assert hall.cards.wait(3)[2] == SOMEBODY
        assert len(hall.removals.items) == 2 if finds_again else len(hall.removals.items) >= 2


@pytest.mark.usefixtures("quick")
def test_one_answer_without_a_card_is_not_yet_a_removal(sam: EmulatedCardReader) -> None:
    sam.finds_again = True
    with kiosk(sam.path) as hall:
        sam.lay(NOBODY)
        hall.cards.wait()
        sam.overlooks = 1
        asked = sam.requests("find")
        assert sam.wait_for_requests("find", asked + 5, WAIT)
        assert hall.removals.items == []
        assert sam.requests("read") == 1


@pytest.mark.usefixtures("quick")
def test_a_card_that_cannot_be_read_is_given_up_until_it_is_lifted(
    sam: EmulatedCardReader,
) -> None:
    sam.broken_card = True
    with kiosk(sam.path) as hall:
        sam.lay(NOBODY)
        hall.unreadable.wait()
        tries = sam.requests("read")
        assert tries == 3
        asked = sam.requests("find")
        assert sam.wait_for_requests("find", asked + 5, WAIT)
        assert sam.requests("read") == tries
        sam.lift()
        hall.removals.wait()
        sam.broken_card = False
        sam.lay(SOMEBODY)
        assert hall.cards.wait() == [SOMEBODY]
        assert len(hall.unreadable.items) == 1


@pytest.mark.usefixtures("quick")
def test_a_card_whose_number_is_wrong_is_not_read(sam: EmulatedCardReader) -> None:
    with kiosk(sam.path) as hall:
        sam.finds_again = True
        sam.lay(replace(NOBODY, number="999999199003070011"))
        hall.unreadable.wait()
        assert hall.cards.items == []


@pytest.mark.usefixtures("quick")
def test_a_silent_reader_is_stale_and_comes_back(
    sam: EmulatedCardReader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "tests.devices.test_card_reader.SAM", replace(SAM, poll_seconds=QUICK, ack_seconds=0.1)
    )
    sam.deaf = True
    with kiosk(sam.path) as hall:
        hall.states.wait_for(DeviceState.STALE)
        sam.lay(NOBODY)
        sam.deaf = False
        hall.states.wait_until(lambda seen: seen[-1] is DeviceState.READY)
        assert hall.cards.wait() == [NOBODY]
        assert hall.reader.state is DeviceState.READY


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize("fault", ["garbage on", "slow 0.1"])
def test_noise_and_slowness(sam: EmulatedCardReader, fault: str) -> None:
    assert sam.command(f"fault {fault}") == "ok"
    with kiosk(sam.path) as hall:
        assert sam.command("card on") == "ok"
        assert hall.cards.wait() == [NOBODY]
        assert sam.command("card off") == "ok"
        hall.removals.wait()


@pytest.mark.usefixtures("quick")
def test_damaged_answers_are_no_card(
    sam: EmulatedCardReader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "tests.devices.test_card_reader.SAM", replace(SAM, poll_seconds=QUICK, ack_seconds=0.1)
    )
    sam.damaged = True
    sam.lay(NOBODY)
    with kiosk(sam.path) as hall:
        hall.states.wait_for(DeviceState.STALE)
        assert hall.cards.items == []
        sam.damaged = False
        assert hall.cards.wait() == [NOBODY]


@pytest.mark.usefixtures("quick")
def test_it_comes_back_with_its_cable(tmp_path: Path) -> None:
    with EmulatedCardReader(SAM, link=tmp_path / "sam") as sam, kiosk(sam.path) as hall:
        sam.lay(NOBODY)
        hall.cards.wait()
        sam.unplug()
        hall.states.wait_for(DeviceState.ABSENT)
        sam.lift()
        sam.plug_in()
        hall.states.wait_until(lambda seen: seen[-1] is DeviceState.READY)
        hall.removals.wait()
        sam.lay(SOMEBODY)
        assert hall.cards.wait(2) == [NOBODY, SOMEBODY]


@pytest.mark.usefixtures("quick")
def test_logs_do_not_tell_whose_card_it_was(caplog: pytest.LogCaptureFixture) -> None:
    def fail(card: IdCard) -> None:
        raise RuntimeError("the screen went away")

    with caplog.at_level(logging.DEBUG), EmulatedCardReader(SAM) as sam:
        link = Link(sam.path, SAM.port)
        CardReader(link, SAM, fail)
        link.start()
        try:
            sam.lay(NOBODY)
            assert sam.wait_for_requests("read", 1, WAIT)
            sam.broken_card = sam.finds_again = True
            asked = sam.requests("find")
            assert sam.wait_for_requests("find", asked + 4, WAIT)
        finally:
            link.close()
    assert "went away" in caplog.text
    for part in (NOBODY.name, NOBODY.number, NOBODY.address, "1990", "样张"):
        assert part not in caplog.text


@given(
    parts=st.lists(
        st.one_of(
            st.binary(max_size=40),
            st.sampled_from(["found", "selected", "absent", "failed", "refused"]).map(SAM.say),
            st.just(SAM.say("read", text=card_text(NOBODY))),
        ),
        max_size=12,
    )
)
def test_any_answers_in_any_order(parts: list[bytes]) -> None:
    hall = Kiosk("/dev/ttyHALL9")
    channel = ScriptedChannel()
    hall.reader.opened(channel)
    for part in parts:
        hall.reader.received(part, channel)
    hall.reader.silent(channel)
    assert len(hall.cards.items) <= 1
    assert channel.written == [FIND, SELECT, READ][: len(channel.written)]


class Asking:
    """A reader that asks first, with what it reported."""

    def __init__(self, url: str) -> None:
        self.cards: Box[IdCard] = Box()
        self.noticed: Box[float] = Box()
        self.removals: Box[float] = Box()
        self.unreadable: Box[float] = Box()
        self.link = Link(url, SAM.port)
        self.reader = CardReader(
            self.link,
            SAM,
            self.cards.put,
            removed=lambda: self.removals.put(time.monotonic()),
            unreadable=lambda: self.unreadable.put(time.monotonic()),
            noticed=lambda: self.noticed.put(time.monotonic()),
        )
        self.link.start()

    def __enter__(self) -> "Asking":
        return self

    def __exit__(self, *_error: object) -> None:
        self.link.close()


def settle(sam: EmulatedCardReader) -> None:
    """Wait until the reader was asked a few times more."""
    assert sam.wait_for_requests("find", sam.requests("find") + 4, WAIT)


@pytest.mark.usefixtures("quick")
def test_a_card_is_noticed_once_and_not_read_until_it_is_allowed(sam: EmulatedCardReader) -> None:
    with Asking(sam.path) as hall:
        sam.lay()
        hall.noticed.wait()
        settle(sam)
        assert len(hall.noticed.items) == 1
        assert sam.requests("select") == 0
        hall.reader.allow(reading=True)
        assert hall.cards.wait() == [NOBODY]


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize("again", [False, True])
def test_one_word_reads_one_card_and_one_left_behind_is_nobodys(
    sam: EmulatedCardReader,
    again: bool,
) -> None:
    sam.finds_again = again
    with Asking(sam.path) as hall:
        hall.reader.allow(reading=True)
        sam.lay(SOMEBODY)
        assert hall.cards.wait() == [SOMEBODY]
        hall.reader.allow(reading=True)  # the next citizen agrees while it still lies there
        settle(sam)
        assert hall.cards.items == [SOMEBODY]
        assert hall.noticed.items == []
        hall.reader.allow(reading=False)
        sam.lift()
        hall.removals.wait()
        sam.lay(NOBODY)
        hall.noticed.wait()
        assert hall.cards.items == [SOMEBODY]


@pytest.mark.usefixtures("quick")
def test_a_word_taken_back_reads_nothing(sam: EmulatedCardReader) -> None:
    sam.broken_card = True  # it never comes to the end of a reading by itself
    with Asking(sam.path) as hall:
        hall.reader.allow(reading=True)
        sam.lay()
        assert hall.unreadable.wait()
        sam.lift()
        hall.removals.wait()
        sam.broken_card = False
        sam.lay()
        hall.noticed.wait()
        hall.reader.allow(reading=False)
        settle(sam)
        assert hall.cards.items == []
        sam.lift()
        hall.removals.wait(2)
