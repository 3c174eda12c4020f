"""What persons are found by on this PC: the keys that the hall's key makes."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from hallclient.config import Settings
    from hallclient.services.persons import PersonKeys

log = logging.getLogger(__name__)


def person_keys(settings: Settings) -> Callable[[], PersonKeys | None]:
    """Return what gives the keys, read when they are wanted for the first time; None: no key."""
    known: list[PersonKeys | None] = []

    def keys() -> PersonKeys | None:
        if not known:
            known.append(_read(settings))
        return known[0]

    return keys


def _read(settings: Settings) -> PersonKeys | None:
    # Read late: only who looks for a person needs cryptography.
    from hallclient.bootstrap.messages import hall_key, key_file  # noqa: PLC0415
    from hallclient.services.persons import PersonKeys  # noqa: PLC0415
    from hallclient.services.sealing import KeyTrouble  # noqa: PLC0415

    if not key_file(settings).exists():
        return None
    try:
        return PersonKeys(hall_key(settings))
    except KeyTrouble as error:
        log.warning("persons are not found here: %s", error)
        return None
