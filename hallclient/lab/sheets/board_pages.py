"""Every state of a call board, at every size and in every dress: looked at without a database."""

import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

from PySide6.QtCore import QBuffer, QIODevice, QObject, QPointF, Signal
from PySide6.QtGui import QColor, QImage, QPainter, QPolygonF

from hallclient.display.board import CallBoard
from hallclient.display.desk import BoardDesk
from hallclient.display.emergency import EmergencyWatch
from hallclient.display.hero import Hero
from hallclient.display.parts import LED, WIDE, scale_of
from hallclient.display.playlist import Playlist
from hallclient.display.roll import BOXES, FEW_BOXES
from hallclient.domain.bulletin import Audience, Bulletin
from hallclient.domain.estimate import WaitRange
from hallclient.domain.hall import HallPlan
from hallclient.domain.publication import EmergencyKind, Publication, PublicationKind
from hallclient.domain.text import LocalText
from hallclient.lab.sheets.board_checks import board_complaints
from hallclient.lab.sheets.floor import until
from hallclient.lab.sheets.staff_pages import Drawable, Sort, settle
from hallclient.services.board import BoardCall, BoardNews, BoardState, HallNow, QueueLine
from hallclient.ui.hall_clock import HallClock
from hallclient.ui.look import Look
from hallclient.ui.pictures import PictureCache, Pictures
from hallclient.ui.theme import load_theme
from hallclient.ui.words import Words

SIZES = ((1280, 720), (1920, 1080), (3840, 2160), (1080, 1920), (2160, 3840))
QUICK = ((1280, 720), (1080, 1920))
FEW = ("one", "backlog", "busy", "no-card", "lost", "page")
"""What is looked at with three large boxes."""
HARDEST = ("backlog", "busy", "nobody", "lost", "closing", "page", "emergency-other")
NOW = datetime(2026, 11, 20, 6, 50, 20, tzinfo=UTC)
"""14:50 on a Friday in the halls' time; what else there is on the same day:"""
NOON, ALMOST, LATE, NIGHT = (
    NOW.replace(hour=4, minute=20),
    NOW.replace(hour=8, minute=40),
    NOW.replace(hour=8, minute=58),
    NOW.replace(hour=11, minute=42),
)
SUNDAY = NOW + timedelta(days=2)
_LABELS = tuple("B107 A023 G036 B105 C062 A022 K028 A021 G035 B104 C061 K027".split())  # noqa: SIM905
_WINDOWS = tuple("12 3 6 14 17 1 19 2 5 15 18 20".split())  # noqa: SIM905
_CARD = LocalText(
    "社保卡可以当场补办，旧卡号同时作废，不用再去银行网点。",
    "社保卡可以當場補辦，舊卡號同時作廢，不用再去銀行網點。",
    "Social security cards are replaced on the spot; the old card number becomes invalid.",
)
_TITLE = LocalText("社保卡当场补办", "社保卡當場補辦", "Social security cards")
_PAGE = LocalText(
    "请带好身份证原件。\n未成年人由监护人代办，另带户口簿。\n办理时间：工作日 9:00 到 16:30。",
    "請帶好身份證原件。\n未成年人由監護人代辦，另帶戶口簿。\n辦理時間：工作日 9:00 到 16:30。",
    "Bring your original ID card.\nGuardians apply for minors, with the household register.\n"
    "Working days 9:00 to 16:30.",
)
_SAID = LocalText(
    "社保系统正在恢复，预计十五分钟，请您耐心等候，谢谢您的理解。",
    "社保系統正在恢復，預計十五分鐘，請您耐心等候，謝謝您的理解。",
    "Social insurance is back in about 15 minutes, thank you for waiting.",
)
_OWN = LocalText("三楼停电", "三樓停電", "")


class StillWorker(QObject):
    """Answers at once, in the same thread."""

    busy_for = Signal(float)

    def submit(
        self, op: Callable[[], object], on_done: Callable[[object], object], _on_failed: object
    ) -> None:
        """Ask and answer."""
        on_done(op())


class StillFeed(QObject):
    """Never wakes."""

    changed = Signal()
    recovered = Signal()


class StillBoard:
    """A hall that is always the same."""

    def __init__(self, state: BoardState) -> None:
        self._state = state

    def state(self) -> BoardState:
        """Return it."""
        return self._state

    def now(self) -> HallNow:
        """Return how full it is."""
        return self._state.hall

    def news(self, seq: int, head: str = "") -> BoardNews:
        """Return nothing."""
        return BoardNews(seq, (), head=head)


@dataclass(frozen=True, slots=True)
class BoardScene:
    """A hall at a moment, how many calls stand large and wait, and what else has happened."""

    state: BoardState
    at: datetime = NOW
    large: int = 1
    behind: int = 0
    lost: bool = False
    pages: int = 0
    """How often the tables have turned."""
    amber: int = 1


