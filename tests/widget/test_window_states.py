"""Which key is solid and which are enabled in every state: the table of visual.md, Clerk bar."""

import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from hallclient.config import KeySettings
from hallclient.domain.parts import ServiceWindow
from hallclient.domain.rules import HallRules
from hallclient.domain.shift import Shift
from hallclient.domain.turn import Outcome, Turn
from hallclient.services.ports_devices import DeviceState
from hallclient.services.windows import WindowState
from hallclient.ui.words import Words
from hallclient.window.panel.wording import banner_view
from hallclient.window.scene import Scene, clock_text
from hallclient.window.states import KeyFace, KeyId, Stand, key_faces, since, stand_of
from hallclient.window.view import bar_view

T = datetime(2026, 11, 20, 6, 0, tzinfo=UTC)
RULES = HallRules(recall_cap=4, no_show_after=3, rating_seconds=20, long_serving_minutes=30)
EMPTY = WindowState(window=ServiceWindow("1", "1", "1A", (("A",),)), now=T)
SHIFT = Shift(1, 1, 1, signed_in_at=T - timedelta(hours=1))
TURN = Turn(1, 1, 1, 1, called_at=T, last_called_at=T)
IDLE = replace(EMPTY, shift=SHIFT)
CALLED = replace(IDLE, turn=TURN)
SERVING = replace(IDLE, turn=replace(TURN, started_at=T))
DONE = replace(TURN, started_at=T, ended_at=T, result=Outcome.INSTANT, rating_asked_at=T)
RATING = replace(IDLE, turn=DONE)
PAUSED = replace(IDLE, shift=replace(SHIFT, paused_at=T, pause_reason="meal"))


def calls(count: int) -> WindowState:
    return replace(CALLED, turn=replace(TURN, calls=count))


def minutes(count: float) -> timedelta:
    return timedelta(minutes=count)


TABLE = [
    ("signed out", EMPTY, T, Stand.SIGNED_OUT, None, ""),
    ("idle", IDLE, T, Stand.IDLE, "F1", "F10"),
    ("called once", calls(1), T, Stand.CALLED, "F3", "F2"),
    ("called twice", calls(2), T, Stand.CALLED, "F3", "F2"),
    ("called three times", calls(3), T, Stand.CALLED, "F3", "F2 F4"),
    ("called to the cap", calls(4), T, Stand.CALLED, "F3", "F4"),
    ("serving", SERVING, T + minutes(29.9), Stand.SERVING, "F8", "F6 F7"),
    ("long", SERVING, T + minutes(30), Stand.LONG, "F8", "F6 F7"),
    ("rating", RATING, T + timedelta(seconds=19.9), Stand.RATING, "F1", "F9 F10"),
    ("rating over", RATING, T + timedelta(seconds=20), Stand.IDLE, "F1", "F10"),
    ("paused", PAUSED, T, Stand.PAUSED, "F10", ""),
    ("paused while rating", replace(PAUSED, turn=DONE), T, Stand.PAUSED, "F10", ""),
]


@pytest.mark.parametrize(
    ("state", "now", "stand", "solid", "also"),
    [row[1:] for row in TABLE],
    ids=[row[0] for row in TABLE],
)
def test_the_table(
    state: WindowState, now: datetime, stand: Stand, solid: str | None, also: str
) -> None:
    found = stand_of(state, now, RULES, rated=True)
    faces = key_faces(found, state, RULES)
    assert found is stand
    assert faces[KeyId.HELP] is KeyFace.OPEN, "help can be asked for in every state"
    caps = {key: getattr(KeySettings(), key) for key in KeyId if key is not KeyId.HELP}
    assert [caps[key] for key in caps if faces[key] is KeyFace.SOLID] == ([solid] if solid else [])
    assert {caps[key] for key in caps if faces[key] is KeyFace.OPEN} == set(also.split())
    assert set(faces) == set(KeyId), "a key that does not apply is flat, not gone"


