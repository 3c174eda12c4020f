"""Waits over the day, before and after, painted: the hall and the queues that change most."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QGuiApplication, QImage, QPainter, QPen, QPolygonF

from hallclient.lab.simulate.captions import caption
from hallclient.phrases import Phrases
from hallclient.services.whatif.changes import Change
from hallclient.services.whatif.compare import Comparison, Sides
from hallclient.services.whatif.over_day import Line, waits_over_day
from hallclient.services.whatif.record import DayRecord
from hallclient.ui import fonts
from hallclient.ui.theme import Theme, load_theme

WIDTH, MARGIN, GAP = 1600, 56, 32
HEAD, PANEL, COLUMNS, PANELS = 176, 300, 2, 6
STEPS = (5, 10, 15, 20, 30, 60, 120, 240)


@dataclass(frozen=True, slots=True)
class Panel:
    """One queue's two lines."""

    name: str
    before: Line
    after: Line | None


def paint(
    path: Path,
    title: str,
    changes: Sequence[Change],
    found: Comparison,
    days: Sequence[DayRecord],
    language: str = "zh-CN",
) -> None:
    """Write the picture as PNG; raises OSError when that does not work."""
    app = QGuiApplication.instance() or QGuiApplication(["hallclient"])
    fonts.load_fonts()
    say = Phrases(language)
    panels = _panels(found, days, say, changed=bool(changes))
    rows = -(-len(panels) // COLUMNS)
    height = HEAD + rows * (PANEL + GAP) + MARGIN - GAP
    image = QImage(WIDTH, height, QImage.Format.Format_RGB32)
    theme = load_theme()
    image.fill(theme.colour("paper"))
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painting = _Painting(painter, theme, say, language)
    painting.head(title, caption(changes, days[0], say), changed=bool(changes))
    wide = (WIDTH - 2 * MARGIN - (COLUMNS - 1) * GAP) / COLUMNS
    hours = _hours(days)
    for place, panel in enumerate(panels):
        x = MARGIN + place % COLUMNS * (wide + GAP)
        y = HEAD + place // COLUMNS * (PANEL + GAP)
        painting.panel(QRectF(x, y, wide, PANEL), panel, hours)
    painter.end()
    if not image.save(str(path)):
        raise OSError(f"{path} cannot be written")
    del app


def _panels(
    found: Comparison, days: Sequence[DayRecord], say: Phrases, *, changed: bool
) -> list[Panel]:
    names = {queue.code: queue.name for queue in days[0].queues}

    def weight(side: Sides) -> float:
        if not changed:
            return sum(side.before.waits)
        return abs(sum(side.after.waits) - sum(side.before.waits))

    ordered = sorted(found.queues, key=lambda side: (-weight(side), side.code))
    most = [side for side in ordered if weight(side)][: PANELS - 1]
    sides = [(say("simulate.hall"), found.hall)]
    sides += [(f"{side.code} {names[side.code].text(say.language)}", side) for side in most]
    return [_panel(name, side, found, say, changed=changed) for name, side in sides]


def _panel(name: str, side: Sides, found: Comparison, say: Phrases, *, changed: bool) -> Panel:
    before, after = f"{side.before.mean:.1f}", f"{side.after.mean:.1f}"
    if changed:
        text = say("simulate.means", name=name, before=before, after=after)
    else:
        text = say("simulate.mean", name=name, before=before)
    line = waits_over_day(found.after, side.code) if changed else None
    return Panel(text, waits_over_day(found.before, side.code), line)


def _hours(days: Sequence[DayRecord]) -> tuple[int, int]:
    """Return the whole hours in which numbers are given out."""
    came = [visit.at for day in days for visit in day.visits] or [9 * 3600.0, 17 * 3600.0]
    return int(min(came) // 3600), int(-(-max(came) // 3600))


class _Painting:
    """The strokes, in the looks of the product."""

    def __init__(self, painter: QPainter, theme: Theme, say: Phrases, language: str) -> None:
        self._painter, self._theme, self._say, self._language = painter, theme, say, language

    def head(self, title: str, said: str, *, changed: bool) -> None:
        """Write what is shown, and draw the legend."""
        self._text(QRectF(MARGIN, 36, 540, 52), self._say("simulate.title"), 40, fonts.BOLD)
        unit = QRectF(MARGIN + 560, 44, 520, 32)
        self._text(unit, self._say("simulate.axis"), 22, colour="ink2")
        self._text(QRectF(MARGIN, 92, WIDTH - 2 * MARGIN, 30), title, 22, colour="ink2")
        self._text(QRectF(MARGIN, 124, WIDTH - 2 * MARGIN, 30), said, 22, colour="ink2")
        right = float(WIDTH - MARGIN)
        keys = ("after", "before") if changed else ("before",)
        for key in keys:
            text = self._say(f"simulate.{key}")
            wide = fonts.metrics(22, fonts.MEDIUM, self._language).horizontalAdvance(text)
            box = QRectF(right - wide - 2, 44, wide + 2, 32)
            self._text(box, text, 22, fonts.MEDIUM)
            self._stroke([QPointF(box.x() - 64, 62), QPointF(box.x() - 14, 62)], key)
            right = box.x() - 96

    def panel(self, box: QRectF, panel: Panel, hours: tuple[int, int]) -> None:
        """Draw one queue."""
        theme, painter = self._theme, self._painter
        painter.fillRect(box, theme.colour("surface"))
        name = QRectF(box.x() + 20, box.y() + 12, box.width() - 40, 34)
        self._text(name, panel.name, 24, fonts.FIGURE)
        plot = QRectF(box.x() + 72, box.y() + 62, box.width() - 100, box.height() - 112)
        most = max([minutes for _hour, minutes in (*panel.before, *(panel.after or ()))] or [1])
        step = next((step for step in STEPS if most / step <= 4), 480)
        top = step * max(1, -(-most // step))
        for mark in range(0, int(top) + 1, step):
            y = plot.bottom() - plot.height() * mark / top
            painter.setPen(QPen(theme.colour("line" if mark else "lineStrong"), 1))
            painter.drawLine(QPointF(plot.left(), y), QPointF(plot.right(), y))
            side = QRectF(box.x() + 8, y - 14, 54, 28)
            self._text(side, f"{mark}", 20, colour="ink2", align=Qt.AlignmentFlag.AlignRight)
        first, last = hours
        across = plot.width() / max(last - first, 1)
        for hour in range(first, last + 1, 1 if last - first <= 6 else 2):
            x = plot.left() + (hour - first) * across
            foot = QRectF(x - 40, plot.bottom() + 6, 80, 28)
            self._text(foot, f"{hour}:00", 20, colour="ink2", align=Qt.AlignmentFlag.AlignHCenter)
        for key, line in (("before", panel.before), ("after", panel.after)):
            points = [
                QPointF(
                    plot.left() + (hour - first) * across,
                    plot.bottom() - plot.height() * minutes / top,
                )
                for hour, minutes in line or ()
            ]
            self._stroke(points, key)

    def _stroke(self, points: Sequence[QPointF], key: str) -> None:
        after = key == "after"
        pen = QPen(QColor(self._theme.colour("primary" if after else "lineStrong")), 4)
        pen.setStyle(Qt.PenStyle.SolidLine if after else Qt.PenStyle.DashLine)
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        self._painter.setPen(pen)
        self._painter.drawPolyline(QPolygonF(list(points)))

    def _text(
        self,
        box: QRectF,
        text: str,
        px: int,
        weight: int = fonts.REGULAR,
        colour: str = "ink",
        align: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft,
    ) -> None:
        metrics = fonts.metrics(px, weight, self._language)
        kept = metrics.elidedText(text, Qt.TextElideMode.ElideRight, box.width())
        self._painter.setFont(fonts.font(px, weight, self._language))
        self._painter.setPen(self._theme.colour(colour))
        self._painter.drawText(box, align | Qt.AlignmentFlag.AlignVCenter, kept)
