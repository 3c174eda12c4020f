"""What an owner of lines needs when it ends, and when it explains itself."""

from pathlib import Path

from hallclient.devices.emulators.bus import EmulatedBus
from hallclient.devices.emulators.strip import EmulatedStrip
from hallclient.devices.link import Link
from hallclient.devices.profile import load_profile
from hallclient.devices.strip import WindowStrip
from hallclient.services.ports_devices import DeviceState
from tests.devices.stubs import Box

PROFILE = load_profile("a090-strip")
SOON = 5.0


def test_what_was_told_goes_out_before_the_line_is_closed() -> None:
    with EmulatedBus() as bus:
        shown = EmulatedStrip(PROFILE, address=1, bus=bus)
        link = Link(bus.path, PROFILE.port)
        strip = WindowStrip(link, PROFILE, 1)
        link.start()
        try:
            for number in range(20):
                strip.show(f"请 A{number:03}")
            strip.show("请稍候")
            assert strip.settle().wait(SOON)
        finally:
            link.close()
        assert shown.wait_for_text("请稍候", SOON)
        assert strip.settle().is_set(), "a closed line has nothing to say"


def test_a_link_says_why_its_port_cannot_be_used(tmp_path: Path) -> None:
    told: Box[tuple[DeviceState, str]] = Box()
    with EmulatedBus(link=tmp_path / "port") as bus:
        bus.unplug()
        link = Link(bus.path, PROFILE.port)
        WindowStrip(link, PROFILE, 1)
        link.watch(lambda state: told.put((state, link.trouble)))
        assert link.trouble == f"port {bus.path} is not open yet"
        link.start()
        try:
            told.wait_for((DeviceState.ABSENT, f"there is no port {bus.path}"))
            bus.plug_in()
            told.wait_for((DeviceState.READY, ""))
            bus.unplug()
            told.wait_for((DeviceState.ABSENT, f"lost {bus.path}"))
        finally:
            link.close()
        assert link.trouble == ""
