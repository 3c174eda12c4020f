"""Boards of a replayed day: an opening in which every window of the biggest hall calls at once."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hallclient.domain.journal import Entry, Json
from hallclient.lab.replay.boards import figures_of, stories_of
from hallclient.services.hallfile import load_hall

PLAN = load_hall("xindu").plan
MIDNIGHT = datetime(2026, 3, 10, tzinfo=UTC)
NINE = 9 * 3600.0
FIRST_RECALL_S = 15.0
"""No clerk calls again sooner in a replay."""


def entry(seq: int, kind: str, at: float, number: int, calls: int = 1) -> Entry:
    window = PLAN.windows[number % len(PLAN.windows)]
    service = next(one for one in PLAN.services if one.queue in window.queues)
    data: dict[str, Json] = {
        "turn": number,
        "label": f"A{number:03}",
        "service": service.code,
        "calls": calls,
    }
    when = MIDNIGHT + timedelta(seconds=at)
    return Entry(seq, when, kind, window.zone, window.code, "", "test", data, "")


@pytest.mark.parametrize("machines", [1, 3])
@settings(max_examples=12)
@given(
    opening=st.lists(st.floats(0, 1), min_size=150, max_size=220),
    recalled=st.floats(FIRST_RECALL_S, 40),
)
def test_no_first_call_of_an_opening_is_unseen_before_its_recall(
    machines: int, opening: list[float], recalled: float
) -> None:
    calls = [(NINE + at, number, 1) for number, at in enumerate(opening)]
    again = [(at + recalled, number, 2) for at, number, _ in calls]
    entries = [
        entry(seq, "ticket.recalled" if count > 1 else "ticket.called", at, number, count)
        for seq, (at, number, count) in enumerate(sorted([*calls, *again]), start=1)
    ]
    found = figures_of(stories_of(entries, PLAN, MIDNIGHT, machines))
    assert found.calls == 2 * len(opening)
    assert found.shown == found.calls
    assert found.renewed == 0
    assert found.hurried == 0
    assert found.unaccounted == 0
    assert found.late == 0
