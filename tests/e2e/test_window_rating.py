"""A window, its keypad on a real line, and its screen: who asks, and what comes in."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from hallclient.devices.emulators.keypad import EmulatedKeypad
from hallclient.devices.profile import load_profile
from hallclient.lab.hand import Hand
from hallclient.services.rating_contact import opened_contact
from hallclient.services.sealing import HallKey, make_key
from hallclient.ui.words import Words
from tests.e2e.test_roles import KEY, LIMIT_S, Roles, finish, hall, roles, sign_in
from tests.stores import HallUnderTest
from tests.waiting import eventually

__all__ = ["hall", "roles"]

SQLITE = pytest.mark.parametrize("hall_url", ["sqlite"], indirect=True)
SAY = Words()
LEVEL = {level: SAY(f"rating.level{level}") for level in range(1, 6)}
KEYPAD = "SELECT state FROM device WHERE name = 'keypad'"
SCREEN = "SELECT state, levels FROM device WHERE name = 'screen' AND window_code = '1'"
RATINGS = "SELECT level, device, reasons FROM rating ORDER BY id"
NUMBER = "13800001234"


@pytest.fixture
def keypad(tmp_path: Path) -> Iterator[EmulatedKeypad]:
    with EmulatedKeypad(load_profile("ff68-keypad"), link=tmp_path / "keypad") as opened:
        yield opened


@pytest.fixture
def key(roles: Roles) -> HallKey:
    return make_key(roles.terminal.home / "DATA" / "hallclient" / "hall.key")


def serve(window: Hand) -> None:
    window.touch(KEY["call_next"])
    window.wait_for(KEY["start"])
    window.touch(KEY["start"])
    window.wait_for(KEY["finish"])
    finish(window)


def given(hall: HallUnderTest) -> list[tuple[int, str]]:
    return [(row.level, row.device) for row in hall.rows(RATINGS)]


@SQLITE
def test_the_screen_asks_while_the_keypad_is_dead(
    roles: Roles, hall: HallUnderTest, keypad: EmulatedKeypad, key: HallKey
) -> None:
    for _ in range(3):
        hall.issue("BDC001")
    window = roles.start("w", "window", "1", "--keypad", keypad.path)
    screen = roles.start("s", "screen", "--window", "1")
    sign_in(window)
    eventually(lambda: [tuple(row) for row in hall.rows(KEYPAD)] == [("ready",)])
    serve(window)
    assert keypad.wait_for_asks(1, LIMIT_S)
    screen.wait_to_read(SAY("screen.rated.big"))
    assert not screen.shows(LEVEL[5])
    keypad.press(4)
    eventually(lambda: given(hall) == [(4, "window 1")])

    keypad.unplug()
    screen.wait_for(LEVEL[2])  # the asking is still open, and the screen takes it over
    screen.touch(SAY("rating.not_now"))
    screen.wait_to_read(SAY("rating.thanks.title"))
    serve(window)
    screen.wait_for(LEVEL[2])
    screen.touch(LEVEL[2])
    tag = screen.wait_for(SAY("rating.reason.213"))
    screen.touch(tag)
    screen.touch(screen.wait_for_start(SAY("rating.contact")))
    for digit in NUMBER:
        screen.touch(screen.wait_for(digit))
    screen.touch(SAY("rating.number.ok"))
    screen.touch(screen.wait_for(SAY("rating.why.submit")))
    screen.wait_to_read(SAY("rating.thanks.title"))
    eventually(lambda: given(hall)[1:] == [(2, "screen 1")])
    assert "213" in str(hall.rows(RATINGS)[1].reasons)
    row = hall.rows("SELECT rating_id, sealed FROM rating_contact")[0]
    assert opened_contact(key, row.rating_id, bytes(row.sealed)) == f"+86{NUMBER}"

    keypad.plug_in()
    eventually(lambda: hall.one(KEYPAD) == "ready", limit_s=20)
    serve(window)
    assert keypad.wait_for_asks(2, LIMIT_S)
    keypad.press(5)
    eventually(lambda: given(hall)[2:] == [(5, "window 1")])
    assert not screen.shows(LEVEL[5])
    assert hall.one("SELECT levels FROM device WHERE name = 'keypad'") == 5
    roles.end()
    assert [tuple(row) for row in hall.rows(SCREEN)] == [("closed", 5)], "it is not missed"
    for name in ("w", "s"):
        said = roles.log(name).read_text("utf-8")
        assert not any(
            told in said for told in (NUMBER, LEVEL[2], SAY("rating.reason.213"), "level")
        )


@SQLITE
def test_what_is_given_without_the_database_comes_in_later_also_after_a_kill(
    roles: Roles, hall: HallUnderTest, key: HallKey
) -> None:
    del key  # it is there
    for _ in range(2):
        hall.issue("BDC001")
    window = roles.start("w", "window", "1")
    screen = roles.start("s", "screen", "--window", "1", "--rating", "always")
    eventually(lambda: [tuple(row) for row in hall.rows(SCREEN)] == [("ready", 5)])
    sign_in(window)
    serve(window)
    screen.wait_for(LEVEL[5])
    window.wait_to_read(SAY("state.rating"))  # without a keypad
    screen.cut(on=True)
    screen.touch(LEVEL[5])
    screen.wait_to_read(SAY("rating.thanks.title"))
    kept = roles.terminal.home / "DATA" / "hallclient"
    eventually(lambda: any(file.stat().st_size for file in kept.glob("screen-*/ratings.log")))
    roles.kill("s")
    assert given(hall) == []
    again = roles.start("s", "screen", "--window", "1", "--rating", "always")
    eventually(lambda: given(hall) == [(5, "screen 1")], limit_s=20)
    again.wait_to_read(SAY("rating.thanks.title"), gone=True)
    roles.end(calm=False)
