"""One wait, told by real processes: kiosk, paper and terminal say the same."""

import json
import re
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from hallclient.devices.emulators.printer import EmulatedPrinter
from hallclient.domain.turn import Outcome
from tests.e2e.test_roles import (
    DEPARTMENT,
    FINISH,
    GET,
    SERVICE,
    TAKE,
    Roles,
    hall,
    roles,
)
from tests.stores import HallUnderTest, HandClock

__all__ = ["hall", "roles"]

HOUSE = "BDC001"
RANGE = re.compile(r"(\d+)[–-](\d+)")
BEFORE = timedelta(minutes=52)


@pytest.fixture
def taught(hall: HallUnderTest) -> HallUnderTest:
    """Window 1 has called every four minutes; six still wait for it, nobody knows of the others."""
    now = datetime.now(UTC)
    earlier = HallUnderTest(hall.url, hall.engine, HandClock(now - BEFORE))
    # No day ends among these minutes, whenever the test is run.
    far = now.astimezone(ZoneInfo(hall.store.plan().time_zone)) + timedelta(hours=12)
    earlier.change_rules(day_start=time(far.hour))
    earlier.sign_in("1")
    for _ in range(6):
        earlier.issue(HOUSE)
    for _ in range(12):
        earlier.clock.advance(minutes=4)
        earlier.issue(HOUSE)
        calling = earlier.calling("1")
        calling.call_next()
        calling.start()
        calling.finish(Outcome.PROMISED)
    earlier.store.close()
    return hall


def ranges(words: list[str]) -> set[tuple[int, int]]:
    return {(int(low), int(high)) for text in words for low, high in RANGE.findall(text)}


def shown_now(roles: Roles) -> dict[str, tuple[int, int] | None]:
    """What the terminal says of every queue."""
    done = roles.terminal.run("estimate", "show", "--json", "--db", roles.database)
    assert done.code == 0, done.err
    found = json.loads(done.out)
    return {one["queue"]: tuple(one["shown"]) if one["shown"] else None for one in found}


@pytest.mark.usually_on("postgresql")
def test_a_wait_is_the_same_wherever_it_is_told(roles: Roles, taught: HallUnderTest) -> None:
    with EmulatedPrinter() as printer:
        kiosk = roles.start("kiosk", "kiosk", "--printer", printer.path)
        kiosk.wait_for(TAKE)
        kiosk.touch(TAKE)
        kiosk.touch(kiosk.wait_for(DEPARTMENT))
        kiosk.wait_for(SERVICE)
        kiosk.touch(SERVICE)
        kiosk.wait_for(GET)
        confirm = kiosk.words()
        shown = shown_now(roles)
        kiosk.touch(GET)
        kiosk.wait_for(FINISH, limit_s=60)
        done = kiosk.words()
        assert printer.wait_for_tickets(1, 60)
        paper = printer.tickets[0].text
        assert shown["A"] is None
        assert shown["B"] in ranges(confirm)
        assert shown["B"] in ranges(done)
        assert shown["B"] in ranges([paper])
        roles.end()
