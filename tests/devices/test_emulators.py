"""The emulators' own consoles and faults; what they say is what the profile's vectors say."""

import threading
import time
from pathlib import Path

import pytest

from hallclient.devices.emulators.bus import EmulatedBus
from hallclient.devices.emulators.caller import EmulatedCaller
from hallclient.devices.emulators.console import Console, Verb
from hallclient.devices.emulators.keypad import EmulatedKeypad
from hallclient.devices.emulators.making import KINDS, emulate
from hallclient.devices.emulators.scanner import EmulatedScanner
from hallclient.devices.emulators.strip import EmulatedStrip
from hallclient.devices.profile import load_profile, profiles
from hallclient.devices.transport import Port, PortMissing, PortSettings, WriteTimeout, open_port
from tests.devices.stubs import WAIT, Box, Listener
from tests.devices.test_simulated import take

CALLER = load_profile("ff68-caller")
KEYPAD = load_profile("ff68-keypad")
EMULATED = [profile for profile in profiles() if profile.kind in KINDS]


@pytest.mark.parametrize("profile", EMULATED, ids=lambda profile: profile.id)
def test_every_packaged_profile_of_a_kind_is_emulated(profile: object) -> None:
    device = emulate(profile)  # type: ignore[arg-type]
    with device:
        assert device.command("state")
        usages = device.command("help").splitlines()
        assert len(usages) >= 5
        assert device.command("nonsense") == "nonsense is not known, try help"
        assert device.command("") == ""
        assert device.command("fault") == f"say which fault; usage: {_usage(usages, 'fault')}"


def _usage(usages: list[str], word: str) -> str:
    return next(usage for usage in usages if usage.startswith(word))


def test_a_verb_that_is_not_understood_says_how() -> None:
    def refuse(text: str) -> None:
        raise ValueError(f"no {text}")

    console = Console({"try": Verb("try SOMETHING", refuse), "do": Verb("do", lambda text: text)})
    assert console.command("try  harder ") == "no harder; usage: try SOMETHING"
    assert console.command("do this") == "this"
    assert console.command("do") == "ok"
    assert console.command("help") == "try SOMETHING\ndo"


def test_nobody_else_gets_the_name_of_a_port_that_was_unplugged() -> None:
    """A link that looks for it would open another device, perhaps another test's."""
    with Listener() as device:
        path = device.path
        device.unplug()
        with Listener() as other:
            assert other.path != path
            until = time.monotonic() + WAIT
            while Path(path).exists() and time.monotonic() < until:  # its thread may still look
                threading.Event().wait(0.002)
            with pytest.raises(PortMissing):
                open_port(path, PortSettings())
            device.plug_in()
            assert device.path not in {path, other.path}


def test_the_vectors_of_the_keypad() -> None:
    with EmulatedKeypad(KEYPAD) as keys, open_port(keys.path, PortSettings()) as port:
        port.write(bytes.fromhex("FF 68 03 03 68 01 01 0B 0D 16"))
        assert keys.wait_for_asks(1, WAIT)
        assert keys.command("state") == "asked for a rating"
        assert keys.command("press 3") == "ok"
        assert take(port, 10) == bytes.fromhex("FF 68 03 03 68 81 11 02 94 16")
        port.write(bytes.fromhex("FF 68 03 03 68 81 01 02 84 16"))
        assert keys.wait_for_acks(1, WAIT)
        assert keys.command("state") == "not asked"
        assert keys.command("press x").startswith("say a level")
        assert keys.command("press 9").startswith("no key of this keypad stands for level 9")


def test_the_vectors_of_the_caller() -> None:
    with EmulatedCaller(CALLER, repeats=0) as caller, open_port(caller.path, Settings) as port:
        port.write(bytes.fromhex("FF 68 08 08 68 01 02 0A 0A 0A 00 01 02 24 16"))
        assert caller.wait_for_shown("012", WAIT)
        port.write(bytes.fromhex("FF 68 02 02 68 01 03 04 16"))
        assert caller.wait_for_beeps(1, WAIT)
        assert caller.command("state") == "shows '012', beeped 1 times"
        assert caller.command("key 1 2 call") == "ok"
        assert take(port, 12)[-5:] == bytes.fromhex("01 02 0C 10 16")
        assert caller.command("key 1 nothing").startswith("no nothing like this")
        assert caller.command("key").startswith("no  like this")


Settings = PortSettings()


def test_a_caller_without_an_answer_says_it_again_and_stops() -> None:
    with EmulatedCaller(CALLER, repeats=2) as caller, open_port(caller.path, Settings) as port:
        caller.press("call")
        frame = take(port, 10)
        assert take(port, 20) == frame * 2
        assert port.read(0.4) == b""
        assert caller.sent == 3


