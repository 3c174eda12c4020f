"""The LED strip over a window, on a real pseudo-terminal: it follows every state there."""

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from hallclient.devices.emulators.strip import EmulatedStrip
from hallclient.devices.link import Link
from hallclient.devices.profile import load_profile
from hallclient.devices.strip import WindowStrip
from hallclient.domain.holding import HoldKind
from hallclient.domain.publication import EmergencyKind, Publication, PublicationKind
from hallclient.domain.rating import Level
from hallclient.domain.text import LocalText
from hallclient.domain.turn import Outcome
from hallclient.phrases import Phrases
from hallclient.services import attendant as attendant_module
from hallclient.services.attendant import Attendant
from hallclient.services.attended import FLASHES, AttendedWindow, WindowDevices
from hallclient.services.ports_devices import DeviceKind, DeviceState, StripColour
from hallclient.services.ratings import Ratings
from hallclient.services.stations import DeviceReport
from hallclient.services.window_public import Standing, WindowPublic
from hallclient.services.windows import window_state
from tests.services.floor_devices import HandFeed, Switch
from tests.stores import HallUnderTest

SQLITE = pytest.mark.parametrize("hall_url", ["sqlite"], indirect=True)
LIMIT_S = 8.0
FIRE = Publication(
    1, PublicationKind.EMERGENCY, LocalText("去东广场"), emergency=EmergencyKind.FIRE
)


class Colours:
    """A strip that keeps its lines with their colours."""

    state = DeviceState.READY

    def __init__(self) -> None:
        self.said: list[tuple[str, StripColour]] = []

    def show(self, text: str, colour: StripColour = StripColour.RED) -> None:
        self.said.append((text, colour))


@contextmanager
def over_a_window(hall: HallUnderTest, profile: str) -> Iterator[tuple[EmulatedStrip, HandFeed]]:
    known = load_profile(profile)
    feed, store = HandFeed(), Switch(hall.store)
    with EmulatedStrip(known) as emulated:
        link = Link(emulated.path, known.port)
        strip = WindowStrip(link, known, 1)
        link.start()
        attendant = Attendant(
            lambda: store, feed.open, {"2": WindowDevices(strip=strip)}, Phrases()
        )
        attendant.start()
        try:
            yield emulated, feed
        finally:
            attendant.close()
            link.close()


