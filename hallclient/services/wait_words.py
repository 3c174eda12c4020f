"""A wait in words: the same range reads the same at kiosk, board, panel and on paper.

A range that begins at nothing is told by its end alone: nobody with people before him is told
"0–5 minutes" (visual.md §1.6). ``Says`` is whatever has the catalogues: a screen, a board, paper.
"""

from dataclasses import dataclass
from typing import Protocol, TypeVar

from hallclient.domain.estimate import WaitRange

S_co = TypeVar("S_co", bound=str, covariant=True)
S = TypeVar("S", bound=str)


class Says(Protocol[S_co]):
    """Words of one language, or of two at once."""

    def __call__(self, key: str, **values: object) -> S_co:
        """Return a message with its placeholders filled."""
        ...

    def minutes(self, low: int, high: int) -> str:
        """Return a range of minutes as figures."""
        ...


@dataclass(frozen=True, slots=True)
class WaitFigure:
    """A wait as a figure with smaller words around it; ``said`` is all of it for the ear."""

    caption: str
    before: str
    figure: str
    unit: str
    said: str


def wait_line(say: Says[S], wait: WaitRange) -> S:
    """Return 预计 10–30 分钟, 多数人 10–45 分钟, 预计 5 分钟以内."""
    key = "wait.most" if wait.wide else "wait.about"
    return say(f"{key}{_within(wait)}", range=_figures(say, wait))


def wait_said(say: Says[S], wait: WaitRange) -> S:
    """Return a line for the ear, made of what has clips."""
    key = "wait.said.most" if wait.wide else "wait.said.about"
    return say(key, range=say.minutes(wait.low, wait.high))


def wait_text(say: Says[S], wait: WaitRange) -> S:
    """Return 10–30 分钟 or 5 分钟以内, to stand behind a caption."""
    return say(f"wait.text{_within(wait)}", range=_figures(say, wait))


def wait_caption(say: Says[S], wait: WaitRange) -> S:
    """Return what stands above or before a range: 预计等候, 多数人等候."""
    return say("wait.caption.most" if wait.wide else "wait.caption.about")


def wait_short(say: Says[S], wait: WaitRange) -> S:
    """Return 10–30 分 or 5 分内, for a narrow column."""
    return say(f"wait.short{_within(wait)}", range=_figures(say, wait))


def wait_figures(say: Says[str], wait: WaitRange) -> str:
    """Return figures alone, for a column that is headed by its unit."""
    figures = _figures(say, wait)
    return figures if wait.low else f"≤ {figures}"


def wait_figure(say: Says[str], wait: WaitRange, caption: str = "") -> WaitFigure:
    """Return the parts of a large figure; ``caption`` in place of the usual one."""
    within = _within(wait)
    return WaitFigure(
        caption=caption or wait_caption(say, wait),
        before=say("wait.before_within") if within else "",
        figure=_figures(say, wait),
        unit=say(f"wait.unit{within}"),
        said=say("wait.said.of", caption=caption, range=say.minutes(wait.low, wait.high))
        if caption
        else wait_said(say, wait),
    )


def _within(wait: WaitRange) -> str:
    return "" if wait.low else "_within"


def _figures(say: Says[str], wait: WaitRange) -> str:
    return say.minutes(wait.low, wait.high) if wait.low else str(wait.high)
