"""A supervisor publishes, raises an emergency and gives the all-clear, at the console."""

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, time, timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from hallclient.domain.publication import EmergencyKind, Publication, PublicationKind
from hallclient.domain.text import LocalText
from hallclient.services.drafts import Draft, draft_of
from hallclient.services.helping import Helping
from hallclient.services.hours import local_time
from hallclient.services.publishing import Publishing
from hallclient.supervisor.sheets.publish import PublishSheet
from hallclient.supervisor.sheets.publish_emergency import SEVERAL, EmergencySheet, zones_text
from hallclient.supervisor.sheets.publish_form import PublishForm, day_of
from hallclient.supervisor.view import Action
from hallclient.ui.pictures import decoded
from tests.services.console import LEAD, SUPERVISOR, USHER, with_console_staff
from tests.stores import HallUnderTest, hall, hall_url, postgres_template, sqlite_template
from tests.unit.test_publication import png
from tests.widget.console_floor import Console, console_on
from tests.widget.test_display_playlist import MOVIE, drawn

__all__ = ["hall", "hall_url", "postgres_template", "sqlite_template"]

pytestmark = pytest.mark.parametrize("hall_url", ["sqlite"], indirect=True)


@pytest.fixture
def console(hall: HallUnderTest, app: QApplication, qtbot: QtBot) -> Iterator[Console]:
    with_console_staff(hall)
    with console_on(hall, qtbot) as made:
        made.enter(SUPERVISOR)
        yield made


def published(console: Console) -> tuple[Publication, ...]:
    return Publishing(console.hall.store).published()


def open_list(console: Console) -> PublishSheet:
    console.press(console.screen.team.keys[Action.NOTICE])
    assert isinstance(console.sheet, PublishSheet)
    return console.sheet


def press(console: Console, name: str, within: QWidget | None = None) -> None:
    console.press_named(console.presenter.words(name), within or console.sheet)


def confirm(console: Console, name: str) -> None:
    """Ask once more, and do it."""
    again = console.sheet.again
    assert again.isVisible()
    press(console, name, again)
    console.until(lambda: console.screen.sheet is None)
    console.settled()


def test_a_line_is_published_changed_and_ended(console: Console) -> None:
    open_list(console)
    press(console, "publish.add")
    form = console.sheet
    assert isinstance(form, PublishForm)
    form.text.setText("今天 16:00 停止取号")
    form.days.choose("d6")
    form.zone.choose("1A")
    press(console, "publish.save")
    assert not published(console), "it asks first"
    confirm(console, "publish.save")
    (one,) = published(console)
    assert (one.kind, one.text.zh_cn, one.zones) == (PublicationKind.STRIP, form_text(), ("1A",))
    assert one.valid_until is not None
    open_list(console)
    console.press_named(form_text(), console.sheet)
    change = console.sheet
    assert isinstance(change, PublishForm)
    change.english.setText("No numbers after 16:00")
    change.hours.setText("下午")
    press(console, "publish.change")
    assert not change.again.isVisible()
    assert change.line.text() == console.presenter.words("publish.when.bad_hours")
    change.hours.setText("13:30-24:00")
    for day in ("5", "1", "2", "2"):
        change.weekdays.choose(day)
    press(console, "publish.change")
    confirm(console, "publish.change")
    (changed,) = published(console)
    assert (changed.text.en, changed.valid_until) == ("No numbers after 16:00", one.valid_until)
    assert (changed.begins, changed.ends, changed.weekdays) == (time(13, 30), time(0, 0), (1, 5))
    open_list(console)
    console.press_named(form_text(), console.sheet)
    again = console.sheet
    assert isinstance(again, PublishForm)
    assert (again.hours.text(), again.weekdays.values) == ("13:30–0:00", {"1", "5"})
    press(console, "publish.end")
    confirm(console, "publish.end")
    assert not published(console)


def test_what_was_published_with_its_answer_lost_is_not_published_twice(console: Console) -> None:
    open_list(console)
    press(console, "publish.add")
    form = console.sheet
    assert isinstance(form, PublishForm)
    form.text.setText(form_text())
    console.gate.lost = 1
    press(console, "publish.save")
    press(console, "publish.save", form.again)
    console.until(lambda: bool(form.line.text()))
    console.settled()
    assert len(published(console)) == 1, "it is there, and nobody here knows"
    press(console, "publish.save")
    confirm(console, "publish.save")
    assert len(published(console)) == 1


def form_text() -> str:
    return "今天 16:00 停止取号"


