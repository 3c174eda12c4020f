"""Pinyin initials, by which the kiosk finds services (二手房 → ESF).

pypinyin is loaded only when a hall file is: its phrase tables, which tell 银行 (YH) from 行政 (XZ),
cost memory that no running screen needs.
"""

from collections.abc import Iterable


def initials_of(texts: Iterable[str]) -> tuple[str, ...]:
    """Return the distinct initials of names, upper case, Latin letters and digits kept."""
    from pypinyin import Style, lazy_pinyin  # noqa: PLC0415 - memory, see above

    found = []
    for text in texts:
        parts = lazy_pinyin(text, style=Style.FIRST_LETTER, errors=_kept)
        found.append("".join(parts).upper())
    return tuple(dict.fromkeys(word for word in found if word))


def _kept(other: str) -> str:
    """Return what is kept of a run that is not Chinese."""
    return "".join(c for c in other if c.isascii() and c.isalnum())
