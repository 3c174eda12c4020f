"""Devices that speak when a person does something: keypads, callers, scanners."""

from hallclient.devices.checkup.bench import Bench, Ear, shown
from hallclient.devices.profile import DeviceEvent, DeviceProfile, profiles

ENOUGH_KEYS = 5
SIGHT = "012"


def keypad(bench: Bench) -> bool:
    """Light the keypad and wait for keys."""
    return _listen(bench, ("ask",), "Press the keys of the keypad, one after the other", "keypad")


def caller(bench: Bench) -> bool:
    """Show digits, beep, wait for keys."""
    return _listen(bench, ("show", "beep"), "Press some keys of the caller", "caller")


def scanner(bench: Bench) -> bool:
    """Wait for something to be scanned."""
    return _listen(bench, (), "Scan any code", "scanner")


def _listen(bench: Bench, commands: tuple[str, ...], wish: str, noun: str) -> bool:
    known = 0
    others: set[int] = set()
    with bench.open() as port:
        for command in commands:
            if command in bench.profile.commands:
                port.write(bench.command(command, digits=SIGHT))
        if "show" in commands:
            bench.say(f"The caller should beep and show {SIGHT}.")
        bench.say(f"{wish} ({bench.seconds:.0f} s) …")
        ear = Ear(port, bench.profile)
        for frame in ear.frames(bench.seconds):
            if frame.addr != bench.profile.speaks_from(bench.address):
                others.add(frame.addr)
                continue
            answer = bench.profile.acknowledge(frame)
            if answer is not None:
                port.write(answer)
            event = bench.profile.event(frame)
            bench.say(f"  {event_words(event)}" if event else f"  unknown: {shown(frame.data)}")
            known += event is not None
            if known >= ENOUGH_KEYS:
                break
    return _verdict(bench, bytes(ear.heard), known, others, noun)


def event_words(event: DeviceEvent) -> str:
    """Return an event in words; on the bench the level is what one wants to see."""
    parts = [event.name]
    if event.level is not None:
        parts.append(f"level {event.level}")
    if event.digits:
        parts.append(f"digits {event.digits}")
    if event.text:
        parts.append(repr(event.text))
    return ", ".join(parts)


def _verdict(bench: Bench, heard: bytes, known: int, others: set[int], noun: str) -> bool:
    if known:
        bench.say(f"The {noun} works: {known} understood.")
        return True
    if others:
        listed = ", ".join(f"{address:02X}" for address in sorted(others))
        wanted = bench.profile.speaks_from(bench.address)
        bench.say(f"Frames came from {listed} (hexadecimal), not from {wanted:02X}: --address?")
    elif heard:
        bench.say(f"Something came that is not of this profile: {shown(heard)}")
        fitting = [profile.id for profile in profiles() if _fits(profile, heard)]
        if fitting:
            bench.say(f"It would fit: {', '.join(fitting)}.")
        else:
            bench.say("It fits no profile. Is the speed right? Are A and B swapped?")
    else:
        bench.say("Nothing came. Look at cable, power and address.")
    return False


def _fits(profile: DeviceProfile, heard: bytes) -> bool:
    decoder = profile.decoder()
    frames = decoder.feed(heard)
    while decoder.pending:
        frames += decoder.gap()
    return any(profile.event(frame) is not None for frame in frames)
