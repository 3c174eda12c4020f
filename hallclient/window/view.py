"""The clerk's bar in words and figures: a pure function of what is known, no widgets in it."""

from dataclasses import dataclass, field
from datetime import datetime

from hallclient.domain.rules import HallRules, PriorityClass
from hallclient.domain.ticket import Channel, Ticket
from hallclient.domain.turn import Turn
from hallclient.phrases import catalogue
from hallclient.services.ports_devices import DeviceState
from hallclient.services.windows import WindowState
from hallclient.ui.words import Words
from hallclient.window.states import KeyFace, KeyId, Stand, key_faces, since, stand_of

_CONNECTED = frozenset({DeviceState.READY, DeviceState.STALE})
"""A silent keypad on an open port shows as connected: a key pressed on it would end the silence,
and the clerk would see that the citizen has pressed one."""


@dataclass(frozen=True, slots=True)
class Scene:
    """Everything a view is made of. ``lost_seconds`` is set while the database is away."""

    number: str = ""
    state: WindowState | None = None
    rules: HallRules | None = None
    now: datetime | None = None
    lost_seconds: int | None = None
    keypad: DeviceState | None = None
    resumed_at: datetime | None = None
    message: str = ""
    helper: bool = False
    """Whether somebody would come who is asked for help."""


@dataclass(frozen=True, slots=True)
class KeyView:
    """One key: its words and how it stands."""

    key: KeyId
    label: str
    face: KeyFace


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
    keys: tuple[KeyView, ...] = field(default=())

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


def reason_text(words: Words, reason: str) -> str:
    """Return the words of a pause reason; a hall's own reason stands for itself."""
    key = f"window.pause.{reason}"
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
    return stand_of(scene.state, scene.now, scene.rules, rated=scene.keypad is not None)


def bar_view(scene: Scene, words: Words) -> BarView:
    """Return what the bar shows of a scene in the present language."""
    stand = present_stand(scene)
    state = scene.state
    title, sub = _block(scene, words, stand)
    turn = _shown_turn(scene)
    ticket = state.ticket if state is not None and turn is not None else None
    mark, mark_name = _marks(words, _marked(scene, stand, turn))
    waiting, longest = _figures(scene, words, stand)
    staff = state.staff if state is not None and state.shift is not None else None
    return BarView(
        stand=stand,
        number=scene.number,
        state=_state_word(words, stand),
        timer=_timer(scene, stand),
        label=ticket.label if ticket is not None else "",
        hint=words("window.bar.no_number"),
        title=title,
        mark=mark,
        mark_name=mark_name,
        sub=sub,
        message=scene.message,
        waiting=waiting,
        longest=longest,
        staff=f"{staff.name} {staff.code}" if staff is not None else "",
        keypad=None if scene.keypad is None else scene.keypad in _CONNECTED,
        keys=_keys(scene, words, stand),
    )


def _marked(scene: Scene, stand: Stand, turn: Turn | None) -> Ticket | None:
    """Return whose marks stand behind the title: the ticket at the window, else the next one."""
    if scene.state is None:
        return None
    if stand is Stand.IDLE:
        return scene.state.next_ticket
    return scene.state.ticket if turn is not None and turn.active else None


def _marks(words: Words, ticket: Ticket | None) -> tuple[str, str]:
    """Return what a ticket's holder has a right to: a sign each for the eye, words for the ear."""
    if ticket is None:
        return "", ""
    found = []
    if ticket.priority is not PriorityClass.NORMAL:
        priority = ticket.priority
        found.append((words(f"window.mark.{priority}"), words(f"window.priority.{priority}")))
    if ticket.channel is Channel.BOOKED:
        found.append((words("window.needs.booked_mark"), words("window.needs.booked")))
    return "".join(mark for mark, _ in found), " ".join(name for _, name in found)


def _state_word(words: Words, stand: Stand) -> str:
    if stand in (Stand.STARTING, Stand.OFFLINE):
        return words(f"window.bar.{stand}")
    return words(f"state.{stand}")


def _shown_turn(scene: Scene) -> Turn | None:
    stand = online_stand(scene)
    shown = stand in (Stand.CALLED, Stand.SERVING, Stand.LONG, Stand.RATING)
    return scene.state.turn if scene.state is not None and shown else None


def _keys(scene: Scene, words: Words, stand: Stand) -> tuple[KeyView, ...]:
    faces = key_faces(stand, scene.state, scene.rules)
    resumes = online_stand(scene) is Stand.PAUSED
    missing = {KeyId.ASK_AGAIN} if scene.keypad is None else set()
    if not scene.helper:
        missing.add(KeyId.HELP)
    return tuple(
        KeyView(key, words(f"window.bar.{_label(key, resumes=resumes)}"), face)
        for key, face in faces.items()
        if key not in missing
    )