def test_a_line_begins_on_a_day_and_moves_from_zones_to_the_hall(console: Console) -> None:
    today = local_time(console.hall.store.plan(), console.hall.clock.now).date()
    first = today + timedelta(days=3)
    open_list(console)
    press(console, "publish.add")
    form = console.sheet
    assert isinstance(form, PublishForm)
    form.text.setText(form_text())
    form.first.setText("morgen")
    form.days.choose("d6")
    press(console, "publish.save")
    assert form.line.text() == console.presenter.words("publish.when.bad_first")
    form.first.setText(f"{first.month}-{first.day}")
    press(console, "publish.save")
    confirm(console, "publish.save")
    (one,) = published(console)
    assert (one.valid_from, one.valid_until) == (first, first + timedelta(days=6))
    zones = tuple(zone.code for zone in console.hall.store.plan().zones)[:2]
    Publishing(console.hall.store, SUPERVISOR).change(one.id, replace(draft_of(one), zones=zones))
    console.presenter.refresh()
    console.settled()
    open_list(console)
    console.press_named(form_text(), console.sheet)
    change = console.sheet
    assert isinstance(change, PublishForm)
    assert (change.first.text(), change.zone.value) == (first.isoformat(), SEVERAL)
    change.zone.choose("")
    change.first.setText("")
    press(console, "publish.change")
    assert console.presenter.words("publish.everywhere") in change.again.text.text()
    confirm(console, "publish.change")
    (one,) = published(console)
    assert (one.zones, one.valid_from) == ((), None)


def test_a_video_is_published_and_what_it_needs_is_said(
    console: Console, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = False
    monkeypatch.setattr("hallclient.supervisor.sheets.publish_form.has_video", lambda: there)
    open_list(console)
    press(console, "publish.add")
    form, words = console.sheet, console.presenter.words
    assert isinstance(form, PublishForm)
    form.kind.choose("video")
    assert form.line.text() == words("publish.video_here")
    form.kind.choose("strip")
    assert form.line.text() == ""
    there = True
    form.kind.choose("video")
    assert form.line.text() == ""
    for name, data, why in (
        ("a.mp4", drawn("JPG"), "publish.refused.video_format"),
        ("b.mp4", MOVIE, ""),
    ):
        (tmp_path / name).write_bytes(data)
        form.take_file(str(tmp_path / name))
        console.settled()
        assert form.line.text() == (words(why) if why else "")
    press(console, "publish.save")
    confirm(console, "publish.save")
    (one,) = published(console)
    assert one.kind is PublicationKind.VIDEO
    assert Publishing(console.hall.store).media(one.media) == MOVIE


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-10-01", date(2026, 10, 1)),
        ("10-1", date(2026, 10, 1)),
        ("9月30日", date(2026, 9, 30)),
        ("9/29", date(2027, 9, 29)),
        ("2026-9-1", date(2026, 9, 1)),
        ("13-1", None),
        ("2-30", None),
        ("tomorrow", None),
    ],
)
def test_days_as_they_are_typed(text: str, day: date | None, hall_url: str) -> None:
    if day is None:
        with pytest.raises(ValueError, match=r"."):
            day_of(text, date(2026, 9, 30))
    else:
        assert day_of(text, date(2026, 9, 30)) == day


