"""The demo on a screen: the roles as tiles, and a panel with the paper and the keypads' keys."""

from PySide6.QtCore import QRect, QSize, QTimer
from PySide6.QtWidgets import QApplication

from hallclient.devices.paper import PrintedTicket
from hallclient.lab.demo.lobby_keys import LobbyKeys
from hallclient.lab.demo.panel import Panel, PaperSlot
from hallclient.lab.demo.play import (
    CONSOLE,
    DESK,
    DISPLAY,
    KIOSK,
    SCREEN,
    start_roles,
    window_name,
)
from hallclient.lab.demo.stage import Stage, Wishes, set_stage
from hallclient.ui.app import make_application

BAR_HEIGHT = 72
PANEL_WIDTH = 520
FRAME = 40
"""Room for a frame around the panel."""
WATCH_MS = 500
CONSOLE_WIDTH, CONSOLE_HEIGHT, BOARD_WIDTH = 960, 600, 640
"""The least of console and display side by side; with less room there is no console."""
SCREEN_SHAPE = 16 / 10
SCREEN_WIDTH = 440
"""The least of the window's screen; with less room there is none."""


def show(wishes: Wishes) -> int:
    """Run until the panel is closed; return 0, or 1 when a role ended by itself."""
    app = make_application(["hallclient"])
    slot = PaperSlot()

    def printed(ticket: PrintedTicket) -> None:
        slot.came.emit(ticket)

    try:
        with set_stage(wishes, printed) as stage:
            keypads = [(d.window.number, d.keypad) for d in stage.desks if d.keypad is not None]
            lobby = LobbyKeys(stage.lobby, lambda: stage.cast.hand(KIOSK), app.words)
            panel = Panel(stage.printer, keypads, slot, app.words, stage.counter, lobby)
            _tell(panel, stage)
            area = app.qt.primaryScreen().availableGeometry()
            place = panel_place(area, panel.sizeHint())
            places = tiles(area, stage, place)
            if stage.boss is not None and CONSOLE in places:
                panel.tell_boss(stage.boss.code, stage.boss_pin)
            start_roles(stage, wishes.out, places)
            panel.setGeometry(place)
            panel.show()
            watch = QTimer(panel)
            watch.timeout.connect(lambda: _end_with(stage))
            watch.start(WATCH_MS)
            app.run()
            watch.stop()
            panel.close()
            stage.cast.end()
            return 1 if stage.cast.failed else 0
    finally:
        app.close()


def tiles(area: QRect, stage: Stage, panel: QRect) -> dict[str, str]:
    """Return places for the roles: bars on top, kiosk at the left, display beside it.

    The lowest row beside the kiosk is the ushers' desk's and the panel's. The console stands at
    the right of the display where there is room for both, the window's screen between desk and
    panel or at the right of a display that stands alone.
    """
    below = panel.height() + FRAME
    bars = len(stage.desks) * (BAR_HEIGHT + 4)
    top, height = area.top() + bars, area.height() - bars
    kiosk = min(height * 9 // 16, area.width() // 3)
    left, wide = area.left() + kiosk + 8, area.width() - kiosk - 8
    board = max(200, min(height - below, wide * 9 // 16))
    desk = height - board
    places = {
        KIOSK: f"{area.left()},{top},{kiosk},{height}",
        DESK: f"{left},{top + board},{desk * 9 // 16},{desk}",
        DISPLAY: f"{left},{top},{wide},{board}",
    }
    if wide >= CONSOLE_WIDTH + BOARD_WIDTH and board >= CONSOLE_HEIGHT:
        share = max(CONSOLE_WIDTH, wide // 2)
        places[DISPLAY] = f"{left},{top},{wide - share},{board}"
        places[CONSOLE] = f"{left + wide - share},{top},{share},{board}"
    room = QRect(left + desk * 9 // 16 + 8, top + board, 0, desk)
    room.setRight(panel.left() - 8)
    if CONSOLE not in places and room.width() < SCREEN_WIDTH:
        room = QRect(left + board * 16 // 9 + 8, top, wide - board * 16 // 9 - 8, board)
    screen = min(room.width(), int(room.height() * SCREEN_SHAPE))
    if screen >= SCREEN_WIDTH:
        places[SCREEN] = f"{room.left()},{room.top()},{screen},{int(screen / SCREEN_SHAPE)}"
        if room.top() == top:
            places[DISPLAY] = f"{left},{top},{wide - screen - 8},{board}"
            places[SCREEN] = f"{left + wide - screen},{top},{screen},{int(screen / SCREEN_SHAPE)}"
    for number, one in enumerate(stage.desks):
        y = area.top() + number * (BAR_HEIGHT + 4)
        width = min(area.width(), 1920)
        places[window_name(one.window.number)] = f"{area.left()},{y},{width},{BAR_HEIGHT}"
    return places


def panel_place(area: QRect, wanted: QSize) -> QRect:
    """Return the panel's place: the lower right corner, big enough for paper and keys."""
    height = min(max(300, wanted.height()), area.height() * 6 // 10)
    width = min(max(PANEL_WIDTH, wanted.width()), area.width() * 2 // 3)
    return QRect(area.right() - width, area.bottom() - height, width, height)


def _tell(panel: Panel, stage: Stage) -> None:
    """Say how everybody signs in."""
    for desk in stage.desks:
        panel.tell_sign_in(desk.window.number, desk.clerk.code, desk.pin)
    if stage.counter is not None:
        own = stage.counter
        panel.tell_sign_in(own.window.number, own.clerk.code, own.pin)
    if stage.usher is not None:
        panel.tell_usher(stage.usher.code, stage.usher_pin)
    panel.tell_technician()


def _end_with(stage: Stage) -> None:
    if stage.cast.lost():
        QApplication.quit()
