"""A kiosk with printer, scanner and card reader as a real process: what people do with it."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from hallclient.devices.emulators.card_reader import NOBODY, EmulatedCardReader
from hallclient.devices.emulators.printer import EmulatedPrinter
from hallclient.devices.emulators.scanner import EmulatedScanner
from hallclient.devices.paper import PrintedTicket
from hallclient.devices.profile import load_profile
from hallclient.domain.ticket import TicketStatus, short_code
from hallclient.domain.turn import Outcome
from hallclient.lab.hand import Hand
from hallclient.services.sealing import make_key
from hallclient.ui.words import Words
from tests import invariants
from tests.e2e.test_roles import LIMIT_S, Roles, hall, roles
from tests.stores import HallUnderTest
from tests.waiting import eventually

__all__ = ["hall", "roles"]

SAM, LINES = load_profile("sam-card-reader"), load_profile("serial-scanner")
OLD = replace(NOBODY, name="测试乙", number="999999193003070015", born=date(1930, 3, 7))
ESTATE = "不动产"
HOUSE, ADVICE = "二手房过户", "咨询"
HEAD = "number,service,date,time,id_number\n"
HOSTILE = (
    "SELECT" * 1700,
    "'; DROP TABLE ticket; --",
    "../../../../etc/passwd",
    "\u202egnp.exe 🎫🧾🙈",
    "https://evil.example/follow/0123456789ABCDEF",
    "{{7*7}} ${jndi:ldap://evil.example} %s%n",
    "999999199003070012",
)
TELLING = ("SELECTSELECT", "DROP", "passwd", "evil", "jndi", "exe", "🙈", "999999199003070012")


def say(key: str, **facts: object) -> str:
    return Words()(f"kiosk.{key}", **facts)


@dataclass
class Floor:
    """One kiosk with its devices, its hall, and who stands before it."""

    hall: HallUnderTest
    roles: Roles
    kiosk: Hand
    printer: EmulatedPrinter
    scanner: EmulatedScanner
    sam: EmulatedCardReader
    settings: Path
    papers: int = 0

    def paper(self) -> PrintedTicket:
        """The next paper that comes out."""
        self.papers += 1
        assert self.printer.wait_for_tickets(self.papers, LIMIT_S)
        return self.printer.tickets[self.papers - 1]

    def go(self, *names: str) -> None:
        """Touch one control after the other, each as soon as it is there."""
        for name in names:
            self.kiosk.wait_for(name)
            self.kiosk.touch(name)

    def finish(self) -> None:
        self.go(say("done.finish"))
        self.kiosk.wait_for(say("home.take"))

    def tickets(self) -> list[tuple[Any, ...]]:
        query = "SELECT label, status, priority, claim_at < issued_at FROM ticket ORDER BY id"
        return [tuple(row) for row in self.hall.rows(query)]

    def count(self) -> int:
        return int(self.hall.one("SELECT count(*) FROM ticket"))

    def delivered(self) -> None:
        """Every paper so far is known to be in somebody's hand."""
        query = "SELECT count(*) FROM ticket WHERE delivered_at IS NOT NULL"
        eventually(lambda: bool(self.hall.one(query) == self.papers))

    def seen(self, text: str) -> bool:
        return any(text in words for words in self.kiosk.words())

    def until_seen(self, text: str) -> None:
        try:
            eventually(lambda: self.seen(text))
        except AssertionError:
            raise AssertionError(f"no {text} among {self.kiosk.words()}") from None

    def twice(self, name: str) -> None:
        """Touch a control twice before the kiosk can have answered the first."""
        line = json.dumps({"do": "touch", "name": name}).encode() + b"\n"
        self.kiosk._lines.write(line + line)
        self.kiosk._lines.flush()
        answers = [json.loads(self.kiosk._lines.readline()) for _ in range(2)]
        assert answers[0]["ok"], answers

    def log(self) -> str:
        return self.roles.log("kiosk").read_text("utf-8")


