"""The demo's window without a PC: a caller, a keypad and a strip on one line, and the agent."""

from contextlib import ExitStack
from dataclasses import dataclass

from hallclient.devices.emulators.bus import EmulatedBus
from hallclient.devices.emulators.caller import EmulatedCaller
from hallclient.devices.emulators.keypad import EmulatedKeypad
from hallclient.devices.emulators.strip import EmulatedStrip
from hallclient.devices.profile import load_profile
from hallclient.domain.parts import ServiceWindow, Staff

CALLER, KEYPAD, STRIP = "ff68-caller", "ff68-keypad", "a090-strip"


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

    def line_settings(self) -> str:
        """Return the part of the agent's settings that owns the line."""
        devices = ", ".join(
            f'{{ profile = "{profile}", window = "{self.window.code}" }}'
            for profile in (CALLER, KEYPAD, STRIP)
        )
        return f'[[agent.lines]]\nport = "{self.bus.path}"\ndevices = [{devices}]\n'


def open_counter(stack: ExitStack, window: ServiceWindow, clerk: Staff, pin: str) -> Counter:
    """Return the devices of a window without a PC, on one emulated line."""
    bus = EmulatedBus()
    stack.callback(bus.close)
    caller = EmulatedCaller(load_profile(CALLER), bus=bus)
    keypad = EmulatedKeypad(load_profile(KEYPAD), bus=bus)
    strip = EmulatedStrip(load_profile(STRIP), bus=bus)
    return Counter(window, clerk, pin, bus, caller, keypad, strip)
