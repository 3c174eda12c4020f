"""What a profile is, in words: its description, and what a technician should know about it."""

from collections.abc import Iterator
from pathlib import Path

from hallclient.devices.codec.checksums import CHECKSUMS
from hallclient.devices.codec.formats import Frame, FrameFormat, LineFormat
from hallclient.devices.codec.patterns import Piece, Place
from hallclient.devices.profile import (
    DeviceProfile,
    Evidence,
    Kind,
    ProfileError,
    parse_profile,
    read_text,
)
from hallclient.devices.profile_examples import wrong_examples
from hallclient.devices.profile_rules import EventRule
from hallclient.phrases import Speech

USUAL_COMMANDS = {Kind.CALLER: ("show", "beep"), Kind.SMS_MODEM: ("give_up",)}
USUAL_EVENTS = {
    Kind.CALLER: ("call", "recall", "start", "no_show", "finish", "sign_in"),
    Kind.ID_CARD_READER: ("found", "selected", "read", "absent"),
    Kind.SCANNER: ("read",),
    Kind.SMS_MODEM: ("ok", "error", "prompt", "sent"),
}
CHARACTER_BITS = 10
_SHORT_SUM = 1


def describe(profile: DeviceProfile, say: Speech) -> tuple[str, ...]:
    """Return what a profile is, a line each; the first line shows what stands behind it."""
    port = profile.port
    lines = [
        say(
            "profile.title",
            name=profile.name,
            id=profile.id,
            evidence=say(f"profile.evidence.{_key(profile.evidence)}"),
        ),
        say(f"profile.kind.{_key(profile.kind)}"),
        say("profile.port", baud=port.baud, handshake=port.handshake.value),
        _frames(profile, say),
    ]
    lines += [say("profile.events", names=", ".join(names))] if (names := _events(profile)) else []
    if profile.commands:
        lines.append(say("profile.commands", names=", ".join(profile.commands)))
    return tuple(line for line in lines if line)


def check_profile(path: Path) -> tuple[str, ...]:
    """Return everything worth telling about a profile's file, nothing for a perfect one.

    A file that cannot be used gives its one refusal, with file and key.
    """
    try:
        profile = parse_profile(read_text(path), path.name)
    except ProfileError as error:
        return (str(error),)
    return tuple(f"{path.name}: {note}" for note in notes(profile))


def notes(profile: DeviceProfile) -> Iterator[str]:
    """Yield the warnings about a profile that can be used, its wrong examples first."""
    yield from wrong_examples(profile)
    if profile.evidence is not Evidence.HARDWARE:
        yield f"evidence is {profile.evidence.value}: it was not tried on the device itself"
    yield from _weak_frames(profile)
    yield from _missing(profile)
    yield from _unreachable(profile)
    yield from _timing(profile)
    if not profile.examples and profile.kind is not Kind.TICKET_PRINTER:
        yield "no [[examples]]: bytes seen on the line prove that the profile is right"


def _weak_frames(profile: DeviceProfile) -> Iterator[str]:
    frame = profile.incoming
    if not isinstance(frame, FrameFormat) or not profile.events:
        return
    summed = any(part.name == "sum" for part in frame.layout)
    loose = [rule.name for rule in profile.events if _is_loose(rule)]
    if not summed:
        yield "frames from the device have no sum: a damaged one may pass"
    elif CHECKSUMS[frame.checksum][1] == _SHORT_SUM and loose:
        names = ", ".join(dict.fromkeys(loose))
        yield (
            f"{frame.checksum} lets one damaged frame in 256 pass, and the content of {names} is"
            " not checked: give func and exact data where you can"
        )


def _is_loose(rule: EventRule) -> bool:
    """Return whether damaged data could still be this event."""
    return not rule.funcs or any(_takes_anything(piece) for piece in rule.pieces)


def _takes_anything(piece: Piece) -> bool:
    return isinstance(piece, Place) and piece.name in ("text", "skip")


def _missing(profile: DeviceProfile) -> Iterator[str]:
    if profile.kind is Kind.RATING_KEYPAD:
        levels = {rule.level for rule in profile.events}
        absent = [str(level) for level in range(1, 6) if level not in levels]
        if absent:
            yield f"no key stands for level {', '.join(absent)}"
    events = {rule.name for rule in profile.events}
    for name in USUAL_EVENTS.get(profile.kind, ()):
        if name not in events:
            yield f"no event {name}"
    for name in USUAL_COMMANDS.get(profile.kind, ()):
        if name not in profile.commands:
            yield f"no command {name}"
    if profile.kind in (Kind.RATING_KEYPAD, Kind.CALLER) and profile.ack is None:
        yield "no [ack]: a device that waits for an answer will say the same again and again"


def _unreachable(profile: DeviceProfile) -> Iterator[str]:
    """Yield a sentence for each rule whose shortest data an earlier rule takes."""
    for number, rule in enumerate(profile.events):
        shortest = b"".join(_shortest(piece, profile) for piece in rule.pieces)
        if profile.is_own_command(Frame(0, rule.funcs[0] if rule.funcs else 0, shortest)):
            yield f"events {number + 1} ({rule.name}) looks like a command of ours, and is ignored"
        for earlier in profile.events[:number]:
            shared = not earlier.funcs or set(rule.funcs) & set(earlier.funcs)
            if shared and earlier.pattern.fullmatch(shortest):
                yield (
                    f"events {number + 1} ({rule.name}) means the same bytes as an earlier"
                    f" {earlier.name}, which wins"
                )
                break


def _shortest(piece: Piece, profile: DeviceProfile) -> bytes:
    if isinstance(piece, bytes):
        return piece
    if isinstance(piece, Place):
        zero = profile.rules.digits.zero if piece.name == "digits" else 0
        return bytes((zero,)) * piece.least
    inner = b"".join(_shortest(part, profile) for part in piece.parts)
    return len(inner).to_bytes(piece.size, piece.endian) + inner


def _timing(profile: DeviceProfile) -> Iterator[str]:
    least = 3 * CHARACTER_BITS / profile.port.baud
    if profile.gap_seconds < least:
        yield f"gap_ms is shorter than three characters at {profile.port.baud} baud"
    if profile.retries and profile.confirmation is None:
        yield "timing.retries has no effect without [confirmation]"
    if profile.kind is Kind.CALLER and not profile.repeat_seconds:
        yield "no timing.repeat_ms: a key that the device repeats would count twice"


def _frames(profile: DeviceProfile, say: Speech) -> str:
    frame = profile.outgoing
    if isinstance(frame, LineFormat):
        return say("profile.lines")
    if isinstance(frame, FrameFormat):
        return say("profile.frames", sum=frame.checksum)
    return ""


def _events(profile: DeviceProfile) -> list[str]:
    return list(dict.fromkeys(rule.name for rule in profile.events))


def _key(value: Kind | Evidence) -> str:
    return value.value.replace("-", "_")