@contextmanager
def floor_of(roles: Roles, hall: HallUnderTest, home: Path) -> Iterator[Floor]:
    """Run the kiosk; afterwards the books are right and nothing personal was kept."""
    queues = tuple(replace(queue, slice_booked=9) for queue in hall.store.plan().queues)
    hall.change_plan(queues=queues)
    make_key(home / "hall.key")
    settings = home / "pc.toml"
    settings.write_text(f'database = "{hall.url}"\nkey_file = "{home}/hall.key"\n')
    with (
        EmulatedPrinter() as printer,
        EmulatedScanner(LINES) as scanner,
        EmulatedCardReader(SAM) as sam,
    ):
        kiosk = roles.start(
            "kiosk",
            *("kiosk", "--name", "K7", "--settings", str(settings), "--printer", printer.path),
            *("--scanner", scanner.path, "--reader", sam.path),
        )
        kiosk.wait_for(say("home.take"))
        ready = "SELECT count(*) FROM device WHERE state = 'ready'"
        eventually(lambda: hall.one(ready) == 3)
        floor = Floor(hall, roles, kiosk, printer, scanner, sam, settings)
        yield floor
        roles.end()
        invariants.check(hall.engine, hall.store)
        for secret in (OLD.number, OLD.name, NOBODY.number, NOBODY.name):
            assert secret not in floor.log()
            assert all(secret not in paper.text for paper in printer.tickets)


@pytest.fixture
def floor(roles: Roles, hall: HallUnderTest, tmp_path: Path) -> Iterator[Floor]:
    with floor_of(roles, hall, tmp_path) as opened:
        yield opened


ON_SQLITE = pytest.mark.parametrize("hall_url", ["sqlite"], indirect=True)


def appointment(floor: Floor, number: str, minutes: int) -> str:
    """Import an appointment by the command line; return the time of its slot."""
    zone = ZoneInfo(floor.hall.store.plan().time_zone)
    with floor.hall.store.look() as reader:
        slot = (reader.now + timedelta(minutes=minutes)).astimezone(zone)
    file = floor.settings.with_name(f"{number}.csv")
    file.write_text(HEAD + f"{number},BDC001,{slot:%Y-%m-%d},{slot:%H:%M},\n")
    done = floor.roles.terminal.run(
        "appointment", "import", str(file), "--settings", str(floor.settings)
    )
    assert (done.code, done.err) == (0, ""), done
    return f"{slot:%H:%M}"


def missed(floor: Floor, label: str) -> str:
    """Call the next one in vain; return the short code: the other one was just scanned."""
    calling = floor.hall.calling("1")
    calling.call_next()
    for _ in range(floor.hall.store.plan().rules.no_show_after - 1):
        calling.recall()
    calling.no_show()
    with floor.hall.store.look() as reader:
        ticket = reader.ticket_by_label(label)
    assert ticket is not None
    assert ticket.status is TicketStatus.NO_SHOW
    return short_code(ticket)


def serve(floor: Floor, outcome: Outcome) -> str:
    """Serve the next one at window 1; return the label."""
    calling = floor.hall.calling("1")
    called = calling.call_next()
    calling.start()
    calling.finish(outcome)
    assert called.ticket is not None
    return called.ticket.label


@ON_SQLITE
def test_people_at_a_kiosk(floor: Floor) -> None:
    booked(floor)
    elderly(floor)
    came_too_late(floor)
    asks_for_a_case(floor)
    several_things(floor)
    several_people(floor)


def booked(floor: Floor) -> None:
    """Imported, scanned, checked in: the paper has the slot."""
    slot = appointment(floor, "YY-0001", 40)
    floor.scanner.scan("YY-0001")
    floor.go(say("found.do.check_in"))
    paper = floor.paper()
    assert paper.number.strip() == "B001"
    assert f"预约 {slot}" in paper.text
    assert paper.unknown == ()
    floor.finish()
    assert paper.qr is not None
    floor.scanner.scan(paper.qr.payload)
    floor.until_seen("B001")
    floor.go(say("found.do.finish"))


def elderly(floor: Floor) -> None:
    """Notice, word of the holder, ticket with priority; the same card again gets a no."""
    floor.sam.lay(OLD)
    floor.go(say("card.agree"), ADVICE, say("confirm.get"))
    assert floor.paper().number.strip() == "A001"
    floor.sam.lift()
    floor.finish()
    assert floor.tickets()[-1] == ("A001", "waiting", "elderly", True)
    absent = floor.sam.requests("find")
    assert floor.sam.wait_for_requests("find", absent + 3, LIMIT_S)
    floor.sam.lay(OLD)
    floor.go(say("card.agree"))
    floor.until_seen("A001")
    floor.go(say("found.do.take"), ADVICE, say("confirm.get"))
    floor.until_seen(say("refused.has_ticket"))
    assert floor.seen(say("refused.other_way"))
    assert floor.count() == 2
    floor.sam.lift()
    floor.go(Words()("common.home"))


