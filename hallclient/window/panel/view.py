"""What the full panel shows, as plain data: made by ``wording``, shown by the cards."""

from dataclasses import dataclass, field
from enum import StrEnum

from hallclient.domain.turn import Outcome
from hallclient.window.panel.day_strip import DayCell
from hallclient.window.panel.parts import LineView
from hallclient.window.scene import KeyView
from hallclient.window.states import KeyId, Stand


class Tab(StrEnum):
    """A list at the right."""

    WAITING = "waiting"
    HELD = "held"
    MISSED = "missed"


class Middle(StrEnum):
    """What the middle of the panel shows."""

    REST = "rest"
    """Nothing to fill in: what comes next."""
    FORM = "form"
    ASK = "ask"
    GUIDE = "guide"
    CASES = "cases"


Choices = tuple[tuple[str, str], ...]
"""Values with their words."""


@dataclass(frozen=True, slots=True)
class CardView:
    """The ticket at the window. ``lines`` are captions with their values; ``notes`` whole lines."""

    label: str = ""
    hint: str = ""
    calling: bool = False
    service: str = ""
    marks: str = ""
    marks_said: str = ""
    lines: Choices = ()
    notes: tuple[str, ...] = field(default=(), repr=False)
    caption: str = ""
    timer: str = ""
    warns: bool = False


@dataclass(frozen=True, slots=True)
class RestView:
    """Nothing to fill in. ``act`` is the key that goes on, ``also`` another step at hand."""

    icon: str = "people"
    title: str = ""
    sub: str = ""
    body: str = ""
    act: KeyId | None = None
    act_text: str = ""
    also: str = ""


@dataclass(frozen=True, slots=True)
class FormView:
    """The form of an outcome; what is empty is not asked for this outcome."""

    title: str = ""
    options: tuple[tuple[Outcome, str, bool], ...] = ()
    outcome: Outcome = Outcome.INSTANT
    limit: str = ""
    """Caption of the limit."""
    days: str = ""
    steps: bool = False
    due: str = ""
    strip: tuple[DayCell, ...] = ()
    hint: str = ""
    warns: bool = False
    due_reasons: Choices = ()
    due_reason: str = ""
    asks_number: bool = False
    number: str = ""
    number_hint: str = ""
    handovers: Choices = ()
    handover: str = ""
    bases: Choices = ()
    basis: str = ""
    missing: tuple[tuple[str, str, bool], ...] = ()
    told: str = ""
    refusals: Choices = ()
    refused: str = ""
    facts: tuple[str, ...] = ()
    """Who leads, who takes part, who decides."""
    note: str = field(default="", repr=False)
    lacks: str = ""
    correcting: bool = False


@dataclass(frozen=True, slots=True)
class AskView:
    """A question in the middle: choices by digit, or found by typing where they are many."""

    title: str = ""
    label: str = ""
    facts: Choices = ()
    choices: Choices = ()
    chosen: str = ""
    note: bool = False
    again: int = 0
    """Counts the questions: the next one begins with an empty line."""


@dataclass(frozen=True, slots=True)
class LookupView:
    """Something to find: services of the guide, or cases. ``text`` is the one that is read."""

    title: str = ""
    hint: str = ""
    lines: tuple[LineView, ...] = ()
    chosen: int | None = None
    text: str = ""
    nothing: str = ""
    nothing_sub: str = ""
    prints: bool = False
    forgets: bool = False
    """What was typed is the number of a document, and has done its work."""


@dataclass(frozen=True, slots=True)
class BannerView:
    """The line across the panel when something is away (12f)."""

    icon: str
    tone: str
    title: str
    sub: str
    side: str = ""


@dataclass(frozen=True, slots=True)
class FigureView:
    """One of the own totals: words, figure, words behind it."""

    caption: str
    figure: str
    tail: str = ""


@dataclass(frozen=True, slots=True)
class PanelView:
    """The whole panel."""

    stand: Stand = Stand.STARTING
    number: str = ""
    place: str = ""
    state: str = ""
    staff: str = ""
    clock: str = ""
    keypad: bool | None = None
    helps: bool = False
    banner: BannerView | None = None
    message: str = ""
    takes_back: bool = False
    """A mis-click can be taken back just now."""
    keys: tuple[KeyView, ...] = ()
    card: CardView = CardView()
    middle: Middle = Middle.REST
    rest: RestView = RestView()
    form: FormView = FormView()
    ask: AskView = AskView()
    lookup: LookupView = LookupView()
    tab: Tab = Tab.WAITING
    tabs: tuple[tuple[Tab, str, int], ...] = ()
    rows: tuple[LineView, ...] = ()
    empty: tuple[str, str] = ("", "")
    waits: tuple[tuple[str, str], ...] = ()
    """Under who waits: each queue that is served here, and how long who joins now waits."""
    history: tuple[LineView, ...] = ()
    totals: tuple[FigureView, ...] = ()
    through: str = ""
    prints: bool = False
    reprints: bool = False
    """The last case of this window has a slip that can be printed again."""