def board_scenes(plan: HallPlan, *, wide: bool) -> dict[str, BoardScene]:
    """Return every state of a board; ``wide`` with AB107 → 220 and the longest waits."""
    whole = _state(plan, wide=wide)
    calm = replace(whole, calls=whole.calls[:1], missed=())
    bare = replace(whole, plan=replace(plan, notices=()))
    closed = replace(
        whole, calls=(), missed=(), hall=replace(whole.hall, lines={}, open_windows=frozenset())
    )
    closed = replace(closed, hall=replace(closed.hall, lines=_lines(plan, 0, None)))
    bulletin = Bulletin(1, _SAID, Audience.PUBLIC, 1, NOW, NOW + timedelta(hours=9))
    said = replace(whole, hall=replace(whole.hall, bulletins=(bulletin,)))
    free = replace(whole, hall=replace(whole.hall, lines=_lines(plan, 0, None, free=1)))
    few = replace(whole, hall=replace(whole.hall, lines=_lines(plan, 5, None)))
    card = Publication(2, PublicationKind.CARD, _CARD, _TITLE)
    page = Publication(3, PublicationKind.PAGE, _PAGE, _TITLE)
    picture = Publication(4, PublicationKind.PICTURE, _TITLE, media=digest_of(picture_file()))
    scenes = {
        "one": BoardScene(whole),
        "first": BoardScene(calm),
        "idle": BoardScene(replace(calm, calls=()), large=0, amber=0),
        "next-page": BoardScene(whole, pages=1),
        "backlog": BoardScene(whole, behind=3),
        "busy": BoardScene(whole, large=4, amber=4),
        "three": BoardScene(whole, large=3, amber=3),
        "no-card": BoardScene(bare),
        "nobody": BoardScene(free),
        "no-waits": BoardScene(few),
        "bulletin": BoardScene(said),
        "lost": BoardScene(whole, lost=True, amber=0),
        "closing": BoardScene(whole, ALMOST),
        "stopped": BoardScene(whole, LATE),
        "lunch": BoardScene(closed, NOON, large=0, amber=0),
        "closed": BoardScene(closed, NIGHT, large=0, amber=0),
        "day-off": BoardScene(closed, SUNDAY, large=0, amber=0),
        "card": BoardScene(_with(bare, card)),
        "page": BoardScene(_with(bare, page)),
        "picture": BoardScene(_with(bare, picture)),
    }
    for kind, drill in ((EmergencyKind.FIRE, False), (EmergencyKind.EARTHQUAKE, True)):
        scenes[f"emergency-{kind}"] = BoardScene(_with(whole, _emergency(kind, plan, drill=drill)))
    for kind in (EmergencyKind.SHELTER, EmergencyKind.OTHER):
        scenes[f"emergency-{kind}"] = BoardScene(_with(whole, _emergency(kind, plan)))
    return scenes


def board_pages(plan: HallPlan, sort: Sort, *, quick: bool = False) -> Iterator[Drawable]:
    """Yield every state of a board at every size, in one language and with English beside it.

    ``contrast`` is an LED wall. A hall whose numbers are wide has AB107 → 220, and so has ``long``.
    """
    sizes = QUICK if quick else SIZES
    wide = sort.long or scale_of(plan) is WIDE
    with tempfile.TemporaryDirectory(prefix="hallclient-sheets-") as name:
        for dress, scheme, both, boxes in _dresses(sort):
            scenes = board_scenes(plan, wide=wide)
            for scene_name, scene in scenes.items():
                few = boxes != BOXES
                if (quick and scene_name not in HARDEST) or (few and scene_name not in FEW):
                    continue
                look = Look(load_theme(scheme), sort.language)
                stand = BoardStand(scene, look, Path(name), both=both, boxes=boxes)
                try:
                    for width, height in sizes:
                        stand.resize(width, height)
                        sheet = f"board-{width}x{height}-{dress}"
                        yield Drawable(
                            sheet, scene_name, stand.board, scene.amber, judge=board_complaints
                        )
                finally:
                    stand.close()


class BoardStand:
    """A board without a hall behind it, in one of its states."""

    def __init__(
        self, scene: BoardScene, look: Look, folder: Path, *, both: bool, boxes: int = BOXES
    ) -> None:
        self._worker, self._feed = StillWorker(), StillFeed()
        state = replace(scene.state, hall=replace(scene.state.hall, now=scene.at))
        desk = BoardDesk(
            StillBoard(state),  # type: ignore[arg-type] # asks the same questions
            self._worker,  # type: ignore[arg-type]
            self._feed,  # type: ignore[arg-type]
            Words(look.language),
            reduced_motion=True,
            bilingual=both,
            boxes=boxes,
        )
        self.board = CallBoard(desk, look, clock=HallClock(lambda: scene.at, lambda: 0.0))
        self._pictures = Pictures(lambda _digest: picture_file(), PictureCache(folder))
        self.playlist = Playlist(self.board, self._pictures, bilingual=both, reduced_motion=True)
        self.watch = EmergencyWatch(self.board)
        self.board.show()
        self.board.start()
        self._put(scene)

    def _put(self, scene: BoardScene) -> None:
        presenter, calls = self.board.presenter, tuple(scene.state.calls)
        end = scene.large + scene.behind
        presenter.hero = Hero(calls[: scene.large], calls[scene.large : end])
        presenter.calls_changed.emit()
        if scene.lost:
            presenter.link.set_lost(lost=True)
        for _ in range(scene.pages):
            for part in (self.board.queues, self.board.card, self.board.strip):
                part.next_page()

    def resize(self, width: int, height: int) -> None:
        """Take the size of a screen, and wait for a picture of that size."""
        self.board.resize(width, height)
        settle()
        shown = self.playlist.shown
        if shown is not None and shown.kind is PublicationKind.PICTURE:
            until(lambda: self.playlist.is_painted, "the picture comes")
            settle()

    def close(self) -> None:
        """Take it down."""
        self.board.stop()
        self.playlist.stop()
        self._pictures.close()
        self.board.close()
        self.board.deleteLater()
        settle()


