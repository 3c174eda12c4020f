"""Where appointments come from on this PC: the hall's key for ID numbers, the watched folder."""

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from hallclient.bootstrap.messages import hall_key
from hallclient.config import Settings

if TYPE_CHECKING:
    from collections.abc import Callable

    from hallclient.agent.appointments import FolderPart
    from hallclient.bootstrap.halls import LateHall
    from hallclient.services.appointments.files import PersonKey


def person_key(settings: Settings) -> "PersonKey | None":
    """Return what makes keys of ID numbers, None on a PC that cannot use the hall's key."""
    from hallclient.services.persons import PersonKeys  # noqa: PLC0415 - with cryptography
    from hallclient.services.sealing import KeyTrouble  # noqa: PLC0415 - the same

    with suppress(KeyTrouble):
        return PersonKeys(hall_key(settings)).of
    return None


def folder_part(
    settings: Settings, hall: "LateHall", changed: "Callable[[], None]"
) -> "FolderPart":
    """Return the agent's part that takes in the files of this PC's folder."""
    from hallclient.agent.appointments import FolderPart  # noqa: PLC0415 - late

    return FolderPart(
        Path(settings.appointments.folder),
        lambda: hall.open().another_store(),
        lambda: person_key(settings),
        changed=changed,
    )
