"""The outbox of text messages, on both databases."""

import json
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import time
from pathlib import Path
from typing import cast

import pytest

from hallclient.domain.errors import Refused
from hallclient.domain.message import Message, MessageEvent, MessageState
from hallclient.domain.text import LocalText
from hallclient.domain.ticket import Ticket
from hallclient.domain.turn import Outcome
from hallclient.services.days import close_day
from hallclient.services.message_texts import FACTS, said_with
from hallclient.services.messages import Messages, _Letter
from hallclient.services.ports_devices import MessageFate
from hallclient.services.sealing import HallKey, KeyTrouble, load_key, make_key
from hallclient.services.sms_command import CommandSender
from tests.stores import HallUnderTest

pytestmark = pytest.mark.usually_on("sqlite")

NUMBER = "13902433649"
KEY = HallKey(bytes(range(32)))


@dataclass
class Sender:
    """Notes what is sent, and says of it what the test wants."""

    fates: list[MessageFate] = field(default_factory=list)
    sent: list[tuple[str, str, int]] = field(default_factory=list)
    meanwhile: Callable[[], None] = lambda: None

    def send(self, number: str, text: str, *, minutes: int) -> MessageFate:
        self.sent.append((number, text, minutes))
        self.meanwhile()
        return self.fates.pop(0) if self.fates else MessageFate.SENT

    def close(self) -> None:
        pass


def always() -> bool:
    return True


def outbox(hall: HallUnderTest) -> Messages:
    return Messages(hall.store, KEY, "test")


def states(hall: HallUnderTest) -> dict[MessageEvent, MessageState]:
    with hall.store.look() as reader:
        return {m.event: m.state for m in reader.messages(*MessageState)}


def waiting(hall: HallUnderTest, ahead: int = 5) -> Ticket:
    """A ticket with so many ahead."""
    for _ in range(ahead):
        hall.issue()
    return hall.issue().ticket


def run(box: Messages, sender: Sender) -> None:
    box.plan_due()
    box.deliver(sender, always)


def test_a_number_gets_one_message_for_each_event(hall: HallUnderTest) -> None:
    ticket = waiting(hall)
    box, sender = outbox(hall), Sender()
    box.subscribe(ticket.id, NUMBER)
    box.subscribe(ticket.id, NUMBER)
    for _ in range(3):
        run(box, sender)
    ((number, text, minutes),) = sender.sent
    assert number == "+8613902433649"
    assert ticket.label in text
    assert "5" in text
    assert minutes == 30
    assert states(hall) == {MessageEvent.TAKEN: MessageState.SENT}


def test_the_way_of_a_ticket_is_told_step_by_step(hall: HallUnderTest) -> None:
    hall.sign_in("2")
    ticket = waiting(hall, 4)
    box, sender = outbox(hall), Sender()
    box.subscribe(ticket.id, NUMBER)
    run(box, sender)
    window = hall.calling("2")
    for _ in range(4):
        window.call_next()
        window.start()
        window.finish(Outcome.INSTANT)
        run(box, sender)
    window.call_next()
    run(box, sender)
    window.recall()
    window.recall()
    run(box, sender)
    window.no_show()
    run(box, sender)
    assert list(states(hall)) == list(MessageEvent)
    assert set(states(hall).values()) == {MessageState.SENT}
    taken, soon, called, missed = (text for _, text, _ in sender.sent)
    assert "4" in taken
    assert "3" in soon
    assert hall.store.plan().window("2").number in called
    assert "30" in missed


def test_every_step_of_a_visit_is_told_once(hall: HallUnderTest) -> None:
    hall.change_rules(sms_ahead=0)
    hall.sign_in("1", "2")
    for _ in range(2):
        hall.issue("BDC001")  # at the second queue somebody is ahead
    hall.clock.advance(seconds=1)
    hall.issue()
    visit = hall.issue("ZH001", more=("BDC001",)).ticket
    box, sender = outbox(hall), Sender()
    box.subscribe(visit.id, NUMBER)

    def turn(window: str) -> None:
        calling = hall.calling(window)
        hall.clock.advance(seconds=20)
        calling.call_next()
        for _ in range(2):
            run(box, sender)
        calling.start()
        calling.finish(Outcome.CONSULT)
        for _ in range(2):
            run(box, sender)

    for window in ("2", "2", "1", "1", "1"):
        turn(window)
    with hall.store.look() as reader:
        told = [(m.event.value, m.step) for m in reader.messages(MessageState.SENT)]
    first = [("taken", 0), ("soon", 0), ("called", 0)]
    assert told == [*first, ("soon", 1), ("called", 1)]
    numbers = [hall.store.plan().window(code).number for code in ("2", "1")]
    called = [sender.sent[2][1], sender.sent[4][1]]
    assert all(number in text for number, text in zip(numbers, called, strict=True))
    assert len(sender.sent) == 5


