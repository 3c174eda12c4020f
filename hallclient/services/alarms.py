"""What is the matter in the hall: the floor's facts, gathered for ``domain.alarm_rules``."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hallclient.domain.alarm import Alarm
    from hallclient.domain.parts import Staff
    from hallclient.services.store import Reader


def alarms_now(_reader: Reader, _member: Staff | None = None) -> tuple[Alarm, ...]:
    """Return the alarms at the reader's moment that are a member's (None: all), heaviest first."""
    return ()
