"""A clerk at the full panel, by keyboard and by mouse: what the hands do is in the database."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from hallclient.domain.case import Basis, Handover
from hallclient.domain.ticket import TicketStatus
from hallclient.domain.turn import Outcome
from hallclient.services.calling import Calling
from hallclient.services.person_records import PersonNote
from hallclient.services.shifts import Shifts
from hallclient.window.panel.parts import LineView
from hallclient.window.panel.screen import ClerkPanel
from hallclient.window.panel.view import Middle, PanelView, Tab
from hallclient.window.states import KeyFace, KeyId, Stand
from tests.halls import PIN
from tests.widget.panel_station import HOME, LOAN, MATERIALS, PanelFloor, open_panel_floor

K = Qt.Key
CARD = "110101199003072217"


@pytest.fixture
def floor(app: QApplication, sqlite_url: str) -> Iterator[PanelFloor]:
    with open_panel_floor(sqlite_url) as opened:
        opened.sign_in()
        yield opened


def shown(qtbot: QtBot, floor: PanelFloor, stand: Stand = Stand.IDLE) -> ClerkPanel:
    panel, _desk = floor.panel()
    panel.show()
    panel.activateWindow()
    qtbot.waitUntil(lambda: panel.presenter.view.stand is stand and bool(panel.presenter.panel))
    return panel


def until(qtbot: QtBot, panel: ClerkPanel, **wanted: object) -> PanelView:
    """Wait for a view with these values; a move that is under way is over by then."""

    def there() -> bool:
        view = panel.presenter.view
        settled = not panel.presenter.acting and panel.presenter.desk.worker.pending == 0
        return settled and all(getattr(view, name) == value for name, value in wanted.items())

    qtbot.waitUntil(there)
    return panel.presenter.view


def _focus(panel: ClerkPanel) -> QWidget:
    found: QWidget | None = panel.focusWidget()
    return panel if found is None else found


def press(qtbot: QtBot, panel: ClerkPanel, *keys: Qt.Key) -> None:
    """Press keys where the keyboard is."""
    for key in keys:
        qtbot.keyClick(_focus(panel), key)


def click(qtbot: QtBot, widget: QWidget) -> None:
    """Click where it is: a control that is covered does not get it."""
    top = widget.window()
    at = widget.mapTo(top, widget.rect().center())
    hit = top.childAt(at)
    assert hit is widget, f"{widget.accessibleName()} is covered by {hit}"
    qtbot.mouseClick(hit, Qt.MouseButton.LeftButton)


def line_of(panel: ClerkPanel, label: str) -> QWidget:
    """Return the line of a ticket in the list or the history that is shown."""
    lines = (*panel.queue.lines.lines, *panel.history.lines.lines)
    return next(line for line in lines if line.isVisible() and line.view.label == label)


def test_four_keys_from_call_to_rating(qtbot: QtBot, floor: PanelFloor) -> None:
    floor.take(LOAN)
    panel = shown(qtbot, floor)
    press(qtbot, panel, K.Key_F1)
    until(qtbot, panel, stand=Stand.CALLED)
    press(qtbot, panel, K.Key_F3)
    until(qtbot, panel, middle=Middle.FORM)
    press(qtbot, panel, K.Key_5)
    assert panel.presenter.view.form.outcome is Outcome.CONSULT
    press(qtbot, panel, K.Key_F8)
    view = until(qtbot, panel, stand=Stand.RATING)
    assert [line.quiet for line in view.history] == ["咨询"]
    assert floor.desks[0].keypad is not None
    assert len(floor.desks[0].keypad.asked) == 1


def test_a_promise_with_another_day_needs_a_reason(qtbot: QtBot, floor: PanelFloor) -> None:
    floor.take(HOME)
    floor.take(HOME)
    Calling(floor.store, "1").call_next()
    Calling(floor.store, "1").start()
    panel = shown(qtbot, floor, Stand.SERVING)
    form = panel.form
    assert panel.presenter.view.form.due == "11月27日 周五"
    click(qtbot, form.stepper.more)
    assert panel.presenter.view.form.due == "11月30日 周一"
    press(qtbot, panel, K.Key_F8)
    until(qtbot, panel, stand=Stand.SERVING)
    assert floor.state().turn is not None
    click(qtbot, form.due_reason.keys[0])
    click(qtbot, form.handover.keys[1])
    click(qtbot, form.basis.keys[1])
    click(qtbot, form.number)
    qtbot.keyClicks(form.number, "BDC-20261120-0418")
    click(qtbot, form.note.viewport())
    qtbot.keyClicks(form.note, "12 34")
    assert panel.presenter.view.form.outcome is Outcome.PROMISED, "digits of a note choose nothing"
    qtbot.keyClick(form.note, K.Key_F8, Qt.KeyboardModifier.ControlModifier)
    view = until(qtbot, panel, stand=Stand.CALLED)
    assert view.card.label == "B002"
    with floor.store.look() as reader:
        case = reader.case_by_number("BDC-20261120-0418")
        assert case is not None
        assert (case.due_reason, case.handover, case.basis) == (
            "agreed", Handover.MAIL, Basis.LENIENT,
        )  # fmt: skip
        assert case.due_on is not None
        assert case.due_on.isoformat() == "2026-11-30"
        assert reader.notes(f"case:{case.id}")[0].text == "12 34"


def test_what_is_missing_is_ticked_and_told(qtbot: QtBot, floor: PanelFloor) -> None:
    floor.take(HOME)
    Calling(floor.store, "1").call_next()
    Calling(floor.store, "1").start()
    panel = shown(qtbot, floor, Stand.SERVING)
    press(qtbot, panel, K.Key_3)
    click(qtbot, panel.form.missing.boxes[1])
    click(qtbot, panel.form.missing.boxes[3])
    assert "2" in panel.presenter.view.form.told
    click(qtbot, panel.form.finish)
    until(qtbot, panel, stand=Stand.RATING)
    with floor.store.look() as reader:
        state = floor.state()
        assert state.turn is not None
        case = reader.case_of_turn(state.turn.id)
        assert case is not None
        assert case.missing == (MATERIALS[1].name.zh_cn, MATERIALS[3].name.zh_cn)


def test_what_was_filled_in_stays_while_the_hall_goes_on(qtbot: QtBot, floor: PanelFloor) -> None:
    floor.take(HOME)
    Calling(floor.store, "1").call_next()
    Calling(floor.store, "1").start()
    panel = shown(qtbot, floor, Stand.SERVING)
    press(qtbot, panel, K.Key_4)
    qtbot.keyClicks(panel.form.number, "X-1")
    _id, label = floor.take(LOAN)
    panel.presenter.refresh()
    qtbot.waitUntil(lambda: any(row.label == label for row in panel.presenter.view.rows))
    view = panel.presenter.view.form
    assert (view.outcome, view.number, bool(view.lacks)) == (Outcome.REFUSED, "X-1", True)
    assert panel.form.number.text() == "X-1"


def test_lists_hold_resume_release_requeue_and_call_out_of_order(
    qtbot: QtBot, floor: PanelFloor
) -> None:
    held, first = floor.take(HOME), floor.take(LOAN)
    second, third = floor.take(LOAN), floor.take(HOME)
    Calling(floor.store, "1").call_next()
    Calling(floor.store, "1").start()
    panel = shown(qtbot, floor, Stand.SERVING)
    press(qtbot, panel, K.Key_F7, K.Key_2, K.Key_1)
    until(qtbot, panel, stand=Stand.IDLE)
    qtbot.keyClick(panel, K.Key_2, Qt.KeyboardModifier.AltModifier)
    until(qtbot, panel, tab=Tab.HELD)
    click(qtbot, line_of(panel, held[1]))
    press(qtbot, panel, K.Key_2)  # back to the queue
    until(qtbot, panel, middle=Middle.REST)
    with floor.store.look() as reader:
        ticket = reader.ticket(held[0])
        assert ticket is not None
        assert ticket.status is TicketStatus.WAITING
    click(qtbot, panel.queue.tabs[Tab.WAITING])
    until(qtbot, panel, tab=Tab.WAITING)
    click(qtbot, line_of(panel, second[1]))
    assert panel.ask.plate.text() == second[1]
    press(qtbot, panel, K.Key_1)
    view = until(qtbot, panel, stand=Stand.CALLED)
    assert view.card.label == second[1]
    for _again in range(2):
        floor.clock.forward(10)
        press(qtbot, panel, K.Key_F2)
        until(qtbot, panel, stand=Stand.CALLED)
    press(qtbot, panel, K.Key_F4)
    until(qtbot, panel, stand=Stand.IDLE)
    click(qtbot, panel.queue.tabs[Tab.MISSED])
    click(qtbot, line_of(panel, second[1]))
    press(qtbot, panel, K.Key_1)
    until(qtbot, panel, rows=())
    labels = [row.label for row in _waiting(qtbot, panel)]
    assert sorted(labels) == sorted([held[1], first[1], second[1], third[1]])


def test_f7_of_an_empty_window_takes_a_held_one_up(qtbot: QtBot, floor: PanelFloor) -> None:
    _ticket, label = floor.take(HOME)
    Calling(floor.store, "1").call_next()
    Calling(floor.store, "1").start()
    Calling(floor.store, "1").hold()
    panel = shown(qtbot, floor)
    qtbot.waitUntil(lambda: panel.presenter.clerk.view.face(KeyId.HOLD) is KeyFace.OPEN)
    press(qtbot, panel, K.Key_F7)
    view = until(qtbot, panel, tab=Tab.HELD, middle=Middle.ASK)
    assert (view.ask.label, [row.label for row in view.rows]) == (label, [label])
    press(qtbot, panel, K.Key_1)
    assert until(qtbot, panel, stand=Stand.SERVING).card.label == label


def _waiting(qtbot: QtBot, panel: ClerkPanel) -> tuple[LineView, ...]:
    panel.presenter.choose_tab(Tab.WAITING)
    return until(qtbot, panel, tab=Tab.WAITING).rows


def test_a_transfer_to_a_window_with_a_note(qtbot: QtBot, floor: PanelFloor) -> None:
    Shifts(floor.store, "2").sign_in("1002", PIN)
    ticket, label = floor.take(HOME)
    Calling(floor.store, "1").call_next()
    Calling(floor.store, "1").start()
    panel = shown(qtbot, floor, Stand.SERVING)
    press(qtbot, panel, K.Key_F6, K.Key_2)
    qtbot.waitUntil(lambda: bool(panel.presenter.view.ask.note))
    panel.ask.note.setFocus()
    panel.ask.note.insert("差一张 2 寸照")
    click(qtbot, panel.ask.keys[0])
    until(qtbot, panel, stand=Stand.IDLE)
    state = Calling(floor.store, "2").call_next()
    assert state.ticket is not None
    assert state.ticket.id == ticket
    assert [note.text for note in state.notes] == ["差一张 2 寸照"]
    assert not [row for row in _waiting(qtbot, panel) if row.label == label]


def test_a_mis_click_is_taken_back(qtbot: QtBot, floor: PanelFloor) -> None:
    floor.take(HOME)
    Calling(floor.store, "1").call_next()
    panel = shown(qtbot, floor, Stand.CALLED)
    press(qtbot, panel, K.Key_F3)
    until(qtbot, panel, stand=Stand.SERVING, takes_back=True)
    assert panel.toast.take_back.isVisible()
    panel.resize(1024, 640)
    assert not panel.toast.geometry().intersects(panel.form.geometry())
    click(qtbot, panel.toast.take_back)
    until(qtbot, panel, stand=Stand.CALLED, middle=Middle.REST)


def test_an_outcome_is_corrected_and_a_case_finished(qtbot: QtBot, floor: PanelFloor) -> None:
    label = floor.serve(60, Outcome.CONSULT)
    floor.clock.forward(30)
    panel = shown(qtbot, floor)
    click(qtbot, line_of(panel, label))
    press(qtbot, panel, K.Key_1)
    assert panel.presenter.view.form.correcting
    press(qtbot, panel, K.Key_2, K.Key_F8)
    assert panel.presenter.view.middle is Middle.FORM, "F8 is the key of the present ticket"
    click(qtbot, panel.form.finish)
    until(qtbot, panel, middle=Middle.ASK)
    press(qtbot, panel, K.Key_1)
    view = until(qtbot, panel, middle=Middle.REST)
    assert [line.quiet for line in view.history] == ["受理（承诺件）"]
    qtbot.keyClick(panel, K.Key_K, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: bool(panel.presenter.view.lookup.lines))
    number = panel.presenter.view.lookup.lines[0].label
    qtbot.keyClicks(panel.lookup.wanted, number)
    qtbot.keyClick(panel.lookup.wanted, K.Key_Return)
    until(qtbot, panel)
    qtbot.keyClick(panel.lookup.wanted, K.Key_Return)
    until(qtbot, panel, middle=Middle.ASK)
    ways = [value for value, _text in panel.presenter.view.ask.choices]
    press(qtbot, panel, K(K.Key_1 + ways.index("granted")))
    assert [value for value, _text in panel.presenter.view.ask.choices] == ["here", "elsewhere"]
    press(qtbot, panel, K.Key_2)
    until(qtbot, panel, middle=Middle.CASES)
    with floor.store.look() as reader:
        case = reader.case_by_number(number)
        assert case is not None
        assert (case.result, case.decided_in_hall) == ("granted", False)
    press(qtbot, panel, K.Key_Escape)
    until(qtbot, panel, middle=Middle.REST)


def test_a_supplement_is_told_its_list_and_accepted_with_its_details(
    qtbot: QtBot, floor: PanelFloor
) -> None:
    floor.note = PersonNote(0, "王*芳", "2217", floor.keys.of_cases(CARD))
    floor.serve(60, Outcome.SUPPLEMENT)
    floor.note = None
    floor.clock.forward(600)
    panel = shown(qtbot, floor)

    def work(way: str) -> None:
        """Find the case by the card of whom it is for, and choose what is done with it."""
        qtbot.keyClick(panel, K.Key_K, Qt.KeyboardModifier.ControlModifier)
        until(qtbot, panel, middle=Middle.CASES)
        qtbot.keyClicks(panel.lookup.wanted, CARD)
        qtbot.keyClick(panel.lookup.wanted, K.Key_Return)
        until(qtbot, panel)
        assert panel.lookup.wanted.text() == "", "the number of a card is not kept in sight"
        (line,) = panel.presenter.view.lookup.lines
        panel.presenter.finder.choose(line.key)
        view = until(qtbot, panel, middle=Middle.ASK)
        press(qtbot, panel, K(K.Key_1 + [value for value, _ in view.ask.choices].index(way)))

    work("tell")
    view = until(qtbot, panel, middle=Middle.FORM)
    assert [outcome for outcome, *_ in view.form.options] == [Outcome.SUPPLEMENT]
    click(qtbot, panel.form.finish)
    assert "材料" in until(qtbot, panel, middle=Middle.FORM).message, "nothing was ticked"
    panel.presenter.filler.tick(MATERIALS[1].name.zh_cn)
    click(qtbot, panel.form.finish)
    until(qtbot, panel, middle=Middle.CASES)
    press(qtbot, panel, K.Key_Escape)
    work("accept")
    view = until(qtbot, panel, middle=Middle.FORM)
    assert Outcome.CONSULT not in [outcome for outcome, *_ in view.form.options]
    panel.presenter.filler.choose_outcome(Outcome.PROMISED)
    panel.presenter.filler.fill("handover", Handover.MAIL)
    panel.presenter.filler.fill("number", "BDC-7")
    click(qtbot, panel.form.finish)
    until(qtbot, panel, middle=Middle.CASES)
    with floor.store.look() as reader:
        case = reader.case_by_number("BDC-7")
    assert case is not None
    assert (case.kind, case.handover) == (Outcome.PROMISED, Handover.MAIL)
    assert case.missing == (MATERIALS[1].name.zh_cn,)


def test_the_guide_is_found_by_initials_and_printed(qtbot: QtBot, floor: PanelFloor) -> None:
    panel = shown(qtbot, floor)
    qtbot.keyClick(panel, K.Key_G, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClicks(panel.lookup.wanted, "esf")
    qtbot.keyClick(panel.lookup.wanted, K.Key_Return)
    qtbot.keyClick(panel.lookup.wanted, K.Key_Return)
    assert "80 元/件" in panel.lookup.text.toPlainText()
    assert MATERIALS[3].name.zh_cn in panel.lookup.text.toPlainText()
    click(qtbot, panel.lookup.print)
    qtbot.waitUntil(lambda: "正在打印" in panel.presenter.view.message)
    with floor.store.look() as reader:
        [job] = reader.print_jobs("window 1")
        assert job.kind == "guide"
    press(qtbot, panel, K.Key_Escape)
    until(qtbot, panel, middle=Middle.REST)


def test_a_question_goes_when_its_ticket_has_gone(qtbot: QtBot, floor: PanelFloor) -> None:
    floor.take(HOME)
    Calling(floor.store, "1").call_next()
    Calling(floor.store, "1").start()
    panel = shown(qtbot, floor, Stand.SERVING)
    press(qtbot, panel, K.Key_F6)
    assert panel.presenter.view.middle is Middle.ASK
    Calling(floor.store, "1").finish(Outcome.CONSULT)
    panel.presenter.clerk.refresh()
    until(qtbot, panel, stand=Stand.RATING)
    floor.clock.forward(30)
    panel.presenter.clerk.refresh()
    until(qtbot, panel, stand=Stand.IDLE, middle=Middle.REST)


def test_the_database_goes_away_and_comes_back(qtbot: QtBot, floor: PanelFloor) -> None:
    floor.take(HOME)
    Calling(floor.store, "1").call_next()
    Calling(floor.store, "1").start()
    panel = shown(qtbot, floor, Stand.SERVING)
    press(qtbot, panel, K.Key_4)
    gate = floor.desks[0].gate
    gate.down = True
    panel.presenter.clerk.refresh()
    qtbot.waitUntil(lambda: panel.presenter.view.stand is Stand.OFFLINE)
    assert panel.banner.isVisible()
    assert panel.presenter.view.card.label == "B001"
    gate.down = False
    panel.presenter.clerk.refresh()
    until(qtbot, panel, stand=Stand.SERVING, banner=None)
    assert panel.presenter.view.form.outcome is Outcome.REFUSED


def test_a_panel_that_nobody_sees_asks_nothing(qtbot: QtBot, floor: PanelFloor) -> None:
    panel = shown(qtbot, floor)
    until(qtbot, panel)
    panel.hide()
    looks, gate = floor.lookers[0].looks, floor.desks[0].gate
    before = gate.looks
    panel.presenter.refresh()
    floor.desks[0].presenter.refresh()
    qtbot.waitUntil(lambda: gate.looks > before)
    qtbot.waitUntil(lambda: floor.desks[0].worker.pending == 0)
    assert floor.lookers[0].looks == looks
    panel.show()
    qtbot.waitUntil(lambda: floor.lookers[0].looks > looks)
