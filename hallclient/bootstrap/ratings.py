"""The folder in which ratings given on telephones arrive, joined."""

from pathlib import Path
from typing import TYPE_CHECKING

from hallclient.bootstrap.ledger import key_here
from hallclient.config import Settings

if TYPE_CHECKING:
    from collections.abc import Callable

    from hallclient.agent.rating_files import RatingFolderPart
    from hallclient.bootstrap.halls import LateHall


def rating_folder_part(
    settings: Settings, hall: "LateHall", changed: "Callable[[], None]"
) -> "RatingFolderPart":
    """Return the agent's part that takes in the files of this PC's folder."""
    from hallclient.agent.rating_files import RatingFolderPart  # noqa: PLC0415 - late

    return RatingFolderPart(
        Path(settings.ratings.folder),
        lambda: hall.open().another_store(),
        lambda: key_here(settings),
        changed=changed,
    )
