"""The code by which one turn is rated on a telephone: made from the hall's key, one for each turn.

It names its turn to whoever has the key and to nobody else: it is the turn's number under AES-SIV
(RFC 5297), so that a made-up or changed code opens nothing. It can be used as long as the turn can
be rated, and counts once, because a turn is rated once.
"""

import base64
import re
from typing import TYPE_CHECKING

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV

if TYPE_CHECKING:
    from hallclient.services.sealing import HallKey

_MARK = "R"
"""Tells a rating's code from a ticket's token behind the same follow URL."""
_CODE = re.compile(rf"{_MARK}[A-Z2-7]{{39}}")
_TURN_BYTES = 8


class RatingCodes:
    """Codes of one hall, by its key."""

    def __init__(self, key: "HallKey") -> None:
        self._siv = AESSIV(bytes.fromhex(key.digest("rating-code", "turn")))

    def code_of(self, turn_id: int) -> str:
        """Return the code of a turn: 40 capital letters and digits, always the same."""
        sealed = self._siv.encrypt(turn_id.to_bytes(_TURN_BYTES, signed=True), None)
        return _MARK + base64.b32encode(sealed).decode().rstrip("=")

    def turn_of(self, code: str) -> int | None:
        """Return the turn of a code, None for what this hall never gave out."""
        if not _CODE.fullmatch(code):
            return None
        text = code.removeprefix(_MARK)
        try:
            sealed = base64.b32decode(text + "=" * (-len(text) % 8))
            plain = self._siv.decrypt(sealed, None)
        except (InvalidTag, ValueError):
            return None
        turn_id = int.from_bytes(plain, signed=True)
        return turn_id if self.code_of(turn_id) == code else None  # unused bits of base 32

    def url_of(self, follow_url: str, turn_id: int) -> str:
        """Return where a turn is rated: the hall's follow URL with the code behind it."""
        return f"{follow_url}{self.code_of(turn_id)}"
