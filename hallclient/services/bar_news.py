"""What a window's bar shows besides its own turn: help, held tickets, what is said to the staff."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hallclient.domain.bulletin import Bulletin
    from hallclient.domain.hall import HallPlan
    from hallclient.domain.publication import Publication
    from hallclient.services.holding import Held
    from hallclient.services.store import Reader, Store
    from hallclient.services.windows import WindowState


@dataclass(frozen=True, slots=True)
class BarNews:
    """``helper``: somebody would come who is asked for help; ``coming`` is who does come now.

    ``held`` are the tickets this window may take up again, its own first.
    """

    helper: bool = False
    coming: str = ""
    held: "tuple[Held, ...]" = ()
    bulletin: "Bulletin | None" = None
    emergency: "Publication | None" = None
    terminal: str = ""
    """Which terminal has the window (``services.terminals``), empty for none."""


@dataclass(frozen=True, slots=True)
class BarGlance:
    """All that a bar shows, of one moment."""

    plan: "HallPlan"
    state: "WindowState"
    news: BarNews


def bar_glance(store: "Store", window: str, station: str) -> BarGlance:
    """Look at a window once for everything its bar shows."""
    from hallclient.services.helping import HELPER  # noqa: PLC0415 - see below
    from hallclient.services.windows import window_state  # noqa: PLC0415 - see below

    with store.look() as reader:
        here = reader.plan.window(window)
        reader.expect_news(HELPER, f"window:{window}", station)
        return BarGlance(reader.plan, window_state(reader, here), _news(reader, window, station))


def bar_news(store: "Store", window: str, station: str) -> BarNews:
    """Look at what a window's bar needs; ``station`` is where it asks for help."""
    with store.look() as reader:
        return _news(reader, window, station)


class Glances:
    """A bar's looks at its window: what is read behind a move brings its news along."""

    def __init__(self, store: "Store", window: str, station: str) -> None:
        self._own = store, window, station
        self._last: BarGlance | None = None

    def glance(self) -> BarGlance:
        """Look at everything the bar shows."""
        self._last = bar_glance(*self._own)
        return self._last

    def state(self) -> "WindowState":
        """Look at it for the state (``Calling.look``)."""
        return self.glance().state

    def news(self, state: "WindowState") -> BarNews:
        """Return the news that came with a state, or look at them."""
        last, self._last = self._last, None
        return last.news if last is not None and last.state is state else bar_news(*self._own)


def _news(reader: "Reader", window: str, station: str) -> BarNews:
    # Not for the first screen, which says that the hall is being reached.
    from hallclient.domain.bulletin import Audience  # noqa: PLC0415
    from hallclient.services.bulletins import standing  # noqa: PLC0415
    from hallclient.services.helping import HELPER  # noqa: PLC0415
    from hallclient.services.holding import resumable  # noqa: PLC0415

    here = reader.plan.window(window)
    facts = reader.news_at(HELPER, f"window:{window}", station)
    # Mostly nobody is held and nothing is said: it is asked for only where there is some.
    said = standing(reader, Audience.STAFF, (here.zone,)) if facts.said else ()
    emergency = None
    if facts.emergency:
        from hallclient.domain.publication import emergency_in  # noqa: PLC0415 - hardly ever

        emergency = emergency_in(reader.publications(), (here.zone,))
    return BarNews(
        helper=bool(facts.helper),
        coming="" if facts.coming is None else reader.plan.staff_by_id(facts.coming).name,
        held=resumable(reader, here) if facts.held else (),
        bulletin=said[0] if said else None,
        emergency=emergency,
        terminal=facts.terminal,
    )
