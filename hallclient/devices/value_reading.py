"""Reading from a profile's TOML how digits and text stand in data; ``ValueError`` names the key."""

from hallclient.devices.codec.patterns import Rules
from hallclient.devices.codec.values import DigitRule, TextRule
from hallclient.devices.toml_table import Table

ENCODINGS = frozenset({"ascii", "gbk", "gb18030", "utf-8", "utf-16-le"})
COLOURS = ("red", "green", "yellow")


def read_rules(root: Table) -> Rules:
    """Return the rules of ``[digits]`` and ``[text]``; either may be missing."""
    return Rules(_digits(root.table_or_empty("digits")), _text(root.table_or_empty("text")))


def _digits(table: Table) -> DigitRule:
    blank = table.octets("blank") if table.has("blank") else None
    if blank is not None and len(blank) != 1:
        raise ValueError("digits.blank must be one byte")
    rule = DigitRule(
        zero=table.number("zero", range(0xF7), 0x30),
        blank=None if blank is None else blank[0],
    )
    if rule.blank is not None and rule.blank in rule.known:
        raise ValueError("digits.blank is the byte of a digit")
    table.finish()
    return rule


def _text(table: Table) -> TextRule:
    colours = _colours(table.table("colours")) if table.has("colours") else {}
    rule = TextRule(
        encoding=table.choice("encoding", ENCODINGS, "ascii"),
        max_bytes=table.number("max_bytes", range(1, 4097), 4096),
        unknown=table.text("unknown", "?"),
        colours=colours,
        colour_each=table.take("colour_each", bool, default=False),
    )
    try:
        rule.unknown.encode(rule.encoding)
    except UnicodeEncodeError as error:
        raise ValueError("text.unknown must be a character of the encoding") from error
    if rule.colour_each and not colours:
        raise ValueError("text.colours must be given with colour_each")
    table.finish()
    return rule


def _colours(table: Table) -> dict[str, int]:
    colours = {colour: table.byte(colour) for colour in COLOURS if table.has(colour)}
    table.finish()
    if not colours:
        raise ValueError(f"text.colours must have some of {', '.join(COLOURS)}")
    return colours
