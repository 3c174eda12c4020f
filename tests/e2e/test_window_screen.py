"""A window's screen as a real process: what it shows, and what it survives."""

from pathlib import Path

import pytest
from PIL import Image

from hallclient.domain.turn import Outcome
from hallclient.lab.hand import Hand
from hallclient.ui.words import Words
from tests.e2e.test_roles import Roles, hall, roles
from tests.stores import HallUnderTest
from tests.waiting import eventually

__all__ = ["hall", "roles"]

BOTH = pytest.mark.parametrize("hall_url", ["sqlite", "postgresql"], indirect=True)
AMBER = (255, 191, 47)
IN_CARD = (1200, 60)
"""A place on the card of 1280×800 where nothing is written."""


def colour(screen: Hand, folder: Path) -> tuple[int, ...]:
    file = folder / "screen.png"
    screen.grab(file)
    with Image.open(file) as image:
        return image.convert("RGB").getpixel(IN_CARD)  # type: ignore[return-value]


def says(screen: Hand, text: str) -> bool:
    return any(text in words for words in screen.words())


@pytest.mark.usually_on("postgresql")
@BOTH
def test_a_screen_follows_its_window_and_comes_back_after_a_power_cut(
    roles: Roles, hall: HallUnderTest
) -> None:
    folder, words = roles.terminal.home, Words()
    command = ("screen", "--window", "2", "--at", "0,0,1280,800")
    screen = roles.start("s", *command)
    eventually(lambda: says(screen, words("screen.closed.here")))
    hall.sign_in("2")
    hall.issue("ZH001")
    hall.issue("ZH001")
    eventually(lambda: says(screen, words("screen.idle.big")))
    hall.calling("2").call_next()
    eventually(lambda: colour(screen, folder) == AMBER)
    assert says(screen, "A001")
    roles.kill("s")
    screen = roles.start("s", *command)
    eventually(lambda: colour(screen, folder) == AMBER)
    hall.calling("2").start()
    eventually(lambda: says(screen, words("screen.standing.serving")))
    hall.calling("2").finish(Outcome.CONSULT)
    level = words("rating.level5")
    eventually(lambda: says(screen, level))  # no keypad: it asks by itself
    hall.calling("2").call_next()
    eventually(lambda: says(screen, words("screen.call_band", label="A002")))
    screen.touch(level)
    eventually(lambda: hall.rows("SELECT count(*) FROM rating")[0][0] == 1)
    log = roles.log("s").read_text("utf-8")
    assert level not in log
    assert "level" not in log
    roles.end()
