"""Words that somebody typed for everybody's eyes: checked when they come, cleaned when shown.

Markup is not understood anywhere, so HTML is shown as what it is: signs. What is refused steers or
hides text (bidi controls, zero-width signs, private and unassigned code points), or is more than a
screen can show.
"""

import unicodedata
from collections.abc import Iterator

from hallclient.domain.errors import NotAllowed
from hallclient.domain.text import LocalText

MARKS = 3
"""Most combining marks on one letter: no language of a hall needs more."""
_HIDDEN = frozenset({"Cc", "Cf", "Co", "Cs", "Cn"})
_MARK = frozenset({"Mn", "Me"})


def check_words(text: LocalText, longest: int, lines: int = 1, *, needed: bool = True) -> None:
    """Raise ``NotAllowed`` for a text that cannot be shown.

    ``longest`` counts the characters of one language, ``lines`` its lines; a needed text says
    something in zh-CN, for that stands in for the others.
    """
    if needed and not text.zh_cn.strip():
        raise NotAllowed("words_empty", "it must say something in zh-CN at least")
    for one in (text.zh_cn, text.zh_hant, text.en):
        if len(one) > longest:
            raise NotAllowed("words_long", f"at most {longest} characters", most=longest)
        if one.count("\n") >= lines:
            raise NotAllowed("words_lines", f"at most {lines} lines", most=lines)
        if any(_hidden(sign) for sign in one) or _piled(one):
            raise NotAllowed("words_signs", "plain text only: no signs that steer or hide text")


def shown_words(text: str, longest: int, lines: int = 1) -> str:
    """Return a text as a screen may show it, whatever the database holds; never raises."""
    kept = "".join(_shown(text[: 4 * longest]))[:longest]
    found = [" ".join(line.split()) for line in kept.split("\n")]
    found = [line for line in found if line]
    return "\n".join(found) if lines > 1 and len(found) <= lines else " ".join(found)


def _shown(text: str) -> Iterator[str]:
    marks = 0
    for sign in text:
        marks = marks + 1 if unicodedata.category(sign) in _MARK else 0
        if marks <= MARKS and not _hidden(sign):
            yield sign


def _hidden(sign: str) -> bool:
    return sign != "\n" and unicodedata.category(sign) in _HIDDEN | {"Zl", "Zp"}


def _piled(text: str) -> bool:
    marks = 0
    for sign in text:
        marks = marks + 1 if unicodedata.category(sign) in _MARK else 0
        if marks > MARKS:
            return True
    return False