@SQLITE
@pytest.mark.parametrize("profile", ["a090-strip", "onbon-bx"])
def test_a_strip_follows_its_window(
    hall: HallUnderTest, profile: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(attendant_module, "FLASH_S", 0.02)
    with over_a_window(hall, profile) as (strip, feed):

        def reads(text: str) -> None:
            feed.ring()
            assert strip.wait_for_text(text, LIMIT_S), strip.texts

        reads("暂未开放")
        hall.sign_in("2")
        reads("2 号窗口")
        hall.issue()
        hall.issue()
        calling = hall.calling()
        calling.call_next()
        before = len(strip.texts)
        reads("请 A001")
        assert strip.wait_for_texts(before + 1 + FLASHES, LIMIT_S), "it flashes"
        assert set(strip.texts[before:]) == {"请 A001"}
        calling.start()
        reads("A001 办理中")
        calling.hold(HoldKind.HERE)
        reads("2 号窗口")
        hall.shifts().pause("files")
        reads("暂停 取档案")
        with hall.store.change("test") as tx:
            tx.save_publication(FIRE)
        reads("火警 请离开")
        with hall.store.change("test") as tx:
            drill = Publication(
                2,
                PublicationKind.EMERGENCY,
                LocalText("去东广场"),
                emergency=EmergencyKind.FIRE,
                drill=True,
                zones=("1A",),
            )
            tx.save_publication(drill)
            tx.save_publication(ended(FIRE, tx.now))
        reads("演练：火警")
        with hall.store.change("test") as tx:
            tx.save_publication(ended(drill, tx.now))
        reads("暂停 取档案")
        hall.shifts().resume()
        hall.shifts().sign_out()
        reads("暂未开放")


def ended(one: Publication, now: datetime) -> Publication:
    return replace(one, ended_at=now)


@SQLITE
def test_a_call_flashes_in_colours_that_can_be_read_and_rests_in_its_own(
    hall: HallUnderTest,
) -> None:
    strip = Colours()
    window = AttendedWindow("2", WindowDevices(strip=strip), Phrases(), lambda: 0.0)
    hall.sign_in("2")
    hall.issue()
    hall.calling().call_next()

    def show() -> None:
        with hall.store.look() as reader:
            window.show(window_state(reader, reader.plan.window("2")), reader.plan.rules)

    show()
    assert window.flashing
    assert list(itertools.takewhile(lambda on: on, iter(window.flash, None)))
    red, yellow = StripColour.RED, StripColour.YELLOW
    assert [colour for _, colour in strip.said] == [red, *[yellow, red] * (FLASHES // 2)]
    assert {text for text, _ in strip.said} == {"请 A001"}
    show()
    assert len(strip.said) == FLASHES + 1, "a look that finds nothing new says nothing"
    hall.clock.now += timedelta(seconds=10)
    hall.calling().recall()
    show()
    assert window.flashing, "a recall flashes anew"
    window.flash()
    hall.calling().start()
    show()
    assert not window.flash()
    assert strip.said[-1] == ("A001 办理中", StripColour.GREEN)
    window.emergency = FIRE
    show()
    assert strip.said[-1] == ("火警 请离开", red)
    window.lose()
    assert strip.said[-1] == ("火警 请离开", red), "it stands also while the database is away"
    hall.calling().finish(Outcome.CONSULT)


@SQLITE
def test_a_screen_that_asks_is_said_over_its_window_for_the_whole_time(
    hall: HallUnderTest,
) -> None:
    strip = Colours()
    window = AttendedWindow("2", WindowDevices(strip=strip), Phrases(), lambda: 0.0)

    def shown() -> str:
        with hall.store.look() as reader:
            window.show(window_state(reader, reader.plan.window("2")), reader.plan.rules)
        return strip.said[-1][0]

    def finish() -> int:
        hall.issue()
        hall.calling().call_next()
        hall.calling().start()
        turn = hall.calling().finish(Outcome.CONSULT).turn
        assert turn is not None
        return turn.id

    hall.sign_in("2")
    finish()
    assert shown() == "2 号窗口", "nobody asks here"
    screen = DeviceReport("screen", DeviceKind.SCREEN, DeviceState.READY, window="2", levels=5)
    hall.store.report_devices("screen 2", [screen])
    turn = finish()
    assert shown() == "请您评价"
    Ratings(hall.store).record(turn, Level.VERY_SATISFIED, "screen 2")
    hall.clock.advance(seconds=19)
    assert shown() == "请您评价", "whatever was pressed"
    hall.clock.advance(seconds=2)
    assert shown() == "2 号窗口"


@SQLITE
def test_a_strip_asks_for_as_long_as_the_screen_at_its_window(hall: HallUnderTest) -> None:
    """Also after the next number did not come, and when somebody else sits down meanwhile."""
    strip, feed = Colours(), HandFeed()
    attendant = Attendant(
        lambda: hall.store, feed.open, {"2": WindowDevices(strip=strip)}, Phrases()
    )
    screen = DeviceReport("screen", DeviceKind.SCREEN, DeviceState.READY, window="2", levels=5)
    hall.store.report_devices("screen 2", [screen])
    public = WindowPublic(hall.store, "2", "always")

    def shown() -> tuple[str, Standing]:
        attendant._refresh()
        return strip.said[-1][0], public.look().standing

    hall.sign_in("2")
    for _ in range(2):
        hall.issue()
    hall.calling().call_next()
    hall.calling().start()
    hall.calling().finish(Outcome.CONSULT)
    assert shown() == ("请您评价", Standing.RATING)
    hall.calling().call_next()
    assert shown() == ("请 A002", Standing.CALLED)
    hall.clock.advance(seconds=10)
    hall.calling().return_to_pool()
    assert shown() == ("请您评价", Standing.RATING), "the next call does not end a rating"
    hall.shifts().sign_out()
    assert shown() == ("暂未开放", Standing.CLOSED)
    hall.sign_in("2")
    assert shown() == ("请您评价", Standing.RATING)
    hall.clock.advance(seconds=11)
    assert shown() == ("2 号窗口", Standing.IDLE)
