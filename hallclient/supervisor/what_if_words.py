"""Changes that somebody tries, and what they would make of the waits, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hallclient.services.whatif.changes import (
    Arrivals,
    Change,
    MoveWindow,
    OpenWindow,
    SetCeiling,
)
from hallclient.supervisor.advice_words import queue_name
from hallclient.supervisor.widgets.effect_table import EffectCell, EffectLine

if TYPE_CHECKING:
    from collections.abc import Callable

    from hallclient.domain.hall import HallPlan
    from hallclient.services.whatif.compare import Comparison, Sides
    from hallclient.services.whatif.result import QueueResult
    from hallclient.ui.words import Words

COLUMNS = ("mean", "most", "share", "windows")


def clock(second: float) -> str:
    """Return a second of the day as the hall's clocks show it."""
    minutes = round(second / 60)
    return f"{minutes // 60:02}:{minutes % 60:02}"


def change_text(one: Change, plan: HallPlan, words: Words) -> str:
    """Return a change in one line."""
    match one:
        case OpenWindow() | MoveWindow():
            names = (queue_name(code, plan, words) for rank in one.ranks for code in rank)
            facts = {"queues": " → ".join(names), "start": clock(one.start)}
            facts["stop"] = clock(one.stop)
            if isinstance(one, OpenWindow):
                return words("supervisor.what_if.opened", **facts)
            return words("supervisor.what_if.moved", number=one.number, **facts)
        case SetCeiling():
            name = _of(one.queue, plan, words)
            return words("supervisor.what_if.limited", queue=name, minutes=one.minutes)
        case Arrivals():
            percent = round(one.factor * 100 - 100)
            name = _of(one.queue, plan, words)
            return words("supervisor.what_if.came", queue=name, percent=f"{percent:+d}%")
    raise ValueError(f"{one} is not tried at the console")


def _of(code: str, plan: HallPlan, words: Words) -> str:
    return queue_name(code, plan, words) if code else words("supervisor.what_if.hall")


def effect_lines(
    found: Comparison, plan: HallPlan, words: Words, minutes: int, *, changed: bool
) -> tuple[EffectLine, ...]:
    """Return the hall, then its queues: those that change most, then those that wait longest."""

    def weight(side: Sides) -> tuple[float, float]:
        moved = abs(sum(side.after.waits) - sum(side.before.waits))
        return -moved, -sum(side.before.waits)

    came = [side for side in found.queues if side.before.came or side.after.came]
    sides = [found.hall, *sorted(came, key=weight)]
    return tuple(_line(side, plan, words, minutes, changed=changed) for side in sides)


def _line(side: Sides, plan: HallPlan, words: Words, minutes: int, *, changed: bool) -> EffectLine:
    name = _of(side.code, plan, words)

    def figure(of: Callable[[QueueResult], float], unit: str, *, less: bool) -> EffectCell:
        return _cell((of(side.before), of(side.after)), unit, less=less, changed=changed)

    windows = side.windows
    text = (
        f"{windows[0]} → {windows[1]}" if changed and windows[0] != windows[1] else f"{windows[0]}"
    )
    cells = (
        figure(lambda queue: queue.mean, "", less=True),
        figure(lambda queue: queue.p90, "", less=True),
        figure(lambda queue: 100 * queue.share_under(minutes), "%", less=False),
        EffectCell(text),
    )
    captions = (words(f"supervisor.what_if.{one}", minutes=minutes) for one in COLUMNS)
    said = "，".join(f"{one} {cell.text}" for one, cell in zip(captions, cells, strict=True))
    return EffectLine(side.code, name, cells, f"{name}：{said}")


def _cell(values: tuple[float, float], unit: str, *, less: bool, changed: bool) -> EffectCell:
    """Return both sides and the difference; ``less`` is better."""
    before, after = values
    places = 0 if unit else 1
    if not changed:
        return EffectCell(f"{before:.{places}f}{unit}")
    apart = round(after, places) - round(before, places)
    text = f"{before:.{places}f} → {after:.{places}f}{unit}"
    if not apart:
        return EffectCell(text)
    sign = "−" if apart < 0 else "+"
    return EffectCell(text, f"{sign}{abs(apart):.{places}f}", (apart < 0) is less)
