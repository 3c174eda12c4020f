"""The database is away with a turn in hand: it is finished, held and rated all the same."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from hallclient.domain.case import Handover
from hallclient.domain.ending import Ending
from hallclient.domain.holding import HoldKind
from hallclient.domain.ticket import TicketStatus
from hallclient.domain.turn import Outcome
from hallclient.services.after_spool import AfterSpool
from hallclient.services.calling import Calling
from hallclient.services.sealing import HallKey
from hallclient.services.spool_clock import SpoolClock
from hallclient.services.spool_lines import Tick
from hallclient.services.window_spool import WindowSpool
from hallclient.storage.window_spool_file import WindowSpoolFile
from hallclient.ui.tasks import Worker
from hallclient.ui.words import Words
from hallclient.window import going_on, presenter, watch
from hallclient.window.desk import OfflineDesk
from hallclient.window.lists import ListPopover
from hallclient.window.panel.wording import banner_view
from hallclient.window.states import KeyFace, KeyId, Stand
from tests.widget.window_floor import Desk, Floor, Gate, open_floor

if TYPE_CHECKING:
    from hallclient.window.scene import BarView

KEY = HallKey(bytes(range(32)))


class Pc:
    """What a PC keeps of a window over restarts of its bar."""

    def __init__(self, floor: Floor, folder: Path, key: HallKey | None = KEY) -> None:
        self.floor, self.folder, self.key = floor, folder, key
        self.closers: list[OfflineDesk] = []

    def desk(self, *, language: str = "zh-CN", down: bool = False) -> Desk:
        clock = self.floor.clock
        spool = WindowSpool(
            WindowSpoolFile(self.folder),
            "1",
            SpoolClock(lambda: Tick("one", clock.local()), clock.now),
            lambda: self.key,
        )
        gate = Gate(self.floor.new_store())
        gate.down = down
        behind = AfterSpool(gate, spool)
        offline = OfflineDesk(spool, Worker("spool"), behind.hand_in, self.floor.store.plan)
        self.closers.append(offline)
        return self.floor.desk(offline=offline, gate=gate, language=language)

    def end(self, desk: Desk) -> None:
        """The process ends; what it kept stays."""
        self.floor.desks.remove(desk)
        desk.close()
        self.close()

    def close(self) -> None:
        for one in self.closers:
            one.worker.close()
            one.spool.close()
        self.closers.clear()


@pytest.fixture
def floor(app: QApplication, sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Floor]:
    assert going_on.BACK_MS == 4000
    monkeypatch.setattr(watch, "RECONNECT_MS", (20, 30))
    monkeypatch.setattr(presenter, "BACK_MS", 400)
    with open_floor(sqlite_url) as opened:
        yield opened


@pytest.fixture
def pc(floor: Floor, tmp_path: Path) -> Iterator[Pc]:
    one = Pc(floor, tmp_path / "window")
    yield one
    one.close()


def until(qtbot: QtBot, check: Callable[[], object]) -> None:
    qtbot.waitUntil(check, timeout=20_000)  # type: ignore[arg-type]


def standing(qtbot: QtBot, desk: Desk, stand: Stand) -> None:
    def check() -> None:
        assert desk.bar.view.stand is stand
        assert not desk.presenter.acting

    until(qtbot, check)


def face(desk: Desk, key: KeyId) -> KeyFace:
    return desk.bar.view.face(key)


def kept(desk: Desk) -> int:
    assert desk.clerk_desk.offline is not None
    return desk.clerk_desk.offline.spool.pending


def serving(qtbot: QtBot, pc: Pc, language: str = "zh-CN") -> Desk:
    pc.floor.issue(count=2)
    pc.floor.sign_in()
    desk = pc.desk(language=language)
    desk.bar.show()
    standing(qtbot, desk, Stand.IDLE)
    desk.presenter.press(KeyId.CALL_NEXT)
    standing(qtbot, desk, Stand.CALLED)
    desk.presenter.press(KeyId.START)
    standing(qtbot, desk, Stand.SERVING)
    return desk


def lose(qtbot: QtBot, desk: Desk) -> None:
    desk.gate.down = True
    desk.presenter.refresh()
    until(qtbot, lambda: desk.bar.view.stand is Stand.OFFLINE)
    until(qtbot, lambda: desk.presenter._goes_on)


LINES = {
    "zh-CN": ("叫号要等恢复，可办结、挂起", "已办结，恢复后补传", "恢复后才能叫下一位"),
    "zh-Hant": ("叫號要等恢復，可辦結、掛起", "已辦結，恢復後補傳", "恢復後才能叫下一位"),
    "en": (
        "Calling waits. Finish and hold work",
        "Finished, sent on recovery",
        "Call next after recovery",
    ),
}


@pytest.mark.parametrize("language", LINES)
def test_finished_and_rated_without_the_database(qtbot: QtBot, pc: Pc, language: str) -> None:
    floor, (sub, done, after) = pc.floor, LINES[language]
    desk = serving(qtbot, pc, language)
    floor.clock.forward(60)
    lose(qtbot, desk)
    view = desk.bar.view
    assert (view.label, view.sub, view.waiting, view.timer) == ("B001", sub, "–", "01:00")
    open_keys = {key.key for key in view.keys if key.face is not KeyFace.FLAT}
    assert open_keys == {KeyId.FINISH, KeyId.HOLD}
    assert face(desk, KeyId.FINISH) is KeyFace.SOLID
    desk.presenter.press(KeyId.CALL_NEXT)
    assert desk.bar.view.message == desk.words("offline.bar.later")
    desk.presenter.press(KeyId.FINISH)
    assert isinstance(desk.bar.popover, ListPopover)
    desk.bar.popover.choose(0)
    until(qtbot, lambda: desk.bar.view.title == done)
    ended = floor.clock.now()
    view = desk.bar.view
    assert (view.label, view.sub, view.stand) == ("B001", after, Stand.OFFLINE)
    assert face(desk, KeyId.ASK_AGAIN) is KeyFace.OPEN
    assert face(desk, KeyId.FINISH) is KeyFace.FLAT
    assert desk.keypad is not None
    until(qtbot, lambda: desk.keypad is not None and len(desk.keypad.asked) == 1)
    desk.ears.rated(desk.keypad.asked[0], 2)
    until(qtbot, lambda: kept(desk) == 2)
    desk.presenter.tick()
    banner = banner_view(desk.words, desk.bar.view)
    assert banner is not None
    assert "2" in banner.sub
    assert "00:0" in banner.sub
    floor.clock.forward(300)
    seen: list[BarView] = []
    desk.presenter.changed.connect(seen.append)
    desk.gate.down = False
    standing(qtbot, desk, Stand.IDLE)
    assert desk.words("offline.back.done", n=2) in {view.message for view in seen}
    banner = banner_view(desk.words, next(view for view in seen if view.back is not None))
    assert banner is not None
    assert banner.title == desk.words("window.fault.recovered")
    assert kept(desk) == 0
    turn = floor.state().turn
    assert turn is not None
    assert turn.result is Outcome.INSTANT
    assert turn.ended_at is not None
    assert abs(turn.ended_at - ended) < timedelta(seconds=1)
    assert floor.journal().count("turn.ended") == floor.journal().count("rating.given") == 1
    until(qtbot, lambda: desk.bar.view.back is None)
    assert banner_view(desk.words, desk.bar.view) is None


def test_held_without_the_database(qtbot: QtBot, pc: Pc) -> None:
    desk = serving(qtbot, pc)
    lose(qtbot, desk)
    desk.presenter.press(KeyId.HOLD)
    assert desk.bar.popover is not None
    desk.bar.popover.close()
    desk.presenter.hold(HoldKind.HERE)
    until(qtbot, lambda: desk.bar.view.title == "已挂起，恢复后补传")
    assert {key.face for key in desk.bar.view.keys} == {KeyFace.FLAT}
    desk.gate.down = False
    standing(qtbot, desk, Stand.IDLE)
    (held,) = Calling(pc.floor.store, "1").held()
    assert (held.here, held.hold.kind) == (True, HoldKind.HERE)


def test_a_key_that_meets_no_database_goes_on_by_itself(qtbot: QtBot, pc: Pc) -> None:
    desk = serving(qtbot, pc)
    desk.gate.down = True
    desk.presenter.finish_and_call(Outcome.CONSULT)
    until(qtbot, lambda: kept(desk) == 1)
    until(qtbot, lambda: desk.bar.view.title == "已办结，恢复后补传")
    desk.gate.down = False
    standing(qtbot, desk, Stand.RATING)
    assert pc.floor.journal().count("turn.ended") == 1
    assert pc.floor.journal().count("ticket.called") == 1
    assert desk.keypad is not None
    assert len(desk.keypad.asked) == 1, "it was asked once, not once more when it came back"


def test_a_lost_answer_is_done_once_and_is_no_conflict(qtbot: QtBot, pc: Pc) -> None:
    desk = serving(qtbot, pc)
    desk.gate.lost = 1
    desk.presenter.finish(Ending(Outcome.PROMISED, handover=Handover.MAIL))
    standing(qtbot, desk, Stand.RATING)
    until(qtbot, lambda: kept(desk) == 0)
    assert pc.floor.journal().count("turn.ended") == 1
    with pc.floor.store.look() as reader:
        assert reader.offline_conflicts() == []


def test_started_again_without_the_database(qtbot: QtBot, pc: Pc) -> None:
    desk = serving(qtbot, pc)
    until(qtbot, (pc.folder / "last").exists)
    until(qtbot, lambda: b'"started_at":"2026' in (pc.folder / "last").read_bytes())
    pc.end(desk)
    text = (pc.folder / "last").read_text("utf-8")
    assert "张" not in text
    pc.floor.clock.forward(30)
    again = pc.desk(down=True)
    again.bar.show()
    until(qtbot, lambda: face(again, KeyId.FINISH) is KeyFace.SOLID)
    view = again.bar.view
    assert (view.label, view.title, view.timer) == ("B001", "二手房过户", "00:30")
    again.presenter.finish(Outcome.INSTANT)
    until(qtbot, lambda: kept(again) == 1)
    pc.end(again)
    third = pc.desk(down=True)
    third.bar.show()
    until(qtbot, lambda: third.bar.view.title == "已办结，恢复后补传")
    assert face(third, KeyId.FINISH) is KeyFace.FLAT
    third.gate.down = False
    until(qtbot, lambda: third.bar.view.stand in (Stand.IDLE, Stand.RATING))
    assert pc.floor.journal().count("turn.ended") == 1


def test_moved_by_another_it_is_a_conflict_and_told_calmly(qtbot: QtBot, pc: Pc) -> None:
    desk = serving(qtbot, pc)
    lose(qtbot, desk)
    Calling(pc.floor.store, "1").return_to_pool()
    desk.presenter.finish(Outcome.INSTANT)
    until(qtbot, lambda: kept(desk) == 1)
    seen: list[BarView] = []
    desk.presenter.changed.connect(seen.append)
    desk.gate.down = False
    standing(qtbot, desk, Stand.IDLE)
    assert "B001" in desk.bar.view.message
    assert "值班长" in desk.bar.view.message
    banner = banner_view(desk.words, next(view for view in seen if view.back is not None))
    assert banner is not None
    assert banner.tone == "warn"
    with pc.floor.store.look() as reader:
        (conflict,) = reader.offline_conflicts()
        ticket = reader.ticket_by_label("B001")
    assert (conflict.label, conflict.wanted) == ("B001", "instant")
    assert ticket is not None
    assert ticket.status is TicketStatus.WAITING
    desk.presenter.press(KeyId.CALL_NEXT)
    standing(qtbot, desk, Stand.CALLED)


def test_without_the_halls_key_nobody_is_asked(qtbot: QtBot, pc: Pc) -> None:
    pc.key = None
    desk = serving(qtbot, pc)
    lose(qtbot, desk)
    desk.presenter.finish(Outcome.INSTANT)
    until(qtbot, lambda: kept(desk) == 1)
    until(qtbot, lambda: desk.bar.view.message == desk.words("offline.bar.no_key"))
    assert desk.keypad is not None
    assert desk.keypad.asked == []
    assert face(desk, KeyId.ASK_AGAIN) is KeyFace.FLAT


def test_a_full_disk_is_told_and_changes_nothing(
    qtbot: QtBot, pc: Pc, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = serving(qtbot, pc)
    lose(qtbot, desk)
    with monkeypatch.context() as patched:
        patched.setattr("os.fsync", _full)
        desk.presenter.finish(Outcome.INSTANT)
        until(qtbot, lambda: desk.bar.view.message == desk.words("offline.bar.disk"))
    assert face(desk, KeyId.FINISH) is KeyFace.SOLID
    desk.presenter.finish(Outcome.INSTANT)
    until(qtbot, lambda: kept(desk) == 1)
    desk.gate.down = False
    standing(qtbot, desk, Stand.RATING)


def _full(_handle: int) -> None:
    raise OSError(28, "No space left on device")


def test_asked_again_offline_the_time_begins_anew(qtbot: QtBot, pc: Pc) -> None:
    desk = serving(qtbot, pc)
    lose(qtbot, desk)
    desk.presenter.finish(Outcome.INSTANT)
    until(qtbot, lambda: face(desk, KeyId.ASK_AGAIN) is KeyFace.OPEN)
    pc.floor.clock.forward(timedelta(minutes=3).total_seconds())
    desk.presenter.press(KeyId.ASK_AGAIN)
    assert desk.keypad is not None
    until(qtbot, lambda: desk.keypad is not None and len(desk.keypad.asked) == 2)
    desk.ears.rated(desk.keypad.asked[0], 5)
    until(qtbot, lambda: kept(desk) == 2)
    desk.gate.down = False
    standing(qtbot, desk, Stand.IDLE)
    assert pc.floor.journal().count("rating.given") == 1


def test_words_are_there_in_every_language() -> None:
    for language in LINES:
        words = Words(language)
        assert "7" in words("offline.banner.sub", elapsed="00:42", n=7)
