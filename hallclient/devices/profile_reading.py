"""Reading a device profile from TOML, strictly: every refusal names the key.

An unknown or missing key, a level outside 1-5, an event that no kind of device has or the same
bytes twice is refused (``ValueError``); ``devices.profile`` adds the file.
"""

from hallclient.devices.codec.formats import Format
from hallclient.devices.codec.patterns import RECEIVED, SENT, Piece, Rules, matcher, parse_pattern
from hallclient.devices.codec.plain import PlainFormat
from hallclient.devices.frame_reading import read_frames, read_lines
from hallclient.devices.profile import DeviceProfile, Evidence, Example, Kind, PrinterFacts
from hallclient.devices.profile_rules import (
    Acknowledgement,
    Command,
    Confirmation,
    EventRule,
    KeepAlive,
)
from hallclient.devices.toml_table import Table
from hallclient.devices.transport import FlowHandshake, PortSettings
from hallclient.devices.value_reading import read_rules
from hallclient.services.ports_devices import CallerKey

LEVELS = range(1, 6)
BAUDS = range(300, 921_601)
MILLISECONDS = range(1, 60_001)
EVENTS = {
    Kind.RATING_KEYPAD: frozenset({"rated"}),
    Kind.CALLER: frozenset(CallerKey),
    Kind.WINDOW_STRIP: frozenset({"refused"}),
    Kind.ID_CARD_READER: frozenset(
        {"found", "selected", "read", "absent", "failed", "refused", "removed"}
    ),
    Kind.SCANNER: frozenset({"read"}),
    Kind.SMS_MODEM: frozenset({"ok", "error", "prompt", "sent", "told"}),
    Kind.TICKET_PRINTER: frozenset[str](),
}
"""The events a kind of device may have."""
COMMANDS = {
    Kind.RATING_KEYPAD: ("ask",),
    Kind.CALLER: (),
    Kind.WINDOW_STRIP: ("show",),
    Kind.ID_CARD_READER: ("find", "select", "read"),
    Kind.SCANNER: (),
    Kind.SMS_MODEM: ("attention", "pdu_mode", "length", "pdu"),
    Kind.TICKET_PRINTER: (),
}
"""The commands without which a kind of device is of no use."""


def read_profile(text: str, name: str) -> DeviceProfile:
    """Return the profile in a TOML text under this name; ``ValueError`` names the key."""
    root = Table.parsed(text)
    device = root.table("device")
    kind = Kind(device.choice("kind", frozenset(Kind)))
    port = _port(root.table("port"))
    outgoing, incoming = _formats(root, kind)
    rules = read_rules(root)
    address = root.table_or_empty("address")
    timing = root.table_or_empty("timing")
    commands = _commands(root.table_or_empty("commands"), rules, kind)
    profile = DeviceProfile(
        id=name,
        name=device.text("name"),
        kind=kind,
        evidence=Evidence(device.choice("evidence", frozenset(Evidence))),
        port=port,
        outgoing=outgoing,
        incoming=incoming,
        rules=rules,
        commands=commands,
        events=_events(root.tables("events"), rules, kind),
        command_offset=address.byte("command_offset", 0),
        event_offset=address.byte("event_offset", 0),
        ack=_ack(root.table("ack")) if root.has("ack") else None,
        confirmation=_confirmation(root, commands),
        retries=timing.number("retries", range(11), 0),
        ack_seconds=timing.number("ack_ms", range(60_001), 0) / 1000,
        repeat_seconds=timing.number("repeat_ms", range(60_001), 0) / 1000,
        poll_seconds=timing.number("poll_ms", range(60_001), 0) / 1000,
        keep_alive=_keep_alive(root, commands),
        examples=_examples(root.tables("examples"), commands, kind),
        printer=_printer(root.table("printer")) if kind is Kind.TICKET_PRINTER else None,
    )
    for table in (device, address, timing, root):
        table.finish()
    if profile.confirmation is not None and not profile.ack_seconds:
        raise ValueError("timing.ack_ms must be given where commands are confirmed")
    return profile


def _port(table: Table) -> PortSettings:
    table.choice("bytes", frozenset({"8N1"}), "8N1")
    port = PortSettings(
        baud=table.number("baud", BAUDS),
        handshake=FlowHandshake(table.choice("handshake", frozenset(FlowHandshake), "none")),
        write_timeout=table.number("write_ms", MILLISECONDS, 500) / 1000,
    )
    table.finish()
    return port


def _formats(root: Table, kind: Kind) -> tuple[Format, Format]:
    if kind is Kind.TICKET_PRINTER:
        return PlainFormat(), PlainFormat()
    if root.has("lines"):
        lines = read_lines(root.table("lines"))
        return lines, lines
    return read_frames(root)


