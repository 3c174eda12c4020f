"""More questions of the invariants: what boards reported, ratings, and emergencies.

In plain SQL for both databases; bound is ``:hall``.
"""

import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Final

from hallclient.domain.errors import NotAllowed
from hallclient.domain.journal import Entry, canonical
from hallclient.domain.rating_reason import check_reasons

# A call is spoken, or there is a reason why not, or nobody has said; there is nothing to report of
# a call that never was, and nothing before it was. The last call of a turn has its time there.
REPORTED_WRONGLY: Final = """
SELECT count(*) FROM announced
LEFT JOIN turn ON turn.hall_id = announced.hall_id AND turn.id = announced.turn_id
WHERE announced.hall_id = :hall AND (turn.id IS NULL
  OR announced.calls < 1 OR announced.calls > turn.calls
  OR (announced.times > 0) <> (announced.spoken_at IS NOT NULL)
  OR (announced.times > 0 AND announced.why IS NOT NULL)
  OR (announced.shown_at IS NULL AND announced.spoken_at IS NULL AND announced.why IS NULL)
  OR announced.shown_at < CASE WHEN announced.calls = turn.calls
    THEN turn.last_called_at ELSE turn.called_at END
  OR announced.spoken_at < CASE WHEN announced.calls = turn.calls
    THEN turn.last_called_at ELSE turn.called_at END)
"""

# Who did not rate gave no reason and left no number; a turn is rated once, when it has ended. What
# a window hands in later has the time of its own clock, which may be behind by a little.
CONTACT_WITHOUT_RATING: Final = """
SELECT count(*) FROM rating_contact LEFT JOIN rating
  ON rating.hall_id = rating_contact.hall_id AND rating.id = rating_contact.rating_id
WHERE rating_contact.hall_id = :hall AND (rating.id IS NULL OR rating.origin <> 'active')
"""
REASON_OF_NOBODY: Final = """
SELECT count(*) FROM rating
WHERE hall_id = :hall AND origin <> 'active' AND reasons <> '[]'
"""
RATED_TOO_EARLY: Final = """
SELECT count(*) FROM rating
LEFT JOIN turn ON turn.hall_id = rating.hall_id AND turn.id = rating.turn_id
WHERE rating.hall_id = :hall AND (turn.ended_at IS NULL OR rating.given_at < turn.called_at)
"""
RATED_TWICE: Final = """
SELECT coalesce(sum(n - 1), 0) FROM (
  SELECT count(*) AS n FROM rating WHERE hall_id = :hall GROUP BY turn_id HAVING count(*) > 1
) AS twice
"""
REASONS: Final = "SELECT level, reasons FROM rating WHERE hall_id = :hall AND reasons <> '[]'"

EMERGENCIES: Final = """
SELECT zones FROM publication
WHERE hall_id = :hall AND kind = 'emergency' AND ended_at IS NULL
"""
ZONES: Final = "SELECT code FROM zone WHERE hall_id = :hall AND active"

# What was said of a rating on the telephone, or against it.
SECRETS: Final = """
SELECT note FROM follow_up WHERE hall_id = :hall AND length(note) > 3
UNION SELECT appeal_reason FROM follow_up WHERE hall_id = :hall AND length(appeal_reason) > 3
"""

_CONFIDENTIAL: Final = ("rating.", "ratings.", "follow_up.", "appeal.")
_UNTOLD: Final = frozenset(
    {"level", "reasons", "contact", "phone", "note", "result", "appeal", "appeal_reason", "turn"}
)
_PHONE: Final = re.compile(r"\b1[3-9]\d{9}\b", re.ASCII)


def wrong_reasons_given(rows: Iterable[tuple[int, str]]) -> int:
    """Return how many ratings have reasons that are not of their level."""
    return sum(_is_wrong(level, reasons) for level, reasons in rows)


def _is_wrong(level: int, reasons: str) -> bool:
    try:
        check_reasons(level, tuple(json.loads(reasons)))
    except NotAllowed:
        return True
    return False


def double_emergencies(standing: Iterable[str], zones: Iterable[str]) -> int:
    """Return in how many zones more than one emergency stands; ``[]`` is the whole hall."""
    every = list(zones)
    counts = Counter(code for text in standing for code in set(json.loads(text) or every))
    return sum(count > 1 for count in counts.values())


def tells_a_rating(entry: Entry) -> bool:
    """Say whether an entry tells how somebody rated, why, or what became of it.

    A rating's own entries have its id and a digest: which turn it was would tell who was rated.
    """
    if not entry.kind.startswith(_CONFIDENTIAL):
        return False
    return not _UNTOLD.isdisjoint(_keys(entry.data)) or bool(_PHONE.search(canonical(entry.data)))


def _keys(data: Mapping[str, object]) -> set[str]:
    inner = (value for value in data.values() if isinstance(value, Mapping))
    return set(data).union(*(_keys(value) for value in inner))
