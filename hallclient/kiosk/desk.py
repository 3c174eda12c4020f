"""What a kiosk is given: services, words, a printer; and the times it keeps."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING

from hallclient.kiosk.modes import Modes

if TYPE_CHECKING:
    from collections.abc import Callable

    from hallclient.domain.hall import HallPlan
    from hallclient.kiosk.technician import TechnicianKit
    from hallclient.kiosk.voice import Voice
    from hallclient.services.board import Board
    from hallclient.services.issuing import Issuing
    from hallclient.services.pin_guard import PinGuard
    from hallclient.services.ports_devices import CardReaderPort, TicketPrinterPort
    from hallclient.services.spool import Spool
    from hallclient.services.store import Store
    from hallclient.ui.notices import NoticeBoard
    from hallclient.ui.tasks import Worker
    from hallclient.ui.words import Words


@dataclass(frozen=True, slots=True)
class KioskTimes:
    """How long things may take, in seconds (visual.md, Kiosk)."""

    refresh: float = 5.0
    """Between two looks at the hall, spread by a fifth."""
    idle: float = 60.0
    """Without a touch on an inner page, until home."""
    warning: float = 15.0
    """How long before that the strip asks."""
    done: float = 20.0
    no_paper: float = 90.0
    quiet: float = 1.0
    """How long home has to be untouched until a ticket that was left over is printed."""
    leftovers: float = 15.0
    """Until what could not be printed or asked for is tried again."""
    print_answer: float = 8.0
    """Until a printer that says nothing counts as one that did not print."""
    give_up: float = 60.0
    """How long taking a number is tried again without the citizen touching anything."""
    retries: tuple[float, ...] = (0.5, 1.0, 2.0, 4.0, 5.0)
    offline: float = 1.5
    """How long the database may be silent until a number is taken from the spool."""


@dataclass(frozen=True, slots=True)
class KioskDesk:
    """Everything a kiosk works with. ``plan`` and the services are called in the worker only.

    ``paper`` is the roll's width in mm. Without a printer every number is shown on the screen.
    ``paper_free`` is told whether somebody else's slips may be printed: not while a citizen
    waits for paper. ``remembered`` is the hall as this PC knew it last: home is shown with it,
    without figures, until the hall was read.
    """

    issuing: Issuing
    board: Board
    store: Store
    """For the services of journeys, which make them when they are first needed; worker only."""
    plan: Callable[[], HallPlan]
    worker: Worker
    words: Words
    name: str = "K1"
    paper: int = 80
    printer: TicketPrinterPort | None = None
    reader: CardReaderPort | None = None
    scanner: bool = False
    """Whether codes can be read here."""
    paper_free: Callable[[bool], None] = lambda _free: None
    notices: NoticeBoard | None = None
    times: KioskTimes = field(default_factory=KioskTimes)
    remembered: HallPlan | None = None
    voice: Voice | None = None
    """Reads pages out, where the kiosk has a voice."""
    pins: Callable[[], PinGuard] = field(default_factory=lambda: cache(_forgetful_guard))
    """Returns what counts the ushers' wrong PINs at this kiosk, always the same one."""
    ushers: bool = False
    """The ushers' own desk: it begins with their page and answers calls for help."""
    spool: Callable[[], Spool] | None = None
    """Makes the spool for numbers without the database, once, in a thread; None: there is none."""
    technician: TechnicianKit | None = None
    """What stands behind the technician's PIN; None: there is no PIN, and no such page."""
    modes: Modes = field(default_factory=Modes)
    """How every visit begins."""

    @property
    def actor(self) -> str:
        """Who does it, for the journal."""
        return f"kiosk:{self.name}"


def _forgetful_guard() -> PinGuard:
    from hallclient.services.pin_guard import PinGuard  # noqa: PLC0415 - rare

    return PinGuard()
