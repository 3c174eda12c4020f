"""Changes as people write them: ``open 社保*2@9:00-11:30``, ``move 12=H,J/K``.

A queue is named by its code or by its name in any language, a window by its number; a time span
after ``@`` is the whole day where it is left out.
"""

import re
from collections.abc import Callable, Mapping

from hallclient.domain.rules import PriorityClass
from hallclient.services.whatif.changes import (
    DAY_S,
    Arrivals,
    Change,
    ChangeError,
    CloseWindow,
    MoveWindow,
    OpenWindow,
    SetCeiling,
    SetCredit,
    SetHours,
)
from hallclient.services.whatif.record import DayRecord, QueueRecord, Ranks

KINDS: Mapping[str, str] = {
    "open": "QUEUES[*N][@SPAN]",
    "close": "WINDOW[@SPAN]",
    "move": "WINDOW=QUEUES[@SPAN]",
    "ceiling": "[QUEUE=]MINUTES",
    "credit": "CLASS=MINUTES",
    "hours": "[QUEUE=]HH:MM-HH:MM",
    "arrivals": "[QUEUE=]FACTOR",
}
"""What may be changed, and how it is written; QUEUES are A,B/C: first choices, then second ones."""
MOST_WINDOWS, MOST_MINUTES = 50, 24 * 60
_SPAN = re.compile(r"(\d{1,2}):(\d\d)[-–](\d{1,2}):(\d\d)")
_NUMBER = re.compile(r"\d+(\.\d+)?")


def read_change(kind: str, text: str, day: DayRecord) -> tuple[Change, ...]:
    """Return the changes of one text; ``kind`` is of ``KINDS``. Raises ``ChangeError``."""
    try:
        return _READERS[kind](text.strip(), day)
    except ChangeError as error:
        raise ChangeError(f"{kind} {text}: {error}") from None


def _open(text: str, day: DayRecord) -> tuple[Change, ...]:
    what, start, stop = _spanned(text)
    queues, _star, times = what.partition("*")
    many = int(_count(times, MOST_WINDOWS)) if times else 1
    if many < 1:
        raise ChangeError("at least one window is opened.")
    return (OpenWindow(_ranks(queues, day), start, stop),) * many


def _close(text: str, day: DayRecord) -> tuple[Change, ...]:
    what, start, stop = _spanned(text)
    return (CloseWindow(_window(what, day), start, stop),)


def _move(text: str, day: DayRecord) -> tuple[Change, ...]:
    what, start, stop = _spanned(text)
    window, equals, queues = what.partition("=")
    if not equals:
        raise ChangeError(f"written as {KINDS['move']}.")
    return (MoveWindow(_window(window, day), _ranks(queues, day), start, stop),)


def _ceiling(text: str, day: DayRecord) -> tuple[Change, ...]:
    queue, value = _of_queue(text, day)
    return (SetCeiling(int(_count(value, MOST_MINUTES)), queue),)


def _credit(text: str, _day: DayRecord) -> tuple[Change, ...]:
    name, _equals, value = text.partition("=")
    known = [one.value for one in PriorityClass if one is not PriorityClass.NORMAL]
    if name.strip() not in known:
        raise ChangeError(f"a class is one of {', '.join(known)}.")
    return (SetCredit(PriorityClass(name.strip()), int(_count(value, MOST_MINUTES))),)


def _hours(text: str, day: DayRecord) -> tuple[Change, ...]:
    queue, value = _of_queue(text, day)
    return (SetHours(*_span(value), queue),)


def _arrivals(text: str, day: DayRecord) -> tuple[Change, ...]:
    queue, value = _of_queue(text, day)
    return (Arrivals(_count(value, 20, whole=False), queue),)


_READERS: Mapping[str, Callable[[str, DayRecord], tuple[Change, ...]]] = {
    "open": _open,
    "close": _close,
    "move": _move,
    "ceiling": _ceiling,
    "credit": _credit,
    "hours": _hours,
    "arrivals": _arrivals,
}


def _spanned(text: str) -> tuple[str, float, float]:
    what, at, span = text.partition("@")
    return (what.strip(), *(_span(span) if at else (0.0, DAY_S)))


def _span(text: str) -> tuple[float, float]:
    found = _SPAN.fullmatch(text.strip())
    if found is None:
        raise ChangeError("a span of time is written 9:00-11:30.")
    hours = [int(number) for number in found.groups()]
    start, stop = hours[0] * 3600 + hours[1] * 60, hours[2] * 3600 + hours[3] * 60
    if hours[1] > 59 or hours[3] > 59 or stop > DAY_S or start >= stop:
        raise ChangeError(f"{text.strip()} is no span of one day.")
    return float(start), float(stop)


def _count(text: str, most: float, *, whole: bool = True) -> float:
    text = text.strip()
    kind = "a whole number from 0 on" if whole else "a number from 0 on"
    if not _NUMBER.fullmatch(text) or not text.isascii() or (whole and "." in text):
        raise ChangeError(f"{text or 'nothing'} is not {kind}.")
    if float(text) > most:
        raise ChangeError(f"{text} is more than {most:g}.")
    return float(text)


def _of_queue(text: str, day: DayRecord) -> tuple[str, str]:
    queue, equals, value = text.rpartition("=")
    return (_queue(queue, day) if equals else ""), value


def _ranks(text: str, day: DayRecord) -> Ranks:
    names = (part.split(",") for part in text.split("/"))
    ranks = tuple(tuple(_queue(name, day) for name in rank) for rank in names)
    codes = [code for rank in ranks for code in rank]
    twice = next((code for code in codes if codes.count(code) > 1), "")
    if twice:
        raise ChangeError(f"{twice} stands there twice.")
    return ranks


def _queue(text: str, day: DayRecord) -> str:
    name = text.strip()
    if name in day.queue_of:
        return name
    named = [one.code for one in day.queues if name and name in _names(one)]
    if len(named) == 1:
        return named[0]
    near = [one for one in day.queues if name and any(name in text for text in _names(one))]
    hint = (
        "; is it " + ", ".join(f"{one.code} {one.name.zh_cn}" for one in near[:4]) if near else ""
    )
    raise ChangeError(f"there is no queue {name or '(empty)'} on this day{hint}.")


def _window(text: str, day: DayRecord) -> str:
    if text.strip() not in day.window_of:
        raise ChangeError(f"there is no window {text.strip() or '(empty)'} on this day.")
    return text.strip()


def _names(queue: QueueRecord) -> tuple[str, ...]:
    return tuple(text for text in (queue.name.zh_cn, queue.name.zh_hant, queue.name.en) if text)
