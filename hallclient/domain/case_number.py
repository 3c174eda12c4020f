"""Case numbers: made by the hall's rule, or taken from a department's own system (docs/cases.md).

A rule is a text with ``{date}`` (YYYYMMDD) and ``{n}`` or ``{n:05}``, the count of the day. Both
stand in it once; the date is always eight digits, so no two counts of a rule make one number.
"""

import re
import unicodedata
from datetime import date

from hallclient.domain.errors import Refused

LONGEST = 40
USUAL = "{date}{n:05}"
_PLACE = re.compile(r"\{([^{}]*)\}")
_COUNT = re.compile(r"n(?::0?([1-9]))?", re.ASCII)
_PLAIN = re.compile(r"[A-Za-z0-9._/()-]*", re.ASCII)
_OWN = re.compile(r"[A-Za-z0-9._/()\[\]〔〕\u4e00-\u9fff-]+")
_MOBILE = re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)", re.ASCII)
_PERSON = re.compile(r"(?<!\d)\d{17}[\dX](?!\d)", re.ASCII)
_BETWEEN = re.compile(r"(?<=\d)[._/-]+(?=[\dX])", re.ASCII)
_LABEL = re.compile(r"[A-Z]{1,2}\d{3,5}", re.ASCII)
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def made_number(rule: str, day: date, count: int) -> str:
    """Return the number of the ``count``-th case of a day; ``rule_problem`` has passed the rule.

    Letters are capitals, as in ``own_number``: scanners and keyboards turn them round.
    """

    def said(match: re.Match[str]) -> str:
        if match[1] == "date":
            return f"{day:%Y%m%d}"
        found = _COUNT.fullmatch(match[1])
        return f"{count:0{int(found[1] or 1)}d}" if found else match[0]

    return _PLACE.sub(said, rule).upper()


def usual_number(day: date, count: int) -> str:
    """Return the number of the ``count``-th case of a day in a hall without a rule of its own."""
    return made_number(USUAL, day, count)


def rule_problem(rule: str) -> str:
    """Return what is wrong with a rule, empty for nothing."""
    places = _PLACE.findall(rule)
    unknown = [p for p in places if p != "date" and not _COUNT.fullmatch(p)]
    if unknown:
        return f"{{{unknown[0]}}} is not known; there are {{date}} and {{n}}, {{n:05}}"
    if places.count("date") != 1 or len(places) != 2:
        return "needs {date} and {n} once each, else two cases would have one number"
    if not _PLAIN.fullmatch(_PLACE.sub("", rule)):
        return "has signs that stand in no number; use letters, digits and . _ / ( ) -"
    if len(made_number(rule, date(2026, 1, 1), 99_999)) > LONGEST:
        return f"makes numbers longer than {LONGEST} characters"
    return ""


def own_number(text: str) -> str:
    """Return a department's own number in its plain form, or raise ``Refused``.

    Capital letters, digits, Chinese characters and . _ / ( ) [ ] 〔 〕 -, at most 40, one digit at
    least. What has the shape of a ticket's label would hide that ticket. What looks like
    an identity or telephone number, alone or within, is refused: numbers of cases are public.
    """
    plain = plain_number(text)
    if len(plain) > LONGEST or not _OWN.fullmatch(plain) or not re.search(r"[0-9]", plain):
        raise Refused("bad_case_number", "this is not the number of a case")
    joined = _BETWEEN.sub("", plain)
    if any(_MOBILE.search(one) or _has_person(one) for one in (plain, joined)):
        raise Refused("personal_number", "an identity or telephone number is no case number")
    if _LABEL.fullmatch(plain):
        raise Refused("bad_case_number", "this is the number of a ticket")
    return plain


def plain_number(text: str) -> str:
    """Return a number as it is kept, however it was typed or scanned."""
    return "".join(unicodedata.normalize("NFKC", text).upper().split())


def _has_person(text: str) -> bool:
    return any(_is_person(found) for found in _PERSON.findall(text))


def _is_person(text: str) -> bool:
    total = sum(int(sign) * weight for sign, weight in zip(text, _WEIGHTS, strict=False))
    return "10X98765432"[total % 11] == text[17]
