"""Where the parts of the bar stand, by its width alone: a state never moves anything.

Reference 1920x72 (visual.md, Clerk bar). Narrower, the service block goes first, then "longest",
then the keys shrink to 84, at last the empty place of a key that is not there yet and the gaps.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from PySide6.QtCore import QRectF

from hallclient.window.states import KeyId

WIDTH, HEIGHT = 1920, 72
MIN_WIDTH = 1024
NARROW = 1366
"""Below this the figures go, and the places of keys that are not there: an old PC's screen."""
STRIP = 8
KEY_WIDTH, KEY_MIN, KEY_HEIGHT = 106, 84, 56
_MIDDLE = 35  # of the 70 px above the bar's edge
_TEXT_MIDDLE = 34  # lines of text sit a little higher: their descent counts
_GAP, _GROUP_GAP, _TIGHT_GROUP_GAP = 6, 18, 14
_PLATE_RIGHT = 352
_HELP = 64
_END = 64
_SLOTS = (
    (KeyId.CALL_NEXT, KeyId.RECALL, KeyId.START, KeyId.NO_SHOW),
    (KeyId.TRANSFER, KeyId.HOLD),
    (KeyId.FINISH, KeyId.ASK_AGAIN),
    (KeyId.PAUSE,),
)


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
    """The rectangles of a bar; ``service`` and ``longest`` are None where there is no room."""

    window: QRectF
    state: QRectF
    plate: QRectF
    service: QRectF | None
    rules: tuple[QRectF, QRectF | None]
    waiting: QRectF | None
    longest: QRectF | None
    keys: Mapping[KeyId, QRectF]
    keypad: QRectF
    more: QRectF


def places(width: int, *, latin: bool = False) -> Places:
    """Return where everything stands on a bar of ``width`` px."""
    if width < NARROW:
        return _narrow(width)
    figures = LATIN if latin else CHINESE
    with_service = width >= WIDTH
    needed = WIDTH if with_service else WIDTH - 216
    left = _PLATE_RIGHT + 230 if with_service else _PLATE_RIGHT + 14
    with_longest = width >= needed
    wait = 148 if with_longest else 84
    if not with_longest:
        needed -= 64
    key, needed = _key_width(width, needed)
    group_gap = _GROUP_GAP if width >= needed - _HELP else _TIGHT_GROUP_GAP
    inner = left + 2 + figures.pad
    return Places(
        window=_centred(22, 60, 48),
        state=_centred(98, 112, 52, _TEXT_MIDDLE),
        plate=_centred(214, 138, 52),
        service=_centred(368, 208, 52, _TEXT_MIDDLE) if with_service else None,
        rules=(_centred(left, 2, 48), _centred(left + wait - 2, 2, 48)),
        waiting=_centred(inner, figures.first, 46, _TEXT_MIDDLE),
        longest=_centred(inner + figures.first + figures.gap, figures.second, 46, _TEXT_MIDDLE)
        if with_longest
        else None,
        keys=_keys(left + wait + 14, key, group_gap),
        keypad=_centred(max(width, MIN_WIDTH) - _END, 20, 20),
        more=_centred(max(width, MIN_WIDTH) - 40, 32, 44),
    )


def _narrow(width: int) -> Places:
    """Return the places on an old PC's screen: window, state, number and every key."""
    left, end = _PLATE_RIGHT + 8, max(width, MIN_WIDTH) - _END - 4
    step = (end - left - 8) / len(KeyId)
    return Places(
        window=_centred(22, 60, 48),
        state=_centred(98, 112, 52, _TEXT_MIDDLE),
        plate=_centred(214, 138, 52),
        service=None,
        rules=(_centred(left, 2, 48), None),
        waiting=None,
        longest=None,
        keys={
            key: _centred(left + 10 + n * step, step - _GAP, KEY_HEIGHT)
            for n, key in enumerate(KeyId)
        },
        keypad=_centred(max(width, MIN_WIDTH) - _END, 20, 20),
        more=_centred(max(width, MIN_WIDTH) - 40, 32, 44),
    )


def _key_width(width: int, needed: int) -> tuple[float, int]:
    """Return the width of a key, and what the bar then takes."""
    if width >= needed:
        return KEY_WIDTH, needed
    key = max(KEY_MIN, KEY_WIDTH - -(-(needed - width) // 9))
    return key, needed - 9 * (KEY_WIDTH - key)


def _keys(x: float, width: float, group_gap: float) -> Mapping[KeyId, QRectF]:
    found: dict[KeyId, QRectF] = {}
    for group in _SLOTS:
        for key in group:
            found[key] = _centred(x, width, KEY_HEIGHT)
            x += width + _GAP
        x += group_gap - _GAP
    found[KeyId.HELP] = _centred(x, 52, KEY_HEIGHT)
    return found


def _centred(x: float, width: float, height: float, middle: float = _MIDDLE) -> QRectF:
    return QRectF(x, middle - height / 2, width, height)
