"""Who somebody is, for one day: a keyed hash of the day and the number on the card.

With it the hall knows that a card was here before today, and nothing else: two days of one person
cannot be linked, and without the hall's key no number can be tried out (architecture.md §3). Cases
last longer than a day: they have a key of their own, which no queue's key can be led back to.
"""

import unicodedata
from datetime import date

from hallclient.domain.errors import Refused
from hallclient.services.sealing import HallKey

PURPOSE = "person of a day"
CASES_PURPOSE = "person of cases"
_LONGEST = 40
_SHORTEST, _FEWEST_DIGITS = 8, 6


class PersonKeys:
    """Makes persons' keys. Its printed form tells nothing."""

    def __init__(self, key: HallKey) -> None:
        self._key = key

    def __repr__(self) -> str:
        return "PersonKeys(…)"

    def of(self, day: date, number: str) -> str:
        """Return the key of the holder of a document on a day: 64 hexadecimal digits.

        Full-width signs, spaces, hyphens and small letters make no other person. Raises
        ``Refused`` for what cannot be a document's number; the number is in no message.
        """
        return self._key.digest(PURPOSE, f"{day.isoformat()} {_plain(number)}")

    def of_cases(self, number: str) -> str:
        """Return the key under which the holder's cases are kept, the same on every day."""
        return self._key.digest(CASES_PURPOSE, _plain(number))


def likely_document(text: str) -> bool:
    """Return whether somebody may have typed, or a reader sent, the number of a document."""
    try:
        plain = _plain(text)
    except Refused:
        return False
    return len(plain) >= _SHORTEST and sum(sign.isdigit() for sign in plain) >= _FEWEST_DIGITS


def _plain(number: str) -> str:
    if len(number) <= 2 * _LONGEST:
        folded = unicodedata.normalize("NFKC", number).upper()
        plain = "".join(sign for sign in folded if not sign.isspace() and sign != "-")
        if plain.isascii() and plain.isalnum() and len(plain) <= _LONGEST:
            return plain
    raise Refused("bad_document", "this is not the number of a document")