def test_a_message_of_the_step_before_is_not_sent(hall: HallUnderTest) -> None:
    """It stuck in the modem; by then the ticket is called elsewhere."""
    hall.sign_in("1", "2")
    visit = hall.issue("ZH001", more=("BDC001",)).ticket
    box, sender = outbox(hall), Sender()
    box.subscribe(visit.id, NUMBER)
    run(box, sender)
    first = hall.calling("2")
    first.call_next()
    box.plan_due()
    first.start()
    first.finish(Outcome.CONSULT)
    hall.calling("1").call_next()
    sender.sent.clear()
    run(box, sender)
    ((_, text, _),) = sender.sent
    assert hall.store.plan().window("1").number in text
    with hall.store.look() as reader:
        ended = [(m.step, m.state) for m in reader.messages(*MessageState) if m.event == "called"]
    assert ended == [(0, MessageState.EXPIRED), (1, MessageState.SENT)]


def test_who_is_nearly_there_gets_one_message(hall: HallUnderTest) -> None:
    ticket = waiting(hall, 1)
    box, sender = outbox(hall), Sender()
    box.subscribe(ticket.id, NUMBER)
    run(box, sender)
    assert states(hall) == {MessageEvent.SOON: MessageState.SENT}


def test_what_is_no_longer_true_is_not_sent(hall: HallUnderTest) -> None:
    hall.sign_in("2")
    ticket = waiting(hall, 0)
    box, sender = outbox(hall), Sender()
    box.subscribe(ticket.id, NUMBER)
    hall.calling("2").call_next()
    box.plan_due()
    hall.calling("2").start()
    box.deliver(sender, always)
    assert sender.sent == []
    assert set(states(hall).values()) == {MessageState.EXPIRED}


def test_what_comes_too_late_is_not_sent(hall: HallUnderTest) -> None:
    ticket = waiting(hall)
    box, sender = outbox(hall), Sender()
    box.subscribe(ticket.id, NUMBER)
    hall.clock.advance(minutes=31)
    run(box, sender)
    assert sender.sent == []
    assert states(hall)[MessageEvent.TAKEN] is MessageState.EXPIRED


def test_in_the_quiet_hours_nobody_is_written_to(hall: HallUnderTest) -> None:
    hall.change_rules(sms_quiet_from=time(8), sms_quiet_until=time(9, 10))
    ticket = waiting(hall)
    box, sender = outbox(hall), Sender()
    box.subscribe(ticket.id, NUMBER)
    run(box, sender)
    assert sender.sent == []
    hall.clock.advance(minutes=10)
    run(box, sender)
    assert len(sender.sent) == 1


def test_a_failed_message_is_tried_three_times_with_a_pause(hall: HallUnderTest) -> None:
    ticket = waiting(hall)
    box, sender = outbox(hall), Sender([MessageFate.FAILED] * 9)
    box.subscribe(ticket.id, NUMBER)
    run(box, sender)
    run(box, sender)
    assert len(sender.sent) == 1
    for _ in range(5):
        hall.clock.advance(seconds=61)
        run(box, sender)
    assert len(sender.sent) == 3
    assert states(hall)[MessageEvent.TAKEN] is MessageState.FAILED


def test_a_message_of_unknown_fate_is_never_sent_again(hall: HallUnderTest) -> None:
    ticket = waiting(hall)
    box, sender = outbox(hall), Sender([MessageFate.UNKNOWN])
    box.subscribe(ticket.id, NUMBER)
    for _ in range(3):
        run(box, sender)
        hall.clock.advance(seconds=61)
    assert len(sender.sent) == 1
    assert states(hall)[MessageEvent.TAKEN] is MessageState.UNKNOWN


def test_a_sender_that_died_leaves_an_unknown_message(hall: HallUnderTest) -> None:
    ticket = waiting(hall)
    box = outbox(hall)

    def die() -> None:
        raise KeyboardInterrupt

    box.subscribe(ticket.id, NUMBER)
    with pytest.raises(KeyboardInterrupt):
        box.deliver(Sender(meanwhile=die), always)
    after, sender = outbox(hall), Sender()
    assert after.give_up_interrupted() == 1
    run(after, sender)
    assert sender.sent == []
    assert states(hall)[MessageEvent.TAKEN] is MessageState.UNKNOWN


