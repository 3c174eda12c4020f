"""A real bar docked on a real desktop: its strip, its place, the sign-in's keyboard."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest

from hallclient.lab.hand import Hand
from hallclient.ui.words import Words
from tests.desktop.real_desktop import RealDesktop, Typist, real_desktop
from tests.desktop.test_zero_characters import CALL_NEXT, SEED, counter
from tests.e2e.terminal import Terminal
from tests.e2e.test_roles import Roles
from tests.halls import PIN
from tests.stores import load_hall_at, staffed_hall
from tests.waiting import eventually

F1_KEY, FIRST_OUTCOME = (775, 36), (1400, 214)
"""Where they are on a screen 1920 wide."""
WHOLE = (0, 0, 1920, 1080)


@pytest.fixture
def desktop(tmp_path: Path) -> Iterator[RealDesktop]:
    with real_desktop(tmp_path) as opened:
        yield opened


@contextmanager
def bar(desktop: RealDesktop, window: str, settings: str = "") -> Iterator[Hand]:
    url = f"sqlite:///{desktop.home}/hall.db"
    if not (desktop.home / "hall.db").exists():
        load_hall_at(url, staffed_hall())
    file = desktop.home / f"{window}.toml"
    file.write_text(settings)
    socket = desktop.home / f"w{window}"
    words = ("window", window, "--db", url, "--robot", str(socket), "--settings", str(file))
    process = desktop.run(sys.executable, "-m", "hallclient", *words)
    hand = Hand(socket)
    try:
        yield hand
    finally:
        hand.close()
        process.terminate()
        assert process.wait(8) == 0


def area(desktop: RealDesktop) -> tuple[int, ...]:
    return desktop.typist.property(desktop.typist.root, "_NET_WORKAREA")[:4]


def test_two_bars_on_two_edges_keep_their_strips_free(desktop: RealDesktop) -> None:
    with bar(desktop, "1"):
        eventually(lambda: area(desktop) == (0, 72, 1920, 1008), "the strip")
        with bar(desktop, "2", '[window]\nedge = "right"\n'):
            eventually(lambda: area(desktop) == (0, 72, 1832, 1008), "both strips")
        eventually(lambda: area(desktop) == (0, 72, 1920, 1008), "one strip")
    eventually(lambda: area(desktop) == WHOLE, "nothing reserved")


def test_a_second_bar_on_the_same_edge_stands_inside(desktop: RealDesktop) -> None:
    with bar(desktop, "1"):
        eventually(lambda: area(desktop) == (0, 72, 1920, 1008), "the strip")
        with bar(desktop, "2"):
            eventually(lambda: area(desktop) == (0, 144, 1920, 936), "both strips")


def test_a_place_is_remembered(desktop: RealDesktop) -> None:
    kept = desktop.home / "CONFIG" / "hallclient" / "bar-1.json"
    kept.parent.mkdir(parents=True)
    kept.write_text(json.dumps({"edge": "left", "screen": "gone"}))
    with bar(desktop, "1"):
        eventually(lambda: area(desktop) == (88, 0, 1832, 1080), "the strip at the left")
    eventually(lambda: area(desktop) == WHOLE, "the first bar's strip is given back")
    kept.write_text('{"edge": ["top"], "colour": 1}')
    with bar(desktop, "1", "[window]\nreserve = false\n") as hand:
        hand.wait_for(Words()("window.side.sign_in"))
        assert area(desktop) == WHOLE


def test_the_sign_in_has_the_keyboard_and_gives_it_back(tmp_path: Path) -> None:
    with counter(tmp_path, tickets=1) as at:
        at.hand.wait_for(CALL_NEXT)
        at.hall.shifts("2").sign_out()
        sign_in = Words()("window.side.sign_in")
        at.hand.wait_for(sign_in)
        keys = at.desktop.typist
        for turn in range(2):
            keys.write("ab")
            at.other.gets("abcd" * turn + "ab")  # nobody clicks while he types
            at.hand.touch(sign_in)  # what is typed from here on is the sign-in's
            keys.tap(*"1002", "Escape")
            eventually(lambda: not at.is_shown(Words()("window.sign_in.pin")))
            keys.write("cd")
        at.other.gets("abcd" * 2)
        at.hand.touch(sign_in)
        eventually(keys.takes_keyboard, "the sign-in's keyboard")
        keys.tap(*"1002", "Return", *PIN, "Return")
        at.hand.wait_for(CALL_NEXT)
        eventually(lambda: not at.is_shown(Words()("window.sign_in.pin")))
        keys.write("ef")
        at.other.gets("abcd" * 2 + "ef")
        clerk = at.clerk(SEED)
        clerk.text = at.other.text()
        clerk.write("g")
        keys.tap("F1")
        clerk.write("h")
        at.other.gets(clerk.text)
        eventually(lambda: at.stood()[0] == 1, "the call")


def test_a_full_screen_program_does_not_cover_the_bar(tmp_path: Path) -> None:
    with counter(tmp_path, tickets=2) as at:
        at.hand.wait_for(CALL_NEXT)
        full = at.desktop.other("full", "full")
        keys = at.desktop.typist
        keys.click(*F1_KEY)
        eventually(lambda: at.stood()[0] == 1, "the call")
        keys.tap("F3", "F8")
        eventually(at.is_open, "the outcomes")
        keys.click(*FIRST_OUTCOME)
        eventually(lambda: at.stood() == (1, 0, 0), "the end")
        keys.write("ab")
        full.gets("ab")


def test_the_bar_goes_to_the_monitor_that_the_menu_names(tmp_path: Path) -> None:
    screens = [
        {"name": name, "x": x, "y": 0, "width": 1920, "height": 1080,
         "logicalDpi": 96, "logicalBaseDpi": 96, "dpr": 1}
        for name, x in (("left", 0), ("right", 1920))
    ]  # fmt: skip
    two = tmp_path / "two.json"
    two.write_text(json.dumps({"screens": screens}))
    url = f"sqlite:///{tmp_path}/hall.db"
    load_hall_at(url, staffed_hall())
    home = Monitors(tmp_path, f"offscreen:configfile={two}")
    kept = home.home / "CONFIG" / "hallclient" / "bar-1.json"
    words, roles = Words(), Roles(home, url)
    sign_in = words("window.side.sign_in")

    def stands_right(hand: Hand) -> bool:
        return all(at[0] > 1920 for name, at in hand.places() if name.startswith(sign_in))

    try:
        hand = roles.start("w", "window", "1")
        hand.wait_for(sign_in)
        assert not stands_right(hand)
        hand.touch(words("window.bar.more"))
        hand.type(hand.wait_for(f"2 {words('window.menu.settings')}")[0])
        hand.type(hand.wait_for(f"5 {words('window.menu.screen', name='right')}")[0])
        eventually(lambda: stands_right(hand))
        roles.end()
        assert json.loads(kept.read_text()) == {"edge": "top", "screen": "right"}
        again = roles.start("w", "window", "1")
        again.wait_for(sign_in)
        assert stands_right(again)
        roles.end()
    finally:
        roles.destroy()


@dataclass(frozen=True)
class Monitors(Terminal):
    """Commands run before several monitors."""

    platform: str

    def environment(self, **more: str) -> dict[str, str]:
        return super().environment(QT_QPA_PLATFORM=self.platform, **more)


def test_check_desktop_prints_what_works(desktop: RealDesktop) -> None:
    desktop.typist.grab_key("F1")
    process = desktop.run_for_words("window", "--check-desktop")
    assert "desktop     X11" in process
    assert "strip top   kept free" in process
    assert "call_next       Ctrl+F1 (another program has F1)" in process
    assert "finish          F8" in process
    assert area(desktop) == WHOLE


def test_a_panel_opened_from_a_popover_keeps_the_keyboard(tmp_path: Path) -> None:
    """The popover gives the keyboard back to nobody: the panel that took its place has it."""
    with counter(tmp_path, tickets=1) as at:
        at.hand.wait_for(CALL_NEXT)
        at.hall.shifts("2").sign_out()
        sign_in, keys = Words()("window.side.sign_in"), at.desktop.typist
        business = keys.focus()
        for turn in range(3):
            at.hand.wait_for(sign_in)
            at.hand.touch(sign_in)
            eventually(keys.takes_keyboard, "the sign-in's keyboard")
            before = {business, keys.focus()}
            assert len(before) == 2
            keys.chord("Control", "F11")
            eventually(partial(_is_elsewhere, keys, before), "the panel's focus")
            eventually(keys.takes_keyboard, "the end of the popover's grip")
            assert keys.focus() not in before
            keys.write("x")
            keys.chord("Control", "F11")
            eventually(lambda: keys.focus() == business, "the other program's focus")
            keys.write("b")
            at.other.gets("b" * (turn + 1))


def _is_elsewhere(keys: Typist, before: set[int]) -> bool:
    return keys.focus() not in before
