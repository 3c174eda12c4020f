"""What boards ask and report in ``bench reads``: the tail of the journal, and calls they showed."""

from collections.abc import Callable

from hallclient.domain.announcement import BoardReport, CallKey, Shown
from hallclient.services.announcing import Announcing, Pace
from hallclient.services.board import Board
from hallclient.services.store import Store

TOLD = 12
"""Acts of a round: so many calls are reported for the first time, each by one board."""


def board_acts(store: Store) -> dict[str, list[Callable[[], object]]]:
    """Return what boards do, by name; ``again`` is a call that another board has reported.

    ``news`` is the tail behind a call with its two reports, ``beat`` says only that one is there.
    """
    with store.look() as reader:
        calls = iter([(one.turn.id, one.turn.calls) for one in reader.active_calls()])
        zone = reader.plan.zones[0].code
    first, second, idle = (
        Announcing(store, f"bench {name}", pace=Pace(beat_s=beat_s))
        for name, beat_s in (("first", 3600.0), ("second", 3600.0), ("idle", 0.0))
    )
    told: list[CallKey] = []

    def report(board: Announcing, name: str, *shown: CallKey) -> object:
        seen = tuple(Shown(turn_id, number) for turn_id, number in shown)
        return board.report(BoardReport(name, (zone,), (zone,), seen))

    def tell() -> object:
        told.append(next(calls))
        return report(first, "D1", told[-1])

    def news() -> object:
        with store.look() as reader:
            seq = reader.seq
        return Board(store, (zone,)).news(seq - 3)

    return {
        "board": [Board(store, (zone,)).state],
        "report": [tell] * TOLD,
        "again": [lambda: report(second, "D2", told[-1])] * TOLD,
        "beat": [lambda: report(idle, "D3")] * TOLD,
        "news": [news] * TOLD,
    }
