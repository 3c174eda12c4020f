"""The journal: change feed, audit log and source of the statistics in one chain of hashes.

It holds ids and public facts only: no name, telephone, rating level or free text
(architecture.md §3).
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

Json = str | int | float | bool | None | list["Json"] | dict[str, "Json"]

GENESIS = "0" * 64
"""The hash before the first entry."""
CONFIDENTIAL: Final = ("rating.given", "rating.defaulted", "ratings.", "follow_up.")
"""How the kinds of entries begin that no window's terminal reads: when somebody rated, or was
called back about it, would tell whose rating it is."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One change. ``zone`` and ``window`` are codes, ``subject`` is ``ticket:17`` or the like."""

    seq: int
    at: datetime
    kind: str
    zone: str
    window: str
    subject: str
    actor: str
    data: Mapping[str, Json]
    hash: str

    @property
    def confidential(self) -> bool:
        """Return whether it is about a rating."""
        return self.kind.startswith(CONFIDENTIAL)


def canonical(value: object) -> str:
    """Return JSON that is the same bytes everywhere: sorted keys, no spaces, UTF-8 as it is.

    Raises ``ValueError`` for a number that JSON does not know.
    """
    return json.dumps(
        value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
    )


def next_hash(previous: str, entry: Entry) -> str:
    """Return the hash of an entry: SHA-256 over the previous hash and every other field."""
    at = entry.at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    texts = (entry.kind, entry.zone, entry.window, entry.subject, entry.actor)
    # A JSON list, so that no text can pose as the border between two fields.
    whole = canonical([previous, entry.seq, at, *texts, dict(entry.data)])
    return hashlib.sha256(whole.encode()).hexdigest()


def broken_at(entries: Iterable[Entry], previous: str = GENESIS, seq: int = 0) -> int | None:
    """Return the first number at which the chain does not hold, or None when it is whole."""
    for entry in entries:
        seq += 1
        if entry.seq != seq or entry.hash != next_hash(previous, entry):
            return seq
        previous = entry.hash
    return None
