"""What ``hallclient simulate`` prints: waits before and after side by side, and busy windows."""

import unicodedata
from collections.abc import Sequence
from typing import Any

from hallclient.commands.simulate_days import Days
from hallclient.services.whatif.compare import Comparison, Sides
from hallclient.services.whatif.result import QueueResult

NAME = 22
BUSIEST = 6


def head_text(days: Days, changes: Sequence[str], took: float) -> str:
    """Return what was played, and how long that took."""
    plays = len(days.records) * (2 if changes else 1)
    times = "" if plays == 1 else f", {plays} times a day"
    said = "; ".join(changes) if changes else "nothing changed"
    return f"{days.title('en')}\n  {said}\n  played{times} in {took:.1f} s of computing"


def table_text(found: Comparison, under: int, *, changed: bool, every: bool) -> str:
    """Return the table; ``every`` shows the queues that stay the same too."""
    shown = [side for side in found.queues if side.before.came or side.after.came]
    other = [side for side in shown if every or not side.same]
    lines = [_head(under, changed=changed), _row(found.hall, "hall", under, changed=changed)]
    lines += [_row(side, f"{side.code} {side.name}", under, changed=changed) for side in other]
    if len(other) < len(shown):
        same = len(shown) - len(other)
        lines.append(f"{same} queue{'s' * (same > 1)} the same (--all shows them)")
    lines += _windows(found)
    return "\n".join(lines)


def as_json(
    days: Days, changes: Sequence[str], found: Comparison, under: int, took: float
) -> dict[str, Any]:
    """Return plain values."""
    return {
        "days": days.title("en"),
        "changes": list(changes),
        "seconds": round(took, 3),
        "under_minutes": under,
        "hall": _side(found.hall, under),
        "queues": {side.code: _side(side, under) for side in found.queues},
        "windows": {
            name: [
                {number: round(one.busy, 4) for number, one in day.windows.items()}
                for day in results
            ]
            for name, results in (("before", found.before), ("after", found.after))
        },
    }


_COLUMNS = ("mean", "p90", "longest")


def _head(under: int, *, changed: bool) -> str:
    """Return the two lines over the columns."""
    names = [*_COLUMNS, f"under {under}", "in vain", "windows", "busy"]
    if not changed:
        return (
            _padded("minutes waited", NAME) + f"{'called':>7}" + "".join(f"{n:>10}" for n in names)
        )
    top = _padded("minutes waited", NAME) + f"{'called':>15}"
    top += (
        "".join(f"{name:^22}" for name in names[:4]) + f"{'in vain':^13}{'windows':^11}{'busy':^13}"
    )
    second = " " * (NAME + 15) + f"{'before':>8}{'after':>7}{'diff':>7}" * 4
    return f"{top.rstrip()}\n{second}"


def _row(side: Sides, name: str, under: int, *, changed: bool) -> str:
    before, after = side.before, side.after
    values = _values(before, under), _values(after, under)
    if not changed:
        cells = [f"{value:.1f}" for value in values[0][:3]] + [f"{values[0][3]:.0%}"]
        cells += [f"{before.abandoned}", f"{side.windows[0]}", f"{side.busy[0]:.0%}"]
        return _padded(name, NAME) + f"{before.called:>7}" + "".join(f"{c:>10}" for c in cells)
    called = (
        f"{before.called}" if before.called == after.called else f"{before.called}→{after.called}"
    )
    row = _padded(name, NAME) + f"{called:>15}"
    for old, new in zip(values[0][:3], values[1][:3], strict=True):
        row += f"{old:>8.1f}{new:>7.1f}{new - old:>+7.1f}"
    old, new = values[0][3] * 100, values[1][3] * 100
    row += f"{old:>7.0f}%{new:>6.0f}%{new - old:>+7.0f}"
    row += _pair(f"{before.abandoned}", f"{after.abandoned}", 13)
    row += _pair(f"{side.windows[0]}", f"{side.windows[1]}", 11)
    return (row + _pair(f"{side.busy[0]:.0%}", f"{side.busy[1]:.0%}", 13)).rstrip()


def _pair(before: str, after: str, width: int) -> str:
    return f"{before if before == after else f'{before} → {after}':^{width}}".rstrip().ljust(width)


def _values(queue: QueueResult, under: int) -> tuple[float, float, float, float]:
    return queue.mean, queue.p90, queue.longest, queue.share_under(under)


def _windows(found: Comparison) -> list[str]:
    """Return which windows are busiest and idlest, afterwards, of the first day."""
    day = found.after[0]
    line = sorted(
        (one for one in day.windows.values() if one.open_s), key=lambda one: (-one.busy, one.number)
    )
    told = [f"{one.number} {one.busy:.0%}" for one in line]
    if len(told) <= 2 * BUSIEST:
        return [f"windows busy: {', '.join(told)}"]
    return [f"busiest windows: {', '.join(told[:BUSIEST])}; idlest: {', '.join(told[-BUSIEST:])}"]


def _side(side: Sides, under: int) -> dict[str, Any]:
    return {
        "name": side.name,
        "before": _queue(side.before, under),
        "after": _queue(side.after, under),
        "windows": list(side.windows),
        "busy": [round(share, 4) for share in side.busy],
    }


def _queue(queue: QueueResult, under: int) -> dict[str, Any]:
    return {
        "came": queue.came,
        "refused": queue.refused,
        "called": queue.called,
        "missed": queue.missed,
        "abandoned": queue.abandoned,
        "mean": round(queue.mean, 2),
        "p50": round(queue.p50, 2),
        "p90": round(queue.p90, 2),
        "longest": round(queue.longest, 2),
        "share_under": round(queue.share_under(under), 4),
        "told": queue.told,
        "coverage": None if queue.coverage is None else round(queue.coverage, 4),
    }


def _padded(text: str, width: int) -> str:
    """Return a text cut and filled to a width on the terminal, where Chinese is twice as wide."""
    kept, used = "", 0
    for letter in text:
        wide = 2 if unicodedata.east_asian_width(letter) in "WF" else 1
        if used + wide > width - 1:
            break
        kept, used = kept + letter, used + wide
    return kept + " " * (width - used)
