"""The demo's window without a PC: a caller, a keypad and a strip on one line, and the agent."""

from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from hallclient.devices.emulators.bus import EmulatedBus
from hallclient.devices.emulators.caller import EmulatedCaller
from hallclient.devices.emulators.keypad import EmulatedKeypad
from hallclient.devices.emulators.strip import EmulatedStrip
from hallclient.devices.profile import load_profile
from hallclient.domain.parts import ServiceWindow, Staff

CALLER, KEYPAD, STRIP = "ff68-caller", "ff68-keypad", "a090-strip"
AGENT = "agent"


@dataclass(frozen=True, slots=True)
class Counter:
    """A window without a PC, with its clerk and what hangs on its line."""

    window: ServiceWindow
    clerk: Staff
    pin: str
    bus: EmulatedBus
    caller: EmulatedCaller
    keypad: EmulatedKeypad
    strip: EmulatedStrip

    def settings(self, database: str, hall_id: str) -> str:
        """Return the settings of the PC whose agent owns the line."""
        devices = ", ".join(
            f'{{ profile = "{profile}", window = "{self.window.code}" }}'
            for profile in (CALLER, KEYPAD, STRIP)
        )
        return (
            f'database = "{database}"\nhall = "{hall_id}"\nstation = "demo"\n\n'
            f'[[agent.lines]]\nport = "{self.bus.path}"\ndevices = [{devices}]\n'
        )


def open_counter(stack: ExitStack, window: ServiceWindow, clerk: Staff, pin: str) -> Counter:
    """Return the devices of a window without a PC, on one emulated line."""
    bus = EmulatedBus()
    stack.callback(bus.close)
    caller = EmulatedCaller(load_profile(CALLER), bus=bus)
    keypad = EmulatedKeypad(load_profile(KEYPAD), bus=bus)
    strip = EmulatedStrip(load_profile(STRIP), bus=bus)
    return Counter(window, clerk, pin, bus, caller, keypad, strip)


def agent_words(counter: Counter, folder: Path, database: str, hall_id: str) -> list[str]:
    """Write the agent's settings and return its command line."""
    settings = folder / "agent.toml"
    settings.write_text(counter.settings(database, hall_id), "utf-8")
    return [AGENT, "--settings", str(settings), "--state", str(folder / AGENT)]
