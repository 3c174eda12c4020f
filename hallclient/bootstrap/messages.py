"""How text messages leave this PC: the hall's key, and a modem or the hall's own command."""

from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from hallclient.config import Settings
from hallclient.services.ports_devices import DeviceKind, DeviceState
from hallclient.services.stations import DeviceReport

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from hallclient.agent.devices import DeviceBoard
    from hallclient.agent.messages import MessagePart
    from hallclient.bootstrap.halls import LateHall
    from hallclient.services.ports_devices import MessageFate, MessageSenderPort
    from hallclient.services.sealing import HallKey

    Told = Callable[[DeviceState, str], None]

PROFILE = "sms-modem"


def key_file(settings: Settings) -> Path:
    """Return where this PC keeps the hall's key."""
    if settings.key_file:
        return Path(settings.key_file)
    from platformdirs import user_data_path  # noqa: PLC0415 - settings may name the file

    return user_data_path("hallclient") / "hall.key"


def hall_key(settings: Settings) -> "HallKey":
    """Return the hall's key; raises ``KeyTrouble`` with one clear sentence."""
    from hallclient.services.sealing import load_key  # noqa: PLC0415 - a role without needs none

    return load_key(key_file(settings))


def sends_messages(settings: Settings) -> bool:
    """Return whether messages leave by this PC."""
    return bool(settings.sms.modem or settings.sms.command)


@contextmanager
def message_sender(settings: Settings) -> "Iterator[MessageSenderPort]":
    """Open what sends this PC's messages, for a block."""
    sender = open_sender(settings)
    try:
        yield sender
    finally:
        sender.close()


def open_sender(
    settings: Settings, told: "Told" = lambda _state, _trouble: None
) -> "MessageSenderPort":
    """Open what sends this PC's messages; the command goes before the modem.

    ``told`` gets a modem's state and why its port is not open, in the port's thread.
    """
    if settings.sms.command:
        from hallclient.services.sms_command import CommandSender  # noqa: PLC0415 - late

        return CommandSender(settings.sms.command)
    return _OwnModem(settings, told)


def message_part(
    settings: Settings,
    hall: "LateHall",
    board: "DeviceBoard",
    holder: str,
    changed: "Callable[[], None]",
) -> "MessagePart":
    """Return the agent's part that sends this PC's messages, under a lease of ``holder``."""
    from hallclient.agent.messages import MessagePart  # noqa: PLC0415 - late
    from hallclient.services.messages import Messages  # noqa: PLC0415 - late

    def told(state: DeviceState, trouble: str) -> None:
        report = DeviceReport("modem", DeviceKind.MODEM, state, PROFILE, settings.sms.modem)
        board.note(report, f"on {settings.sms.modem}", trouble)

    return MessagePart(
        lambda: hall.open().another_store(),
        lambda store: Messages(store, hall_key(settings), "chore"),
        lambda: open_sender(settings, told),
        holder,
        changed=changed,
    )


class _OwnModem:
    """A modem and the link that belongs to it alone."""

    def __init__(self, settings: Settings, told: "Told") -> None:
        from hallclient.devices.link import Link  # noqa: PLC0415 - late
        from hallclient.devices.modem import SmsModem  # noqa: PLC0415 - late
        from hallclient.devices.profile import load_profile  # noqa: PLC0415 - late

        usual = load_profile(PROFILE).port
        self._link = Link(settings.sms.modem, replace(usual, baud=settings.sms.baud or usual.baud))
        self._modem = SmsModem(self._link)
        self._link.watch(lambda state: told(state, self._link.trouble))
        self._link.start()

    def send(self, number: str, text: str, *, minutes: int) -> "MessageFate":
        """Send one message."""
        return self._modem.send(number, text, minutes=minutes)

    def close(self) -> None:
        """Send nothing more; what is on its way ends as unknown."""
        self._modem.close()
        self._link.close()
