"""A standby takes over: whoever has both hosts in the URL goes on, and knows what was lost."""

import logging
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import replace

import pytest

from hallclient.domain.alarm import AlarmKind
from hallclient.lab.cluster import Primary, Server, Standby, joint_url
from hallclient.services.calling import Calling
from hallclient.services.floor import floor_state
from hallclient.services.halls import update_hall
from hallclient.services.issuing import Issuing, TicketRequest
from hallclient.services.shifts import Shifts
from hallclient.services.store_error import StoreError
from hallclient.storage.engine import open_engine, probe
from hallclient.storage.errors import DatabaseAway
from hallclient.storage.feed import open_feed
from hallclient.storage.lineage import ID_LEAP
from hallclient.storage.store import SqlStore
from tests.halls import HALL_ID, PIN
from tests.stores import load_hall_at, staffed_hall

SECONDS = 20.0
"""Far more than it takes: the machine may do much else."""


@pytest.fixture
def pair() -> Iterator[tuple[Server, Server]]:
    with Primary("a") as a, Standby(a, "b") as b:
        load_hall_at(a.url, staffed_hall())
        yield a, b


@contextmanager
def opened(url: str) -> Iterator[SqlStore]:
    engine = open_engine(url)
    try:
        yield SqlStore(engine, HALL_ID)
    finally:
        engine.dispose()


def issue(store: SqlStore, request: str) -> str:
    return Issuing(store, "kiosk:K1").issue(TicketRequest(request, "ZH001")).ticket.label


def insisting(do: Callable[[], str]) -> str:
    """As a role does: only what may be tried again is tried again."""
    until = time.monotonic() + SECONDS
    while True:
        try:
            return do()
        except StoreError as error:
            if not error.retryable or time.monotonic() > until:
                raise
            threading.Event().wait(0.05)


def test_work_goes_on_and_an_old_primary_gets_nothing(
    pair: tuple[Server, Server], caplog: pytest.LogCaptureFixture
) -> None:
    a, b = pair
    a.set("synchronous_standby_names", "ANY 1 (b)")
    url = joint_url((a, b))
    with opened(url) as store:
        feed = open_feed(store._engine, HALL_ID, ["hall", "zone:A"], "test")
        first = issue(store, "one")
        a.kill()
        with pytest.raises(DatabaseAway):
            issue(store, "two")
        b.promote()
        b.set("synchronous_standby_names", "")
        assert insisting(lambda: issue(store, "one")) == first
        second = insisting(lambda: issue(store, "two"))
        until = time.monotonic() + SECONDS
        while not feed.wait(0.2):
            assert time.monotonic() < until, "the feed does not come back"
        # The old primary comes back by itself and would take writes.
        a.set_at_rest("synchronous_standby_names", "")
        a.start()
        assert not a.is_standby
        store._engine.dispose()
        assert issue(store, "two") == second
        feed.close()
    caplog.clear()
    with opened(url) as store, caplog.at_level(logging.ERROR):  # another process, a comes first
        assert issue(store, "two") == second
    assert "TWO DATABASE SERVERS ACCEPT WRITES" in caplog.text
    assert a.ask("SELECT count(*) FROM ticket") == 1


def test_what_was_lost_is_noticed_and_journalled(
    pair: tuple[Server, Server], caplog: pytest.LogCaptureFixture
) -> None:
    a, b = pair
    with opened(joint_url((a, b))) as store:
        issue(store, "kept")
        a.wait_for(b)
        b.unfollow()
        for n in range(3):
            issue(store, f"lost {n}")
        with store.look() as reader:
            seen, head = reader.seq, reader.head
        a.kill()
        b.promote()
        with caplog.at_level(logging.ERROR):
            insisting(lambda: issue(store, "after"))
        assert "THE DATABASE HAS LOST CHANGES" in caplog.text
        with store.look() as reader:
            told = [e for e in reader.entries_after(0, 1000) if e.kind == "history.lost"]
        assert [entry.data["seen"] for entry in told] == [seen]
        assert told[0].data["hash"] == head
        assert int(str(told[0].data["found"])) < seen
        with store.look() as reader:
            shown = [a for a in floor_state(reader).alarms if a.kind is AlarmKind.RESTORED]
        assert [alarm.facts["lost"] for alarm in shown] == [f"{told[0].data['found']} {seen}"]
        issue(store, "once is enough")
        with store.look() as reader:
            assert sum(e.kind == "history.lost" for e in reader.entries_after(0, 1000)) == 1


