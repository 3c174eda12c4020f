"""What a bar's view is made of, and what the view is; see :mod:`hallclient.window.view`."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from hallclient.phrases import catalogue
from hallclient.window.states import KeyFace, KeyId, Stand, stand_of

if TYPE_CHECKING:
    from datetime import datetime

    from hallclient.domain.rules import HallRules
    from hallclient.domain.turn import Turn
    from hallclient.services.ports_devices import DeviceState
    from hallclient.services.window_spool_lines import Report
    from hallclient.services.windows import WindowState
    from hallclient.ui.words import Words


@dataclass(frozen=True, slots=True)
class Scene:
    """Everything a view is made of. ``lost_seconds`` is set while the database is away."""

    number: str = ""
    state: WindowState | None = None
    rules: HallRules | None = None
    now: datetime | None = None
    lost_seconds: int | None = None
    keypad: DeviceState | None = None
    message: str = ""
    helper: bool = False
    """Whether somebody would come who is asked for help."""
    held: int = 0
    """Tickets that this window may take up again."""
    elsewhere: bool = False
    """Another terminal has this window."""
    goes_on: bool = False
    """The turn in hand goes on without the database."""
    seals: bool = False
    """A rating can be kept without the database."""
    unseen: bool = False
    """No board shows the present call."""
    spooled: int = 0
    """Moves that are to be handed in."""
    back: Report | None = None
    """What was handed in just now."""


@dataclass(frozen=True, slots=True)
class KeyView:
    """One key: its words, the same for two lines of a narrow key, and how it stands."""

    key: KeyId
    label: str
    face: KeyFace
    short: str = ""


@dataclass(frozen=True, slots=True)
class BarView:
    """What the bar shows. ``label`` is the ticket's number, empty shows ``hint`` in its place.

    ``mark`` has a letter for each right of the ticket's holder (priority, appointment).
    ``message`` stands in the place of title and sub for a few seconds; ``keypad`` is None without
    one, else whether it is connected.
    """

    stand: Stand
    number: str = ""
    state: str = ""
    timer: str = ""
    label: str = ""
    hint: str = ""
    title: str = ""
    mark: str = ""
    mark_name: str = ""
    sub: str = ""
    message: str = ""
    waiting: str = ""
    longest: str = ""
    staff: str = ""
    keypad: bool | None = None
    on_screen: bool = False
    """The keypad is away, and the window's screen asks in its place."""
    keys: tuple[KeyView, ...] = field(default=())
    short: str = ""
    """What the clerk needs to know now, in few words for a bar at the side."""
    short_state: str = ""
    unseen: bool = False
    """No board shows the present call."""
    undo: int = 0
    """Seconds in which the last move can be taken back."""
    away: str = ""
    """For how long the database has been away."""
    spooled: int = 0
    """Moves made meanwhile, to be handed in."""
    back: Report | None = None
    """What was handed in just now, for four seconds."""

    @property
    def calling(self) -> bool:
        """Return whether the number is being called: its plate is amber."""
        return self.stand is Stand.CALLED

    def face(self, key: KeyId) -> KeyFace:
        """Return how a key stands; a key that is not there is flat."""
        return next((k.face for k in self.keys if k.key is key), KeyFace.FLAT)


def clock_text(seconds: int) -> str:
    """Return a duration as ``mm:ss``, from 100 minutes on as ``h:mm:ss``."""
    minutes, rest = divmod(max(0, seconds), 60)
    if minutes < 100:
        return f"{minutes:02}:{rest:02}"
    return f"{minutes // 60}:{minutes % 60:02}:{rest:02}"


def reason_text(words: Words, reason: str, table: str = "window.pause") -> str:
    """Return the words of one of the hall's reasons; a hall's own reason stands for itself."""
    # In a catalogue ``other`` is a plural form.
    key = f"{table}.{'another' if reason == 'other' else reason}"
    return words(key) if key in catalogue(words.language) else reason


def present_stand(scene: Scene) -> Stand:
    """Return the stand of a scene."""
    if scene.lost_seconds is not None:
        return Stand.OFFLINE
    return online_stand(scene)


def online_stand(scene: Scene) -> Stand:
    """Return the stand that a scene has, or had when the database was last there."""
    if scene.state is None or scene.rules is None or scene.now is None:
        return Stand.STARTING
    if scene.elsewhere:
        return Stand.ELSEWHERE
    return stand_of(scene.state, scene.now, scene.rules, rated=is_rated(scene))


def is_rated(scene: Scene) -> bool:
    """Return whether ratings are asked for at this window: by its keypad or its screen."""
    return scene.keypad is not None or (scene.state is not None and scene.state.asks)


def shown_turn(scene: Scene) -> Turn | None:
    """Return the turn whose ticket stands on the bar."""
    stand = online_stand(scene)
    shown = stand in (Stand.CALLED, Stand.SERVING, Stand.LONG, Stand.RATING)
    shown = shown or (scene.lost_seconds is not None and scene.spooled > 0)
    return scene.state.turn if scene.state is not None and shown else None


def minutes(start: datetime, end: datetime) -> int:
    """Return whole minutes from one moment to another, none below zero."""
    return max(0, int((end - start).total_seconds()) // 60)