@pytest.mark.parametrize("stand", [Stand.OFFLINE, Stand.STARTING])
def test_without_the_database_every_key_is_flat(stand: Stand) -> None:
    for state in (None, IDLE, CALLED, SERVING, RATING):
        assert set(key_faces(stand, state, RULES).values()) == {KeyFace.FLAT}


def test_without_a_keypad_nobody_waits_for_a_rating() -> None:
    assert stand_of(RATING, T, RULES, rated=False) is Stand.IDLE


def test_a_screen_that_asks_is_waited_for_like_a_keypad() -> None:
    words = Words("zh-CN")
    for asks, keypad in ((True, None), (False, DeviceState.READY), (False, DeviceState.FAILED)):
        scene = Scene(state=replace(RATING, asks=asks), rules=RULES, now=T, keypad=keypad)
        view = bar_view(scene, words)
        assert view.stand is Stand.RATING
        assert view.face(KeyId.ASK_AGAIN) is KeyFace.OPEN
        over = bar_view(replace(scene, now=T + timedelta(seconds=20)), words)
        assert over.stand is Stand.IDLE
        assert KeyId.ASK_AGAIN in {key.key for key in over.keys}, "a key does not come and go"
    silent = bar_view(Scene(state=RATING, rules=RULES, now=T), words)
    assert silent.stand is Stand.IDLE
    assert KeyId.ASK_AGAIN not in {key.key for key in silent.keys}


@pytest.mark.parametrize("asks", [True, False])
def test_a_dead_keypad_sends_to_the_screen_only_where_there_is_one(asks: bool) -> None:
    words = Words("zh-CN")
    state = replace(IDLE, asks=asks)
    view = bar_view(Scene(state=state, rules=RULES, now=T, keypad=DeviceState.ABSENT), words)
    banner = banner_view(words, view)
    assert banner is not None
    assert ("窗口屏" in banner.sub) is asks


def test_asking_again_begins_the_time_anew() -> None:
    again = replace(RATING, turn=replace(DONE, rating_asked_at=T + timedelta(seconds=15)))
    assert stand_of(again, T + timedelta(seconds=34), RULES, rated=True) is Stand.RATING
    assert stand_of(again, T + timedelta(seconds=35), RULES, rated=True) is Stand.IDLE


def test_a_no_show_is_not_rated() -> None:
    gone = replace(TURN, ended_at=T, result=Outcome.NO_SHOW)
    assert stand_of(replace(IDLE, turn=gone), T, RULES, rated=True) is Stand.IDLE


def test_timers_count_from_what_began_the_state() -> None:
    later = T + minutes(5)
    assert since(CALLED, Stand.CALLED) == T
    assert since(IDLE, Stand.IDLE) == SHIFT.signed_in_at
    assert since(RATING, Stand.IDLE) == T
    resumed = replace(RATING, shift=replace(SHIFT, resumed_at=later))
    assert since(resumed, Stand.IDLE) == later
    assert since(PAUSED, Stand.PAUSED) == T
    assert since(EMPTY, Stand.SIGNED_OUT) is None


def test_clock_text() -> None:
    assert clock_text(48) == "00:48"
    assert clock_text(32 * 60 + 8) == "32:08"
    assert clock_text(99 * 60 + 59) == "99:59"
    assert clock_text(100 * 60) == "1:40:00"
    assert clock_text(-3) == "00:00"


def test_what_is_behind_a_key_is_not_loaded_at_the_start() -> None:
    late: tuple[str, ...] = ("menu", "passing_on", "endings", "fields", "lists")
    late += ("choices", "popovers", "missing", "outcome", "panel")
    code = (
        "import sys; import hallclient.bootstrap.window; "
        f"print([m for m in {late!r} if any(n.startswith('hallclient.window.' + m) "
        "for n in sys.modules)] + [n for n in sys.modules if n.endswith("
        "('window_spool', 'spool_lines', 'spool_clock', 'line_file')) and 'bootstrap' not in n])"
    )
    command = [sys.executable, "-c", code]
    run = subprocess.run(command, check=False, capture_output=True, text=True, timeout=60)
    assert run.stdout.strip() == "[]", run.stdout + run.stderr
