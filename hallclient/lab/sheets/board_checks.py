"""What is wrong with a board as it is shown: as on every page, and what is too small from afar."""

from collections.abc import Iterator
from dataclasses import replace

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QWidget

from hallclient.display.parts import LED
from hallclient.display.stage import Stage
from hallclient.lab.sheets.checks import ground_of, too_faint
from hallclient.lab.sheets.ink import Drawn
from hallclient.lab.sheets.staff_checks import Page, staff_complaints
from hallclient.ui.theme import PUBLIC_TEXT
from hallclient.ui.widgets.emergency import EmergencyCover

LEAST, LED_LEAST = 22.0, 44.0
"""Reference px. The least a board has room for with the longest names; nothing small on a wall."""


def board_complaints(page: Page) -> list[str]:
    """Return what is wrong with a board; what lies beneath something else is not judged."""
    board = page.widget
    order = {child: n for n, child in enumerate(board.children())}
    beneath = {
        text.widget
        for text in page.ink.texts
        if any(
            isinstance(other, QWidget)
            and other.isVisibleTo(board)
            and order.get(other, -1) > order.get(text.widget, len(order))
            and other.geometry().contains(_middle(text, board))
            for other in order
        )
    }
    texts = [text for text in page.ink.texts if text.widget not in beneath]
    seen = replace(page, ink=replace(page.ink, texts=texts))
    return [*staff_complaints(seen), *_faint(seen), *_small(seen)]


def _middle(text: Drawn, board: QWidget) -> QPoint:
    corner = text.widget.mapTo(board, QPoint(0, 0)) if text.widget is not board else QPoint(0, 0)
    return corner + text.area.center().toPoint()


def _faint(page: Page) -> Iterator[str]:
    for text in page.ink.texts:
        corner = text.widget.mapTo(page.widget, QPoint(0, 0))
        around = text.area.translated(corner).toRect().adjusted(-2, -1, 2, 1)
        ground = ground_of(page.image, around)
        yield from too_faint(repr(text.text), text.colour, ground, PUBLIC_TEXT)


def _small(page: Page) -> Iterator[str]:
    board = page.widget
    assert isinstance(board, Stage)  # noqa: S101 - only boards are judged here
    least = LED_LEAST if board.look.theme.scheme == LED else LEAST
    cover = board.findChild(EmergencyCover)
    if cover is not None and cover.stands:
        return
    yield from (f"{text!r} is {px:g} px" for text, px in page.ink.sizes if px < least)