def test_two_outboxes_send_a_message_once(hall: HallUnderTest) -> None:
    ticket = waiting(hall)
    outbox(hall).subscribe(ticket.id, NUMBER)
    second = Sender()
    first = Sender(meanwhile=lambda: run(outbox(hall), second))
    run(outbox(hall), first)
    assert (len(first.sent), len(second.sent)) == (1, 0)


def test_a_sender_stops_where_it_is_told_to(hall: HallUnderTest) -> None:
    box, sender = outbox(hall), Sender()
    for _ in range(2):
        box.subscribe(waiting(hall).id, NUMBER)
    leave = iter([True, False])
    box.deliver(sender, lambda: next(leave))
    assert len(sender.sent) == 1


def test_a_number_that_was_forgotten_gets_nothing(hall: HallUnderTest) -> None:
    ticket = waiting(hall)
    box, sender = outbox(hall), Sender()
    box.subscribe(ticket.id, NUMBER)
    assert box.forget(ticket.id)
    assert not box.forget(ticket.id)
    run(box, sender)
    assert sender.sent == []


def test_no_number_is_anywhere_in_the_database(hall: HallUnderTest) -> None:
    ticket = waiting(hall)
    outbox(hall).subscribe(ticket.id, NUMBER)
    run(outbox(hall), Sender())
    for table in ("contact", "message", "journal", "ticket"):
        for row in hall.rows(f"SELECT * FROM {table}"):  # noqa: S608  names from here
            assert NUMBER not in repr(tuple(row))
            assert NUMBER.encode() not in b"".join(v for v in row if isinstance(v, bytes))


def test_an_ended_ticket_takes_no_number(hall: HallUnderTest) -> None:
    hall.sign_in("2")
    ticket = waiting(hall, 0)
    window = hall.calling("2")
    window.call_next()
    window.start()
    window.finish(Outcome.INSTANT)
    with pytest.raises(Refused, match="ended"):
        outbox(hall).subscribe(ticket.id, NUMBER)


def test_the_hall_has_its_own_wording(hall: HallUnderTest) -> None:
    hall.change_rules(sms_texts=(("taken", LocalText("{label}，前 {n} 位")),))
    ticket = waiting(hall)
    box, sender = outbox(hall), Sender()
    box.subscribe(ticket.id, NUMBER)
    run(box, sender)
    assert sender.sent[0][1] == f"{ticket.label}，前 5 位"


@pytest.mark.parametrize(
    "template", ["{name}", "{label.__class__}", "{label!r}", "{n:>99999}", "{", "{0}"]
)
def test_a_wording_names_facts_only(template: str) -> None:
    with pytest.raises(ValueError, match=r"known|braces"):
        said_with(template, dict.fromkeys(FACTS, ""))


def test_a_number_sealed_for_one_ticket_opens_for_no_other() -> None:
    sealed = KEY.seal("telephone", "ticket:1", NUMBER)
    assert KEY.unseal("telephone", "ticket:1", sealed) == NUMBER
    assert sealed != KEY.seal("telephone", "ticket:1", NUMBER)
    for key, purpose, owner, what in (
        (KEY, "telephone", "ticket:2", sealed),
        (KEY, "case", "ticket:1", sealed),
        (HallKey(bytes(32)), "telephone", "ticket:1", sealed),
        (KEY, "telephone", "ticket:1", sealed[:-1]),
        (KEY, "telephone", "ticket:1", b""),
    ):
        with pytest.raises(KeyTrouble):
            key.unseal(purpose, owner, what)


def test_the_keys_file_is_its_owners_alone(tmp_path: Path) -> None:
    file = tmp_path / "keys" / "hall.key"
    key = make_key(file)
    assert file.stat().st_mode & 0o777 == 0o600
    assert load_key(file).unseal("p", "o", key.seal("p", "o", "x")) == "x"
    assert "…" in repr(key)
    with pytest.raises(KeyTrouble, match="already"):
        make_key(file)
    file.chmod(0o644)
    with pytest.raises(KeyTrouble, match="chmod"):
        load_key(file)
    file.write_bytes(b"nothing")
    file.chmod(0o600)
    with pytest.raises(KeyTrouble, match=r"no key|32 bytes"):
        load_key(file)
    with pytest.raises(KeyTrouble, match="no key file"):
        load_key(tmp_path / "other")


def python(code: str) -> tuple[str, ...]:
    return (sys.executable, "-c", code)


