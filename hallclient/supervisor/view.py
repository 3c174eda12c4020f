"""What the console shows, in words of the present language: no widget computes any of it."""

from dataclasses import dataclass
from enum import Enum

from hallclient.domain.alarm import Severity, Verb


class Stand(Enum):
    """Whether somebody may look at the floor here."""

    SIGNED_OUT = "signed_out"
    STARTING = "starting"
    """Signed in, and the first look is under way."""
    OPEN = "open"


class Tone(Enum):
    """How a window stands; every tone has a colour, an edge, and a word or an icon."""

    SERVING = "serving"
    CALLED = "called"
    IDLE = "idle"
    LONG = "long"
    PAUSED = "paused"
    CLOSED = "closed"
    ABSENT = "absent"
    """Somebody must act: the clerk has not come, or a window was left with a ticket in hand."""


TROUBLED = frozenset({Tone.LONG, Tone.ABSENT})


@dataclass(frozen=True, slots=True)
class Tile:
    """One window: number, what it does (a label or a word), whole minutes as text."""

    code: str
    number: str
    tone: Tone
    doing: str = ""
    short: str = ""
    """In place of ``doing`` where that does not fit."""
    minutes: str = ""
    lent: bool = False
    """It serves other queues than usual today."""
    said: str = ""
    """All of it in a sentence, for a screen reader."""


@dataclass(frozen=True, slots=True)
class ZoneLine:
    """A zone with its windows; ``parts`` are whose windows these are."""

    name: str
    parts: tuple[str, ...]
    tiles: tuple[Tile, ...]


@dataclass(frozen=True, slots=True)
class LegendEntry:
    """How many windows stand in a tone."""

    tone: Tone
    text: str


@dataclass(frozen=True, slots=True)
class QueueLine:
    """One queue. Waits are minutes of those called lately, None when too few were."""

    code: str
    name: str
    waiting: str
    windows: str
    longest: str
    limit: float
    """The line at which somebody must act, in minutes."""
    p10: float | None = None
    p50: float | None = None
    p90: float | None = None
    over: bool = False
    stopped: bool = False
    verb: str = ""
    """The words of its key, empty for no key: who looks may not change this queue."""
    solid: bool = False
    said: str = ""


@dataclass(frozen=True, slots=True)
class AlarmLine:
    """One alarm with its one verb. ``taken`` says who takes care of it."""

    key: str
    severity: Severity
    icon: str
    title: str
    text: str
    verb: Verb
    label: str
    subject: str
    taken: str = ""
    solid: bool = False


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of the row on top."""

    caption: str
    figure: str
    unit: str = ""


@dataclass(frozen=True, slots=True)
class TrendLine:
    """Numbers given out and finished by half hour; ``begins`` are hours of the day (9.5)."""

    begins: tuple[float, ...] = ()
    issued: tuple[int, ...] = ()
    finished: tuple[int, ...] = ()
    opens: float = 9.0
    closes: float = 17.0
    now: float = 9.0
    now_text: str = ""
    issued_text: str = ""
    finished_text: str = ""


@dataclass(frozen=True, slots=True)
class TeamLine:
    """Who is there: the count, and whom to think of. Pairs are caption and names."""

    count: str = ""
    floaters: tuple[str, str] = ("", "")
    leave: tuple[str, str] = ("", "")
    absent: tuple[str, str] = ("", "")


@dataclass(frozen=True, slots=True)
class AdviceLine:
    """One thing to do for a queue (code), and what it does."""

    queue: str
    text: str
    gist: str


@dataclass(frozen=True, slots=True)
class AdviceView:
    """The card of advice; ``text`` where there is no line, ``at`` is when it was computed."""

    title: str = ""
    at: str = ""
    text: str = ""
    lines: tuple[AdviceLine, ...] = ()


class Action(Enum):
    """The eight keys at the lower right; the last three are the ushers', too."""

    BROADCAST = "broadcast"
    NOTICE = "notice"
    MOVE = "move"
    STOP = "stop"
    OPEN_WINDOW = "open_window"
    REPRINT = "reprint"
    TAKE = "take"
    PRIORITY = "priority"


USHER_ACTIONS = (Action.REPRINT, Action.TAKE, Action.PRIORITY)
ACTION_ICONS = {
    Action.BROADCAST: "megaphone",
    Action.NOTICE: "info",
    Action.MOVE: "transfer",
    Action.STOP: "pause",
    Action.OPEN_WINDOW: "plus",
    Action.REPRINT: "printer",
    Action.TAKE: "ticket",
    Action.PRIORITY: "flag",
}


@dataclass(frozen=True, slots=True)
class ConsoleView:
    """The whole console. ``age`` is how old the data are, ``stale`` from 10 s on."""

    stand: Stand = Stand.SIGNED_OUT
    hall: str = ""
    state: str = ""
    """办公中，17:00 下班."""
    working: bool = False
    age: str = ""
    stale: bool = False
    who: str = ""
    clock: str = ""
    usher: bool = False
    """Who looks may answer calls for help and do the last three actions, nothing else."""
    figures: tuple[Figure, ...] = ()
    zones: tuple[ZoneLine, ...] = ()
    legend: tuple[LegendEntry, ...] = ()
    queues: tuple[QueueLine, ...] = ()
    limit_text: str = ""
    alarms: tuple[AlarmLine, ...] = ()
    advice: AdviceView | None = None
    trend: TrendLine = TrendLine()
    team: TeamLine = TeamLine()
    actions: tuple[Action, ...] = ()
    estimates: bool = False
    """Who looks may see how the waits that were told came true."""
    message: str = ""
    """One calm line about what was just done or refused; empty for none."""
    message_warns: bool = False
