"""日报 to 年报 in words: periods, rows of figures, bars."""

from collections.abc import Mapping, Sequence
from datetime import date

from hallclient.domain.day_stats import DayCounts
from hallclient.domain.text import NO_TEXT
from hallclient.services.floor_history import Period, PeriodReport, Span
from hallclient.services.floor_report import OF_TURNS, By, FloorRow
from hallclient.services.floor_table import numbers
from hallclient.supervisor.widgets.history_table import HistoryLine
from hallclient.supervisor.widgets.past_picture import PastBar
from hallclient.ui.words import Words

OF_TICKETS_SHOWN = (
    "issued", "booked", "finished", "missed", "abandoned", "as_told", "wait_half", "wait_most",
    "served", "service_mean", "cases",
)  # fmt: skip
OF_TURNS_SHOWN = (
    "called", "recalled", "served", "no_shows", "transferred", "held", "service_mean", "cases",
)  # fmt: skip
_MINUTES = frozenset({"wait_half", "wait_most", "service_mean"})


def columns(by: By) -> tuple[str, ...]:
    """Return the figures that a split shows; the file has more."""
    return OF_TURNS_SHOWN if by in OF_TURNS else OF_TICKETS_SHOWN


def caption(words: Words, name: str) -> str:
    """Return the caption of a figure."""
    return words(f"supervisor.history.column.{name}")


def period_text(period: Period, words: Words) -> str:
    """Return which period it is: 2026年11月20日 星期五, 2026年第47周, 2026年11月, 2026年."""
    first, last = period.first, period.last
    if period.span is Span.DAY:
        return words("supervisor.history.day", year=first.year, day=words.long_date(first))
    if period.span is Span.WEEK:
        year, week, _day = first.isocalendar()
        days = (_month_day(first, words), _month_day(last, words))
        return words("supervisor.history.week", year=year, week=week, first=days[0], last=days[1])
    if period.span is Span.MONTH:
        return words("supervisor.history.month", year=first.year, month=_month(first, words))
    return words("supervisor.history.year", year=first.year)


def history_lines(found: PeriodReport, words: Words) -> tuple[HistoryLine, ...]:
    """Return the whole, then its rows; nothing where nothing happened."""
    report = found.report
    if not report.total.issued and not report.total.called:
        return ()
    whole = FloorRow("", NO_TEXT, report.total)
    rows = (*((_row_name(row, report.by, words), row) for row in report.rows),)
    lines = [_line(words("supervisor.history.whole"), whole, report.by, words, whole=True)]
    return (*lines, *(_line(name, row, report.by, words) for name, row in rows))


def past_bars(
    periods: Sequence[Period], known: Mapping[Period, DayCounts], words: Words
) -> tuple[PastBar, ...]:
    """Return a bar a period, the last one chosen; one that is not known yet has no height."""
    bars: list[PastBar] = []
    above = ""
    for period in periods:
        first, counts = period.first, known.get(period, DayCounts())
        mark, part = {
            Span.DAY: (str(first.day), _month(first, words)),
            Span.WEEK: (str(first.isocalendar().week), str(first.isocalendar().year)),
            Span.MONTH: (str(first.month), str(first.year)),
            Span.YEAR: (str(first.year), ""),
        }[period.span]
        bars.append(
            PastBar(
                mark,
                counts.issued,
                counts.finished,
                above=part if part != above else "",
                chosen=period == periods[-1],
            )
        )
        above = part
    return tuple(bars)


def _line(name: str, row: FloorRow, by: By, words: Words, *, whole: bool = False) -> HistoryLine:
    shown = columns(by)
    figures = tuple(_figure(row, one, words) for one in shown)
    pairs = zip(shown, figures, strict=True)
    said = "，".join(f"{caption(words, one)} {figure}" for one, figure in pairs)
    return HistoryLine(name, figures, f"{name}：{said}", whole)


def _figure(row: FloorRow, name: str, words: Words) -> str:
    counts = row.counts
    if name == "as_told":
        return f"{100 * counts.told_right / counts.told:.0f}%" if counts.told else _none(words)
    value = numbers(counts)[name]
    if value is None:
        return _none(words)
    if name in _MINUTES:
        return words("supervisor.minutes_short", n=round(value))
    return f"{value:,}"


def _none(words: Words) -> str:
    return words("common.none")


def _row_name(row: FloorRow, by: By, words: Words) -> str:
    if by is By.WINDOW:
        return words("supervisor.window_n", number=row.name.zh_cn)
    if by is By.STAFF:
        return f"{row.name.zh_cn}  {row.code}"
    if by is By.DAY:
        return words.long_date(date.fromisoformat(row.code))
    if by is By.MONTH:
        year, month = row.code.split("-")
        return period_text(Period.of(Span.MONTH, date(int(year), int(month), 1)), words)
    return row.name.text(words.language) or row.code


def _month(day: date, words: Words) -> str:
    return words(f"common.month.m{day.month}")


def _month_day(day: date, words: Words) -> str:
    return words("supervisor.history.month_day", month=_month(day, words), day=day.day)