@pytest.mark.qt_log_ignore("libpng")
def test_a_picture_comes_from_a_file(
    console: Console, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_list(console)
    press(console, "publish.add")
    form = console.sheet
    assert isinstance(form, PublishForm)
    form.kind.choose("picture")
    assert form.file.isVisible()
    assert not form.heading.isVisible()
    words = console.presenter.words

    def decode(data: bytes, size: QSize) -> QImage:
        assert threading.current_thread() is not threading.main_thread(), "the screen stands still"
        return decoded(data, size)

    monkeypatch.setattr("hallclient.supervisor.sheets.publish_form.decoded", decode)

    def take(form: PublishForm, name: str) -> None:
        form.take_file(str(tmp_path / name))
        console.until(lambda: not console.presenter._acting)

    for name, data, why in (
        ("a.gif", b"GIF89a" + bytes(80), "picture_format"),
        ("b.png", png(640, 480), "picture_broken"),
        ("c.png", b"", "picture_format"),
    ):
        (tmp_path / name).write_bytes(data)
        take(form, name)
        assert form.line.text() == words(f"publish.refused.{why}")
    take(form, "nothing.png")
    assert form.line.text() == words("publish.refused.file_unreadable")
    (tmp_path / "good.jpg").write_bytes(drawn("JPG"))
    take(form, "good.jpg")
    assert form.line.text() == ""
    press(console, "publish.save")
    confirm(console, "publish.save")
    (one,) = published(console)
    assert Publishing(console.hall.store).media(one.media) == drawn("JPG")


def test_an_emergency_asks_once_more_and_ends(console: Console) -> None:
    open_list(console)
    press(console, "publish.emergency")
    sheet = console.sheet
    assert isinstance(sheet, EmergencySheet)
    sheet.kind.choose(EmergencyKind.OTHER.value)
    press(console, "publish.emergency_form.raise")
    assert not sheet.again.isVisible(), "an own emergency says what has happened"
    sheet.what.setText("三楼停电")
    sheet.sort.choose("drill")
    sheet.where.setText("请到一楼")
    assert "演练：三楼停电" in sheet.preview.cover.text()
    press(console, "publish.emergency_form.raise")
    assert not published(console)
    confirm(console, "publish.emergency_form.raise")
    (one,) = published(console)
    assert (one.emergency, one.drill, one.text.zh_cn) == (EmergencyKind.OTHER, True, "请到一楼")
    banner = console.screen.banner
    console.until(lambda: banner.isVisible() and "演练：三楼停电" in banner.text())
    open_list(console)
    console.press_named("演练：三楼停电", console.sheet)
    press(console, "publish.emergency_form.clear")
    confirm(console, "publish.emergency_form.clear")
    assert not published(console)


def test_an_emergency_does_not_hide_that_the_connection_is_lost(console: Console) -> None:
    Publishing(console.hall.store, SUPERVISOR).emergency(EmergencyKind.FIRE)
    console.presenter.refresh()
    banner, words = console.screen.banner, console.presenter.words
    fire, lost = words("emergency.title.fire"), words("supervisor.lost")
    console.until(lambda: fire in banner.text())
    assert lost not in banner.text()
    console.gate.down = True
    console.presenter.refresh()
    console.until(lambda: lost in banner.text())
    assert fire in banner.text(), "it still stands, as far as anybody knows here"
    console.gate.down = False
    console.presenter.refresh()
    console.until(lambda: fire in banner.text() and lost not in banner.text())


def test_a_change_keeps_no_words_of_before_and_says_where(console: Console) -> None:
    """What was written in traditional signs says the old thing; zones may be several."""
    publishing = Publishing(console.hall.store, SUPERVISOR)
    zones = tuple(zone.code for zone in console.hall.store.plan().zones)[:2]
    assert len(zones) == 2
    old = LocalText("九点开门", "九點開門")
    publishing.add(
        Draft(PublicationKind.CARD, text=old, title=LocalText("开门", "開門"), zones=zones)
    )
    console.presenter.refresh()
    console.settled()
    open_list(console)
    console.press_named("开门", console.sheet)
    form = console.sheet
    assert isinstance(form, PublishForm)
    form.text.setText("十点开门")
    press(console, "publish.change")
    everywhere = console.presenter.words("publish.everywhere")
    assert everywhere not in form.again.text.text()
    confirm(console, "publish.change")
    (one,) = published(console)
    assert (one.text, one.title) == (LocalText("十点开门"), LocalText("开门", "開門"))
    assert one.zones == zones


def test_a_zone_that_is_gone_is_not_the_whole_hall(console: Console) -> None:
    plan, words = console.hall.store.plan(), console.presenter.words
    assert zones_text((), plan, words) == words("publish.everywhere")
    assert zones_text(("9Z",), plan, words) == "9Z"


def test_an_emergency_that_stands_is_the_first_alarm_until_it_is_over(console: Console) -> None:
    """Whoever sits at another console, or forgets a drill, reads it and can end it."""
    publishing = Publishing(console.hall.store, SUPERVISOR)
    console.hall.sign_in("1")
    publishing.emergency(EmergencyKind.FIRE, zones=("1A",))
    console.presenter.refresh()
    console.until(lambda: console.presenter.view.alarms[0].title.startswith("火警：停办"))
    first = console.presenter.view.alarms[0]
    assert first.solid
    assert "一楼 A 区" in first.text
    console.press(next(row for row in console.screen.alarms.rows if row.line == first).key)
    assert isinstance(console.sheet, EmergencySheet)
    press(console, "publish.emergency_form.clear")
    confirm(console, "publish.emergency_form.clear")
    assert not published(console)
    console.until(lambda: not any(line.icon == "alert" for line in console.presenter.view.alarms))


def test_an_usher_reads_what_to_do(hall: HallUnderTest, qtbot: QtBot) -> None:
    with_console_staff(hall)
    Publishing(hall.store, SUPERVISOR).emergency(EmergencyKind.EVACUATE)
    Helping(hall.store, "kiosk:K1").ask("K1")
    with console_on(hall, qtbot) as console:
        console.enter(USHER)
        emergency, asked = console.presenter.view.alarms
        assert emergency.title == "紧急疏散：停办，带群众走安全出口"
        row, below = console.screen.alarms.rows[:2]
        assert (row.key.isVisible(), below.key.isVisible()) == (False, True)
        assert asked.icon == "help-person"


def test_a_lead_reads_of_an_emergency_and_takes_it(hall: HallUnderTest, qtbot: QtBot) -> None:
    with_console_staff(hall)
    Publishing(hall.store, SUPERVISOR).emergency(EmergencyKind.SHELTER)
    with console_on(hall, qtbot) as console:
        console.enter(LEAD)
        first = console.presenter.view.alarms[0]
        console.press(next(row for row in console.screen.alarms.rows if row.line == first).key)
        console.until(lambda: "李雪" in console.presenter.view.alarms[0].taken)
        assert console.screen.sheet is None
