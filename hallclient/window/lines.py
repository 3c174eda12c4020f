"""The two lines beside the number: what the clerk needs to know now. Few words for the side."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hallclient.domain.rules import PriorityClass
from hallclient.domain.ticket import Channel, Ticket
from hallclient.services.ports_devices import DeviceState
from hallclient.window.offline import offline_block, offline_few
from hallclient.window.scene import Scene, minutes, reason_text, shown_turn
from hallclient.window.states import Stand

if TYPE_CHECKING:
    from hallclient.domain.rules import HallRules
    from hallclient.domain.turn import Turn
    from hallclient.services.windows import WindowState
    from hallclient.ui.words import Words

CONNECTED = frozenset({DeviceState.READY, DeviceState.STALE})
"""A silent keypad on an open port shows as connected: a key pressed on it would end the silence,
and the clerk would see that the citizen has pressed one."""


def marks_of(scene: Scene, words: Words, stand: Stand) -> tuple[str, str]:
    """Return the rights of whose ticket is at the window, or is the next: signs, and words."""
    return _marks(words, _marked(scene, stand, shown_turn(scene)))


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


def block(scene: Scene, words: Words, stand: Stand) -> tuple[str, str]:
    """Return the two lines of the service block."""
    state = scene.state
    if stand is Stand.OFFLINE:
        return offline_block(scene, words, _service_name(state, words) if state else "")
    if state is None or stand is Stand.STARTING:
        return "", ""
    if stand is Stand.ELSEWHERE:
        return words("window.elsewhere.title"), words("window.elsewhere.sub")
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
    asked = scene.keypad in CONNECTED or state.asks
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
        n=minutes(ticket.issued_at, scene.now),
    )
    return words("window.bar.next", label=ticket.label), sub


def _turn_line(scene: Scene, words: Words, stand: Stand) -> str:
    state, rules = scene.state, scene.rules
    if state is None or state.turn is None or state.ticket is None or rules is None:
        return ""
    turn = state.turn
    if stand is Stand.CALLED:
        return _call_line(words, turn, rules, unseen=scene.unseen)
    usual = state.service.minutes if state.service is not None else 0.0
    if stand is Stand.LONG and usual > 0:
        return words("window.bar.usually_only", n=round(usual))
    n = minutes(state.ticket.issued_at, turn.called_at)
    waited = words("window.bar.waited", n=n)
    if state.own is not None and state.own.mask:
        waited = words("window.bar.person_waited", person=state.own.mask, n=n)
    waited = waited[:1].upper() + waited[1:]
    if state.following is None:
        return waited
    service = state.following.name.text(words.language)
    return f"{waited} · {words('window.steps.then', service=service)}"


def _call_line(words: Words, turn: Turn, rules: HallRules, *, unseen: bool) -> str:
    if unseen:
        return words("announcing.unseen")
    if turn.calls >= rules.no_show_after:
        return words("window.bar.call_count_done", n=turn.calls)
    return words("window.bar.call_count", n=turn.calls, cap=rules.recall_cap)


def few_words(scene: Scene, words: Words, stand: Stand) -> str:
    """Return what stands beside the number on a bar at the side: up to two short lines."""
    state, turn = scene.state, shown_turn(scene)
    if state is None or stand is Stand.STARTING:
        return ""
    if turn is not None and turn.active:
        unseen = scene.unseen and stand is Stand.CALLED
        return words("announcing.unseen_short") if unseen else _service_name(state, words)
    if stand is Stand.OFFLINE:
        return offline_few(scene, words)
    if stand is Stand.PAUSED and state.shift is not None:
        return reason_text(words, state.shift.pause_reason)
    ahead = state.next_ticket
    if stand is Stand.IDLE and ahead is not None:
        return words("window.side.next", label=ahead.label)
    return words(_FEW[stand])


_FEW = {
    Stand.SIGNED_OUT: "window.side.sign_in_first",
    Stand.IDLE: "window.side.nobody",
    Stand.RATING: "window.side.finished",
    Stand.ELSEWHERE: "window.elsewhere.short",
}
