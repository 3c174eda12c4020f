"""An X keyboard's map: which keycodes a chord means, what a key types. Pure; no X in it."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt

from hallclient.ui.desktop.chords import Chord

SHIFT, LOCK, CONTROL = 1, 2, 4
_BITS = {"Shift": SHIFT, "Ctrl": CONTROL}
_NUM_LOCK, _ALT_L, _ALT_R, _META_L, _SUPER_L = 0xFF7F, 0xFFE9, 0xFFEA, 0xFFE7, 0xFFEB
_MODIFIER_KEYS = frozenset((*range(0xFFE1, 0xFFEF), _NUM_LOCK, 0xFF7E, 0xFE03, 0xFE08))
_KEYPAD = range(0xFF80, 0xFFBE)
_NAMED = {
    0xFF0D: Qt.Key.Key_Return, 0xFF8D: Qt.Key.Key_Enter, 0xFF1B: Qt.Key.Key_Escape,
    0xFF08: Qt.Key.Key_Backspace, 0xFF09: Qt.Key.Key_Tab, 0xFE20: Qt.Key.Key_Backtab,
    0xFF50: Qt.Key.Key_Home, 0xFF51: Qt.Key.Key_Left, 0xFF52: Qt.Key.Key_Up,
    0xFF53: Qt.Key.Key_Right, 0xFF54: Qt.Key.Key_Down, 0xFF55: Qt.Key.Key_PageUp,
    0xFF56: Qt.Key.Key_PageDown, 0xFF57: Qt.Key.Key_End, 0xFFFF: Qt.Key.Key_Delete,
    0xFF95: Qt.Key.Key_Home, 0xFF96: Qt.Key.Key_Left, 0xFF97: Qt.Key.Key_Up,
    0xFF98: Qt.Key.Key_Right, 0xFF99: Qt.Key.Key_Down, 0xFF9A: Qt.Key.Key_PageUp,
    0xFF9B: Qt.Key.Key_PageDown, 0xFF9C: Qt.Key.Key_End, 0xFF9F: Qt.Key.Key_Delete,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Stroke:
    """What one key press means to a window of this program."""

    key: int
    text: str
    modifiers: Qt.KeyboardModifier


class Keymap:
    """The tables of ``GetKeyboardMapping`` and ``GetModifierMapping``.

    ``rows`` has the keysyms of each keycode from ``first`` on; ``modifiers`` the keycodes of the
    eight modifiers, Shift first.
    """

    def __init__(
        self, first: int, rows: Sequence[Sequence[int]], modifiers: Sequence[Sequence[int]]
    ) -> None:
        self._first = first
        self._rows = [tuple(row) for row in rows]
        self._modifier_codes = frozenset(code for row in modifiers for code in row if code)
        self.num_lock = self._bit(modifiers, {_NUM_LOCK})
        self._alt = self._bit(modifiers, {_ALT_L, _ALT_R}) or 8
        self._meta = self._bit(modifiers, {_SUPER_L, _META_L})

    @property
    def ignored(self) -> tuple[int, ...]:
        """The states of locks that must not keep a chord from working, each with its bits."""
        lock, num = LOCK, self.num_lock
        return (0, lock, num, lock | num) if num else (0, lock)

    def codes(self, chord: Chord) -> tuple[int, ...]:
        """Return the keycodes of a chord's key; several keyboards may have several."""
        wanted = _keysyms(chord.key)
        enumerated = list(enumerate(self._rows, self._first))
        plain = tuple(code for code, row in enumerated if row and row[0] in wanted)
        return plain or tuple(code for code, row in enumerated if wanted & set(row))

    def mask(self, chord: Chord) -> int:
        """Return the modifier bits of a chord."""
        bits = _BITS | {"Alt": self._alt, "Meta": self._meta or 64}
        return sum(bits[name] for name in chord.modifiers)

    def plain_state(self, state: int) -> int:
        """Return the modifier bits of an event without locks, buttons and the layout's group."""
        counted = SHIFT | CONTROL | self._alt | (self._meta or 64)
        return state & counted

    def is_modifier(self, code: int) -> bool:
        """Return whether a key changes others only."""
        row = self._row(code)
        return code in self._modifier_codes or bool(row and row[0] in _MODIFIER_KEYS)

    def stroke(self, code: int, state: int) -> Stroke:
        """Return key, text and modifiers of an event (X protocol, Keyboards)."""
        symbol = self._symbol(code, state)
        modifiers = Qt.KeyboardModifier.NoModifier
        for bit, modifier in (
            (SHIFT, Qt.KeyboardModifier.ShiftModifier),
            (CONTROL, Qt.KeyboardModifier.ControlModifier),
            (self._alt, Qt.KeyboardModifier.AltModifier),
        ):
            if state & bit:
                modifiers |= modifier
        if symbol in _KEYPAD:
            modifiers |= Qt.KeyboardModifier.KeypadModifier
        text = _text(symbol)
        if state & (CONTROL | self._alt):
            return Stroke(_key(symbol, text), "", modifiers)
        return Stroke(_key(symbol, text), text, modifiers)

    def _row(self, code: int) -> tuple[int, ...]:
        at = code - self._first
        return self._rows[at] if 0 <= at < len(self._rows) else ()

    def _symbol(self, code: int, state: int) -> int:
        row = self._row(code)
        group = 2 if state >> 13 & 3 and len(row) > 3 and row[2] else 0
        low, high = (*row[group : group + 2], 0, 0)[:2]
        shift = bool(state & SHIFT)
        if high in _KEYPAD and self.num_lock:
            return low if shift == bool(state & self.num_lock) else high
        if state & LOCK and _text(low).isalpha():
            shift = not shift
        return (high or low) if shift else low

    def _bit(self, modifiers: Sequence[Sequence[int]], symbols: set[int]) -> int:
        for index, codes in enumerate(modifiers):
            if index > 2 and any(symbols & set(self._row(code)) for code in codes if code):
                return 1 << index
        return 0


def _keysyms(key: str) -> set[int]:
    if len(key) > 1:
        return {0xFFBE + int(key[1:]) - 1}
    return {ord(key), ord(key.lower())}


def _text(symbol: int) -> str:
    if 0xFFB0 <= symbol <= 0xFFB9:
        return chr(ord("0") + symbol - 0xFFB0)
    if 0xFFAA <= symbol <= 0xFFAF:
        return "*+,-./"[symbol - 0xFFAA]
    if 0x20 <= symbol <= 0x7E or 0xA0 <= symbol <= 0xFF:
        return chr(symbol)
    if 0x01000100 <= symbol <= 0x0110FFFF:
        return chr(symbol - 0x01000000)
    return {0xFF0D: "\r", 0xFF8D: "\r", 0xFF1B: "\x1b", 0xFF08: "\b", 0xFF09: "\t"}.get(symbol, "")


def _key(symbol: int, text: str) -> int:
    if symbol in _NAMED:
        return _NAMED[symbol].value
    if 0xFFBE <= symbol <= 0xFFD5:
        return Qt.Key.Key_F1.value + symbol - 0xFFBE
    if len(text) == 1 and text.isprintable():
        return ord(text.upper()) if len(text.upper()) == 1 else ord(text)
    return Qt.Key.Key_unknown.value
