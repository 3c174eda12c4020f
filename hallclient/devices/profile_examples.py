"""A profile's ``[[examples]]``: bytes seen on a line against what the profile makes of them."""

from collections.abc import Iterator

from hallclient.devices.codec.formats import Decoder, Frame
from hallclient.devices.profile import DeviceEvent, DeviceProfile, Example


def wrong_examples(profile: DeviceProfile) -> Iterator[str]:
    """Yield a sentence for every example that the profile does not fulfil."""
    for number, example in enumerate(profile.examples, start=1):
        try:
            complaint = _tried(profile, example)
        except (KeyError, ValueError) as error:
            complaint = str(error)
        if complaint:
            yield f"examples {number}: {complaint}"


def _tried(profile: DeviceProfile, example: Example) -> str:
    if example.command:
        sent = profile.encode(example.command, example.address, **dict(example.values))
        return _unlike(example.command, sent, example.octets)
    frames = _decoded(profile.decoder(), example.octets)
    if len(frames) != 1:
        return f"the bytes are {len(frames)} frames, not one"
    return _event(profile, frames[0], example)


def _event(profile: DeviceProfile, frame: Frame, example: Example) -> str:
    event = profile.event(frame)
    wanted = None if example.event == "nothing" else _wanted(example)
    if frame.addr != profile.speaks_from(example.address):
        return f"the bytes come from {frame.addr}, not {profile.speaks_from(example.address)}"
    if event != wanted:
        return f"the bytes mean {_named(event)}, not {_named(wanted)}"
    if example.answer is None:
        return ""
    return _unlike("the answer", profile.acknowledge(frame) or b"", example.answer)


def _wanted(example: Example) -> DeviceEvent:
    level = example.values.get("level")
    return DeviceEvent(
        example.event,
        level if isinstance(level, int) else None,
        str(example.values.get("digits", "")),
        str(example.values.get("text", "")),
    )


def _named(event: DeviceEvent | None) -> str:
    """Return an event in words; an example's level and digits are nobody's secret."""
    if event is None:
        return "nothing"
    level = "" if event.level is None else str(event.level)
    return " ".join(part for part in (event.name, level, event.digits, event.text) if part)


def _unlike(name: str, octets: bytes, wanted: bytes) -> str:
    if octets == wanted:
        return ""
    return f"{name} is {octets.hex(' ').upper()}, not {wanted.hex(' ').upper()}"


def _decoded(decoder: Decoder, octets: bytes) -> list[Frame]:
    frames = decoder.feed(octets)
    while decoder.pending:
        frames += decoder.gap()
    return frames