def _commands(table: Table, rules: Rules, kind: Kind) -> dict[str, Command]:
    commands = {}
    for name in table.keys():  # noqa: SIM118  not a mapping, and it shrinks meanwhile
        entry = table.table(name)
        pieces = _pattern(entry, SENT if rules.text.colours else SENT - {"colour"})
        commands[name] = Command(
            func=entry.number("func", range(0x10000), 0),
            pieces=pieces,
            pattern=matcher(pieces, rules, blanks=True),
            bare=entry.take("bare", bool, default=False),
        )
        entry.finish()
    for name in COMMANDS[kind]:
        if name not in commands:
            raise ValueError(f"commands.{name} is missing")
    return commands


def _events(entries: list[Table], rules: Rules, kind: Kind) -> tuple[EventRule, ...]:
    if entries and not EVENTS[kind]:
        raise ValueError(f"events: a {kind.value} has none")
    events: list[EventRule] = []
    for entry in entries:
        level = entry.number("level", LEVELS) if kind is Kind.RATING_KEYPAD else None
        pieces = _pattern(entry, RECEIVED)
        event = EventRule(
            name=entry.choice("name", EVENTS[kind]),
            funcs=_funcs(entry),
            pieces=pieces,
            pattern=matcher(pieces, rules),
            level=level,
        )
        if any(_same(event, earlier) for earlier in events):
            raise ValueError(f"{entry.where} has the same bytes as an earlier event")
        events.append(event)
        entry.finish()
    return tuple(events)


def _same(event: EventRule, other: EventRule) -> bool:
    shared = not event.funcs or not other.funcs or set(event.funcs) & set(other.funcs)
    return bool(shared) and event.pattern.pattern == other.pattern.pattern


def _funcs(entry: Table) -> tuple[int, ...]:
    known = range(0x1000000)
    if entry.has("funcs"):
        funcs = entry.take("funcs", list)
        if not funcs or not all(type(func) is int and func in known for func in funcs):
            raise ValueError(f"{entry.name('funcs')} must list functions")
        return tuple(funcs)
    return (entry.number("func", known),) if entry.has("func") else ()


def _pattern(entry: Table, places: frozenset[str]) -> tuple[Piece, ...]:
    text = entry.take("data", str, "")
    try:
        return parse_pattern(text, places)
    except ValueError as error:
        raise ValueError(f"{entry.name('data')}: {error}") from error


def _ack(table: Table) -> Acknowledgement:
    data = table.take("data", str, "echo")
    ack = Acknowledgement(
        to_func=table.number("to_func", range(0x10000)) if table.has("to_func") else None,
        func=table.number("func", range(0x10000)) if table.has("func") else None,
        data=None if data == "echo" else b"" if data == "none" else _octets(table, data),
        optional_literals=table.take("optional_literals", bool, default=True),
    )
    table.finish()
    return ack


def _octets(table: Table, text: str) -> bytes:
    try:
        return bytes.fromhex(text)
    except ValueError as error:
        raise ValueError(f"{table.name('data')} must be echo, none or bytes") from error


def _confirmation(root: Table, commands: dict[str, Command]) -> Confirmation | None:
    if not root.has("confirmation"):
        return None
    table = root.table("confirmation")
    known = frozenset(commands)
    confirmation = Confirmation(
        func=table.number("func", range(0x1000000)) if table.has("func") else None,
        same_func=table.take("same_func", bool, default=False),
        data=table.octets("data", ""),
        commands=frozenset(table.names("commands", known, default=sorted(known))),
    )
    if confirmation.same_func and confirmation.func is not None:
        raise ValueError("confirmation has func or same_func, not both")
    table.finish()
    return confirmation


def _keep_alive(root: Table, commands: dict[str, Command]) -> KeepAlive | None:
    if not root.has("keep_alive"):
        return None
    table = root.table("keep_alive")
    seconds = table.number("seconds", range(1, 3601))
    keep_alive = KeepAlive(seconds, table.choice("command", frozenset(commands)))
    table.finish()
    return keep_alive


def _examples(
    entries: list[Table], commands: dict[str, Command], kind: Kind
) -> tuple[Example, ...]:
    return tuple(_example(entry, commands, kind) for entry in entries)


def _example(entry: Table, commands: dict[str, Command], kind: Kind) -> Example:
    sent = entry.has("command")
    example = Example(
        octets=entry.octets("bytes"),
        address=entry.number("address", range(0x10000), 0),
        command=entry.choice("command", frozenset(commands)) if sent else "",
        event="" if sent else entry.choice("event", EVENTS[kind] | {"nothing"}),
        answer=entry.octets("answer") if entry.has("answer") else None,
        values={
            key: entry.take(key, type_) for key, type_ in _EXAMPLE_VALUES.items() if entry.has(key)
        },
    )
    entry.finish()
    return example


_EXAMPLE_VALUES = {"digits": str, "text": str, "colour": str, "level": int, "count": int}


def _printer(table: Table) -> PrinterFacts:
    facts = PrinterFacts(
        paper=table.number("paper", range(40, 121)),
        dots=table.number("dots", range(200, 1025)),
        four_byte=table.take("four_byte", bool, default=False),
        native_qr=table.take("native_qr", bool, default=True),
        cutter=table.take("cutter", bool, default=True),
        reports=table.take("reports", bool, default=True),
    )
    table.finish()
    return facts
