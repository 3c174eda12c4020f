"""A copy of a database is the same on the other kind, or it is not there at all."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine

from hallclient.domain.rating import Level
from hallclient.domain.turn import Outcome
from hallclient.lab.invariants import check_invariants
from hallclient.storage import archive, migrations
from hallclient.storage.archive import CopyDiffers, TargetInUse, copy_database
from hallclient.storage.archive_tables import Digest, carried_tables, digest_of
from hallclient.storage.engine import open_engine
from hallclient.storage.metadata import metadata
from hallclient.storage.store import SqlStore, halls_in
from tests.halls import HALL_ID
from tests.stores import HallUnderTest


@pytest.fixture
def target(database_url: str) -> Iterator[Engine]:
    engine = open_engine(database_url.replace("hall.db", "copy.db"))
    yield engine
    engine.dispose()


def a_morning(hall: HallUnderTest) -> None:
    """Something in many tables: numbers, turns, a case, a rating, a picture, signs of all kinds."""
    hall.sign_in("1", "2", "3")
    for _ in range(12):
        hall.issue()
    hall.issue("BDC001", language="en")
    for window in ("1", "2"):
        calling = hall.calling(window)
        calling.call_next()
        calling.start()
        hall.clock.advance(minutes=3)
        state = calling.finish(Outcome.PROMISED)
        assert state.turn is not None
        hall.ratings.record(state.turn.id, Level.SATISFIED, "keypad")
    hall.calling("2").call_next()
    hall.execute(
        "INSERT INTO media (hall_id, digest, kind, size, width, height, data)"
        " VALUES (:hall, 'abc', 'png', 5, 1, 1, :data)",
        hall=HALL_ID,
        data=bytes(range(256)) * 9000,
    )
    hall.execute("UPDATE staff SET name = :name", name="张\u3000伟’\u200b\n\t\\N \"'𠮷")


def copied(hall: HallUnderTest, target: Engine) -> archive.Proof:
    a_morning(hall)
    return copy_database(hall.engine, target)


def test_a_copy_is_the_same_and_proves_it(hall: HallUnderTest, target: Engine) -> None:
    proof = copied(hall, target)
    assert proof.whole
    assert {table.name for table in proof.tables} == set(metadata.tables) - {"listener"}
    for table in proof.tables:
        rows = hall.one(f'SELECT count(*) FROM "{table.name}"')  # noqa: S608
        assert (table.rows, table.target_rows) == (rows, rows)
    assert proof.rows > 80
    (chain,) = proof.chains
    assert chain.hall_id == HALL_ID
    assert chain.entries == hall.journal()[-1].seq


def test_the_hall_goes_on_in_the_copy(hall: HallUnderTest, target: Engine) -> None:
    copied(hall, target)
    assert check_invariants(target, HALL_ID).broken == ()
    hall.store = SqlStore(target, HALL_ID, hall.clock)
    before = hall.journal()
    ticket = hall.issue().ticket
    assert ticket.label not in {e.data.get("label") for e in before}
    assert hall.calling("1").call_next().turn is not None


def test_no_number_is_given_by_the_database_itself(postgres_url: str) -> None:
    """Else a copy would have to take the sequences along."""
    engine = open_engine(postgres_url)
    migrations.upgrade(engine)
    with engine.connect() as connection:
        assert sa.inspect(connection).get_sequence_names() == []
    engine.dispose()


def test_a_target_with_a_hall_is_refused(hall: HallUnderTest, target: Engine) -> None:
    copied(hall, target)
    with pytest.raises(TargetInUse, match="holds a hall"):
        copy_database(hall.engine, target)
    assert halls_in(target) == [HALL_ID]


@pytest.mark.parametrize("at", [pytest.param("ticket", marks=pytest.mark.slow), "proof of journal"])
def test_a_copy_that_breaks_leaves_nothing(hall: HallUnderTest, target: Engine, at: str) -> None:
    a_morning(hall)

    def stop(what: str) -> None:
        if what == at:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        copy_database(hall.engine, target, stop)
    with target.connect() as connection:
        assert sa.inspect(connection).get_table_names() == []
    assert copy_database(hall.engine, target).whole


def test_a_row_that_arrives_differently_is_found(
    hall: HallUnderTest, target: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_morning(hall)

    def careless(connection: sa.Connection, table: sa.Table) -> Digest:
        if table.name == "ticket":
            connection.execute(
                sa.text("UPDATE ticket SET label = 'X1' WHERE id = (SELECT min(id) FROM ticket)")
            )
        return read(connection, table)

    read = digest_of
    monkeypatch.setattr(archive, "digest_of", careless)
    with pytest.raises(CopyDiffers, match="ticket"):
        copy_database(hall.engine, target)
    with target.connect() as connection:
        assert sa.inspect(connection).get_table_names() == []


def test_an_older_version_is_copied_as_that(tmp_path: Path, target: Engine) -> None:
    source = open_engine(str(tmp_path / "old.db"))
    with source.begin() as connection:
        migrations.upgrade_in(connection, "0004")
    proof = copy_database(source, target)
    assert proof.version == "0004"
    with target.connect() as connection:
        assert "announced" not in {table.name for table in carried_tables(connection)}
    migrations.upgrade(target)
    source.dispose()


def test_writers_go_on_while_it_copies(hall: HallUnderTest, target: Engine) -> None:
    """And the copy is of the moment at which it began."""
    a_morning(hall)
    seq = hall.journal()[-1].seq

    def busy(what: str) -> None:
        if what in ("ticket", "journal"):
            hall.issue()

    proof = copy_database(hall.engine, target, busy)
    assert proof.whole
    assert proof.chains[0].entries == seq
    assert hall.journal()[-1].seq > seq


def test_a_digest_knows_every_kind_of_value() -> None:
    seen = set()
    for value in (None, 0, 1, 1.0, "1", b"1", "", "é", "e\u0301"):
        digest = Digest()
        digest.add([(value, "a")])
        seen.add(digest.text)
    assert len(seen) == 9
    one, other = Digest(), Digest()
    one.add([("a", 1), ("b", 2)])
    other.add([("b", 2)])
    other.add([("a", 1)])
    assert one == other
