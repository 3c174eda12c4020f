"""The waits of a day in words: what was told against what it was, queue by queue."""

from hallclient.domain.wait_figures import WaitFigures
from hallclient.services.wait_report import WaitReport
from hallclient.supervisor.widgets.wait_table import WaitLine
from hallclient.ui.words import Words

COLUMNS = ("told", "within", "above", "below", "shown", "error", "most", "without")


def wait_lines(report: WaitReport, words: Words) -> tuple[WaitLine, ...]:
    """Return the hall, then its queues, most people first; nothing for a day without a call."""
    if not report.hall.called:
        return ()
    rows = sorted(report.queues, key=lambda row: -row.figures.called)
    whole = _line(words("supervisor.waits.hall"), report.hall, words, whole=True)
    names = (row.queue.name.text(words.language) for row in rows)
    return (
        whole,
        *(_line(name, row.figures, words) for name, row in zip(names, rows, strict=True)),
    )


def _line(name: str, found: WaitFigures, words: Words, *, whole: bool = False) -> WaitLine:
    none = words("common.none")

    def percent(share: float | None) -> str:
        return none if share is None else f"{100 * share:.0f}%"

    def minutes(value: float | None) -> str:
        return none if value is None else words("supervisor.minutes_short", n=round(value))

    figures = (
        str(found.told),
        percent(found.within),
        percent(found.above),
        percent(found.below),
        percent(found.shown),
        minutes(found.median_error),
        minutes(found.most_wait),
        str(found.called - found.told),
    )
    captions = (words(f"supervisor.waits.{one}") for one in COLUMNS)
    said = "，".join(f"{one} {figure}" for one, figure in zip(captions, figures, strict=True))
    return WaitLine(
        name=name,
        figures=figures,
        within=found.within or 0.0,
        longer=found.above or 0.0,
        shorter=found.below or 0.0,
        said=f"{name}：{said}",
        whole=whole,
    )
