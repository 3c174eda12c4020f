"""The waits of a day in words: what was told against what it was, queue by queue."""

from dataclasses import dataclass

from hallclient.domain.parts import Queue
from hallclient.supervisor.widgets.wait_table import WaitLine
from hallclient.ui.words import Words


@dataclass(frozen=True, slots=True)
class QueueReport:
    """One queue. ``told`` were called and had a wait told; ``error`` and ``most`` are minutes."""

    queue: Queue | None
    told: int = 0
    within: int = 0
    longer: int = 0
    shorter: int = 0
    error: float | None = None
    most: float | None = None
    without: int = 0


@dataclass(frozen=True, slots=True)
class WaitReport:
    """A day."""

    hall: QueueReport
    queues: tuple[QueueReport, ...]


COLUMNS = ("told", "within", "longer", "shorter", "error", "most", "without")


def wait_lines(report: WaitReport, words: Words) -> tuple[WaitLine, ...]:
    """Return the hall, then its queues, most people first; nothing for a day without a call."""
    rows = [row for row in report.queues if row.told or row.without]
    if not rows:
        return ()
    rows.sort(key=lambda row: -(row.told + row.without))
    whole = _line(words("supervisor.waits.hall"), report.hall, words, whole=True)
    return (whole, *(_line(_name(row, words), row, words) for row in rows))


def _name(row: QueueReport, words: Words) -> str:
    return row.queue.name.text(words.language) if row.queue is not None else ""


def _line(name: str, row: QueueReport, words: Words, *, whole: bool = False) -> WaitLine:
    none, told = words("common.none"), row.told

    def percent(count: int) -> str:
        return f"{100 * count / told:.0f}%" if told else none

    def minutes(value: float | None) -> str:
        return none if value is None else words("supervisor.minutes_short", n=round(value))

    figures = (
        str(told),
        percent(row.within),
        percent(row.longer),
        percent(row.shorter),
        minutes(row.error),
        minutes(row.most),
        str(row.without),
    )
    captions = (words(f"supervisor.waits.{one}") for one in COLUMNS)
    said = "，".join(f"{one} {figure}" for one, figure in zip(captions, figures, strict=True))
    return WaitLine(
        name=name,
        figures=figures,
        within=row.within / told if told else 0.0,
        longer=row.longer / told if told else 0.0,
        shorter=row.shorter / told if told else 0.0,
        said=f"{name}：{said}",
        whole=whole,
    )
