"""Where the parts of the bar stand, by its size and edge alone: a state never moves anything.

Top: 1920x72 (visual.md, Clerk bar). Narrower, the service block goes first, then "longest", then
the keys shrink to 84, then "waiting" goes; below that everything shrinks and labels break. Side:
88x1080. Shorter, the figures go, then the service, and the keys shrink all the while.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from PySide6.QtCore import QRectF

from hallclient.window.states import KeyId

WIDTH, HEIGHT = 1920, 72
MIN_WIDTH = 1024
NARROW = 1366
"""On a screen narrower than this the bar stands at the side."""
SIDE_WIDTH, SIDE_HEIGHT = 88, 1080
SIDE_MIN_HEIGHT = 600
STRIP = 8
KEY_WIDTH, KEY_MIN, KEY_HEIGHT = 106, 84, 56
SIDE_KEY, SIDE_KEY_HEIGHT = 76, 68
GROUPS = (
    (KeyId.CALL_NEXT, KeyId.RECALL, KeyId.START, KeyId.NO_SHOW),
    (KeyId.TRANSFER, KeyId.HOLD),
    (KeyId.FINISH, KeyId.ASK_AGAIN),
    (KeyId.PAUSE,),
)
_COUNT = sum(map(len, GROUPS))
_MIDDLE = 35  # of the 70 px above the bar's edge
_TEXT_MIDDLE = 34  # lines of text sit a little higher: their descent counts
_GAP, _BETWEEN, _TIGHT_BETWEEN = 6, 12, 8
_PLATE_RIGHT = 352
_SERVICE = 180
_HELP = 52
_END = 96


@dataclass(frozen=True, slots=True)
class WaitWidths:
    """The block of waiting figures: padding, the width of each figure, the gap between them."""

    pad: float
    first: float
    second: float
    gap: float


CHINESE = WaitWidths(18, 40, 62, 8)
LATIN = WaitWidths(12, 54, 62, 12)
"""English captions are wider."""


@dataclass(frozen=True, slots=True)
class Places:
    """The rectangles of a bar; None where there is no room.

    ``undo`` is where a move is taken back for a few seconds; it covers ``covered`` parts only.
    ``broken`` labels stand on two lines.
    """

    window: QRectF
    state: QRectF
    plate: QRectF
    keys: Mapping[KeyId, QRectF]
    keypad: QRectF
    more: QRectF
    expand: QRectF
    undo: QRectF
    rules: tuple[QRectF | None, QRectF | None] = (None, None)
    service: QRectF | None = None
    waiting: QRectF | None = None
    longest: QRectF | None = None
    figures: QRectF | None = None
    """Both figures as one part, at the side."""
    side: bool = False
    broken: bool = False


def places(width: int, *, latin: bool = False) -> Places:
    """Return where everything stands on a bar of ``width`` px at the top."""
    for service, figures, least in (
        (True, 2, KEY_WIDTH),
        (False, 2, KEY_WIDTH - 10),
        (False, 1, KEY_MIN),
        (False, 0, KEY_MIN),
    ):
        key = _key_width(width, _PLATE_RIGHT + _room(service=service, figures=figures), figures)
        if key >= least:
            return _top(width, key, figures, LATIN if latin else CHINESE, service=service)
    return _narrow(max(width, MIN_WIDTH))


def _room(*, service: bool, figures: int) -> int:
    """Return what stands between the number's plate and the first key."""
    wait = {2: 148 + 28, 1: 80 + 20, 0: 14}[figures]
    return wait + (_SERVICE + 12 if service else 0)


def _key_width(width: int, left: int, figures: int) -> float:
    between = _BETWEEN if figures == 2 else _TIGHT_BETWEEN
    gaps = (_COUNT - 1) * _GAP + (len(GROUPS) - 1) * between
    return min(KEY_WIDTH, (width - _END - _HELP - 12 - left - gaps) / _COUNT)


