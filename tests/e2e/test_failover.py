"""The primary is killed under load: with two synchronous standbys nothing that was told is lost.

With one that lags, everything lost is found on the old disk. The processes are those of
``hallclient bench faults``: kiosks and windows with the product's services, a synced line for each
promise, and the rows are looked at by plain SQL.
"""

import json
from collections.abc import Iterator

import pytest

from hallclient.__main__ import main
from hallclient.lab.cluster import FromDisk, Primary, Server, Standby, joint_url
from hallclient.lab.faults.trial import Trial
from hallclient.lab.faults_failover import play_failover, play_failover_async
from hallclient.services.issuing import Issuing, TicketRequest
from hallclient.storage.engine import open_engine
from hallclient.storage.store import SqlStore
from tests.halls import HALL_ID
from tests.stores import load_hall_at, staffed_hall


def test_nothing_is_lost_with_two_standbys() -> None:
    with Trial("failover", "postgresql", rounds=1) as trial:
        result = play_failover(trial)
    assert result.verdict.lost == ()
    assert result.sound, result.figures()
    assert result.verdict.acknowledged > 60


def test_what_one_standby_loses_is_found() -> None:
    with Trial("failover-async", "postgresql", rounds=1) as trial:
        result = play_failover_async(trial)
    assert result.sound, result.figures()


@pytest.fixture
def pair() -> Iterator[tuple[Server, Server]]:
    with Primary("a") as a, Standby(a, "b") as b:
        load_hall_at(a.url, staffed_hall())
        yield a, b


def test_the_technicians_commands(
    pair: tuple[Server, Server], capsys: pytest.CaptureFixture[str]
) -> None:
    a, b = pair
    at = ["--db", joint_url((a, b))]
    host = f"127.0.0.1:{b.port}"
    assert main(["db", "replicas", *at]) == 0
    shown = capsys.readouterr().out
    assert "primary, timeline 1" in shown
    assert "standby, timeline 1" in shown
    assert "b: streaming, async" in shown
    assert "may lose the last changes" in shown
    assert main(["db", "promote", host, *at]) == 3  # the primary lives
    assert "accepts writes" in capsys.readouterr().err

    issue(a, "kept")
    a.wait_for(b)
    b.unfollow()
    labels = [issue(a, f"lost {n}") for n in range(2)]
    a.kill()
    assert main(["db", "replicas", *at]) == 1
    assert "NOBODY ACCEPTS WRITES" in capsys.readouterr().out
    assert main(["db", "promote", host, *at]) == 0
    assert "timeline 2" in capsys.readouterr().out
    taken = issue(b, "another citizen")
    assert taken == labels[0]  # the number was given out again
    with FromDisk(a) as disk:
        lost = ["db", "reconcile", "--lost", disk.url, *at]
        assert main(lost) == 1
        assert f"TO BE HONOURED, --enter brings them into the hall: {' '.join(labels)}" in (
            capsys.readouterr().out
        )
        assert main([*lost, "--enter", "--json"]) == 0
        told = json.loads(capsys.readouterr().out)
        assert main([*lost, "--enter"]) == 0  # twice is once
        assert f"{labels[0]} ON THE PAPER WAITS AS" in capsys.readouterr().out
    assert told["lost"] == 2
    assert [one["was"] for one in told["entered"]] == labels
    assert [one["now"] == one["was"] for one in told["entered"]] == [False, True]
    assert b.ask("SELECT count(*) FROM ticket") == 4
    assert b.ask("SELECT count(*) FROM journal WHERE kind = 'history.reconciled'") == 1


def issue(server: Server, request: str) -> str:
    engine = open_engine(server.url)
    try:
        store = SqlStore(engine, HALL_ID)
        return Issuing(store, "kiosk:K1").issue(TicketRequest(request, "ZH001")).ticket.label
    finally:
        engine.dispose()
