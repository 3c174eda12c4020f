"""``hallclient supervisor`` as a real process, with a kiosk's call for help from another one."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from hallclient.domain.parts import Staff, StaffRole
from hallclient.services.helping import Helping, anybody_there
from hallclient.storage.engine import open_engine
from hallclient.storage.store import SqlStore
from hallclient.ui.words import Words
from tests.e2e.terminal import Terminal
from tests.e2e.test_roles import Roles
from tests.halls import HALL_ID, PIN
from tests.services.console import SUPERVISOR
from tests.stores import load_hall_at, staffed_hall
from tests.waiting import eventually

WORDS = Words()
SOON_S = 1.0


def say(key: str, **values: object) -> str:
    return WORDS(f"supervisor.{key}", **values)


@pytest.fixture
def roles(tmp_path: Path) -> Iterator[Roles]:
    """The small hall with 9001 as its supervisor."""
    plan = staffed_hall()
    boss = Staff(SUPERVISOR, "陈建国", StaffRole.SUPERVISOR, pin_hash=plan.staff[0].pin_hash)
    url = f"sqlite:///{tmp_path}/hall.db"
    load_hall_at(url, replace(plan, staff=(*plan.staff, boss)))
    opened = Roles(Terminal(tmp_path), url)
    try:
        yield opened
        opened.end()
    finally:
        opened.destroy()


@contextmanager
def store_of(url: str) -> Iterator[SqlStore]:
    engine = open_engine(url)
    store = SqlStore(engine, HALL_ID)
    try:
        yield store
    finally:
        store.close()
        engine.dispose()


def test_a_supervisor_hears_a_call_and_stops_a_queue(roles: Roles) -> None:
    hand = roles.start("console", "supervisor", "--at", "0,0,1440,900")
    hand.wait_for(say("sign_in.enter"))
    for typed in (SUPERVISOR, PIN):
        hand.type(typed)
        hand.key("Return")
    hand.wait_for(say("action.stop"))
    with store_of(roles.database) as store:
        # Who is on watch counts as somebody who would come: kiosks offer to call.
        def there() -> bool:
            with store.look() as reader:
                return anybody_there(reader)

        eventually(there)
        waited = []
        for station in ("K1", "K2", "K3"):
            began = time.monotonic()
            Helping(store, f"kiosk:{station}").ask(station)
            hand.wait_for(say("verb.go"))
            waited.append(time.monotonic() - began)
            hand.touch(say("verb.go"))
            hand.wait_for(say("verb.helped"))
            hand.touch(say("verb.helped"))
            eventually(lambda: not hand.shows(say("verb.helped")))
        assert min(waited) < SOON_S, waited
        hand.touch(say("action.stop"))
        hand.wait_for("综合窗口")
        hand.touch("综合窗口")
        hand.touch(say("stop.stop"))
        hand.wait_for(say("no"))
        hand.key("Tab")
        hand.key("Return")
        hand.wait_for(say("verb.reopen"))
        with store.look() as reader:
            assert len(reader.queue_stops()) == 1
            assert not reader.help_calls()
