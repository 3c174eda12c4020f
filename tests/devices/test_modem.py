"""The modem over a real pseudo-terminal: sent, failed, or unknown, and never twice."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from hallclient.devices.emulators.modem import EmulatedModem
from hallclient.devices.link import Link
from hallclient.devices.modem import SmsModem
from hallclient.devices.pdu import encode_message
from hallclient.devices.transport import PortSettings
from hallclient.services.ports_devices import DeviceState, MessageFate
from tests.devices.stubs import Box

NUMBER = "+8613902433649"


@dataclass
class Desk:
    modem: EmulatedModem
    sms: SmsModem
    absent: Box[DeviceState]

    @property
    def state(self) -> DeviceState:
        return self.sms.state

    def send(self, text: str) -> MessageFate:
        return self.sms.send(NUMBER, text, minutes=10)


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    monkeypatch.setattr("hallclient.devices.modem.SENT_SECONDS", 0.3)
    with EmulatedModem() as modem:
        link = Link(modem.path, PortSettings(baud=115200))
        sms = SmsModem(link, answer_seconds=0.2)
        absent = Box[DeviceState]()
        link.watch(lambda state: absent.put(state) if state is DeviceState.ABSENT else None)
        link.start()
        try:
            yield Desk(modem, sms, absent)
        finally:
            sms.close()
            link.close()


def test_a_message_goes_out_as_a_pdu(desk: Desk) -> None:
    assert desk.send("请 A012 到 3 号窗口办理。") is MessageFate.SENT
    (pdu,) = encode_message(NUMBER, "请 A012 到 3 号窗口办理。", validity_minutes=10)
    assert desk.modem.pdus == (pdu.hex,)
    assert desk.state.value == "ready"


def test_a_long_message_goes_out_in_parts_with_one_reference(desk: Desk) -> None:
    assert desk.send("号" * 150) is MessageFate.SENT
    assert desk.send("号" * 150) is MessageFate.SENT
    heads = [pdu.partition("050003")[2][:6] for pdu in desk.modem.pdus]
    assert heads == ["000301", "000302", "000303", "010301", "010302", "010303"]


def test_what_the_network_refuses_has_failed(desk: Desk) -> None:
    desk.modem.refuses = True
    assert desk.send("请") is MessageFate.FAILED
    desk.modem.refuses = False
    assert desk.send("请") is MessageFate.SENT


def test_a_modem_without_a_prompt_has_sent_nothing(desk: Desk) -> None:
    desk.modem.not_ready = True
    assert desk.send("请") is MessageFate.FAILED
    assert desk.modem.pdus == ()


def test_silence_behind_the_text_is_unknown(desk: Desk) -> None:
    desk.modem.silent_after_text = True
    assert desk.send("请") is MessageFate.UNKNOWN
    assert len(desk.modem.pdus) == 1
    assert desk.state is DeviceState.STALE
    desk.modem.silent_after_text = False
    assert desk.send("再") is MessageFate.SENT


def test_a_second_part_that_is_refused_leaves_an_unknown_message(desk: Desk) -> None:
    desk.modem.refuses_after = 1
    assert desk.send("号" * 100) is MessageFate.UNKNOWN
    assert len(desk.modem.pdus) == 1


def test_a_mute_modem_has_sent_nothing_and_is_found_again(desk: Desk) -> None:
    desk.modem.mute = True
    assert desk.send("请") is MessageFate.FAILED
    assert desk.state is DeviceState.STALE
    desk.modem.mute = False
    assert desk.send("请") is MessageFate.SENT
    assert desk.state.value == "ready"


def test_rings_and_registrations_disturb_nothing(desk: Desk) -> None:
    assert desk.send("请") is MessageFate.SENT
    for _ in range(20):
        desk.modem.say("RING")
        desk.modem.say("+CREG: 1")
    assert desk.send("请") is MessageFate.SENT
    assert len(desk.modem.pdus) == 2


def test_without_a_modem_nothing_was_sent(desk: Desk) -> None:
    desk.modem.unplug()
    desk.absent.wait()
    assert desk.send("请") is MessageFate.FAILED


def test_a_text_that_cannot_be_sent_never_reaches_the_modem(desk: Desk) -> None:
    assert desk.sms.send("112", "请", minutes=10) is MessageFate.FAILED
    assert desk.modem.pdus == ()


def test_after_closing_nothing_is_sent(desk: Desk) -> None:
    desk.sms.close()
    assert desk.send("请") is MessageFate.FAILED


def test_neither_number_nor_text_is_logged(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    desk.modem.refuses = True
    desk.send("请到三号")
    assert "13902433649" not in caplog.text
    assert "三号" not in caplog.text


def test_the_console_of_the_emulator(desk: Desk) -> None:
    assert desk.modem.command("fault mute on") == "mute on"
    assert desk.modem.mute
    assert "fault" in desk.modem.command("what")
    assert desk.modem.command("unplug") == "done"
    assert desk.modem.command("plug") == "done"
    assert desk.modem.command("say RING") == "said"


@pytest.mark.parametrize(
    ("answers", "fate"),
    [
        (("+CMGS: 7,07911326", "OK"), MessageFate.SENT),
        (("OK",), MessageFate.UNKNOWN),  # its +CMGS was damaged: not surely unsent
        (("+CMS ERROR: 332",), MessageFate.UNKNOWN),  # network timeout
        (("+CMGS: 7", "+CMS ERROR: 500"), MessageFate.UNKNOWN),
        (("+CMS ERROR: 38",), MessageFate.FAILED),
    ],
)
def test_what_may_have_gone_out_never_counts_as_failed(
    desk: Desk, answers: tuple[str, ...], fate: MessageFate, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A failed message is tried again, and the citizen would get it twice."""
    assert desk.send("先") is MessageFate.SENT

    def text(_hexadecimal: bytes) -> None:
        desk.modem._length = None
        for answer in answers:
            desk.modem.say(answer)

    monkeypatch.setattr(desk.modem, "_text", text)
    assert desk.send("请") is fate
