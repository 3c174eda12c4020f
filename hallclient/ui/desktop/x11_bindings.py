"""The bar's chords as passive grabs of an X server: which are granted, what stands in."""

import logging
from collections.abc import Mapping

from xcffib.xproto import GrabMode, ModMask

from hallclient.ui.desktop.chords import Chord, candidates, parse_chord
from hallclient.ui.desktop.ports import Binding
from hallclient.ui.desktop.x11_keymap import Keymap
from hallclient.ui.desktop.x11_link import Link, LinkLost

log = logging.getLogger(__name__)


class X11Bindings:
    """Grabs chords in synchronous mode. All methods raise ``LinkLost``."""

    def __init__(self, link: Link) -> None:
        self._link = link
        self._wanted: Mapping[str, str] = {}
        self._chords: dict[tuple[int, int], str] = {}
        self.map = self._read_map()

    @property
    def codes(self) -> frozenset[int]:
        """The keycodes of all chords that are granted."""
        return frozenset(code for code, _ in self._chords)

    def name(self, code: int, state: int) -> str | None:
        """Return whose chord a key press is, None when it is nobody's."""
        return self._chords.get((code, self.map.plain_state(state)))

    def bind(self, wanted: Mapping[str, str]) -> tuple[Binding, ...]:
        """Bind texts to names, all anew; a chord that is taken gets Ctrl, or Ctrl and Shift."""
        self._wanted = dict(wanted)
        return self._bind_all()

    def again(self) -> tuple[Binding, ...]:
        """Bind the same ones by the keyboard's present map."""
        self.map = self._read_map()
        return self._bind_all()

    def _bind_all(self) -> tuple[Binding, ...]:
        self._link.core.UngrabKey(0, self._link.root, ModMask.Any)
        self._chords = {}
        chords = {name: parse_chord(text) for name, text in self._wanted.items()}
        every = frozenset(chords.values())
        return tuple(
            Binding(name, chord.text, self._bind_one(name, chord, every))
            for name, chord in chords.items()
        )

    def _bind_one(self, name: str, wanted: Chord, every: frozenset[Chord]) -> str:
        for chord in candidates(wanted, every):
            if self._grab(name, chord):
                return chord.text
            log.warning("another program has the key %s", chord.text)
        return ""

    def _grab(self, name: str, chord: Chord) -> bool:
        link, mask = self._link, self.map.mask(chord)
        codes = self.map.codes(chord)
        if any((code, mask) in self._chords for code in codes):
            return False
        pairs = [(code, mask | locks) for code in codes for locks in self.map.ignored]
        asked = [
            link.core.GrabKey(
                0, link.root, state, code, GrabMode.Async, GrabMode.Sync, is_checked=True
            )
            for code, state in pairs
        ]
        granted = [link.granted(cookie) for cookie in asked]  # all sent before the first is awaited
        if not granted or not all(granted):
            for code, state in pairs:
                link.core.UngrabKey(code, link.root, state)
            return False
        self._chords |= {(code, mask): name for code in codes}
        return True

    def _read_map(self) -> Keymap:
        link, setup = self._link, self._link.conn.get_setup()
        first, count = setup.min_keycode, setup.max_keycode - setup.min_keycode + 1
        table = link.ask(link.core.GetKeyboardMapping(first, count))
        extra = link.ask(link.core.GetModifierMapping())
        if table is None or extra is None:
            raise LinkLost("the server does not tell the keyboard's map")
        wide, per = table.keysyms_per_keycode, extra.keycodes_per_modifier
        symbols, codes = list(table.keysyms), list(extra.keycodes)
        rows = [symbols[at : at + wide] for at in range(0, len(symbols), wide)]
        return Keymap(first, rows, [codes[at * per : (at + 1) * per] for at in range(8)])
