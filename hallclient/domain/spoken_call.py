"""The clips of a spoken call, by their keys; the same keys in the folder of every language.

``prefix/A``, ``prefix/AB``      the letters of a number: 请A，/ Ticket A,
``number/012``, ``…/yao``        three digits: 零一二号，(零幺二号，)
``first/12`` and ``last/34``     four digits as two pairs, each also with ``/yao``
``place/ZONE``                   where the window is; the hall's own clips only
``window/12``                    到十二号窗口办理业务 / window twelve, please
``say/NAME``                     a fixed sentence: ``fire``, ``fire_drill``, ``ended`` …
"""

import re
from collections.abc import Collection
from dataclasses import dataclass

YAO = "/yao"
FORM = ("prefix", "number", "place", "window")
"""The order of the parts, where a language says no other."""
_LABEL = re.compile(r"([A-Z]{1,2})([0-9]{3,4})")
_DIGITS = re.compile(r"0*([1-9][0-9]{0,3})")


@dataclass(frozen=True, slots=True)
class CallForm:
    """How a language puts a call into clips: 幺 for 1 or not, and the order of the parts."""

    yao: bool = False
    order: tuple[str, ...] = FORM


def clips_of(
    label: str, window: str, place: str, have: Collection[str], form: CallForm
) -> tuple[tuple[str, ...], ...] | None:
    """Return the keys of a call, grouped by part; None where a part has no clip.

    A place that has no clip is left out: the board says it. 幺 is said where its clips exist.
    """
    parts = {
        "prefix": prefix_keys(label),
        "number": tuple(_with_yao(key, have, form) for key in number_keys(label)),
        "place": (f"place/{place}",) if f"place/{place}" in have else (),
        "window": (window_key(window),),
    }
    if not parts["prefix"]:
        return None
    said = tuple(parts[name] for name in form.order if parts.get(name))
    if any(key not in have for part in said for key in part):
        return None
    return said


def prefix_keys(label: str) -> tuple[str, ...]:
    """Return the key of a label's letters; none for what is no label."""
    found = _LABEL.fullmatch(label)
    return (f"prefix/{found[1]}",) if found else ()


def number_keys(label: str) -> tuple[str, ...]:
    """Return the keys of a label's digits: one for three, two for four."""
    found = _LABEL.fullmatch(label)
    if found is None:
        return ()
    digits = found[2]
    return (
        (f"number/{digits}",) if len(digits) == 3 else (f"first/{digits[:2]}", f"last/{digits[2:]}")
    )


def window_key(window: str) -> str:
    """Return the key of a window: by its number, else by what stands on it."""
    found = _DIGITS.fullmatch(window)
    return f"window/{found[1] if found else window.strip()}"


def _with_yao(key: str, have: Collection[str], form: CallForm) -> str:
    return key + YAO if form.yao and key + YAO in have else key
