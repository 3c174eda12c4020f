"""Alarms about the hall's data: no new backup, a database that was damaged and restored."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from hallclient.domain.alarm import Alarm, AlarmKind, Severity, Verb

OLD: Final = timedelta(days=2)
"""A newest backup of that age is told; so is one that was not made for as long."""
TOLD_RESTORED: Final = timedelta(days=2)
"""So long it is told that the database was restored."""


@dataclass(frozen=True, slots=True)
class BackupFact:
    """What a PC says of its backups, or of the database that it restored.

    ``made_at`` is the newest backup's moment; ``trouble`` empty, or ``disk_full``, ``failed``,
    ``restored``, ``lost`` (by a failover), ``since`` when. ``lost`` are numbers that
    are in nobody's hands.
    """

    station: str
    made_at: datetime
    trouble: str = ""
    since: datetime | None = None
    lost: str = ""


def backups_wrong(now: datetime, facts: Iterable[BackupFact]) -> Iterator[Alarm]:
    """Yield an alarm for each PC whose backups want looking after."""
    for one in facts:
        since = one.since or one.made_at
        told: dict[str, str | int] = {"station": one.station, "trouble": one.trouble}
        if one.trouble in ("restored", "lost"):
            if now - since < TOLD_RESTORED:
                yield Alarm(
                    AlarmKind.RESTORED,
                    Severity.NOW,
                    Verb.SHOW_DATA,
                    f"database:{one.station}",
                    since,
                    facts={**told, "lost": one.lost},
                )
        elif one.trouble or now - one.made_at > OLD:
            days = max(0, (now - one.made_at).days)
            yield Alarm(
                AlarmKind.BACKUP,
                Severity.SOON,
                Verb.TAKE,
                f"backup:{one.station}",
                since,
                facts={**told, "trouble": one.trouble or "old", "days": days},
            )
