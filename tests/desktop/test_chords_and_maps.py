"""Keys as people write them, keyboards' maps, struts: without any server."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QRect, Qt

from hallclient.config import KeySettings
from hallclient.ui.desktop.chords import Chord, candidates, parse_chord, usable
from hallclient.ui.desktop.x11_keymap import Keymap
from hallclient.ui.desktop.x11_strip import is_inner, strut

ROWS = [
    (0x61, 0x41),  # 10: a
    (0x31, 0x21),  # 11: 1
    (0xFF9C, 0xFFB1),  # 12: keypad 1
    (0xFFBE,),  # 13: F1
    (0xFFE1,),  # 14: Shift
    (0xFF7F,),  # 15: Num Lock
    (0xFFE9, 0xFFE7),  # 16: Alt
    (0xFF0D,),  # 17: Return
    (0xFFAA,),  # 18: keypad *
]
MODIFIERS = ((14,), (0,), (0,), (16,), (15,), (0,), (0,), (0,))
MAP = Keymap(10, ROWS, MODIFIERS)
NUM = 1 << 4


@given(
    st.sampled_from(["F1", "F12", "F24", "A", "7"]),
    st.frozensets(st.sampled_from(["Ctrl", "Alt", "Meta"]), min_size=1),
)
def test_a_chord_is_written_as_it_is_read(key: str, modifiers: frozenset[str]) -> None:
    chord = Chord(key, modifiers)
    assert parse_chord(chord.text) == chord
    assert parse_chord(chord.text.lower()) == chord


@pytest.mark.parametrize("text", ["", "A", "Shift+A", "7", "F25", "F0", "Ctrl+", "Hyper+F1", "++"])
def test_what_would_be_typed_or_is_no_key_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"no key|typed"):
        parse_chord(text)


def test_all_keys_of_the_settings_are_keys() -> None:
    own = KeySettings()
    texts = [getattr(own, name) for name in own.__slots__ if getattr(own, name)]
    assert len({parse_chord(text) for text in texts}) == len(texts) >= 12


def test_texts_that_are_no_keys_or_taken_are_left_out() -> None:
    wanted = {"call_next": "1", "recall": "nonsense", "start": "f3", "finish": "F3", "help": ""}
    found = usable(wanted | {"pause": "ctrl + f10"})
    assert found == dict.fromkeys(wanted, "") | {"start": "F3", "pause": "Ctrl+F10"}
    assert set(usable({"hold": "Ctrl+Hold"}).values()) == {""}


def test_a_stand_in_is_no_other_key() -> None:
    wanted, other = parse_chord("F8"), parse_chord("Ctrl+F8")
    assert [c.text for c in candidates(wanted, {wanted, other})] == [
        "F8",
        "Ctrl+Shift+F8",
        "Ctrl+Alt+F8",
    ]


@pytest.mark.parametrize(
    ("code", "state", "text"),
    [
        (10, 0, "a"), (10, 1, "A"), (10, 2, "A"), (10, 3, "a"), (11, 0, "1"), (11, 2, "1"),
        (11, 1, "!"), (12, NUM, "1"), (12, 0, ""), (12, NUM | 1, ""), (10, 4, ""), (18, 0, "*"),
        (17, 0, "\r"), (99, 0, ""),
    ],
)  # fmt: skip
def test_what_a_key_types(code: int, state: int, text: str) -> None:
    assert MAP.stroke(code, state).text == text


def test_keys_of_popovers() -> None:
    assert MAP.stroke(17, 0).key == Qt.Key.Key_Return.value
    assert MAP.stroke(12, 0).key == Qt.Key.Key_End.value
    assert MAP.stroke(12, NUM).key == Qt.Key.Key_1.value
    assert MAP.stroke(13, 0).key == Qt.Key.Key_F1.value
    assert MAP.is_modifier(14)
    assert not MAP.is_modifier(10)


def test_locks_do_not_count() -> None:
    assert MAP.num_lock == NUM
    assert set(MAP.ignored) == {0, 2, NUM, NUM | 2}
    assert MAP.plain_state(NUM | 2 | 4 | 0x100 | 0x2000) == 4
    assert MAP.codes(parse_chord("F1")) == (13,)
    assert MAP.mask(parse_chord("Ctrl+Alt+F1")) == 4 | 8


def test_struts_are_measured_from_the_whole() -> None:
    left, right = QRect(0, 0, 1920, 1080), QRect(1920, 0, 1280, 1024)
    assert strut("top", 72, right) == (0, 0, 72, 0, 0, 0, 0, 0, 1920, 3199, 0, 0)
    assert strut("right", 88, right) == (0, 88, 0, 0, 0, 0, 0, 1023, 0, 0, 0, 0)
    assert not is_inner("top", right, [left, right])
    assert not is_inner("right", right, [left, right])
    assert is_inner("left", right, [left, right])
    assert is_inner("right", left, [left, right])
