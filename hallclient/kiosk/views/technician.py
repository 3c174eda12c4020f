"""The PIN's page and the technician's, as texts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from hallclient.services.hours import local_time
from hallclient.services.ports_devices import DeviceState

if TYPE_CHECKING:
    from hallclient.kiosk.presenter import KioskPresenter
    from hallclient.ui.words import Words

LINES = 7
"""Lines of the log on one page."""
FOUND, FOUND_ELDER = 3, 2
"""What a check found, on one page."""


@dataclass(frozen=True, slots=True)
class Contact:
    """The way to the database and back in ms, and its clock less this PC's in seconds."""

    took_ms: float
    ahead_s: float


@dataclass(frozen=True, slots=True)
class PinView:
    """How many digits were typed, and what is wrong; ``works`` False: Enter does nothing yet."""

    title: str
    typed: int
    hint: str
    trouble: str
    works: bool
    enter: str
    delete: str
    back: str


@dataclass(frozen=True, slots=True)
class FactView:
    """A line of the page; ``good`` None is neither."""

    name: str
    text: str
    good: bool | None = None


@dataclass(frozen=True, slots=True)
class Instead:
    """What stands in place of the facts, if anything: the log, or what a check found."""

    log: tuple[str, ...] | None = None
    found: tuple[FactView, ...] | None = None
    page: int = 0
    elder: bool = False

    @property
    def _each(self) -> int:
        if self.log is not None:
            return LINES
        return FOUND_ELDER if self.elder else FOUND

    @property
    def pages(self) -> int:
        """How many pages there are."""
        return max(1, -(-len(self.log or self.found or ()) // self._each))

    @property
    def lines(self) -> tuple[str, ...]:
        """The log's lines on this page."""
        return (self.log or ())[self.page * LINES :][:LINES]

    @property
    def finds(self) -> tuple[FactView, ...] | None:
        """What was found, on this page; None where no check is shown."""
        if self.found is None:
            return None
        return self.found[self.page * self._each :][: self._each]

    @property
    def place(self) -> str:
        """Which page it is; empty where there are no pages."""
        if self.log is None and self.pages == 1:
            return ""
        return f"{self.page + 1} / {self.pages}"


@dataclass(frozen=True, slots=True)
class TechnicianView:
    """Facts, or in their place lines of the log or what a check found (not None)."""

    title: str
    facts: tuple[FactView, ...]
    log: tuple[str, ...] | None
    found: tuple[FactView, ...] | None
    page: str
    keys: tuple[tuple[str, str], ...]
    """Name of the key and its words, in order; only those that do something here."""
    home: str


def pin_view(words: Words, typed: int, trouble: str, left: int, shortest: int) -> PinView:
    """Return the page of the PIN; ``left`` seconds no PIN may be tried."""
    trouble_told = words(trouble) if trouble else ""
    if left:
        trouble_told = words("kiosk.technician.wait", n=left)
    return PinView(
        title=words("kiosk.technician.pin"),
        typed=typed,
        hint=words("kiosk.technician.hint"),
        trouble=trouble_told,
        works=not left and typed >= shortest,
        enter=words("kiosk.technician.enter"),
        delete=words("kiosk.technician.delete"),
        back=words("kiosk.technician.back"),
    )


def technician_view(
    words: Words,
    kiosk: KioskPresenter,
    *,
    contact: Contact | None,
    printed: bool | None,
    waiting: bool,
    scanned: bool,
    instead: Instead,
) -> TechnicianView:
    """Return how everything stands."""
    told = _Words(words)
    facts = [_printer(told, kiosk, printed=printed, waiting=waiting)]
    if kiosk.desk.scanner:
        facts.append(_scanner(told, scanned=scanned))
    if kiosk.desk.reader is not None:
        facts.append(_device(told, told("reader"), kiosk.desk.reader.state))
    facts += [_database(told, kiosk, contact), _offline(told, kiosk)]
    facts.append(FactView(told("volume"), f"{kiosk.desk.modes.volume} %"))
    return TechnicianView(
        title=told("title", kiosk=kiosk.desk.name),
        facts=tuple(facts),
        log=instead.lines or (told("no_log"),) if instead.log is not None else None,
        found=instead.finds,
        page=instead.place,
        keys=_keys(told, kiosk, instead),
        home=told("done"),
    )


def _keys(told: _Words, kiosk: KioskPresenter, instead: Instead) -> tuple[tuple[str, str], ...]:
    kit = kiosk.desk.technician
    keys = ["quieter", "louder"]
    if kiosk.printing.fitted:
        keys.insert(0, "print")
    found = [(name, told(name)) for name in keys]
    if instead.log is not None:
        found += [("log", told("facts")), ("older", told("older")), ("newer", told("newer"))]
    elif instead.found is not None:
        found.append(("log", told("facts")))
        if instead.pages > 1:
            found += [("older", told("before")), ("newer", told("after"))]
    else:
        found.append(("log", told("log")))
        if kit is not None and kit.examine is not None:
            found.append(("check", told("check")))
    found.append(("restart", told("restart")))
    if kit is not None and kit.desktop is not None:
        found.append(("desktop", told("desktop")))
    return tuple(found)


class _Words:
    """The table of this page."""

    def __init__(self, words: Words) -> None:
        self.words = words

    def __call__(self, key: str, **facts: str | int) -> str:
        return self.words(f"kiosk.technician.{key}", **facts)


def _printer(
    told: _Words, kiosk: KioskPresenter, *, printed: bool | None, waiting: bool
) -> FactView:
    printing, name = kiosk.printing, told("printer")
    if not printing.fitted:
        return FactView(name, told("none"))
    if waiting:
        return FactView(name, told("printing"))
    if printed is not None:
        return FactView(name, told("print_good" if printed else "print_bad"), printed)
    if printing.trouble is not None:
        return FactView(name, told("trouble", what=printing.trouble.value), good=False)
    return FactView(name, told("ready" if printing.works else "away"), printing.works)


def _scanner(told: _Words, *, scanned: bool) -> FactView:
    text = told("scanned" if scanned else "scan_any")
    return FactView(told("scanner"), text, scanned or None)


def _device(told: _Words, name: str, state: DeviceState) -> FactView:
    works = state is DeviceState.READY
    return FactView(name, told("ready" if works else "away"), works)


def _database(told: _Words, kiosk: KioskPresenter, contact: Contact | None) -> FactView:
    name = told("database")
    if contact is None or kiosk.figures.down:
        return FactView(name, told("database_away"), good=False)
    took, ahead = f"{contact.took_ms:.1f}", f"{round(contact.ahead_s, 1) + 0.0:+.1f}"
    return FactView(name, told("database_way", ms=took, s=ahead), abs(contact.ahead_s) < 5)


def _offline(told: _Words, kiosk: KioskPresenter) -> FactView:
    name, state = told("offline"), kiosk.offline.state
    if not kiosk.offline.fitted or state is None:
        return FactView(name, told("none"))
    if not state.ready:
        return FactView(name, told("offline_no"), good=False)
    last = ""
    if state.last_contact is not None and kiosk.plan is not None:
        last = f"{local_time(kiosk.plan, state.last_contact):%m-%d %H:%M}"
    slot = -1 if state.slot is None else state.slot
    return FactView(name, told("offline_yes", slot=slot, n=state.pending, time=last), good=True)