def test_another_history_of_the_same_length_is_noticed(pair: tuple[Server, Server]) -> None:
    a, b = pair
    a.wait_for(b)
    b.unfollow()
    with opened(joint_url((a, b))) as store:
        issue(store, "on a")
        with store.look() as reader:
            seen = reader.seq
        a.kill()
        b.promote()
        with opened(b.url) as other:
            for n in range(3):
                issue(other, f"on b {n}")
        insisting(lambda: issue(store, "on both"))
        with store.look() as reader:
            told = [e for e in reader.entries_after(0, 1000) if e.kind == "history.lost"]
        assert [entry.data["seen"] for entry in told] == [seen]


def test_nothing_gets_the_id_of_what_was_lost(pair: tuple[Server, Server]) -> None:
    """Whoever still means the lost one, by its id, must not move another."""
    a, b = pair
    url = joint_url((a, b))
    with opened(url) as store, opened(url) as asleep:
        issue(store, "kept")
        a.wait_for(b)
        b.unfollow()
        issue(store, "lost")
        with store.look() as reader:
            lost = reader.ticket_by_request("lost")
            before = reader.plan
        update_hall(store, replace(before.as_filed, phone="12345"))
        assert asleep.plan().phone == "12345"
        a.kill()
        b.promote()
        insisting(lambda: issue(store, "after"))
        with store.look() as reader:
            after = reader.ticket_by_request("after")
            assert reader.plan.phone == before.phone, "it was lost, too"
        assert lost is not None
        assert after is not None
        assert after.id > lost.id
        update_hall(store, replace(before.as_filed, phone="67890"))
        assert insisting(lambda: asleep.plan().phone) == "67890", "not the version that was lost"
        issue(store, "next")
        with store.look() as reader:
            following = reader.ticket_by_request("next")
        assert following is not None
        assert following.id < after.id + ID_LEAP, "once for each promotion"


def test_a_standby_alone_is_away_until_it_is_promoted(pair: tuple[Server, Server]) -> None:
    a, b = pair
    a.wait_for(b)
    with opened(b.url) as store:
        probe(store._engine)
        with pytest.raises(DatabaseAway, match="standby") as caught:
            issue(store, "one")
        assert caught.value.retryable
        with pytest.raises(DatabaseAway, match="standby"):
            probe(open_engine(f"{b.url}?target_session_attrs=read-write"))
        a.kill()
        b.promote()
        assert insisting(lambda: issue(store, "one"))


class Wire:
    """A wire to a server that carries a COMMIT and not the answer, once it is told to."""

    def __init__(self, port: int) -> None:
        self._to = port
        self.snap = threading.Event()
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port = self._server.getsockname()[1]
        self._ends: list[socket.socket] = []
        self._threads = [threading.Thread(target=self._serve)]
        self._threads[0].start()

    def _serve(self) -> None:
        while True:
            try:
                client, _ = self._server.accept()
            except OSError:
                return
            server = socket.create_connection(("127.0.0.1", self._to))
            self._ends += [client, server]
            for source, sink, up in ((client, server, True), (server, client, False)):
                self._threads.append(threading.Thread(target=self._carry, args=(source, sink, up)))
                self._threads[-1].start()

    def _carry(self, source: socket.socket, sink: socket.socket, up: bool) -> None:
        with suppress(OSError):
            while data := source.recv(65536):
                if not up and self.snap.is_set() and b"COMMIT" in data:
                    self.snap.clear()  # the server has done it, nobody hears of it
                    break
                sink.sendall(data)
        for end in (source, sink):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        self._server.shutdown(socket.SHUT_RDWR)
        self._server.close()
        for thread in self._threads:
            thread.join(5)
        for end in self._ends:
            end.close()


def test_a_commit_in_doubt_is_asked_for_and_never_done_twice() -> None:
    with Primary("a") as a:
        load_hall_at(a.url, staffed_hall())
        with closing(Wire(a.port)) as wire, opened(_by(wire, a)) as store:
            Shifts(store, "2").sign_in("1002", PIN)
            wire.snap.set()
            with pytest.raises(DatabaseAway):
                issue(store, "in doubt")
            assert a.ask("SELECT count(*) FROM ticket") == 1
            label = issue(store, "in doubt")
            assert a.ask("SELECT label FROM ticket") == label
            issue(store, "the next")
            calling = Calling(store, "2")
            wire.snap.set()
            with pytest.raises(DatabaseAway):
                calling.call_next()
            # The window looks again before anything else, and the call stands there.
            state = calling.state()
            assert state.ticket is not None
            assert state.ticket.label == label
            assert a.ask("SELECT count(*) FROM turn") == 1


def _by(wire: Wire, server: Server) -> str:
    return server.url.replace(f":{server.port}/", f":{wire.port}/")
