"""The device commands that work on one port or one profile."""

import argparse
import signal
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from types import FrameType

from hallclient.commands.running import CommandError
from hallclient.devices.checkup import check
from hallclient.devices.emulators.choose import emulator_of
from hallclient.devices.monitoring import monitor
from hallclient.devices.profile import (
    DeviceProfile,
    ProfileError,
    load_profile,
    profile_path,
    profiles,
)
from hallclient.devices.profile_examples import wrong_examples
from hallclient.devices.profile_notes import check_profile, describe
from hallclient.devices.transport import open_port
from hallclient.phrases import Phrases

ADDRESSES = range(256)
BROKEN = 1


def check_device(args: argparse.Namespace) -> int:
    """Talk to a device; exit code 0 when it works as its profile says, else 1."""
    profile = _profile(args.profile, args.address)
    if not 0 < args.seconds <= 3600:
        raise CommandError("--seconds is above 0 and at most 3600.")
    works = check(args.port, profile, _tell, address=args.address, seconds=args.seconds)
    return 0 if works else BROKEN


def monitor_port(args: argparse.Namespace) -> int:
    """Show the traffic of a port until Ctrl+C."""
    profile = load_profile(args.profile)
    if args.seconds is not None and not args.seconds > 0:
        raise CommandError("--seconds is above 0.")
    ending = _until_signal()
    with open_port(args.port, profile.port) as port:
        _tell(f"{args.port}, {profile.name}, {profile.port.baud} baud; Ctrl+C ends")
        if not args.show_content:
            _tell("Levels, digits and texts are hidden.")
        heard = monitor(port, profile, ending, open_book=args.show_content, seconds=args.seconds)
        for traffic in heard:
            lost = f"{traffic.lost} " if traffic.lost else ""
            _tell(f"{traffic.at:9.3f}  {lost}{traffic.words}")
    return 0


def emulate(args: argparse.Namespace) -> int:
    """Behave like a device; commands come line by line, the end of the input ends it."""
    profile = _profile(args.profile, args.address)
    if sys.platform == "win32":
        raise CommandError("Emulated devices need a pseudo-terminal, which Windows has not.")
    _check_link(args.link)
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # its link goes with it
    try:
        emulator = emulator_of(profile, args.address, args.link, args.out)
    except OSError as error:
        raise CommandError(f"The device cannot be emulated: {error}.") from error
    with emulator as device:
        _tell(f"{profile.name} at {device.path} (address {args.address}); help lists commands")
        for line in sys.stdin:
            if line.strip() in ("quit", "exit"):
                break
            answer = device.command(line)
            if answer:
                _tell(answer)
    return 0


def profile(args: argparse.Namespace) -> int:
    """List the profiles, show one, check one; exit code 1 for a wrong one."""
    if args.verb == "list":
        for known in profiles():
            _tell(f"{known.id:24} {known.kind:16} {known.evidence:10} {known.name}")
        return 0
    if not args.file:
        raise CommandError(f"Say which profile: hallclient device profile {args.verb} FILE.")
    if args.verb == "check":
        return _check_profile(args.file)
    for line in describe(load_profile(args.file), Phrases("en")):
        _tell(line)
    return 0


def _check_profile(file: str) -> int:
    for line in check_profile(profile_path(file)):
        _tell(line)
    try:
        wrong = list(wrong_examples(load_profile(file)))
    except ProfileError:
        return BROKEN  # said above, with file and key
    if wrong:
        return BROKEN
    _tell(f"{file} can be used.")
    return 0


ACTIONS: dict[str, Callable[[argparse.Namespace], int]] = {
    "check": check_device,
    "monitor": monitor_port,
    "emulate": emulate,
    "profile": profile,
}


def _profile(name: str, address: int) -> DeviceProfile:
    if address not in ADDRESSES:
        raise CommandError("--address is 0 to 255.")
    return load_profile(name)


def _tell(text: str) -> None:
    print(text, flush=True)


def _check_link(link: Path | None) -> None:
    """Refuse what an emulator's link would replace; one that a killed emulator left is no loss."""
    if link is not None and link.exists() and not link.is_symlink():
        raise CommandError(f"{link} is there already, and no link.")


def _until_signal() -> threading.Event:
    ending = threading.Event()

    def end(_number: int, _frame: FrameType | None) -> None:
        ending.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, end)
    return ending