def came_too_late(floor: Floor) -> None:
    """A missed ticket under the scanner waits again."""
    floor.hall.sign_in("1")
    floor.scanner.scan(missed(floor, "B001"))
    floor.go(say("found.do.requeue"))
    floor.until_seen(say("found.told.requeued"))
    assert floor.tickets()[0][:2] == ("B001", "waiting")
    floor.go(say("found.do.finish"))


def asks_for_a_case(floor: Floor) -> None:
    """A case by the number on its receipt, typed in."""
    assert serve(floor, Outcome.PROMISED) == "B001"
    number = floor.hall.one("SELECT number FROM case_record")
    floor.go(say("home.track"))
    floor.go(*number, say("progress.look"))
    floor.until_seen(say("found.case_is.running"))
    assert floor.seen(number)
    floor.go(say("found.do.finish"))


def several_things(floor: Floor) -> None:
    """One paper for two things; what one window has done goes on to the other queue."""
    floor.go(say("home.take"), ESTATE, HOUSE, say("several.more"), ADVICE, say("several.get"))
    paper = floor.paper()
    label = paper.number.strip()
    assert HOUSE in paper.text
    assert ADVICE in paper.text
    assert Words()("slip.steps.title") in paper.text
    floor.finish()
    query = (
        "SELECT q.code FROM ticket t JOIN queue q ON q.id = t.queue_id "
        "WHERE t.label = :label AND t.status = 'waiting'"
    )
    first = floor.hall.one(query, label=label)
    while serve(floor, Outcome.CONSULT) != label:
        pass
    assert {first, floor.hall.one(query, label=label)} == {"A", "B"}


def several_people(floor: Floor) -> None:
    """Three principals: three papers."""
    floor.go(say("home.take"), ESTATE, HOUSE, say("several.another"))
    floor.go(say("several.another"), say("several.get_n", n=3))
    papers = [floor.paper() for _ in range(3)]
    assert len({paper.number for paper in papers}) == 3
    assert len({paper.qr.payload for paper in papers if paper.qr}) == 3
    floor.delivered()
    floor.finish()


@pytest.mark.usually_on("postgresql")
def test_one_ticket_whatever_is_done_twice(floor: Floor) -> None:
    a_double_tap(floor)
    a_bounced_scan(floor)
    a_card_left_on_the_reader(floor)
    codes_of_nobody(floor)


def a_double_tap(floor: Floor) -> None:
    floor.go(say("home.take"), ESTATE, HOUSE)
    floor.kiosk.wait_for(say("confirm.get"))
    floor.twice(say("confirm.get"))
    assert floor.paper().number.strip() == "B001"
    floor.delivered()
    floor.twice(say("done.finish"))
    floor.kiosk.wait_for(say("home.take"))
    assert floor.count() == 1


def a_bounced_scan(floor: Floor) -> None:
    appointment(floor, "YY-0002", 5)
    for _ in range(3):
        floor.scanner.scan("YY-0002")
    floor.kiosk.wait_for(say("found.do.check_in"))
    floor.twice(say("found.do.check_in"))
    floor.paper()
    floor.scanner.scan("YY-0002")
    floor.delivered()
    floor.finish()
    assert floor.count() == len(floor.printer.tickets) == 2


def a_card_left_on_the_reader(floor: Floor) -> None:
    floor.sam.finds_again = True
    floor.sam.lay(OLD)
    floor.go(say("card.agree"), ADVICE)
    floor.kiosk.wait_for(say("confirm.get"))
    floor.twice(say("confirm.get"))
    floor.paper()
    reads = floor.sam.requests("read")
    floor.finish()
    asked = floor.sam.requests("find")
    assert floor.sam.wait_for_requests("find", asked + 3, LIMIT_S)
    assert floor.sam.requests("read") == reads
    assert floor.count() == len(floor.printer.tickets) == 3
    floor.sam.lift()


def codes_of_nobody(floor: Floor) -> None:
    """Refused politely, never shown raw, never logged whole."""
    known = floor.hall.one("SELECT token FROM ticket WHERE label = 'B001'")
    for code in HOSTILE:
        floor.scanner.scan(code)
        floor.until_seen(say("found.no.code_strange"))
        assert not [words for words in floor.kiosk.words() for bad in TELLING if bad in words]
        floor.go(say("scan.home"))
        floor.kiosk.wait_for(say("home.take"))
    floor.scanner.send_raw(bytes(range(1, 10)) * 30 + b"\r\n")
    floor.scanner.scan(known)
    floor.until_seen("B001")
    log = floor.log()
    assert not [bad for bad in (*TELLING, known, "YY-0002") if bad in log]
    assert floor.count() == 3
