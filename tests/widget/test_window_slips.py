"""What becomes of a slip is told in the bar's calm line, and never waited for."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from hallclient.lab.sheets.bar_scenes import SCENES
from hallclient.services.handing_out import HandedOut
from hallclient.services.jobs import PrintJobState, SlipKind
from hallclient.ui.tasks import Worker
from hallclient.ui.words import Words
from hallclient.window import slips
from hallclient.window.slips import SlipEars, SlipFollower
from hallclient.window.view import bar_view
from tests.widget.window_floor import Away, Floor, open_floor

LANGUAGES = ("zh-CN", "zh-Hant", "en")
RECEIPT = HandedOut(SlipKind.RECEIPT, "B107", 1)
LIST = HandedOut(SlipKind.MISSING, "B108", 2)
W, P = PrintJobState.WAITING, PrintJobState.PRINTING


class Jobs:
    """The states of print jobs, look for look; the last one stays."""

    def __init__(self) -> None:
        self.states: dict[int, list[PrintJobState | Exception]] = {}
        self.looks: list[int] = []

    def state(self, job: int) -> PrintJobState:
        self.looks.append(job)
        states = self.states[job]
        found = states.pop(0) if len(states) > 1 else states[0]
        if isinstance(found, Exception):
            raise found
        return found


@pytest.fixture
def jobs() -> Jobs:
    return Jobs()


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def tell(
    app: QApplication, jobs: Jobs, said: list[str], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[[HandedOut], None]]:
    """Return what tells a follower in another thread, as the one that finished the turn does."""
    monkeypatch.setattr(slips, "LOOKS_MS", (1,) * 6)
    worker, ears = Worker(), SlipEars()
    follower = SlipFollower(ears, jobs.state, worker, Words(), said.append)

    def tell(handed: HandedOut) -> None:
        thread = threading.Thread(target=lambda: ears.told(handed))
        thread.start()
        thread.join()

    yield tell
    follower.close()
    worker.close()
    follower.deleteLater()
    ears.deleteLater()


@pytest.mark.parametrize(
    ("states", "wanted"),
    [
        ([PrintJobState.PRINTED], ["B107 的回执已打印"]),
        ([W, P, PrintJobState.UNKNOWN], ["B107 的回执可能没打好，看一眼"]),
        ([W, W, W, W, PrintJobState.PRINTED], ["B107 的回执在等打印机", "B107 的回执已打印"]),
        ([P, Away("away"), PrintJobState.PRINTED], ["B107 的回执已打印"]),
    ],
)
def test_a_slip_is_followed_to_its_end(
    qtbot: QtBot,
    jobs: Jobs,
    said: list[str],
    tell: Callable[[HandedOut], None],
    states: list[PrintJobState | Exception],
    wanted: list[str],
) -> None:
    jobs.states[1] = states
    tell(RECEIPT)
    qtbot.waitUntil(lambda: said == wanted)


def test_a_slip_that_could_not_be_asked_for(
    qtbot: QtBot, jobs: Jobs, said: list[str], tell: Callable[[HandedOut], None]
) -> None:
    tell(replace(LIST, job=None))
    qtbot.waitUntil(lambda: said == ["B108 的告知单没送到打印机，可补打"])
    assert jobs.looks == []


def test_the_newest_slip_is_followed_and_not_for_ever(
    qtbot: QtBot, jobs: Jobs, said: list[str], tell: Callable[[HandedOut], None]
) -> None:
    jobs.states = {1: [W], 2: [PrintJobState.CANCELLED], 3: [W]}
    tell(RECEIPT)
    qtbot.waitUntil(lambda: len(jobs.looks) == 6)
    tell(LIST)  # cancelled: nobody is told
    qtbot.waitUntil(lambda: 2 in jobs.looks)
    tell(replace(LIST, job=3))
    qtbot.waitUntil(lambda: jobs.looks.count(3) == 6)
    assert jobs.looks == [1] * 6 + [2] + [3] * 6
    assert said == ["B107 的回执在等打印机", "B108 的告知单在等打印机"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_words_are_cut(app: QApplication, sqlite_url: str, language: str) -> None:
    with open_floor(sqlite_url) as floor:
        check_words(floor, language)


def check_words(floor: Floor, language: str) -> None:
    desk = floor.desk(language=language)
    for kind in (SlipKind.RECEIPT, SlipKind.MISSING):
        for how in ("printed", "waits", "unknown", "failed"):
            text = desk.words(f"window.slip.{kind}_{how}", label="AB107")
            desk.bar.show_view(bar_view(replace(SCENES["idle"], message=text), desk.words))
            assert not desk.bar.service.is_cut(), text
