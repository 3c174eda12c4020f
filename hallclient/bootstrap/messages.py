"""How text messages leave this PC: the hall's key, and a modem or the hall's own command."""

from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from hallclient.config import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hallclient.services.ports_devices import MessageSenderPort
    from hallclient.services.sealing import HallKey


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
    """Open what sends this PC's messages; the command goes before the modem."""
    if settings.sms.command:
        from hallclient.services.sms_command import CommandSender  # noqa: PLC0415 - late

        yield CommandSender(settings.sms.command)
        return
    from hallclient.devices.link import Link  # noqa: PLC0415 - late
    from hallclient.devices.modem import SmsModem  # noqa: PLC0415 - late
    from hallclient.devices.profile import load_profile  # noqa: PLC0415 - late

    usual = load_profile("sms-modem").port
    link = Link(settings.sms.modem, replace(usual, baud=settings.sms.baud or usual.baud))
    modem = SmsModem(link)
    link.start()
    try:
        yield modem
    finally:
        modem.close()
        link.close()