def _top(width: int, key: float, figures: int, wait: WaitWidths, *, service: bool) -> Places:
    between = _BETWEEN if figures == 2 else _TIGHT_BETWEEN
    row = _COUNT * (key + _GAP) - _GAP + (len(GROUPS) - 1) * between
    x = width - _END - _HELP - 12 - row
    block = {2: 148, 1: 80, 0: 0}[figures]
    left = x - (14 if figures == 2 else 10) - block
    plate = _centred(214, 138, 52)
    first = left + 2 + (wait.pad if figures == 2 else 12)
    second = first + wait.first + wait.gap
    keys = _row_of_keys(x, key, between)
    keys[KeyId.HELP] = _centred(width - _END - _HELP, _HELP, KEY_HEIGHT)
    state = _centred(98, 112, 52, _TEXT_MIDDLE)
    rules = _centred(left, 2, 48), _centred(left + block - 2, 2, 48)
    return Places(
        window=_centred(22, 60, 48),
        state=state,
        plate=plate,
        keys=keys,
        undo=_centred(left + 8, block - 16, 52) if figures else state,
        service=_centred(364, min(left - 364 - 12, 460), 52, _TEXT_MIDDLE) if service else None,
        rules=rules if figures else (None, None),
        waiting=_centred(first, wait.first, 46, _TEXT_MIDDLE) if figures else None,
        longest=_centred(second, wait.second, 46, _TEXT_MIDDLE) if figures == 2 else None,
        keypad=_centred(width - 90, 20, 20),
        more=_centred(width - 66, 30, 44),
        expand=_centred(width - 36, 32, 44),
    )


def _narrow(width: int) -> Places:
    """Return the places on an old PC's screen: window, state, number and every key."""
    between, help_width = 4, 40
    right = width - _END - help_width - 6
    gaps = (_COUNT - 1) * 4 + (len(GROUPS) - 1) * between
    key = min(KEY_MIN, (right - 282 - gaps) / _COUNT)
    row = _COUNT * (key + 4) - 4 + (len(GROUPS) - 1) * between
    keys = _row_of_keys(right - row, key, between, gap=4)
    keys[KeyId.HELP] = _centred(width - _END - help_width, help_width, KEY_HEIGHT)
    state = _centred(70, 96, 52, _TEXT_MIDDLE)
    return Places(
        window=_centred(14, 50, 44),
        state=state,
        plate=_centred(168, 106, 48),
        keys=keys,
        undo=state.adjusted(0, 0, -6, 0),
        broken=True,
        keypad=_centred(width - 90, 20, 20),
        more=_centred(width - 66, 30, 44),
        expand=_centred(width - 36, 32, 44),
    )


def _row_of_keys(
    x: float, width: float, between: float, *, gap: float = _GAP
) -> dict[KeyId, QRectF]:
    found: dict[KeyId, QRectF] = {}
    for group in GROUPS:
        for key in group:
            found[key] = _centred(x, width, KEY_HEIGHT)
            x += width + gap
        x += between
    return found


def side_places(height: int) -> Places:
    """Return where everything stands on a bar of ``height`` px at the side, 88 wide."""
    height = max(height, SIDE_MIN_HEIGHT)
    bottom = height - 98
    start, service, figures = 183, None, None
    for top, least in ((294, 50), (230, 46)):
        if _side_key(bottom - top) >= least:
            start, service = top, QRectF(4, 178, 80, 42)
            figures = QRectF(6, 233, 76, 48) if top == 294 else None
            break
    key = _side_key(bottom - start)
    keys: dict[KeyId, QRectF] = {}
    y = float(start)
    for group in GROUPS:
        for name in group:
            keys[name] = QRectF(6, y, SIDE_KEY, key)
            y += key + 5
        y += 12
    keys[KeyId.HELP] = QRectF(6, height - 86, SIDE_KEY, 46)
    state = QRectF(3, 70, 82, 54)
    ruled = QRectF(6, 227, 76, 2), QRectF(6, 283, 76, 2)
    return Places(
        window=QRectF(14, 20, 60, 44),
        state=state,
        plate=QRectF(6, 129, 76, 44),
        keys=keys,
        keypad=QRectF(6, height - 30, 20, 20),
        more=QRectF(29, height - 37, 28, 34),
        expand=QRectF(58, height - 37, 28, 34),
        undo=figures.adjusted(0, -2, 0, 2) if figures else service or state,
        rules=ruled if figures else (None, None),
        service=service,
        figures=figures,
        side=True,
        broken=key >= 60,
    )


def _side_key(room: float) -> float:
    gaps = (_COUNT - 1) * 5 + (len(GROUPS) - 1) * 12
    return min(SIDE_KEY_HEIGHT, (room - gaps) / _COUNT)


def _centred(x: float, width: float, height: float, middle: float = _MIDDLE) -> QRectF:
    return QRectF(x, middle - height / 2, width, height)
