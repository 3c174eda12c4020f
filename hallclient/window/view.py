"""The clerk's bar in words and figures: a pure function of what is known, no widgets in it."""

from math import ceil

from hallclient.ui.words import Words
from hallclient.window.lines import CONNECTED, block, few_words, marks_of
from hallclient.window.offline import offline_faces
from hallclient.window.scene import (
    BarView,
    KeyView,
    Scene,
    clock_text,
    is_rated,
    minutes,
    online_stand,
    present_stand,
    shown_turn,
)
from hallclient.window.states import KeyId, Stand, key_faces, since


def bar_view(scene: Scene, words: Words) -> BarView:
    """Return what the bar shows of a scene in the present language."""
    stand = present_stand(scene)
    state = scene.state
    title, sub = block(scene, words, stand)
    turn = shown_turn(scene)
    ticket = state.ticket if state is not None and turn is not None else None
    mark, mark_name = marks_of(scene, words, stand)
    waiting, longest = _figures(scene, words, stand)
    staff = state.staff if state is not None and state.shift is not None else None
    return BarView(
        stand=stand,
        number=scene.number,
        state=_state_word(scene, words, stand),
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
        keypad=None if scene.keypad is None else scene.keypad in CONNECTED,
        on_screen=state is not None and state.asks and scene.keypad not in CONNECTED,
        keys=_keys(scene, words, stand),
        short=few_words(scene, words, stand),
        short_state=words(f"window.side.{stand}"),
        unseen=scene.unseen and stand is Stand.CALLED,
        undo=_undo(scene, stand),
        away="" if scene.lost_seconds is None else clock_text(scene.lost_seconds),
        spooled=scene.spooled,
        back=scene.back,
    )


def _undo(scene: Scene, stand: Stand) -> int:
    until = scene.state.can_take_back_until if scene.state is not None else None
    if until is None or scene.now is None or stand in (Stand.OFFLINE, Stand.ELSEWHERE):
        return 0
    return max(0, ceil((until - scene.now).total_seconds()))


def _state_word(scene: Scene, words: Words, stand: Stand) -> str:
    if stand in (Stand.STARTING, Stand.OFFLINE):
        return words(f"window.bar.{stand}")
    if stand is Stand.ELSEWHERE:
        return words("window.elsewhere.state")
    if scene.unseen and stand is Stand.CALLED:
        return words("announcing.unseen_short")
    return words(f"state.{stand}")


def _keys(scene: Scene, words: Words, stand: Stand) -> tuple[KeyView, ...]:
    faces = key_faces(stand, scene.state, scene.rules, held=scene.held)
    if stand is Stand.OFFLINE:
        faces = offline_faces(scene)
    resumes = online_stand(scene) is Stand.PAUSED
    missing = set() if is_rated(scene) else {KeyId.ASK_AGAIN}
    if not scene.helper:
        missing.add(KeyId.HELP)
    return tuple(
        KeyView(key, words(f"window.bar.{label}"), face, words(f"window.side.{label}"))
        for key, face in faces.items()
        if key not in missing
        for label in (_label(key, resumes=resumes),)
    )


def _label(key: KeyId, *, resumes: bool) -> str:
    return "resume" if key is KeyId.PAUSE and resumes else key.value


def _timer(scene: Scene, stand: Stand) -> str:
    before = online_stand(scene)
    if scene.state is None or scene.now is None or before in (Stand.STARTING, Stand.ELSEWHERE):
        return "" if scene.lost_seconds is None else clock_text(scene.lost_seconds)
    if stand is Stand.OFFLINE and shown_turn(scene) is None:
        return clock_text(scene.lost_seconds or 0)
    start = since(scene.state, before)
    return "" if start is None else clock_text(int((scene.now - start).total_seconds()))


def _figures(scene: Scene, words: Words, stand: Stand) -> tuple[str, str]:
    state, none = scene.state, words("common.none")
    if state is None or scene.now is None or stand in (Stand.OFFLINE, Stand.STARTING):
        return none, none
    longest = none
    if state.longest_since is not None:
        longest = str(minutes(state.longest_since, scene.now))
    return str(state.waiting), longest
