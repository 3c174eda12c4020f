"""Telephone numbers that text messages go to."""

import re
import unicodedata

from hallclient.domain.errors import Refused

_MAINLAND = re.compile(r"(?:\+86|0086|86)?(1[3-9]\d{9})")
_ABROAD = re.compile(r"(?:\+|00)(?!86)([1-9]\d{6,14})")
_SEPARATORS = str.maketrans("", "", " -()\u2010\u2011\u2013\u3000")


def normalised(text: str) -> str:
    """Return a mobile number as ``+`` and digits, or raise ``Refused`` (without the number).

    Eleven digits are a number of the mainland; others are written with their country,
    ``+852 6123 4567``. Full-width digits, spaces and hyphens are understood.
    """
    plain = unicodedata.normalize("NFKC", text).translate(_SEPARATORS)
    mainland = _MAINLAND.fullmatch(plain) if plain.isascii() else None
    if mainland:
        return f"+86{mainland[1]}"
    abroad = _ABROAD.fullmatch(plain) if plain.isascii() else None
    if abroad:
        return f"+{abroad[1]}"
    raise Refused("bad_number", "this is not a mobile telephone number")


def masked(number: str) -> str:
    """Return a number as it may be shown to whoever gave it: ``+86139****3649``."""
    return f"{number[:-8]}****{number[-4:]}"
