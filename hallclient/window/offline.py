"""The bar while the database is away (离线续办): which keys go on, and what stands beside them."""

from collections.abc import Mapping
from functools import reduce
from typing import TYPE_CHECKING

from hallclient.domain.turn import Outcome
from hallclient.ui.words import Words
from hallclient.window.scene import Scene, online_stand, shown_turn
from hallclient.window.states import KeyFace, KeyId, Stand

if TYPE_CHECKING:
    from hallclient.services.window_spool_lines import Report

IN_HAND = frozenset({Stand.SERVING, Stand.LONG})


def offline_faces(scene: Scene) -> Mapping[KeyId, KeyFace]:
    """Return how the keys stand: the turn in hand can be ended, held and rated; no more."""
    faces = dict.fromkeys(KeyId, KeyFace.FLAT)
    turn = shown_turn(scene)
    if not scene.goes_on or turn is None:
        return faces
    if turn.active and online_stand(scene) in IN_HAND:
        faces |= {KeyId.FINISH: KeyFace.SOLID, KeyId.HOLD: KeyFace.OPEN}
    elif turn.rating_asked_at is not None and scene.seals and scene.keypad is not None:
        faces[KeyId.ASK_AGAIN] = KeyFace.OPEN
    return faces


def offline_block(scene: Scene, words: Words, service: str) -> tuple[str, str]:
    """Return the two lines beside the number; ``service`` is what the ticket is for."""
    turn = shown_turn(scene)
    if turn is None:
        return words("window.bar.call_later"), words("window.bar.reconnecting")
    if turn.active:
        possible = scene.goes_on and online_stand(scene) in IN_HAND
        key = "window.bar.calling_waits_sub" if possible else "window.bar.database_waits"
        return service, words(key)
    if not scene.spooled:
        return words("window.bar.finished"), words("window.bar.after_recovery")
    held = turn.result is Outcome.HELD
    title = words("offline.bar.held" if held else "window.bar.finished_offline")
    return title, words("window.bar.after_recovery")


def conflict_text(report: "Report", words: Words) -> str:
    """Return one calm line about what could not be handed in."""
    labels = dict.fromkeys(report.conflicts)
    label = reduce(lambda a, b: words("offline.back.and", a=a, b=b), labels)
    return words("offline.back.conflict", label=label)


def offline_few(scene: Scene, words: Words) -> str:
    """Return what stands there on a bar at the side, where no turn is in hand."""
    turn = shown_turn(scene)
    if turn is None or not scene.spooled:
        return words("window.side.call_later")
    held = turn.result is Outcome.HELD
    return words("offline.bar.held_few" if held else "window.side.finished_offline")
