"""A journal that only grows: what is missing is told, what one may not see is not."""

from collections.abc import Mapping
from typing import Any

import pytest

from hallclient.storage.engine import READ
from hallclient.storage.lineage import Lineage
from tests.halls import HALL_ID
from tests.stores import HallUnderTest


def row(hall: HallUnderTest, **changes: Any) -> Mapping[str, Any]:
    seq, head = hall.rows("SELECT seq, head FROM hall")[0]
    return {"hall_id": HALL_ID, "seq": seq, "head": head, **changes}


@pytest.mark.parametrize(("found", "lost"), [("itself", False), ("another", True), ("none", False)])
def test_on_a_new_connection_the_known_entry_is_looked_up(
    hall: HallUnderTest, found: str, lost: bool
) -> None:
    """A kiosk's login sees no entry of a rating: none there is no loss."""
    hall.issue()
    lineage = Lineage()
    with hall.engine.execution_options(**READ).connect() as connection:
        known = row(hall)
        lineage.look(connection, known)
    hall.issue()
    if found == "another":
        hall.execute("UPDATE journal SET hash = :hash WHERE seq = :seq", hash="0", seq=known["seq"])
    if found == "none":
        hall.execute("DELETE FROM journal WHERE seq = :seq", seq=known["seq"])
    hall.engine.dispose()
    with hall.engine.execution_options(**READ).connect() as connection:
        lineage.look(connection, row(hall))
    assert (lineage.loss is not None) is lost


def test_a_journal_that_is_shorter_has_lost_something(hall: HallUnderTest) -> None:
    hall.issue()
    lineage = Lineage()
    with hall.engine.execution_options(**READ).connect() as connection:
        lineage.look(connection, row(hall))
        lineage.look(connection, row(hall, seq=row(hall)["seq"] - 1, head="0"))
    assert lineage.loss is not None