def _dresses(sort: Sort) -> Sequence[tuple[str, str, bool, int]]:
    """Return name, scheme, whether English stands beside it, and boxes."""
    light = [("light", "light", False, BOXES), ("both", "light", True, BOXES)]
    light += [("few", "light", False, FEW_BOXES), ("few-both", "light", True, FEW_BOXES)]
    led = [("led", LED, False, BOXES), ("led-both", LED, True, BOXES)]
    led += [("led-few", LED, False, FEW_BOXES)]
    found = [*light, *led] if sort.long else led if sort.contrast else light
    return [one for one in found if not (one[2] and sort.language == "en")]


def _state(plan: HallPlan, *, wide: bool) -> BoardState:
    services = sorted(plan.listed, key=lambda one: -len(one.name.zh_cn))
    wordy = max(plan.listed, key=lambda one: len(one.name.en))
    names = [services[0].name, wordy.name, *(one.name for one in services[1:])]
    zone = max(plan.zones, key=lambda one: len(one.name.en)).code if plan.zones else ""
    labels = tuple(f"AB{107 + n}" for n in range(12)) if wide else _LABELS
    windows = tuple(str(220 - n) for n in range(12)) if wide else _WINDOWS
    calls = [
        BoardCall(
            n + 1,
            label,
            window,
            zone,
            names[n % len(names)],
            NOW - timedelta(seconds=50 + n),
            1,
            active=n < 4,
        )
        for n, (label, window) in enumerate(zip(labels, windows, strict=True))
    ]
    missed = [f"AB{n}" for n in range(200, 208)] if wide else ["A017", "B103", "C058", "K021"]
    wait = WaitRange(100, 150) if wide else WaitRange(10, 30)
    lines = _lines(plan, 128 if wide else 7, wait)
    return BoardState(plan, HallNow(NOW, 10, 128, _windows(plan), lines), calls, missed)


def _windows(plan: HallPlan) -> frozenset[str]:
    return frozenset(one.code for one in plan.windows)


def _lines(
    plan: HallPlan, waiting: int, wait: WaitRange | None, free: int = 0
) -> dict[str, QueueLine]:
    """Return the queues; with a wait the second begins at nothing, two are free or unknown."""
    lines = {
        queue.code: QueueLine(queue.code, waiting, None, free, free, wait, at_once=bool(free))
        for queue in plan.queues
    }
    if wait is not None:
        short, none, free_one = (*lines, "", "", "")[1:4]
        for code, made in (
            (short, {"wait": WaitRange(0, wait.low)}),
            (none, {"wait": None}),
            (free_one, {"wait": WaitRange(0, 5), "waiting": 0, "at_once": True}),
        ):
            if code:
                lines[code] = replace(lines[code], **made)
    return lines


def _with(state: BoardState, one: Publication) -> BoardState:
    return replace(state, hall=replace(state.hall, publications=(one,)))


def _emergency(kind: EmergencyKind, plan: HallPlan, *, drill: bool = False) -> Publication:
    own = kind is EmergencyKind.OTHER
    return Publication(
        9,
        PublicationKind.EMERGENCY,
        LocalText("请到一楼大厅等候。") if own else plan.desk,
        _OWN if own else LocalText(""),
        emergency=kind,
        drill=drill,
        published_at=NOW - timedelta(minutes=2),
    )


def picture_file() -> bytes:
    """Return a PNG of 800×450: hills under a sky."""
    image = QImage(800, 450, QImage.Format.Format_RGB32)
    image.fill(QColor("#BFD9E6"))
    painter = QPainter(image)
    for colour, points in (
        ("#5F7F99", ((0, 450), (0, 250), (220, 120), (420, 330), (600, 450))),
        ("#2F5D50", ((300, 450), (620, 170), (800, 320), (800, 450))),
    ):
        painter.setBrush(QColor(colour))
        painter.drawPolygon(QPolygonF([QPointF(x, y) for x, y in points]))
    painter.end()
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")  # type: ignore[call-overload] # its stubs want bytes, it does not
    return bytes(buffer.data().data())


def digest_of(data: bytes) -> str:
    """Return what a file is known by."""
    return sha256(data).hexdigest()
