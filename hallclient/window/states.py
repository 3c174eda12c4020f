"""Where a window stands, and which keys that leaves (visual.md, Clerk bar).

A stand follows from the window's state and the database's time alone: a bar that was killed and
started again stands where it stood. Nothing here knows whether a rating was given.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import Enum, StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hallclient.domain.rules import HallRules
    from hallclient.services.windows import WindowState


class Stand(StrEnum):
    """What the clerk's bar says it is in."""

    STARTING = "starting"
    SIGNED_OUT = "signed_out"
    IDLE = "idle"
    CALLED = "called"
    SERVING = "serving"
    LONG = "long"
    RATING = "rating"
    PAUSED = "paused"
    OFFLINE = "offline"
    ELSEWHERE = "elsewhere"
    """Another terminal has the window."""


class KeyId(StrEnum):
    """A key of the bar; the value is its name in the settings and in the words."""

    CALL_NEXT = "call_next"
    RECALL = "recall"
    START = "start"
    NO_SHOW = "no_show"
    TRANSFER = "transfer"
    HOLD = "hold"
    FINISH = "finish"
    ASK_AGAIN = "ask_again"
    PAUSE = "pause"
    HELP = "help"


class KeyFace(Enum):
    """How a key stands: the most likely next step, possible, or not in this state."""

    SOLID = "solid"
    OPEN = "open"
    FLAT = "flat"


SOLID: Mapping[Stand, KeyId] = MappingProxyType(
    {
        Stand.IDLE: KeyId.CALL_NEXT,
        Stand.CALLED: KeyId.START,
        Stand.SERVING: KeyId.FINISH,
        Stand.LONG: KeyId.FINISH,
        Stand.RATING: KeyId.CALL_NEXT,
        Stand.PAUSED: KeyId.PAUSE,
    }
)
"""The one solid key of a stand. Without the database there is none: every key writes to it."""

ALSO: Mapping[Stand, frozenset[KeyId]] = MappingProxyType(
    {
        Stand.IDLE: frozenset({KeyId.PAUSE}),
        Stand.SERVING: frozenset({KeyId.TRANSFER, KeyId.HOLD}),
        Stand.LONG: frozenset({KeyId.TRANSFER, KeyId.HOLD}),
        Stand.RATING: frozenset({KeyId.ASK_AGAIN, KeyId.PAUSE}),
    }
)
"""What else can be pressed; recall and no-show depend on the number of calls."""


def stand_of(state: WindowState, now: datetime, rules: HallRules, *, rated: bool) -> Stand:
    """Return the stand of a window at ``now``; ``rated``: ratings are asked for here.

    等评价 lasts its whole time from the last asking, whatever the citizen did (visual.md §5).
    """
    shift, turn = state.shift, state.turn
    if shift is None:
        return Stand.SIGNED_OUT
    if turn is not None and turn.active:
        if turn.started_at is None:
            return Stand.CALLED
        long = now - turn.started_at >= timedelta(minutes=rules.long_serving_minutes)
        return Stand.LONG if long else Stand.SERVING
    if shift.paused_at is not None:
        return Stand.PAUSED
    asked = turn.rating_asked_at if turn is not None else None
    if rated and asked is not None and now < asked + timedelta(seconds=rules.rating_seconds):
        return Stand.RATING
    return Stand.IDLE


def since(state: WindowState, stand: Stand) -> datetime | None:
    """Return the moment from which a stand's timer counts, None for a stand without one."""
    shift, turn = state.shift, state.turn
    if shift is None:
        return None
    if turn is not None and stand is Stand.CALLED:
        return turn.called_at
    if turn is not None and stand in (Stand.SERVING, Stand.LONG):
        return turn.started_at
    if turn is not None and stand is Stand.RATING:
        return turn.rating_asked_at
    if stand is Stand.PAUSED:
        return shift.paused_at
    ended = turn.ended_at if turn is not None else None
    return max(at for at in (shift.signed_in_at, ended, shift.resumed_at) if at is not None)


def key_faces(
    stand: Stand, state: WindowState | None, rules: HallRules | None, *, held: int = 0
) -> Mapping[KeyId, KeyFace]:
    """Return how every key stands; with ``held`` tickets F7 of an empty window takes one up."""
    enabled = set(ALSO.get(stand, ()))
    turn = state.turn if state is not None else None
    if stand is Stand.CALLED and turn is not None and rules is not None:
        if turn.calls < rules.recall_cap:
            enabled.add(KeyId.RECALL)
        if turn.calls >= rules.no_show_after:
            enabled.add(KeyId.NO_SHOW)
    if held and stand in (Stand.IDLE, Stand.RATING):
        enabled.add(KeyId.HOLD)
    if stand not in (Stand.STARTING, Stand.OFFLINE, Stand.ELSEWHERE):
        enabled.add(KeyId.HELP)
    solid = SOLID.get(stand)
    return {
        key: KeyFace.SOLID if key is solid else KeyFace.OPEN if key in enabled else KeyFace.FLAT
        for key in KeyId
    }
