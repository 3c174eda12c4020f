"""The journal in the database: whole, and what is done to it afterwards is found."""

from typing import Any

import pytest
import sqlalchemy as sa

from hallclient.domain.journal import GENESIS, broken_at
from hallclient.domain.turn import Outcome
from tests import invariants
from tests.stores import HallUnderTest


@pytest.fixture
def worked(hall: HallUnderTest) -> HallUnderTest:
    """A hall in which something has happened."""
    hall.sign_in("2")
    for _ in range(2):
        hall.issue()
    hall.calling().call_next()
    hall.calling().start()
    hall.calling().finish(Outcome.PROMISED)
    return hall


def test_the_hall_knows_where_its_journal_ends(worked: HallUnderTest) -> None:
    entries = worked.journal()
    assert broken_at(entries) is None
    (ends,) = worked.rows("SELECT seq, head FROM hall")
    assert tuple(ends) == (entries[-1].seq, entries[-1].hash) == (len(entries), entries[-1].hash)


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("seq", 1000),
        ("at", "2026-09-29 01:00:00.000009+00"),
        ("kind", "ticket.moved"),
        ("zone_code", "9Z"),
        ("window_code", "9"),
        ("subject", "ticket:1"),
        ("actor", "staff:1"),
        ("data", '{"label":"A999"}'),
        ("hash", GENESIS),
    ],
)
def test_a_changed_row_is_found(worked: HallUnderTest, column: str, value: Any) -> None:
    seq = worked.one("SELECT seq FROM journal WHERE kind = 'ticket.called'")
    if worked.is_sqlite and column == "at":
        value = value.removesuffix("+00")
    with worked.engine.begin() as connection:
        # Identifiers and casts differ; the value is bound as it is in the table.
        cast = "CAST(:value AS timestamptz)" if "+00" in str(value) else ":value"
        connection.execute(
            sa.text(f"UPDATE journal SET {column} = {cast} WHERE seq = :seq"),  # noqa: S608 - columns from above
            {"value": value, "seq": seq},
        )
    assert broken_at(worked.journal()) == seq


def test_a_removed_row_is_found(worked: HallUnderTest) -> None:
    with worked.engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM journal WHERE kind = 'ticket.called'")
    assert broken_at(worked.journal()) is not None


def test_a_cut_end_is_found_by_the_halls_row(worked: HallUnderTest) -> None:
    last = worked.journal()[-1].seq
    with worked.engine.begin() as connection:
        connection.execute(sa.text("DELETE FROM journal WHERE seq = :seq"), {"seq": last})
    assert broken_at(worked.journal()) is None
    with pytest.raises(AssertionError):
        invariants.check(worked.engine, worked.store)


def test_swapped_rows_are_found(worked: HallUnderTest) -> None:
    one, other = (
        worked.one(f"SELECT seq FROM journal WHERE kind = '{kind}'")  # noqa: S608 - from below
        for kind in ("ticket.called", "turn.started")
    )
    with worked.engine.begin() as connection:
        for old, new in ((one, -1), (other, one), (-1, other)):
            connection.execute(
                sa.text("UPDATE journal SET seq = :new WHERE seq = :old"), {"old": old, "new": new}
            )
    assert broken_at(worked.journal()) == min(one, other)


def test_it_is_read_in_pieces(worked: HallUnderTest) -> None:
    entries = worked.journal()
    pieces: list[Any] = []
    with worked.store.look() as reader:
        while piece := reader.entries_after(len(pieces), 3):
            assert len(piece) <= 3
            pieces += piece
    assert pieces == list(entries)
    previous, seq = entries[4].hash, entries[4].seq
    assert broken_at(entries[5:], previous, seq) is None
