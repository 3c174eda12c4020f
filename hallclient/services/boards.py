"""The call boards of a hall as staff see them, and calls that none of them has shown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from hallclient.domain.board_alarms import CallFact, known_for
from hallclient.services.announcing import fact_of, leaders

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from hallclient.domain.announcement import BoardRecord
    from hallclient.services.floor_windows import FloorWindow
    from hallclient.services.store import Reader, Store


@dataclass(frozen=True, slots=True)
class FloorBoard:
    """A board: what it said last, the zones it speaks for now, whether it shows nothing."""

    record: BoardRecord
    leads: frozenset[str]
    away: bool


def floor_boards(reader: Reader) -> tuple[FloorBoard, ...]:
    """Return the boards that the hall knows, by name."""
    known = reader.boards()
    leads = leaders(reader) if known else {}
    return tuple(
        FloorBoard(one, leads.get(one.name, frozenset()), fact_of(one).away(reader.now))
        for one in known
    )


def calls_unshown(
    reader: Reader, windows: Iterable[FloorWindow], boards: Sequence[FloorBoard]
) -> tuple[CallFact, ...]:
    """Return the calls that stand and that no board has shown, in zones where a board is known."""
    facts = [fact_of(board.record) for board in boards]
    calls = {}
    for tile in windows:
        turn, ticket = tile.turn, tile.ticket
        if turn is None or ticket is None or turn.started_at is not None or not turn.calls:
            continue
        if known_for(facts, tile.window.zone):
            calls[turn.id, turn.calls] = CallFact(
                tile.window.zone, tile.window.number, ticket.label, turn.last_called_at
            )
    known = reader.announced(calls) if calls else {}
    shown = {key for key, one in known.items() if one.shown_at is not None}
    return tuple(fact for key, fact in calls.items() if key not in shown)


def is_shown(store: Store, window: str, turn_id: int, calls: int) -> bool:
    """Return whether a board shows a window's call; True also where no board is known for it."""
    with store.look() as reader:
        zone = reader.plan.window(window).zone
        if not known_for(map(fact_of, reader.boards()), zone):
            return True
        known = reader.announced([(turn_id, calls)]).get((turn_id, calls))
        return known is not None and known.shown_at is not None
