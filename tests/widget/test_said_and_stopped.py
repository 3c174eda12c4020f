"""What the supervisor does reaches the public: bulletins on the board, stops at the kiosk."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from hallclient.domain.bulletin import Audience
from hallclient.domain.parts import Notice, Staff, StaffRole
from hallclient.domain.text import LocalText
from hallclient.kiosk.visit import Page
from hallclient.services.bulletins import Bulletins
from hallclient.services.queue_stops import QueueStops
from tests.halls import small_hall
from tests.widget.displays import Floor, Watched, watching
from tests.widget.kiosk_support import controls, kiosk_hall, press, running_kiosk

CHIEF = Staff("9001", "陈建国", StaffRole.SUPERVISOR)
NOTICE = "办事请带身份证"
SAID = LocalText("二楼电梯检修，请走东侧楼梯", "二樓電梯檢修，請走東側樓梯", "Lift closed")


@pytest.fixture
def floor(tmp_path: Path, app: QApplication) -> Iterator[Floor]:
    plan = small_hall()
    notices = (Notice("n1", LocalText(NOTICE)),)
    made = Floor(tmp_path, replace(plan, staff=(*plan.staff, CHIEF), notices=notices))
    yield made
    made.close()


def reads(qtbot: QtBot, watched: Watched, line: str, timeout: int = 5000) -> None:
    qtbot.waitUntil(lambda: watched.view.strip.line == line, timeout=timeout)


def test_a_bulletin_stands_at_once_and_before_all_notices(floor: Floor, qtbot: QtBot) -> None:
    said = Bulletins(floor.store, CHIEF.code)
    with watching(floor, ("1A",)) as watched:
        reads(qtbot, watched, NOTICE)
        said.post(LocalText("三点开会"), Audience.STAFF)
        said.post(LocalText("东厅"), Audience.PUBLIC, ["1B"])
        bulletin = said.post(SAID, Audience.ALL, ["1A"])
        watched.feed.wake()
        reads(qtbot, watched, SAID.zh_cn)
        assert watched.view.strip.pages == 2, "the notice comes behind; nothing else is said here"
        watched.words.switch("en")
        reads(qtbot, watched, SAID.en)
        assert not watched.view.is_cut()
        said.withdraw(bulletin.id)
        watched.feed.wake()
        reads(qtbot, watched, NOTICE)


def test_a_bulletin_leaves_by_its_own_time_while_the_database_is_away(
    floor: Floor, qtbot: QtBot
) -> None:
    Bulletins(floor.store, CHIEF.code).post(SAID, Audience.PUBLIC, minutes=10)
    with watching(floor) as watched:
        reads(qtbot, watched, SAID.zh_cn)
        watched.board.away = True
        watched.feed.wake()
        qtbot.waitUntil(lambda: watched.view.presenter.lost)
        watched.seconds.now += timedelta(minutes=11).total_seconds()
        watched.view.presenter._pass_minute()
        assert watched.view.strip.line == NOTICE


def test_a_stopped_queue_says_so_and_the_others_go_on(qtbot: QtBot, tmp_path: Path) -> None:
    with running_kiosk(tmp_path, replace(kiosk_hall(), staff=(CHIEF,))) as kiosk:
        qtbot.waitUntil(lambda: kiosk.presenter.page is Page.HOME)
        service = next(s for s in kiosk_hall().services if s.queue == "B")
        house, name = service.code, service.name.zh_cn
        kiosk.presenter.choose_service(house)
        qtbot.waitUntil(lambda: kiosk.presenter.page is Page.CONFIRM)
        stops = QueueStops(kiosk.store, CHIEF.code)
        stops.stop("B", "system")
        press(kiosk.screen.page, "确认取号")
        qtbot.waitUntil(lambda: kiosk.presenter.page is Page.REFUSED)
        view = kiosk.presenter.journeys.refusing.view()
        assert view is not None
        assert (view.title, view.next) == ("现在暂停取号", "")
        assert "other" in [way.way for way in view.ways]
        assert kiosk.tickets() == []

        kiosk.presenter.home()
        kiosk.presenter.choose_department("BDC")
        row = next(one for one in controls(kiosk.screen.page) if one.accessibleName() == name)
        qtbot.waitUntil(lambda: "暂停取号" in row.accessibleDescription())
        kiosk.presenter.home()
        kiosk.presenter.choose_service("SW01")
        qtbot.waitUntil(lambda: kiosk.presenter.page is Page.CONFIRM)
        press(kiosk.screen.page, "确认取号")
        qtbot.waitUntil(lambda: len(kiosk.tickets()) == 1)
        stops.reopen("B")