def test_an_acknowledged_caller_is_quiet() -> None:
    with EmulatedCaller(CALLER, repeats=2) as caller, open_port(caller.path, Settings) as port:
        caller.press("call")
        port.write(take(port, 10))
        assert caller.wait_for_acks(1, WAIT)
        assert port.read(0.4) == b""


def test_the_vector_of_the_strip() -> None:
    with EmulatedStrip(load_profile("a090-strip"), address=5) as strip, open(strip) as port:
        port.write(bytes.fromhex("A0 90 05 A1 00 00 A4"))
        answer = take(port, 5)
        assert answer.startswith(bytes.fromhex("A0 90 05"))
        assert (answer + port.read(0.0)).endswith(bytes.fromhex("A5 AA"))
        assert strip.began == 1
        port.write(bytes.fromhex("A0 90 05 A5 00 05 C7 EB 01 41 01 C8"))
        assert strip.wait_for_text("请A", WAIT)
        assert strip.command("state") == "shows '请A'"


def open(device: EmulatedStrip | EmulatedScanner | EmulatedBus) -> Port:  # noqa: A001
    return open_port(device.path, Settings)


def test_the_faults_of_a_device() -> None:
    answer = load_profile("a090-strip").confirm("init", 1)
    init = bytes.fromhex("A0 90 01 A1 00 00 A0")
    with EmulatedStrip(load_profile("a090-strip")) as strip, open(strip) as port:
        for number, fault in enumerate(["mute", "deaf", "address 2"], start=1):
            strip.command(f"fault {fault} on" if " " not in fault else f"fault {fault}")
            port.write(init)
            assert port.read(0.1) == b""
            assert strip.began == 1, number  # only the mute one heard
            strip.command(f"fault {fault} off" if " " not in fault else "fault address 1")
        strip.command("fault damaged on")
        port.write(init)
        assert take(port, len(answer)) != answer
        strip.command("fault damaged off")
        strip.command("fault garbage on")
        port.write(init)
        assert answer in take(port, len(answer) + 12)
        strip.command("fault garbage off")
        strip.command("fault slow 0.2")
        port.write(init)
        assert port.read(0.1) == b""
        assert take(port, len(answer)) == answer
        assert strip.command("fault slow soon").startswith("say a number of seconds")
        assert strip.command("fault slow 99").startswith("say 0 to 60")


def test_the_faults_of_a_line() -> None:
    with EmulatedBus() as bus, open(bus) as port:
        assert bus.command("devices") == "nobody"
        bus.command("echo on")
        port.write(b"hello")
        assert take(port, 5) == b"hello"
        bus.command("raw 01 02")
        assert take(port, 2) == b"\x01\x02"
        assert bus.command("raw zz").startswith("say the bytes in hexadecimal")
        bus.command("noise 40")
        assert len(take(port, 40)) == 40
        assert bus.command("noise much").startswith("say how many")


def test_a_link_that_another_took_over_stays_his(tmp_path: Path) -> None:
    link = tmp_path / "port"
    with EmulatedBus(link=link) as first, EmulatedBus(link=link):
        own = link.readlink()
        first.unplug()
        assert link.is_symlink()
        assert link.readlink() == own
    assert not link.is_symlink()


def test_a_stuck_line_takes_no_bytes() -> None:
    with EmulatedBus() as bus, open_port(bus.path, PortSettings(write_timeout=0.1)) as port:
        assert bus.command("stuck on") == "ok"
        assert bus.stuck
        with pytest.raises(WriteTimeout):
            port.write(bytes(200_000))
        port.discard_unsent()


def test_what_is_due_later_is_done_in_order_and_dropped_at_the_end() -> None:
    done: Box[int] = Box()
    with EmulatedBus() as bus:
        bus.later(0.1, lambda: done.put(2))
        bus.later(0.05, lambda: done.put(1))
        bus.later(60.0, lambda: done.put(3))
        assert done.wait(2) == [1, 2]
    assert done.items == [1, 2]


def test_a_scanner_by_its_console() -> None:
    with EmulatedScanner(load_profile("serial-scanner")) as gun, open(gun) as port:
        gun.command("encoding gb18030")
        gun.command("end cr")
        assert gun.command("scan 二手房 A012") == "ok"
        assert take(port, 12) == "二手房 A012".encode("gb18030") + b"\r"
        assert gun.command("scan").startswith("say what is scanned")
        assert gun.command("end never").startswith("say an end")
        assert gun.command("encoding latin-1").startswith("say an encoding")
