"""A call board in the list of devices: what it shows, whether it speaks, when it was seen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hallclient.services.floor import minutes_between
from hallclient.supervisor.alarm_words import listed
from hallclient.supervisor.sheets.parts import RowSpec

if TYPE_CHECKING:
    from hallclient.services.boards import FloorBoard
    from hallclient.services.floor import FloorState
    from hallclient.ui.words import Words


def board_row(board: FloorBoard, state: FloorState, words: Words, alarm: str = "") -> RowSpec:
    """Return the line of a board; ``alarm`` is the key of what led here."""
    record = board.record
    zones = [name for code in record.zones if (name := _zone(code, state, words))]
    shown = listed(zones, words, "comma") if zones else words("announcing.whole_hall")
    said = "leads" if board.leads else "speaks" if record.speaks else "mute"
    facts = [shown, words(f"announcing.{said}")]
    if board.away:
        minutes = minutes_between(record.seen_at, state.now)
        gone = words(f"announcing.{'ended' if record.ended_at else 'away'}")
        facts = [gone if not minutes else f"{gone} {words('supervisor.minutes', n=minutes)}", shown]
    return RowSpec(
        value=f"board:{record.name}",
        title=words("announcing.board", name=record.name),
        sub=listed(facts, words, "comma"),
        chosen=_meant(board, alarm),
        icon="alert" if board.away else "check",
        warns=board.away,
    )


def _meant(board: FloorBoard, alarm: str) -> bool:
    subject = alarm.rpartition(" ")[2]
    kind, _, name = subject.partition(":")
    record = board.record
    if kind == "zone":
        return not record.zones or name in record.zones
    return record.name in (name.split(",") if kind == "boards" else [name])


def _zone(code: str, state: FloorState, words: Words) -> str:
    zone = state.plan.zone_of.get(code)
    return zone.name.text(words.language) if zone else code
