"""Whether a history is the one that was seen: neither told without need, nor kept quiet."""

import logging

import pytest
import sqlalchemy as sa

from hallclient.domain.alarm import AlarmKind
from hallclient.domain.rating import Level
from hallclient.domain.turn import Outcome
from hallclient.lab.postgres import TemporaryPostgres
from hallclient.services.backups import backup_facts, tell_lost
from hallclient.services.calling import Calling
from hallclient.services.floor import floor_state
from hallclient.services.issuing import Issuing, TicketRequest
from hallclient.services.ratings import Ratings
from hallclient.services.shifts import Shifts
from hallclient.storage.store import SqlStore
from hallclient.supervisor.alarm_words import alarm_line, data_text
from hallclient.ui.words import Words
from tests.halls import HALL_ID, PIN
from tests.storage.test_rights import hall_with_logins
from tests.stores import HallUnderTest

LOST = "THE DATABASE HAS LOST CHANGES"


def test_an_entry_that_a_window_may_not_read_is_not_lost(
    postgres_server: TemporaryPostgres, postgres_template: str, caplog: pytest.LogCaptureFixture
) -> None:
    with hall_with_logins(postgres_server, postgres_template, "rater") as pcs:
        store, kiosk = pcs.store("window"), Issuing(pcs.store("kiosk"), "kiosk:K1")
        Shifts(store, "2").sign_in("1002", PIN)
        kiosk.issue(TicketRequest("r1", "ZH001"))
        calling = Calling(store, "2")
        calling.call_next()
        calling.start()
        turn = calling.finish(Outcome.CONSULT).turn
        assert turn is not None
        assert Ratings(store).record(turn.id, Level.SATISFIED, "keypad")
        kiosk.issue(TicketRequest("r2", "ZH001"))
        pcs.engines["window"].dispose()  # as after a restart of the server
        with store.look() as reader:
            hidden = reader.seq - 1
        assert (hidden,) not in pcs.ask("window", "SELECT seq FROM journal")
        assert (hidden,) in pcs.ask("agent", "SELECT seq FROM journal")
        assert LOST not in caplog.text
        calling.call_next()
        assert not pcs.ask("agent", "SELECT 1 FROM journal WHERE kind = 'history.lost'")


def test_a_history_is_compared_by_each_store_that_uses_a_connection(
    hall: HallUnderTest, caplog: pytest.LogCaptureFixture
) -> None:
    early, late = hall.store, hall.store.another()
    hall.issue()
    with early.look() as reader:
        before = reader.seq
    with late.change("chore") as tx:
        tx.record("x", "only late has seen this")
    hall.execute("UPDATE journal SET hash = 'another' WHERE seq > :seq", seq=before)
    with SqlStore(hall.engine, HALL_ID, hall.clock).change("chore") as tx:
        tx.record("x", "goes on")
    hall.engine.dispose()
    with caplog.at_level(logging.ERROR):
        with early.look():
            assert LOST not in caplog.text
        with late.look():
            assert LOST in caplog.text


def test_a_known_end_of_the_journal_is_not_asked_for(hall: HallUnderTest) -> None:
    hall.issue()
    with hall.store.look():
        pass
    hall.engine.dispose()
    asked: list[str] = []
    sa.event.listen(
        hall.engine, "before_cursor_execute", lambda _c, _cursor, text, *_: asked.append(text)
    )
    with hall.store.look():
        pass
    assert not [text for text in asked if "journal" in text]


def test_whoever_has_seen_most_says_what_was_lost(hall: HallUnderTest) -> None:
    for found, seen in ((90, 100), (93, 95), (90, 99)):
        tell_lost(hall.store, found, seen)
    with hall.store.look() as reader:
        assert [one.lost for one in backup_facts(reader)] == ["90 100"]
    line, details = _words_of(hall)
    assert line.startswith("10 entries are missing")
    assert "90 entries of 100" in details
    tell_lost(hall.store, 104, 101)  # it has gone on since: as long as before, but another one
    with hall.store.look() as reader:
        assert [one.lost for one in backup_facts(reader)] == ["104 101"]
    line, details = _words_of(hall)
    assert line.startswith("Some entries differ")
    assert "104" not in details
    assert "101" in details


def _words_of(hall: HallUnderTest) -> tuple[str, str]:
    with hall.store.look() as reader:
        state = floor_state(reader)
    (alarm,) = (one for one in state.alarms if one.kind is AlarmKind.RESTORED)
    words = Words("en")
    return alarm_line(alarm, state, words).text, data_text(alarm, words)