@pytest.mark.parametrize(
    ("command", "fate"),
    [
        (python("raise SystemExit(0)"), MessageFate.SENT),
        (python("raise SystemExit(75)"), MessageFate.FAILED),
        (python("raise SystemExit(1)"), MessageFate.UNKNOWN),
        (("/nowhere/gateway",), MessageFate.FAILED),
    ],
)
def test_what_a_command_says_by_its_exit_code(command: tuple[str, ...], fate: MessageFate) -> None:
    assert CommandSender(command).send("+8613902433649", "请", minutes=5) is fate


def test_a_command_that_never_ends_is_ended() -> None:
    sender = CommandSender(python("import threading; threading.Event().wait(99)"), seconds=0.3)
    assert sender.send("+8613902433649", "请", minutes=5) is MessageFate.UNKNOWN


def test_a_command_reads_number_and_text_and_nobody_else_does(tmp_path: Path) -> None:
    out = tmp_path / "out.json"
    command = python(
        f"import pathlib, sys; pathlib.Path({str(out)!r}).write_bytes(sys.stdin.buffer.read())"
    )
    CommandSender(command).send("+8613902433649", "请 A012\n到 3 号", minutes=5)
    assert json.loads(out.read_bytes()) == {
        "number": "+8613902433649",
        "text": "请 A012\n到 3 号",
        "minutes": 5,
    }


def test_a_message_that_slides_into_the_quiet_hours_waits_or_goes_out_never(
    hall: HallUnderTest,
) -> None:
    """The modem was away, or a try failed, just before they began."""
    hall.change_rules(sms_quiet_from=time(9, 5), sms_quiet_until=time(9, 20))
    ticket = waiting(hall)
    box, sender = outbox(hall), Sender([MessageFate.FAILED])
    box.subscribe(ticket.id, NUMBER)
    hall.clock.advance(minutes=4, seconds=30)
    run(box, sender)
    assert len(sender.sent) == 1
    hall.clock.advance(minutes=2)
    run(box, sender)
    assert len(sender.sent) == 1
    assert states(hall) == {MessageEvent.TAKEN: MessageState.WAITING}
    hall.clock.advance(minutes=15)
    run(box, sender)
    assert len(sender.sent) == 2
    assert states(hall) == {MessageEvent.TAKEN: MessageState.SENT}


def test_quiet_hours_that_outlast_a_message_end_it(hall: HallUnderTest) -> None:
    hall.change_rules(sms_quiet_from=time(9, 5), sms_quiet_until=time(19))
    ticket = waiting(hall)
    box, sender = outbox(hall), Sender()
    box.subscribe(ticket.id, NUMBER)
    hall.clock.advance(minutes=6)
    run(box, sender)
    assert sender.sent == []
    assert states(hall) == {MessageEvent.TAKEN: MessageState.EXPIRED}


@pytest.mark.parametrize("closed", [True, False])
def test_messages_open_no_day(hall: HallUnderTest, *, closed: bool) -> None:
    """What is left of a day is put away without beginning the next one."""
    hall.change_rules(sms_quiet_from=time(0), sms_quiet_until=time(0), no_show_valid_minutes=3000)
    hall.sign_in("2")
    tickets = [waiting(hall, 0) for _ in range(2)]
    window = hall.calling()
    box, sender = outbox(hall), Sender()
    for ticket in tickets:
        box.subscribe(ticket.id, NUMBER)
    window.call_next()
    window.recall()
    window.recall()
    window.no_show()
    assert box.plan_due() == 1
    if closed:
        close_day(hall.store, "test")
    hall.clock.advance(days=1)
    run(box, sender)
    assert sender.sent == []
    assert set(states(hall).values()) == {MessageState.EXPIRED}
    assert box.forget(tickets[0].id)
    assert hall.kinds().count("day.opened") == 1


def test_a_letter_tells_nothing_of_its_citizen() -> None:
    letter = _Letter(cast("Message", None), "+8613902433649", "请", 5)
    assert "139" not in repr(letter)
    assert "请" not in repr(letter)


def test_a_key_that_could_not_be_written_leaves_no_half_a_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    file = tmp_path / "hall.key"
    with monkeypatch.context() as patch:
        patch.setattr("hallclient.services.sealing.os.fsync", full)
        with pytest.raises(KeyTrouble, match="cannot be made: No space left on device"):
            make_key(file)
    assert not file.exists()
    make_key(file)


def test_a_number_sealed_with_another_key_is_counted(hall: HallUnderTest) -> None:
    ticket = waiting(hall)
    outbox(hall).subscribe(ticket.id, NUMBER)
    other, sender = Messages(hall.store, HallKey(bytes(32)), "test"), Sender()
    run(other, sender)
    assert sender.sent == []
    assert other.unreadable == 1
    assert states(hall) == {MessageEvent.TAKEN: MessageState.FAILED}
