"""The national reason tags of a rating (国办发〔2019〕51号, domain.md §5), by level."""

from types import MappingProxyType
from typing import Final

from hallclient.domain.errors import NotAllowed

MOST: Final = 8
REASONS: Final = MappingProxyType(
    {
        5: ("510", "511", "512", "513", "514", "515", "516", "517"),
        4: ("406", "407", "408", "409", "410", "411", "412", "413"),
        3: ("307", "308", "309", "310", "311", "312", "313", "314"),
        2: ("207", "208", "209", "210", "211", "212", "213", "214"),
        1: ("108", "109", "110", "111", "112", "113", "114", "115"),
    }
)
"""Codes of the tags of each level; their texts are in the catalogues, ``rating.reason.510``."""


def check_reasons(level: int, reasons: tuple[str, ...]) -> None:
    """Raise ``NotAllowed`` unless all reasons are of this level, each once."""
    if len(set(reasons)) != len(reasons) or not set(reasons) <= set(REASONS[level]):
        raise NotAllowed("rating_reason", "a reason belongs to the level that was chosen, once")
