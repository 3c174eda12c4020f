"""The page of the ledger: every state in every language, size and scheme; what it does."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtWidgets import QApplication, QLineEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from hallclient.domain.errand import Due, ErrandState
from hallclient.services.calling import Calling
from hallclient.services.issuing import Issuing, TicketRequest
from hallclient.services.jobs import SlipKind
from hallclient.services.shifts import Shifts
from hallclient.ui.widgets.base import Face, HallButton
from hallclient.window.layout import HEIGHT, NARROW, places
from hallclient.window.ledger.page import MIN_HEIGHT, MIN_WIDTH, LedgerPage
from hallclient.window.ledger.view import Form, Stand, Tab
from hallclient.window.states import KeyId
from tests.widget.ledger_station import OFFICE, Station, open_station, until

LANGUAGES = ("zh-CN", "zh-Hant", "en")
SIZES = ((MIN_WIDTH, MIN_HEIGHT), (1280, 728), (1366, 696), (1920, 1008))


@pytest.fixture
def station(app: QApplication, sqlite_url: str) -> Iterator[Station]:
    with open_station(sqlite_url) as opened:
        yield opened


def shown(qtbot: QtBot, station: Station, **how: object) -> LedgerPage:
    page, _gate = station.page(**how)  # type: ignore[arg-type]
    page.show()
    until(qtbot, page, lambda view: view.stand is not Stand.STARTING)
    return page


def press(qtbot: QtBot, widget: QWidget) -> None:
    """Press where it is: a control that is covered does not get it."""
    top = widget.window()
    at = widget.mapTo(top, widget.rect().center())
    hit = top.childAt(at)
    assert hit is widget, f"{widget.accessibleName()} is covered by {hit}"
    qtbot.mouseClick(hit, Qt.MouseButton.LeftButton)


def states(qtbot: QtBot, page: LedgerPage) -> Iterator[str]:
    """Go through what the page can show."""
    presenter = page.presenter
    yield "list"
    for tab in Tab:
        presenter.choose_tab(tab)
        presenter.select(presenter.view.rows[0].id)
        yield tab
        detail = presenter.view.detail
        assert detail is not None
        for form in detail.moves:
            presenter.select(detail.id)
            page._ask(form)
            yield f"{tab} {form}"
            presenter.leave_form()
    presenter.choose_tab(Tab.CARRIED)
    presenter.select(presenter.view.rows[0].id)
    if presenter.desk.errands.seals:
        presenter.show_principal()
        until(qtbot, page, lambda view: view.detail is not None and len(view.detail.lines) > 5)
        yield "principal"
    presenter.open_form(Form.RECEIVE)
    yield "receive"
    page.receiving.services[3].click()
    page.receiving.own.line.setText("医院出具的诊断证明复印件两份")
    page.receiving._add_own()
    yield "receive paper"
    presenter.leave_form()
    presenter.search("nothing like this")
    until(qtbot, page, lambda view: not view.rows)
    yield "nothing found"


def faults(page: LedgerPage) -> list[str]:
    """What a customer would not be shown."""
    found = []
    seen = [w for w in page.findChildren(QWidget) if w.isVisible()]
    controls = [w for w in seen if isinstance(w, QPushButton | QLineEdit)]
    for widget in seen:
        cut = getattr(widget, "is_cut", None)
        if cut is not None and cut():
            found.append(f"cut: {widget.accessibleName() or widget.text()}")  # type: ignore[attr-defined]
    areas: list[tuple[str, QRect]] = []
    for widget in controls:
        area = QRect(widget.mapTo(page, QPoint(0, 0)), widget.size())
        name = widget.accessibleName()
        if not name:
            found.append(f"unnamed: {type(widget).__name__} at {area}")
        if area.height() < 34 or area.width() < 40 or not page.rect().contains(area):
            found.append(f"too small or outside: {name} {area}")
        found += [f"{name} over {other}" for other, taken in areas if area.intersects(taken)]
        areas.append((name, area))
    solid = [w for w in controls if isinstance(w, HallButton) and w.face is Face.SOLID]
    if len(solid) > 1:
        found.append(f"solid: {[w.accessibleName() for w in solid]}")
    return found


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_state_fits_every_size(qtbot: QtBot, station: Station, language: str) -> None:
    station.fill()
    Issuing(station.store, "kiosk:K1").issue(TicketRequest("r1", "MZB01"))
    Calling(station.store, "1").call_next()
    wrong = []
    for width, height in SIZES:
        seals = (width, height) != SIZES[0]
        page = shown(qtbot, station, language=language, seals=seals)
        page.resize(width, height)
        for state in states(qtbot, page):
            wrong += [f"{width}x{height} {state}: {fault}" for fault in faults(page)]
        page.close()
    assert not wrong, "\n".join(wrong)


def test_nobody_at_the_window_sees_nothing(qtbot: QtBot, station: Station) -> None:
    station.fill()
    Shifts(station.store, "1").sign_out()
    page = shown(qtbot, station)
    assert page.presenter.view.stand is Stand.SIGNED_OUT
    assert page.nothing.isVisible()
    assert not page.list.isVisible()
    assert not page.receive.isEnabled()
    qtbot.keyClick(page, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    assert page.presenter.view.form is Form.NONE
    station.sign_in()
    page.presenter.refresh()
    until(qtbot, page, lambda view: view.stand is Stand.OPEN)
    assert page.list.isVisible()


def test_a_matter_goes_its_whole_way_by_mouse_and_keyboard(qtbot: QtBot, station: Station) -> None:
    station.sign_in()
    page = shown(qtbot, station)
    presenter = page.presenter
    press(qtbot, page.receive)
    form = page.receiving
    qtbot.keyClicks(form.wanted.line, "lnyd")
    qtbot.keyClick(form.wanted.line, Qt.Key.Key_Return)
    form.name.line.insert("王小芳")
    qtbot.keyClicks(form.phone.line, "13912345678")
    press(qtbot, form.papers[0])
    form.own.line.insert("委托书")
    press(qtbot, form.add)
    press(qtbot, form.longer)
    qtbot.keyClick(form.name.line, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    view = until(qtbot, page, lambda view: view.detail is not None)
    (row,) = station.errands.rows()
    assert row.service.code == "MZB01"
    assert row.errand.papers == ("身份证", "委托书")
    assert station.errands.principal(row.errand.number).phone == "13912345678"
    assert view.rows[0].mask == "王*芳"
    assert form.name.text() == form.phone.text() == ""
    press(qtbot, page.list.boxes[0])
    press(qtbot, page.list.carry)
    page.form.field.line.insert(OFFICE)
    qtbot.keyClick(page.form.field.line, Qt.Key.Key_Return)
    until(qtbot, page, lambda view: view.tab is Tab.CARRIED and bool(view.rows))
    press(qtbot, page.list.lines[0])
    press(qtbot, page.detail.acts[Form.RETURN])
    press(qtbot, page.form.choices[0])
    press(qtbot, page.form.enter)
    until(qtbot, page, lambda view: view.tab is Tab.RETURNED and bool(view.rows))
    press(qtbot, page.detail.acts[Form.SIGN])
    press(qtbot, page.form.enter)
    until(qtbot, page, lambda view: view.tab is Tab.OVER and bool(view.rows))
    (row,) = station.errands.rows()
    assert (row.errand.state, row.errand.result) == (ErrandState.SIGNED, "已办好，带回证照")

    def kinds() -> list[SlipKind]:
        with station.store.look() as reader:
            return [job.kind for job in reader.print_jobs("window 1")]

    qtbot.waitUntil(lambda: kinds() == [SlipKind.ERRAND, SlipKind.TRIP, SlipKind.ERRAND])
    assert presenter.view.form is Form.NONE


def test_a_refusal_keeps_what_was_typed_and_says_why(qtbot: QtBot, station: Station) -> None:
    station.sign_in()
    page = shown(qtbot, station)
    page.presenter.open_form(Form.RECEIVE)
    form = page.receiving
    form.services[0].click()
    form.name.line.insert("王小芳")
    qtbot.keyClicks(form.phone.line, "call me")
    press(qtbot, form.enter)
    told = page.presenter.desk.words("ledger.trouble.bad_phone")
    until(qtbot, page, lambda view: view.notice == told)
    assert form.isVisible()
    assert form.name.text() == "王小芳"
    assert station.errands.rows() == ()


def test_a_double_click_receives_once(qtbot: QtBot, station: Station) -> None:
    station.sign_in()
    page, gate = station.page()
    page.show()
    until(qtbot, page, lambda view: view.stand is Stand.OPEN)
    page.presenter.open_form(Form.RECEIVE)
    page.receiving.services[0].click()
    page.receiving.name.line.setText("王小芳")
    gate.open.clear()
    press(qtbot, page.receiving.enter)
    press(qtbot, page.receiving.enter)
    gate.open.set()
    until(qtbot, page, lambda view: view.form is Form.NONE and len(view.rows) == 1)
    assert len(station.errands.rows()) == 1


def test_a_lost_answer_and_a_second_press_receive_once(qtbot: QtBot, station: Station) -> None:
    station.sign_in()
    page, gate = station.page()
    page.show()
    until(qtbot, page, lambda view: view.stand is Stand.OPEN)
    page.presenter.open_form(Form.RECEIVE)
    page.receiving.services[0].click()
    page.receiving.name.line.setText("王小芳")
    gate.lost = 1
    press(qtbot, page.receiving.enter)
    away = page.presenter.desk.words("ledger.away")
    until(qtbot, page, lambda view: view.notice == away)
    assert page.receiving.name.text() == "王小芳"
    press(qtbot, page.receiving.enter)
    until(qtbot, page, lambda view: view.form is Form.NONE and len(view.rows) == 1)
    # The next matter of the same words is another one.
    page.presenter.open_form(Form.RECEIVE)
    page.receiving.services[0].click()
    page.receiving.name.line.setText("王小芳")
    press(qtbot, page.receiving.enter)
    until(qtbot, page, lambda view: view.form is Form.NONE and len(view.rows) == 2)
    assert len(station.errands.rows()) == 2


def test_the_list_stays_while_the_database_is_away(qtbot: QtBot, station: Station) -> None:
    station.fill()
    page, gate = station.page()
    page.show()
    before = until(qtbot, page, lambda view: view.stand is Stand.OPEN)
    gate.down = True
    page.presenter.refresh()
    away = page.presenter.desk.words("ledger.away")
    view = until(qtbot, page, lambda view: view.notice == away)
    assert view.rows == before.rows
    gate.down = False
    page.presenter.refresh()
    until(qtbot, page, lambda view: view.notice != away)


def test_keys_alone(qtbot: QtBot, station: Station) -> None:
    station.fill()
    page = shown(qtbot, station)
    first = page.list.lines[0]
    first.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.keyClick(first, Qt.Key.Key_Down)
    qtbot.keyClick(page.list.lines[0], Qt.Key.Key_Down)
    view = page.presenter.view
    assert view.selected == view.rows[1].id
    qtbot.keyClick(page.list.lines[1], Qt.Key.Key_Space)
    assert [row.id for row in page.presenter.view.carrying] == [view.rows[1].id]
    page.presenter.open_form(Form.CARRY)
    qtbot.keyClick(page.form.field.line, Qt.Key.Key_Escape)
    assert page.presenter.view.form is Form.NONE
    reached = set()
    page.search_line.setFocus()
    for _ in range(60):
        page.focusNextChild()
        reached.add(QApplication.focusWidget())
    controls = {w for w in page.findChildren(QPushButton) if w.isVisible() and w.isEnabled()}
    assert controls <= reached


def test_a_name_is_masked_again(qtbot: QtBot, station: Station) -> None:
    station.sign_in()
    one = station.receive(phone="13900000001")
    page = shown(qtbot, station)
    page.presenter.select(one.id)
    press(qtbot, page.detail.show_key)
    view = until(qtbot, page, lambda view: "王小芳" in str(view.detail))
    assert "13900000001" in str(view.detail)
    page.presenter.hide_principal()
    assert "王小芳" not in str(page.presenter.view.detail)
    page.presenter.show_principal()
    until(qtbot, page, lambda view: "王小芳" in str(view.detail))
    page.presenter.choose_tab(Tab.CARRIED)
    page.presenter.select(one.id)
    assert "王小芳" not in str(page.presenter.view.detail)
    assert "王小芳" not in repr(page.presenter._choices)


def test_the_page_is_put_away_and_brought_back(qtbot: QtBot, station: Station) -> None:
    station.sign_in()
    page = shown(qtbot, station)
    press(qtbot, page.away)
    assert page.isMinimized()
    page.bring_back()
    assert not page.isMinimized()
    page.dock()
    screen = page.screen().availableGeometry()
    assert page.geometry().top() == screen.top() + HEIGHT
    assert page.geometry().bottom() >= screen.bottom()


def test_late_is_told_by_icon_and_word(qtbot: QtBot, station: Station) -> None:
    station.fill()
    page = shown(qtbot, station)
    page.presenter.choose_tab(Tab.LATE)
    rows = page.presenter.view.rows
    assert [row.mark for row in rows] == [Due.LATE] * 2
    assert all("逾期" in row.when for row in rows)
    assert "逾期 2 件" in page.presenter.view.notice


def test_an_errand_carried_elsewhere_leaves_the_trip(qtbot: QtBot, station: Station) -> None:
    station.sign_in()
    one, two = station.receive(), station.receive()
    page = shown(qtbot, station)
    for each in (one, two):
        page.presenter.tick(each.id)
    station.errands.carry([one.number], OFFICE)
    page.presenter.refresh()
    view = until(qtbot, page, lambda view: len(view.carrying) == 1)
    assert view.carrying[0].number == two.number


@pytest.mark.parametrize("width", [1024, 1152, 1280, NARROW - 1, NARROW])
def test_the_bar_fits_an_old_screen_with_every_key(width: int) -> None:
    found = places(width)
    areas = [*found.keys.values(), found.window, found.state, found.plate, found.keypad, found.more]
    assert all(area.right() <= width and area.height() <= HEIGHT for area in areas)
    wide = [area.width() for key, area in found.keys.items() if key is not KeyId.HELP]
    assert min(wide) >= 60
    pairs = [(a, b) for n, a in enumerate(areas) for b in areas[n + 1 :]]
    assert not any(a.intersects(b) for a, b in pairs)