def _label(key: KeyId, *, resumes: bool) -> str:
    return "resume" if key is KeyId.PAUSE and resumes else key.value


def _timer(scene: Scene, stand: Stand) -> str:
    before = online_stand(scene)
    if scene.state is None or scene.now is None or before is Stand.STARTING:
        return "" if scene.lost_seconds is None else clock_text(scene.lost_seconds)
    if stand is Stand.OFFLINE and _shown_turn(scene) is None:
        return clock_text(scene.lost_seconds or 0)
    start = since(scene.state, before, scene.resumed_at)
    return "" if start is None else clock_text(int((scene.now - start).total_seconds()))


def _figures(scene: Scene, words: Words, stand: Stand) -> tuple[str, str]:
    state, none = scene.state, words("common.none")
    if state is None or scene.now is None or stand in (Stand.OFFLINE, Stand.STARTING):
        return none, none
    longest = none
    if state.longest_since is not None:
        longest = str(_minutes(state.longest_since, scene.now))
    return str(state.waiting), longest


def _minutes(start: datetime, end: datetime) -> int:
    return max(0, int((end - start).total_seconds()) // 60)


def _block(scene: Scene, words: Words, stand: Stand) -> tuple[str, str]:
    """Return the two lines of the service block."""
    state = scene.state
    if stand is Stand.OFFLINE:
        return _offline_block(scene, words)
    if state is None or stand is Stand.STARTING:
        return "", ""
    if stand is Stand.IDLE:
        return _idle_block(scene, words)
    if stand in (Stand.CALLED, Stand.SERVING, Stand.LONG):
        return _service_name(state, words), _turn_line(scene, words, stand)
    return _resting_block(scene, state, words, stand)


def _resting_block(scene: Scene, state: WindowState, words: Words, stand: Stand) -> tuple[str, str]:
    if stand is Stand.SIGNED_OUT:
        return words("state.signed_out"), words("window.bar.sign_in_first")
    if stand is Stand.PAUSED:
        reason = reason_text(words, state.shift.pause_reason if state.shift else "")
        return words("window.bar.paused_for", reason=reason), words("window.bar.paused_quiet")
    asked = scene.keypad in _CONNECTED
    done = words("window.bar.finished_asked") if asked else words("window.bar.finished")
    if state.following is not None and state.ticket is not None:
        service = state.following.name.text(words.language)
        return done, words("window.steps.sent_on", label=state.ticket.label, service=service)
    return done, words("window.bar.may_call")


def _service_name(state: WindowState, words: Words) -> str:
    return state.service.name.text(words.language) if state.service is not None else ""


def _idle_block(scene: Scene, words: Words) -> tuple[str, str]:
    state = scene.state
    ticket = state.next_ticket if state is not None else None
    service = state.next_service if state is not None else None
    if ticket is None or service is None or scene.now is None:
        return words("window.bar.nobody"), ""
    sub = words(
        "window.bar.service_waited",
        service=service.name.text(words.language),
        n=_minutes(ticket.issued_at, scene.now),
    )
    return words("window.bar.next", label=ticket.label), sub


def _turn_line(scene: Scene, words: Words, stand: Stand) -> str:
    state, rules = scene.state, scene.rules
    if state is None or state.turn is None or state.ticket is None or rules is None:
        return ""
    turn = state.turn
    if stand is Stand.CALLED:
        if turn.calls >= rules.no_show_after:
            return words("window.bar.call_count_done", n=turn.calls)
        return words("window.bar.call_count", n=turn.calls, cap=rules.recall_cap)
    usual = state.service.minutes if state.service is not None else 0.0
    if stand is Stand.LONG and usual > 0:
        return words("window.bar.usually_only", n=round(usual))
    waited = words("window.bar.waited", n=_minutes(state.ticket.issued_at, turn.called_at))
    waited = waited[:1].upper() + waited[1:]
    if state.following is None:
        return waited
    service = state.following.name.text(words.language)
    return f"{waited} · {words('window.steps.then', service=service)}"


def _offline_block(scene: Scene, words: Words) -> tuple[str, str]:
    state, turn = scene.state, _shown_turn(scene)
    if state is not None and turn is not None and turn.active:
        return _service_name(state, words), words("window.bar.database_waits")
    return words("window.bar.call_later"), words("window.bar.reconnecting")
