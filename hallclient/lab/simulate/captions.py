"""Changes in words, as they stand over the picture of a day."""

from collections.abc import Sequence
from functools import reduce

from hallclient.phrases import Phrases
from hallclient.services.whatif.changes import (
    DAY_S,
    Arrivals,
    Change,
    CloseWindow,
    MoveWindow,
    OpenWindow,
    SetCeiling,
    SetCredit,
    SetHours,
)
from hallclient.services.whatif.record import DayRecord, Ranks


def caption(changes: Sequence[Change], day: DayRecord, say: Phrases) -> str:
    """Return all changes in one line; windows that are opened alike are counted."""
    said = [_caption(one, changes.count(one), day, say) for one in dict.fromkeys(changes)]
    return _listed("simulate.change.then", said, say) if said else say("simulate.nothing")


def _caption(  # noqa: PLR0911 - one for each kind
    one: Change, many: int, day: DayRecord, say: Phrases
) -> str:
    match one:
        case OpenWindow():
            text = say("simulate.change.open", n=many, queues=_names(one.ranks, day, say))
            return _spanned(text, one.start, one.stop, say)
        case CloseWindow():
            text = say("simulate.change.close", number=one.number)
            return _spanned(text, one.start, one.stop, say)
        case MoveWindow():
            names = _names(one.ranks, day, say)
            text = say("simulate.change.move", number=one.number, queues=names)
            return _spanned(text, one.start, one.stop, say)
        case SetCeiling():
            queue = _name(one.queue, day, say)
            return say("simulate.change.ceiling", queue=queue, minutes=one.minutes)
        case SetCredit():
            who = say(f"supervisor.priority.{one.priority.value}")
            return say("simulate.change.credit", who=who, minutes=one.minutes)
        case SetHours():
            hours = f"{_clock(one.opens)}–{_clock(one.closes)}"
            return say("simulate.change.hours", queue=_name(one.queue, day, say), hours=hours)
        case Arrivals():
            queue = _name(one.queue, day, say)
            return say("simulate.change.arrivals", queue=queue, factor=f"{one.factor:g}")


def _name(code: str, day: DayRecord, say: Phrases) -> str:
    if not code:
        return say("simulate.hall")
    return f"{code} {day.queue_of[code].name.text(say.language)}".strip()


def _names(ranks: Ranks, day: DayRecord, say: Phrases) -> str:
    names = ([_name(code, day, say) for code in rank] for rank in ranks)
    return " → ".join(_listed("simulate.change.both", rank, say) for rank in names)


def _listed(key: str, texts: Sequence[str], say: Phrases) -> str:
    return reduce(lambda one, other: say(key, one=one, other=other), texts)


def _spanned(text: str, start: float, stop: float, say: Phrases) -> str:
    if (start, stop) == (0.0, DAY_S):
        return text
    return say("simulate.change.span", change=text, start=_clock(start), stop=_clock(stop))


def _clock(second: float) -> str:
    return f"{int(second // 3600)}:{int(second % 3600 // 60):02}"
