"""Two PCs share the hall's chores: what has to be done is done once, whoever is killed."""

import re
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from hallclient.agent.chore_part import Cadence, ChoresPart
from hallclient.agent.part import PartState
from hallclient.bootstrap.halls import LateHall, LateStore
from hallclient.config import Settings
from hallclient.domain.turn import Outcome
from hallclient.lab.postgres import TemporaryPostgres
from hallclient.services.chores import chores
from hallclient.services.days import close_day
from hallclient.services.halls import update_hall
from hallclient.storage import migrations
from hallclient.storage.engine import open_engine
from hallclient.storage.store import SqlStore, found_hall
from tests.e2e import jobs
from tests.e2e.agents import Agents, agents
from tests.halls import HALL_ID
from tests.processes import run_all, running
from tests.stores import HallUnderTest, HandClock, load_hall_at, staffed_hall
from tests.waiting import eventually

__all__ = ["agents"]

TURNS = 30
LEASE_S = 2.0


def long_ago(url: str) -> HallUnderTest:
    """A hall in which 30 turns asked for a rating 40 days ago, and the day was left open."""
    then = datetime.now(UTC) - timedelta(days=40)
    plan = staffed_hall()
    engine = open_engine(url)
    migrations.upgrade(engine)
    found_hall(engine, plan)
    hall = HallUnderTest(url, engine, HandClock(then))
    update_hall(hall.store, plan)
    hall.change_rules(default_level=4, closing_station="K1")
    hall.sign_in("2")
    calling = hall.calling("2")
    for _ in range(TURNS):
        hall.issue()
        calling.call_next()
        calling.start()
        calling.finish(Outcome.CONSULT)
    hall.issue()
    return hall


@pytest.fixture
def stale(database_url: str) -> Iterator[HallUnderTest]:
    """The same, on both databases in turn."""
    hall = long_ago(database_url)
    yield hall
    hall.engine.dispose()


def check_done_once(hall: HallUnderTest) -> None:
    kinds = Counter(hall.kinds())
    assert kinds["day.closed"] == 1
    assert kinds["rating.defaulted"] == TURNS
    assert kinds["slip.asked"] == 1
    assert kinds["ticket.abandoned"] == 1
    assert hall.one("SELECT count(*) FROM rating") == TURNS
    assert hall.one("SELECT count(DISTINCT turn_id) FROM rating") == TURNS
    assert hall.one("SELECT count(*) FROM print_job") == 1


@pytest.mark.usually_on("postgresql")
def test_two_agents_do_every_chore_once(agents: Agents, stale: HallUnderTest) -> None:
    first = agents.start("pc1", f'database = "{stale.url}"\nstation = "PC1"\n')
    second = agents.start("pc2", f'database = "{stale.url}"\nstation = "PC2"\n')
    for agent in (first, second):
        agent.until_rests("chore retention")
    check_done_once(stale)
    eventually(lambda: "asked K1" in first.log() + second.log())
    logs = first.log() + second.log()
    assert len(re.findall(r"chore day: closed the day", logs)) == 1
    assert len(re.findall(r"chore closing: asked K1", logs)) == 1
    agents.end(first)
    agents.end(second)


@pytest.mark.usually_on("postgresql")
def test_the_chores_of_a_killed_pc_are_taken_over_within_its_lease(
    stale: HallUnderTest, tmp_path: Path
) -> None:
    acks = tmp_path / "acks"
    acks.touch()
    work = [(jobs.do_chores, (stale.url, str(acks), name, LEASE_S)) for name in ("PC1", "PC2")]
    with running(work) as processes:
        eventually(lambda: len(acks.read_text("utf-8").splitlines()) >= 5)
        holder = acks.read_text("utf-8").splitlines()[0].split()[0]
        victim, other = processes if holder == "PC1" else reversed(processes)
        victim.kill()
        victim.join()
        killed = datetime.now(UTC)
        before = len(acks.read_text("utf-8").splitlines())
        assert before < TURNS, "killed in the middle"
        eventually(lambda: len(acks.read_text("utf-8").splitlines()) > before)
        handed_over = (datetime.now(UTC) - killed).total_seconds()
        eventually(lambda: stale.one("SELECT count(*) FROM rating") == TURNS)
        assert other.exitcode is None
    assert handed_over < LEASE_S + 1.5, "the lease's time, and a look"
    names = {line.split()[0] for line in acks.read_text("utf-8").splitlines()}
    assert names == {"PC1", "PC2"}
    run_all([(jobs.chores_by_hand, (stale.url,))])
    check_done_once(stale)


@pytest.mark.usually_on("postgresql")
def test_by_hand_at_the_same_moment_and_again(stale: HallUnderTest) -> None:
    run_all([(jobs.chores_by_hand, (stale.url,))] * 4)
    check_done_once(stale)
    entries = len(stale.journal())
    run_all([(jobs.chores_by_hand, (stale.url,))] * 2)
    assert len(stale.journal()) == entries


def test_an_agent_that_is_there_before_its_database(agents: Agents) -> None:
    with TemporaryPostgres(durable=False) as server:
        hall = long_ago(server.url)
        hall.engine.dispose()
        server.crash()
        agent = agents.start("pc1", f'database = "{server.url}"\n')
        agent.until("chore day", "The database cannot be reached")
        assert agent.line("chore day")["state"] == "waiting"
        server.start()
        agent.until_rests("chore retention")
        check_done_once(hall)
        assert agent.log().count("chore day: The database cannot be reached") == 1
        agents.end(agent)
        hall.engine.dispose()


def wait_for_slips(hall: HallUnderTest, count: int) -> None:
    eventually(lambda: hall.one("SELECT count(*) FROM print_job") == count)


def test_nothing_is_forgotten_over_an_outage() -> None:
    """The database goes while the agent works; what happened around the outage is done after."""
    with TemporaryPostgres(durable=False) as server:
        load_hall_at(server.url, staffed_hall())
        engine = open_engine(server.url)
        store = SqlStore(engine, HALL_ID)
        hall = HallUnderTest(server.url, engine, HandClock(datetime.now(UTC)))
        hall.change_rules(closing_station="K1")
        late = LateHall(Settings(database=server.url), "agent", lambda _sentence: None)
        part = ChoresPart(
            LateStore(late), chores(), "PC1:1", lambda: None, Cadence(look_s=0.1, again_s=0.1)
        )
        part.start()
        try:
            for n in (1, 2):
                eventually(lambda: {x.state for x in part.status()} == {PartState.RESTING})
                hall.issue()
                server.crash()
                engine.dispose()
                eventually(lambda: {x.state for x in part.status()} == {PartState.WAITING})
                server.start()
                close_day(store, "staff:1001")
                wait_for_slips(hall, n)
            assert hall.kinds().count("slip.asked") == 2
        finally:
            part.close()
            late.close()
            store.close()
            engine.dispose()
