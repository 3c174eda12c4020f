"""What the city counts from a hall's journal is what the hall counts in its own tables."""

import random
import shutil
from collections import Counter
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st

from hallclient.domain.day_tally import DayTally, Tallying, summed
from hallclient.services.days import close_day
from hallclient.storage.engine import READ
from hallclient.storage.schema import business_day, rating, ticket
from tests.services.test_moves_random import Floor, floor_template

__all__ = ["floor_template"]
STEPS = 50


def from_tables(floor: Floor) -> dict[object, DayTally]:
    """Count in the hall's own tables; waits by the tickets' own moments."""
    found: dict[object, DayTally] = {}
    with floor.hall.store.look() as reader:
        figures = {day.day: reader.day_figures(day.day) for day in reader.days(99)}
    with floor.engine.execution_options(**READ).connect() as connection:
        opened = [
            (row.day, row.opened_at)
            for row in connection.execute(sa.select(business_day).order_by(business_day.c.day))
        ]
        rows = connection.execute(sa.select(ticket)).all()
        given = connection.execute(
            sa.select(rating.c.given_at).where(rating.c.origin == "active")
        ).all()
    for day, one in figures.items():
        waits: Counter[int] = Counter()
        for row in rows:
            measured = row.channel not in ("offline", "booked")
            if row.day == day and measured and row.first_called_at is not None:
                waits[(row.first_called_at - row.issued_at) // timedelta(minutes=1)] += 1
        rated = sum(_day_of(opened, at) == day for (at,) in given)
        found[day] = DayTally(
            one.issued, one.served, one.no_shows, one.abandoned, one.cases, rated, waits
        )
    return found


def _day_of(opened: list[tuple[object, datetime]], at: datetime) -> object:
    return [day for day, began in opened if began <= at][-1]


@settings(max_examples=5)
@given(st.integers(0, 10_000), st.integers(1, 40), st.booleans())
def test_the_journal_tells_what_the_tables_tell(
    floor_template: Path, tmp_path_factory: pytest.TempPathFactory, seed: int, cut: int, close: bool
) -> None:
    folder = tmp_path_factory.mktemp("floor")
    shutil.copy(floor_template, folder / "hall.db")
    floor = Floor(f"sqlite:///{folder}/hall.db")
    dice = random.Random(seed)  # noqa: S311 - no secret
    try:
        for day in range(2):
            for _ in range(STEPS // 2):
                floor.step(dice)
            if close:
                close_day(floor.hall.store, "chore:day")
            if not day:
                floor.hall.clock.advance(days=1)
        expected, entries = from_tables(floor), floor.hall.journal()
    finally:
        floor.close()
    # In one go, and in pieces with the state carried over.
    whole = Tallying()
    for entry in entries:
        whole.take(entry)
    assert whole.days() == expected
    state: dict[str, Any] | None = None
    days: dict[date, DayTally] = {}
    for first in range(0, len(entries), cut):
        part = Tallying(state)
        for entry in entries[first : first + cut]:
            part.take(entry)
        days.update(part.days())
        state = part.state()
        assert part.late() == {}
    assert days == expected


def test_sums_and_waits() -> None:
    one, other = DayTally(2, 1, waits={3: 1, 10: 1}), DayTally(1, 1, cases=1, waits={3: 8})
    both = summed([one, other])
    assert both == DayTally(3, 2, cases=1, waits={3: 9, 10: 1})
    assert (both.wait(50), both.wait(90), both.wait(91)) == (3, 3, 10)
    assert DayTally().wait(50) is None
